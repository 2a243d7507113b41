"""A pharmacy, medicines, and prescriptions without the program's own checks."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from hisdesk.access.action import new_id
from hisdesk.hospital.demo.prescribing import load_formulary
from hisdesk.hospital.medicines import queries as medicines
from hisdesk.hospital.medicines.checks import Finding, Outcome, checked
from hisdesk.hospital.medicines.rules import Formulary, Medicine
from hisdesk.hospital.prescriptions import queries, rules
from hisdesk.hospital.prescriptions.actions import NewLine, NewOverride, taken
from hisdesk.hospital.prescriptions.queries import Person
from hisdesk.hospital.prescriptions.rules import Sig
from tests.helpers.hospital import Desk, Hospital

_LINE = """insert into app.prescription_line (id, prescription_id, position, medicine_id, dose_value, dose_unit, route,
    frequency, frequency_count, days, quantity, quantity_unit, quantity_worked_out)
    values (%s, %s, %s, %s, 500, 'mg', 'oral', 'times a day', 3, 5, 15, 'tablet', 15)"""


def pharmacy(hospital: Hospital) -> UUID:
    """A service with somebody of the pharmacy in it; the same one again where it is there."""
    found = hospital.value("select id from app.department where code = 'PHARM'")
    if found is None:
        found = new_id()
        hospital.run(
            "insert into app.department (id, code, name, ticket_letter, kind)"
            " values (%s, 'PHARM', 'Pharmacy', 'X', 'service')",
            found,
        )
        hospital.account("pharmacy", ("PHARM",))
    assert isinstance(found, UUID)
    return found


def medicine(hospital: Hospital, name: str = "paracetamol", **values: Any) -> UUID:
    """A tablet of 500 mg in the formulary."""
    key = new_id()
    columns: dict[str, Any] = {
        "id": key,
        "name": name,
        "substances": [name],
        "form": "tablet",
        "strength_value": 500,
        "strength_unit": "mg",
        "unit": "tablet",
        "route": "oral",
        **values,
    }
    hospital.run(
        f"insert into app.medicine ({', '.join(columns)}) values ({', '.join(['%s'] * len(columns))})",
        *columns.values(),
    )
    return key


def signed_by_hand(desk: Desk, patient_id: UUID, pharmacy_id: UUID, *medicines: UUID) -> UUID:
    """A prescription as somebody types it who has a station's credential and a session; its key."""
    key = new_id()
    with desk.db.transaction(desk.actor) as tx:
        tx.exec_driver_sql(
            "insert into app.prescription (id, patient_id, department_id) values (%s, %s, %s)",
            (key, patient_id, pharmacy_id),
        )
        for place, each in enumerate(medicines, 1):
            tx.exec_driver_sql(_LINE, (new_id(), key, place, each))
    return key


def formulary(hospital: Hospital, desk: Desk) -> Formulary:
    """The demo formulary, loaded where it is not there yet, as this desk reads it."""
    load_formulary(hospital.deploy)
    with desk.db.transaction(desk.actor) as tx:
        return medicines.formulary(tx)


def found(known: Formulary, name: str, strength: str = "") -> Medicine:
    """The first medicine of that name (and strength)."""
    return next(m for m in known.medicines if m.name == name and (not strength or m.strength == strength))


def line(which: Medicine, dose: str = "1", unit: str = "", count: int = 3, days: int = 5, **values: Any) -> NewLine:
    """Three times a day for five days, with the quantity that is worked out."""
    sig = Sig(Decimal(dose), unit or which.unit, which.route, "times a day", count, days=days)
    quantity = rules.quantity(sig, which)
    return NewLine(which.id, sig, values.pop("quantity", quantity), **values)


def findings(desk: Desk, known: Formulary, person: Person, *lines: NewLine) -> dict[UUID, tuple[Finding, ...]]:
    """What the checks say to this desk."""
    with desk.db.transaction(desk.actor) as tx:
        facts = queries.facts(tx, person)
    return checked(known, facts, [taken(each) for each in lines])


def answered(desk: Desk, known: Formulary, person: Person, *lines: NewLine, **values: Any) -> tuple[NewLine, ...]:
    """The lines with every stop overridden (`values` of the override) and every caution acknowledged."""
    found_ones = findings(desk, known, person, *lines)

    def answer(finding: Finding) -> NewOverride:
        why = {"reason": "no alternative", "sentence": "Nothing else helps.", **values}
        given = why if finding.outcome == Outcome.STOP else {}
        return NewOverride(finding.kind, finding.outcome, finding.title, finding.about, **given)

    grave = (Outcome.STOP, Outcome.CAUTION)
    return tuple(
        replace(each, overrides=tuple(answer(f) for f in found_ones[each.id] if f.outcome in grave)) for each in lines
    )
