"""The chart on a real database: opened with a log entry, live, honest about what it cannot read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hisdesk.db.database import Database
from hisdesk.desk.doctor.allergy_form import RefuteDialog
from hisdesk.desk.doctor.chart import TYPING
from hisdesk.desk.kit.keys import keys_of
from hisdesk.hospital.allergies.actions import declare_none_known, record
from hisdesk.hospital.allergies.rules import NewAllergy
from hisdesk.hospital.documents.rules import NewDocument
from hisdesk.hospital.patients import queries as patients
from hisdesk.hospital.patients.actions import Registered
from hisdesk.hospital.visits.actions import cancel
from tests.desk.doctor.conftest import Room, statements
from tests.factories import people, visits
from tests.helpers.hospital import Desk, Hospital

Sit = Callable[..., Room]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a73"
    "0000001049444154789c63685070002206080500198e0381f123d9860000000049454e44ae426082"
)


@pytest.fixture
def patient(hospital: Hospital, front: Desk) -> Registered:
    """Somebody in Cardiology's queue."""
    names = {"family_name": "Marroway", "given_names": "Ilsabet", "title": "Ms", "preferred_name": "Ilse"}
    done = people.registered(front, **names)
    visits.added(front, hospital.department(), patient_id=done.patient_id, reason="cough")
    return done


@pytest.fixture
def colleague(hospital: Hospital, patient: Registered) -> Desk:
    """Another doctor, with the same record open at another station."""
    desk = hospital.desk("physician", station="FRONT-2", title="Dr", given="Priya", family="Sharma")
    patients.opened(desk.db, desk.actor, patient.patient_id)
    return desk


def count(hospital: Hospital, table: str, patient_id: UUID) -> object:
    return hospital.value(f"select count(*) from app.{table} where patient_id = %s", patient_id)


def away(room: Room) -> Database:
    """The database of this station does not answer from now on; returns the one that did."""
    before = room.session.tasks.db
    room.session.tasks.db = room.session.desk.db = Database("postgresql+psycopg2://nobody@127.0.0.1:1/none")
    return before


# opening


def test_a_strangers_record_stays_closed_and_says_what_to_do(room: Sit, hospital: Hospital, front: Desk) -> None:
    stranger = people.registered(front, family_name="Vaskerley")
    doctor = room()
    doctor.open_chart(stranger.patient_id)
    assert doctor.chart.page == "closed" and doctor.banner_person is None
    said = doctor.texts(doctor.chart)
    assert "This record is closed to you" in said and "Ask the front desk to add the visit." in said
    assert "VASKERLEY" not in doctor.texts() and not doctor.chart.tabs.isEnabled()
    visits.added(front, hospital.department(), patient_id=stranger.patient_id)
    doctor.press(Qt.Key.Key_F5)
    doctor.quiet()
    assert doctor.chart.page == "open", "the front desk added the visit"


def test_opening_stands_in_the_audit(room: Sit, hospital: Hospital, patient: Registered) -> None:
    doctor = room()
    doctor.open_chart(patient.patient_id)
    found = hospital.value(
        "select detail ->> 'reason' from audit.log where verb = 'opened' and patient_id = %s and user_id = %s",
        patient.patient_id,
        doctor.session.actor.user_id,
    )
    assert found == "Test"


def test_the_banner_and_the_overview_show_the_person(room: Sit, patient: Registered) -> None:
    doctor = room()
    doctor.open_chart(patient.patient_id)
    assert doctor.banner_person is not None and doctor.banner_person.headline == "MARROWAY, Ilsabet (Ms)"
    assert doctor.banner_person.called() == (("Preferred name", "Ilse"),)
    assert doctor.allergies.startswith("Allergies not recorded")
    said = doctor.texts(doctor.chart)
    assert "Arrived at Cardiology" in said and "+1 202 555" in said and "No insurance is recorded." in said


