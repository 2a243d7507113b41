"""Somebody without a record gets a prescription all the same."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from hisdesk.desk.doctor.walk_in import WalkIn
from hisdesk.desk.doctor.ways import WALK_IN
from hisdesk.desk.kit.medication_line import MedicationLine
from hisdesk.hospital.demo.prescribing import load_formulary
from tests.desk.doctor.conftest import Room, statements
from tests.factories import prescriptions, visits
from tests.helpers.hospital import Desk, Hospital


def test_a_walk_in_without_a_record_is_prescribed_for(
    room: Callable[..., Room], hospital: Hospital, front: Desk
) -> None:
    load_formulary(hospital.deploy)
    prescriptions.pharmacy(hospital)
    visits.added(front, hospital.department(), anonymous_name="Man in a red coat")
    seated = room(title="Dr", family="Kumar")
    day = seated.day
    day.table.select_first()
    prescribe = next(button for command, button in day.buttons.items() if command.label == "Prescribe")
    assert prescribe.reason == "Start the consultation first"
    seated.press(Qt.Key.Key_F2, at=day.table)
    seated.quiet()
    day.read_again()
    seated.quiet()
    day.table.select_first()
    with statements(seated.session.desk.db) as sent:
        seated.press(Qt.Key.Key_F9, at=day.table)
        seated.quiet()
    assert len(sent) <= 3
    screen = seated.home.widget(WALK_IN)
    assert isinstance(screen, WalkIn)
    said = seated.texts(screen)
    assert "Man in a red coat, C 001" in said and "Nothing is known about this person" in said
    screen.panel.add_line()
    form = screen.panel.form
    form.search.box.setText("paracetamol 500")
    seated.press(Qt.Key.Key_Return, at=form.search.box)
    form.count.set_value("3")
    form.days.set_value("2")
    form.submit()
    seated.quiet()
    assert "Nobody has recorded whether there are allergies" in seated.texts(screen)
    screen.panel.issue_button.click()
    seated.quiet()
    stored = "select anonymous_name || ' ' || status from app.prescription where patient_id is null"
    assert hospital.value(stored) == "Man in a red coat issued"
    assert [line.text for line in screen.list.findChildren(MedicationLine)] == [
        "paracetamol, tablet, dose 500 mg, oral, three times a day, 2 days, 6 tablets"
    ]
