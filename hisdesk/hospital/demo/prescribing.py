"""Fills the demo hospital's formulary, and prescribes what suits each clinic. Runs at the server, as `deploy`."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import asdict
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access.action import new_id
from hisdesk.db.database import Database
from hisdesk.hospital.allergies.tables import allergy
from hisdesk.hospital.demo import formulary, handing_out, interactions
from hisdesk.hospital.departments.tables import department
from hisdesk.hospital.medicines.tables import allergy_group, cross_reactivity, interaction, medicine
from hisdesk.hospital.prescriptions import rules
from hisdesk.hospital.prescriptions.rules import Sig
from hisdesk.hospital.prescriptions.tables import prescription, prescription_line
from hisdesk.hospital.visits.tables import visit

Row = dict[str, Any]
Script = tuple[str, str, str, str, int, int, str]

# medicine, its form, dose, "day" or "as needed", how many times a day, days, special instructions
_PRESCRIBED: dict[str, tuple[tuple[Script, ...], ...]] = {
    "CARD": (
        (("bisoprolol", "tablet", "2.5 mg", "day", 1, 28, ""), ("ramipril", "capsule", "2.5 mg", "day", 1, 28, "")),
        (("atorvastatin", "tablet", "20 mg", "day", 1, 28, "in the evening"),),
        (("furosemide", "tablet", "40 mg", "day", 1, 28, "in the morning"),),
    ),
    "GEN": (
        (("amoxicillin", "capsule", "500 mg", "day", 3, 5, "until the course is finished"),),
        (("metformin", "tablet", "500 mg", "day", 2, 28, "with food"),),
        (("paracetamol", "tablet", "1 g", "as needed", 4, 5, ""),),
        (("amlodipine", "tablet", "5 mg", "day", 1, 28, ""),),
    ),
    "PAED": (
        (("paracetamol", "oral suspension", "120 mg", "as needed", 4, 3, ""),),
        (("amoxicillin", "oral suspension", "125 mg", "day", 3, 5, "shake the bottle"),),
    ),
    "ORTH": (
        (("ibuprofen", "tablet", "400 mg", "day", 3, 5, "with food"),
         ("omeprazole", "gastro-resistant capsule", "20 mg", "day", 1, 5, "before breakfast")),
        (("paracetamol", "tablet", "1 g", "day", 4, 7, ""),),
    ),
    "DENT": ((("ibuprofen", "tablet", "400 mg", "as needed", 3, 3, "with food"),),),
    "EMER": ((("paracetamol", "tablet", "1 g", "as needed", 4, 3, ""),),),
}  # fmt: skip


def load_formulary(deploy: Database) -> int:
    """Medicines, allergy groups and interactions; nothing where there is a formulary already. How many medicines."""
    with deploy.transaction() as tx:
        if tx.execute(sa.select(medicine.c.id).limit(1)).first():
            return 0
        tx.execute(sa.select(sa.func.set_config("hisdesk.batch", "on", True)))
        made = formulary.medicines()
        for table, rows in (
            (medicine, [asdict(each) for each in made]),
            (allergy_group, formulary.groups()),
            (cross_reactivity, formulary.crosses()),
            (interaction, interactions.interactions()),
        ):
            tx.execute(sa.insert(table).inline(), [dict(row) for row in rows])
    return len(made)


def prescribe_past(tx: sa.Connection, *, days: int = 1000, seed: int = 3) -> int:
    """What was prescribed and dispensed at every third visit of the last years. How many prescriptions."""
    draw = random.Random(seed)  # noqa: S311 (made-up data)
    now = dt.datetime.now(dt.UTC)
    over = sa.and_(visit.c.status == "completed", visit.c.arrived_at > now - dt.timedelta(days=days))
    seen = list(tx.execute(_seen().where(over, visit.c.arrived_at < now - dt.timedelta(days=1))))
    return _prescribe(tx, [row for row in seen if draw.random() < 1 / 3], draw, dispensed=True)


def prescribe_today(tx: sa.Connection, draw: random.Random, *, most: int = 8) -> int:
    """What the pharmacy has to do: prescriptions of visits that are over. How many."""
    today = sa.and_(visit.c.status == "completed", visit.c.day == sa.func.app.today())
    seen = list(tx.execute(_seen().where(today)))
    return _prescribe(tx, draw.sample(seen, min(len(seen), most)), draw, dispensed=False)


def _seen() -> sa.Select[Any]:
    """Visits with a doctor of people without an allergy, whom nothing in the demo can harm."""
    allergic = sa.exists().where(allergy.c.patient_id == visit.c.patient_id, allergy.c.status == "active")
    return (
        sa.select(visit.c.id, visit.c.patient_id, visit.c.doctor_id, visit.c.completed_at, department.c.code)
        .join(department, department.c.id == visit.c.department_id)
        .where(visit.c.patient_id.is_not(None), visit.c.doctor_id.is_not(None), ~allergic)
        .order_by(visit.c.arrived_at, visit.c.id)
    )


def _prescribe(tx: sa.Connection, seen: list[sa.Row[Any]], draw: random.Random, *, dispensed: bool) -> int:
    pharmacy = tx.execute(sa.select(department.c.id).where(department.c.code == "PHAR")).scalar_one()
    stocked = {(m.name, m.form): m for m in tx.execute(sa.select(medicine).order_by(medicine.c.strength_value.desc()))}
    heads: list[Row] = []
    lines: list[Row] = []
    for came in seen:
        head = _head(came, pharmacy, dispensed=dispensed)
        heads.append(head)
        for place, script in enumerate(draw.choice(_PRESCRIBED[came.code]), 1):
            lines.append(_line(head["id"], place, stocked[script[0], script[1]], script, dispensed=dispensed))
    if heads:
        tx.execute(sa.insert(prescription).inline(), heads)
        tx.execute(sa.insert(prescription_line).inline(), lines)
    if dispensed:
        handing_out.hand_out(tx, heads, lines, draw)
    return len(heads)


def _head(came: sa.Row[Any], pharmacy: UUID, *, dispensed: bool) -> Row:
    return {
        "id": new_id(),
        "patient_id": came.patient_id,
        "visit_id": came.id,
        "department_id": pharmacy,
        "prescriber_id": came.doctor_id,
        "signed_at": came.completed_at,
        "status": "dispensed" if dispensed else "issued",
        "done_at": came.completed_at + dt.timedelta(minutes=35) if dispensed else None,
    }


def _line(prescription_id: UUID, place: int, stocked: sa.Row[Any], script: Script, *, dispensed: bool) -> Row:
    _name, _form, dose, often, count, days, instructions = script
    value, unit = dose.split(" ")
    sig = Sig(Decimal(value), unit, stocked.route, "times a day", count, often == "as needed", days)
    needed = rules.quantity(sig, stocked)
    return {
        "id": new_id(),
        "prescription_id": prescription_id,
        "position": place,
        "medicine_id": stocked.id,
        "dose_value": sig.dose_value,
        "dose_unit": unit,
        "route": sig.route,
        "frequency": sig.frequency,
        "frequency_count": count,
        "as_needed": sig.as_needed,
        "days": days,
        "quantity": needed,
        "quantity_unit": stocked.unit,
        "quantity_worked_out": needed,
        "instructions": instructions,
        "dispensed_quantity": needed if dispensed else 0,
        "status": "dispensed" if dispensed else "issued",
    }
