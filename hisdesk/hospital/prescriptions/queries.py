"""What was prescribed to whom, and what a prescriber has to know of a person first.

prescriptions.view shows what hangs on an open record or on a person whom the department cares for, and what was
prescribed to somebody without a record in the own clinics or pharmacy.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.hospital.allergies.rules import AllergyLine, State, state_of
from hisdesk.hospital.medicines.checks import Facts, KnownAllergy, Taken
from hisdesk.hospital.prescriptions import rules
from hisdesk.hospital.prescriptions.rules import Sig

MOST_SHOWN = 200


@dataclass(frozen=True)
class Person:
    """For whom is prescribed: somebody with a record, or a visit without one. Exactly one is given."""

    patient_id: UUID | None = None
    visit_id: UUID | None = None


@dataclass(frozen=True)
class LineRow:
    """One line as it was signed, with what became of it."""

    id: UUID
    prescription_id: UUID
    medicine_id: UUID
    medicine: str
    form: str
    sig: Sig
    quantity: Decimal
    quantity_unit: str
    quantity_reason: str
    instructions: str
    dispensed_quantity: Decimal
    status: str
    cancelled_reason: str
    overrides: tuple[OverrideRow, ...]
    version: int


@dataclass(frozen=True)
class OverrideRow:
    """What stood in the way of a line, and who prescribed it all the same."""

    kind: str
    outcome: str
    finding: str
    reason: str
    sentence: str
    by: str
    confirmed_by: str
    at: dt.datetime


@dataclass(frozen=True)
class PrescriptionRow:
    """A prescription with its lines."""

    id: UUID
    number: int
    signed_at: dt.datetime
    prescriber: str
    pharmacy: str
    status: str
    anonymous_name: str
    version: int
    lines: tuple[LineRow, ...]


@dataclass(frozen=True)
class Current:
    """A line prescribed here whose days are not over."""

    line_id: UUID
    medicine_id: UUID
    sig: Sig
    since: dt.date


@dataclass(frozen=True)
class Known:
    """What prescribing begins with: the facts for the checks, what the person takes, what was not issued yet, and
    where it can be sent."""

    facts: Facts
    current: tuple[Current, ...]
    draft: tuple[dict[str, Any], ...]
    pharmacies: tuple[tuple[UUID, str], ...]
    visit_id: UUID | None


_STAFF = "coalesce(btrim(concat_ws(' ', nullif({0}.title, ''), {0}.given_names, {0}.family_name)), '')"

_FACTS = f"""
select
    (select auth.has('allergies', 'view')) and exists (select 1 from app.patient p where p.id = %(patient)s) as may_see,
    (select p.birth_date from app.patient p where p.id = %(patient)s) as born,
    (select d.state from app.allergy_declaration d where d.patient_id = %(patient)s
     order by d.asked_at desc, d.id desc limit 1) as declared,
    (select json_agg(json_build_array(a.id, a.substance, a.code, a.category, a.reaction, a.severity, a.status,
        coalesce(a.noted_on, a.recorded_at::date), {_STAFF.format("s")}))
     from app.allergy a left join app.staff s on s.id = a.recorded_by where a.patient_id = %(patient)s) as allergies,
    (select json_agg(json_build_array(l.id, l.medicine_id, l.dose_value::text, l.dose_unit, l.route, l.frequency,
        l.frequency_count, l.as_needed, l.days, p.signed_at::date))
     from app.prescription_line l join app.prescription p on p.id = l.prescription_id
     where l.patient_id = %(patient)s and l.status <> 'cancelled'
       and p.signed_at > clock_timestamp() - make_interval(days => l.days)) as current,
    app.today() as today
"""


def facts(tx: sa.Connection, person: Person) -> Facts:
    """What the checks need to know, in one statement; of somebody without a record nothing is known."""
    return _facts(tx.exec_driver_sql(_FACTS, {"patient": person.patient_id}).one(), person)


def _facts(row: Any, person: Person) -> Facts:
    allergies = tuple(_allergy(each) for each in row.allergies or ())
    state: State = "not recorded"
    if person.patient_id is not None:
        lines = [AllergyLine(a.id, a.substance, severity=a.severity) for a in allergies if a.status == "active"]
        state = state_of(row.may_see, lines, row.declared).state
    current = tuple(_taken(each) for each in _current(row))
    return Facts(state, allergies, current, rules.age_years(row.born, row.today))


def _allergy(row: list[Any]) -> KnownAllergy:
    key, substance, code, category, reaction, severity, status, noted, by = row
    return KnownAllergy(
        UUID(key), substance, code, category, reaction, severity, status, dt.date.fromisoformat(noted), by
    )


def _current(row: Any) -> tuple[Current, ...]:
    return tuple(
        Current(UUID(key), UUID(medicine), Sig(Decimal(value), *sig), dt.date.fromisoformat(since))
        for key, medicine, value, *sig, since in row.current or ()
    )


def _taken(each: Current) -> Taken:
    sig = each.sig
    return Taken(each.line_id, each.medicine_id, sig.dose_value, sig.dose_unit, rules.doses_per_day(sig), each.since)


_DRAFT = """
select d.content,
    (select json_agg(json_build_array(f.id, f.name)) from app.pharmacies() f) as pharmacies,
    coalesce(%(visit)s::uuid, (select v.id from app.visit v where v.patient_id = %(patient)s
        and v.status in ('called', 'with doctor') order by v.arrived_at desc limit 1)) as visit_id
