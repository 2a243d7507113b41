"""Very long tables: fetched by key, a window in memory, nothing that grows with the table."""

from __future__ import annotations

import tracemalloc
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from hisdesk.desk.kit.paged import Direction, PagedModel
from hisdesk.desk.kit.table import Column, count_text
from hisdesk.desk.kit.tasks import Tasks
from hisdesk.errors import Unavailable
from tests.desk.kit.fakes import FakeDatabase


@dataclass(frozen=True)
class Numbered:
    number: int
    text: str


class Shelf:
    """A made-up table of `length` rows with keys 0, 10, 20 …; counts what is fetched."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.changed: dict[int, str] = {}
        self.added: list[int] = []
        self.asked: list[tuple[int | None, int, str]] = []

    def fetch(self, connection: Any, key: int | None, limit: int, direction: Direction) -> list[Numbered]:
        self.asked.append((key, limit, direction))
        if direction == "after":
            begin = 0 if key is None else key // 10 + 1
            numbers = [n * 10 for n in range(begin, min(self.length, begin + limit))]
            if key is None or key < 0:
                numbers = ([n for n in self.added if key is None or n > key] + numbers)[:limit]
        else:
            assert key is not None
            end = (key + 9) // 10
            numbers = [n * 10 for n in range(max(0, end - limit), end)]
        return [Numbered(n, self.changed.get(n, f"row {n}")) for n in numbers]


def model_of(tasks: Tasks, shelf: Shelf, **more: Any) -> PagedModel[Numbered]:
    columns = [Column[Numbered]("Text", lambda r: r.text), Column[Numbered]("Number", lambda r: str(r.number))]
    more = {"page": 20, "window": 100, **more}
    return PagedModel(tasks, columns, lambda r: r.number, lambda r: r.number, shelf.fetch, **more)


def numbers(model: PagedModel[Numbered]) -> list[int]:
    return [row.number for row in model.rows]


def wait(qtbot: QtBot, tasks: Tasks) -> None:
    qtbot.waitUntil(lambda: tasks.pending == 0)


def test_pages_come_by_key_in_both_directions_and_the_window_stays_small(qtbot: QtBot, tasks: Tasks) -> None:
    shelf = Shelf(1_000)
    model = model_of(tasks, shelf)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    model.open()
    wait(qtbot, tasks)
    assert numbers(model)[:20] == [n * 10 for n in range(20)], "the tester itself may already have asked for more"
    while model.canFetchMore():
        model.fetchMore()
        wait(qtbot, tasks)
        assert len(model.rows) <= 100
        assert numbers(model) == list(range(numbers(model)[0], numbers(model)[-1] + 1, 10)), "no gap, no double"
    assert numbers(model)[-1] == 9_990 and model.more_above
    for _ in range(100):
        model.fetch_above()
        wait(qtbot, tasks)
        assert len(model.rows) <= 100
        assert numbers(model) == list(range(numbers(model)[0], numbers(model)[-1] + 1, 10))
    assert numbers(model)[0] == 0 and not model.more_above and model.canFetchMore()
    assert all(limit == 21 for _, limit, _ in shelf.asked)
    del tester


def test_a_short_table_is_known_to_end(qtbot: QtBot, tasks: Tasks) -> None:
    for length in (0, 1, 19, 20):
        model = model_of(tasks, Shelf(length))
        model.open()
        wait(qtbot, tasks)
        assert len(model.rows) == length and not model.canFetchMore()
        assert model.shown_text == str(length)


def test_refresh_re_reads_the_window_in_place(qtbot: QtBot, tasks: Tasks) -> None:
    shelf = Shelf(1_000)
    model = model_of(tasks, shelf)
    model.open()
    wait(qtbot, tasks)
    for _ in range(8):
        model.fetchMore()
        wait(qtbot, tasks)
    before = numbers(model)
    assert model.more_above
    shelf.changed[before[50]] = "changed"
    model.refresh()
    wait(qtbot, tasks)
    assert numbers(model) == before
    assert model.rows[50].text == "changed" and model.flash(before[50]) > 0 and model.flash(before[51]) == 0


def test_refresh_at_the_top_shows_new_rows(qtbot: QtBot, tasks: Tasks) -> None:
    shelf = Shelf(100)
    model = model_of(tasks, shelf)
    model.open()
    wait(qtbot, tasks)
    shelf.added = [-5]
    model.refresh()
    wait(qtbot, tasks)
    assert numbers(model)[:2] == [-5, 0]


def test_a_page_that_fails_can_be_asked_for_again(qtbot: QtBot, tasks: Tasks, db: FakeDatabase) -> None:
    model, errors = model_of(tasks, Shelf(100)), []
    model.failed.connect(errors.append)
    model.open()
    wait(qtbot, tasks)
    db.errors = [Unavailable("away")]
    model.fetchMore()
    wait(qtbot, tasks)
    assert [str(e) for e in errors] == ["away"] and len(model.rows) == 20
    model.retry()
    wait(qtbot, tasks)
    assert len(model.rows) == 40


def test_opening_and_memory_do_not_depend_on_the_length(qtbot: QtBot, tasks: Tasks) -> None:
    """What is fetched and held for a million rows is what is fetched and held for ten thousand."""

    def opened_and_scrolled(length: int) -> tuple[list[Any], int]:
        shelf = Shelf(length)
        model = model_of(tasks, shelf, page=200, window=2_000)
        tracemalloc.start()
        model.open()
        wait(qtbot, tasks)
        for _ in range(30):
            model.fetchMore()
            wait(qtbot, tasks)
        held = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        assert len(model.rows) == 2_000
        return shelf.asked, held

    opened_and_scrolled(10_000)
    small_asked, small = opened_and_scrolled(10_000)
    large_asked, large = opened_and_scrolled(1_000_000)
    assert large_asked == small_asked
    assert large < small * 1.1


@pytest.mark.parametrize(
    ("number", "more", "text"),
    [(0, False, "0"), (999, False, "999"), (1000, False, "1,000"), (1000, True, "1,000+"), (2000, False, "1,000+")],
)
def test_counts_stop_at_a_thousand(number: int, more: bool, text: str) -> None:
    assert count_text(number, more=more) == text
