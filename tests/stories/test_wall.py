"""At WARD-1 and WALL-1: what the ward does stands on the wall at once, and the wall outlives everything by itself.

Broker killed, database killed, network cut for a minute and for an hour: it says how old each bed is, shows no old bed
as fresh, and nobody touches it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from hisdesk.access.action import new_id, perform
from hisdesk.access.sign_in import sign_in
from hisdesk.app import application, bed_display, connect
from hisdesk.commands import demo_hospital
from hisdesk.config import Station, load_station
from hisdesk.desk.boards.ages import running_s
from hisdesk.desk.boards.beds import STALE_S, BedBoard
from hisdesk.desk.boards.beds_state import BedTile
from hisdesk.desk.boards.display import BedDisplay
from hisdesk.desk.demo.tour_player import Player
from hisdesk.desk.kit.theme import theme
from hisdesk.embedded import processes
from hisdesk.hospital.beds.actions import block, unblock
from hisdesk.hospital.beds.queries import BoardBed
from tests.helpers.roads import Road
from tests.helpers.servers import open_folder

PEOPLE = 60
BED, WARD, WALL = "1D", "MED1", "WALL-1"


class Clock:
    """The board's own seconds; some are skipped."""

    def __init__(self) -> None:
        self.skipped = 0.0

    def __call__(self) -> float:
        return running_s() + self.skipped


class Ward:
    """Owen at the ward's desk: he blocks a bed, or lets it be given again."""

    def __init__(self, demo: demo_hospital.RunningDemo) -> None:
        owen = next(each for each in demo.people if each.user_name == "owen")
        station = load_station(owen.station_folder)
        self.db = connect(station)
        self.actor = sign_in(self.db, owen.user_name, owen.password, station.secrets.private_key).actor

    def block(self, bed: BoardBed) -> None:
        perform(self.db, self.actor, block, new_id(), bed.id, bed.version, "Ceiling leak")

    def unblock(self, bed: BoardBed) -> None:
        perform(self.db, self.actor, unblock, new_id(), bed.id, bed.version)


class Wall:
    """The board at WALL-1, from its start to its end; nobody touches it in between."""

    def __init__(self, station: Station) -> None:
        self.player, self.clock = Player(), Clock()
        self.display: BedDisplay = bed_display(station)
        self.display.show()
        self.wait(lambda: self.display.board is not None, "the board is loaded")
        self.board.clock = self.clock
        self.wait(lambda: self.live == "Live" and self.tiles, "the beds, live", 60)

    @property
    def board(self) -> BedBoard:
        assert isinstance(self.display.board, BedBoard)
        return self.display.board

    @property
    def live(self) -> str:
        return self.display.view.state.live.word

    @property
    def tiles(self) -> dict[str, BedTile]:
        return {tile.label: tile for page in self.display.view.state.wards for tile in page.tiles}

    @property
    def bed(self) -> BoardBed:
        return next(bed for bed in self.board._shown.beds if bed.label == BED)

    def wait(self, condition: Callable[[], object], what: str, timeout_s: float = 30) -> None:
        self.player.wait(condition, what, timeout_s)

    def shows(self, word: str, timeout_s: float = 30) -> None:
        """Waits until the bed is in that state and nothing on the wall is old."""
        self.wait(lambda: self.tiles[BED].state.word == word, f"{BED} {word}", timeout_s)
        self.wait(lambda: not any(tile.age or tile.stale for tile in self.tiles.values()), "all is fresh", timeout_s)

    def skip(self, seconds: float) -> None:
        """So much time passes on the wall."""
        self.clock.skipped += seconds
        self.board.tick()

    def all_say(self, age: str) -> bool:
        return {(tile.age, tile.stale, tile.filled) for tile in self.tiles.values()} == {(age, True, False)}

    def close(self) -> None:
        self.display.close()
        self.display.view.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def demo() -> Iterator[demo_hospital.RunningDemo]:
    folder = open_folder("hisdesk-wall-")
    theme().apply(application(), "light")
    running = demo_hospital.start(folder / "hospital", lambda _line: None, people=PEOPLE)
    yield running
    running.stop()
    demo_hospital.remove(folder / "hospital", say=lambda _line: None)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def ward(demo: demo_hospital.RunningDemo) -> Iterator[Ward]:
    made = Ward(demo)
    yield made
    made.db.close()


