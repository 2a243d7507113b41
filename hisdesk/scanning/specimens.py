"""Draws made-up cards for the demo, the tour and the tests: SPECIMEN on each, issuers and people that do not exist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hisdesk.scanning.mrz import check_digit

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1012, 638  # an ID-1 card (85.6 × 54 mm) at 300 dpi
_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "C:/Windows/Fonts", "/Library/Fonts", "/System/Library/Fonts")
_FACES = {
    "sans": ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "arial.ttf", "Arial.ttf"),
    "bold": ("DejaVuSans-Bold.ttf", "LiberationSans-Bold.ttf", "arialbd.ttf", "Arial Bold.ttf"),
    "mono": ("OCRB.otf", "DejaVuSansMono.ttf", "LiberationMono-Regular.ttf", "cour.ttf", "Courier New.ttf"),
}


@dataclass(frozen=True)
class Person:
    """The holder of a specimen document."""

    family_name: str
    given_names: str
    birth_date: date
    sex: str
    document_number: str
    issued_on: date
    expires_on: date
    nationality: str = "UTO"
    street: str = "14 FENWICK ROW"
    city: str = "LOWMERE"
    region: str = "VA"
    postcode: str = "23269"


@lru_cache(maxsize=256)
def font(size: int, face: str = "sans") -> Any:
    """A Pillow font of about `size` pixels; Pillow's own where none of ours is installed. `face` may be a file name."""
    from PIL import ImageFont

    for name in _FACES.get(face, (face,)):
        path = _font_file(name)
        if path is not None:
            return ImageFont.truetype(str(path), size)
    return ImageFont.load_default(size)


@lru_cache(maxsize=64)
def _font_file(name: str) -> Path | None:
    for folder in _FOLDERS:
        root = Path(folder)
        if root.is_dir():
            found = next(iter(root.rglob(name)), None)
            if found is not None:
                return found
    return None


def blank(ground: str = "#ffffff", size: tuple[int, int] = (WIDTH, HEIGHT)) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """An empty card and the pen for it."""
    from PIL import Image, ImageDraw

    card = Image.new("RGB", size, ground)
    return card, ImageDraw.Draw(card)


def insurance_card(values: Mapping[str, str | Sequence[str]], *, colour: str = "#1f4e79") -> Image.Image:
    """The front of an insurance card: a dark band with the payer, labelled numbers, copays along the foot.

    `values` uses the program's field names; what is missing is left out.
    """
    card, pen = blank()
    pen.rectangle((0, 0, WIDTH, 118), fill=colour)
    pen.text((40, 30), str(values.get("payer", "")), fill="white", font=font(46, "bold"))
    pen.text((WIDTH - 40, 44), "SPECIMEN", fill="#d7e3f0", font=font(24), anchor="ra")
    left = (("Member Name", "subscriber"), ("Member ID", "member_number"), ("Group No.", "group_number"),
            ("Plan", "plan"), ("Effective Date", "effective_on"))  # fmt: skip
    right = (("RxBIN", "rx_bin"), ("RxPCN", "rx_pcn"), ("RxGrp", "rx_group"), ("Payer ID", "payer_id"))
    for x, rows in ((40, left), (610, right)):
        y = 150
        for label, name in rows:
            if values.get(name):
                pen.text((x, y), f"{label}:", fill="#44546a", font=font(23))
                pen.text(
                    (x + (215 if x == 40 else 130), y - 2), str(values[name]), fill="#101418", font=font(26, "bold")
                )
                y += 56
    dependants = values.get("dependants", ())
    if dependants and not isinstance(dependants, str):
        pen.text((40, 436), "Dependents:", fill="#44546a", font=font(23))
        pen.text((255, 436), ", ".join(dependants), fill="#101418", font=font(24))
    pen.line((40, 492, WIDTH - 40, 492), fill="#9fb3c8", width=2)
    _spread(pen, values.get("copays", ()), 510)
    _spread(pen, [f"Customer Service {phone}" for phone in values.get("phones", ())], 572)
    return card


def _spread(pen: ImageDraw.ImageDraw, texts: str | Sequence[str], y: int) -> None:
    if isinstance(texts, str) or not texts:
        return
    step = (WIDTH - 80) // len(texts)
    for index, text in enumerate(texts):
        pen.text((40 + index * step, y), text, fill="#101418", font=font(24))


def td3(person: Person) -> tuple[str, str]:
    """The two lines of a passport's machine readable zone."""
    first = f"P<{person.nationality:<<3}{_names(person)}".ljust(44, "<")[:44]
    number, birth, expiry = _number(person), _short(person.birth_date), _short(person.expires_on)
    body = f"{number}{person.nationality:<<3}{birth}{person.sex}{expiry}{'<' * 14}0"
    return first, body + check_digit(body[:10] + body[13:20] + body[21:43])


def td1(person: Person) -> tuple[str, str, str]:
    """The three lines of an identity card's machine readable zone."""
    first = f"I<{person.nationality:<<3}{_number(person)}".ljust(30, "<")
    birth, expiry = _short(person.birth_date), _short(person.expires_on)
    second = f"{birth}{person.sex}{expiry}{person.nationality:<<3}{'<' * 11}"
    digit = check_digit(first[5:30] + second[:7] + second[8:15] + second[18:29])
    return first, second + digit, _names(person).ljust(30, "<")[:30]


