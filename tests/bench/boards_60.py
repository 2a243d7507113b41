"""Sixty bed boards on one server: 59 that listen and read again without a window, and one that is looked at."""

from __future__ import annotations

import os
import random
import secrets
import selectors
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from uuid import UUID

from tests.bench import wall
from tests.bench.report import Row, percentile, row

if TYPE_CHECKING:
    import paho.mqtt.client as paho
    from PySide6.QtCore import QRect
    from PySide6.QtGui import QPainter

    from tests.helpers.hospital import Hospital

CROWD, COMPUTERS, BEHIND = 59, 2, 5
CHANGES, WARM, PAUSE_S = 100, 10, (0.4, 0.6)
POLL_MS, ALLOWED_MS = 50.0, 100.0


def measure() -> list[Row]:
    """From just before a commit to the changed tile painted, p95 of a hundred changes (about a minute and a half)."""
    from tests.bench.durable import durable_postgres
    from tests.bench.live import _relay
    from tests.helpers import servers
    from tests.helpers.hospital import Hospital, make_template

    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        hospital = stack.enter_context(Hospital(make_template(stack.enter_context(durable_postgres()))))
        broker = stack.enter_context(servers.mosquitto())
        ward = wall.furnish(hospital, broker)
        stack.enter_context(_relay(hospital, folder, ward.broker, ward.words["relay"]))
        crowds = [
            stack.enter_context(wall.child("tests.bench.boards_60", "crowd", ward.arguments(), *urls))
            for urls in _shares(_enrolled(hospital))
        ]
        board = stack.enter_context(wall.child("tests.bench.boards_60", "board", ward.arguments()))
        for each in (*crowds, board):
            wall.told(each.stdout)  # it listens
        committed = _changes(hospital, ward)
        painted = wall.ended(board)["painted"]
        reads = sum(wall.ended(each)["reads"] for each in crowds)
    at = {(UUID(key), version): moment for key, version, moment in painted}
    missing = [which for which in committed if which not in at]
    if missing:
        raise RuntimeError(f"{len(missing)} changes were never painted")
    took_ms = [(at[which] - began) * 1000 for which, began in list(committed.items())[WARM:]]
    what = (
        f"commit → painted at one of {CROWD + 1} boards, p95 of {CHANGES} (median {percentile(took_ms, 0.5):.0f} ms;"
        f" the others read {reads:,} times), against poll interval + {ALLOWED_MS:.0f} ms"
    )
    return [row("boards_60", what, percentile(took_ms, 0.95), POLL_MS + ALLOWED_MS, "ms")]


def _enrolled(hospital: Hospital) -> list[str]:
    """The other boards' ways to the database: stations of their own, as on the walls of a hospital."""
    from hisdesk.access import enrolment

    urls = []
    for number in range(CROWD):
        new = enrolment.NewStation(f"WALL-{number + 2}", "Bed board", kind="board", departments=("W1",))
        enrolled = enrolment.enrol_station(hospital.deploy, new, hospital.template.server_private_key)
        urls.append(hospital.url(enrolled.role_name, enrolled.password))
    return urls


def _shares(urls: list[str]) -> list[list[str]]:
    return [urls[number::COMPUTERS] for number in range(COMPUTERS)]


def _changes(hospital: Hospital, ward: wall.WallWard) -> dict[tuple[UUID, int], float]:
    """Bed and version of each change, with the moment just before its commit."""
    changes, chance = wall.Changes(hospital, ward), random.Random(7)
    made: dict[tuple[UUID, int], float] = {}
    versions = dict.fromkeys(ward.free, 1)
    try:
        for _ in range(WARM + CHANGES):
            time.sleep(chance.uniform(*PAUSE_S))  # a commit must not follow the relay's beat
            bed, began = changes.commit()
            versions[bed] += 1
            made[bed, versions[bed]] = began
    finally:
        changes.line.close()
    time.sleep(1.0)
    return made


# -- in the processes that listen -----------------------------------------------------------------------------------


