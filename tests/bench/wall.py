"""A ward for the figures of the bed board: beds with people in them, the wall's own station, a broker that keeps up."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from hisdesk.desk.boards.beds import BedBoard
    from hisdesk.desk.boards.display import BedDisplay
    from tests.helpers.hospital import Hospital
    from tests.helpers.servers import Mosquitto

BEDS, TAKEN = 24, 14
WALL, FULL_HD = "WALL-1", (1920, 1080)
PATIENCE_S = 60.0
BLOCK = """update app.bed set hold = case hold when '' then 'blocked' else '' end,
    hold_reason = case hold when '' then %s else '' end, version = version + 1 where id = %s"""
"""Every change is to be seen: who reads later finds another reason on the tile."""


@dataclass(frozen=True)
class WallWard:
    """Where the children find everything. `free` are the keys of the beds that change."""

    database: str
    broker: tuple[str, int]
    words: dict[str, str]
    ward: UUID
    free: tuple[UUID, ...]

    def arguments(self) -> str:
        """For a child's command line."""
        plain = {**vars(self), "ward": str(self.ward), "free": [str(key) for key in self.free]}
        return json.dumps(plain)

    @classmethod
    def of(cls, text: str) -> WallWard:
        """As `arguments` wrote it."""
        plain = json.loads(text)
        keys = tuple(UUID(key) for key in plain["free"])
        return cls(plain["database"], tuple(plain["broker"]), plain["words"], UUID(plain["ward"]), keys)


def furnish(hospital: Hospital, broker: Mosquitto) -> WallWard:
    """A ward of 24 beds, 14 of them taken, and the two who speak to the broker."""
    from tests.factories import people, wards

    labels = [f"{number // 4 + 1}{'ABCD'[number % 4]}" for number in range(BEDS)]
    room, front = wards.furnished(hospital, *labels, equipment=("oxygen",)), hospital.desk()
    for key in list(room.beds.values())[:TAKEN]:
        wards.admitted(hospital, wards.requested(hospital, people.registered(front).patient_id), key)
    hospital.run("analyze")
    enrolled, ward = hospital.template.stations[WALL], hospital.department("W1")
    words = {"relay": broker.add_user("relay", "relay", ["hisdesk/v1/#"]),
             "station": broker.add_user("station", "station", ["hisdesk/v1/#"])}  # fmt: skip
    url = hospital.url(enrolled.role_name, enrolled.password)
    return WallWard(url, (broker.host, broker.port), words, ward, tuple(room.beds.values())[TAKEN:])


class Changes:
    """Blocks and frees the beds in turn, one each time, by a plain statement behind the fence."""

    def __init__(self, hospital: Hospital, ward: WallWard) -> None:
        import psycopg2
        from psycopg2.extras import register_uuid

        register_uuid()  # type: ignore[no-untyped-call]
        self.line = psycopg2.connect(hospital.address.url(hospital.name))
        self._numbers, self._beds = itertools.count(1), itertools.cycle(ward.free)

    def commit(self) -> tuple[UUID, float]:
        """The bed, and the moment (of the machine's own clock) just before its commit."""
        bed = next(self._beds)
        with self.line.cursor() as cursor:
            cursor.execute(BLOCK, (f"Change {next(self._numbers)}", bed))
            began = time.monotonic()
            self.line.commit()
        return bed, began


@contextmanager
def child(module: str, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A process of its own, which says a line when it is ready and ends when its input does."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *words],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


def told(stream: IO[str] | None) -> dict[str, Any]:
    """The next line that a child says. Raises RuntimeError where it said nothing and ended."""
    line = stream.readline() if stream is not None else ""
    if not line:
        raise RuntimeError("the other process ended without an answer")
    answer: dict[str, Any] = json.loads(line)
    return answer


def ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Tells a child to end; what it says of what it saw."""
    if process.stdin is not None:
        process.stdin.close()
    return told(process.stdout)


def say(**answer: object) -> None:
    """A line for the parent."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def told_to_end() -> threading.Event:
    """In a child: set when its parent wants the answer."""
    over = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        over.set()

    threading.Thread(target=wait, daemon=True).start()
    return over


# -- in the process that is measured --------------------------------------------------------------------------------


def hang(ward: WallWard, heard: Callable[[object], object] = lambda _change: None) -> BedDisplay:
    """The board, live, in a window of a wall monitor's size. `heard` is told of every change, in the ear's thread."""
    from hisdesk import app
    from hisdesk.db.database import Database
    from hisdesk.desk.boards.display import BedDisplay
    from hisdesk.desk.kit.hub import Hub
    from hisdesk.desk.kit.theme import theme
    from hisdesk.live.change import Change
    from hisdesk.live.subscriber import Subscriber

    def listen(hub: Hub) -> Subscriber:
        def on_change(change: Change) -> None:
            heard(change)
            hub.on_change(change)

        return Subscriber(
            *ward.broker, "station", ward.words["station"], on_change=on_change, on_state=hub.on_state,
            on_resync=hub.on_resync, on_subscribed=hub.on_subscribed,
        ).start()  # fmt: skip

    theme().apply(app.application(), "light")
    display = BedDisplay(lambda: Database(ward.database), listen)
    display.show()
    display.view.resize(*FULL_HD)
    until(lambda: display.board is not None and display.view.state.live.word == "Live")
    until(lambda: not board_of(display).tasks.pending)
    return display


def board_of(display: BedDisplay) -> BedBoard:
    """What feeds it."""
    from hisdesk.desk.boards.beds import BedBoard

    if not isinstance(display.board, BedBoard):
        raise RuntimeError("the board was not loaded")
    return display.board


def until(condition: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
    """Lets Qt work until the condition holds."""
    from PySide6.QtCore import QEventLoop, QTimer

    end = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("never happened")
        loop = QEventLoop()
        QTimer.singleShot(20, loop.quit)
        loop.exec()
