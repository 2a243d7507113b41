"""Every name in the source is in the tokens, every icon in the font, every pair readable."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor

from hisdesk.desk.kit import icons
from hisdesk.desk.kit.theme import Theme
from hisdesk.desk.kit.tokens import FAMILIES, status, token, tokens

DESK = Path(__file__).resolve().parents[3] / "hisdesk" / "desk"
SOURCES = sorted(DESK.rglob("*.py"))
COLOUR_PATH = re.compile(r'"((?:surface|text|accent|border|danger|banner|status)\.[a-z_.]+|focus)"')
ICON = re.compile(r'"(ph\.[a-z0-9-]+)"')


def luminance(colour: QColor) -> float:
    """WCAG 2 relative luminance."""
    parts = [colour.redF(), colour.greenF(), colour.blueF()]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: QColor, other: QColor) -> float:
    """WCAG 2 contrast ratio."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


BOARDS = {"hall_view.py": ["hall"], "beds_drawing.py": ["board"]}
"""A board has colours of its own."""


def names(pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    """Each name with the file it stands in."""
    return [(path.name, name) for path in SOURCES for name in pattern.findall(path.read_text(encoding="utf-8"))]


def test_every_colour_in_the_source_exists_in_both_modes() -> None:
    used = names(COLOUR_PATH)
    assert len(used) > 100  # the pattern still finds them
    hall_only = {"surface.header", "surface.call", "surface.call_new"}
    missing = []
    for file, path in used:
        modes = BOARDS.get(file, ["light", "dark"])
        if path in hall_only or ".on_header" in path or ".on_call" in path:
            modes = ["hall"]
        for mode in modes:
            try:
                token(f"colour.{mode}.{path}")
            except KeyError:
                missing.append(f"{file}: {mode}.{path}")
    assert not missing


def test_every_size_in_the_source_exists() -> None:
    used = names(re.compile(r'theme\(\)\.px\("([a-z_]+)"\)'))
    assert used
    assert not [f"{file}: {name}" for file, name in used if name not in token("size")]


def test_every_icon_in_tokens_and_source_resolves() -> None:
    wanted = {name for _file, name in names(ICON)}
    wanted |= {entry["icon"] for entry in token("status").values()}
    wanted |= {status(kind, word).icon for kind, words in tokens()["status_words"].items() for word in words}
    assert len(wanted) > 60
    missing = []
    for name in sorted(wanted):
        try:
            icons.glyph(name)
        except KeyError:
            missing.append(name)
    assert not missing


def test_an_icon_of_another_phosphor_is_refused() -> None:
    with pytest.raises(KeyError, match="stethoscope"):
        icons.glyph("ph.stethoscope")


@pytest.mark.parametrize("mode", ["light", "dark", "board", "hall"])
def test_measured_contrast_holds(mode: str) -> None:
    for pair, measured in token("contrast")[mode].items():
        ratio = contrast(QColor(measured["fg"]), QColor(measured["bg"]))
        assert ratio >= measured["needs"], pair
        assert ratio == pytest.approx(measured["ratio"], abs=0.011), pair


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_pairs_that_the_kit_adds_are_readable(mode: str, look: Theme, qapp: object) -> None:
    look.apply(qapp, mode)  # type: ignore[arg-type]
    died = "text.secondary" if mode == "light" else "border.strong"
    pairs = [
        ("banner.text", died, 4.5),
        ("banner.label", died, 4.5),
        ("text.secondary", "surface.hover", 4.5),
        ("text.on_accent", "accent.fill", 4.5),
        ("danger.on", "danger.fill", 4.5),
    ]
    pairs += [(f"status.{family}.fg", "surface.selected", 4.5) for family in FAMILIES]
    for ink, ground, needs in pairs:
        assert contrast(look.colour(ink), look.colour(ground)) >= needs, (ink, ground)


def test_the_stale_hall_stays_triple_a(look: Theme) -> None:
    from hisdesk.desk.kit import paint

    for ground in ("surface.call", "surface.call_new"):
        grey = paint.mix(look.hall(ground), look.hall("status.neutral.fg"), 0.85)
        for ink in ("text.on_call", "text.on_call_secondary"):
            assert contrast(look.hall(ink), grey) >= 7


def test_screens_name_no_colour_and_no_style_sheet() -> None:
    literal = re.compile(r"#[0-9A-Fa-f]{6}\b|\.setStyleSheet\(")
    found = [
        f"{path.relative_to(DESK)}: {line.strip()}"
        for path in SOURCES
        for line in path.read_text(encoding="utf-8").splitlines()
        if literal.search(line) and path.name != "theme.py"
    ]
    assert not found
