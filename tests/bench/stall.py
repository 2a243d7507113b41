"""Whether the windows ever stand still: the tour with 100 ms more on every round trip to the database."""

from __future__ import annotations

import dataclasses
import functools
import os
import shutil
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.bench.report import Row, row
from tests.helpers.servers import open_folder

DELAY_S = 0.1
LIMIT_MS = 50.0
PEOPLE = 300
_CHUNK = 65_536


class SlowRoad:
    """Listens on a port of its own and passes on to the database; what a client says arrives 100 ms later."""

    def __init__(self, port: int, delay_s: float = DELAY_S) -> None:
        self._to, self._delay_s = port, delay_s
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._open = True
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, name="slow road", daemon=True).start()

    def close(self) -> None:
        """Hangs up on everybody."""
        self._open = False
        for each in (self._listener, *self._sockets):
            with suppress(OSError):
                each.close()

    def _accept(self) -> None:
        while self._open:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                return
            for each in (client, server):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets += [client, server]
            self._carry(client, server)

    def _carry(self, client: socket.socket, server: socket.socket) -> None:
        line: deque[tuple[float, bytes]] = deque()
        said = threading.Event()
        for run, args in (
            (self._hear, (client, line, said)),
            (self._tell, (server, line, said)),
            (self._answer, (server, client)),
        ):
            threading.Thread(target=run, args=args, name="slow road", daemon=True).start()

    def _hear(self, client: socket.socket, line: deque[tuple[float, bytes]], said: threading.Event) -> None:
        data = b"."
        while data:
            try:
                data = client.recv(_CHUNK)
            except OSError:
                data = b""
            line.append((time.monotonic() + self._delay_s, data))
            said.set()

    def _tell(self, server: socket.socket, line: deque[tuple[float, bytes]], said: threading.Event) -> None:
        while True:
            if not line:
                said.wait(1.0)
                said.clear()
                continue
            at, data = line.popleft()
            time.sleep(max(0.0, at - time.monotonic()))
            try:
                if not data:
                    server.shutdown(socket.SHUT_WR)
                    return
                server.sendall(data)
            except OSError:
                return

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        data = b"."
        while data:
            try:
                data = server.recv(_CHUNK)
                if data:
                    client.sendall(data)
            except OSError:
                data = b""
        for each in (client, server):
            with suppress(OSError):
                each.close()


def measure() -> list[Row]:
    """The longest gap of the GUI thread's 5 ms timer, in milliseconds."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from hisdesk.app import Workstation, application, hall_display, tour_means
    from hisdesk.config import Station, load_station
    from hisdesk.desk.demo import tour, tour_trouble
    from hisdesk.desk.demo.tour_player import GapMeter

    application()
    folder = open_folder("hisdesk-stall-")
    roads: dict[int, SlowRoad] = {}

    def slowly(folder: Path) -> Station:
        station = load_station(folder)
        port = station.database.port
        road = roads.setdefault(port, SlowRoad(port))
        return dataclasses.replace(station, database=dataclasses.replace(station.database, port=road.port))

    means = dataclasses.replace(
        tour_means(folder / "hospital", PEOPLE),
        station=lambda where: Workstation(slowly(where), where),
        board=lambda where: hall_display(slowly(where)),
    )
    # Servers that are stopped and started have nothing to do with slow round trips.
    left_out = {tour_trouble.broker_away, tour_trouble.database_away}
    meter = GapMeter()
    try:
        story = tour.play(means, folder, _say(), meter=meter, chapters=[c for c in tour.CHAPTERS if c not in left_out])
    finally:
        for road in roads.values():
            road.close()
        shutil.rmtree(folder, ignore_errors=True)
    failed = [each.what for each in story.outcomes if each.problem]
    if failed:
        raise RuntimeError(f"the tour did not go as told: {failed}")
    if not meter.longest_ms:
        raise RuntimeError("the timer never came: nothing was measured")
    say = _say()
    for gap_ms, during in sorted(meter.gaps, reverse=True)[:25]:
        say(f"   {gap_ms:6.1f} ms  {during}")
    what = f"longest gap of a 5 ms timer during the tour, 100 ms on each round trip (in: {meter.during})"
    return [row("stall", what, meter.longest_ms, LIMIT_MS, "ms")]


def _say() -> Callable[[str], None]:
    """Silent; `HISDESK_BENCH_TALKS=1` tells step by step where the time went."""
    return functools.partial(print, flush=True) if os.environ.get("HISDESK_BENCH_TALKS") else lambda _line: None