from (select 1) one left join app.prescription_draft d
    on d.patient_id = %(patient)s or %(patient)s::uuid is null and d.patient_id is null and d.visit_id = %(visit)s::uuid
"""


def known(tx: sa.Connection, person: Person) -> Known:
    """All that prescribing begins with. One statement."""
    values = {"patient": person.patient_id, "visit": person.visit_id}
    row = tx.exec_driver_sql(f"select * from ({_FACTS}) f cross join ({_DRAFT}) d", values).one()
    return Known(
        _facts(row, person),
        _current(row),
        tuple(row.content or ()),
        tuple((UUID(key), name) for key, name in row.pharmacies or ()),
        row.visit_id,
    )


_ROWS = f"""
select p.id, p.number, p.signed_at, {_STAFF.format("s")} as prescriber, d.name as pharmacy, p.status,
    p.anonymous_name, p.version,
    (select json_agg(json_build_array(l.id, l.medicine_id, m.name, m.form, l.dose_value::text, l.dose_unit, l.route,
        l.frequency, l.frequency_count, l.as_needed, l.days, l.quantity::text, l.quantity_unit, l.quantity_reason,
        l.instructions, l.dispensed_quantity::text, l.status, l.cancelled_reason, l.version,
        (select json_agg(json_build_array(o.check_kind, o.outcome, o.finding, o.reason, o.sentence,
            {_STAFF.format("b")}, {_STAFF.format("c")}, o.overridden_at) order by o.overridden_at, o.id)
         from app.prescription_override o left join app.staff b on b.id = o.overridden_by
         left join app.staff c on c.id = o.confirmed_by where o.line_id = l.id)) order by l.position)
     from app.prescription_line l left join app.medicine m on m.id = l.medicine_id
     where l.prescription_id = p.id) as lines
from app.prescription p
left join app.staff s on s.id = p.prescriber_id
left join app.department d on d.id = p.department_id
"""


def of_person(tx: sa.Connection, person: Person, *, most: int = MOST_SHOWN) -> list[PrescriptionRow]:
    """What was prescribed to this person, the latest first, with its lines and overrides. One statement."""
    rows = tx.exec_driver_sql(
        f"{_ROWS} where p.patient_id = %(patient)s or %(patient)s::uuid is null and p.visit_id = %(visit)s"
        " order by p.signed_at desc, p.id limit %(most)s",
        {"patient": person.patient_id, "visit": person.visit_id, "most": most},
    )
    return [_prescription(row) for row in rows]


def prescription(tx: sa.Connection, prescription_id: UUID) -> PrescriptionRow | None:
    """One prescription; None when it is not there or not visible."""
    row = tx.exec_driver_sql(f"{_ROWS} where p.id = %s", (prescription_id,)).one_or_none()
    return None if row is None else _prescription(row)


def _prescription(row: Any) -> PrescriptionRow:
    return PrescriptionRow(
        row.id,
        row.number,
        row.signed_at,
        row.prescriber,
        row.pharmacy,
        row.status,
        row.anonymous_name,
        row.version,
        tuple(_line(row.id, each) for each in row.lines or ()),
    )


def _line(prescription_id: UUID, row: list[Any]) -> LineRow:
    key, medicine_id, name, form, dose, unit, route, frequency, count, as_needed, days, *rest = row
    quantity, counted, quantity_reason, instructions, dispensed, status, cancelled, version, overrides = rest
    return LineRow(
        UUID(key),
        prescription_id,
        UUID(medicine_id),
        name or "not in your formulary",
        form or "",
        Sig(Decimal(dose), unit, route, frequency, count, as_needed, days),
        Decimal(quantity),
        counted,
        quantity_reason,
        instructions,
        Decimal(dispensed),
        status,
        cancelled,
        tuple(_override(each) for each in overrides or ()),
        version,
    )


def _override(row: list[Any]) -> OverrideRow:
    kind, outcome, finding, reason, sentence, by, confirmed_by, at = row
    return OverrideRow(kind, outcome, finding, reason, sentence, by, confirmed_by, dt.datetime.fromisoformat(at))
