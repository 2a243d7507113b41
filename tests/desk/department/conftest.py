"""A department's real windows on a real database, and a doctor who asks something of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from hisdesk.desk.department.screens import SCREENS
from hisdesk.desk.department.ways import ORDERS
from hisdesk.desk.department.work_list import WorkList
from hisdesk.desk.doctor import screens as doctor
from hisdesk.hospital.orders.actions import NewOrder, place
from hisdesk.hospital.patients import queries as patients
from tests.desk.doctor.conftest import Room, front, room
from tests.factories import people, visits
from tests.helpers.hospital import Desk, Hospital

__all__ = ("front", "room")  # fixtures

Sit = Callable[..., Room]


@dataclass
class Asker:
    """A doctor of Cardiology with somebody's record open."""

    desk: Desk
    hospital: Hospital
    patient_id: UUID

    def ask(self, **values: Any) -> UUID:
        """An order to General medicine."""
        made = {
            "patient_id": self.patient_id,
            "from_department_id": self.hospital.department("CARD"),
            "to_department_id": self.hospital.department("GEN"),
            "kind": "referral",
            "title": "Gait training",
        }
        return self.desk.do(place, NewOrder(**{**made, **values}))


@pytest.fixture
def sit(room: Sit) -> Sit:
    """Somebody of General medicine before their work list."""
    return partial(room, "therapist", ("GEN",), station="FRONT-2", screens=(*SCREENS, *doctor.SCREENS))


@pytest.fixture
def asker(hospital: Hospital, front: Desk) -> Asker:
    hospital.account("therapist", ("GEN",))  # somebody who would see an order
    desk = hospital.desk("physician", title="Dr", given="Rajesh", family="Kumar")
    patient = people.registered(front, family_name="Okafor", given_names="Ada").patient_id
    visits.added(front, hospital.department(), patient_id=patient)
    patients.opened(desk.db, desk.actor, patient)
    return Asker(desk, hospital, patient)


def work_list(of: Room) -> WorkList:
    screen = of.home.widget(ORDERS)
    assert isinstance(screen, WorkList)
    return screen
