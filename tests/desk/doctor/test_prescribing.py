"""The Medicines tab: finding, writing a line, stops and cautions, the draft, issuing, cancelling."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt

from hisdesk.access.action import new_id, perform
from hisdesk.desk.doctor.medicines_page import MedicinesPage
from hisdesk.desk.doctor.prescribing import PrescribingPanel
from hisdesk.desk.doctor.prescribing_dialogs import OverrideDialog
from hisdesk.desk.doctor.prescribing_draft import from_plain, half_written, to_plain
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.medication_line import MedicationLine
from hisdesk.hospital.allergies.actions import record
from hisdesk.hospital.allergies.rules import NewAllergy
from hisdesk.hospital.demo.prescribing import load_formulary
from hisdesk.hospital.prescriptions import queries
from hisdesk.hospital.prescriptions.queries import Person, PrescriptionRow
from tests.desk.doctor.conftest import Room, statements
from tests.factories import formulary, people, prescriptions, visits
from tests.helpers.hospital import PASSWORD, Desk, Hospital


@dataclass
class Prescriber:
    """A doctor in front of somebody's medicines."""

    room: Room
    patient: UUID

    @property
    def page(self) -> MedicinesPage:
        return self.room.chart.medicines

    @property
    def panel(self) -> PrescribingPanel:
        return self.page.panel

    def ready(self) -> None:
        """Waits until the person's medicines are read and the checks are done."""
        self.room.until(lambda: self.panel.known is not None and "checks" not in self.panel.issue_button.reason)
        self.room.quiet()

    def add(self, name: str, dose: str = "", unit: str = "", often: str = "3", days: str = "5") -> None:
        """Writes a line as a person does: key, letters, Enter, fields, Ctrl+Enter."""
        self.ready()
        self.room.press(Qt.Key.Key_F3, at=self.panel.add_button)
        form = self.panel.form
        form.search.box.setText(name)
        self.room.press(Qt.Key.Key_Return, at=form.search.box)
        if dose:
            form.dose.set_value(dose)
        if unit:
            form.dose_unit.set_value(unit)
        form.count.set_value(often)
        form.days.set_value(days)
        self.room.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier, at=form.dose.edit)
        self.ready()

    def chips(self) -> list[str]:
        return [self.panel.cards[line.id].chip.state.word for line in self.panel.lines]

    def press(self, beginning: str, place: int = 0) -> None:
        """A button of a line's card, by the beginning of what it says."""
        buttons = self.panel.cards[self.panel.lines[place].id].buttons
        next(button for name, button in buttons.items() if name.startswith(beginning)).click()
        self.ready()

    def draft(self) -> tuple[dict[str, Any], ...]:
        """What the server has of it."""
        session = self.room.session
        with session.desk.db.transaction(session.desk.actor) as tx:
            return queries.known(tx, Person(self.patient)).draft

    def until_kept(self) -> None:
        """Until the server has what stands here now."""
        self.room.until(lambda: list(self.draft()) == json.loads(json.dumps(self.panel._draft())))

    def stored(self) -> list[PrescriptionRow]:
        session = self.room.session
        with session.desk.db.transaction(session.desk.actor) as tx:
            return queries.of_person(tx, Person(self.patient))


@pytest.fixture
def doctor(room: Callable[..., Room], hospital: Hospital, front: Desk) -> Prescriber:
    load_formulary(hospital.deploy)
    prescriptions.pharmacy(hospital)
    patient = people.registered(front, birth_date=dt.date(1970, 5, 1)).patient_id
    visits.added(front, hospital.department(), patient_id=patient)
    seated = Prescriber(room(title="Dr", family="Kumar"), patient)
    seated.room.open_chart(patient).show_tab("Medicines")
    seated.ready()
    return seated


def allergic(doctor: Prescriber, severity: str = "moderate") -> None:
    """Somebody records it at another station; this one hears of it."""
    session = doctor.room.session
    new = NewAllergy("Penicillin", "rash", severity)
    perform(session.desk.db, session.desk.actor, record, new_id(), doctor.patient, new)
    doctor.room.hear("allergy", doctor.patient)
    doctor.room.until(lambda: doctor.panel.known is not None and doctor.panel.known.facts.state == "known")
    doctor.ready()


