"""An administrator's real window on a real database: session, frame, screens, and ways to wait for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hisdesk.access.sign_in import SignedIn
from hisdesk.desk.admin.screens import SCREENS
from hisdesk.desk.kit.hub import Hub
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.shell.home import Home, Place
from hisdesk.desk.shell.memory import StationMemory
from hisdesk.desk.shell.session import Session
from tests.helpers.hospital import Desk, Hospital

PLACE = Place("FRONT-1", "Front desk 1", "Hall", "Made-up Hospital", "0.0")


class Room:
    """One person's window. `settle()` waits until everything asked for was answered."""

    def __init__(self, signed: Desk, folder: Path) -> None:
        self.signed = signed
        self.hub = Hub(poll_ms=3_600_000)
        memory = StationMemory(folder)
        entered = SignedIn(signed.actor, signed.cipher, False, None, None)
        self.session = Session(signed.db, self.hub, memory, entered, touch_ms=3_600_000)
        self.home = Home(self.session, PLACE, SCREENS)
        self.home.resize(1366, 768)
        self.home.show()
        self.settle()

    @property
    def tasks(self) -> Any:
        return self.session.tasks

    def settle(self) -> None:
        """Waits for the answers, and for what they ask for in turn."""
        for _ in range(20):
            QApplication.processEvents()
            if not self.tasks.pending:
                QApplication.processEvents()  # what an answer leaves for the next turn
                return
            loop = QEventLoop()
            self.tasks.idle.connect(loop.quit)
            QTimer.singleShot(10_000, loop.quit)
            loop.exec()
        raise AssertionError("the tasks do not come to an end")

    def open(self, screen_id: str, **subject: object) -> Any:
        widget = self.home.open(screen_id, **subject)
        self.settle()
        return widget

    def close(self) -> None:
        self.home.close_session()
        self.hub.close()
        self.home.close()
        self.home.deleteLater()


@pytest.fixture
def room(hospital: Hospital, qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Callable[..., Room]]:
    """`room(role)`: a new member of staff with that role, in their own window at FRONT-1."""
    theme().apply(qapp, "light")
    opened: list[Room] = []

    def make(role: str | Desk = "superadmin", **account: Any) -> Room:
        signed = hospital.desk(role, **account) if isinstance(role, str) else role
        opened.append(Room(signed, tmp_path / f"station{len(opened)}"))
        return opened[-1]

    yield make
    for each in opened:
        each.close()