def td2(person: Person) -> tuple[str, str]:
    """The two lines of the larger identity card's machine readable zone."""
    first = f"I<{person.nationality:<<3}{_names(person)}".ljust(36, "<")[:36]
    number, birth, expiry = _number(person), _short(person.birth_date), _short(person.expires_on)
    body = f"{number}{person.nationality:<<3}{birth}{person.sex}{expiry}{'<' * 7}"
    return first, body + check_digit(body[:10] + body[13:20] + body[21:35])


def _names(person: Person) -> str:
    given = person.given_names.upper().replace(" ", "<").replace("-", "<")
    return f"{person.family_name.upper().replace(' ', '<').replace('-', '<')}<<{given}"


def _number(person: Person) -> str:
    number = person.document_number.ljust(9, "<")
    return number + check_digit(number)


def _short(day: date) -> str:
    text = day.strftime("%y%m%d")
    return text + check_digit(text)


def travel_document(lines: Sequence[str], person: Person, *, face: str = "mono") -> Image.Image:
    """A passport page or an identity card that carries these zone lines."""
    passport = len(lines[0]) == 44
    size = (1476, 1039) if passport else (WIDTH, HEIGHT) if len(lines) == 3 else (1240, 874)
    card, pen = blank("#eef1ea", size)
    width, height = size
    pen.rectangle((0, 0, width, height // 9), fill="#3b6b57")
    title = "UTOPIA · PASSPORT" if passport else "UTOPIA · IDENTITY CARD"
    pen.text((40, height // 30), title, fill="white", font=font(height // 22, "bold"))
    pen.text((width - 40, height // 28), "SPECIMEN", fill="#d8e8df", font=font(height // 28), anchor="ra")
    pen.rectangle((40, height // 6, 40 + width // 5, height * 6 // 10), fill="#cdd6cf")
    born, expires = (day.strftime("%d.%m.%Y") for day in (person.birth_date, person.expires_on))
    rows = (("Surname", person.family_name), ("Given names", person.given_names), ("Born", born), ("Expires", expires))
    for index, (label, value) in enumerate(rows):
        y = height // 6 + index * height // 9
        pen.text((80 + width // 5, y), label, fill="#5a6b62", font=font(height // 40))
        pen.text((80 + width // 5, y + height // 36), value, fill="#101418", font=font(height // 26, "bold"))
    _zone(pen, lines, size, face)
    return card


def _zone(pen: ImageDraw.ImageDraw, lines: Sequence[str], size: tuple[int, int], face: str) -> None:
    """The zone at the foot: every character in a cell of its own, as the standard's fixed pitch wants it."""
    width, height = size
    pitch = width * 0.93 / len(lines[0])
    letter = font(round(pitch * (1.42 if face == "mono" and _font_file("OCRB.otf") else 1.5)), face)
    step = pitch * 2.35 if len(lines) == 2 else pitch * 1.9
    top = height - step * len(lines) - height * 0.04
    pen.rectangle((0, int(top - step * 0.35), width, height), fill="#fbfbf8")
    for row, line in enumerate(lines):
        for column, character in enumerate(line):
            x = width * 0.035 + (column + 0.5) * pitch
            pen.text((x, top + row * step), character, fill="#15181b", font=letter, anchor="ma")


def licence_text(person: Person, *, issuer: int = 636000, version: int = 10) -> str:
    """The text of a licence barcode (AAMVA, United States date order)."""
    given, _, middle = person.given_names.partition(" ")
    american = "%m%d%Y"
    elements = [
        f"DAQ{person.document_number}", f"DCS{person.family_name}", "DDEN", f"DAC{given}", "DDFN", f"DAD{middle}",
        "DDGN", "DCAD", "DCBNONE", "DCDNONE", f"DBD{person.issued_on.strftime(american)}",
        f"DBB{person.birth_date.strftime(american)}", f"DBA{person.expires_on.strftime(american)}",
        f"DBC{ {'M': '1', 'F': '2'}.get(person.sex, '9') }", "DAU068 in", "DAYBRO", f"DAG{person.street}",
        f"DAI{person.city}", f"DAJ{person.region}", f"DAK{person.postcode.ljust(9, '0')}  ",
        "DCF0000SPECIMEN", "DCGUSA",
    ]  # fmt: skip
    body = "DL" + "\n".join(elements) + "\r"
    return f"@\n\x1e\rANSI {issuer:06}{version:02}0001DL{31:04}{len(body):04}" + body


def licence_back(text: str, *, scale: int = 3) -> Image.Image:
    """The back of a driving licence with its PDF417."""
    import zxingcpp
    from PIL import Image

    card, pen = blank("#f4f1e6")
    pen.rectangle((0, 0, WIDTH, 90), fill="#2d2d34")
    pen.text((40, 120), "SPECIMEN · DRIVER LICENSE · UTOPIA", fill="#5c5648", font=font(24, "bold"))
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.PDF417, ec_level="5")
    symbol = Image.fromarray(_array(zxingcpp.write_barcode_to_image(code, scale=1, add_quiet_zones=True)))
    factor = min(scale, (WIDTH - 60) / symbol.width)
    symbol = symbol.resize((round(symbol.width * factor), round(symbol.height * factor)), Image.Resampling.LANCZOS)
    card.paste(symbol, ((WIDTH - symbol.width) // 2, HEIGHT - symbol.height - 40))
    return card


def _array(image: Any) -> Any:
    import numpy as np

    return np.array(image, dtype=np.uint8)