def test_another_record_takes_everything_of_the_one_before_away(room: Sit, patient: Registered, front: Desk) -> None:
    stranger = people.registered(front)
    doctor = room()
    doctor.open_chart(patient.patient_id)
    doctor.chart.show_tab("Timeline")
    doctor.quiet()
    assert doctor.chart.timeline.model is not None and doctor.chart.timeline.model.rows
    doctor.open_chart(stranger.patient_id)
    assert doctor.chart.timeline.model is None and doctor.chart.record.chart is None and doctor.banner_person is None


def test_a_chart_opens_with_three_statements(room: Sit, patient: Registered) -> None:
    doctor = room()
    with statements(doctor.session.tasks.db) as seen:
        doctor.open_chart(patient.patient_id)
    assert doctor.chart.page == "open" and len(seen) <= 3, seen


def test_a_record_that_closes_while_it_is_open_is_taken_off_the_screen(
    room: Sit, hospital: Hospital, front: Desk, patient: Registered
) -> None:
    doctor = room()
    doctor.open_chart(patient.patient_id)
    visit = hospital.value("select id from app.visit where patient_id = %s", patient.patient_id)
    assert isinstance(visit, UUID)
    front.do(cancel, visit, 1, "went home")
    hospital.run("update auth.opening set closed_at = clock_timestamp() where patient_id = %s", patient.patient_id)
    doctor.hear("visit", patient.patient_id)
    doctor.until(lambda: doctor.chart.page == "closed")
    assert doctor.banner_person is None and "Open it from the search or from your queue." in doctor.texts()


# live


def test_an_allergy_recorded_elsewhere_appears_in_the_open_chart(
    room: Sit, patient: Registered, colleague: Desk
) -> None:
    doctor = room()
    doctor.open_chart(patient.patient_id)
    doctor.chart.show_tab("Allergies")
    doctor.quiet()
    new = NewAllergy("Penicillin", "rash", "anaphylaxis", noted_on=dt.date(2019, 9, 3))
    colleague.do(record, patient.patient_id, new)
    doctor.hear("allergy", patient.patient_id)
    doctor.until(lambda: doctor.allergies.startswith("Known allergies: Penicillin"))
    assert "Penicillin: anaphylaxis, 03-Sep-2019" in doctor.allergies
    doctor.quiet()
    (row,) = doctor.chart.allergies.model.rows
    assert (row.substance, row.reaction, row.recorded_by) == ("Penicillin", "rash", "Dr Priya Sharma")


def test_while_the_record_cannot_be_read_allergies_are_unavailable_and_dated(
    room: Sit, patient: Registered, colleague: Desk
) -> None:
    colleague.do(record, patient.patient_id, NewAllergy("Latex"))
    doctor = room()
    doctor.open_chart(patient.patient_id)
    assert doctor.allergies.startswith("Known allergies: Latex")
    before = away(doctor)
    doctor.press(Qt.Key.Key_F5)
    doctor.quiet()
    since = doctor.chart.record.away_since
    assert since is not None
    assert doctor.allergies.startswith(f"Allergies unavailable. Since {since.astimezone():%H:%M}. Read before: Latex")
    assert doctor.banner_person is not None and doctor.banner_person.family_name == "Marroway"
    assert f"Not read since {since.astimezone():%H:%M}" in doctor.texts(doctor.chart.strip)
    doctor.session.tasks.db.close()
    doctor.session.tasks.db = doctor.session.desk.db = before
    doctor.press(Qt.Key.Key_F5)
    doctor.until(lambda: doctor.allergies.startswith("Known allergies: Latex"))
    assert not doctor.chart.strip.isVisible()


def test_a_record_that_was_never_read_is_not_blank(room: Sit, patient: Registered) -> None:
    doctor = room()
    before = away(doctor)
    doctor.open_chart(patient.patient_id)
    assert doctor.chart.page == "failed" and "The record could not be read" in doctor.texts(doctor.chart)
    doctor.session.desk.db.close()
    doctor.session.tasks.db = doctor.session.desk.db = before
    doctor.press(Qt.Key.Key_F5)
    doctor.until(lambda: doctor.chart.page == "open")


