"""A hospital with somebody in it, and a person with a station's credential at the door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import pytest

from hisdesk.access.action import new_id
from hisdesk.hospital.allergies.actions import record
from hisdesk.hospital.allergies.rules import NewAllergy
from hisdesk.hospital.dispensings.actions import Handed, dispense
from hisdesk.hospital.documents.rules import NewDocument
from hisdesk.hospital.imports import icd10 as codes
from hisdesk.hospital.notes.actions import Place, sign
from hisdesk.hospital.notes.rules import Coded, Content
from hisdesk.hospital.orders.actions import NewOrder, place
from hisdesk.hospital.patients import queries
from hisdesk.hospital.patients.actions import Registered
from hisdesk.hospital.patients.rules import Name, NewContact, NewIdentifier, NewPolicy
from hisdesk.hospital.stock.actions import receive, set_reorder_level
from hisdesk.hospital.visits.actions import Added
from hisdesk.hospital.vitals.actions import prescribe_oxygen_scale
from hisdesk.hospital.vitals.actions import record as record_vitals
from hisdesk.hospital.vitals.rules import NewVitals
from tests.adversary.attacker import Attacker, attacker
from tests.factories import people, prescriptions, visits, wards
from tests.helpers.hospital import Desk, Hospital, Template


@dataclass(frozen=True)
class World:
    """`patient` has a row in every table and waits in Cardiology; `stranger` is registered and in no queue."""

    hospital: Hospital
    front: Desk
    doctor: Desk
    patient: Registered
    stranger: Registered
    visit: Added


def make_world(template: Template) -> World:
    hospital = Hospital(template)
    front = hospital.desk("registration")
    doctor = hospital.desk("physician", station="ROOM-3")
    patient = people.registered(
        front,
        family_name="Secretive",
        other_names=(Name("Formerly", "Hidden"),),
        identifiers=(NewIdentifier("passport", "P1234567"),),
        policies=(NewPolicy("Payer", member_number="M1"),),
        contacts=(NewContact("Somebody"),),
        documents=(NewDocument("photo", "Photo", "image/jpeg", b"\xff\xd8\xff"),),
    )
    visit = visits.added(front, hospital.department(), patient_id=patient.patient_id)
    queries.opened(doctor.db, doctor.actor, patient.patient_id)
    doctor.do(record, patient.patient_id, NewAllergy("Penicillin"))
    card = hospital.department()
    doctor.do(place, NewOrder(patient.patient_id, card, card, "referral", "Second opinion"))
    pharmacy = prescriptions.pharmacy(hospital)
    medicine = prescriptions.medicine(hospital)
    prescription = prescriptions.signed_by_hand(doctor, patient.patient_id, pharmacy, medicine)
    dispensed(hospital, pharmacy, medicine, prescription)
    doctor.do(record_vitals, patient.patient_id, NewVitals(dt.datetime.now(dt.UTC), pulse_per_min=80))
    doctor.do(prescribe_oxygen_scale, patient.patient_id, 1, "as for everybody")
    room = wards.furnished(hospital, "1A", "1B", "1C")
    lies = people.registered(front).patient_id
    wards.admitted(hospital, wards.requested(hospital, lies), room.beds["1A"])
    with hospital.deploy.transaction() as tx:
        tx.exec_driver_sql("update app.bed set status = 'H' where id = %s", (room.beds["1B"],))
        tx.exec_driver_sql(
            "insert into app.related_person (id, patient_id, related_id, relationship) values (%s, %s, %s, 'mother')",
            (new_id(), lies, patient.patient_id),
        )
    codes.load(hospital.deploy, [codes.Code("I10", "Essential (primary) hypertension", True)])
    written = Content(plan="Less salt", diagnoses=(Coded("I10", "Essential (primary) hypertension"),))
    doctor.do(sign, Place(patient.patient_id, visit.visit_id), written)
    stranger = people.registered(front, sex="other")  # shares nothing with whom the doctor may see
    return World(hospital, front, doctor, patient, stranger, visit)


def dispensed(hospital: Hospital, pharmacy: UUID, medicine: UUID, prescription: UUID) -> None:
    """One tablet of a lot, by somebody at the pharmacy's window."""
    pharmacist = hospital.desk("pharmacy", ("PHARM",), station="FRONT-2")
    today = dt.date.today()  # noqa: DTZ011  # the database's day, on the same machine
    lot = pharmacist.do(receive, pharmacy, medicine, "L-1", today + dt.timedelta(90), Decimal(100)).lot_id
    pharmacist.do(set_reorder_level, pharmacy, medicine, None, Decimal(20))
    line = hospital.value("select id from app.prescription_line where prescription_id = %s", prescription)
    assert isinstance(line, UUID)
    pharmacist.do(dispense, prescription, 1, (Handed(line, lot, Decimal(1)),))


@pytest.fixture(scope="module")
def world(template: Template) -> Iterator[World]:
    """Shared by a module's tests: attacks that fail leave nothing behind."""
    made = make_world(template)
    with made.hospital:
        yield made


@pytest.fixture
def fresh(template: Template) -> Iterator[World]:
    """A world of its own, for attacks that leave traces."""
    made = make_world(template)
    with made.hospital:
        yield made


@pytest.fixture
def thief(world: World) -> Iterator[Attacker]:
    """Holds FRONT-2's credential and no token."""
    with attacker(world.hospital) as who:
        yield who
