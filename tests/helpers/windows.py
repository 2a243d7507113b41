"""Somebody signed in, with their real window on a real database. The broker is played: tests say what was published."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from hisdesk.access.action import new_id
from hisdesk.access.actor import Actor
from hisdesk.access.sign_in import SignedIn
from hisdesk.desk.kit.hub import Hub
from hisdesk.desk.kit.tasks import Tasks
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.shell.home import Home, Place
from hisdesk.desk.shell.memory import StationMemory
from hisdesk.desk.shell.registry import Screen
from hisdesk.desk.shell.session import Session
from hisdesk.live.change import Change
from tests.helpers.hospital import STATIONS, Desk, Hospital

LAPTOP = (1366, 768)
NEVER_MS = 3_600_000  # no test waits for a poll or for a sign of life
PATIENCE_MS = 60_000  # only an upper bound: every wait ends with what it waits for
NO = Qt.KeyboardModifier.NoModifier


@dataclass
class Waiting:
    """Waits for what a window does by itself."""

    qtbot: QtBot
    hospital: Hospital

    @property
    def tasks(self) -> Tasks:
        """Those of the person who is signed in."""
        raise NotImplementedError

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)

    def settle(self) -> None:
        """Until everything asked for was answered and what the answers added is to be seen."""
        self.until(lambda: self.tasks.pending == 0)
        QApplication.processEvents()  # a layout shows its new widgets in the loop's next turn
        self.until(lambda: self.tasks.pending == 0)

    quiet = settle  # both words are in use


@dataclass
class SeatedPerson(Waiting):
    """Somebody at a station, with their screens. Workstations add what their tests ask for."""

    signed: Desk
    session: Session
    hub: Hub
    home: Home = field(repr=False)

    @property
    def tasks(self) -> Tasks:
        return self.session.tasks

    @property
    def actor(self) -> Actor:
        return self.session.actor

    def open(self, screen_id: str, **subject: object) -> Any:
        screen = self.home.open(screen_id, **subject)
        self.settle()
        return screen

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NO, at: QWidget | None = None) -> None:
        """One key where the focus is."""
        QTest.keyClick(at or QApplication.focusWidget() or self.home, key, modifier)

    def hear(self, table: str, patient_id: UUID | None = None, department_id: UUID | None = None) -> None:
        """The broker tells that somebody committed a row."""
        self.hub.on_change(Change(table, new_id(), "U", 2, department_id, patient_id, int(time.time() * 1000)))

    def texts(self, widget: QWidget | None = None) -> str:
        return said(widget or self.home)


Seat = TypeVar("Seat", bound=SeatedPerson)


class Ear:
    """Plays the subscriber of a board."""

    closed = False

    def listen(self, topics: set[str]) -> None:
        pass

    def close(self) -> None:
        self.closed = True


@contextmanager
def seated(
    kind: type[Seat],
    qtbot: QtBot,
    hospital: Hospital,
    who: str | Desk,
    screens: tuple[Screen, ...],
    folder: Path,
    *,
    station: str = "FRONT-1",
    size: tuple[int, int] = LAPTOP,
) -> Iterator[Seat]:
    """A user name, or somebody signed in there already, before their first screen; `folder` is the station's memory."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme().apply(app, "light")
    signed = hospital.sign_in(who, station) if isinstance(who, str) else who
    hub = Hub(poll_ms=NEVER_MS)
    hub._broker_state("live")
    entered = SignedIn(signed.actor, signed.cipher, False, None, None)
    session = Session(signed.db, hub, StationMemory(folder), entered, touch_ms=NEVER_MS)
    home = Home(session, _place(station), screens)
    home.resize(*size)
    with qtbot.waitExposed(home):
        home.show()
    home.activateWindow()
    seat = kind(qtbot, hospital, signed, session, hub, home)
    seat.until(lambda: home.current_id or not home.screens)  # the first screen comes some turns after the frame
    seat.settle()
    try:
        yield seat
    finally:
        home.close_session()
        hub.close()
        home.close()
        home.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _place(code: str) -> Place:
    station = next(each for each in STATIONS if each.code == code)
    return Place(code, station.title, station.location, "Made-up Hospital", "0.0")


def said(widget: QWidget) -> str:
    """All text that is to be seen."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())
