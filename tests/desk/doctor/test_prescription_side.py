"""What is prescribed stands beside the note: the same draft, its checks, what the person takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

import pytest
from PySide6.QtCore import Qt

from hisdesk.access.action import new_id, perform
from hisdesk.desk.doctor.chart import MEDICINES, NOTE
from hisdesk.desk.doctor.prescribing_draft import to_plain
from hisdesk.desk.doctor.prescription_side import PrescriptionSide
from hisdesk.desk.kit.chips import StatusChip
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.medication_line import MedicationLine
from hisdesk.hospital.allergies.actions import record
from hisdesk.hospital.allergies.rules import NewAllergy
from hisdesk.hospital.prescriptions.actions import keep_draft
from hisdesk.hospital.prescriptions.queries import Person
from hisdesk.hospital.visits.actions import start
from tests.desk.doctor.conftest import Room, statements
from tests.factories import people, prescriptions, visits
from tests.helpers.hospital import Desk, Hospital
from tests.helpers.windows import said

Sit = Callable[..., Room]


@pytest.fixture
def patient(front: Desk, hospital: Hospital) -> UUID:
    prescriptions.pharmacy(hospital)
    patient_id = people.registered(front, birth_date=dt.date(1970, 5, 1)).patient_id
    visits.added(front, hospital.department(), patient_id=patient_id)
    return patient_id


@pytest.fixture
def doctor(room: Sit, patient: UUID, hospital: Hospital) -> Room:
    """With the person in the room, two lines written elsewhere, and a running course of warfarin."""
    sat = room(title="Dr", family="Kumar")
    me = Desk(sat.tasks.db, sat.actor, sat.signed.cipher)
    sat.open_chart(patient)
    known = prescriptions.formulary(hospital, me)
    warfarin, amoxicillin = (prescriptions.found(known, name) for name in ("warfarin", "amoxicillin"))
    pharmacy = prescriptions.pharmacy(hospital)
    prescriptions.signed_by_hand(me, patient, pharmacy, warfarin.id)
    lines = (prescriptions.line(amoxicillin, "500", "mg"), prescriptions.line(warfarin, "1"))
    perform(me.db, me.actor, keep_draft, new_id(), Person(patient), to_plain(lines))
    with me.db.transaction(me.actor) as tx:
        row = tx.exec_driver_sql("select id, version from app.visit where patient_id = %s", (patient,)).one()
    me.do(start, row.id, row.version)
    sat.press(Qt.Key.Key_F5)
    sat.settle()
    return sat


def side_of(sat: Room) -> PrescriptionSide:
    assert sat.chart.note is not None
    (found,) = sat.chart.note.findChildren(PrescriptionSide)
    sat.chart.show_tab(NOTE)
    sat.until(lambda: found.medicines.panel.known is not None and "checks" not in found.why.text())
    sat.settle()
    return found


def chips(side: PrescriptionSide) -> list[str]:
    return [chip.state.word for chip in side.lines.findChildren(StatusChip)]


def test_the_note_shows_what_is_prescribed_and_what_is_taken(doctor: Room) -> None:
    side = side_of(doctor)
    written, taken = (panel.findChildren(MedicationLine) for panel in (side.lines, side.current))
    assert [line.text.split(",")[0] for line in written] == ["amoxicillin", "warfarin"]
    assert [line.text.split(",")[0] for line in taken] == ["warfarin"]
    assert chips(side) == ["Not all checked", "Duplicate"] and side.issue_button.isEnabled()


def test_the_note_and_what_is_prescribed_cost_three_statements(doctor: Room, patient: UUID) -> None:
    side = side_of(doctor)
    doctor.chart.show_tab("Overview")
    for page in (side, doctor.chart.note, side.medicines):
        assert page is not None
        page.forget()
        page.stale = True
    with statements(doctor.tasks.db) as seen:
        side_of(doctor)
    assert len(seen) <= 3, seen


def test_an_allergy_recorded_elsewhere_blocks_the_line_beside_the_note(doctor: Room, patient: UUID) -> None:
    side = side_of(doctor)
    perform(doctor.tasks.db, doctor.actor, record, new_id(), patient, NewAllergy("Penicillin", "rash", "moderate"))
    doctor.hear("allergy", patient)
    doctor.until(lambda: "Blocked" in chips(side))
    doctor.until(lambda: "Stopped by a known allergy to Penicillin" in said(side.lines))
    assert side.why.text() == "Cannot issue yet: 1 line is blocked (amoxicillin)" and not side.issue_button.isEnabled()
    answer = next(b for b in side.findChildren(Button) if b.text() == "Answer…")
    answer.click()
    assert doctor.chart.tab == MEDICINES


def test_lines_are_added_and_issued_from_the_note_by_key(doctor: Room) -> None:
    side = side_of(doctor)
    doctor.press(Qt.Key.Key_F3)
    assert doctor.chart.tab == MEDICINES and side.medicines.panel.form.isVisible()
    doctor.press(Qt.Key.Key_Escape)
    doctor.chart.show_tab(NOTE)
    doctor.press(Qt.Key.Key_I, Qt.KeyboardModifier.AltModifier)
    dialog = side.medicines.panel.dialog
    assert dialog is not None and doctor.chart.tab == MEDICINES
    next(b for b in dialog.findChildren(Button) if b.text() == "Acknowledge and issue").click()
    doctor.until(lambda: not side.medicines.panel.lines)
    doctor.chart.show_tab(NOTE)
    doctor.until(lambda: len(side.current.findChildren(MedicationLine)) == 3)
    assert "No line yet" in said(side.lines)


def test_a_nurse_sees_what_is_taken_and_no_prescription(room: Sit, doctor: Room, patient: UUID) -> None:
    nurse = room("nurse", station="FRONT-2")
    nurse.open_chart(patient)
    side = side_of(nurse)
    assert not side.lines.isVisible() and "warfarin" in side.current.findChildren(MedicationLine)[0].text


def test_what_cannot_be_read_does_not_look_like_nothing(doctor: Room, patient: UUID) -> None:
    hospital = doctor.hospital
    hospital.run("revoke select on app.prescription_line from app_station")
    assert doctor.chart.note is not None
    (side,) = doctor.chart.note.findChildren(PrescriptionSide)
    doctor.chart.show_tab("Overview")
    for page in (side, side.medicines):
        page.forget()
        page.stale = True
    doctor.chart.show_tab(NOTE)
    doctor.until(lambda: "Could not be read" in said(side.current))
    hospital.run("grant select on app.prescription_line to app_station")
    doctor.press(Qt.Key.Key_F5)
    doctor.until(lambda: side.current.findChildren(MedicationLine))


def test_a_visit_is_not_completed_over_a_prescription_that_nobody_gets(doctor: Room, hospital: Hospital) -> None:
    side_of(doctor)
    status = "select status from app.visit"
    doctor.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    dialog = doctor.chart.dialog
    assert dialog is not None and "2 lines are written but not issued" in said(dialog)
    dialog.reject()
    doctor.settle()
    assert hospital.value(status) == "with doctor"
    doctor.home.activateWindow()  # as a window manager gives the keyboard back
    doctor.until(doctor.home.isActiveWindow)
    doctor.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    again = doctor.chart.dialog
    assert again is not None and again is not dialog
    next(b for b in again.findChildren(Button) if b.text() == "Complete without it").click()
    doctor.until(lambda: hospital.value(status) == "completed")