def test_it_opens_with_three_statements_and_says_what_is_empty(doctor: Prescriber) -> None:
    chart = doctor.room.chart
    chart.show_tab("Overview")
    doctor.page.forget()
    doctor.page.stale = True
    with statements(doctor.room.session.desk.db) as sent:
        chart.show_tab("Medicines")
        doctor.room.quiet()
    assert len(sent) <= 3
    said = doctor.room.texts(doctor.page)
    assert "No line yet" in said and "Nothing was prescribed yet" in said
    assert doctor.panel.issue_button.reason == "There is no line yet"


def test_a_line_is_written_with_the_keyboard_and_its_quantity_worked_out(doctor: Prescriber) -> None:
    doctor.add("amoxicilin 500")
    (line,) = doctor.panel.lines
    assert (line.quantity, line.sig.dose_value, line.sig.frequency_count) == (Decimal(15), Decimal(500), 3)
    card = doctor.panel.cards[line.id]
    assert card.text.text == "amoxicillin, capsule 500 mg, dose 500 mg, oral, three times a day, 5 days, 15 capsules"
    assert "Allergy not checked" in doctor.room.texts(card), "nobody has asked"


def test_another_quantity_asks_for_a_reason(doctor: Prescriber) -> None:
    doctor.room.press(Qt.Key.Key_F3, at=doctor.panel.add_button)
    form = doctor.panel.form
    form.search.box.setText("paracetamol 500")
    doctor.room.press(Qt.Key.Key_Return, at=form.search.box)
    form.count.set_value("4")
    form.days.set_value("3")
    assert form.quantity.value() == "12"
    form.quantity.edit.selectAll()
    for digit in (Qt.Key.Key_3, Qt.Key.Key_0):
        doctor.room.press(digit, at=form.quantity.edit)
    form.submit()
    assert form.quantity_reason.isVisible() and "why" in form.quantity_reason.message
    form.quantity_reason.set_value("takes some home")
    form.submit()
    assert doctor.panel.lines[0].quantity == Decimal(30)


@pytest.mark.parametrize(
    ("field", "typed"), [("dose", "1,000"), ("dose", ""), ("days", "0"), ("days", "x"), ("count", "99")]
)
def test_what_is_wrong_is_said_under_its_field(doctor: Prescriber, field: str, typed: str) -> None:
    doctor.room.press(Qt.Key.Key_F3, at=doctor.panel.add_button)
    form = doctor.panel.form
    form.search.box.setText("paracetamol 500")
    doctor.room.press(Qt.Key.Key_Return, at=form.search.box)
    form.count.set_value("4")
    form.days.set_value("3")
    getattr(form, field).set_value(typed)
    form.submit()
    assert getattr(form, field).message and not doctor.panel.lines


def test_issuing_sends_the_lines_and_empties_the_draft(doctor: Prescriber) -> None:
    doctor.add("amoxicillin 500")
    doctor.add("paracetamol 500", "1", "g", "4", "3")
    doctor.room.press(Qt.Key.Key_I, Qt.KeyboardModifier.AltModifier, at=doctor.panel.add_button)
    doctor.room.quiet()
    (row,) = doctor.stored()
    assert [line.medicine for line in row.lines] == ["amoxicillin", "paracetamol"] and row.status == "issued"
    assert not doctor.panel.lines and "amoxicillin" in doctor.page.list.holder.findChildren(MedicationLine)[0].text
    assert doctor.room.hospital.value("select content from app.prescription_draft") == []


def test_an_allergy_recorded_elsewhere_stops_the_line_at_once(doctor: Prescriber) -> None:
    doctor.add("amoxicillin 500")
    assert doctor.panel.issue_button.isEnabled()
    allergic(doctor)
    assert doctor.chips() == ["Blocked"]
    assert doctor.panel.issue_button.reason == "Cannot issue yet: 1 line is blocked (amoxicillin)"
    said = doctor.room.texts(doctor.panel)
    assert "Stopped by a known allergy to Penicillin" in said and "rash" in said and "Kumar" in said
    doctor.room.press(Qt.Key.Key_I, Qt.KeyboardModifier.AltModifier, at=doctor.panel.add_button)
    doctor.room.quiet()
    assert doctor.stored() == []


