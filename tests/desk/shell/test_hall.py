"""The hall display on a real database: what it shows, and that it comes back from everything by itself."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hisdesk.db.database import Database
from hisdesk.desk.boards.chime import Chime
from hisdesk.desk.boards.display import HallDisplay
from hisdesk.desk.boards.hall import HallBoard, state_of
from hisdesk.desk.boards.hall_view import HallView
from hisdesk.desk.kit.hub import Hub
from hisdesk.hospital.departments.queries import Department
from hisdesk.hospital.visits.actions import call
from hisdesk.hospital.visits.queries import HallRow
from hisdesk.live.change import Change
from tests.factories.visits import added
from tests.helpers.hospital import Hospital
from tests.helpers.servers import free_port
from tests.helpers.windows import Ear


@pytest.fixture
def hub(qtbot: QtBot) -> Iterator[Hub]:
    made = Hub(poll_ms=3_600_000)
    yield made
    made.close()


@pytest.fixture
def board(hospital: Hospital, hub: Hub, qtbot: QtBot) -> Iterator[Callable[..., HallBoard]]:
    made: list[HallBoard] = []

    def open_board(connect: Callable[[], Database] | None = None, department: str = "") -> HallBoard:
        db = (connect or (lambda: Database(hospital.station("HALL-1").engine.url)))()
        shown = HallBoard(HallView(), db, hub, department=department, retry_ms=20)
        made.append(shown)
        shown.view.resize(960, 540)
        shown.view.show()
        shown.begin()
        return shown

    yield open_board
    for each in made:
        each.stop()
        each.tasks.db.close()
        each.view.deleteLater()


def until(qtbot: QtBot, condition: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(condition()), timeout=20_000)


def next_up(board: HallBoard) -> list[str]:
    return [waiting.ticket for waiting in board.view.state.next]


def test_it_shows_numbers_and_announces_a_call(
    board: Callable[..., HallBoard], hospital: Hospital, hub: Hub, qtbot: QtBot
) -> None:
    desk, clinic = hospital.desk("registration"), hospital.department("CARD")
    first, second = added(desk, clinic), added(desk, clinic)
    shown = board()
    until(qtbot, lambda: next_up(shown) == [first.ticket, second.ticket])
    assert shown.view.state.title == "Cardiology"
    announced: list[str] = []
    shown.view.announced.connect(announced.append)
    doctor = hospital.desk("physician", station="ROOM-3")
    doctor.do(call, first.visit_id, 1, "Room 3")
    hub.on_change(Change("visit", first.visit_id, "U", 2, clinic, None, 0))
    until(qtbot, lambda: announced)
    assert announced == [f"{first.ticket}, Room 3"]
    assert next_up(shown) == [second.ticket]
    assert shown.view.state.calling[0].room == "Room 3"


def test_it_listens_to_its_departments_only(
    board: Callable[..., HallBoard], hospital: Hospital, hub: Hub, qtbot: QtBot
) -> None:
    board()
    until(qtbot, lambda: len(hub._watches) == 1)
    (watch,) = hub._watches
    assert watch.topics == {f"hisdesk/v1/department/{hospital.department('CARD')}/visit"}


def test_it_goes_on_after_its_session_and_its_connections_are_gone(
    board: Callable[..., HallBoard], hospital: Hospital, hub: Hub, qtbot: QtBot
) -> None:
    shown = board()
    until(qtbot, lambda: hub._watches)
    token = shown.tasks.actor.token  # type: ignore[union-attr]
    hospital.run("update auth.session set ended_at = clock_timestamp() where kind = 'device'")
    hospital.run(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and usename = %s",
        hospital.name,
        hospital.template.stations["HALL-1"].role_name,
    )
    made = added(hospital.desk("registration"), hospital.department("CARD"))
    hub.re_read()
    until(qtbot, lambda: next_up(shown) == [made.ticket])
    assert shown.tasks.actor.token != token  # type: ignore[union-attr]
    assert shown.problem == ""


def test_it_says_how_old_it_is_while_the_database_is_away_and_comes_back(
    board: Callable[..., HallBoard], hospital: Hospital, hub: Hub, qtbot: QtBot
) -> None:
    made = added(hospital.desk("registration"), hospital.department("CARD"))
    there = hospital.station("HALL-1").engine.url
    shown = board(lambda: Database(there.set(port=free_port())))
    until(qtbot, lambda: shown.problem)
    assert shown.view.stale and next_up(shown) == []
    away, shown.tasks.db = shown.tasks.db, Database(there)
    until(qtbot, lambda: next_up(shown) == [made.ticket])
    away.close()
    hub.on_state("live")
    until(qtbot, lambda: not shown.view.stale)


def test_the_window_opens_at_once_and_what_feeds_it_comes_from_a_thread(hospital: Hospital, qtbot: QtBot) -> None:
    made = added(hospital.desk("registration"), hospital.department("CARD"))
    ear, called_by = Ear(), []

    def connect() -> Database:
        called_by.append(threading.current_thread())
        return Database(hospital.station("HALL-1").engine.url)

    def listen(_hub: Hub) -> Ear:
        called_by.append(threading.current_thread())
        return ear

    display = HallDisplay(connect, listen, sound=False)
    display.show()
    assert display.view.isVisible() and display.view.stale and display.board is None
    until(qtbot, lambda: [waiting.ticket for waiting in display.view.state.next] == [made.ticket])
    display.close()
    assert threading.main_thread() not in called_by and len(called_by) == 2
    assert ear.closed


def test_closing_the_display_before_it_is_loaded_leaves_nothing_open(hospital: Hospital, qtbot: QtBot) -> None:
    databases, ear = [], Ear()

    def connect() -> Database:
        databases.append(Database(hospital.station("HALL-1").engine.url))
        databases[0].close = lambda: closed.append(True)  # type: ignore[method-assign]
        return databases[0]

    closed: list[bool] = []
    display = HallDisplay(connect, lambda _hub: ear, sound=False)
    with qtbot.waitSignal(display.view.painted):
        display.show()
    display.close()  # waits for the thread; its answer is still on the way
    QApplication.processEvents()
    assert closed and ear.closed and display.board is None


class Tones:
    def __init__(self) -> None:
        self.played_by: list[threading.Thread] = []

    def play(self) -> None:
        self.played_by.append(threading.current_thread())


def test_the_tones_are_made_before_the_first_call_and_never_on_the_gui_thread(qtbot: QtBot) -> None:
    tones, made_by = Tones(), []

    def make() -> Tones:
        made_by.append(threading.current_thread())
        return tones

    chime = Chime(make)
    chime.begin()
    until(qtbot, lambda: made_by)
    chime.ring("C 001, Room 3")
    chime.ring("C 002, Room 3")
    until(qtbot, lambda: len(tones.played_by) == 2)
    chime.close()
    assert len(made_by) == 1, "once for all calls"
    assert threading.main_thread() not in made_by + tones.played_by


def test_without_a_loudspeaker_the_system_beeps_until_there_is_one(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    beeps: list[threading.Thread] = []
    monkeypatch.setattr(QApplication, "beep", lambda: beeps.append(threading.current_thread()))
    tones, plugged_in = Tones(), threading.Event()
    chime = Chime(lambda: tones if plugged_in.is_set() else None)
    chime.begin()
    chime.ring()
    until(qtbot, lambda: beeps == [threading.main_thread()])
    plugged_in.set()
    chime.ring()
    until(qtbot, lambda: tones.played_by)
    chime.close()
    assert len(beeps) == 1


def row(ticket: str, status: str, department: str = "Cardiology", minute: int | None = None, place: int = 1) -> HallRow:
    called = datetime(2026, 3, 17, 10, minute, tzinfo=UTC) if minute is not None else None
    return HallRow(ticket, department, status, "Room 4", called, place, False)


def clinic(code: str, name: str) -> Department:
    import uuid

    return Department(uuid.uuid4(), code, name, code[0], "clinic", "", "", True, 1)


def test_the_newest_call_stands_first_and_other_departments_are_left_out() -> None:
    rows = [
        row("C 001", "with doctor", minute=10),
        row("C 002", "called", minute=12),
        row("C 003", "waiting", place=2),
        row("C 004", "waiting", place=1),
        row("G 001", "called", "General medicine", minute=59),
    ]
    one = state_of(rows, [clinic("CARD", "Cardiology")], "Main hall")
    assert [c.ticket for c in one.calling] == ["C 002", "C 001"]
    assert [w.ticket for w in one.next] == ["C 004", "C 003"]
    assert one.title == "Cardiology"
    both = state_of(rows, [clinic("CARD", "Cardiology"), clinic("GEN", "General medicine")], "Main hall")
    assert both.title == "Main hall" and both.calling[0].ticket == "G 001"


def test_the_loudspeaker_is_found_without_a_word() -> None:
    """Whoever hears a word of Qt in Python while a library is loaded in a thread stands still for good."""
    program = """
from PySide6.QtCore import QCoreApplication, qInstallMessageHandler
app, heard = QCoreApplication([]), []
qInstallMessageHandler(lambda kind, context, text: heard.append(context.category))
from hisdesk.desk.boards.chime import call_tones
call_tones()
raise SystemExit(sum(category.startswith("qt.multimedia.symbols") for category in heard))
"""
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0
