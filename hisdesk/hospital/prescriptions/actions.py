"""Prescribing: signing a prescription as a whole, cancelling what is not dispensed, keeping a draft.

The checks run again when a prescription is issued, on what is stored then; the database refuses by itself what a
recorded allergy stops. Raises Denied while the record is closed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access import permissions
from hisdesk.access.action import Write, action, new_id
from hisdesk.errors import Conflict, Denied, Invalid
from hisdesk.hospital.medicines import queries as medicines
from hisdesk.hospital.medicines.checks import Facts, Finding, Outcome, Taken, checked
from hisdesk.hospital.medicines.rules import Formulary
from hisdesk.hospital.prescriptions import queries, rules
from hisdesk.hospital.prescriptions.queries import Person
from hisdesk.hospital.prescriptions.rules import Sig
from hisdesk.hospital.prescriptions.tables import prescription, prescription_line, prescription_override


@dataclass(frozen=True)
class NewOverride:
    """A stop that is overridden, or a caution that is acknowledged. `about`: the allergy or the other medicine.

    `confirmation_id` is the second physician's (`hisdesk.access.confirming`), for a recorded anaphylaxis.
    """

    kind: str
    outcome: str
    finding: str
    about: UUID | None = None
    reason: str = rules.ACKNOWLEDGED
    sentence: str = ""
    confirmation_id: UUID | None = None


@dataclass(frozen=True)
class NewLine:
    """One medicine as it is prescribed. `quantity` in the medicine's counting unit; one that differs from what is
    worked out has a reason."""

    medicine_id: UUID
    sig: Sig
    quantity: Decimal
    quantity_reason: str = ""
    instructions: str = ""
    overrides: tuple[NewOverride, ...] = ()
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True)
class Issued:
    """A prescription that was signed."""

    prescription_id: UUID
    lines: int


@dataclass(frozen=True)
class Cancelled:
    """How many lines were cancelled, and the status of the whole prescription now."""

    prescription_id: UUID
    lines: int
    status: str


@action(permissions.PRESCRIPTIONS_CREATE)
def issue(
    w: Write,
    person: Person,
    pharmacy_id: UUID,
    lines: tuple[NewLine, ...],
    visit_id: UUID | None = None,
    prescription_id: UUID | None = None,
) -> Issued:
    """Signs the lines and sends them to the pharmacy; the draft is empty afterwards.

    Raises Invalid ("0.dose_value": the first line's dose), or Conflict when a check stands against a line that nobody
    overrode or acknowledged.
    """
    if not 1 <= len(lines) <= rules.MOST_LINES:
        raise Invalid({"lines": f"A prescription has 1 to {rules.MOST_LINES} lines."})
    formulary = medicines.formulary(w.tx)
    rows = [_row(formulary, line, place) for place, line in enumerate(lines)]
    refuse_unanswered(formulary, queries.facts(w.tx, person), lines)
    key = prescription_id or new_id()
    w.tx.execute(
        sa.insert(prescription)
        .inline()
        .values(
            id=key,
            patient_id=person.patient_id,
            visit_id=person.visit_id or visit_id,
            department_id=pharmacy_id,
        )
    )
    w.tx.execute(sa.insert(prescription_line).inline(), [{**row, "prescription_id": key} for row in rows])
    overrides = [_override(line, each) for line in lines for each in line.overrides]
    if overrides:
        w.tx.execute(sa.insert(prescription_override).inline(), overrides)
    _empty_draft(w, person)
    return Issued(key, len(rows))


def unanswered(
    findings: dict[UUID, tuple[Finding, ...]], lines: Iterable[NewLine], outcomes: tuple[Outcome, ...]
) -> list[tuple[NewLine, Finding]]:
    """The stops or cautions of these lines that nobody has overridden or acknowledged."""
    open_ones = []
    for line in lines:
        answered = {(o.kind, o.outcome, o.about) for o in line.overrides}
        open_ones += [(line, f) for f in findings[line.id] if f.outcome in outcomes and f.key not in answered]
    return open_ones


def taken(line: NewLine) -> Taken:
    """A line as the checks look at it."""
    return Taken(line.id, line.medicine_id, line.sig.dose_value, line.sig.dose_unit, rules.doses_per_day(line.sig))


def refuse_unanswered(formulary: Formulary, facts: Facts, lines: tuple[NewLine, ...]) -> None:
    """Raises Conflict when a stop or caution of these lines has no answer: something was recorded meanwhile."""
    findings = checked(formulary, facts, [taken(line) for line in lines])
    missing = unanswered(findings, lines, (Outcome.STOP, Outcome.CAUTION))
    if missing:
        places = sorted({1 + [each.id for each in lines].index(line.id) for line, _ in missing})
        said = ", ".join(str(place) for place in places)
        raise Conflict(f"The checks found something new about line {said}. Look at it, then issue again.")


@action(permissions.PRESCRIPTIONS_EDIT)
def cancel(w: Write, prescription_id: UUID, version: int, reason: str) -> Cancelled:
    """Cancels every line that is not wholly dispensed. Raises Conflict when the pharmacy was faster."""
    reason = rules.checked_text(reason, 200, at="reason", required="Say why it is cancelled.")
    current = w.tx.execute(
        sa.select(prescription.c.status, prescription.c.version).where(prescription.c.id == prescription_id)
    ).one_or_none()
    if current is None:
        raise _closed()
    if current.version != version or current.status not in list(rules.OPEN):
        raise Conflict(
            f"This prescription was changed meanwhile: it is now “{current.status}”.", dict(current._mapping)
        )
    where = prescription_line.c.prescription_id == prescription_id
    return _cancel(w, prescription_id, where, reason)


@action(permissions.PRESCRIPTIONS_EDIT)
def cancel_line(w: Write, line_id: UUID, version: int, reason: str) -> Cancelled:
    """Cancels one line that is not wholly dispensed. Raises Conflict when the pharmacy was faster."""
    reason = rules.checked_text(reason, 200, at="reason", required="Say why it is cancelled.")
    columns = prescription_line.c
    current = w.tx.execute(
        sa.select(columns.prescription_id, columns.status, columns.version).where(columns.id == line_id)
    ).one_or_none()
    if current is None:
        raise _closed()
    if current.version != version or current.status not in list(rules.OPEN):
        raise Conflict(f"This line was changed meanwhile: it is now “{current.status}”.", {"status": current.status})
    return _cancel(w, current.prescription_id, columns.id == line_id, reason)


@action(permissions.PRESCRIPTIONS_CREATE)
def keep_draft(w: Write, person: Person, content: tuple[dict[str, Any], ...]) -> None:
    """Keeps what is not issued yet, for this author alone; the newest stands."""
    conflict = "(author_id, patient_id) where patient_id is not null"
    if person.patient_id is None:
        conflict = "(author_id, visit_id) where patient_id is null"
    w.tx.exec_driver_sql(
        "insert into app.prescription_draft as d (id, patient_id, visit_id, content) values (%s, %s, %s, %s::jsonb)"
        f" on conflict {conflict} do update set content = excluded.content, version = d.version + 1",
        (new_id(), person.patient_id, person.visit_id, json.dumps(content)),
    )


# ---------------------------------------------------------------------------------------------------- inside


def _row(formulary: Formulary, line: NewLine, place: int) -> dict[str, Any]:
    """A line as it is stored; raises Invalid with the place before each field's name."""
    medicine = formulary.by_id.get(line.medicine_id)
    if medicine is None or not medicine.active:
        raise Invalid({f"{place}.medicine": "This medicine is not in the formulary any more. Choose another one."})
    worked_out = rules.quantity(line.sig, medicine)
    problems = rules.sig_problems(line.sig) | rules.quantity_problems(line.quantity, worked_out, line.quantity_reason)
    for name, most in (("quantity_reason", 200), ("instructions", 500)):
        try:
            rules.checked_text(getattr(line, name), most, at=name)
        except Invalid as error:
            problems |= error.fields
    if problems:
        raise Invalid({f"{place}.{name}": sentence for name, sentence in problems.items()})
    sig = line.sig
    return {
        "id": line.id,
        "position": place + 1,
        "medicine_id": line.medicine_id,
        "dose_value": sig.dose_value,
        "dose_unit": sig.dose_unit,
        "route": sig.route,
        "frequency": sig.frequency,
        "frequency_count": sig.frequency_count,
        "as_needed": sig.as_needed,
        "days": sig.days,
        "quantity": line.quantity,
        "quantity_unit": medicine.unit,
        "quantity_worked_out": worked_out,
        "quantity_reason": "" if line.quantity == worked_out else " ".join(line.quantity_reason.split()),
        "instructions": " ".join(line.instructions.split()),
    }


def _override(line: NewLine, each: NewOverride) -> dict[str, Any]:
    if each.outcome == Outcome.STOP and each.reason not in rules.REASONS:
        raise Invalid({"reason": "Choose why this stop is overridden."})
    required = "Say in a sentence why it is prescribed all the same." if each.outcome == Outcome.STOP else ""
    return {
        "id": new_id(),
        "line_id": line.id,
        "check_kind": each.kind,
        "outcome": each.outcome,
        "allergy_id": each.about if each.kind == "allergy" else None,
        "finding": each.finding[:1000],
        "reason": each.reason,
        "sentence": rules.checked_text(each.sentence, 500, at="sentence", required=required),
        "confirmation_id": each.confirmation_id,
    }


def _empty_draft(w: Write, person: Person) -> None:
    where = "patient_id = %(patient)s or %(patient)s::uuid is null and patient_id is null and visit_id = %(visit)s"
    w.tx.exec_driver_sql(
        f"update app.prescription_draft set content = '[]', version = version + 1 where {where}",
        {"patient": person.patient_id, "visit": person.visit_id},
    )


def _cancel(w: Write, prescription_id: UUID, where: sa.ColumnElement[bool], reason: str) -> Cancelled:
    changed = w.tx.execute(
        sa.update(prescription_line)
        .where(where, prescription_line.c.status.in_([str(status) for status in rules.OPEN]))
        .values(status="cancelled", cancelled_reason=reason, version=prescription_line.c.version + 1)
    ).rowcount
    if not changed:
        raise _closed()
    status = w.tx.execute(sa.select(prescription.c.status).where(prescription.c.id == prescription_id)).scalar_one()
    return Cancelled(prescription_id, changed, status)


def _closed() -> Denied:
    return Denied("This record is closed to you. Open it again, then cancel.")
