"""The theme switches at run time, scales with the text size, and gives fonts with their features."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtGui import QFont, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from hisdesk.desk.kit import icons
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.theme import Theme
from hisdesk.desk.kit.tokens import token


def features(font: QFont) -> dict[str, int]:
    return {tag.toString().data().decode(): font.featureValue(tag) for tag in font.featureTags()}


def test_modes_change_palette_sheet_and_icons(look: Theme, qapp: QApplication) -> None:
    before = icons.pixmap("ph.user").toImage()
    sheet = qapp.styleSheet()
    heard: list[str] = []
    look.changed.connect(lambda: heard.append(look.name))
    look.apply(qapp, "dark")
    assert heard == ["dark"]
    assert qapp.palette().color(QPalette.ColorRole.Accent).name() == token("colour.dark.accent.fill").lower()
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == token("colour.dark.surface.canvas").lower()
    assert qapp.styleSheet() != sheet
    assert icons.pixmap("ph.user").toImage() != before


def test_system_mode_takes_what_the_system_says(look: Theme, qapp: QApplication) -> None:
    look.apply(qapp, "system")
    assert look.mode == "system"
    assert look.name in ("light", "dark")


def test_unknown_modes_and_sizes_are_refused(look: Theme, qapp: QApplication) -> None:
    with pytest.raises(ValueError, match="sepia"):
        look.apply(qapp, "sepia")
    with pytest.raises(ValueError, match=r"1\.2"):
        look.apply(qapp, "light", 1.2)
    with pytest.raises(KeyError):
        look.colour("status.ok")


@pytest.mark.parametrize("factor", [1.0, 1.15, 1.3, 1.5])
def test_text_size_grows_points_rows_and_controls(look: Theme, qapp: QApplication, factor: float) -> None:
    button = Button("Check in", "primary", key="F2")
    look.apply(qapp, "light", factor)
    assert look.px("row") == round(36 * factor)
    assert button.height() == round(32 * factor)
    assert look.font("body").pointSizeF() == pytest.approx(9.75 * factor)
    assert look.sizes("minimum_window") == (1280, 680)
    assert look.radius("control") == 6
    button.deleteLater()


def test_inter_is_what_is_shown(look: Theme) -> None:
    for role, weight in (("body", 400), ("caption", 500), ("body_strong", 600), ("banner", 700)):
        font = look.font(role)
        assert QFontInfo(font).family() == "Inter"
        assert font.weight() == weight


def test_figures_are_tabular_also_under_the_style_sheet(look: Theme, qapp: QApplication) -> None:
    assert features(qapp.font()) == {"tnum": 1}
    label = QLabel("111")
    label.setProperty("role", "title")
    label.show()
    narrow = label.fontMetrics().horizontalAdvance("111")
    assert label.font().pointSizeF() == pytest.approx(15.0)
    assert narrow == label.fontMetrics().horizontalAdvance("888")


def test_identifiers_get_slashed_zero_and_plain_letters(look: Theme) -> None:
    wanted = {"tnum": 1, "zero": 1, "ss02": 1, "calt": 0}
    assert features(look.font("body", identifier=True)) == wanted
    label = Label("DX-2I0l", identifier=True)
    label.show()
    assert features(label.font()) == wanted


def test_labels_never_read_markup(look: Theme) -> None:
    plain = Label("<b>O'Brien</b>")
    assert plain.sizeHint().width() > Label("O'Brien").sizeHint().width()


def test_the_libraries_keep_their_references(look: Theme) -> None:
    """PySide 6.12.0 on Python 3.11 drops a reference to None at every call: a window then ends the interpreter."""
    widget = QWidget()
    button = QPushButton("x", widget)
    before = sys.getrefcount(None)
    for _ in range(500):
        widget.setObjectName("x")
        button.update()
    assert abs(sys.getrefcount(None) - before) < 100