def test_a_stop_is_overridden_with_a_reason_and_can_be_taken_back(doctor: Prescriber) -> None:
    allergic(doctor)
    doctor.add("amoxicillin 500")
    doctor.press("Override")
    dialog = doctor.panel.dialog
    assert isinstance(dialog, OverrideDialog) and dialog.commit.reason
    dialog.reason.set_value("tolerated before")
    dialog.sentence.set_value("Had it twice last year.")
    dialog.commit.click()
    doctor.room.quiet()
    assert doctor.chips() == ["Overridden"] and not doctor.panel.issue_button.reason
    doctor.press("Take back")
    assert doctor.chips() == ["Blocked"]


def test_an_anaphylaxis_needs_a_second_physician_in_the_dialog(doctor: Prescriber) -> None:
    allergic(doctor, "anaphylaxis")
    doctor.add("amoxicillin 500")
    doctor.press("Override")
    dialog = doctor.panel.dialog
    assert isinstance(dialog, OverrideDialog)
    dialog.reason.set_value("no alternative")
    dialog.sentence.set_value("Nothing else helps here.")
    assert dialog.commit.reason == "A second physician must sign in"
    second = doctor.room.hospital.account("physician", family="Sharma", title="Dr")
    dialog.name.set_value(doctor.room.session.desk.actor.user_name)
    dialog.password.edit.setText(PASSWORD)
    dialog.commit.click()
    doctor.room.quiet()
    assert "nobody is their own" in dialog.said.text() and dialog.isVisible()
    dialog.name.set_value(second)
    dialog.password.edit.setText(PASSWORD)
    dialog.commit.click()
    doctor.room.until(lambda: doctor.chips() == ["Overridden"])
    doctor.room.quiet()
    assert not doctor.panel.issue_button.reason
    doctor.panel.issue_button.click()
    doctor.room.quiet()
    (row,) = doctor.stored()
    assert row.lines[0].overrides[0].confirmed_by == "Dr Alex Sharma"
    assert "confirmed by Dr Alex Sharma" in doctor.room.texts(doctor.page.list)


def test_cautions_are_acknowledged_one_by_one_or_when_issuing(doctor: Prescriber) -> None:
    doctor.add("warfarin 5", often="1", days="28")
    doctor.add("doxycycline", often="1")
    assert doctor.chips() == ["Interaction", "Interaction"] and not doctor.panel.issue_button.reason
    doctor.press("Acknowledge", place=1)
    doctor.room.press(Qt.Key.Key_I, Qt.KeyboardModifier.AltModifier, at=doctor.panel.add_button)
    dialog = doctor.panel.dialog
    assert dialog is not None and "this caution" in dialog.windowTitle()
    next(b for b in dialog.findChildren(Button) if b.text() == "Acknowledge and issue").click()
    doctor.room.quiet()
    (row,) = doctor.stored()
    assert [[o.reason for o in line.overrides] for line in row.lines] == [["acknowledged"], ["acknowledged"]]


def test_a_line_is_replaced_removed_and_brought_back(doctor: Prescriber) -> None:
    allergic(doctor)
    doctor.add("amoxicillin 500")
    key = doctor.panel.lines[0].id
    doctor.press("Replace")
    form = doctor.panel.form
    form.search.box.setText("clarithromycin 500")
    doctor.room.press(Qt.Key.Key_Return, at=form.search.box)
    form.count.set_value("2")
    form.days.set_value("5")
    form.submit()
    doctor.room.quiet()
    (line,) = doctor.panel.lines
    assert line.id == key and doctor.chips() != ["Blocked"] and line.quantity == Decimal(10)
    doctor.press("Remove")
    assert not doctor.panel.lines
    next(button for button in doctor.room.home.findChildren(Button) if button.text() == "Undo").click()
    doctor.room.quiet()
    assert [each.id for each in doctor.panel.lines] == [key]


def test_the_draft_is_there_after_another_person_was_in_front(doctor: Prescriber, front: Desk) -> None:
    doctor.add("amoxicillin 500")
    other = people.registered(front).patient_id
    visits.added(front, doctor.room.hospital.department(), patient_id=other)
    doctor.room.open_chart(other).show_tab("Medicines")
    doctor.room.quiet()
    assert not doctor.panel.lines and doctor.panel.form.isHidden()
    doctor.room.open_chart(doctor.patient).show_tab("Medicines")
    doctor.ready()
    assert [line.quantity for line in doctor.panel.lines] == [Decimal(15)]


