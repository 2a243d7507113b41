"""Asking a ward for a bed from an open record."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from PySide6.QtCore import Qt

from hisdesk.desk.doctor.admission import AdmissionDialog
from hisdesk.desk.kit.dialogs import ReasonDialog
from hisdesk.desk.kit.keys import keys_of
from hisdesk.hospital.visits import actions
from tests.desk.doctor.conftest import Room
from tests.factories import people, visits
from tests.helpers.hospital import Desk, Hospital

Sit = Callable[..., Room]


@pytest.fixture
def doctor(room: Sit, hospital: Hospital, front: Desk) -> Room:
    """A physician with somebody's record open, who came with chest pain and is inside."""
    person = people.registered(front)
    added = visits.added(front, hospital.department(), patient_id=person.patient_id, reason="chest pain")
    sat = room("physician", title="Dr", given="Rajesh", family="Kumar")
    hospital.desk("physician", station="FRONT-1").do(actions.start, added.visit_id, 1)
    sat.open_chart(person.patient_id)
    sat.until(lambda: sat.chart.page == "open" and sat.chart.isVisible())
    return sat


def asked(doctor: Room) -> AdmissionDialog:
    doctor.chart.admission.ask()
    doctor.quiet()
    dialog = doctor.chart.admission.dialog
    assert dialog is not None
    return dialog


def test_the_request_carries_what_the_ward_must_know(doctor: Room, hospital: Hospital) -> None:
    dialog = asked(doctor)
    assert dialog.reason.value() == "chest pain" and dialog.known.text() == "No admission was asked for."
    dialog.urgency.set_value("urgent")
    dialog.isolation.set_value("contact")
    dialog.equipment["oxygen"].click()
    dialog.days.set_value("0")
    dialog.commit.click()
    assert "Between 1 and 365" in dialog.days.message and dialog.isVisible()
    dialog.days.set_value("4")
    dialog.commit.click()
    doctor.quiet()
    row = "select urgency || isolation || expected_days || equipment[1] || status from app.admission_request"
    assert hospital.value(row) == "urgentcontact4oxygenrequested"
    assert hospital.value("select from_visit_id is not null from app.admission_request") is True
    doctor.until(lambda: "Admission asked for: Ward 1" in doctor.texts(doctor.chart))


def test_a_second_request_is_not_made_and_the_first_can_be_taken_back(doctor: Room, hospital: Hospital) -> None:
    asked(doctor).commit.click()
    doctor.quiet()
    dialog = asked(doctor)
    assert "Ward 1 was asked by Dr Rajesh Kumar" in dialog.known.text()
    assert dialog.commit.reason == "This person has an admission already"
    dialog.take_back.click()
    doctor.quiet()
    reason = next(w for w in doctor.home.findChildren(ReasonDialog) if w.isVisible())
    reason.field.setPlainText("Can go home after all")
    reason.commit.click()
    doctor.quiet()
    assert hospital.value("select status from app.admission_request") == "cancelled"


def test_the_key_opens_the_same(doctor: Room) -> None:
    doctor.press(Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier, doctor.chart)
    assert doctor.chart.admission.dialog is not None


def test_who_may_not_ask_is_offered_nothing(room: Sit, hospital: Hospital, front: Desk) -> None:
    person: UUID = people.registered(front).patient_id
    visits.added(front, hospital.department(), patient_id=person)
    nurse = room("nurse")
    nurse.open_chart(person)
    nurse.until(lambda: nurse.chart.page == "open" and nurse.chart.isVisible())
    assert "Ctrl+Shift+B" not in {key.keys for key in keys_of(nurse.chart)}
    nurse.press(Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier, nurse.chart)
    assert nurse.chart.admission.dialog is None
