"""A whole consultation without the mouse: the list, the note, a diagnosis with a slip, three lines, a stop, signing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from hisdesk.access.action import new_id, perform
from hisdesk.desk.doctor.chart import Chart
from hisdesk.desk.doctor.ways import CHART, DAY
from hisdesk.hospital.allergies.actions import record
from hisdesk.hospital.allergies.rules import NewAllergy
from hisdesk.hospital.demo.prescribing import load_formulary
from hisdesk.hospital.imports import icd10
from hisdesk.hospital.imports.icd10 import Code
from hisdesk.hospital.patients import queries as patients
from tests.desk.doctor.conftest import Room
from tests.factories import people, prescriptions, visits
from tests.helpers.hospital import Desk, Hospital

CODES = (Code("J12.9", "Viral pneumonia, unspecified", True), Code("J18.9", "Pneumonia, unspecified organism", True))

MOST_KEYS = 31
"""Besides the text that is typed."""


class Hands:
    """Ten fingers: keys go where the focus is, and those that are no text are counted."""

    def __init__(self, room: Room) -> None:
        self.room, self.pressed = room, list[str]()

    @property
    def focus(self) -> QWidget:
        if QApplication.activeWindow() is None:  # as a window manager gives the keyboard back
            self.room.home.activateWindow()
            self.room.until(self.room.home.isActiveWindow)
        found = QApplication.focusWidget()
        assert found is not None, "nothing has the keyboard"
        return found

    def press(self, *keys: str) -> None:
        for key in keys:
            combination = QKeySequence(key)[0]  # type: ignore[index]  # the stubs leave it out
            QTest.keyClick(self.focus, combination.key(), combination.keyboardModifiers())
            self.pressed.append(key)
            QApplication.processEvents()

    def type(self, text: str) -> None:
        QTest.keyClicks(self.focus, text)


@pytest.fixture
def patient(front: Desk, hospital: Hospital) -> UUID:
    icd10.load(hospital.deploy, CODES)
    load_formulary(hospital.deploy)
    prescriptions.pharmacy(hospital)
    patient_id = people.registered(front, family_name="Marroway", birth_date=dt.date(1958, 9, 14)).patient_id
    visits.added(front, hospital.department(), patient_id=patient_id, reason="cough")
    colleague = hospital.desk("physician", station="FRONT-2")
    patients.opened(colleague.db, colleague.actor, patient_id)
    perform(colleague.db, colleague.actor, record, new_id(), patient_id, NewAllergy("Penicillin", "rash", "moderate"))
    return patient_id


def test_a_consultation_by_keyboard(room: Callable[..., Room], patient: UUID, hospital: Hospital) -> None:
    doctor = room(title="Dr", family="Kumar")
    hands = Hands(doctor)
    hands.press("F2")
    doctor.until(lambda: doctor.home.current_id == CHART)
    chart = doctor.chart
    doctor.until(lambda: chart.note is not None and chart.note.writing and chart.note.isVisible())
    assert chart.note is not None
    doctor.settle()
    hands.type("Cough for 4 days, fever.")
    hands.press("Tab")
    hands.type(".resp ")
    hands.press("Alt+D")
    hands.type("pnuem unspec org")
    doctor.until(lambda: chart.note is not None and chart.note.editor.search.rows)
    hands.press("Return")
    doctor.until(lambda: chart.note is not None and chart.note.editor.codes.coded)
    hands.press("Alt+P")
    hands.type("Review in 48 hours.")
    for name, often, days in (("amoxicilin 500", "3", "5"), ("paracetamol 500", "4", "3"), ("doxycycline", "1", "5")):
        line(hands, chart, name, often, days)
    panel = chart.medicines.panel
    doctor.until(lambda: "blocked" in panel.issue_button.reason)
    hands.press("F9", "Tab", "Tab", "Space")
    doctor.until(lambda: panel.dialog is not None and panel.dialog.isVisible())
    hands.press("Down", "Tab")
    hands.type("Had it twice last year.")
    hands.press("Tab", "Tab", "Space")
    doctor.until(lambda: not panel.issue_button.reason)
    hands.press("Alt+I")
    doctor.until(lambda: not panel.lines)
    hands.press("Ctrl+Return")
    doctor.until(lambda: doctor.home.current_id == DAY)
    doctor.settle()
    assert hospital.value("select status from app.visit") == "completed"
    assert hospital.value("select status || ' ' || (diagnoses -> 0 ->> 'code') from app.note") == "signed J18.9"
    assert hospital.value("select count(*) from app.prescription_line") == 3
    assert hospital.value("select reason from app.prescription_override") == "benefit outweighs risk"
    assert len(hands.pressed) <= MOST_KEYS, hands.pressed


def line(hands: Hands, chart: Chart, name: str, often: str, days: str) -> None:
    """One line of the prescription."""
    panel = chart.medicines.panel
    hands.room.until(lambda: panel.known is not None)
    count = len(panel.lines)
    hands.press("F3")
    hands.type(name)
    hands.press("Return", "Return")
    hands.type(often)
    hands.press("Return")
    hands.type(days)
    hands.press("Return")
    assert len(panel.lines) == count + 1, panel.form.fields["dose_value"].message
