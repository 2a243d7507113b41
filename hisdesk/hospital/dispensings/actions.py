"""Handing out what was prescribed, whole or in part, and taking it back. Stock falls in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access import permissions
from hisdesk.access.action import Write, action, new_id
from hisdesk.errors import Conflict, Denied, Invalid
from hisdesk.hospital.dispensings.tables import dispensing, dispensing_item
from hisdesk.hospital.prescriptions.tables import prescription

LONGEST_REASON = 200


@dataclass(frozen=True)
class Handed:
    """So much of one lot for one line, in the medicine's counting unit. `skip_reason`: why an earlier lot was left."""

    line_id: UUID
    lot_id: UUID
    quantity: Decimal
    skip_reason: str = ""


@dataclass(frozen=True)
class Dispensed:
    """The entry, and what the whole prescription is now."""

    dispensing_id: UUID
    prescription_id: UUID
    status: str


@action(permissions.DISPENSINGS_CREATE)
def dispense(w: Write, prescription_id: UUID, version: int, items: tuple[Handed, ...]) -> Dispensed:
    """Hands out these lots for these lines. `version` is the prescription's, as it was looked at.

    Raises Invalid when nothing is taken; Conflict when somebody changed the prescription or was faster at a lot (the
    sentence says who took it), when a lot has expired, or when one that expires earlier was left without a reason.
    """
    taken = [item for item in items if item.quantity > 0]
    if not taken:
        raise Invalid({"items": "Choose at least one lot to take from."})
    _same(w, prescription_id, version)
    entry = new_id()
    w.tx.execute(sa.insert(dispensing).inline().values(id=entry, prescription_id=prescription_id))
    # always in the same order, so that two at once wait for each other and do not block each other
    rows = [
        {
            "id": new_id(),
            "dispensing_id": entry,
            "line_id": item.line_id,
            "lot_id": item.lot_id,
            "quantity": item.quantity,
            "skip_reason": " ".join(item.skip_reason.split()),
        }
        for item in sorted(taken, key=lambda item: (str(item.line_id), str(item.lot_id)))
    ]
    w.tx.execute(sa.insert(dispensing_item).inline(), rows)
    return Dispensed(entry, prescription_id, _status(w, prescription_id))


@action(permissions.DISPENSINGS_EDIT)
def reverse(w: Write, dispensing_id: UUID, reason: str) -> Dispensed:
    """Takes a whole hand-over back: a new entry, the lots grow again, the lines are open again.

    Raises Invalid without a reason, Conflict when it was reversed already.
    """
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid({"reason": f"Say why it is taken back, in at most {LONGEST_REASON} characters."})
    first = w.tx.execute(
        sa.select(dispensing.c.prescription_id, dispensing.c.reverses).where(dispensing.c.id == dispensing_id)
    ).one_or_none()
    if first is None:
        raise Denied("This dispensing is not one of your pharmacy's.")
    if first.reverses is not None:
        raise Conflict("This entry is itself a reversal.")
    entry = new_id()
    w.tx.execute(
        sa.insert(dispensing)
        .inline()
        .values(id=entry, prescription_id=first.prescription_id, reverses=dispensing_id, reason=reason)
    )
    columns = dispensing_item.c
    items = w.tx.execute(
        sa.select(columns.line_id, columns.lot_id, columns.quantity)
        .where(columns.dispensing_id == dispensing_id)
        .order_by(columns.line_id, columns.lot_id)
    )
    rows = [{"id": new_id(), "dispensing_id": entry, **item._mapping} for item in items]
    w.tx.execute(sa.insert(dispensing_item).inline(), rows)
    return Dispensed(entry, first.prescription_id, _status(w, first.prescription_id))


@action(permissions.DISPENSINGS_VIEW)
def note_reprint(w: Write, dispensing_id: UUID, paper: str) -> UUID:
    """Notes in the audit that labels or receipt of this entry are printed again. Raises Denied for another's."""
    w.tx.exec_driver_sql("select app.note_dispensing_print(%s, %s)", (dispensing_id, paper))
    return dispensing_id


def _same(w: Write, prescription_id: UUID, version: int) -> None:
    current = w.tx.execute(
        sa.select(prescription.c.status, prescription.c.version).where(prescription.c.id == prescription_id)
    ).one_or_none()
    if current is None:
        raise Denied("This prescription is not for your pharmacy.")
    if current.version != version:
        raise Conflict(
            f"This prescription was changed meanwhile: it is now “{current.status}”. Look at it again.",
            dict(current._mapping),
        )


def _status(w: Write, prescription_id: UUID) -> str:
    status: str = w.tx.execute(
        sa.select(prescription.c.status).where(prescription.c.id == prescription_id)
    ).scalar_one()
    return status