# allergies


def test_recording_an_allergy_by_keys(room: Sit, hospital: Hospital, patient: Registered) -> None:
    doctor = room()
    doctor.open_chart(patient.patient_id)
    doctor.press(Qt.Key.Key_F6)
    doctor.quiet()
    panel = doctor.chart.allergies.panel
    assert panel is not None and doctor.chart.tab == "Allergies"
    QTest.keyClicks(QApplication.focusWidget(), "Penicillin")
    panel.form.set_values({"severity": "severe", "reaction": "rash"}, clean=False)
    doctor.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    doctor.until(lambda: doctor.chart.allergies.panel is None)
    doctor.quiet()
    assert [(r.substance, r.severity) for r in doctor.chart.allergies.model.rows] == [("Penicillin", "severe")]
    assert doctor.allergies.startswith("Known allergies: Penicillin")
    assert count(hospital, "allergy", patient.patient_id) == 1


def test_what_was_typed_waits_for_its_author(room: Sit, patient: Registered) -> None:
    doctor = room()
    doctor.open_chart(patient.patient_id)
    doctor.press(Qt.Key.Key_F2)
    doctor.until(lambda: doctor.chart.bar.complete.isVisible())
    doctor.press(Qt.Key.Key_F6)
    QTest.keyClicks(QApplication.focusWidget(), "Lat")
    key = f"allergy/{patient.patient_id}"
    doctor.until(lambda: doctor.session.drafts.find(key) is not None)
    assert doctor.chart.bar.complete.reason == TYPING, "Ctrl+Enter saves the allergy now, not the visit"
    panel = doctor.chart.allergies.panel
    assert panel is not None
    panel.form.set_values({"substance": ""}, clean=False)
    doctor.press(Qt.Key.Key_Escape)
    assert doctor.chart.allergies.panel is None and not doctor.chart.bar.complete.reason


def test_none_known_is_refused_while_an_allergy_stands(
    room: Sit, hospital: Hospital, patient: Registered, colleague: Desk
) -> None:
    doctor = room()
    doctor.open_chart(patient.patient_id)
    doctor.chart.show_tab("Allergies")
    doctor.quiet()
    colleague.do(record, patient.patient_id, NewAllergy("Penicillin"))
    doctor.press(Qt.Key.Key_F7)  # this chart has not heard of it yet
    doctor.until(lambda: "Recorded allergies say otherwise: Penicillin" in doctor.texts(doctor.chart.allergies))
    doctor.quiet()
    assert count(hospital, "allergy_declaration", patient.patient_id) == 0
    assert doctor.allergies.startswith("Known allergies: Penicillin"), "the refusal shows what stands there"
    assert "Penicillin" in doctor.chart.allergies.none_button.reason


def test_none_known_is_recorded_and_shown(room: Sit, hospital: Hospital, patient: Registered) -> None:
    doctor = room()
    doctor.open_chart(patient.patient_id)
    doctor.press(Qt.Key.Key_F7)
    doctor.until(lambda: doctor.allergies.startswith("No known allergies. Asked"))
    assert count(hospital, "allergy_declaration", patient.patient_id) == 1


