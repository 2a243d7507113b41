"""Recording vital signs, marking a wrong round, prescribing the oxygen scale. The record must be open, else Denied."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access import permissions
from hisdesk.access.action import Write, action, new_id
from hisdesk.errors import Conflict, Denied, Invalid
from hisdesk.hospital.vitals import queries, rules
from hisdesk.hospital.vitals.news2 import Score
from hisdesk.hospital.vitals.tables import oxygen_scale, vital_signs


@dataclass(frozen=True)
class Recorded:
    """`news2` is None where there is no score; `says` what it calls for, or why there is none."""

    vitals_id: UUID
    news2: int | None
    says: str


@dataclass(frozen=True)
class Changed:
    """The round and its version now."""

    vitals_id: UUID
    version: int


@action(permissions.VITALS_CREATE)
def record(w: Write, patient_id: UUID, new: rules.NewVitals) -> Recorded:
    """Writes a round down, with its early warning score where there is one.

    Raises Invalid by field; Conflict when the oxygen scale was changed meanwhile.
    """
    new = rules.checked(new, dt.datetime.now(dt.UTC))
    about = queries.about(w.tx, patient_id)
    vitals_id = new_id()
    w.tx.execute(
        sa.insert(vital_signs).inline().values(id=vitals_id, patient_id=patient_id, **rules.columns(new, about))
    )
    found = rules.scored(new, about)
    if isinstance(found, Score):
        return Recorded(vitals_id, found.total, found.response)
    return Recorded(vitals_id, None, found.why)


@action(permissions.VITALS_EDIT)
def entered_in_error(w: Write, vitals_id: UUID, version: int, reason: str) -> Changed:
    """The round does not count any more; it stays readable, with why. Raises Invalid without a reason, Conflict."""
    reason = _reason(reason)
    changed = w.tx.execute(
        sa.update(vital_signs)
        .where(vital_signs.c.id == vitals_id, vital_signs.c.version == version, vital_signs.c.status == "final")
        .values(status="entered in error", status_reason=reason, version=version + 1)
    ).rowcount
    if not changed:
        current = w.tx.execute(
            sa.select(vital_signs.c.status, vital_signs.c.version).where(vital_signs.c.id == vitals_id)
        ).one_or_none()
        if current is None or (current.version == version and current.status == "final"):
            raise Denied("This record is closed to you. Open it again, then change it.")
        raise Conflict("This round was changed meanwhile.", dict(current._mapping))
    return Changed(vitals_id, version + 1)


@action(permissions.VITALS_APPROVE)
def prescribe_oxygen_scale(w: Write, patient_id: UUID, scale: int, reason: str) -> None:
    """From now on the oxygen saturation is scored on this scale. Raises Invalid."""
    if scale not in (1, 2):
        raise Invalid({"scale": "The oxygen saturation has scale 1 and scale 2."})
    w.tx.execute(
        sa.insert(oxygen_scale).inline().values(id=new_id(), patient_id=patient_id, scale=scale, reason=_reason(reason))
    )


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason or len(reason) > rules.LONGEST_REASON:
        raise Invalid({"reason": f"Say why, in at most {rules.LONGEST_REASON} characters."})
    return reason
