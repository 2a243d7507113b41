"""Tables: updates touch only what changed, selection and place stay with their row, nothing jumps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hisdesk.desk.kit.cells import Cell, CellRole, FlashRole, StaleRole
from hisdesk.desk.kit.paged import PagedModel
from hisdesk.desk.kit.table import Column, ListModel
from hisdesk.desk.kit.table_view import LEAST_STRETCHED, TableView
from hisdesk.desk.kit.tasks import Tasks
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.tokens import status


@dataclass(frozen=True)
class Visit:
    key: int
    name: str = "MARROWAY, Ilsabet"
    minutes: int = 0


COLUMNS: list[Column[Visit]] = [
    Column("Patient", lambda v: v.name, cell=lambda v: Cell(title=v.name, subtitle="Born"), kind="person"),
    Column("Waiting", lambda v: str(v.minutes), 80, "number", lambda v: Cell(number=str(v.minutes), unit="min")),
    Column(
        "Status", lambda v: "Waiting", 120, "chip", lambda v: Cell(status=status("visit", "waiting")), lambda v: "Why"
    ),
]


def visits(*keys: int) -> list[Visit]:
    return [Visit(key) for key in keys]


@pytest.fixture
def model(qtbot: QtBot) -> ListModel[Visit]:
    return ListModel(COLUMNS, lambda v: v.key)


@pytest.fixture
def view(qtbot: QtBot, model: ListModel[Visit]) -> TableView[Visit]:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme().apply(app, "light")
    made = TableView(model, row_height="row_two_line")
    made.resize(700, 400)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_a_row_speaks_through_its_columns(model: ListModel[Visit]) -> None:
    model.set_rows([Visit(1, minutes=24)])

    def said(column: int, role: int) -> Any:
        return model.data(model.index(0, column), role)

    assert [model.headerData(c, Qt.Orientation.Horizontal) for c in range(3)] == ["Patient", "Waiting", "Status"]
    assert said(0, Qt.ItemDataRole.DisplayRole) == "MARROWAY, Ilsabet"
    assert said(1, Qt.ItemDataRole.AccessibleTextRole) == "24 min"
    assert said(2, Qt.ItemDataRole.AccessibleTextRole) == "Waiting" and said(2, Qt.ItemDataRole.ToolTipRole) == "Why"
    assert said(2, CellRole).status.family == "neutral"
    assert said(1, Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight


def test_only_new_and_different_rows_flash_and_never_the_first_time(model: ListModel[Visit]) -> None:
    assert model.set_rows(visits(1, 2, 3)) == 3
    assert [model.data(model.index(r, 0), FlashRole) for r in range(3)] == [0.0] * 3
    assert model.set_rows([Visit(1), Visit(2, minutes=5), Visit(3), Visit(4)]) == 2
    flashing = [bool(model.data(model.index(r, 0), FlashRole)) for r in range(4)]
    assert flashing == [False, True, False, True]
    assert model.set_rows(list(model.rows)) == 0


def test_an_equal_list_changes_nothing(qtbot: QtBot, model: ListModel[Visit]) -> None:
    model.set_rows(visits(1, 2, 3))
    spies = [QSignalSpy(s) for s in (model.dataChanged, model.rowsInserted, model.rowsRemoved, model.layoutChanged)]
    model.set_rows(visits(1, 2, 3))
    assert [spy.count() for spy in spies] == [0, 0, 0, 0]


def test_stale_rows_are_marked(model: ListModel[Visit]) -> None:
    model.set_rows(visits(1))
    spy = QSignalSpy(model.dataChanged)
    model.set_stale(True)
    assert model.data(model.index(0, 0), StaleRole) is True and spy.count() == 1


def test_two_rows_with_one_key_are_a_mistake(model: ListModel[Visit]) -> None:
    with pytest.raises(ValueError):
        model.set_rows(visits(1, 1))


@given(st.lists(st.lists(st.integers(0, 12), unique=True), min_size=2, max_size=5))
def test_any_list_becomes_any_other(steps: Sequence[Sequence[int]]) -> None:
    model: ListModel[Visit] = ListModel(COLUMNS, lambda v: v.key)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    for step in steps:
        held = {model.rows[i.row()].key: i for i in map(model.createIndex, range(len(model.rows)), [0] * 99)}
        model.set_rows(visits(*step))
        assert [row.key for row in model.rows] == list(step)
        assert all(model.place_of(key) == place for place, key in enumerate(step))
        del held
    del tester


def test_selection_follows_its_row(view: TableView[Visit], model: ListModel[Visit]) -> None:
    seen: list[Visit | None] = []
    model.set_rows(visits(1, 2, 3, 4, 5))
    view.select(3)
    view.chosen.connect(seen.append)
    model.set_rows(visits(9, 8, 5, 3, 1))
    assert view.row == Visit(3) and view.currentIndex().row() == 3
    assert len(view.selectionModel().selectedRows()) == 1
    model.set_rows([Visit(9), Visit(3, minutes=7)])
    assert seen[-1] == Visit(3, minutes=7), "whoever shows the row hears that it says something else"
    model.set_rows(visits(9))
    assert seen[-1] != Visit(3, minutes=7)


def test_what_is_read_stays_where_it_is(qtbot: QtBot, view: TableView[Visit], model: ListModel[Visit]) -> None:
    model.set_rows(visits(*range(100, 200)))
    qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() > 0)
    view.scrollTo(model.index(60, 0), TableView.ScrollHint.PositionAtTop)
    assert view.verticalScrollBar().value() > 0
    top = model.rows[view.rowAt(0)].key
    position = view.rowViewportPosition(view.rowAt(0))
    model.set_rows(visits(*range(50, 150), *range(155, 200)))
    assert model.rows[view.rowAt(0)].key == top and view.rowViewportPosition(view.rowAt(0)) == position
    view.scrollToTop()
    model.set_rows(visits(*range(20, 200)))
    assert model.rows[view.rowAt(0)].key == 20, "at the top, new first rows are seen"


def test_keys(qtbot: QtBot, view: TableView[Visit], model: ListModel[Visit]) -> None:
    opened: list[Visit] = []
    view.opened.connect(opened.append)
    model.set_rows([Visit(1, "A"), Visit(2, "B")])
    view.select_first()
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert opened == [Visit(2, "B")]
    QTest.keyClick(view, Qt.Key.Key_A)
    assert view.row == Visit(2, "B"), "letters are not commands"
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "B\t0\tWaiting"


def test_scrolling_a_paged_table_down_and_up_again(qtbot: QtBot, tasks: Tasks) -> None:
    def fetch(_: Any, key: int | None, limit: int, direction: str) -> list[Visit]:
        if direction == "after":
            begin = 0 if key is None else key + 1
            return visits(*range(begin, min(1_000, begin + limit)))
        assert key is not None
        return visits(*range(max(0, key - limit), key))

    model: PagedModel[Visit] = PagedModel(tasks, COLUMNS, lambda v: v.key, lambda v: v.key, fetch, page=20, window=60)
    view = TableView(model)
    view.resize(600, 300)
    qtbot.addWidget(view)
    view.show()
    model.open()

    def to_the_end() -> bool:
        view.scrollToBottom()
        return bool(model.rows) and model.rows[-1].key == 999

    qtbot.waitUntil(to_the_end, timeout=20_000)
    assert len(model.rows) <= 60 and model.rows[0].key >= 940

    def to_the_top() -> bool:
        view.verticalScrollBar().setValue(max(0, view.verticalScrollBar().value() - 150))
        return model.rows[0].key == 0 and view.verticalScrollBar().value() == 0

    qtbot.waitUntil(to_the_top, timeout=20_000)
    assert len(model.rows) <= 60


def test_the_stretched_column_stays_readable_in_a_narrow_list(view: TableView[Visit]) -> None:
    assert view.columnWidth(0) == view.viewport().width() - view.columnWidth(1) - view.columnWidth(2)
    view.resize(230, 400)
    assert view.columnWidth(0) == theme().text_px(LEAST_STRETCHED)
    view.resize(700, 400)
    assert view.columnWidth(0) == view.viewport().width() - view.columnWidth(1) - view.columnWidth(2)
