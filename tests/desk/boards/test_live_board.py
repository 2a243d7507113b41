"""What every board does to stay true, shown on one that counts departments."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from PySide6.QtWidgets import QApplication

from hisdesk.db.database import Database
from hisdesk.desk.boards.live_board import ALIVE_S, PATIENCE_S, READ_AGAIN_S, LiveBoard
from hisdesk.desk.boards.window import BoardWindow
from hisdesk.desk.kit.hub import Hub
from hisdesk.live.change import Change
from hisdesk.live.topics import department_topic
from tests.desk.boards.conftest import Clock, Until
from tests.helpers.hospital import Hospital
from tests.helpers.roads import Road


class Blank(BoardWindow):
    """Shows nothing."""

    def __init__(self) -> None:
        super().__init__("a board")

    def draw(self, painter: Any, dirty: Any) -> None:
        pass


class Places(LiveBoard):
    """Its rows are two beds that never change; it counts its reads, which wait at `gate` while that is closed."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(Blank(), *args, **more)
        self.reads = 0
        self.forgotten = False
        self.gate = threading.Event()
        self.gate.set()
        self.department: UUID | None = None

    def read(self, tx: sa.Connection) -> int:
        self.gate.wait(20)
        return int(tx.exec_driver_sql("select count(*) from app.department").scalar_one())

    def take(self, answer: int) -> None:
        self.reads += 1

    def keys(self) -> tuple[str, ...]:
        return ("1A", "1B")

    def topics(self) -> set[str]:
        return {department_topic(self.department, "bed")} if self.department else set()

    def touched(self, changes: list[Change]) -> tuple[str, ...]:
        return ("1A",) if changes else ()

    def forget(self) -> None:
        super().forget()
        self.forgotten = True

    def paint(self) -> None:
        pass


@pytest.fixture
def place(hospital: Hospital, hub: Hub, clock: Clock, until: Until) -> Iterator[Callable[..., Places]]:
    made: list[Places] = []

    def open_board(db: Database | None = None) -> Places:
        board = Places(db or Database(hospital.station("WALL-1").engine.url), hub, retry_ms=20, clock=clock)
        board.department = hospital.department("W1")
        made.append(board)
        board.begin()
        return board

    yield open_board
    for each in made:
        each.gate.set()
        each.stop()
        each.tasks.db.close()
        each._view.deleteLater()


@pytest.fixture
def told(hub: Hub, hospital: Hospital) -> Callable[[], None]:
    """Somebody changed the first bed."""
    ward = hospital.department("W1")
    return lambda: hub.on_change(Change("bed", ward, "U", 2, ward, None, 0))


def quiet(board: Places) -> bool:
    return board.reads > 0 and not board.tasks.pending


def be_live(board: Places, until: Until) -> None:
    """The broker lets it hear, and the relay beats."""
    until(lambda: quiet(board))
    board.hub.on_subscribed(board.topics())
    board.hub.on_state("live")
    until(lambda: quiet(board) and board.hub.broker_live and not board.ages.doubted("1A"))


def test_many_changes_cost_two_reads_and_the_last_one_is_seen(
    place: Callable[..., Places], until: Until, hub: Hub, told: Callable[[], None]
) -> None:
    board = place()
    until(lambda: quiet(board))
    before = board.reads
    board.gate.clear()
    told()
    until(lambda: board.tasks.pending)
    for _ in range(50):
        told()
        hub._distribute()
    board.gate.set()
    until(lambda: board.reads == before + 2)  # one was under way; what was told meanwhile is read once more
    QApplication.processEvents()
    assert quiet(board) and not board._soon.isActive()
    assert not board.ages.doubted("1A"), "the last change was read"


def test_a_quiet_row_is_as_young_as_the_live_connection_and_a_told_one_is_not(
    place: Callable[..., Places], until: Until, hub: Hub, clock: Clock, told: Callable[[], None]
) -> None:
    board = place()
    be_live(board, until)
    board.gate.clear()
    told()
    until(lambda: board.ages.doubted("1A"))
    for _ in range(6):
        clock.forward(5)
        board.tick()
    assert board.ages.age_s("1A", clock.now) == 30
    assert board.ages.age_s("1B", clock.now) == ALIVE_S


