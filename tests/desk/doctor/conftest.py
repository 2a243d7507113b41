"""A doctor's real windows on a real database. The broker is played: tests say themselves what was published."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from hisdesk.access.action import new_id
from hisdesk.access.sign_in import sign_in
from hisdesk.db.database import Database
from hisdesk.desk.doctor.chart import Chart
from hisdesk.desk.doctor.my_day import DayList
from hisdesk.desk.doctor.screens import SCREENS
from hisdesk.desk.doctor.ways import CHART, DAY
from hisdesk.desk.kit.banner import Person
from hisdesk.desk.kit.hub import Hub
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.shell.home import Home, Place
from hisdesk.desk.shell.memory import StationMemory
from hisdesk.desk.shell.registry import Screen
from hisdesk.desk.shell.session import Session
from hisdesk.live.change import Change
from tests.helpers.hospital import PASSWORD, Desk, Hospital

NO_MODIFIER = Qt.KeyboardModifier.NoModifier


@dataclass
class Room:
    """A signed-in person at a station, with their screens."""

    qtbot: QtBot
    hospital: Hospital
    session: Session
    hub: Hub
    home: Home = field(repr=False)

    @property
    def day(self) -> DayList:
        screen = self.home.widget(DAY)
        assert isinstance(screen, DayList)
        return screen

    @property
    def chart(self) -> Chart:
        screen = self.home.widget(CHART)
        assert isinstance(screen, Chart)
        return screen

    @property
    def banner_person(self) -> Person | None:
        banner = self.home.banner
        return banner.person if banner.isVisible() else None

    @property
    def allergies(self) -> str:
        """What the allergy block of the banner says, as it is spoken."""
        return self.home.banner.block.accessibleName()

    def quiet(self) -> None:
        """Waits until nothing is under way and what the answers added is to be seen."""
        self.until(lambda: self.session.tasks.pending == 0)
        QApplication.processEvents()  # a layout shows its new widgets in the loop's next turn
        self.until(lambda: self.session.tasks.pending == 0)

    def until(self, condition: Callable[[], Any]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=15_000)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_MODIFIER, at: QWidget | None = None) -> None:
        QTest.keyClick(at or QApplication.focusWidget() or self.home, key, modifier)

    def hear(self, table: str, patient_id: UUID | None = None, department_id: UUID | None = None) -> None:
        """The broker tells that somebody committed a row."""
        self.hub.on_change(Change(table, new_id(), "U", 2, department_id, patient_id, int(time.time() * 1000)))

    def open_chart(self, patient_id: UUID) -> Chart:
        self.home.open_chart(patient_id, "Test")
        self.quiet()
        return self.chart

    def texts(self, widget: QWidget | None = None) -> str:
        """Every visible label."""
        return "\n".join(label.text() for label in (widget or self.home).findChildren(QLabel) if label.isVisible())


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    """What is sent while the block runs, without begin, commit and what travels with them."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("begin", "commit", "rollback")):
            seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def room(qtbot: QtBot, hospital: Hospital, tmp_path: Path) -> Iterator[Callable[..., Room]]:
    """`room(role, station="ROOM-3", …)`: somebody new (or `user`) signs in and sees their first screen."""
    opened: list[Room] = []

    def sit(
        role: str = "physician",
        departments: tuple[str, ...] = ("CARD",),
        *,
        station: str = "ROOM-3",
        size: tuple[int, int] = (1366, 768),
        screens: tuple[Screen, ...] = SCREENS,
        user: str = "",
        **account: str,
    ) -> Room:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme().apply(app, "light")
        name = user or hospital.account(role, departments, **account)
        db = hospital.station(station)
        signed = sign_in(db, name, PASSWORD, hospital.template.stations[station].private_key)
        hub = Hub(poll_ms=3_600_000)
        hub._broker_state("live")
        session = Session(db, hub, StationMemory(tmp_path / f"{station}-{len(opened)}"), signed)
        home = Home(session, Place(station, station, "", "Made-up Hospital", ""), screens)
        home.resize(*size)
        with qtbot.waitExposed(home):
            home.show()
        home.activateWindow()
        made = Room(qtbot, hospital, session, hub, home)
        opened.append(made)
        made.quiet()
        return made

    yield sit
    for made in opened:
        made.home.close_session()
        made.hub.close()
        made.home.close()
        made.home.deleteLater()


@pytest.fixture
def front(hospital: Hospital) -> Desk:
    """The front desk, which registers and queues."""
    return hospital.desk("registration", ("CARD", "GEN"))
