"""Importing a Synthea patient list: as it is, twice, damaged, and in the middle of a failure."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path

import pytest

from hisdesk.access import enrolment
from hisdesk.errors import Invalid
from hisdesk.hospital.imports import patients as importing
from hisdesk.hospital.imports.patients import import_patients
from hisdesk.hospital.patients import queries
from tests.factories import people, synthea
from tests.helpers.hospital import Hospital


def people_here(hospital: Hospital) -> object:
    return hospital.value("select count(*) from app.patient")


def test_the_desk_finds_the_imported_people_by_every_way(hospital: Hospital, tmp_path: Path) -> None:
    rows = synthea.lines(60)
    rows[0] |= {"FIRST": "Yasmine182", "LAST": "Hahn503", "MAIDEN": "Larson43", "BIRTHDATE": "1968-02-29",
                "PASSPORT": "X12345678X", "DEATHDATE": "2020-05-01"}  # fmt: skip
    cipher = enrolment.open_cipher(hospital.deploy, hospital.template.server_private_key)
    said: list[str] = []
    report = import_patients(
        hospital.deploy, synthea.written(tmp_path / "patients.csv.gz", rows), say=said.append, cipher=cipher
    )
    assert (report.imported, report.already, report.skipped, report.problems) == (60, 0, 0, ())
    assert said
    desk = hospital.desk("registration")
    for text in ("hahn yasmine", "Hahm Yasmine", "larson", "X12345678X"):
        found = queries.find(desk.db, desk.actor, text, desk.cipher)
        assert rows[0]["Id"] in {str(f.id) for f in found}, text
    (hahn,) = [f for f in queries.find(desk.db, desk.actor, "hahn yasmine") if str(f.id) == rows[0]["Id"]]
    assert hahn.status == "deceased"
    chart = queries.opened(desk.db, desk.actor, hahn.id, cipher=desk.cipher)
    assert chart.record.birth_date == dt.date(1968, 2, 29) and chart.record.deceased_on == dt.date(2020, 5, 1)
    assert chart.record.title == rows[0]["PREFIX"] and chart.record.region == "California"
    assert {i.number for i in chart.identifiers} >= {"X12345678X", rows[0]["SSN"]}
    assert {(n.use, n.family_name) for n in chart.names} == {("official", "Hahn"), ("former", "Larson")}


def test_a_second_run_imports_nothing_again(hospital: Hospital, tmp_path: Path) -> None:
    path = synthea.written(tmp_path / "patients.csv", synthea.lines(20))
    assert import_patients(hospital.deploy, path).imported == 20
    again = import_patients(hospital.deploy, path)
    assert (again.imported, again.already, again.skipped) == (0, 20, 0)
    assert people_here(hospital) == 20
    assert hospital.value("select count(*) from app.patient_name where use = 'official'") == 20


def test_the_audit_has_one_row_for_the_batch(hospital: Hospital, tmp_path: Path) -> None:
    hospital.run("delete from audit.log")
    report = import_patients(hospital.deploy, synthea.written(tmp_path / "patients.csv", synthea.lines(20)))
    assert hospital.value("select count(*) from audit.log") == 1
    detail = hospital.value("select detail from audit.log where verb = 'imported'")
    assert isinstance(detail, dict)
    assert (detail["imported"], detail["sha256"]) == (20, report.sha256) and len(report.sha256) == 64
    assert hospital.value("select count(*) from app.outbox where table_name = 'patient'") == 0


def test_bad_lines_are_named_and_skipped_and_the_rest_is_imported(hospital: Hospital, tmp_path: Path) -> None:
    rows = synthea.lines(12)
    rows[1] |= {"BIRTHDATE": "03/04/1981"}
    rows[2] |= {"BIRTHDATE": "25.12.1981"}
    rows[3] |= {"BIRTHDATE": "1981-02-30"}
    rows[4] |= {"BIRTHDATE": "2999-01-01"}
    rows[5] |= {"Id": "17"}
    rows[6] |= {"FIRST": "", "LAST": ""}
    rows[7] |= {"Id": rows[0]["Id"]}
    rows[8] = {**rows[0], "Id": rows[8]["Id"]}
    text = synthea.text(rows)
    ragged = text.splitlines()
    ragged[10] += ",one too many"
    content = "\n".join(ragged).encode().replace(b"Visalia,California,,93291", b"Vis\xe4lia,California,,93291", 12)
    content = content.replace(b"Vis\xe4lia", b"Visalia", 11)
    path = tmp_path / "patients.csv"
    path.write_bytes(content)
    report = import_patients(hospital.deploy, path)
    said = {p.line: p.what for p in report.problems}
    assert sorted(said) == [3, 4, 5, 6, 7, 8, 9, 10, 11, 13]
    assert "two ways" in said[3]
    assert "year-month-day" in said[4]
    assert "no day of the calendar" in said[5]
    assert "future" in said[6]
    assert "no UUID" in said[7]
    assert "family name" in said[8]
    assert said[9] == "the same Id as line 2"
    assert said[10] == "the same name, birth date and sex as line 2"
    assert said[11] == "has 26 fields, the heading has 25"
    assert "UTF-8" in said[13]
    assert (report.imported, report.skipped) == (2, 10)
    assert people_here(hospital) == 2


def test_somebody_registered_at_the_desk_is_not_imported_again(hospital: Hospital, tmp_path: Path) -> None:
    rows = synthea.lines(3)
    rows[1] |= {"FIRST": "José12", "LAST": "O'Keefe3", "BIRTHDATE": "1981-04-03", "GENDER": "M"}
    desk = hospital.desk("registration")
    done = people.registered(desk, family_name="OKeefe", given_names="Jose", birth_date=dt.date(1981, 4, 3), sex="male")
    report = import_patients(hospital.deploy, synthea.written(tmp_path / "patients.csv", rows))
    spelt_alike = people.registered(
        desk, family_name="O'Keefe", given_names="Jose", birth_date=dt.date(1981, 4, 3), sex="male"
    )
    assert report.imported == 3  # "okeefe" and "o keefe" are compared as two words: the desk's warning finds them
    alike = queries.similar(desk.db, desk.actor, queries.Draft("O'Keefe", "José", dt.date(1981, 4, 3), "male"))
    assert {s.id for s in alike} >= {done.patient_id, spelt_alike.patient_id}
    rows[1] |= {"Id": rows[0]["Id"][:-4] + "ffff"}
    again = import_patients(hospital.deploy, synthea.written(tmp_path / "patients.csv", rows))
    assert [p.line for p in again.problems] == [3] and "registered already, with the MRN" in again.problems[0].what


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"Id,BIRTHDATE\n1,2\n", "lacks DEATHDATE"),
        ("a.csv", "Id\tx".encode("utf-16"), "UTF-16"),
        ("a.csv", b"PK\x03\x04", "spreadsheet"),
        ("a.csv.gz", gzip.compress(synthea.text(synthea.lines(900)).encode())[:-300], "damaged"),
        ("missing.csv", None, "no file"),
    ],
)
def test_an_unusable_file_is_refused_with_a_sentence_and_nothing_imported(
    hospital: Hospital, tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Invalid, match=said):
        import_patients(hospital.deploy, path)
    assert people_here(hospital) == 0
    assert hospital.value("select count(*) from audit.log where verb = 'imported'") == 0


def test_a_failure_in_the_middle_leaves_nothing(
    hospital: Hospital, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)

    def fail(text: str) -> None:
        if text.startswith("30"):
            raise KeyboardInterrupt

    path = synthea.written(tmp_path / "patients.csv", synthea.lines(50))
    with pytest.raises(KeyboardInterrupt):
        import_patients(hospital.deploy, path, say=fail)
    assert people_here(hospital) == 0
    assert import_patients(hospital.deploy, path).imported == 50


def test_without_a_key_document_numbers_are_left_out_and_that_is_said(hospital: Hospital, tmp_path: Path) -> None:
    report = import_patients(hospital.deploy, synthea.written(tmp_path / "patients.csv", synthea.lines(8)))
    assert report.numbers == 0 and report.numbers_left_out == 8 + 4 + 2
    assert hospital.value("select count(*) from app.patient_identifier") == 0
    assert any("left out, because no key" in sentence for sentence in report.lines())
    assert any("Aaron697" in sentence for sentence in report.lines())


def test_a_heading_with_a_byte_order_mark_and_other_line_ends_is_read(hospital: Hospital, tmp_path: Path) -> None:
    path = tmp_path / "patients.csv"
    path.write_bytes(b"\xef\xbb\xbf" + synthea.text(synthea.lines(5)).replace("\n", "\r\n").encode())
    assert import_patients(hospital.deploy, path).imported == 5


def test_a_station_cannot_import(hospital: Hospital, tmp_path: Path) -> None:
    from hisdesk.errors import Denied

    with pytest.raises(Denied):
        import_patients(hospital.station(), synthea.written(tmp_path / "patients.csv", synthea.lines(5)))
    assert people_here(hospital) == 0
