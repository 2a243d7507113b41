"""A doctor's real windows on a real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from pytestqt.qtbot import QtBot

from hisdesk.db.database import Database
from hisdesk.desk.doctor.chart import Chart
from hisdesk.desk.doctor.my_day import DayList
from hisdesk.desk.doctor.screens import SCREENS
from hisdesk.desk.doctor.ways import CHART, DAY
from hisdesk.desk.kit.banner import Person
from hisdesk.desk.shell.registry import Screen
from tests.helpers.hospital import Desk, Hospital
from tests.helpers.windows import LAPTOP, SeatedPerson, seated


@dataclass
class Room(SeatedPerson):
    """Somebody in a consulting room, with their screens."""

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

    def open_chart(self, patient_id: UUID) -> Chart:
        self.home.open_chart(patient_id, "Test")
        self.settle()
        return self.chart


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
    folders = (tmp_path / f"station-{n}" for n in count())
    with ExitStack() as windows:

        def sit(
            role: str = "physician",
            departments: tuple[str, ...] = ("CARD",),
            *,
            station: str = "ROOM-3",
            size: tuple[int, int] = LAPTOP,
            screens: tuple[Screen, ...] = SCREENS,
            user: str = "",
            **account: str,
        ) -> Room:
            who = user or hospital.account(role, departments, **account)
            window = seated(Room, qtbot, hospital, who, screens, next(folders), station=station, size=size)
            return windows.enter_context(window)

        yield sit


@pytest.fixture
def front(hospital: Hospital) -> Desk:
    """The front desk, which registers and queues."""
    return hospital.desk("registration", ("CARD", "GEN"))