def test_refuting_needs_a_reason_and_keeps_the_entry(room: Sit, patient: Registered, colleague: Desk) -> None:
    colleague.do(record, patient.patient_id, NewAllergy("Latex"))
    doctor = room()
    doctor.open_chart(patient.patient_id)
    doctor.chart.show_tab("Allergies")
    doctor.quiet()
    doctor.press(Qt.Key.Key_F8)
    doctor.until(lambda: isinstance(QApplication.activeModalWidget(), RefuteDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, RefuteDialog) and dialog.commit.reason.startswith("At least 10")
    QTest.keyClicks(dialog.field, "Tested negative")
    doctor.qtbot.mouseClick(dialog.commit, Qt.MouseButton.LeftButton)
    doctor.until(lambda: doctor.allergies.startswith("Allergies not recorded"))
    doctor.quiet()
    (row,) = doctor.chart.allergies.model.rows
    assert (row.status, row.status_reason) == ("refuted", "Tested negative")


def test_a_therapist_reads_allergies_and_changes_none(room: Sit, patient: Registered, colleague: Desk) -> None:
    colleague.do(declare_none_known, patient.patient_id)
    therapist = room("therapist")
    chart = therapist.open_chart(patient.patient_id)
    chart.show_tab("Allergies")
    therapist.quiet()
    assert therapist.allergies.startswith("No known allergies")
    page = chart.allergies
    assert not (page.add_button.isVisible() or page.none_button.isVisible() or page.refute_button.isVisible())
    assert not {"F6", "F7", "F8"} & {key.keys for key in keys_of(chart)}
    assert "Documents" not in chart.pages


# timeline, documents, keys


def test_the_timeline_shows_one_kind_alone(room: Sit, patient: Registered, colleague: Desk) -> None:
    colleague.do(record, patient.patient_id, NewAllergy("Latex"))
    doctor = room()
    doctor.open_chart(patient.patient_id)
    doctor.press(Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    doctor.quiet()
    page = doctor.chart.timeline
    assert page.model is not None
    assert [e.kind for e in page.model.rows] == ["allergy", "visit", "registration"]
    page.kinds.setCurrentText("Allergies")
    doctor.quiet()
    assert page.model is not None and [e.what for e in page.model.rows] == ["Allergy recorded: Latex"]


def test_a_scanned_card_is_decrypted_and_painted(room: Sit, hospital: Hospital, front: Desk) -> None:
    card = NewDocument("insurance_card", "Insurance card", "image/png", PNG, "camera")
    done = people.registered(front, documents=(card,))
    visits.added(front, hospital.department(), patient_id=done.patient_id)
    doctor = room()
    doctor.open_chart(done.patient_id)
    doctor.press(Qt.Key.Key_5, Qt.KeyboardModifier.AltModifier)
    doctor.quiet()
    page = doctor.chart.documents
    assert [d.title for d in page.model.rows] == ["Insurance card"]
    doctor.until(lambda: page.showing == "picture")
    assert page.picture.pixmap().size().width() == 2


def test_a_damaged_picture_says_so(room: Sit, hospital: Hospital, front: Desk, no_qt_warnings: list[str]) -> None:
    card = NewDocument("insurance_card", "Insurance card", "image/jpeg", b"\xff\xd8\xff nothing more", "camera")
    done = people.registered(front, documents=(card,))
    visits.added(front, hospital.department(), patient_id=done.patient_id)
    doctor = room()
    chart = doctor.open_chart(done.patient_id)
    chart.show_tab("Documents")
    doctor.until(lambda: chart.documents.showing == "problem")
    assert "Its picture is damaged or of an unknown kind." in doctor.texts(chart.documents)
    no_qt_warnings.clear()  # Qt's reader of JPEG files complains about the damage itself


def test_the_keys_are_in_the_map(room: Sit, patient: Registered) -> None:
    doctor = room()
    chart = doctor.open_chart(patient.patient_id)
    keys = {key.keys: key.what for key in keys_of(chart)}
    assert keys["Ctrl+Return"] == "Complete the visit" and keys["F2"] == "Start the visit"
    assert [keys[f"Alt+{n}"] for n in range(1, 6)] == ["Overview", "Note", "Allergies", "Timeline", "Documents"]
    assert keys["F6"] == "Add an allergy"


def test_without_a_person_the_chart_says_how_to_open_one(room: Sit) -> None:
    doctor = room()
    doctor.home.open("doctor.chart")
    doctor.quiet()
    assert doctor.chart.page == "none" and "Choose somebody in your list" in doctor.texts(doctor.chart)
    assert doctor.banner_person is None
    doctor.qtbot.mouseClick(doctor.chart._nobody.button, Qt.MouseButton.LeftButton)
    assert doctor.home.current_id == "doctor.day"
