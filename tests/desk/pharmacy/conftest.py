"""The pharmacy's real window on a real database, and a doctor who prescribes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest

from hisdesk.desk.pharmacy.counter import Counter
from hisdesk.desk.pharmacy.dispensed import Dispensed
from hisdesk.desk.pharmacy.screens import SCREENS
from hisdesk.desk.pharmacy.ways import COUNTER, DISPENSED
from hisdesk.hospital.allergies.actions import declare_none_known
from hisdesk.hospital.medicines.rules import Formulary
from hisdesk.hospital.patients import queries as patients
from hisdesk.hospital.prescriptions.actions import NewLine, issue
from hisdesk.hospital.prescriptions.queries import Person
from hisdesk.hospital.stock.actions import receive
from tests.desk.doctor.conftest import Room, front, room
from tests.factories import people, prescriptions, visits
from tests.helpers.hospital import Desk, Hospital

__all__ = ("front", "room")  # fixtures

Sit = Callable[..., Room]
TODAY = dt.date.today()  # noqa: DTZ011  # the database's day, on the same machine


@dataclass
class Behind:
    """A pharmacy, a doctor who prescribes to somebody, and a colleague who keeps the shelves."""

    hospital: Hospital
    doctor: Desk
    keeper: Desk
    patient: UUID
    pharmacy: UUID
    formulary: Formulary = field(repr=False)

    def line(self, name: str, *values: object, **more: object) -> NewLine:
        return prescriptions.line(prescriptions.found(self.formulary, name), *values, **more)  # type: ignore[arg-type]

    def prescribed(self, *lines: NewLine, patient: UUID | None = None) -> UUID:
        person = Person(patient or self.patient)
        answered = prescriptions.answered(self.doctor, self.formulary, person, *lines)
        return self.doctor.do(issue, person, self.pharmacy, answered).prescription_id

    def received(self, name: str, number: str, days: int, quantity: int) -> UUID:
        medicine = prescriptions.found(self.formulary, name).id
        expires = TODAY + dt.timedelta(days)
        return self.keeper.do(receive, self.pharmacy, medicine, number, expires, Decimal(quantity)).lot_id

    def on_hand(self, lot: UUID) -> object:
        return self.hospital.value("select on_hand from app.lot where id = %s", lot)


@pytest.fixture
def behind(hospital: Hospital, front: Desk) -> Behind:
    doctor = hospital.desk("physician", station="FRONT-1", title="Dr", given="Rajesh", family="Kumar")
    patient = people.registered(front, family_name="Fennowick", given_names="Dorrit").patient_id
    visits.added(front, hospital.department(), patient_id=patient)
    patients.opened(doctor.db, doctor.actor, patient)
    doctor.do(declare_none_known, patient)
    pharmacy = prescriptions.pharmacy(hospital)
    keeper = hospital.desk("pharmacy", ("PHARM",), station="FRONT-2", given="Ama", family="Osei")
    return Behind(hospital, doctor, keeper, patient, pharmacy, prescriptions.formulary(hospital, doctor))


@pytest.fixture
def sit(room: Sit, behind: Behind) -> Sit:
    """A pharmacist at the window."""
    return partial(room, "pharmacy", ("PHARM",), station="ROOM-3", screens=SCREENS, given="Tove", family="Fernquist")


def counter(of: Room) -> Counter:
    screen = of.home.widget(COUNTER)
    assert isinstance(screen, Counter)
    return screen


def history(of: Room) -> Dispensed:
    screen = of.home.open(DISPENSED)
    of.quiet()
    assert isinstance(screen, Dispensed)
    return screen
