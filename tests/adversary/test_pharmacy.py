"""A pharmacy's computer and somebody signed in there, typing SQL: stock is counted, nothing comes out of nothing."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from tests.adversary.attacker import Attacker, attacker
from tests.adversary.conftest import World

MOVE = "insert into app.stock_move (id, lot_id, kind, quantity, reason) values (%s, %s, %s, %s, 'x')"
LOT = "insert into app.lot (id, department_id, medicine_id, lot_number, expires_on) values (%s, %s, %s, 'X-1', %s)"
HAND_OUT = "insert into app.dispensing (id, prescription_id) values (%s, %s)"
TAKE = "insert into app.dispensing_item (id, dispensing_id, line_id, lot_id, quantity) values (%s, %s, %s, %s, %s)"


@pytest.fixture
def pharmacist(fresh: World) -> Iterator[Attacker]:
    desk = fresh.hospital.desk("pharmacy", ("PHARM",), station="FRONT-2")
    with attacker(fresh.hospital, "FRONT-2") as who:
        who.carry(desk.actor)
        yield who


def key(world: World, table: str) -> UUID:
    found = world.hospital.value(f"select id from app.{table} limit 1")
    assert isinstance(found, UUID)
    return found


def on_hand(world: World) -> str:
    return str(world.hospital.value("select on_hand from app.lot"))


@pytest.mark.parametrize("kind", ["received", "counted", "discarded"])
def test_stock_is_a_number(fresh: World, pharmacist: Attacker, kind: str) -> None:
    """What is not a number is greater than every number: a lot of it would never run out."""
    before = on_hand(fresh)
    assert pharmacist.code(MOVE, uuid4(), key(fresh, "lot"), kind, "NaN") == "23514"
    assert on_hand(fresh) == before


@pytest.mark.parametrize(
    ("kind", "quantity", "codes"),
    [
        ("counted", -100, {"HD409"}),
        ("discarded", -1000, {"HD409"}),
        ("discarded", 5, {"23514"}),
        ("received", -5, {"23514"}),
        ("received", "Infinity", {"22003"}),
        ("dispensed", -1, {"42501"}),
        ("returned", 1, {"42501"}),
    ],
)
def test_stock_is_neither_negative_nor_moved_past_the_dispensing(
    fresh: World, pharmacist: Attacker, kind: str, quantity: object, codes: set[str]
) -> None:
    before = on_hand(fresh)
    assert pharmacist.code(MOVE, uuid4(), key(fresh, "lot"), kind, quantity) in codes
    assert on_hand(fresh) == before


@pytest.mark.parametrize(
    "statement",
    [
        "update app.lot set on_hand = 1000",
        "update app.lot set expires_on = '2100-01-01'",
        "update app.stock_move set quantity = 1",
        "update app.stock_move set moved_by = null",
        "update app.dispensing_item set quantity = 1",
        "update app.dispensing set dispensed_by = dispensed_by",
        "update app.dispensing set dispensed_at = now()",
        "update app.reorder_level set medicine_id = medicine_id",
        "select nextval('app.prescription_number_seq')",
        "select last_value from app.prescription_number_seq",
        "select auth.pharmacy_departments()",
        "select app.dispensing_to_print(id) from app.dispensing",
    ],
)
def test_the_books_are_not_changed_by_hand(pharmacist: Attacker, statement: str) -> None:
    pharmacist.refused(statement)


@pytest.mark.parametrize("day", ["infinity", "20000-01-01", "4000-01-01 BC"])
def test_a_lot_expires_on_a_day_that_every_desk_can_read(fresh: World, pharmacist: Attacker, day: str) -> None:
    """One row with such a day would keep the whole list from being shown."""
    pharmacy, medicine = fresh.hospital.department("PHARM"), key(fresh, "medicine")
    pharmacist.refused(LOT, uuid4(), pharmacy, medicine, day, code="23514")


def test_a_reorder_level_and_a_medicine_are_numbers(fresh: World, pharmacist: Attacker) -> None:
    pharmacist.refused("update app.reorder_level set quantity = 'NaN'", code="23514")
    for column in ("pack_size", "max_dose_value", "max_daily_value"):
        pharmacist.refused(f"update app.medicine set {column} = 'NaN'", code="23514")


@pytest.mark.parametrize("column", ["dose_value", "quantity", "quantity_worked_out"])
def test_a_prescription_is_for_so_much(fresh: World, column: str) -> None:
    """Otherwise the pharmacy could hand out of it without end."""
    number = uuid4()
    values = {"dose_value": "1", "quantity": "1", "quantity_worked_out": "1", column: "NaN"}
    if column == "quantity_worked_out":
        values["quantity"] = "NaN"
    with attacker(fresh.hospital, "ROOM-3") as doctor:
        doctor.begin(fresh.doctor.actor)
        doctor.sql(
            "insert into app.prescription (id, patient_id, department_id) values (%s, %s, %s)",
            number,
            fresh.patient.patient_id,
            fresh.hospital.department("PHARM"),
        )
        doctor.refused(
            """insert into app.prescription_line (id, prescription_id, position, medicine_id, dose_value, dose_unit,
                   route, frequency, days, quantity, quantity_unit, quantity_worked_out, quantity_reason)
               values (%s, %s, 1, %s, %s, 'mg', 'oral', 'once', 1, %s, 'tablet', %s, 'x')""",
            uuid4(),
            number,
            key(fresh, "medicine"),
            values["dose_value"],
            values["quantity"],
            values["quantity_worked_out"],
            code="23514",
        )
        doctor.rollback()


def test_nothing_is_handed_out_of_nothing(fresh: World, pharmacist: Attacker) -> None:
    lot, line, prescription = (key(fresh, table) for table in ("lot", "prescription_line", "prescription"))
    for quantity, codes in ((16, {"HD409"}), (-1, {"23514"}), (0, {"23514"}), ("NaN", {"HD409", "23514"})):
        hand_over = uuid4()
        pharmacist.sql("begin")
        pharmacist.sql(HAND_OUT, hand_over, prescription)
        assert pharmacist.code(TAKE, uuid4(), hand_over, line, lot, quantity) in codes, quantity
        pharmacist.sql("rollback")
    pharmacist.refused(HAND_OUT, uuid4(), prescription, code="HD422")  # an entry without anything in it
    old = key(fresh, "dispensing")
    pharmacist.refused(TAKE, uuid4(), old, line, lot, 1, code="HD403")
    assert on_hand(fresh) == "99.00"


def test_a_reversal_gives_back_once_and_exactly(fresh: World, pharmacist: Attacker) -> None:
    lot, line, prescription = (key(fresh, table) for table in ("lot", "prescription_line", "prescription"))
    back = "insert into app.dispensing (id, prescription_id, reverses, reason) values (%s, %s, %s, 'x')"
    first, entry = key(fresh, "dispensing"), uuid4()
    pharmacist.refused(back, uuid4(), prescription, first, code="HD422")  # nothing of it
    pharmacist.sql("begin")
    pharmacist.sql(back, entry, prescription, first)
    pharmacist.refused(TAKE, uuid4(), entry, line, lot, 2, code="HD422")
    pharmacist.sql("rollback")
    pharmacist.sql("begin")
    pharmacist.sql(back, entry, prescription, first)
    pharmacist.sql(TAKE, uuid4(), entry, line, lot, 1)
    pharmacist.sql("commit")
    assert on_hand(fresh) == "100.00"
    pharmacist.refused(back, uuid4(), prescription, first, code="HD409")
    pharmacist.refused(back, uuid4(), prescription, entry, code="HD422")


def test_another_pharmacys_shelf_is_not_told_by_a_refusal(fresh: World) -> None:
    elsewhere = fresh.hospital.desk("pharmacy", ("CARD",), station="FRONT-2")
    lot, line = key(fresh, "lot"), key(fresh, "prescription_line")
    with attacker(fresh.hospital, "FRONT-2") as who:
        who.carry(elsewhere.actor)
        for kind, quantity in (("counted", -10_000), ("counted", 1), ("received", 1)):
            who.refused(MOVE, uuid4(), lot, kind, quantity, code="HD403")
            who.refused(MOVE, uuid4(), uuid4(), kind, quantity, code="HD403")
        who.refused(HAND_OUT, uuid4(), key(fresh, "prescription"), code="HD403")
        who.refused(TAKE, uuid4(), key(fresh, "dispensing"), line, lot, 1, code="HD403")
        who.refused(LOT, uuid4(), fresh.hospital.department("PHARM"), key(fresh, "medicine"), "2030-01-01")
        for table in ("lot", "stock_move", "reorder_level", "dispensing", "dispensing_item"):
            assert who.sql(f"select id from app.{table}") == [], table
        assert who.count("update app.reorder_level set quantity = 0") == 0


@pytest.mark.parametrize("role", ["nurse", "physician", "registration", "housekeeping"])
def test_who_works_elsewhere_dispenses_nothing(fresh: World, role: str) -> None:
    desk = fresh.hospital.desk(role, ("PHARM", "CARD"), station="FRONT-2")
    lot, line, prescription = (key(fresh, table) for table in ("lot", "prescription_line", "prescription"))
    with attacker(fresh.hospital, "FRONT-2") as who:
        who.carry(desk.actor)
        who.refused(HAND_OUT, uuid4(), prescription, code="HD403")
        assert who.code(TAKE, uuid4(), key(fresh, "dispensing"), line, lot, 1) == "HD403"
        assert who.code(MOVE, uuid4(), lot, "counted", 1) == "HD403"
        assert who.sql("select id from app.lot") == []
        who.refused("select auth.ask(%s, '{}', null, 'dispensings')", uuid4(), code="HD403")
