"""What delegates paint and say: selection, stale, changes, checks, both reading directions."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QTableView
from pytestqt.qtbot import QtBot

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.cells import Cell, Check
from hisdesk.desk.kit.delegates import HOVERED, CheckDelegate
from hisdesk.desk.kit.theme import Theme
from hisdesk.desk.kit.tokens import status
from tests.desk.look.sheet import table


@pytest.fixture
def view(look: Theme, qtbot: QtBot) -> QTableView:
    made = table()
    qtbot.addWidget(made)
    made.resize(640, 300)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.setProperty(HOVERED, -1)
    made.setFocus()
    return made


def ground(view: QTableView, row: int) -> str:
    """The colour behind a row, away from its text."""
    rect = view.visualRect(view.model().index(row, 1))
    return QColor(view.viewport().grab().toImage().pixelColor(rect.right() - 2, rect.top() + 3)).name()


def test_rows_show_their_state(view: QTableView, look: Theme) -> None:
    assert ground(view, 0) == look.colour("surface.base").name()
    assert ground(view, 2) == look.colour("surface.selected").name()
    assert ground(view, 4) == look.colour("accent.subtle").name()
    view.setProperty(HOVERED, 1)
    assert ground(view, 1) == look.colour("surface.hover").name()
    view.clearFocus()
    assert ground(view, 2) == look.colour("surface.selected_inactive").name()


def test_less_motion_means_no_flash(view: QTableView, look: Theme) -> None:
    look.reduced_motion = True
    try:
        assert ground(view, 4) == look.colour("surface.base").name()
    finally:
        look.reduced_motion = False


def test_the_selected_row_has_its_mark_where_reading_begins(view: QTableView, look: Theme, qapp: QApplication) -> None:
    rect = view.visualRect(view.model().index(2, 0))
    mark = look.colour("accent.fill").name()
    picture: QImage = view.viewport().grab().toImage()
    assert [picture.pixelColor(x, rect.center().y()).name() == mark for x in range(4)] == [True, True, True, False]
    view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    qapp.processEvents()
    rect = view.visualRect(view.model().index(2, 0))
    picture = view.viewport().grab().toImage()
    assert picture.pixelColor(rect.right() - 1, rect.center().y()).name() == mark


def test_rows_keep_their_height_and_grow_with_the_text(view: QTableView, look: Theme, qapp: QApplication) -> None:
    assert view.rowHeight(0) == 36
    look.apply(qapp, "light", 1.5)
    assert view.rowHeight(0) == 54
    assert view.horizontalHeader().height() == 45


def test_space_and_click_ask_for_a_change_but_not_in_a_locked_cell(view: QTableView, qtbot: QtBot) -> None:
    delegate = view.itemDelegateForColumn(4)
    assert isinstance(delegate, CheckDelegate)
    asked: list[int] = []
    delegate.toggled.connect(lambda index: asked.append(QModelIndex(index).row()))
    view.setCurrentIndex(view.model().index(0, 4))
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert asked == [0]
    centre: QPoint = view.visualRect(view.model().index(1, 4)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=centre)
    assert asked == [0, 1]
    view.setCurrentIndex(view.model().index(4, 4))  # locked
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert asked == [0, 1]


def test_cells_are_spoken() -> None:
    assert Cell(title="SMITH, John", status=status("visit", "urgent")).spoken == "SMITH, John, Urgent"
    assert Cell(number="24", unit="min").spoken == "24 min"
    assert Cell(check=Check(True, locked="fixed by the hospital")).spoken == "allowed, fixed by the hospital"
    assert Cell(check=Check(False, change="-")).spoken == "not allowed, changed"
    assert Cell(check=Check(applies=False)).spoken == "not applicable"


def test_long_names_wrap_and_numbers_are_not_torn(look: Theme) -> None:
    font = look.font("small")
    name = "JUNDERVAL-WOLFESCHLEGELSTEIN, Tamsin"
    width = paint.text_width(font, "JUNDERVAL-WOLFESCHLEGELSTEIN,")
    assert paint.broken(name, font, width) == ["JUNDERVAL-WOLFESCHLEGELSTEIN,", "Tamsin"]
    line = "02-Dec-1971 (54y) · Male · 406 603 172"
    width = paint.text_width(font, "02-Dec-1971 (54y) · Male · 406")
    assert paint.broken(line, font, width, "·") == ["02-Dec-1971 (54y) · Male ·", "406 603 172"]
    assert len(paint.broken("x" * 500, font, 100)) == 2


@pytest.mark.parametrize(("text", "rtl"), [("14-Sep-1958", False), ("5 mg", False), ("שלום", True), ("", False)])
def test_numbers_and_dates_read_left_to_right(text: str, rtl: bool) -> None:
    wanted = Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight
    assert paint.reading(text) == wanted
