"""The bed board on a real database: what it shows, to whom it listens, and how old each bed is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
import sqlalchemy as sa

from hisdesk.db.database import Database
from hisdesk.desk.boards.beds import STALE_S, TABLES, BedBoard
from hisdesk.desk.boards.beds_state import BedTile
from hisdesk.desk.boards.beds_view import BedsView
from hisdesk.desk.boards.display import BedDisplay
from hisdesk.desk.kit.hub import Hub
from hisdesk.live.change import Change
from tests.desk.boards.conftest import Clock, Until
from tests.factories import people, wards
from tests.helpers.hospital import Hospital
from tests.helpers.servers import free_port
from tests.helpers.windows import Ear

Open = Callable[..., BedBoard]


@pytest.fixture
def board(hospital: Hospital, hub: Hub, clock: Clock) -> Iterator[Open]:
    made: list[BedBoard] = []

    def open_board(db: Database | None = None, ward: str = "") -> BedBoard:
        there = db or Database(hospital.station("WALL-1").engine.url)
        shown = BedBoard(BedsView(), there, hub, ward=ward, retry_ms=20, clock=clock)
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


def tiles(board: BedBoard) -> dict[str, BedTile]:
    return {tile.label: tile for page in board.view.state.wards for tile in page.tiles}


def words(board: BedBoard) -> dict[str, str]:
    return {label: tile.state.word for label, tile in tiles(board).items()}


def figures(board: BedBoard) -> dict[str, int]:
    return {what: number for page in board.view.state.wards for number, what in page.figures}


def be_live(board: BedBoard, until: Until) -> None:
    """The broker lets it hear, and the relay beats."""
    until(lambda: board.ages.keys and not board.tasks.pending)
    board.hub.on_subscribed(board.topics())
    board.hub.on_state("live")
    until(lambda: board.hub.broker_live and not board.tasks.pending)
    until(lambda: not any(board.ages.doubted(key) for key in board.ages.keys))


def tell(board: BedBoard, table: str, key: UUID, ward: UUID) -> None:
    board.hub.on_change(Change(table, key, "U", 2, ward, None, 0))


def later(board: BedBoard, clock: Clock, seconds: int) -> None:
    """So many seconds pass, each with its tick."""
    for _ in range(seconds // 5):
        clock.forward(5)
        board.tick()


def admit(hospital: Hospital, bed: UUID, **person: object) -> UUID:
    who = people.registered(hospital.desk(), family_name="Eldermere", given_names="Sabine", **person)
    return wards.admitted(hospital, wards.requested(hospital, who.patient_id), bed)


def test_a_bed_turns_occupied_with_initials_only(board: Open, hospital: Hospital, until: Until, clock: Clock) -> None:
    room = wards.furnished(hospital, "1A", "1B", "1C", sex="female", equipment=("oxygen",))
    shown = board()
    until(lambda: words(shown) == {"1A": "Free", "1B": "Free", "1C": "Free"})
    assert shown.view.state.wards[0].title == "Ward 1"
    assert tiles(shown)["1A"].lines[0].text == "Female, oxygen"
    stay = admit(hospital, room.beds["1A"])
    admit(hospital, room.beds["1B"], private_on_boards=True)
    tell(shown, "stay", stay, hospital.department("W1"))
    until(lambda: words(shown) == {"1A": "Occupied", "1B": "Occupied", "1C": "Free"})
    assert (tiles(shown)["1A"].who, tiles(shown)["1B"].who) == ("S.E.", "Private")
    assert figures(shown) == {"free": 1, "cleaning": 0, "home today": 0, "waiting": 0}
    assert "Eldermere" not in repr(shown.view.state) + shown.view.accessibleName()


def test_who_waits_is_counted(board: Open, hospital: Hospital, until: Until) -> None:
    wards.furnished(hospital, "1A")
    shown = board()
    until(lambda: words(shown))
    request = wards.requested(hospital, people.registered(hospital.desk()).patient_id)
    tell(shown, "admission_request", request, hospital.department("W1"))
    until(lambda: figures(shown)["waiting"] == 1)


def test_it_listens_to_all_that_changes_its_ward_and_reads_three_statements(
    board: Open, hospital: Hospital, hub: Hub, until: Until
) -> None:
    wards.furnished(hospital, "1A")
    said: list[str] = []
    shown = board()
    until(lambda: hub._watches)
    ward = hospital.department("W1")
    (watch,) = hub._watches
    assert watch.topics == {f"hisdesk/v1/department/{ward}/{table}" for table in TABLES}
    assert set(TABLES) == {"bed", "stay", "admission_request", "cleaning_task"}
    sa.event.listen(shown.tasks.db.engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    until(lambda: not shown.tasks.pending)
    said.clear()
    tell(shown, "cleaning_task", ward, ward)
    until(lambda: any("commit" in each for each in said))
    assert len(said) == 5, "three, beside begin and commit"


def test_only_the_ward_that_was_asked_for(board: Open, hospital: Hospital, until: Until) -> None:
    wards.furnished(hospital, "1A")
    shown = board(ward="w1")
    until(lambda: words(shown) == {"1A": "Free"})
    other = board(ward="W9")
    until(lambda: "W9" in other.view.state.wards[0].message)
    assert other.view.state.wards[0].hint == "It shows: W1" and tiles(other) == {}


def test_a_ward_without_beds_says_so(board: Open, until: Until) -> None:
    shown = board()
    until(lambda: shown.view.state.wards[0].message == "No beds are set up on this ward")
    assert figures(shown)["free"] == 0


def test_a_quiet_bed_is_not_old_and_one_of_which_was_told_turns_grey_alone(
    board: Open, hospital: Hospital, hub: Hub, until: Until, clock: Clock
) -> None:
    room = wards.furnished(hospital, "1A", "1B")
    shown = board()
    be_live(shown, until)
    there, shown.tasks.db = shown.tasks.db, Database(hospital.station("WALL-1").engine.url.set(port=free_port()))
    later(shown, clock, 30)
    tell(shown, "bed", room.beds["1B"], hospital.department("W1"))
    until(lambda: tiles(shown)["1B"].stale)
    assert not tiles(shown)["1A"].stale and tiles(shown)["1A"].age == ""
    assert shown.view.state.live.word == "Database away"
    later(shown, clock, 240)
    hub._poll_now()  # it asks again and again, and still knows what it was told
    until(lambda: tiles(shown)["1B"].age == "4 min" and not shown.tasks.pending)
    assert not tiles(shown)["1A"].stale, "the relay says that nothing else changed"
    assert shown.view.state.wards[0].notice == "1B: no news for 4 min, shown grey"
    assert shown.view.state.wards[0].old, "the figures count that bed"
    hospital.run("update app.bed set status = 'H', version = version + 1 where label = '1B'")
    away, shown.tasks.db = shown.tasks.db, there
    until(lambda: words(shown)["1B"] == "Cleaning")
    away.close()
    assert not any(tile.stale or tile.age for tile in tiles(shown).values())
    assert shown.view.state.live.word == "Live" and shown.view.state.wards[0].notice == ""


def test_without_broker_and_database_every_tile_says_its_age_and_none_looks_fresh(
    board: Open, hospital: Hospital, hub: Hub, until: Until, clock: Clock
) -> None:
    wards.furnished(hospital, "1A", "1B")
    shown = board()
    be_live(shown, until)
    there, shown.tasks.db = shown.tasks.db, Database(hospital.station("WALL-1").engine.url.set(port=free_port()))
    hub.on_state("away")
    until(lambda: not hub.broker_live)
    hub.re_read()
    until(lambda: shown.problem)
    later(shown, clock, STALE_S)
    assert all(tile.stale and not tile.filled for tile in tiles(shown).values())
    assert {tile.age for tile in tiles(shown).values()} == {"1 min"}
    clock.forward(3600)
    shown.tick()
    assert {tile.age for tile in tiles(shown).values()} == {"1 h"}
    assert shown.view.state.wards[0].notice == "All beds: no news for 1 h, shown grey"
    away, shown.tasks.db = shown.tasks.db, there
    until(lambda: not any(tile.stale for tile in tiles(shown).values()))
    away.close()
    assert shown.view.state.live.word == "Polling every 10 s"
    assert not any(tile.age for tile in tiles(shown).values()), "read just now, although not live"


def test_while_polling_a_missed_read_is_dated_before_it_is_grey(
    board: Open, hospital: Hospital, hub: Hub, until: Until, clock: Clock
) -> None:
    wards.furnished(hospital, "1A")
    shown = board()
    hub.on_state("away")
    until(lambda: words(shown) and shown.view.state.live.word == "Polling every 10 s")
    later(shown, clock, 20)
    assert (tiles(shown)["1A"].age, tiles(shown)["1A"].stale) == ("20 s", False)
    later(shown, clock, STALE_S - 20)
    assert (tiles(shown)["1A"].age, tiles(shown)["1A"].stale) == ("1 min", True)


def test_a_bed_board_that_never_got_through_says_why(board: Open, hospital: Hospital, until: Until) -> None:
    wards.furnished(hospital, "1A")
    there = hospital.station("WALL-1").engine.url
    shown = board(Database(there.set(port=free_port())))
    until(lambda: "does not answer" in shown.view.state.wards[0].message)
    assert shown.view.state.wards[0].hint == "It keeps trying and comes back by itself."
    away, shown.tasks.db = shown.tasks.db, Database(there)
    until(lambda: words(shown) == {"1A": "Free"})
    away.close()


def test_a_station_that_is_revoked_shows_nobody_any_more(board: Open, hospital: Hospital, until: Until) -> None:
    room = wards.furnished(hospital, "1A")
    admit(hospital, room.beds["1A"])
    shown = board()
    until(lambda: words(shown) == {"1A": "Occupied"})
    hospital.run("update auth.station set revoked_at = clock_timestamp() where code = 'WALL-1'")
    hospital.run("update auth.session set ended_at = clock_timestamp() where kind = 'device'")
    shown.hub.re_read()
    until(lambda: not tiles(shown) and shown.view.state.wards[0].message == shown.problem != "")


def test_the_display_signs_in_by_itself_and_ends_everything(hospital: Hospital, until: Until) -> None:
    wards.furnished(hospital, "1A")
    ear = Ear()
    display = BedDisplay(lambda: Database(hospital.station("WALL-1").engine.url), lambda _hub: ear, ward="W1")
    display.show()
    assert display.view.isVisible() and display.board is None, "the window does not wait for the database"
    until(lambda: [page.title for page in display.view.state.wards] == ["Ward 1"])
    display.close()
    assert ear.closed
    before = display.view.state
    display.hub.on_state("live")  # was on its way
    until(lambda: display.hub.broker_live)
    assert display.view.state == before, "the view may be gone by now"
    assert hospital.value("select count(*) from auth.session where kind = 'device'") == 1
