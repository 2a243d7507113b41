"""kill -9 at a hundred random moments while a doctor types into a note: what the next start does not show any more.

Four desks at once, each with a doctor, a visit and a station of their own. A desk is killed, started again, says how
much of the text its window shows, and goes on typing there.

python -m tests.bench.drafts_lost STATION_FOLDER USER PASSWORD
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KILLS = 100
STATIONS = ("ROOM-3", "FRONT-1", "FRONT-2", "WARD-1")
TYPES_MS = 25
"""Forty characters a second: faster than anybody types, so that more is at stake."""
LATEST_S = 4.0
"""A desk lives so long at most: the station writes within a second, the server hears every three."""
BEFORE_S = 2.0
SEED = 23
TEXT = "Cough with yellow sputum for four days, fever since Sunday, short of breath on stairs. "


@dataclass
class Life:
    """What a desk said before it was killed: how much text it began with, and when it had how much."""

    began_with: int
    typed: list[tuple[float, int]] = field(default_factory=list)
    killed_at: float = 0.0

    @property
    def at_the_end(self) -> int:
        return self.typed[-1][1] if self.typed else self.began_with

    @property
    def in_the_last_seconds(self) -> int:
        before = [length for at, length in self.typed if at < self.killed_at - BEFORE_S]
        return self.at_the_end - (before[-1] if before else self.began_with)


def measure() -> list[dict[str, Any]]:
    """The figures `drafts_lost` and `drafts_lost_most`."""
    from tests.bench.report import row
    from tests.helpers import servers
    from tests.helpers.hospital import Hospital, make_template

    address = servers.postgres().address
    if address is None:
        raise RuntimeError("the embedded database has no address")
    with Hospital(make_template(address)) as hospital, tempfile.TemporaryDirectory() as folder:
        desks = [_desk(hospital, code, Path(folder) / code) for code in STATIONS]
        with ThreadPoolExecutor(len(desks)) as lanes:
            done = lanes.map(lambda n: _lane(*desks[n], KILLS // len(desks), n), range(len(desks)))
            lost = [each for lane in done for each in lane]
    over = [gone - allowed for gone, allowed in lost]
    at_stake = sum(allowed for _gone, allowed in lost)
    what = f"{len(lost)} kills while typing: most characters lost beyond those of the last {BEFORE_S:.0f} s"
    return [
        row("drafts_lost", what, max(0, *over), 0, "chars"),
        row("drafts_lost_most", f"most characters lost at once, of {at_stake / len(lost):.0f} typed in that time",
            max(gone for gone, _allowed in lost), BEFORE_S * 1000 / TYPES_MS, "chars"),
    ]  # fmt: skip


def _desk(hospital: Any, code: str, folder: Path) -> tuple[Path, str]:
    """A doctor at that station with somebody in the room; their folder and the doctor's user name."""
    from hisdesk.hospital.visits.actions import start
    from tests.bench.station import enrol
    from tests.factories import people, visits

    enrol(hospital, code, folder)
    front, name = hospital.desk("registration"), hospital.account("physician")
    patient = people.registered(front, family_name="Marroway").patient_id
    visit = visits.added(front, hospital.department(), patient_id=patient)
    hospital.sign_in(name, code).do(start, visit.visit_id, 1)
    return folder, name


def _lane(folder: Path, user: str, kills: int, number: int) -> list[tuple[int, int]]:
    """One desk, killed again and again: characters lost and characters typed in the last seconds, for each kill."""
    rng = random.Random(SEED + number)
    lost, before = [], _life(folder, user, rng.uniform(0.05, LATEST_S))
    for _ in range(kills):
        after = _life(folder, user, rng.uniform(0.05, LATEST_S))
        lost.append((before.at_the_end - after.began_with, before.in_the_last_seconds))
        before = after
    return lost


def _life(folder: Path, user: str, seconds: float) -> Life:
    """From the start of the program to its sudden end, so many seconds after the first key."""
    from tests.helpers.hospital import PASSWORD

    command = [sys.executable, "-m", "tests.bench.drafts_lost", str(folder), user, PASSWORD]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as desk:
        assert desk.stdout is not None and desk.stderr is not None
        first = desk.stdout.readline()
        if not first:
            raise RuntimeError(desk.stderr.read())
        life = Life(int(first))
        end = threading.Timer(seconds, desk.kill)
        end.start()
        for line in desk.stdout:  # until the pipe of the killed desk ends
            at, length = line.split()
            life.typed.append((float(at), int(length)))
        life.killed_at = time.monotonic()
    return life


def _type_until_killed(folder: Path, user: str, password: str) -> None:
    """A real workstation, its note in front, a key every `TYPES_MS`."""
    from PySide6.QtCore import QTimer
    from PySide6.QtTest import QTest

    from hisdesk.app import Workstation, application
    from hisdesk.config import load_station
    from hisdesk.desk.demo.tour_player import Player
    from hisdesk.desk.doctor.ways import CHART
    from tests.stories.typing_desk import signed_in

    app, player = application(), Player()
    workstation = Workstation(load_station(folder), folder)
    workstation.show()
    home = signed_in(player, workstation, user, password)
    player.wait(lambda: home.current_id, "the first screen")
    player.wait(lambda: player.row(home.widget(home.current_id).table, "MARROWAY"), "the person on the list")
    player.click_row(home.widget(home.current_id).table, "MARROWAY", double=True)
    player.wait(lambda: home.current_id == CHART and home.widget(CHART).note.writing, "the note", 60)
    edit = home.widget(CHART).note.editor.sections.edits["subjective"]
    player.wait(edit.hasFocus, "the cursor in the note")
    player.press("Ctrl+End")

    def say(words: str) -> None:
        os.write(sys.stdout.fileno(), f"{words}\n".encode())

    def type_one() -> None:
        length = len(edit.toPlainText())
        QTest.keyClicks(edit, TEXT[length % len(TEXT)])
        say(f"{time.monotonic():.4f} {len(edit.toPlainText())}")

    say(str(len(edit.toPlainText())))
    keys = QTimer(interval=TYPES_MS)
    keys.timeout.connect(type_one)
    keys.start()
    app.exec()


if __name__ == "__main__":
    _type_until_killed(Path(sys.argv[1]), *sys.argv[2:4])
