"""A hand-over of three lots under the fence, against all the same rows written bare, in the same run and on a disk."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from uuid import UUID

from hisdesk.access.action import new_id
from hisdesk.hospital.dispensings.actions import Handed, dispense
from tests.bench.durable import durable_postgres
from tests.bench.prescribed import PACK, lots, prescribed
from tests.bench.report import Row, paired, row
from tests.factories import prescriptions
from tests.helpers.hospital import Desk, Hospital, make_template

ROUNDS, WARM, LOTS = 100, 5, 3
CHANGED = ("lot", "prescription", "prescription_line", "care_relationship")
ADDED = ("op_done", "dispensing", "dispensing_item", "stock_move", "outbox")
WRITTEN = ("app.dispensing_item", "app.stock_move", "app.outbox", "audit.log")
"""Of these so many rows are counted as one hand-over leaves, and written bare."""


def measure() -> list[Row]:
    """The figure `dispense`."""
    with durable_postgres() as address, Hospital(make_template(address)) as hospital:
        prescriptions.pharmacy(hospital)
        medicine = prescriptions.medicine(hospital)
        shelf = lots(hospital, medicine, LOTS * (ROUNDS + WARM + 1), PACK // LOTS)
        wanted = prescribed(hospital, hospital.desk(), medicine, ROUNDS + WARM + 1)
        desk = hospital.desk("pharmacy", ("PHARM",), station="FRONT-2")
        given = _dispensing(desk, wanted, shelf)
        before = _counts(hospital)
        next(given)
        rows = {table: count - before[table] for table, count in _counts(hospital).items()}
        _prepare(hospital)
        bare = _bare(desk, islice(wanted, 1, None), shelf[LOTS:], rows)
        ratio = paired(lambda: next(given), lambda: next(bare), ROUNDS, WARM)
    what = f"hand-over of {LOTS} lots under the fence, against its {sum(rows.values()) + 2 * LOTS + 4} rows bare"
    return [row("dispense", what, ratio, 5.0)]


def _dispensing(desk: Desk, wanted: list[tuple[UUID, UUID]], shelf: list[UUID]) -> Iterator[None]:
    """Each prescription wholly, out of the three lots that expire first."""
    each = Decimal(PACK // LOTS)
    for place, (key, line) in enumerate(wanted):
        taken = shelf[LOTS * place : LOTS * (place + 1)]
        assert desk.do(dispense, key, 1, tuple(Handed(line, lot, each) for lot in taken)).status == "dispensed"
        yield


def _counts(hospital: Hospital) -> dict[str, int]:
    return {table: int(str(hospital.value(f"select count(*) from {table}"))) for table in WRITTEN}


def _prepare(hospital: Hospital) -> None:
    """Bare copies of what a hand-over writes, with the same indexes and rows."""
    with hospital.superuser().connect() as root:
        root.exec_driver_sql("create schema bare; grant usage on schema bare to app_station")
        for table in (*(f"app.{name}" for name in (*ADDED, *CHANGED)), "audit.log"):
            kept = "including identity including defaults including indexes"
            root.exec_driver_sql(f"create table bare.{table.partition('.')[2]} (like {table} {kept})")
        for name in CHANGED:
            root.exec_driver_sql(f"insert into bare.{name} overriding system value select * from app.{name}")
        root.exec_driver_sql("grant all on all tables in schema bare to app_station; analyze")


def _bare(desk: Desk, wanted: Iterator[tuple[UUID, UUID]], shelf: list[UUID], rows: dict[str, int]) -> Iterator[None]:
    """Every row that a hand-over leaves, the fence's own among them, as ordinary statements in one transaction."""
    who, each = desk.actor.user_id, PACK // LOTS
    for place, (key, line) in enumerate(wanted):
        op, entry = new_id(), new_id()
        after = f'{{"id": "{entry}", "line_id": "{line}", "quantity": {each}, "version": 2, "status": "dispensed"}}'
        with desk.db.engine.connect() as connection:
            run = connection.exec_driver_sql
            run("begin")
            run("insert into bare.op_done (op_id, user_id, action, result) "
                "values (%s, %s, 'dispense', '{}')", (op, who))  # fmt: skip
            run("insert into bare.dispensing (id, prescription_id, department_id, dispensed_by) "
                "values (%s, %s, %s, %s)", (entry, key, key, who))  # fmt: skip
            for lot in shelf[LOTS * place : LOTS * (place + 1)]:
                run("insert into bare.dispensing_item (id, dispensing_id, line_id, lot_id, department_id, quantity) "
                    "values (%s, %s, %s, %s, %s, %s)", (new_id(), entry, line, lot, key, each))  # fmt: skip
                run("insert into bare.stock_move (id, lot_id, department_id, kind, quantity, moved_by) "
                    "values (%s, %s, %s, 'dispensed', %s, %s)", (new_id(), lot, key, -each, who))  # fmt: skip
                run("update bare.lot set on_hand = on_hand - %s, version = version + 1 where id = %s", (each, lot))
                run("update bare.prescription_line set dispensed_quantity = dispensed_quantity + %s, "
                    "version = version + 1 where id = %s", (each, line))  # fmt: skip
            run("update bare.prescription set status = 'dispensed', done_at = now(), version = 2 where id = %s", (key,))
            run("update bare.care_relationship set until_at = now() where source_id = %s", (key,))
            run("insert into bare.log (session_id, user_id, verb, table_name, key, patient_id, before, after) "
                "select %s, %s, 'changed', 'lot', %s, %s, %s, %s from generate_series(1, %s)",
                (op, who, entry, key, after, after, rows["audit.log"]))  # fmt: skip
            run("insert into bare.outbox (table_name, key, operation, version, department_id, patient_id) "
                "select 'lot', %s, 'U', 2, %s, %s from generate_series(1, %s)",
                (entry, key, key, rows["app.outbox"]))  # fmt: skip
            run("commit")
        yield
