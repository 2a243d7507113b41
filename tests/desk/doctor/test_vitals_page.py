"""Vital signs in the chart: typed with units, scored while typed, recorded, seen elsewhere, marked when wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from hisdesk.desk.doctor.chart import MEASURING, VITALS
from hisdesk.desk.doctor.vitals_page import VitalsPage
from hisdesk.desk.kit.dialogs import ReasonDialog
from hisdesk.hospital.patients import queries as patients
from hisdesk.hospital.patients.actions import Registered
from hisdesk.hospital.visits.actions import start as start_visit
from hisdesk.hospital.vitals.actions import record
from hisdesk.hospital.vitals.rules import NewVitals
from tests.desk.doctor.conftest import Room, statements
from tests.factories import people, visits
from tests.helpers.hospital import Desk, Hospital

Sit = Callable[..., Room]
CTRL = Qt.KeyboardModifier.ControlModifier
ILL = {"respiratory_rate_per_min": "22", "oxygen_saturation_percent": "93", "oxygen_given": True,
       "oxygen_flow_l_per_min": "2", "systolic_mmhg": "98", "diastolic_mmhg": "60", "pulse_per_min": "112",
       "temperature_celsius": "38.6", "consciousness": "alert"}  # fmt: skip


@pytest.fixture
def patient(hospital: Hospital, front: Desk) -> Registered:
    done = people.registered(front, family_name="Marroway", given_names="Ilsabet")
    visits.added(front, hospital.department(), patient_id=done.patient_id, reason="cough")
    return done


def page_of(seat: Room, patient: Registered) -> VitalsPage:
    seat.open_chart(patient.patient_id).show_tab(VITALS)
    seat.quiet()
    return seat.chart.vitals


def test_a_nurse_records_a_round_by_keys_and_is_told_what_it_calls_for(room: Sit, patient: Registered) -> None:
    nurse = room("nurse", given="Maya", family="Lind")
    nurse.open_chart(patient.patient_id)
    nurse.chart.show_tab(VITALS)
    nurse.quiet()
    assert "No vital signs are recorded" in nurse.texts(nurse.chart.vitals)
    nurse.press(Qt.Key.Key_V, Qt.KeyboardModifier.AltModifier)
    page = nurse.chart.vitals
    assert page.panel is not None and nurse.chart.tab == VITALS
    panel = page.panel
    assert "not measured" in nurse.texts(panel.score)
    panel.form.set_values(ILL, clean=False)
    assert "NEWS2 11 · high risk" in nurse.texts(panel.score) and "Emergency" in nurse.texts(panel.score)
    QTest.keyClick(panel.form, Qt.Key.Key_Return, CTRL)
    nurse.until(lambda: page.panel is None and len(page.model.rows) == 1)
    (row,) = page.model.rows
    assert (row.news2, row.recorded_by) == (11, "Maya Lind")


def test_the_key_opens_the_form_even_before_the_rounds_are_read(room: Sit, patient: Registered) -> None:
    nurse = room("nurse")
    nurse.open_chart(patient.patient_id)
    page = nurse.chart.vitals
    assert page.shown is None
    nurse.press(Qt.Key.Key_V, Qt.KeyboardModifier.AltModifier)
    nurse.until(lambda: page.panel is not None)


def test_what_cannot_be_stands_under_its_field_and_what_is_rare_is_asked(room: Sit, patient: Registered) -> None:
    nurse = room("nurse")
    page = page_of(nurse, patient)
    page.add_button.click()
    panel = page.panel
    assert panel is not None
    panel.form.set_values({**ILL, "pulse_per_min": "700", "temperature_celsius": "warm"}, clean=False)
    QTest.keyClick(panel.form, Qt.Key.Key_Return, CTRL)
    assert "number" in panel.form.controls["temperature_celsius"].message
    panel.form.set_values({"temperature_celsius": "38,6"}, clean=False)  # a comma will do
    QTest.keyClick(panel.form, Qt.Key.Key_Return, CTRL)
    assert "between 0 and 300 /min" in panel.form.controls["pulse_per_min"].message
    panel.form.set_values({"pulse_per_min": "165"}, clean=False)
    assert "Is it right?" in panel.form.controls["pulse_per_min"].message
    QTest.keyClick(panel.form, Qt.Key.Key_Return, CTRL)
    nurse.until(lambda: page.panel is None and len(page.model.rows) == 1)


def test_a_visit_is_not_completed_over_a_round_that_is_not_recorded(room: Sit, patient: Registered) -> None:
    doctor = room()
    page = page_of(doctor, patient)
    page.add_button.click()
    assert doctor.chart._unsaved() == MEASURING
    doctor.press(Qt.Key.Key_Escape)
    assert page.panel is None and doctor.chart._unsaved() == ""


def test_ctrl_enter_twice_records_a_round_and_leaves_the_visit_open(
    room: Sit, patient: Registered, hospital: Hospital
) -> None:
    doctor = room()
    visit = hospital.value("select id from app.visit")
    doctor.session.tasks.write(doctor.home, start_visit, visit, 1, on_done=lambda _moved: None)
    doctor.quiet()
    page = page_of(doctor, patient)
    page.add_button.click()
    assert page.panel is not None
    page.panel.form.set_values(ILL, clean=False)
    QTest.keyClick(page.panel.form, Qt.Key.Key_Return, CTRL)
    doctor.until(lambda: page.panel is None)
    assert doctor.chart.bar.complete.isVisible()
    doctor.press(Qt.Key.Key_Return, CTRL)
    doctor.quiet()
    assert hospital.value("select status from app.visit") == "with doctor"
    doctor.until(lambda: not doctor.chart._just_saved.isActive())
    doctor.press(Qt.Key.Key_Return, CTRL)
    doctor.until(lambda: hospital.value("select status from app.visit") == "completed")


def test_another_station_s_round_is_seen_without_a_click_and_can_be_marked(
    room: Sit, patient: Registered, hospital: Hospital
) -> None:
    doctor = room()
    page = page_of(doctor, patient)
    nurse = hospital.desk("nurse", station="FRONT-2")
    patients.opened(nurse.db, nurse.actor, patient.patient_id)
    nurse.do(record, patient.patient_id, NewVitals(dt.datetime.now(dt.UTC), pulse_per_min=80))
    doctor.hear("vital_signs", patient.patient_id)
    doctor.until(lambda: len(page.model.rows) == 1)
    page.table.select_first()
    page.wrong_button.click()
    (asking,) = page.findChildren(ReasonDialog)
    asking.given.emit("measured on the neighbour")
    asking.accept()
    doctor.until(lambda: page.model.rows[0].status == "entered in error")
    assert not page.wrong_button.isEnabled()


def test_the_oxygen_scale_is_the_doctor_s_and_changes_the_score_that_is_being_typed(
    room: Sit, patient: Registered
) -> None:
    assert page_of(room("nurse", station="FRONT-2"), patient).scale_button.isHidden()
    doctor = room()
    page = page_of(doctor, patient)
    page.scale_button.click()
    (asking,) = page.findChildren(ReasonDialog)
    asking.given.emit("COPD")
    asking.accept()
    doctor.until(lambda: page.shown is not None and page.shown.about.oxygen_scale == 2)
    page.add_button.click()
    assert page.panel is not None
    page.panel.form.set_values({**ILL, "oxygen_saturation_percent": "90"}, clean=False)
    assert "NEWS2 9" in doctor.texts(page.panel.score)


def test_it_is_read_with_two_statements(room: Sit, patient: Registered) -> None:
    doctor = room()
    doctor.open_chart(patient.patient_id)
    with statements(doctor.session.desk.db) as seen:
        doctor.chart.show_tab(VITALS)
        doctor.quiet()
    assert len(seen) == 2
