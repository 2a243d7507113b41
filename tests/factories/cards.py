"""Test cards with known contents: insurance cards in many layouts, and what photographs do to cards.

`LAYOUTS` were looked at while the reader was written; `HELD_OUT` were not and only measure it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from hisdesk.scanning.opencv import cv
from hisdesk.scanning.specimens import font

W, H = 1012, 638
Values = dict[str, Any]
_FACES = (
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("Inter-Regular.otf", "Inter-Bold.otf"),
    ("LiberationSansNarrow-Regular.ttf", "LiberationSansNarrow-Bold.ttf"),
    ("DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf"),
    ("FreeSans.ttf", "FreeSansBold.ttf"),
    ("LiberationSerif-Regular.ttf", "LiberationSerif-Bold.ttf"),
    ("DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf"),
)
_FAMILY = (
    "ABERNATHY|OKONKWO|TENBRUIN|MARCHETTI|VASQUEZ|LINDQVIST|O'DONNELL|SMITH-JONES|KAPOOR|FITZGERALD|NAKAMURA|"
    "BRIGHTWATER"
)
_GIVEN = "OSRIC|WENNA|ALDO|MIRABEL|THEODORE|JOSEPHINE|RAFAEL|INGRID|PRIYA|CALLUM|YUKI|BEATRIX|DESMOND|LEONORA"
_PAYERS = (
    "Lowmere Mutual",
    "Utopia Health Plan",
    "Harrow Blue Shield",
    "Northgate Insurance",
    "Cobalt HealthCare",
    "Meridian Life & Health",
    "Evergreen Care Alliance",
    "Pinnacle Assurance",
    "Silverlake Community Health",
    "First Lantern Medical",
)
_PLANS = (
    "Choice PPO 500",
    "Premier HMO",
    "Silver 3500 EPO",
    "Open Access Plus",
    "Gold POS",
    "HDHP with HSA",
    "Select Network PPO",
    "Bronze Saver HMO",
)


@dataclass(frozen=True)
class Card:
    """A drawn card and what it says (the program's field names)."""

    picture: np.ndarray
    values: Values
    layout: str


def invented(rng: random.Random) -> Values:
    """Contents of an insurance card; nobody's."""
    family, given = rng.choice(_FAMILY.split("|")), rng.choice(_GIVEN.split("|"))
    middle = rng.choice(("", " A", " J", " M", " ROSE"))
    letters = "".join(rng.choice("ABCDEFGHJKMNPRTUVWXYZ") for _ in range(3))
    digits = "".join(rng.choice("0123456789") for _ in range(9))
    day = date(rng.choice((2023, 2024, 2025, 2026)), rng.randint(1, 12), rng.choice((1, 1, 1, 15)))
    return {
        "payer": rng.choice(_PAYERS),
        "plan": rng.choice(_PLANS),
        "member_number": rng.choice(
            (letters + digits, digits, f"W{digits}", f"{letters} {digits[:4]} {digits[4:]}", f"{digits}-01")
        ),
        "group_number": rng.choice(
            (digits[:6], f"{digits[:5]}-{letters[:1]}", f"{letters[:2]}{digits[2:6]}", f"0{digits[:7]}")
        ),
        "family_name": family,
        "given_names": given + middle,
        "subscriber": f"{given}{middle} {family}",
        "dependants": [f"{name} {family}" for name in rng.sample(_GIVEN.split("|"), rng.choice((0, 0, 1, 2, 3)))],
        "copays": rng.choice(
            (
                ["PCP $20", "Specialist $40", "ER $150"],
                ["Office Visit $25", "Urgent Care $50", "Emergency $200"],
                ["Primary Care $15", "Spec $30"],
                ["OV $10", "SPC $35", "UC $45", "ER $250"],
            )
        ),
        "effective_on": day.isoformat(),
        "phones": [f"1-800-555-{rng.randint(100, 9999):04}", f"1-888-555-{rng.randint(100, 9999):04}"][
            : rng.choice((1, 2))
        ],
        "rx_bin": "".join(rng.choice("0123456789") for _ in range(6)),
        "rx_pcn": rng.choice(("ADV", "9999", "MEDDPRIME", "A4", "CTRX", "PEU")),
        "rx_group": rng.choice(("RX1234", "UTORX", "LMRX01", "RXGRP7", "KPNW22")),
        "payer_id": rng.choice(("87726", "60054", "SX109", "62308", "UT001")),
    }


_LABELS: Mapping[str, Sequence[str]] = {
    "member_number": (
        "Member ID", "Member ID #", "ID#", "Subscriber ID", "Identification No", "ID Number", "Member No.",
        "Policy Number", "MEMBER NUMBER", "Enrollee ID", "Identification Number", "Member #",
    ),
    "group_number": (
        "Group", "Grp #", "Group Number", "Group No.", "GRP", "Group ID", "GROUP #", "Group/Account #",
    ),
    "subscriber": ("Member Name", "Subscriber Name", "Name", "Subscriber", "Member", "Insured Name", "Cardholder"),
    "plan": ("Plan", "Plan Name", "Plan Type", "Coverage Type", "Product"),
    "effective_on": ("Effective Date", "Eff. Date", "Effective", "Coverage Effective", "Eff Date", "EFFECTIVE DATE"),
    "rx_bin": ("RxBIN", "Rx BIN", "BIN", "RXBIN #", "BIN #"),
    "rx_pcn": ("RxPCN", "PCN", "Rx PCN", "RXPCN"),
    "rx_group": ("RxGrp", "Rx Group", "RxGroup", "RX GRP", "Rx Grp"),
    "payer_id": ("Payer ID", "PAYER ID", "Payor ID", "EDI Payer ID", "Electronic Payer ID"),
    "dependants": ("Dependents", "Covered Dependents", "Family Members", "Dependants"),
}  # fmt: skip


class Pen:
    """Draws with one face, remembers nothing. Sizes are pixels of a 300 dpi card."""

    def __init__(self, rng: random.Random, ground: str, ink: str) -> None:
        self.image = Image.new("RGB", (W, H), ground)
        self.draw = ImageDraw.Draw(self.image)
        self.plain, self.bold = rng.choice([pair for pair in _FACES if _there(pair[0])] or [("sans", "bold")])
        self.ink, self.rng = ink, rng

    def text(
        self, x: float, y: float, text: str, size: int, *, bold: bool = False, ink: str = "", anchor: str = "la"
    ) -> float:
        """Write; returns the width."""
        letters = font(size, self.bold if bold else self.plain)
        self.draw.text((x, y), text, fill=ink or self.ink, font=letters, anchor=anchor)
        return float(self.draw.textlength(text, font=letters))


@lru_cache(maxsize=64)
def _there(name: str) -> bool:
    return any(next(Path(root).rglob(name), None) for root in ("/usr/share/fonts",) if Path(root).is_dir())


def label(rng: random.Random, name: str) -> str:
    """One of the spellings of a field's label."""
    text = rng.choice(_LABELS[name])
    return text.upper() if rng.random() < 0.25 else text


def shown_date(rng: random.Random, iso: str) -> str:
    """A date as United States cards print it."""
    day = date.fromisoformat(iso)
    return rng.choice(
        (day.strftime("%m/%d/%Y"), day.strftime("%m-%d-%Y"), day.strftime("%m/%d/%y"), day.strftime("%b %d, %Y"))
    )


def shown_name(rng: random.Random, values: Values) -> str:
    """The holder's name, as it is or family name first."""
    return f"{values['family_name']}, {values['given_names']}" if rng.random() < 0.25 else str(values["subscriber"])


def shown(rng: random.Random, name: str, values: Values) -> str:
    """A field's value as printed."""
    if name == "subscriber":
        return shown_name(rng, values)
    return shown_date(rng, values[name]) if name == "effective_on" else str(values[name])


def header(pen: Pen, values: Values) -> None:
    """The payer on top: on a dark band or on the ground, left or right."""
    rng = pen.rng
    size = rng.randint(36, 56)
    if rng.random() < 0.55:
        pen.draw.rectangle(
            (0, 0, W, rng.randint(95, 120)), fill=rng.choice(("#1f4e79", "#7a1f3d", "#14532d", "#333333", "#005f73"))
        )
        pen.text(40, 28, values["payer"], size, bold=True, ink="#ffffff")
    else:
        pen.text(40, 28, values["payer"], size, bold=True, ink=rng.choice(("#12355b", "#6b1d2a", "#0b4f30", "#222222")))
    pen.text(W - 30, 12, "SPECIMEN", 18, ink="#9aa5b1", anchor="ra")


def foot(pen: Pen, values: Values, y: int = 520) -> None:
    """Copays and telephone numbers."""
    rng, x = pen.rng, 40.0
    if rng.random() < 0.4:
        pen.text(x, y - 34, rng.choice(("Copays", "COPAYMENTS", "Copay")), 20, bold=True)
    colon = rng.choice((": ", " ", "  "))
    for copay in values["copays"]:
        service, _, amount = copay.rpartition(" ")
        x += pen.text(x, y, f"{service}{colon}{amount}", 22) + rng.randint(45, 70)
    x = 40.0
    for name, phone in zip(("Customer Service", "Provider Line"), values["phones"], strict=False):
        x += pen.text(x, y + 56, f"{name}: {phone}" if rng.random() < 0.7 else f"{name} {phone}", 20) + 60


def beside_columns(pen: Pen, values: Values) -> None:
    """Label and value on one line, in two columns."""
    rng = pen.rng
    header(pen, values)
    mark = rng.choice((":", "", ":"))
    gap = rng.choice((14, 200))
    rows = ["subscriber", "member_number", "group_number", "plan", "effective_on"]
    rng.shuffle(rows)
    for x, names in ((40, rows), (630, ["rx_bin", "rx_pcn", "rx_group", "payer_id"])):
        for index, name in enumerate(names):
            y = 140 + index * 56
            width = pen.text(x, y, label(rng, name) + mark, 22, ink="#4a5560")
            pen.text(
                x + (max(gap, width + 16) if x < 100 else width + 14),
                y - 2,
                shown(rng, name, values),
                26,
                bold=rng.random() < 0.6,
            )
    if values["dependants"]:
        pen.text(40, 428, f"{label(rng, 'dependants')}: " + ", ".join(values["dependants"]), 22)
    foot(pen, values)


def over_grid(pen: Pen, values: Values) -> None:
    """Small label over its value, in a grid."""
    rng = pen.rng
    header(pen, values)
    names = [
        "subscriber",
        "member_number",
        "group_number",
        "plan",
        "effective_on",
        "rx_bin",
        "rx_pcn",
        "rx_group",
        "payer_id",
    ]
    for index, name in enumerate(names):
        x, y = (40, 400, 720)[index % 3], 140 + (index // 3) * 92
        pen.text(x, y, label(rng, name), 17, ink="#5b6670")
        pen.text(x, y + 24, shown(rng, name, values), 25, bold=True)
    if values["dependants"]:
        pen.text(40, 420, label(rng, "dependants"), 17, ink="#5b6670")
        pen.text(40, 444, ", ".join(values["dependants"]), 22)
    foot(pen, values, 530)


def table_rows(pen: Pen, values: Values) -> None:
    """A dark row of headings with the values in the row under it."""
    rng = pen.rng
    header(pen, values)
    for top, names in (
        (135, ["subscriber", "member_number", "group_number"]),
        (245, ["plan", "effective_on", "payer_id"]),
        (355, ["rx_bin", "rx_pcn", "rx_group"]),
    ):
        pen.draw.rectangle((30, top, W - 30, top + 38), fill="#dde5ee" if rng.random() < 0.5 else "#37475a")
        light = pen.image.getpixel((34, top + 4))[0] < 128  # type: ignore[index]
        for x, name in zip((45, 440, 740), names, strict=True):
            pen.text(x, top + 8, label(rng, name), 19, bold=True, ink="#ffffff" if light else "#22303c")
            pen.text(x, top + 52, shown(rng, name, values), 24)
    if values["dependants"]:
        pen.text(40, 456, f"{label(rng, 'dependants')}: " + ", ".join(values["dependants"]), 20)
    foot(pen, values, 530)


# ── held out: only for measuring ─────────────────────────────────────────────────────────────────────────────────


def name_unlabelled(pen: Pen, values: Values) -> None:
    """The holder's name alone in large print, identification under it, pharmacy on the right, a list of copays."""
    rng = pen.rng
    pen.text(40, 34, values["payer"], 48, bold=True, ink="#0b4a8f")
    pen.text(W - 40, 48, values["plan"], 30, bold=True, anchor="ra")
    pen.text(40, 150, values["subscriber"], 32, bold=True)
    pen.text(40, 208, label(rng, "member_number"), 20)
    pen.text(40, 236, values["member_number"], 32, bold=True)
    pen.text(40, 300, f"{label(rng, 'group_number')}  {values['group_number']}", 23)
    pen.text(40, 340, f"{label(rng, 'effective_on')}  {shown(rng, 'effective_on', values)}", 23)
    for index, name in enumerate(("rx_bin", "rx_pcn", "rx_group")):
        pen.text(620, 150 + 34 * index, label(rng, name), 22)
        pen.text(800, 150 + 34 * index, values[name], 22)
    for index, copay in enumerate(values["copays"]):
        service, _, amount = copay.rpartition(" ")
        pen.text(620, 290 + 34 * index, service, 21)
        pen.text(W - 60, 290 + 34 * index, amount, 21, anchor="ra")
    for index, name in enumerate(values["dependants"]):
        if index == 0:
            pen.text(40, 400, label(rng, "dependants"), 19)
        pen.text(40, 428 + 30 * index, name, 21)
    pen.text(40, 570, f"Member Services {values['phones'][0]}    Payer ID {values['payer_id']}", 20)
    values["phones"] = values["phones"][:1]


def dense_inline(pen: Pen, values: Values) -> None:
    """Everything in running lines: two or three labelled values on each."""
    rng = pen.rng
    pen.draw.rectangle((0, 0, W, 86), fill="#e87722")
    pen.text(W - 40, 22, values["payer"], 38, bold=True, ink="#ffffff", anchor="ra")
    lines = (
        ("member_number", "group_number"),
        ("subscriber",),
        ("plan", "payer_id"),
        ("rx_bin", "rx_pcn", "rx_group"),
        ("effective_on",),
    )
    y = 116
    for names in lines:
        x = 36.0
        for name in names:
            x += pen.text(x, y, f"{label(rng, name)}: ", 22, ink="#333333")
            x += pen.text(x, y, shown(rng, name, values), 23, bold=True) + 42
        y += 50
    if values["dependants"]:
        pen.text(36, y, f"{label(rng, 'dependants')}:", 22)
        for index, name in enumerate(values["dependants"]):
            pen.text(230, y + 30 * index, name, 22)
    pen.text(36, 500, "Copay:   " + "   ".join(copay.replace(" $", ": $") for copay in values["copays"]), 21)
    pen.text(36, 560, "Questions? Call " + " or ".join(values["phones"]), 20)


def value_over_label(pen: Pen, values: Values) -> None:
    """The value in large print with a small caption under it."""
    rng = pen.rng
    pen.draw.rectangle((0, H - 70, W, H), fill="#24424d")
    pen.text(40, 30, values["payer"], 44, bold=True, ink="#24424d")
    names = [
        "subscriber",
        "member_number",
        "group_number",
        "plan",
        "effective_on",
        "payer_id",
        "rx_bin",
        "rx_pcn",
        "rx_group",
    ]
    for index, name in enumerate(names):
        x, y = (40, 420, 730)[index % 3], 125 + (index // 3) * 96
        pen.text(x, y, shown(rng, name, values), 25, bold=True)
        pen.text(x, y + 32, label(rng, name), 16, ink="#55626b")
    if values["dependants"]:
        pen.text(40, 420, f"{label(rng, 'dependants')}: " + ", ".join(values["dependants"]), 20)
    across = 40.0
    for copay in values["copays"]:
        across += pen.text(across, 486, copay, 22) + 60
    pen.text(40, H - 50, "Member Services " + "   Providers ".join(values["phones"]), 22, ink="#ffffff")


def boxed_right(pen: Pen, values: Values) -> None:
    """Tinted ground, right-aligned values with dotted leaders, labels in capitals."""
    rng = pen.rng
    pen.draw.rectangle((0, 0, W, H), fill="#eaf3fb")
    pen.draw.rectangle((0, 0, 18, H), fill="#1a5fb4")
    pen.text(46, 24, values["payer"], 42, bold=True, ink="#1a5fb4")
    pen.text(46, 80, values["plan"], 24)
    for index, name in enumerate(("subscriber", "member_number", "group_number", "effective_on")):
        pen.text(46, 138 + 48 * index, label(rng, name).upper(), 19, ink="#46586a")
        pen.text(560, 135 + 48 * index, shown(rng, name, values), 25, bold=True, anchor="ra")
    pen.draw.rounded_rectangle((600, 120, W - 30, 350), 12, outline="#1a5fb4", width=3)
    pen.text(620, 132, "Pharmacy", 21, bold=True)
    for index, name in enumerate(("rx_bin", "rx_pcn", "rx_group", "payer_id")):
        pen.text(620, 172 + 42 * index, label(rng, name), 20)
        pen.text(W - 50, 170 + 42 * index, values[name], 22, bold=True, anchor="ra")
    if values["dependants"]:
        pen.text(46, 352, label(rng, "dependants").upper(), 19, ink="#46586a")
        pen.text(46, 380, "; ".join(values["dependants"]), 21)
    pen.draw.line((46, 440, W - 40, 440), fill="#1a5fb4", width=2)
    step = 900 // len(values["copays"])
    for index, copay in enumerate(values["copays"]):
        service, _, amount = copay.rpartition(" ")
        pen.text(46 + step * index, 456, service, 20)
        pen.text(46 + step * index, 484, amount, 26, bold=True)
    pen.text(46, 570, "Customer Service " + " · ".join(values["phones"]), 20)


LAYOUTS: tuple[Callable[[Pen, Values], None], ...] = (beside_columns, over_grid, table_rows)
HELD_OUT: tuple[Callable[[Pen, Values], None], ...] = (name_unlabelled, dense_inline, value_over_label, boxed_right)


def insurance(seed: int, layouts: Sequence[Callable[[Pen, Values], None]] = LAYOUTS) -> Card:
    """One card; the same seed gives the same card."""
    rng = random.Random(seed)
    values = invented(rng)
    pen = Pen(
        rng, rng.choice(("#ffffff", "#fbfaf5", "#f3f6fa", "#eef6ef")), rng.choice(("#101418", "#1c2733", "#222222"))
    )
    layout = layouts[seed % len(layouts)]
    layout(pen, values)
    return Card(as_bgr(pen.image), {name: value for name, value in values.items() if value}, layout.__name__)


def as_bgr(image: Image.Image) -> np.ndarray:
    """A Pillow picture as the array the reader works on."""
    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])


# ── what photographs do ──────────────────────────────────────────────────────────────────────────────────────────


def on_table(
    picture: np.ndarray, seed: int, *, angle: float = 0.0, fill: float = 0.8, tilt: float = 0.03
) -> np.ndarray:
    """The card lying on a dark table, photographed a little from the side; `fill` is its share of the frame's width."""
    rng = np.random.default_rng(seed)
    c = cv()
    h, w = picture.shape[:2]
    width, height = 1600, 1200
    table = np.full((height, width, 3), rng.integers(30, 110, 3), np.uint8)
    table = np.clip(table + rng.normal(0, 4, table.shape), 0, 255).astype(np.uint8)
    zoom = fill * width / w
    turn = np.deg2rad(angle)
    corners = np.array([(-w, -h), (w, -h), (w, h), (-w, h)]) / 2 * zoom
    turned = corners @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) + (width / 2, height / 2)
    shift = rng.uniform(-tilt, tilt, (4, 2)) * w * zoom
    matrix = c.getPerspectiveTransform(
        np.array([(0, 0), (w, 0), (w, h), (0, h)], dtype=np.float32), (turned + shift).astype(np.float32)
    )
    card = c.warpPerspective(picture, matrix, (width, height), flags=c.INTER_AREA)
    mask = c.warpPerspective(np.full((h, w), 255, np.uint8), matrix, (width, height))
    return np.where(mask[:, :, None] > 127, card, table)


