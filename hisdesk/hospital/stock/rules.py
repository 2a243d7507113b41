"""Which lots a quantity is taken from, and what may be received. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from hisdesk.errors import Invalid

NONE = Decimal(0)
LONGEST_LOT_NUMBER = 40
LONGEST_REASON = 200
MOST = Decimal(9_999_999)
"""As much as a lot can hold, in the medicine's counting unit."""
EXPIRES_SOON = dt.timedelta(days=30)


@dataclass(frozen=True)
class Lot:
    """One lot on the shelf; `on_hand` in the medicine's counting unit."""

    id: UUID
    medicine_id: UUID
    lot_number: str
    expires_on: dt.date
    on_hand: Decimal
    version: int = 1

    def expired(self, today: dt.date) -> bool:
        """A lot may be given on the day it expires, not after it."""
        return self.expires_on < today


@dataclass(frozen=True)
class Take:
    """So much of one lot."""

    lot_id: UUID
    quantity: Decimal


def in_order(lots: Iterable[Lot]) -> list[Lot]:
    """Earliest expiry first, then by number."""
    return sorted(lots, key=lambda lot: (lot.expires_on, lot.lot_number))


def split(lots: Iterable[Lot], wanted: Decimal, today: dt.date) -> tuple[Take, ...]:
    """A quantity over the lots that expire first (GS1 AI 17), never an expired one; less where it is short."""
    takes: list[Take] = []
    for lot in in_order(lots):
        left = wanted - sum((take.quantity for take in takes), NONE)
        quantity = min(left, lot.on_hand)
        if quantity > 0 and not lot.expired(today):
            takes.append(Take(lot.id, quantity))
    return tuple(takes)


def usable(lots: Iterable[Lot], today: dt.date) -> Decimal:
    """How much has not expired."""
    return sum((lot.on_hand for lot in lots if not lot.expired(today)), NONE)


def next_expiry(lots: Iterable[Lot], today: dt.date) -> dt.date | None:
    """When the first lot that has not expired will; None without one."""
    return min((lot.expires_on for lot in lots if not lot.expired(today) and lot.on_hand > 0), default=None)


def expires_soon(lot: Lot, today: dt.date) -> bool:
    """Whether a lot expires within a month, today included."""
    return not lot.expired(today) and lot.expires_on < today + EXPIRES_SOON


def to_order(on_hand: Decimal, reorder_at: Decimal | None) -> bool:
    """Whether it is time to order again: no more there than the reorder level; 0 or none is no level."""
    return bool(reorder_at) and on_hand <= (reorder_at or NONE)


def passed_over(lots: Sequence[Lot], takes: Iterable[Take], today: dt.date) -> Lot | None:
    """A lot that would be left although it expires before one that is taken from; None: all is in order."""
    taken = {take.lot_id: take.quantity for take in takes if take.quantity > 0}
    if not taken:
        return None
    last = max(lot.expires_on for lot in lots if lot.id in taken)
    for lot in in_order(lots):
        rest = lot.on_hand - taken.get(lot.id, NONE)
        if rest > 0 and not lot.expired(today) and lot.expires_on < last:
            return lot
    return None


def checked_receipt(lot_number: str, expires_on: dt.date, quantity: Decimal, today: dt.date) -> str:
    """The lot number as it is stored. Raises Invalid by field."""
    number = " ".join(lot_number.split()).upper()
    problems = {}
    if not number or len(number) > LONGEST_LOT_NUMBER:
        problems["lot_number"] = f"Type the number on the pack, at most {LONGEST_LOT_NUMBER} characters."
    if expires_on < today:
        problems["expires_on"] = "This lot has expired. It cannot be received."
    if not 0 < quantity <= MOST:
        problems["quantity"] = "Type how much is received, more than nothing."
    if problems:
        raise Invalid(problems)
    return number
