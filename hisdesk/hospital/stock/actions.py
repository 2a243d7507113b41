"""Receiving, counting and discarding stock; each is an entry of its own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access import permissions
from hisdesk.access.action import Write, action, new_id
from hisdesk.errors import Conflict, Denied, Invalid
from hisdesk.hospital.stock import rules
from hisdesk.hospital.stock.tables import lot, reorder_level, stock_move


@dataclass(frozen=True)
class Moved:
    """The lot, and what is on hand now, in the medicine's counting unit."""

    lot_id: UUID
    on_hand: Decimal


@action(permissions.STOCK_CREATE)
def receive(
    w: Write, department_id: UUID, medicine_id: UUID, lot_number: str, expires_on: dt.date, quantity: Decimal
) -> Moved:
    """Puts a delivery on the shelf; a lot that is there already grows.

    Raises Invalid by field, Conflict when the same number is there with another expiry.
    """
    number = rules.checked_receipt(lot_number, expires_on, quantity, dt.date.today())  # noqa: DTZ011 (the desk's day)
    same = (lot.c.department_id == department_id) & (lot.c.medicine_id == medicine_id) & (lot.c.lot_number == number)
    known = w.tx.execute(sa.select(lot.c.id, lot.c.expires_on).where(same)).one_or_none()
    if known is not None and known.expires_on != expires_on:
        raise Conflict(
            f"Lot {number} is on the shelf with another expiry, {known.expires_on:%d-%b-%Y}. Look at the pack."
        )
    lot_id = known.id if known is not None else new_id()
    if known is None:
        w.tx.execute(
            sa.insert(lot)
            .inline()
            .values(
                id=lot_id,
                department_id=department_id,
                medicine_id=medicine_id,
                lot_number=number,
                expires_on=expires_on,
            )
        )
    return _move(w, lot_id, "received", quantity)


@action(permissions.STOCK_EDIT)
def count(w: Write, lot_id: UUID, version: int, found: Decimal, reason: str) -> Moved:
    """What was counted stands; the difference is an entry. Raises Invalid; Conflict when something moved meanwhile."""
    current = _current(w, lot_id, version)
    if found < 0:
        raise Invalid({"quantity": "Type how much is there."})
    if found == current:
        return Moved(lot_id, current)
    return _move(w, lot_id, "counted", found - current, _reason(reason))


@action(permissions.STOCK_EDIT)
def discard(w: Write, lot_id: UUID, version: int, reason: str) -> Moved:
    """Takes all of a lot off the shelf. Raises Invalid without a reason, Conflict when something moved meanwhile."""
    current = _current(w, lot_id, version)
    if current == 0:
        raise Conflict("This lot is empty already.")
    return _move(w, lot_id, "discarded", -current, _reason(reason))


@action(permissions.STOCK_EDIT)
def set_reorder_level(
    w: Write, department_id: UUID, medicine_id: UUID, version: int | None, quantity: Decimal
) -> Decimal:
    """When this pharmacy orders the medicine again; 0: never. `version` is None where no level was seen.

    Raises Invalid; Conflict when somebody else has set one meanwhile.
    """
    if not 0 <= quantity <= rules.MOST:
        raise Invalid({"quantity": "Type at how much it is ordered again, 0 for never."})
    level = reorder_level.c
    same = (level.department_id == department_id) & (level.medicine_id == medicine_id)
    known = w.tx.execute(sa.select(level.id, level.quantity, level.version).where(same)).one_or_none()
    if (known.version if known is not None else None) != version:
        theirs = {"quantity": known.quantity, "version": known.version} if known is not None else {}
        raise Conflict("Somebody else has set this reorder level meanwhile.", theirs)
    if known is None:
        w.tx.execute(
            sa.insert(reorder_level)
            .inline()
            .values(id=new_id(), department_id=department_id, medicine_id=medicine_id, quantity=quantity)
        )
        return quantity
    changed = w.tx.execute(
        sa.update(reorder_level)
        .where(level.id == known.id, level.version == version)
        .values(quantity=quantity, version=known.version + 1)
    ).rowcount
    if not changed:
        raise Conflict("Somebody else has set this reorder level meanwhile.")
    return quantity


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason or len(reason) > rules.LONGEST_REASON:
        raise Invalid({"reason": f"Say why, in at most {rules.LONGEST_REASON} characters."})
    return reason


def _current(w: Write, lot_id: UUID, version: int) -> Decimal:
    row = w.tx.execute(sa.select(lot.c.on_hand, lot.c.version).where(lot.c.id == lot_id)).one_or_none()
    if row is None:
        raise Denied("This lot is not on your shelves.")
    if row.version != version:
        raise Conflict("This lot was moved meanwhile.", {"on_hand": row.on_hand, "version": row.version})
    on_hand: Decimal = row.on_hand
    return on_hand


def _move(w: Write, lot_id: UUID, kind: str, quantity: Decimal, reason: str = "") -> Moved:
    w.tx.execute(
        sa.insert(stock_move).inline().values(id=new_id(), lot_id=lot_id, kind=kind, quantity=quantity, reason=reason)
    )
    return Moved(lot_id, w.tx.execute(sa.select(lot.c.on_hand).where(lot.c.id == lot_id)).scalar_one())