def _board(ward: wall.WallWard) -> None:
    """Notes when each version of each bed was first painted."""
    display = wall.hang(ward)
    board, view = wall.board_of(display), display.view
    painted: dict[tuple[UUID, int], float] = {}
    draw = view.draw

    def note(painter: QPainter, dirty: QRect) -> None:
        draw(painter, dirty)
        now = time.monotonic()
        for bed in board._shown.beds:
            painted.setdefault((bed.id, bed.version), now)

    view.draw = note  # type: ignore[method-assign]
    over = wall.told_to_end()
    wall.say(live=True)
    wall.until(over.is_set, 600)
    wall.say(painted=[(str(key), version, moment) for (key, version), moment in painted.items()])


class Listener:
    """A board without a window: has the server do what a bed board has it do, whenever a bed board would.

    It sends the board's statements in one go and looks at no answer: that computer's own work is not this server's.
    """

    def __init__(self, ward: wall.WallWard, url: str) -> None:
        import paho.mqtt.client as paho
        import psycopg2
        from paho.mqtt.enums import CallbackAPIVersion

        from hisdesk.access.sign_in import device_sign_in
        from hisdesk.db.database import Database

        self.reads, self.listens, self._ward = 0, False, ward
        self._told = threading.Event()
        station = Database(url, size=1)
        self._token = device_sign_in(station)
        station.close()
        self._line = psycopg2.connect(url.replace("+psycopg2", ""))
        self._line.autocommit = True
        self.ear = paho.Client(CallbackAPIVersion.VERSION2, f"station-{secrets.token_hex(6)}")
        self.ear.username_pw_set("station", ward.words["station"])
        self.ear.on_connect, self.ear.on_subscribe, self.ear.on_message = self._connected, self._subscribed, self._hear
        self.ear.connect(*ward.broker)
        threading.Thread(target=self._read, daemon=True).start()

    def _connected(self, *_: object) -> None:
        from hisdesk.desk.boards.beds import TABLES
        from hisdesk.live.topics import HEARTBEAT, department_topic

        topics = (HEARTBEAT, *(department_topic(self._ward.ward, table) for table in TABLES))
        self.ear.subscribe([(topic, 1) for topic in topics])

    def _subscribed(self, *_: object) -> None:
        self.listens = True

    def _hear(self, _client: object, _data: object, message: paho.MQTTMessage) -> None:
        if "department" in message.topic:
            self._told.set()

    def _read(self) -> None:
        from hisdesk.desk.kit.hub import COALESCE_MS

        whole = _statements()
        with self._line.cursor() as cursor:
            while True:
                self._told.wait()
                time.sleep(COALESCE_MS / 1000)
                self._told.clear()
                cursor.execute(whole, (self._token,))
                self.reads += 1


def _hear_all(listeners: Sequence[Listener]) -> None:
    """Serves the ears of all in one thread, which costs this machine least."""
    lines = selectors.DefaultSelector()
    for each in listeners:
        line = each.ear.socket()
        if line is None:
            raise ConnectionError("the broker hung up")
        lines.register(line, selectors.EVENT_READ, each.ear)
    while True:
        for key, _ in lines.select(1.0):
            key.data.loop_read()
        for each in listeners:
            if each.ear.want_write():
                each.ear.loop_write()
            each.ear.loop_misc()


def _statements() -> str:
    """A bed board's transaction, as it is sent."""
    from hisdesk.hospital.beds.queries import board, waiting, wards

    sent: list[str] = []

    class Catch:
        def exec_driver_sql(self, statement: str) -> list[object]:
            sent.append(statement)
            return []

    for query in (wards, board, waiting):
        query(Catch())  # type: ignore[arg-type]
    begin = "begin; select set_config('hisdesk.token', %s, true); select auth.enter()"
    return "; ".join((begin, *sent, "commit"))


def _crowd(ward: wall.WallWard, urls: list[str]) -> None:
    os.nice(BEHIND)  # these stand for other computers: server and board go before them
    listeners = [Listener(ward, url) for url in urls]
    threading.Thread(target=_hear_all, args=(listeners,), daemon=True).start()
    while not all(each.listens for each in listeners):
        time.sleep(0.05)
    over = wall.told_to_end()
    wall.say(live=True)
    over.wait()
    wall.say(reads=sum(each.reads for each in listeners))


if __name__ == "__main__":
    which, text, *rest = sys.argv[1:]
    if which == "board":
        _board(wall.WallWard.of(text))
    else:
        _crowd(wall.WallWard.of(text), rest)
    os._exit(0)  # the threads need not be asked to end
