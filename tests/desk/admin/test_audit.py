"""Audit: before and after, who and where; clinical values only for the privacy officer; a copy without formulas."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from hisdesk.access import administration
from hisdesk.access.administration import AuditFilter
from hisdesk.desk.admin import audit_detail
from hisdesk.desk.admin.audit import AuditScreen
from hisdesk.desk.admin.audit_csv import neutral
from hisdesk.desk.admin.audit_detail import Value
from hisdesk.desk.admin.audit_words import MASKED
from hisdesk.desk.kit.labels import Label
from hisdesk.errors import Denied
from hisdesk.hospital.allergies.actions import record
from hisdesk.hospital.allergies.rules import NewAllergy
from hisdesk.hospital.departments import actions as departments
from hisdesk.hospital.patients import mrn
from hisdesk.hospital.patients import queries as patients
from tests.desk.admin.conftest import Room
from tests.factories import people, visits
from tests.helpers.hospital import Hospital

Make = Callable[..., Room]


def opened(room: Room) -> AuditScreen:
    screen = room.open("admin.audit")
    assert isinstance(screen, AuditScreen)
    return screen


def narrow(room: Room, text: str) -> AuditScreen:
    """Types into the filter and presses Enter."""
    screen = opened(room)
    screen.filter.text.setFocus()
    screen.filter.text.selectAll()
    QTest.keyClicks(screen.filter.text, text)
    QTest.keyClick(screen.filter.text, Qt.Key.Key_Return)
    room.settle()
    written(screen)
    return screen


def written(screen: AuditScreen) -> None:
    """Waits until the selected entry is written out."""
    for _ in range(100):
        if screen.detail.written:
            return
        QApplication.processEvents()
    raise AssertionError("writing the entry does not come to an end")


def on_tables(screen: AuditScreen) -> set[str]:
    return {entry.table_name for entry in screen.model.rows}


def test_before_struck_after_bold_who_and_where(hospital: Hospital, room: Make) -> None:
    other = hospital.desk("superadmin", station="FRONT-2", family="Kestrelby", given="Rosa")
    other.do(departments.edit, hospital.department(), 1, {"location": "Wing B", "name": "Heart clinic"})
    screen = narrow(room(), "department")
    entry = screen.model.rows[0]
    assert screen.detail.entry == entry
    texts = screen.detail.texts()
    assert "Rosa Kestrelby" in texts
    assert any(text.startswith("FRONT-2, ") for text in texts), "station and address"
    values = {value.text(): value for value in screen.detail.findChildren(Value)}
    assert values["Cardiology"].font().strikeOut()
    assert not values["Heart clinic"].font().strikeOut()
    assert "Wing B" in values
    assert "clinic" not in values, "the kind did not change: it is folded"
    screen.detail.unfold()
    written(screen)
    assert "clinic" in screen.detail.texts()


def test_of_several_entries_in_one_turn_only_the_last_is_written_out(
    hospital: Hospital, room: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = hospital.desk("superadmin", station="FRONT-2")
    other.do(departments.edit, hospital.department(), 1, {"location": "Wing B"})
    screen = narrow(room(), "front-2")
    titles: list[str] = []
    monkeypatch.setattr(audit_detail.words, "title", lambda entry: titles.append(entry.verb) or entry.verb)
    screen.table.selectRow(1)
    screen.table.selectRow(0)
    assert screen.detail.entry == screen.model.rows[0], "the keys F6 and F7 are about it at once"
    assert titles == []
    written(screen)
    assert titles == [screen.model.rows[0].verb]


def test_nothing_of_the_entry_before_stays_on_it(hospital: Hospital, room: Make) -> None:
    other = hospital.desk("superadmin", station="FRONT-2")
    other.do(departments.edit, hospital.department(), 1, {"location": "Wing B", "name": "Heart clinic"})
    screen = narrow(room(), "department")
    labels = screen.detail.findChildren(Label)
    assert "Heart clinic" in [label.text() for label in labels]
    screen.detail.show_entry(None)
    written(screen)
    assert screen.detail.texts() == ["No entry is selected"]
    assert not {"Heart clinic", "Wing B"} & {label.text() for label in labels}, "hidden is not gone"


def test_the_clock_is_shown_to_the_millisecond(room: Make) -> None:
    screen = opened(room())
    shown = screen.model.index(0, 0).data()
    entry = screen.model.rows[0]
    assert shown.endswith(f"{entry.at.astimezone():%H:%M:%S}.{entry.at.microsecond // 1000:03d}")


def test_clinical_values_are_hidden_from_it_and_shown_to_the_privacy_officer(hospital: Hospital, room: Make) -> None:
    front = hospital.desk("registration")
    doctor = hospital.desk("physician", station="ROOM-3")
    done = people.registered(front)
    visits.added(front, hospital.department(), patient_id=done.patient_id)
    patients.opened(doctor.db, doctor.actor, done.patient_id)
    noted = doctor.do(record, done.patient_id, NewAllergy("Penicillin", "rash", "mild"))
    with doctor.db.transaction(doctor.actor) as tx:
        tx.exec_driver_sql("update app.allergy set reaction = 'hives', version = 2 where id = %s", (noted.allergy_id,))
    it = narrow(room("superadmin"), "allergy")
    assert "Penicillin" not in it.detail.texts()
    assert MASKED in it.detail.texts()
    assert not {"Penicillin", "rash", "hives"} & set(it.detail.texts())
    assert "reaction" in it.detail.texts(), "hidden is not the same as unchanged: it is not folded away"
    officer = narrow(room("privacy_officer", station="FRONT-2"), "allergy")
    assert {"rash", "hives"} <= set(officer.detail.texts())
    officer.detail.unfold()
    written(officer)
    assert "Penicillin" in officer.detail.texts()
    assert f"MRN {mrn.shown(done.mrn)}" in officer.detail.texts()


def test_by_number_person_station_and_kind(hospital: Hospital, room: Make) -> None:
    front = hospital.desk("registration", station="FRONT-2", family="Brightwater", given="Nora")
    first, second = people.registered(front), people.registered(front)
    admin = room()
    by_number = narrow(admin, mrn.shown(first.mrn))
    assert {entry.patient_id for entry in by_number.model.rows} == {first.patient_id}
    assert second.mrn not in {entry.mrn for entry in by_number.model.rows}
    by_person = narrow(admin, "nora bright")
    assert {entry.user_id for entry in by_person.model.rows} == {front.actor.user_id}
    by_station = narrow(admin, "front-2")
    assert {entry.station for entry in by_station.model.rows} == {"FRONT-2"}
    by_station.filter.kind.set_value("Signed in")
    admin.settle()
    assert {entry.verb for entry in by_station.model.rows} == {"signed in"}
    nothing = narrow(admin, "qqqqq")
    assert nothing.detail.entry is None
    QTest.keyClick(nothing.filter.text, Qt.Key.Key_Escape)
    nothing.filter.clear()
    admin.settle()
    assert len(nothing.model.rows) > 20


def test_history_of_a_record_and_all_by_a_person(hospital: Hospital, room: Make) -> None:
    other = hospital.desk("superadmin", station="FRONT-2")
    key = hospital.department()
    other.do(departments.edit, key, 1, {"location": "Wing B"})
    other.do(departments.edit, key, 2, {"location": "Wing C"})
    admin = room()
    screen = narrow(admin, "department")
    screen.table.setFocus()
    QTest.keyClick(screen.table, Qt.Key.Key_F6)
    admin.settle()
    assert {entry.key for entry in screen.model.rows} == {key}
    assert [entry.verb for entry in screen.model.rows] == ["changed", "changed", "created"]
    QTest.keyClick(screen.table, Qt.Key.Key_F7)
    admin.settle()
    assert {entry.user_id for entry in screen.model.rows} == {other.actor.user_id}
    QTest.keyClick(screen.table, Qt.Key.Key_Escape)
    admin.settle()
    assert len({entry.user_id for entry in screen.model.rows}) > 1


def test_older_pages_come_and_newer_ones_come_back(hospital: Hospital, room: Make) -> None:
    hospital.run("insert into audit.log (verb, table_name) select 'changed', 'visit' from generate_series(1, 700)")
    admin = room("privacy_officer")
    screen = opened(admin)
    assert len(screen.model.rows) == 100
    bar = screen.table.verticalScrollBar()
    for _ in range(4):
        bar.setValue(bar.maximum())
        admin.settle()
    ids = [entry.id for entry in screen.model.rows]
    assert len(ids) >= 400
    assert ids == sorted(ids, reverse=True)
    middle = ids[300]
    newer = administration.audit(admin.signed.db, admin.signed.actor, AuditFilter(), after=middle, most=50)
    assert [entry.id for entry in newer] == ids[250:300]


def test_reading_is_recorded_once_and_refused_without_the_permission(hospital: Hospital, room: Make) -> None:
    admin = room("privacy_officer")
    opened(admin)
    noted = "select count(*) from audit.log where table_name = 'audit' and verb = 'searched'"
    assert hospital.value(noted) == 1
    clerk = hospital.desk("registration", station="FRONT-2")
    with pytest.raises(Denied):
        administration.audit(clerk.db, clerk.actor, AuditFilter())


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+44", "'+44"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("  =1", "'  =1"),
        ("plain = text", "plain = text"),
        ("", ""),
    ],
)
def test_a_cell_never_becomes_a_formula(text: str, written: str) -> None:
    assert neutral(text) == written


def test_the_copy_is_recorded_and_has_no_formulas(hospital: Hospital, room: Make, tmp_path: Path) -> None:
    hospital.account("nurse", name="trap", family="+cmd|' /C calc'!A0", given="=HYPERLINK()")
    trap = hospital.sign_in("trap", "FRONT-2")
    admin = room()
    screen = narrow(admin, "front-2")
    QTest.keyClick(screen.table, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    (chooser,) = screen.window().findChildren(QFileDialog)
    path = tmp_path / "copy.csv"
    chooser.fileSelected.emit(str(path))
    chooser.reject()
    admin.settle()
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0][:4] == ["row", "server time", "who", "station"]
    assert {line[3] for line in lines[1:]} == {"FRONT-2"}
    assert any(line[2].startswith("'=HYPERLINK()") for line in lines[1:])
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line)
    detail = hospital.value("select detail from audit.log where verb = 'exported'")
    assert detail == {"station": "FRONT-2", "most": 10_000}
    assert trap.actor.user_name == "trap"


def test_an_export_needs_its_own_permission(hospital: Hospital, room: Make, tmp_path: Path) -> None:
    admin = room("privacy_officer")
    screen = opened(admin)
    hospital.run("delete from auth.role_grant where module = 'audit' and act = 'export'")
    path = tmp_path / "copy.csv"
    screen.export_to(path)
    admin.settle()
    assert not path.exists(), "refused before anything is read or written"
