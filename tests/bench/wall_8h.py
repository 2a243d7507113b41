"""Eight hours of a bed board in ten minutes: 576,000 changes (20 a second) at 1,000 a second, through the broker."""

from __future__ import annotations

import os
import secrets
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import wall
from tests.bench.report import Row, row

if TYPE_CHECKING:
    import paho.mqtt.client as paho

COUNT, RATE, SEEN_RATE = 576_000, 1_000, 20
"""Told, told each second, and committed each second: these are to be seen."""
GROWTH_PERCENT, FRAME_MS = 5.0, 50.0
BEAT_S, TURN_S, MOST_ON_THE_WAY = 2.0, 0.01, 400


def measure(count: int = COUNT) -> list[Row]:
    """Growth of memory after the first tenth, and the longest gap of the GUI thread's 5 ms timer (ten minutes)."""
    from tests.helpers import servers
    from tests.helpers.hospital import Hospital, make_template

    address = servers.postgres().address
    if address is None:
        raise RuntimeError("the embedded database has no address")
    with ExitStack() as stack:
        hospital = stack.enter_context(Hospital(make_template(address)))
        broker = stack.enter_context(servers.mosquitto())
        ward = wall.furnish(hospital, broker)
        feed = stack.enter_context(Feed(ward, wall.Changes(hospital, ward)))
        board = stack.enter_context(wall.child("tests.bench.wall_8h", ward.arguments(), str(count)))
        wall.told(board.stdout)  # it is live
        seconds = feed.run(count)
        found = wall.ended(board)
    growth = (found["end_mb"] / found["tenth_mb"] - 1) * 100
    told = f"{found['heard']:,} of {count:,} changes heard at {count / seconds:,.0f} a second"
    if found["heard"] < count:
        raise RuntimeError(f"changes were lost: {told}")
    return [
        row("wall_8h_memory", f"bed board, {told}: memory after the first tenth {found['tenth_mb']:.1f} MB, at the end"
            f" {found['end_mb']:.1f} MB", growth, GROWTH_PERCENT, "%"),
        row("wall_8h_frame", f"bed board, the same: longest gap of a 5 ms timer ({found['reads']:,} reads,"
            f" {found['paints']:,} paints; its own work between two beats:"
            f" {found['work_ms']:.0f} ms at most)", found["frame_ms"], FRAME_MS, "ms"),
    ]  # fmt: skip


class Feed:
    """Plays the relay: beats, and tells of changes of all four tables, evenly; now and then one is really made."""

    def __init__(self, ward: wall.WallWard, changes: wall.Changes) -> None:
        self._ward, self._changes, self._ended = ward, changes, threading.Event()
        self._acknowledged = 0
        self._threads = [threading.Thread(target=self._beat), threading.Thread(target=self._commit)]

    def __enter__(self) -> Feed:
        import paho.mqtt.client as paho
        from paho.mqtt.enums import CallbackAPIVersion

        self._client = paho.Client(CallbackAPIVersion.VERSION2, f"relay-{secrets.token_hex(6)}")
        self._client.username_pw_set("relay", self._ward.words["relay"])
        self._client.max_inflight_messages_set(MOST_ON_THE_WAY)
        self._client.on_publish = self._arrived
        self._client.connect(*self._ward.broker)
        self._client.loop_start()
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()
        self._client.disconnect()
        self._client.loop_stop()
        self._changes.line.close()

    def run(self, count: int) -> float:
        """Tells of them all; the seconds it took."""
        from hisdesk.desk.boards.beds import TABLES
        from hisdesk.live.change import Change
        from hisdesk.live.topics import department_topic

        ward, keys = self._ward, self._ward.free
        began = time.monotonic()
        self._threads[1].start()
        for number in range(count):
            table = TABLES[number % len(TABLES)]
            change = Change(table, keys[number % len(keys)], "U", number, ward.ward, None, int(time.time() * 1000))
            self._client.publish(department_topic(ward.ward, table), change.payload(), qos=1)
            early_s = began + number / RATE - time.monotonic()
            if early_s > TURN_S or number - self._acknowledged > MOST_ON_THE_WAY:
                time.sleep(max(early_s, TURN_S))
        while self._acknowledged < count and time.monotonic() - began < count / RATE * 5 + 30:
            time.sleep(TURN_S)
        return time.monotonic() - began

    def _arrived(self, _client: paho.Client, _data: object, _message: int, *_more: object) -> None:
        self._acknowledged += 1

    def _beat(self) -> None:
        from hisdesk.live.topics import HEARTBEAT

        while not self._ended.wait(BEAT_S):
            self._client.publish(HEARTBEAT, b"{}", qos=0)

    def _commit(self) -> None:
        while not self._ended.wait(1 / SEEN_RATE):
            self._changes.commit()


# -- in the process that is measured --------------------------------------------------------------------------------


def _measured(ward: wall.WallWard, total: int) -> None:
    from hisdesk.desk.demo.tour_player import GapMeter

    class Meter(GapMeter):
        """Tells the thread's own work from the time in which the machine did something else."""

        work_ms = _worked_s = 0.0

        def start(self) -> None:
            self._worked_s = time.thread_time()
            super().start()

        def _beat(self) -> None:
            super()._beat()
            before, self._worked_s = self._worked_s, time.thread_time()
            self.work_ms = max(self.work_ms, (self._worked_s - before) * 1000)

    heard = [0]
    tenth: list[float] = []

    def count(_change: object) -> None:
        heard[0] += 1
        if heard[0] == total // 10:
            tenth.append(own_mb())

    display = wall.hang(ward, count)
    reads, paints = [0], [0]
    board, draw = wall.board_of(display), display.view.draw
    take = board.take
    board.take = lambda answer: (_add(reads), take(answer))[1]  # type: ignore[method-assign, func-returns-value]
    display.view.draw = lambda *args: (_add(paints), draw(*args))[1]  # type: ignore[method-assign, func-returns-value]
    meter, over = Meter(), wall.told_to_end()
    meter.start()
    wall.say(live=True)
    wall.until(over.is_set, total / RATE * 5 + 60)
    wall.until(lambda: heard[0] >= total, 30)
    meter.stop()
    wall.say(
        heard=heard[0],
        tenth_mb=tenth[0],
        end_mb=own_mb(),
        frame_ms=meter.longest_ms,
        work_ms=meter.work_ms,
        reads=reads[0],
        paints=paints[0],
    )


def own_mb() -> float:
    """Memory that this process alone has: what it shares shrinks when others begin to share it. Linux only."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Private_", "Swap:"))) / 1024


def _add(counter: list[int]) -> None:
    counter[0] += 1


if __name__ == "__main__":
    _measured(wall.WallWard.of(sys.argv[1]), int(sys.argv[2]))
    os._exit(0)  # the threads need not be asked to end
