"""The note of a consultation in the doctor's chart: kept while it is typed, found in another room, signed, added to."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hisdesk.desk.doctor.chart import NOTE
from hisdesk.desk.doctor.note_dialogs import AddendumDialog, TwoVersions
from hisdesk.desk.doctor.note_page import NotePage
from hisdesk.desk.kit.theme import theme
from hisdesk.hospital.imports import icd10
from hisdesk.hospital.imports.icd10 import Code
from hisdesk.hospital.notes import rules
from hisdesk.hospital.notes.rules import Coded, Content
from hisdesk.hospital.patients.actions import Registered
from hisdesk.hospital.visits.actions import Added, start
from tests.desk.doctor.conftest import Room, statements
from tests.factories import people, visits
from tests.helpers.hospital import Desk, Hospital

Sit = Callable[..., Room]
LIST = (
    Code("I10", "Essential (primary) hypertension", True),
    Code("J12.9", "Viral pneumonia, unspecified", True),
    Code("J18.9", "Pneumonia, unspecified organism", True),
)
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def patient(front: Desk, hospital: Hospital) -> Registered:
    icd10.load(hospital.deploy, LIST)
    return people.registered(front, family_name="Marroway", given_names="Ilsabet", title="Ms", sex="female",
                             birth_date=dt.date(1958, 9, 14))  # fmt: skip


@pytest.fixture
def visit(front: Desk, hospital: Hospital, patient: Registered) -> Added:
    return visits.added(front, hospital.department(), patient_id=patient.patient_id, reason="cough")


@pytest.fixture
def doctor(room: Sit, patient: Registered, visit: Added) -> Room:
    """With the person in the room and the note in front."""
    sat = room(title="Dr", given="Anselm", family="Oakhollow", name="oakhollow")
    begin(sat, patient, visit)
    return sat


def begin(sat: Room, patient: Registered, visit: Added) -> NotePage:
    """The visit starts, unless it has, and the chart is opened."""
    me = Desk(sat.session.tasks.db, sat.session.signed.actor, sat.session.signed.cipher)
    with me.db.transaction(me.actor) as tx:
        row = tx.exec_driver_sql("select status, version from app.visit where id = %s", (visit.visit_id,)).one()
    if row.status == "waiting":
        me.do(start, visit.visit_id, row.version)
    sat.open_chart(patient.patient_id)
    sat.chart.show_tab(NOTE)
    sat.until(lambda: page(sat).writing)
    sat.quiet()
    return page(sat)


def page(sat: Room) -> NotePage:
    found = sat.chart.note
    assert found is not None
    return found


def write(sat: Room, name: str, text: str) -> None:
    edit = page(sat).editor.sections.edits[name]
    edit.setFocus()
    QTest.keyClicks(edit, text)


def kept(sat: Room) -> None:
    """The server has all of it."""
    page(sat).keep_draft()
    sat.until(lambda: not page(sat).keeper.dirty)


def note_of(hospital: Hospital, column: str) -> object:
    return hospital.value(f"select {column} from app.note where status <> 'discarded'")


def pictures(sat: Room, name: str) -> None:
    if folder := os.environ.get("HISDESK_TEST_PICTURES"):
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        for mode in ("light", "dark"):
            theme().apply(app, mode)
            QApplication.processEvents()
            sat.home.grab().save(str(Path(folder) / f"{name}-{mode}.png"))
        theme().apply(app, "light")


def test_a_note_is_written_kept_signed_and_the_visit_is_over(doctor: Room, hospital: Hospital, visit: Added) -> None:
    note = page(doctor)
    assert note.writing and doctor.chart.bar.complete.text() == "Complete"
    write(doctor, "subjective", "Cough for 4 days, fever since Sunday.")
    assert doctor.chart.bar.complete.text() == "Sign and complete"
    write(doctor, "objective", ".resp ")
    write(doctor, "plan", "Chest X-ray today.")
    kept(doctor)
    assert note.head.said.text().startswith("Draft kept ")
    assert note_of(hospital, "status") == "draft"
    assert str(note_of(hospital, "objective")).startswith("Chest clear, good air entry")
    pictures(doctor, "note-draft")
    doctor.press(Qt.Key.Key_Return, CTRL)
    doctor.quiet()
    assert note_of(hospital, "status") == "signed" and note_of(hospital, "signed_at") is not None
    assert hospital.value("select status from app.visit where id = %s", visit.visit_id) == "completed"
    assert doctor.session.drafts.find(f"note/{visit.visit_id}") is None


def test_a_diagnosis_is_found_by_a_few_letters_with_a_slip(doctor: Room, hospital: Hospital) -> None:
    note = page(doctor)
    doctor.press(Qt.Key.Key_D, ALT, note.editor)
    QTest.keyClicks(note.editor.search.box, "pnuem")
    doctor.until(lambda: {row.code for row in note.editor.search.rows} == {"J12.9", "J18.9"})
    pictures(doctor, "note-search")
    while note.editor.search.list.currentItem().text() != "J18.9 Pneumonia, unspecified organism":
        QTest.keyClick(note.editor.search.box, Qt.Key.Key_Down)
    QTest.keyClick(note.editor.search.box, Qt.Key.Key_Return)
    assert note.editor.codes.coded == (Coded("J18.9", "Pneumonia, unspecified organism"),)
    assert note.editor.search.box.text() == "" and note.editor.search.rows == []
    write(doctor, "assessment", "Community-acquired.")
    doctor.press(Qt.Key.Key_Return, CTRL)
    doctor.quiet()
    assert hospital.value("select code from app.diagnosis") == "J18.9"


def test_enter_right_behind_the_letters_takes_the_first_that_is_found(doctor: Room) -> None:
    search = page(doctor).editor.search
    search.setFocus()
    QTest.keyClicks(search.box, "hypertens")
    QTest.keyClick(search.box, Qt.Key.Key_Return)
    doctor.until(lambda: page(doctor).editor.codes.coded)
    assert page(doctor).editor.codes.coded[0].code == "I10"
    QTest.keyClicks(search.box, "zzzz")
    doctor.until(lambda: "No diagnosis is called" in search.said.text())


def test_the_draft_is_there_in_another_room_and_nobody_elses(
    doctor: Room, room: Sit, patient: Registered, visit: Added
) -> None:
    write(doctor, "subjective", "Cough.")
    kept(doctor)
    elsewhere = room(user="oakhollow", station="FRONT-2")
    assert begin(elsewhere, patient, visit).editor.content().subjective == "Cough."
    colleague = room(station="FRONT-1")
    assert begin(colleague, patient, visit).editor.content().subjective == ""


def test_what_another_room_wrote_is_shown_where_nothing_is_typed(
    doctor: Room, room: Sit, patient: Registered, visit: Added
) -> None:
    write(doctor, "subjective", "Cough.")
    kept(doctor)
    elsewhere = room(user="oakhollow", station="FRONT-2")
    begin(elsewhere, patient, visit)
    write(elsewhere, "plan", "X-ray.")
    kept(elsewhere)
    doctor.hear("note", patient.patient_id)
    doctor.until(lambda: page(doctor).editor.content().plan == "X-ray.")
    assert page(doctor).editor.content().subjective == "Cough."


def test_one_author_in_two_rooms_loses_nothing(
    doctor: Room, room: Sit, patient: Registered, visit: Added, hospital: Hospital
) -> None:
    elsewhere = room(user="oakhollow", station="FRONT-2")
    begin(elsewhere, patient, visit)
    write(elsewhere, "subjective", "Written upstairs.")
    kept(elsewhere)
    write(doctor, "subjective", "Written downstairs.")
    write(doctor, "plan", "Fluids.")
    page(doctor).keep_draft()
    doctor.until(lambda: page(doctor).findChildren(TwoVersions))
    dialog = page(doctor).findChildren(TwoVersions)[0]
    assert {(f.name, f.mine, f.theirs) for f in dialog.fields} == {
        ("subjective", "Written downstairs.", "Written upstairs."),
        ("plan", "Fluids.", ""),
    }
    local = doctor.session.drafts.find(f"note/{visit.visit_id}")
    assert local is not None and local.values["content"]["subjective"] == "Written downstairs."
    assert note_of(hospital, "subjective") == "Written upstairs."
    assert page(doctor).head.said.text() == "Two versions: choose first"
    pictures(doctor, "note-two")
    dialog.choose("subjective", "theirs")
    dialog.choose("plan", "mine")
    dialog.commit.click()
    doctor.until(lambda: note_of(hospital, "plan") == "Fluids.")
    assert note_of(hospital, "subjective") == "Written upstairs."
    doctor.until(lambda: page(doctor).head.said.text().startswith("Draft kept"))


def test_what_a_killed_program_kept_goes_on(room: Sit, patient: Registered, visit: Added, hospital: Hospital) -> None:
    sat = room(name="oakhollow")
    values = rules.plain(Content(subjective="Typed before the power went."))
    sat.session.drafts.keep(f"note/{visit.visit_id}", {"content": values, "version": 0, "sending": None})
    assert begin(sat, patient, visit).editor.content().subjective == "Typed before the power went."
    kept(sat)
    assert note_of(hospital, "subjective") == "Typed before the power went."


@pytest.mark.parametrize(
    ("on_the_disk", "shown"),
    [
        ("Cough for 4", "Cough for 4 days. Fever."),
        ("Cough for 4 days. Fever. Chills.", "Cough for 4 days. Fever. Chills."),
    ],
)
def test_nobody_is_asked_where_one_version_goes_on_with_the_other(
    room: Sit, patient: Registered, visit: Added, on_the_disk: str, shown: str
) -> None:
    sat = room(name="oakhollow")
    begin(sat, patient, visit)
    write(sat, "subjective", "Cough for 4 days.")
    kept(sat)
    write(sat, "subjective", " Fever.")
    kept(sat)
    again = room(user="oakhollow", station="FRONT-2")
    left = rules.plain(Content(subjective=on_the_disk))  # killed while what was sent had not been answered
    again.session.drafts.keep(f"note/{visit.visit_id}", {"content": left, "version": 1, "sending": None})
    note = begin(again, patient, visit)
    assert note.editor.content().subjective == shown
    assert "Two versions" not in again.texts(note)


def test_what_was_sent_is_remembered_while_typing_goes_on(doctor: Room, visit: Added) -> None:
    write(doctor, "plan", "Rest")
    page(doctor).keep_draft()
    write(doctor, "plan", " and")
    draft = doctor.session.drafts.find(f"note/{visit.visit_id}")
    assert draft is not None
    assert draft.values["content"]["plan"] == "Rest and" and draft.values["sending"]["plan"] == "Rest"
    kept(doctor)
    doctor.quiet()


def test_a_signed_note_is_locked_and_gets_an_addendum(doctor: Room, patient: Registered, hospital: Hospital) -> None:
    write(doctor, "subjective", "Cough.")
    doctor.press(Qt.Key.Key_Return, CTRL)
    doctor.quiet()
    doctor.open_chart(patient.patient_id)
    doctor.chart.show_tab(NOTE)
    doctor.quiet()
    note = page(doctor)
    assert not note.writing and note.signed.isVisible() and not note.editor.isVisible()
    note.addendum()
    dialog = note.findChildren(AddendumDialog)[0]
    assert dialog.commit.reason == "Say why something is added now"
    dialog.reason.set_value("The result came late")
    dialog.text.set_value("Culture: no growth.")
    dialog.commit.click()
    doctor.until(lambda: "Culture: no growth." in doctor.texts(note.signed))
    assert "Reason: The result came late" in doctor.texts(note.signed)
    assert hospital.value("select count(*) from app.note_addendum") == 1
    assert note_of(hospital, "subjective") == "Cough."
    pictures(doctor, "note-signed")


def test_a_draft_is_thrown_away(doctor: Room, hospital: Hospital) -> None:
    write(doctor, "subjective", "Wrong person.")
    kept(doctor)
    page(doctor)._discard()
    doctor.until(lambda: page(doctor).editor.content() == Content())
    assert hospital.value("select status from app.note") == "discarded"


def test_nothing_written_completes_the_visit_without_a_note(doctor: Room, hospital: Hospital, visit: Added) -> None:
    doctor.press(Qt.Key.Key_Return, CTRL)
    doctor.quiet()
    assert hospital.value("select status from app.visit where id = %s", visit.visit_id) == "completed"
    assert hospital.value("select count(*) from app.note") == 0


def test_a_problem_is_added_and_its_end_is_seen_live(
    doctor: Room, room: Sit, patient: Registered, hospital: Hospital
) -> None:
    problems = page(doctor).problems
    problems.search.setFocus()
    QTest.keyClicks(problems.search.box, "hypertension")
    QTest.keyClick(problems.search.box, Qt.Key.Key_Return)
    doctor.until(lambda: "Essential (primary) hypertension" in doctor.texts(problems))
    nurse = room("nurse", station="FRONT-2")
    nurse.open_chart(patient.patient_id)
    nurse.chart.show_tab(NOTE)
    nurse.until(lambda: "Essential (primary) hypertension" in nurse.texts(page(nurse).problems))
    assert not page(nurse).problems.search.isVisible() and not page(nurse).writing
    hospital.run("update app.diagnosis set status = 'resolved', resolved_on = current_date, version = version + 1")
    nurse.hear("diagnosis", patient.patient_id)
    nurse.until(lambda: "No problem is recorded" in nurse.texts(page(nurse).problems))


def test_the_tab_costs_one_statement(doctor: Room) -> None:
    with statements(doctor.session.tasks.db) as seen:
        page(doctor)._try_again()
        doctor.quiet()
    assert len(seen) == 1


def test_text_shortcuts_stand_in_the_help(doctor: Room) -> None:
    shown = {key.keys: key.what for key in page(doctor).keys.all}
    assert shown[".nad"] == "No abnormality detected." and shown["Ctrl+Shift+A"] == "Addendum to the signed note"


def test_what_the_server_refuses_stays_on_the_station_and_says_so(doctor: Room, hospital: Hospital) -> None:
    hospital.run("revoke insert (id) on app.note from app_station")
    write(doctor, "subjective", "Cough.")
    page(doctor).keep_draft()
    doctor.until(lambda: "Kept at this station only" in page(doctor).head.said.text())
    place = page(doctor).keeper.place
    assert place is not None and doctor.session.drafts.find(f"note/{place.visit_id}") is not None


def test_whoever_starts_a_visit_can_write_at_once_and_then_goes_where_they_like(
    room: Sit, patient: Registered, visit: Added
) -> None:
    doctor = room()
    doctor.open_chart(patient.patient_id)
    assert doctor.chart.tab == "Overview"
    doctor.press(Qt.Key.Key_F2)
    doctor.quiet()
    assert doctor.chart.tab == NOTE and page(doctor).writing
    doctor.chart.show_tab("Timeline")
    doctor.hear("visit", patient.patient_id)
    doctor.quiet()
    assert doctor.chart.tab == "Timeline"


def test_the_last_words_are_saved_when_another_record_is_opened(
    doctor: Room, front: Desk, hospital: Hospital, patient: Registered
) -> None:
    write(doctor, "subjective", "Cough.")
    kept(doctor)
    write(doctor, "subjective", " Fever.")
    other = visits.added(front, hospital.department())
    doctor.open_chart(hospital.value("select patient_id from app.visit where id = %s", other.visit_id))  # type: ignore[arg-type]
    doctor.until(lambda: note_of(hospital, "subjective") == "Cough. Fever.")
    assert page(doctor).editor.content().subjective != "Cough. Fever." or not page(doctor).writing


def test_a_draft_that_was_emptied_leaves_nothing_to_sign(doctor: Room, hospital: Hospital) -> None:
    write(doctor, "subjective", "x")
    kept(doctor)
    page(doctor).editor.sections.edits["subjective"].selectAll()
    doctor.press(Qt.Key.Key_Delete, at=page(doctor).editor.sections.edits["subjective"])
    kept(doctor)
    assert doctor.chart.bar.complete.text() == "Complete"
    doctor.press(Qt.Key.Key_Return, CTRL)
    doctor.until(lambda: hospital.value("select status from app.note") == "discarded")
