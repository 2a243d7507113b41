"""A list as a screen: its states tell the truth, its commands say why not, everything works from the keyboard."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.hub import Hub
from hisdesk.desk.kit.keys import keys_of
from hisdesk.desk.kit.list_screen import ListScreen, age_text
from hisdesk.desk.kit.tasks import Tasks
from hisdesk.desk.kit.theme import theme
from hisdesk.errors import Denied, Unavailable
from hisdesk.live.change import Change
from tests.desk.kit.fakes import FakeDatabase, FakeMessages, person
from tests.desk.kit.lists import ARRIVALS, FORBIDDEN, Arrival, Clerk

WARD = uuid.UUID("01993c5e-0000-7000-8000-000000000001")


@pytest.fixture
def hub(qtbot: QtBot) -> Iterator[Hub]:
    made = Hub(poll_ms=60_000)
    made._broker_state("live")
    yield made
    made.close()


@pytest.fixture
def desk(tasks: Tasks, hub: Hub, messages: FakeMessages, db: FakeDatabase) -> Any:
    tasks.reachable.connect(hub.database_answered)
    return SimpleNamespace(db=db, actor=tasks.actor, tasks=tasks, hub=hub, messages=messages)


@pytest.fixture
def clerk() -> Clerk:
    return Clerk()


def opened(qtbot: QtBot, desk: Any, clerk: Clerk, *, width: int = 1366, **more: Any) -> ListScreen[Arrival]:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme().apply(app, "light")
    screen: ListScreen[Arrival] = ListScreen(desk, clerk.spec(**more))
    qtbot.addWidget(screen)
    screen.resize(width, 700)
    with qtbot.waitExposed(screen):
        screen.show()
    screen.activateWindow()
    screen.table.setFocus()
    return screen


def wait(qtbot: QtBot, desk: Any) -> None:
    qtbot.waitUntil(lambda: desk.tasks.pending == 0)


@pytest.fixture
def screen(qtbot: QtBot, desk: Any, clerk: Clerk) -> ListScreen[Arrival]:
    made = opened(qtbot, desk, clerk)
    wait(qtbot, desk)
    return made


def button(screen: ListScreen[Arrival], label: str) -> Button:
    return next(b for c, b in screen.buttons.items() if c.label == label)


def texts(screen: ListScreen[Arrival]) -> str:
    return "\n".join(label.text() for label in screen.findChildren(QLabel) if label.isVisible())


def press(screen: ListScreen[Arrival], key: Qt.Key, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(screen.focusWidget() or screen.table, key, modifier)


# states


def test_full(screen: ListScreen[Arrival]) -> None:
    assert screen.page == "rows" and screen.row == ARRIVALS[0], "the first row is selected"
    shown = texts(screen)
    assert "Arrivals" in shown and "Internal medicine, dental · 7 people" in shown
    assert "7 of 7 shown" in shown and "Order: urgent" in shown and "changed" not in shown


def test_empty_says_how_rows_arrive_and_offers_one_command(qtbot: QtBot, desk: Any, clerk: Clerk) -> None:
    clerk.rows = []
    screen = opened(qtbot, desk, clerk)
    wait(qtbot, desk)
    assert screen.page == "empty" and "New arrivals appear here by themselves." in texts(screen)
    qtbot.mouseClick(screen._pages.empty.button, Qt.MouseButton.LeftButton)
    assert clerk.ran == [("Walk-in", None)]


def test_loading_is_quiet_then_a_skeleton_then_can_be_cancelled(
    qtbot: QtBot, desk: Any, clerk: Clerk, db: FakeDatabase
) -> None:
    db.gate.clear()
    screen = opened(qtbot, desk, clerk)
    assert screen.page == "loading"
    skeleton = screen._pages.loading
    assert (skeleton._quiet.interval(), skeleton._patience.interval()) == (200, 5_000)
    skeleton._patience.timeout.emit()
    assert "takes longer than usual" in texts(screen)
    qtbot.mouseClick(skeleton.cancel, Qt.MouseButton.LeftButton)
    assert screen.page == "error" and "You stopped it." in texts(screen)
    db.gate.set()
    qtbot.mouseClick(screen._pages.failed.button, Qt.MouseButton.LeftButton)
    wait(qtbot, desk)
    assert screen.page == "rows"


def test_a_refusal_is_said_and_f5_tries_again(qtbot: QtBot, desk: Any, clerk: Clerk, db: FakeDatabase) -> None:
    db.errors = [Denied("You do not have the permission “visits.view”.")]
    screen = opened(qtbot, desk, clerk)
    wait(qtbot, desk)
    assert screen.page == "error" and "visits.view" in texts(screen)
    press(screen, Qt.Key.Key_F5)
    wait(qtbot, desk)
    assert screen.page == "rows"


def test_a_bug_shows_its_reference(qtbot: QtBot, desk: Any, clerk: Clerk) -> None:
    def broken(_: Any) -> list[Arrival]:
        raise ZeroDivisionError

    screen = opened(qtbot, desk, clerk, query=broken)
    wait(qtbot, desk)
    assert screen.page == "error" and "Reference E-" in texts(screen)


def test_offline_comes_back_by_itself(qtbot: QtBot, desk: Any, clerk: Clerk, db: FakeDatabase, hub: Hub) -> None:
    db.errors = [Unavailable("The database does not answer.")]
    screen = opened(qtbot, desk, clerk)
    wait(qtbot, desk)
    assert screen.page == "offline" and hub.state == "away"
    hub._poll_now()
    qtbot.waitUntil(lambda: screen.page == "rows")
    wait(qtbot, desk)
    assert hub.state == "live"


def test_rows_that_could_not_be_read_again_are_muted_and_dated(
    qtbot: QtBot, desk: Any, screen: ListScreen[Arrival], db: FakeDatabase
) -> None:
    db.errors = [Unavailable("The database does not answer.")]
    screen.read_again()
    wait(qtbot, desk)
    assert screen.page == "rows" and screen.model.stale
    assert "old: the database does not answer, asking every 10 s" in texts(screen)
    screen.read_again()
    wait(qtbot, desk)
    assert not screen.model.stale and "old:" not in texts(screen)


def test_without_the_broker_rows_are_fresh_while_polling_works_and_stale_when_not(
    qtbot: QtBot, desk: Any, screen: ListScreen[Arrival], hub: Hub
) -> None:
    hub._broker_state("away")
    assert not screen.model.stale, "just read"
    assert screen.read_at is not None
    screen.read_at -= 240
    screen._age.timeout.emit()
    assert screen.model.stale and "4 min old: asking every 10 s" in texts(screen)
    hub._poll_now()
    wait(qtbot, desk)
    assert not screen.model.stale


@pytest.mark.parametrize(("seconds", "text"), [(40, "40 s"), (240, "4 min"), (7300, "2 h")])
def test_ages(seconds: float, text: str) -> None:
    assert age_text(seconds) == text


# live


def test_a_change_elsewhere_appears_and_is_counted(
    qtbot: QtBot, desk: Any, screen: ListScreen[Arrival], clerk: Clerk, hub: Hub
) -> None:
    screen.table.select(4)
    clerk.change(4, state="called")
    clerk.rows = [clerk.rows[3], *clerk.rows[:3], *clerk.rows[4:]]
    hub.on_change(Change("visit", uuid.uuid4(), "U", 2, WARD, None, 0))
    qtbot.waitUntil(lambda: screen.model.rows[0].state == "called")
    assert screen.row is not None and screen.row.id == 4, "the selection went along"
    assert "1 changed" in texts(screen)
    assert "Called" in texts(screen) or screen.model.flash(4) > 0


def test_a_hidden_list_reads_nothing_until_it_is_shown(
    qtbot: QtBot, desk: Any, screen: ListScreen[Arrival], hub: Hub, db: FakeDatabase
) -> None:
    screen.hide()
    before = len(db.bearers)
    with qtbot.waitSignal(hub.changed):
        hub.on_change(Change("visit", uuid.uuid4(), "U", 2, WARD, None, 0))
    assert len(db.bearers) == before and screen.watch.stale
    screen.show()
    qtbot.waitUntil(lambda: len(db.bearers) == before + 1)
    wait(qtbot, desk)


# commands


def test_commands_without_permission_are_not_there(screen: ListScreen[Arrival]) -> None:
    assert [c.label for c in screen.buttons] == ["Walk-in", "Call to room 4", "Has left…", "Check in"]
    assert [b.kind for b in screen.buttons.values()] == ["secondary", "secondary", "destructive", "primary"]


def offered(screen: ListScreen[Arrival]) -> list[str]:
    return sorted(b.text() for b in screen.findChildren(Button) if b.isVisible() and b is not screen.details)


def test_rights_come_and_go_while_the_list_is_open(
    qtbot: QtBot, desk: Any, screen: ListScreen[Arrival], clerk: Clerk
) -> None:
    before, had = desk.actor, offered(screen)
    desk.actor = person("nora", b"s" * 32, FORBIDDEN)
    with qtbot.waitSignal(screen.keys_changed):
        screen.rights_changed()
    QApplication.processEvents()  # a layout shows what is moved into it in the loop's next turn
    assert offered(screen) == ["Refund"] == [c.label for c in screen.buttons]
    press(screen, Qt.Key.Key_F3)
    press(screen, Qt.Key.Key_F4)
    button(screen, "Refund").click()
    assert clerk.ran == [("Refund", ARRIVALS[0])]
    assert not {"F2", "F3", "F4"} & {key.keys for key in keys_of(screen)}
    desk.actor = before
    screen.rights_changed()
    QApplication.processEvents()
    assert offered(screen) == had == ["Call to room 4", "Check in", "Has left…", "Walk-in"]
    press(screen, Qt.Key.Key_F3)
    assert clerk.ran[1:] == [("Walk-in", None)]


def test_an_empty_list_offers_its_command_to_who_may_use_it(qtbot: QtBot, desk: Any, clerk: Clerk) -> None:
    clerk.rows = []
    before, desk.actor = desk.actor, person("nora", b"s" * 32, FORBIDDEN)
    screen = opened(qtbot, desk, clerk)
    wait(qtbot, desk)
    assert screen.page == "empty" and "Walk-in" not in offered(screen)
    desk.actor = before
    screen.rights_changed()
    assert screen._pages.empty.button.isVisible() and screen._pages.empty.button.text() == "Walk-in"


def test_enter_opens_only_for_who_may(qtbot: QtBot, desk: Any, clerk: Clerk) -> None:
    screen = opened(qtbot, desk, clerk, opens_with=FORBIDDEN)
    wait(qtbot, desk)
    press(screen, Qt.Key.Key_Return)
    assert clerk.ran == [] and "Return" not in {key.keys for key in keys_of(screen)}
    desk.actor = person("nora", b"s" * 32, FORBIDDEN)
    screen.rights_changed()
    press(screen, Qt.Key.Key_Return)
    assert clerk.ran == [("open", ARRIVALS[0])] and "Return" in {key.keys for key in keys_of(screen)}


def test_a_blocked_command_says_why_in_sight(qtbot: QtBot, screen: ListScreen[Arrival], clerk: Clerk) -> None:
    primary = button(screen, "Check in")
    assert not primary.isEnabled() and "Is with the doctor since 10:34" in texts(screen)
    assert "Is with the doctor" in primary.accessibleDescription()
    press(screen, Qt.Key.Key_F2)
    assert clerk.ran == []
    press(screen, Qt.Key.Key_Down)
    assert primary.isEnabled() and "Is with the doctor" not in texts(screen)
    press(screen, Qt.Key.Key_F2)
    press(screen, Qt.Key.Key_F4)
    press(screen, Qt.Key.Key_F3)
    press(screen, Qt.Key.Key_Return)
    row = ARRIVALS[1]
    assert clerk.ran == [("Check in", row), ("Call to room 4", row), ("Walk-in", None), ("open", row)]


def test_before_the_rows_are_there_nothing_can_be_done_to_one(
    qtbot: QtBot, desk: Any, clerk: Clerk, db: FakeDatabase
) -> None:
    db.gate.clear()
    screen = opened(qtbot, desk, clerk)
    assert not button(screen, "Check in").isEnabled() and button(screen, "Walk-in").isEnabled()
    assert not button(screen, "Has left…").isVisible(), "commands of a row stand under its preview"


def test_without_a_row_only_the_commands_of_the_list_work(qtbot: QtBot, desk: Any, clerk: Clerk) -> None:
    clerk.rows = []
    screen = opened(qtbot, desk, clerk)
    wait(qtbot, desk)
    assert button(screen, "Walk-in").isEnabled()
    assert button(screen, "Check in").reason == "Choose a row first"


# filter and segments


def test_filter_from_the_keyboard(qtbot: QtBot, screen: ListScreen[Arrival]) -> None:
    press(screen, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert screen.filter.hasFocus()
    QTest.keyClicks(screen.filter, "hollin 406")
    assert [row.id for row in screen.model.rows] == [2] and "1 of 7 shown" in texts(screen)
    QTest.keyClick(screen.filter, Qt.Key.Key_Return)
    assert screen.table.hasFocus() and screen.row == ARRIVALS[1]
    screen.filter.setText("nobody like this")
    assert screen.page == "nothing found" and screen.row is None
    assert screen._pages.nothing.button.text() == "Clear the filter"
    qtbot.mouseClick(screen._pages.nothing.button, Qt.MouseButton.LeftButton)
    assert len(screen.model.rows) == 7


def test_segments_count_and_keep(screen: ListScreen[Arrival]) -> None:
    assert screen._segments is not None
    counts = {b.segment.value: b.segment.count for b in screen._segments._buttons.values()}
    assert counts == {"All": "7", "Waiting": "4", "Called": "1", "Late": "1"}
    screen._segments.set_value("Waiting")
    assert {row.state for row in screen.model.rows} == {"waiting", "urgent"}
    assert "4 of 4 shown" in texts(screen)


# preview


def test_the_preview_follows_and_gives_way(qtbot: QtBot, screen: ListScreen[Arrival]) -> None:
    panel = screen._preview
    assert panel.isVisible() and "In the room since 10:34" in texts(screen)
    press(screen, Qt.Key.Key_Down)
    assert "Urgent at triage: NEWS2 6" in texts(screen)
    assert button(screen, "Has left…").parentWidget() is not screen._header
    screen.resize(1300, 700)
    assert not panel.isVisible()
    qtbot.mouseClick(screen.details, Qt.MouseButton.LeftButton)
    assert panel.isVisible() and not screen.details.isVisible(), "as a drawer, when it is wanted"
    press(screen, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert not panel.isVisible()


def test_the_preview_says_what_the_row_says_now(
    qtbot: QtBot, desk: Any, screen: ListScreen[Arrival], clerk: Clerk
) -> None:
    clerk.change(1, why="In the room since 10:50")
    screen.read_again()
    wait(qtbot, desk)
    assert "In the room since 10:50" in texts(screen)


def test_all_keys_are_in_the_map(screen: ListScreen[Arrival]) -> None:
    listed = {key.keys: key.what for key in keys_of(screen.table)}
    for keys in ("F2", "F3", "F4", "F5", "Ctrl+F", "Ctrl+B", "Return", "Up", "Down", "Ctrl+K"):
        assert keys in listed
    assert listed["F2"] == "Check in"