def worn(
    picture: np.ndarray,
    seed: int,
    *,
    blur: float = 0.0,
    noise: float = 0.0,
    scale: float = 1.0,
    shadow: float = 0.0,
    jpeg: int = 0,
) -> np.ndarray:
    """Blur (sigma), noise (grey levels), resolution, a shadow across, JPEG quality, in this order."""
    rng = np.random.default_rng(seed)
    c = cv()
    if scale != 1.0:
        picture = c.resize(
            picture, None, fx=scale, fy=scale, interpolation=c.INTER_AREA if scale < 1 else c.INTER_CUBIC
        )
    out: Any = picture.astype(np.float32)
    if blur:
        out = c.GaussianBlur(out, (0, 0), blur)
    if shadow:
        ramp = np.linspace(1 - shadow, 1.0, out.shape[1], dtype=np.float32)[None, :, None]
        out = out * (ramp if rng.random() < 0.5 else ramp[:, ::-1])
    if noise:
        out = out + rng.normal(0, noise, out.shape)
    out = np.clip(out, 0, 255).astype(np.uint8)
    if jpeg:
        out = c.imdecode(c.imencode(".jpg", out, [c.IMWRITE_JPEG_QUALITY, jpeg])[1], c.IMREAD_COLOR)
    return np.asarray(out)