def test_what_is_told_before_the_broker_lets_it_hear_is_read_again(
    place: Callable[..., Places], until: Until, hub: Hub
) -> None:
    board = place()
    until(lambda: quiet(board))
    assert board.ages.doubted("1B"), "nobody has said that its changes are heard"
    before = board.reads
    hub.on_subscribed(board.topics())
    until(lambda: board.reads > before and quiet(board))
    assert not board.ages.doubted("1B")


def test_after_a_reconnection_it_believes_nothing_before_it_has_read(
    place: Callable[..., Places], until: Until, hub: Hub
) -> None:
    board = place()
    be_live(board, until)
    before = board.reads
    board.gate.clear()
    hub.on_resync()
    until(lambda: board.ages.doubted("1B"))
    board.gate.set()
    until(lambda: board.reads > before and quiet(board) and not board.ages.doubted("1B"))


def test_after_a_sleep_it_believes_nothing_before_it_has_read(
    place: Callable[..., Places], until: Until, hub: Hub, clock: Clock
) -> None:
    board = place()
    be_live(board, until)
    before = board.reads
    board.gate.clear()
    clock.forward(3600)
    board.tick()
    assert board.ages.doubted("1B") and board.ages.age_s("1B", clock.now) == 3600
    board.gate.set()
    until(lambda: board.reads > before and quiet(board))
    assert board.ages.age_s("1B", clock.now) == 0


def test_it_reads_each_minute_even_where_nothing_is_told(
    place: Callable[..., Places], until: Until, hub: Hub, clock: Clock
) -> None:
    board = place()
    be_live(board, until)
    before = board.reads
    for _ in range(int(READ_AGAIN_S * 1.2 / 5) + 1):
        clock.forward(5)
        board.tick()
    until(lambda: board.reads == before + 1)


def test_a_station_that_was_taken_out_of_service_shows_nothing_any_more(
    place: Callable[..., Places], until: Until, hospital: Hospital
) -> None:
    board = place()
    until(lambda: quiet(board))
    hospital.run("update auth.station set revoked_at = clock_timestamp() where code = 'WALL-1'")
    hospital.run("update auth.session set ended_at = clock_timestamp() where kind = 'device'")
    board._go_on()
    until(lambda: board.forgotten)
    assert board.ages.keys == frozenset() and board.problem


def test_a_board_that_knocked_too_often_keeps_what_it_shows_and_waits(
    place: Callable[..., Places], until: Until, hospital: Hospital
) -> None:
    board = place()
    until(lambda: quiet(board))
    before = board.reads
    hospital.run("update auth.setting set value = 0 where name = 'challenges_per_minute'")
    hospital.run("update auth.session set ended_at = clock_timestamp() where kind = 'device'")
    board._go_on()
    until(lambda: "Too many" in board.problem)
    assert board.ages.keys and not board.forgotten
    hospital.run("update auth.setting set value = 60 where name = 'challenges_per_minute'")
    until(lambda: board.reads > before and not board.problem)


def test_a_network_that_swallows_the_answer_is_given_up_and_found_again(
    place: Callable[..., Places], until: Until, hospital: Hospital, clock: Clock
) -> None:
    road = Road(hospital.address.port)
    try:
        board = place(Database(hospital.station("WALL-1").engine.url.set(port=road.port), connect_timeout_s=2))
        until(lambda: quiet(board))
        road.cut()
        board._go_on()
        before = board.reads
        assert board.tasks.pending == 1, "the question is on its way and no answer will come"
        for _ in range(int(PATIENCE_S) // 5 + 1):
            clock.forward(5)
            board.tick()
        until(lambda: board.problem)
        assert board.ages.age_s("1A", clock.now) == 35.0
        road.mend()
        until(lambda: board.reads > before)
        assert board.problem == "" and board.ages.age_s("1A", clock.now) == 0
    finally:
        board.stop()
        road.close()
