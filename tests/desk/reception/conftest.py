"""A front desk: the real screens in the shell's frame on a real database. The broker is played by the test."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from hisdesk.access.action import new_id
from hisdesk.access.sign_in import sign_in
from hisdesk.desk.kit.dialogs import Dialog
from hisdesk.desk.kit.hub import Hub
from hisdesk.desk.kit.notices import Toast
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.reception import ways
from hisdesk.desk.reception.arrivals import Arrivals
from hisdesk.desk.reception.patients import Patients
from hisdesk.desk.reception.record import Record
from hisdesk.desk.reception.register import Register
from hisdesk.desk.reception.screens import SCREENS
from hisdesk.desk.shell.home import Home, Place
from hisdesk.desk.shell.memory import StationMemory
from hisdesk.desk.shell.session import Session
from hisdesk.live.change import Change
from tests.helpers.hospital import PASSWORD, Desk, Hospital

NO = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


@dataclass
class FrontDesk:
    """Somebody at FRONT-1 with the window open."""

    qtbot: QtBot
    hospital: Hospital
    home: Home
    hub: Hub
    keys: int = 0

    @property
    def tasks(self) -> Any:
        return self.home.session.tasks

    @property
    def actor(self) -> Any:
        return self.home.session.actor

    def settle(self) -> None:
        """Until everything asked for was answered and is to be seen."""
        self.qtbot.waitUntil(lambda: self.tasks.pending == 0, timeout=20_000)
        QApplication.processEvents()  # a layout shows its new widgets in the loop's next turn
        self.qtbot.waitUntil(lambda: self.tasks.pending == 0, timeout=20_000)

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=20_000)

    def open(self, screen_id: str, **subject: object) -> Any:
        screen = self.home.open(screen_id, **subject)
        self.settle()
        return screen

    def arrivals(self) -> Arrivals:
        screen = self.open(ways.ARRIVALS)
        assert isinstance(screen, Arrivals)
        return screen

    def register(self) -> Register:
        screen = self.open(ways.REGISTER)
        assert isinstance(screen, Register)
        return screen

    def patients(self, **subject: object) -> Patients:
        screen = self.open(ways.PATIENTS, **subject)
        assert isinstance(screen, Patients)
        return screen

    def record(self, patient_id: UUID) -> Record:
        screen = self.home.open_chart(patient_id, "test")
        self.settle()
        assert isinstance(screen, Record)
        return screen

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NO) -> None:
        """One key where the focus is."""
        self.keys += 1
        target = QApplication.focusWidget() or self.home
        QTest.keyClick(target, key, modifier)

    def type(self, text: str) -> None:
        """Text where the focus is, each letter a key."""
        self.keys += len(text)
        QTest.keyClicks(QApplication.focusWidget(), text)

    def dialog(self, kind: type[Dialog] = Dialog) -> Any:
        """The dialog that is open."""
        self.until(lambda: any(d.isVisible() for d in self.home.findChildren(kind)))
        self.settle()
        found = next(d for d in self.home.findChildren(kind) if d.isVisible())
        self.until(lambda: found.isAncestorOf(QApplication.focusWidget() or self.home))
        return found

    def no_dialog(self) -> bool:
        return not any(d.isVisible() for d in self.home.findChildren(Dialog))

    def closed(self) -> None:
        """Until no dialog is open and the keyboard is back in the window, as a window manager does it."""
        self.until(self.no_dialog)
        self.home.activateWindow()
        self.until(self.home.isActiveWindow)

    def toast(self) -> str:
        toasts = [t.text for t in self.home.findChildren(Toast) if t.isVisible()]
        return toasts[-1] if toasts else ""

    def publish(self, table: str, *, patient: UUID | None = None, department: UUID | None = None) -> None:
        """What the relay would say."""
        self.hub.on_change(Change(table, new_id(), "U", 2, department, patient, int(time.time() * 1000)))


def said(widget: QWidget) -> str:
    """All text that is to be seen."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


@pytest.fixture
def front(qtbot: QtBot, hospital: Hospital, tmp_path: Path) -> Iterator[FrontDesk]:
    with opened(qtbot, hospital, tmp_path) as desk:
        yield desk


class opened:  # noqa: N801 (used like a function)
    """A front desk as a context: who sits there, at which departments."""

    def __init__(
        self,
        qtbot: QtBot,
        hospital: Hospital,
        folder: Path,
        departments: tuple[str, ...] = ("CARD", "GEN"),
        name: str = "",
    ) -> None:
        self.qtbot, self.hospital, self.folder = qtbot, hospital, folder
        self.name = name or hospital.account("registration", departments, family="Brightwater", given="Nora")

    def __enter__(self) -> FrontDesk:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme().apply(app, "light")
        db = self.hospital.station("FRONT-1")
        signed = sign_in(db, self.name, PASSWORD, self.hospital.template.stations["FRONT-1"].private_key)
        self.hub = Hub(poll_ms=600_000)
        self.hub._broker_state("live")
        self.session = Session(db, self.hub, StationMemory(self.folder), signed, touch_ms=600_000)
        place = Place("FRONT-1", "Front desk 1", "Hall", "Made-up Hospital", "1.0.0")
        self.home = Home(self.session, place, SCREENS)
        self.home.resize(1366, 768)
        with self.qtbot.waitExposed(self.home):
            self.home.show()
        self.home.activateWindow()
        desk = FrontDesk(self.qtbot, self.hospital, self.home, self.hub)
        desk.settle()
        return desk

    def __exit__(self, *_: object) -> None:
        self.home.close_session()
        self.hub.close()
        self.home.close()
        self.home.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def colleague(hospital: Hospital) -> Desk:
    """Somebody else at another desk."""
    return hospital.desk("registration", ("CARD", "GEN"), station="FRONT-2")
