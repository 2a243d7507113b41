"""Recording allergies, and the answer that there are none. The record must be open, else Denied."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access import permissions
from hisdesk.access.action import Write, action, new_id
from hisdesk.errors import Conflict, Denied, Invalid
from hisdesk.hospital.allergies import rules
from hisdesk.hospital.allergies.tables import allergy, allergy_declaration


@dataclass(frozen=True)
class Recorded:
    """`withdrawn`: an earlier answer "no known allergies" does not stand any more."""

    allergy_id: UUID
    withdrawn: bool


@dataclass(frozen=True)
class Changed:
    """The allergy and its version now."""

    allergy_id: UUID
    version: int


@action(permissions.ALLERGIES_CREATE)
def record(w: Write, patient_id: UUID, new: rules.NewAllergy) -> Recorded:
    """Notes an allergy; an answer "none known" is withdrawn with it.

    Raises Invalid with a sentence for each field, Conflict when it is recorded already.
    """
    new = rules.checked(new, dt.date.today())  # noqa: DTZ011 (the desk's own calendar day)
    already = w.tx.execute(
        sa.select(allergy.c.recorded_at).where(
            allergy.c.patient_id == patient_id,
            allergy.c.status == "active",
            sa.func.lower(allergy.c.substance) == sa.func.lower(new.substance),
        )
    ).scalar()
    if already is not None:
        raise Conflict(f"An allergy to {new.substance} is recorded already. Change that entry instead.")
    allergy_id = new_id()
    w.tx.execute(sa.insert(allergy).inline().values(id=allergy_id, patient_id=patient_id, **asdict(new)))
    withdrawn = _declared(w, patient_id) == "none known"
    if withdrawn:
        _declare(w, patient_id, "withdrawn")
    return Recorded(allergy_id, withdrawn)


@action(permissions.ALLERGIES_EDIT)
def refute(w: Write, allergy_id: UUID, version: int, reason: str, entered_in_error: bool = False) -> Changed:
    """The allergy does not stand any more (shown not to exist, or typed by mistake); it stays readable, with why.

    Raises Invalid without a reason, Conflict when somebody else changed it or it no longer stands.
    """
    reason = " ".join(reason.split())
    if not reason or len(reason) > 500:
        raise Invalid({"reason": "Say in at most 500 characters why this allergy no longer stands."})
    changed = w.tx.execute(
        sa.update(allergy)
        .where(allergy.c.id == allergy_id, allergy.c.version == version, allergy.c.status == "active")
        .values(status="entered in error" if entered_in_error else "refuted", status_reason=reason, version=version + 1)
    ).rowcount
    if not changed:
        raise _not_changed(w, allergy_id, version)
    return Changed(allergy_id, version + 1)


@action(permissions.ALLERGIES_CREATE)
def declare_none_known(w: Write, patient_id: UUID) -> None:
    """Notes that the person was asked and knows of no allergy. Raises Conflict while an active one is recorded."""
    active = w.tx.execute(
        sa.select(allergy.c.substance)
        .where(allergy.c.patient_id == patient_id, allergy.c.status == "active")
        .order_by(allergy.c.substance)
        .limit(20)
    ).scalars()
    if named := ", ".join(active):
        raise Conflict(f"Recorded allergies say otherwise: {named}. Refute them first, with a reason.")
    _declare(w, patient_id, "none known")


# ---------------------------------------------------------------------------------------------------- inside


def _declared(w: Write, patient_id: UUID) -> str | None:
    found: str | None = w.tx.execute(
        sa.select(allergy_declaration.c.state)
        .where(allergy_declaration.c.patient_id == patient_id)
        .order_by(allergy_declaration.c.asked_at.desc(), allergy_declaration.c.id.desc())
        .limit(1)
    ).scalar()
    return found


def _declare(w: Write, patient_id: UUID, state: str) -> None:
    w.tx.execute(sa.insert(allergy_declaration).inline().values(id=new_id(), patient_id=patient_id, state=state))


def _not_changed(w: Write, allergy_id: UUID, version: int) -> Conflict | Denied:
    current = w.tx.execute(
        sa.select(allergy.c.status, allergy.c.status_reason, allergy.c.version).where(allergy.c.id == allergy_id)
    ).one_or_none()
    if current is None or (current.version == version and current.status == "active"):
        return Denied("This record is closed to you. Open it again, then change it.")
    return Conflict(f"This allergy was changed meanwhile: it is now “{current.status}”.", dict(current._mapping))