def test_a_line_that_is_half_written_goes_on_in_another_room(doctor: Prescriber, room: Callable[..., Room]) -> None:
    doctor.add("paracetamol 500")
    doctor.room.press(Qt.Key.Key_F3, at=doctor.panel.add_button)
    form = doctor.panel.form
    form.search.box.setText("amoxicillin 500")
    doctor.room.press(Qt.Key.Key_Return, at=form.search.box)
    form.count.set_value("3")
    form.instructions.set_value("before meals")
    doctor.until_kept()
    elsewhere = Prescriber(room(user=doctor.room.actor.user_name, station="FRONT-2"), doctor.patient)
    elsewhere.room.open_chart(doctor.patient).show_tab("Medicines")
    elsewhere.ready()
    again = elsewhere.panel.form
    assert again.isVisible() and again.medicine is not None and again.medicine.name == "amoxicillin"
    assert (again.count.value(), again.instructions.value(), len(elsewhere.panel.lines)) == ("3", "before meals", 1)
    assert elsewhere.page.unsaved and again.dose.edit.hasFocus()
    again.days.set_value("5")
    assert again.quantity.value() == "15", "worked out, as before"
    again.submit()
    elsewhere.until_kept()
    assert [line.instructions for line in elsewhere.panel.lines] == ["", "before meals"]
    assert half_written(elsewhere.draft()) is None and len(elsewhere.draft()) == 2


def test_what_was_looked_for_is_there_too_and_goes_when_it_is_left(doctor: Prescriber) -> None:
    doctor.room.press(Qt.Key.Key_F3, at=doctor.panel.add_button)
    doctor.panel.form.search.box.setText("amox")
    doctor.until_kept()
    assert (half_written(doctor.draft()) or {})["looked_for"] == "amox"
    doctor.room.press(Qt.Key.Key_Escape, at=doctor.panel.form.search.box)
    doctor.room.until(lambda: doctor.draft() == ())


def test_what_another_version_left_in_the_form_is_no_line(doctor: Prescriber) -> None:
    assert not doctor.panel.form.go_on({"id": "?"}) and doctor.panel.form.isHidden()


def test_what_is_not_dispensed_can_be_cancelled(doctor: Prescriber) -> None:
    doctor.add("amoxicillin 500")
    doctor.room.press(Qt.Key.Key_I, Qt.KeyboardModifier.AltModifier, at=doctor.panel.add_button)
    doctor.room.quiet()
    (button,) = doctor.page.list.cancel_buttons.values()
    button.click()
    dialog = doctor.page.list.dialog
    assert dialog is not None
    dialog.field.setPlainText("The wrong person was in front")
    dialog.commit.click()
    doctor.room.quiet()
    assert doctor.stored()[0].status == "cancelled" and not doctor.page.list.cancel_buttons
    assert "Cancelled: The wrong person was in front" in doctor.room.texts(doctor.page.list)


def test_who_may_only_look_sees_the_list_alone(room: Callable[..., Room], hospital: Hospital, front: Desk) -> None:
    patient = people.registered(front).patient_id
    visits.added(front, hospital.department(), patient_id=patient)
    nurse = room("nurse")
    chart = nurse.open_chart(patient)
    chart.show_tab("Medicines")
    nurse.quiet()
    assert chart.medicines.list.isVisible() and not chart.medicines.panel.isVisible()


def test_with_the_database_away_it_says_so_and_reads_again(doctor: Prescriber) -> None:
    doctor.page.forget()
    doctor.page.stale = True
    hospital = doctor.room.hospital
    hospital.run("revoke select on app.medicine from app_station")
    doctor.page.read_anew()
    doctor.room.quiet()
    assert "The medicines could not be read" in doctor.room.texts(doctor.page)
    hospital.run("grant select on app.medicine to app_station")
    doctor.page.read_anew()
    doctor.room.quiet()
    assert "No line yet" in doctor.room.texts(doctor.page)


def test_a_draft_says_the_same_afterwards() -> None:
    lines = (
        prescriptions.line(formulary.medicine("amoxicillin"), instructions="with water"),
        prescriptions.line(formulary.medicine("paracetamol"), quantity=Decimal("7.5"), quantity_reason="enough"),
    )
    assert from_plain(to_plain(lines)) == lines
    assert from_plain(({"of": "another version"}, *to_plain(lines[:1]))) == lines[:1]
