"""A front desk: the real screens in the shell's frame on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from hisdesk.desk.kit.dialogs import Dialog
from hisdesk.desk.kit.notices import Toast
from hisdesk.desk.reception import ways
from hisdesk.desk.reception.arrivals import Arrivals
from hisdesk.desk.reception.patients import Patients
from hisdesk.desk.reception.record import Record
from hisdesk.desk.reception.register import Register
from hisdesk.desk.reception.screens import SCREENS
from tests.helpers.hospital import Desk, Hospital
from tests.helpers.windows import NO, SeatedPerson, said, seated

__all__ = ["said"]

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


@dataclass
class FrontDesk(SeatedPerson):
    """Somebody at FRONT-1 with the window open. `keys` counts those that were pressed."""

    keys: int = 0

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

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NO, at: QWidget | None = None) -> None:
        self.keys += 1
        super().press(key, modifier, at)

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
        self.hear(table, patient, department)


@pytest.fixture
def front(qtbot: QtBot, hospital: Hospital, tmp_path: Path) -> Iterator[FrontDesk]:
    with opened(qtbot, hospital, tmp_path) as desk:
        yield desk


@contextmanager
def opened(
    qtbot: QtBot, hospital: Hospital, folder: Path, departments: tuple[str, ...] = ("CARD", "GEN"), name: str = ""
) -> Iterator[FrontDesk]:
    """A front desk as a context: who sits there, at which departments."""
    who = name or hospital.account("registration", departments, family="Brightwater", given="Nora")
    with seated(FrontDesk, qtbot, hospital, who, SCREENS, folder) as desk:
        yield desk


@pytest.fixture
def colleague(hospital: Hospital) -> Desk:
    """Somebody else at another desk."""
    return hospital.desk("registration", ("CARD", "GEN"), station="FRONT-2")
