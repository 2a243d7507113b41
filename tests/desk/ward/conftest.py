"""A ward's real windows on a real database, with beds and people in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from hisdesk.desk.ward.beds import TABLES, Beds
from hisdesk.desk.ward.screens import SCREENS
from hisdesk.desk.ward.ways import BEDS
from tests.desk.doctor.conftest import Room, room
from tests.factories import people, wards
from tests.helpers.hospital import Desk, Hospital

__all__ = ("room",)


@dataclass
class Ward:
    """A ward manager's board, and a room of four beds; others can act at the front desk."""

    hospital: Hospital
    room: Room = field(repr=False)
    front: Desk = field(repr=False)
    beds: dict[str, UUID]

    @property
    def board(self) -> Beds:
        screen = self.room.home.widget(BEDS)
        assert isinstance(screen, Beds)
        return screen

    def asked(self, family: str = "Harkwell", given: str = "Bevan", *, sex: str = "male", **values: Any) -> UUID:
        person = people.registered(self.front, family_name=family, given_names=given, sex=sex)
        return wards.requested(self.hospital, person.patient_id, **values)

    def admitted(self, label: str, family: str = "Eldermere", *, sex: str = "male", **values: Any) -> UUID:
        return wards.admitted(self.hospital, self.asked(family, "Sabine", sex=sex, **values), self.beds[label])

    def read(self) -> None:
        """What others did is told by the broker."""
        before = self.board.read_at
        for table in TABLES:
            self.room.hear(table, department_id=self.hospital.department("W1"))
        self.room.until(lambda: self.board.read_at != before)
        self.room.quiet()

    def press(self, key: Qt.Key) -> None:
        """A key on the board itself."""
        QTest.keyClick(self.board.view, key)

    def states(self) -> dict[str, str]:
        return {row.label: row.hold or row.status for row in self.board.beds}


@pytest.fixture
def ward(hospital: Hospital, room: Callable[..., Room]) -> Ward:
    made = wards.furnished(hospital, "1A", "1B", label="Room 1", sex="male", equipment=("oxygen",))
    other = wards.furnished(hospital, "2A", "2B", label="Room 2", sex="female")
    front = hospital.desk(station="FRONT-2")
    sat = room("ward_manager", ("W1",), station="WARD-1", screens=SCREENS, given="Lena", family="Wintergate")
    found = Ward(hospital, sat, front, {**made.beds, **other.beds})
    sat.home.open(BEDS)
    sat.until(lambda: found.board.read_at is not None)
    return found