@pytest.fixture
def roads(demo: demo_hospital.RunningDemo) -> Iterator[list[Road]]:
    """The network between the wall and the two servers."""
    station = load_station(demo.station_folder(WALL))
    made = [Road(station.database.port), Road(station.broker.port)]
    yield made
    for road in made:
        road.close()


@pytest.fixture
def hang(demo: demo_hospital.RunningDemo) -> Iterator[Callable[..., Wall]]:
    """`hang(roads=None)`: the wall board, as after switching its computer on."""
    made: list[Wall] = []

    def open_wall(roads: list[Road] | None = None) -> Wall:
        station = load_station(demo.station_folder(WALL))
        if roads:
            database, broker = (road.port for road in roads)
            station = replace(
                station,
                database=replace(station.database, port=database),
                broker=replace(station.broker, port=broker),
            )
        made.append(Wall(station))
        return made[-1]

    yield open_wall
    for wall in made:
        wall.close()


def aside(wall: Wall, work: Callable[[], Any], what: str) -> None:
    """What an administrator does at the server while the wall lives on."""
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(work)
        wall.wait(done.done, what, 90)
        done.result()


@pytest.mark.timeout(240)
def test_the_ward_is_on_the_wall_at_once_also_after_a_reboot(hang: Callable[..., Wall], ward: Ward) -> None:
    wall = hang()
    assert wall.tiles[BED].state.word == "Free"
    ward.block(wall.bed)
    wall.shows("Blocked", 5)
    wall.display.view.close()
    again = hang()
    again.shows("Blocked")
    ward.unblock(again.bed)
    again.shows("Free", 5)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_broker_is_killed(hang: Callable[..., Wall], ward: Ward, demo: demo_hospital.RunningDemo) -> None:
    wall = hang()
    demo.broker.kill()
    wall.wait(lambda: wall.live == "Polling every 10 s", "“Polling”", 40)
    ward.block(wall.bed)
    wall.shows("Blocked")
    aside(wall, demo.broker.start, "the broker again")
    wall.wait(lambda: wall.live == "Live", "“Live” again", 90)
    ward.unblock(wall.bed)
    wall.shows("Free", 10)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_database_is_killed_and_started_again(
    hang: Callable[..., Wall], ward: Ward, demo: demo_hospital.RunningDemo
) -> None:
    wall = hang()
    ward.block(wall.bed)
    wall.shows("Blocked")
    for process in processes.of(demo.postgres.place.data):
        process.kill()
    wall.wait(lambda: not wall.display.hub.broker_live, "the heart stands still", 40)
    wall.wait(lambda: wall.live == "Database away", "“Database away”", 40)
    wall.skip(STALE_S)
    assert wall.all_say("1 min"), "no bed that is a minute old looks fresh"
    assert wall.display.view.state.wards[0].notice == "All beds: no news for 1 min, shown grey"
    aside(wall, demo.postgres.start, "the database again")
    wall.shows("Blocked", 60)
    wall.wait(lambda: wall.live == "Live", "“Live” again", 60)
    ward.unblock(wall.bed)
    wall.shows("Free", 10)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("seconds", "age"), [(60, "1 min"), (3600, "1 h")])
def test_the_network_is_cut(hang: Callable[..., Wall], ward: Ward, roads: list[Road], seconds: int, age: str) -> None:
    wall = hang(roads)
    for road in roads:
        road.cut()
    ward.block(wall.bed)
    wall.wait(lambda: not wall.display.hub.broker_live, "it hears nothing any more", 40)
    wall.skip(seconds)
    assert wall.all_say(age), "it doesn't know of the change, and doesn't claim to"
    assert wall.tiles[BED].state.word == "Free"
    assert wall.display.view.state.wards[0].old
    wall.wait(lambda: wall.board.problem, "the question is given up", 60)
    for road in roads:
        road.mend()
    wall.shows("Blocked", 60)
    wall.wait(lambda: wall.live == "Live", "“Live” again", 90)
    ward.unblock(wall.bed)
    wall.shows("Free", 10)
