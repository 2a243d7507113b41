"""The dispensing history of years: found by name, number, medicine, lot and day; asked first; printed again."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import pytest

from hisdesk.access.action import new_id
from hisdesk.errors import Denied, Invalid
from hisdesk.hospital.dispensings import queries
from hisdesk.hospital.dispensings.actions import Handed, dispense, note_reprint, reverse
from hisdesk.hospital.dispensings.queries import DispensedRow, HistoryPages, Wanted
from hisdesk.hospital.medicines.rules import Formulary
from hisdesk.hospital.patients import queries as patients
from hisdesk.hospital.prescriptions.actions import issue
from hisdesk.hospital.prescriptions.queries import Person
from hisdesk.hospital.stock.actions import receive
from hisdesk.hospital.visits.actions import start
from tests.factories import people, prescriptions, visits
from tests.helpers.hospital import Desk, Hospital, Template

TODAY = dt.date.today()  # noqa: DTZ011  # the database's day, on the same machine


@dataclass
class Past:
    """A pharmacy that handed things out to people whom it has no reason to know any more."""

    hospital: Hospital
    front: Desk
    doctor: Desk
    pharmacist: Desk
    pharmacy: UUID
    formulary: Formulary

    def lot(self, name: str, number: str) -> UUID:
        medicine = prescriptions.found(self.formulary, name).id
        expires = TODAY + dt.timedelta(200)
        return self.pharmacist.do(receive, self.pharmacy, medicine, number, expires, Decimal(500)).lot_id

    def given(self, person: Person, name: str, lot: UUID) -> UUID:
        """Prescribed and handed out; the key of the entry."""
        line = prescriptions.line(prescriptions.found(self.formulary, name))
        answered = prescriptions.answered(self.doctor, self.formulary, person, line)
        key = self.doctor.do(issue, person, self.pharmacy, answered).prescription_id
        return self.pharmacist.do(dispense, key, 1, (Handed(line.id, lot, Decimal(15)),)).dispensing_id

    def person(self, **names: str) -> Person:
        key = people.registered(self.front, **names).patient_id
        visits.added(self.front, self.hospital.department(), patient_id=key)
        patients.opened(self.doctor.db, self.doctor.actor, key)
        return Person(key)

    def forgotten(self) -> None:
        """The twelve hours are over."""
        self.hospital.run("update app.care_relationship set until_at = clock_timestamp() - interval '1 s'")

    def search(self, desk: Desk | None = None, **wanted: object) -> list[DispensedRow]:
        who = desk or self.pharmacist
        return HistoryPages(who.db, who.actor, Wanted(**wanted)).page()  # type: ignore[arg-type]


@pytest.fixture
def past(template: Template) -> Iterator[Past]:
    with Hospital(template) as hospital:
        front = hospital.desk("registration")
        doctor = hospital.desk("physician", station="ROOM-3", title="Dr", given="Rajesh", family="Kumar")
        pharmacy = prescriptions.pharmacy(hospital)
        pharmacist = hospital.desk("pharmacy", ("PHARM",), given="Tove", family="Fernquist")
        yield Past(hospital, front, doctor, pharmacist, pharmacy, prescriptions.formulary(hospital, doctor))


@pytest.fixture
def two(past: Past) -> tuple[UUID, UUID]:
    """Amoxicillin of one lot to Dorrit Fennowick, ibuprofen of another one to Osric Tenbruin."""
    one = past.given(
        past.person(family_name="Fennowick", given_names="Dorrit"), "amoxicillin", past.lot("amoxicillin", "AX-1")
    )
    other = past.given(
        past.person(family_name="Tenbruin", given_names="Osric"), "ibuprofen", past.lot("ibuprofen", "IB-7")
    )
    past.forgotten()
    return one, other


def test_it_is_found_by_a_misspelt_name_after_the_pharmacy_has_forgotten_the_person(
    past: Past, two: tuple[UUID, UUID]
) -> None:
    with past.pharmacist.db.transaction(past.pharmacist.actor) as tx:
        assert queries.dispensed(tx) == []  # no reason to know them any more
    (row,) = past.search(patient="Fenowick dorrit")
    assert row.id == two[0] and (row.family, row.given) == ("Fennowick", "Dorrit")
    assert row.items[0][0] == "amoxicillin 250 mg" and row.items[0][1] == Decimal(15) and row.items[0][3] == "AX-1"
    assert row.dispensed_by == "Tove Fernquist" and not row.reversed


def test_it_is_found_by_record_number_medicine_lot_prescription_and_day(past: Past, two: tuple[UUID, UUID]) -> None:
    one, other = two
    rows = {row.id: row for row in past.search(since=TODAY, until=TODAY)}
    assert set(rows) == {one, other}
    ibuprofen = tuple(m.id for m in past.formulary.medicines if m.name == "ibuprofen")
    for wanted in (
        {"patient": rows[other].mrn},
        {"medicine": "ibuprofen", "medicines": ibuprofen},
        {"lot": "ib-7"},
        {"number": rows[other].number},
        {"patient": "Tenbruin", "lot": "IB-7", "number": rows[other].number, "since": TODAY},
    ):
        assert [row.id for row in past.search(**wanted)] == [other], wanted
    for nothing in (
        {"lot": "IB-8"},
        {"patient": "Fennowick", "lot": "IB-7"},
        {"until": TODAY - dt.timedelta(1)},
        {"number": 99},
    ):
        assert past.search(**nothing) == [], nothing


def test_a_lot_that_is_recalled_shows_everybody_who_got_it_page_by_page(past: Past) -> None:
    lot = past.lot("amoxicillin", "BAD-1")
    given = [past.given(past.person(), "amoxicillin", lot) for _ in range(5)]
    past.given(past.person(), "amoxicillin", past.lot("amoxicillin", "GOOD-1"))
    past.forgotten()
    pages = HistoryPages(past.pharmacist.db, past.pharmacist.actor, Wanted(lot="BAD-1"))
    first = pages.page(most=2)
    second = pages.page((first[-1].dispensed_at, first[-1].id), most=2)
    third = pages.page((second[-1].dispensed_at, second[-1].id), most=2)
    assert [row.id for row in first + second + third] == given[::-1]
    assert pages.page((third[-1].dispensed_at, third[-1].id), upward=True, most=2) == second
    assert (
        past.hospital.value("select count(*) from audit.log where verb = 'searched'") == 1
    )  # one question, three pages


def test_somebody_without_a_record_is_found_by_the_name_that_was_given(past: Past) -> None:
    walk_in = visits.added(past.front, past.hospital.department(), anonymous_name="A man with a cough")
    past.doctor.do(start, walk_in.visit_id, 1)
    entry = past.given(Person(visit_id=walk_in.visit_id), "amoxicillin", past.lot("amoxicillin", "AX-1"))
    (row,) = past.search(patient="man cough")
    assert row.id == entry and row.patient_id is None and row.family == "A man with a cough"
    with past.pharmacist.db.transaction(past.pharmacist.actor) as tx:
        paper = queries.paper(tx, entry)
    assert (paper.family, paper.mrn) == ("A man with a cough", "")


def test_a_question_that_is_too_short_is_refused(past: Past) -> None:
    with pytest.raises(Invalid, match="three letters"):
        past.search(patient="Fe")


def test_what_was_found_can_be_printed_again_and_taken_back(past: Past, two: tuple[UUID, UUID]) -> None:
    desk = past.pharmacist
    with pytest.raises(Denied), desk.db.transaction(desk.actor) as tx:
        queries.paper(tx, two[0])
    with pytest.raises(Denied):
        desk.do(note_reprint, two[0], "labels")
    past.search(lot="AX-1")
    with desk.db.transaction(desk.actor) as tx:
        paper = queries.paper(tx, two[0])
    assert (paper.family, paper.prescriber, paper.pharmacist[2]) == (
        "Fennowick",
        ("Dr", "Rajesh", "Kumar"),
        "Fernquist",
    )
    (line,) = paper.lines
    assert line.lots == (("AX-1", TODAY + dt.timedelta(200), Decimal(15)),)
    assert (line.quantity, line.given, line.name, line.cancelled) == (Decimal(15), Decimal(15), "amoxicillin", False)
    desk.do(note_reprint, two[0], "labels")
    assert past.hospital.value("select detail ->> 'paper' from audit.log where verb = 'printed'") == "labels"
    back = desk.do(reverse, two[0], "wrong person")
    assert back.status == "issued"
    again, first = past.search(lot="AX-1")
    assert again.reverses == first.id and first.reversed
    with desk.db.transaction(desk.actor) as tx:
        assert queries.paper(tx, again.id).lines[0].given == 0  # nothing is handed out any more
        assert queries.paper(tx, first.id).lines[0].given == Decimal(15)  # as it was then


def test_another_pharmacy_finds_nothing(past: Past, two: tuple[UUID, UUID]) -> None:
    stranger = past.hospital.desk("pharmacy", ("CARD",), station="FRONT-2")
    assert past.search(stranger, lot="AX-1") == []
    with pytest.raises(Denied), stranger.db.transaction(stranger.actor) as tx:
        queries.paper(tx, two[0])


@pytest.mark.parametrize("wanted", [{"lot": "AX-1"}, {"patient": "Fennowick"}, {"number": 1}, {"since": TODAY}])
def test_ten_years_are_not_read_through(past: Past, two: tuple[UUID, UUID], wanted: dict[str, object]) -> None:
    """Thousands of entries of others: each question goes to its own by an index."""
    past.hospital.run(FILL, two[1], two[1])
    past.hospital.run("analyze app.dispensing, app.dispensing_item, app.lot, app.prescription")
    desk, ask = past.pharmacist, new_id()
    asking = ("select auth.ask(%s, %s, null, 'dispensings')", (ask, json.dumps(wanted, default=str)))
    with desk.db.transaction(desk.actor, after=asking) as tx:
        before = tx.exec_driver_sql(SCANS).one()
        found = tx.exec_driver_sql("select id from app.dispensings_found(%s)", (ask,)).all()
        after = tx.exec_driver_sql(SCANS).one()
    assert found
    assert after.by_index > before.by_index  # what is counted here is this session's own
    assert after.whole == before.whole


SCANS = """select sum(seq_scan)::integer as whole, sum(idx_scan)::integer as by_index from pg_stat_xact_user_tables
           where relname in ('dispensing', 'dispensing_item')"""
FILL = """
set session_replication_role = replica;
insert into app.dispensing (id, prescription_id, patient_id, department_id, dispensed_at, dispensed_by)
select gen_random_uuid(), d.prescription_id, d.patient_id, d.department_id, d.dispensed_at - n * interval '1 h',
    d.dispensed_by
from app.dispensing d, generate_series(1, 20000) n where d.id = %s;
insert into app.dispensing_item (id, dispensing_id, line_id, lot_id, patient_id, department_id, quantity)
select gen_random_uuid(), d.id, i.line_id, i.lot_id, d.patient_id, d.department_id, 1
from app.dispensing_item i join app.dispensing d on d.prescription_id =
    (select prescription_id from app.dispensing where id = i.dispensing_id) and d.id <> i.dispensing_id
where i.dispensing_id = %s;
set session_replication_role = origin"""
