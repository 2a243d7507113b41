"""Dispensing on a real database: stock and lines move together, earliest expiry first, the last pack once."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import pytest

from hisdesk.access.action import new_id
from hisdesk.errors import Conflict, Denied, Invalid, UserError
from hisdesk.hospital.dispensings import queries
from hisdesk.hospital.dispensings.actions import Handed, dispense, reverse
from hisdesk.hospital.patients import queries as patients
from hisdesk.hospital.prescriptions.actions import cancel, issue
from hisdesk.hospital.prescriptions.queries import Person
from hisdesk.hospital.stock import queries as stock
from hisdesk.hospital.stock.actions import count, discard, receive, set_reorder_level
from hisdesk.hospital.stock.rules import split
from hisdesk.hospital.visits.actions import start
from tests.factories import people, prescriptions, visits
from tests.helpers.hospital import Desk, Hospital, Template

TODAY = dt.date.today()  # noqa: DTZ011  # the database's day, on the same machine


@dataclass(frozen=True)
class Counter:
    """A pharmacist at a window, a doctor who prescribed, and one medicine."""

    hospital: Hospital
    doctor: Desk
    pharmacist: Desk
    person: Person
    pharmacy: UUID
    medicine: UUID
    prescription: UUID
    line: UUID

    def received(self, number: str, days: int, quantity: int) -> UUID:
        expires = TODAY + dt.timedelta(days)
        return self.pharmacist.do(receive, self.pharmacy, self.medicine, number, expires, Decimal(quantity)).lot_id

    def expired(self, number: str, quantity: int) -> UUID:
        lot_id = self.received(number, 5, quantity)
        self.hospital.run("update app.lot set expires_on = expires_on - 40 where id = %s", lot_id)
        return lot_id

    def give(self, *items: Handed, desk: Desk | None = None) -> object:
        version = self.hospital.value("select version from app.prescription where id = %s", self.prescription)
        assert isinstance(version, int)
        return (desk or self.pharmacist).do(dispense, self.prescription, version, items)

    def on_hand(self, lot_id: UUID) -> object:
        return self.hospital.value("select on_hand from app.lot where id = %s", lot_id)

    def state(self) -> tuple[object, object]:
        return (
            self.hospital.value("select status from app.prescription where id = %s", self.prescription),
            self.hospital.value("select dispensed_quantity from app.prescription_line where id = %s", self.line),
        )


@pytest.fixture
def counter(template: Template) -> Iterator[Counter]:
    with Hospital(template) as hospital:
        front = hospital.desk("registration")
        doctor = hospital.desk("physician", station="ROOM-3", title="Dr", family="Kumar")
        patient = people.registered(front, birth_date=dt.date(1970, 5, 1)).patient_id
        visit = visits.added(front, hospital.department(), patient_id=patient)
        patients.opened(doctor.db, doctor.actor, patient)
        pharmacy = prescriptions.pharmacy(hospital)
        pharmacist = hospital.desk("pharmacy", ("PHARM",), family="Fernquist", given="Tove")
        known = prescriptions.formulary(hospital, doctor)
        line = prescriptions.line(prescriptions.found(known, "amoxicillin", "500 mg"), "500", "mg")
        person = Person(patient)
        key = doctor.do(issue, person, pharmacy, (line,), visit.visit_id).prescription_id
        yield Counter(hospital, doctor, pharmacist, person, pharmacy, line.medicine_id, key, line.id)


def test_stock_falls_with_what_is_handed_out_whole_or_in_part(counter: Counter) -> None:
    lot = counter.received("DX-1", 60, 100)
    counter.give(Handed(counter.line, lot, Decimal(5)))
    assert counter.state() == ("partly dispensed", Decimal(5)) and counter.on_hand(lot) == Decimal(95)
    counter.give(Handed(counter.line, lot, Decimal(10)))
    assert counter.state() == ("dispensed", Decimal(15)) and counter.on_hand(lot) == Decimal(85)
    with pytest.raises(Conflict, match="done already"):
        counter.give(Handed(counter.line, lot, Decimal(1)))
    assert counter.on_hand(lot) == Decimal(85)


def test_a_line_is_split_over_the_lots_that_expire_first(counter: Counter) -> None:
    late, early = counter.received("B", 200, 50), counter.received("A", 30, 4)
    gone = counter.expired("C", 9)
    with counter.pharmacist.db.transaction(counter.pharmacist.actor) as tx:
        lots = queries.lots_for(tx, counter.prescription)[counter.medicine]
    assert [lot.id for lot in lots] == [gone, early, late]  # the expired one is shown, first
    takes = split(lots, Decimal(15), TODAY)
    counter.give(*(Handed(counter.line, take.lot_id, take.quantity) for take in takes))
    assert [counter.on_hand(each) for each in (gone, early, late)] == [Decimal(9), Decimal(0), Decimal(39)]


def test_an_expired_lot_is_locked(counter: Counter) -> None:
    gone = counter.expired("C", 9)
    with pytest.raises(Invalid, match="expired"):
        counter.give(Handed(counter.line, gone, Decimal(1)))
    assert counter.on_hand(gone) == Decimal(9) and counter.state() == ("issued", Decimal(0))


def test_an_earlier_lot_is_left_only_with_a_reason(counter: Counter) -> None:
    counter.received("A", 30, 4)
    late = counter.received("B", 200, 50)
    with pytest.raises(Invalid, match="Lot A expires earlier"):
        counter.give(Handed(counter.line, late, Decimal(5)))
    assert counter.on_hand(late) == Decimal(50)
    counter.give(Handed(counter.line, late, Decimal(5), "pack is damaged"))
    assert counter.on_hand(late) == Decimal(45)


def test_of_two_at_the_last_pack_one_wins_and_the_other_is_told_who(counter: Counter) -> None:
    lot = counter.received("LAST", 60, 10)
    other = counter.hospital.desk("pharmacy", ("PHARM",), station="FRONT-2", family="Osei", given="Ama")
    at_once, said, won = threading.Barrier(2), list[str](), list[object]()

    def take(desk: Desk) -> None:
        version = counter.hospital.value("select version from app.prescription where id = %s", counter.prescription)
        at_once.wait(30)
        try:
            items = (Handed(counter.line, lot, Decimal(8)),)
            won.append(desk.do(dispense, counter.prescription, version, items))
        except UserError as error:
            said.append(str(error))

    both = [threading.Thread(target=take, args=(desk,)) for desk in (counter.pharmacist, other)]
    for each in both:
        each.start()
    for each in both:
        each.join(30)
    assert len(won) == 1 and len(said) == 1
    assert counter.on_hand(lot) == Decimal(2)
    with pytest.raises(Conflict, match=r"Lot LAST has only 2 left: (Tove Fernquist|Ama Osei) took 8 at \d\d:\d\d"):
        counter.give(Handed(counter.line, lot, Decimal(7)))


def test_a_reversal_is_an_entry_of_its_own(counter: Counter) -> None:
    lot = counter.received("DX-1", 60, 100)
    first = counter.give(Handed(counter.line, lot, Decimal(15)))
    entry = first.dispensing_id  # type: ignore[attr-defined]
    with pytest.raises(Invalid):
        counter.pharmacist.do(reverse, entry, "  ")
    back = counter.pharmacist.do(reverse, entry, "handed to somebody else")
    assert back.status == "issued" and counter.on_hand(lot) == Decimal(100)
    assert counter.hospital.value("select count(*) from app.dispensing") == 2
    assert counter.hospital.value("select sum(quantity) from app.stock_move where lot_id = %s", lot) == Decimal(100)
    for again in (entry, back.dispensing_id):
        with pytest.raises(Conflict, match="revers"):
            counter.pharmacist.do(reverse, again, "once more")


def test_what_was_cancelled_or_changed_meanwhile_is_not_handed_out(counter: Counter) -> None:
    lot = counter.received("DX-1", 60, 100)
    counter.doctor.do(cancel, counter.prescription, 1, "other treatment")
    with pytest.raises(Conflict, match="changed meanwhile"):
        counter.pharmacist.do(dispense, counter.prescription, 1, (Handed(counter.line, lot, Decimal(1)),))
    with pytest.raises(Conflict, match="cancelled"):
        counter.give(Handed(counter.line, lot, Decimal(1)))
    assert counter.on_hand(lot) == Decimal(100)


def test_somebody_without_a_record_is_dispensed_to(counter: Counter) -> None:
    front = counter.hospital.desk("registration", station="FRONT-2")
    walk_in = visits.added(front, counter.hospital.department(), anonymous_name="A man with a cough")
    counter.doctor.do(start, walk_in.visit_id, 1)
    known = prescriptions.formulary(counter.hospital, counter.doctor)
    line = prescriptions.line(prescriptions.found(known, "amoxicillin", "500 mg"), "500", "mg")
    key = counter.doctor.do(issue, Person(visit_id=walk_in.visit_id), counter.pharmacy, (line,)).prescription_id
    lot = counter.received("DX-1", 60, 100)
    done = counter.pharmacist.do(dispense, key, 1, (Handed(line.id, lot, Decimal(15)),))
    assert done.status == "dispensed" and counter.on_hand(lot) == Decimal(85)


def test_another_pharmacy_neither_sees_nor_dispenses(counter: Counter) -> None:
    lot = counter.received("DX-1", 60, 100)
    stranger = counter.hospital.desk("pharmacy", ("CARD",), station="FRONT-2")
    with pytest.raises((Denied, Conflict)):
        counter.give(Handed(counter.line, lot, Decimal(1)), desk=stranger)
    with stranger.db.transaction(stranger.actor) as tx:
        assert stock.shelf(tx, counter.pharmacy) == []
    assert counter.on_hand(lot) == Decimal(100)


def test_counting_and_discarding_are_entries_with_a_reason(counter: Counter) -> None:
    lot = counter.received("DX-1", 60, 100)
    version = counter.hospital.value("select version from app.lot where id = %s", lot)
    assert counter.pharmacist.do(count, lot, version, Decimal(97), "counted").on_hand == Decimal(97)
    with pytest.raises(Conflict, match="moved meanwhile"):
        counter.pharmacist.do(discard, lot, version, "broken")
    with pytest.raises(Invalid):
        counter.pharmacist.do(discard, lot, version + 1, "")  # type: ignore[operator]
    assert counter.pharmacist.do(discard, lot, version + 1, "broken").on_hand == 0  # type: ignore[operator]
    with pytest.raises(Conflict, match="another expiry"):
        counter.received("DX-1", 90, 1)


def test_a_second_delivery_of_a_lot_adds_to_it(counter: Counter) -> None:
    lot = counter.received("dx-1", 60, 100)
    assert counter.received("DX-1 ", 60, 20) == lot and counter.on_hand(lot) == Decimal(120)


def test_nobody_writes_stock_past_its_entries(counter: Counter) -> None:
    lot = counter.received("DX-1", 60, 100)
    desk = counter.pharmacist
    for statement, values in (
        ("update app.lot set on_hand = 1000 where id = %s", (lot,)),
        ("insert into app.stock_move (id, lot_id, kind, quantity) values (%s, %s, 'dispensed', -1)", (new_id(), lot)),
        ("update app.prescription_line set dispensed_quantity = 15 where id = %s", (counter.line,)),
    ):
        with pytest.raises(Denied), desk.db.transaction(desk.actor) as tx:
            tx.exec_driver_sql(statement, values)
    assert counter.on_hand(lot) == Decimal(100)


def test_the_work_list_says_what_waits_and_what_is_short(counter: Counter) -> None:
    def rows() -> list[queries.WaitingRow]:
        with counter.pharmacist.db.transaction(counter.pharmacist.actor) as tx:
            return queries.waiting(tx)

    (row,) = rows()
    assert (row.id, row.prescriber, row.status, row.lines, row.short) == (
        counter.prescription, "Dr Alex Kumar", "issued", 1, 1,
    )  # fmt: skip
    assert row.family and row.mrn
    counter.expired("OLD", 50)
    assert rows()[0].short == 1  # what has expired does not count
    lot = counter.received("A", 30, 15)
    assert rows()[0].short == 0
    counter.give(Handed(counter.line, lot, Decimal(15)))
    assert rows() == []


def test_what_was_dispensed_is_listed_with_its_lots_and_whether_it_was_taken_back(counter: Counter) -> None:
    lot = counter.received("A", 30, 15)
    first = counter.give(Handed(counter.line, lot, Decimal(15)))
    counter.pharmacist.do(reverse, first.dispensing_id, "wrong person")  # type: ignore[attr-defined]
    with counter.pharmacist.db.transaction(counter.pharmacist.actor) as tx:
        back, given = queries.dispensed(tx)
        figures = queries.day(tx)
    assert (back.reverses, back.reason, given.reversed) == (given.id, "wrong person", True)
    assert given.items == (("amoxicillin 500 mg", Decimal(15), "capsule", "A"),) == back.items
    assert given.dispensed_by == "Tove Fernquist"
    assert figures.dispensed == 1 and figures.median_wait is not None


def test_the_whole_formulary_is_listed_with_its_lots_and_when_to_order_again(counter: Counter) -> None:
    late, gone, early = counter.received("B", 200, 50), counter.expired("C", 9), counter.received("A", 30, 4)

    def row() -> stock.StockRow:
        with counter.pharmacist.db.transaction(counter.pharmacist.actor) as tx:
            rows = stock.stock(tx, counter.pharmacy)
        assert len(rows) > 100 and [r.name for r in rows] == sorted(r.name for r in rows)
        return next(r for r in rows if r.medicine_id == counter.medicine)

    assert [lot.id for lot in row().lots] == [gone, early, late]
    assert (row().title, row().unit, row().reorder_at) == ("amoxicillin 500 mg capsule", "capsule", None)
    level = (counter.pharmacy, counter.medicine)
    counter.pharmacist.do(set_reorder_level, *level, None, Decimal(60))
    assert (row().reorder_at, row().level_version) == (Decimal(60), 1)
    with pytest.raises(Conflict, match="meanwhile") as said:
        counter.pharmacist.do(set_reorder_level, *level, None, Decimal(70))
    assert said.value.theirs["quantity"] == Decimal(60)
    counter.pharmacist.do(set_reorder_level, *level, 1, Decimal(0))
    assert row().reorder_at == 0
    with pytest.raises(Invalid):
        counter.pharmacist.do(set_reorder_level, *level, 2, Decimal(-1))
