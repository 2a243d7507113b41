"""What the demo's pharmacy handed out in the past: from lots empty now, some split, a few taken back. Made up."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access.action import new_id
from hisdesk.hospital.dispensings.tables import dispensing, dispensing_item
from hisdesk.hospital.staff.tables import staff
from hisdesk.hospital.stock.tables import lot, stock_move

Row = dict[str, Any]
_PHARMACISTS = ("6201", "6202")
_QUARTER = 91  # days that a lot lasts
_LASTS = dt.timedelta(days=540)
_REASON = "Handed to somebody else of the same name"
_LATER = dt.timedelta(minutes=5)


class _Shelves:
    """The lots of the past; each was received as a whole and is used up."""

    def __init__(self, pharmacy: UUID, draw: random.Random) -> None:
        self._pharmacy, self._draw = pharmacy, draw
        self.lots: dict[tuple[UUID, int], Row] = {}
        self.taken: dict[UUID, Decimal] = defaultdict(Decimal)

    def take(self, medicine_id: UUID, day: dt.date, quantity: Decimal) -> UUID:
        """So much of the lot that was open on this day."""
        quarter = day.toordinal() // _QUARTER
        kept = self.lots.setdefault((medicine_id, quarter), self._lot(medicine_id, quarter))
        self.taken[kept["id"]] += quantity
        key: UUID = kept["id"]
        return key

    def _lot(self, medicine_id: UUID, quarter: int) -> Row:
        opened = dt.date.fromordinal(quarter * _QUARTER)
        letters = "".join(self._draw.choice("ABCDFHKLMPRSTX") for _ in range(2))
        return {
            "id": new_id(),
            "department_id": self._pharmacy,
            "medicine_id": medicine_id,
            "lot_number": f"{letters}-{quarter % 100:02}{self._draw.randrange(100, 999)}",
            "expires_on": opened + _LASTS,
            "first_received_at": dt.datetime.combine(opened, dt.time(7), dt.UTC),
        }

    def moves(self) -> list[Row]:
        """Each lot received and used up."""
        received = {row["id"]: row["first_received_at"] for row in self.lots.values()}
        return [
            {"id": new_id(), "lot_id": key, "kind": kind, "quantity": sign * total, "moved_at": received[key]}
            for kind, sign in (("received", 1), ("dispensed", -1))
            for key, total in self.taken.items()
        ]


def hand_out(tx: sa.Connection, heads: list[Row], lines: list[Row], draw: random.Random) -> int:
    """Entries for prescriptions that are dispensed already. How many; the transaction writes a batch."""
    numbers = staff.c.employee_number.in_(_PHARMACISTS)
    people = list(tx.execute(sa.select(staff.c.id).where(numbers).order_by(staff.c.employee_number)).scalars())
    if not heads or not people:
        return 0
    shelves = _Shelves(heads[0]["department_id"], draw)
    by_prescription: dict[UUID, list[Row]] = defaultdict(list)
    for line in lines:
        by_prescription[line["prescription_id"]].append(line)
    entries: list[Row] = []
    items: list[Row] = []
    for head in heads:
        made, contents = _entry(head, by_prescription[head["id"]], draw.choice(people), shelves, draw)
        entries += made
        items += contents
    tx.execute(sa.insert(lot).inline(), list(shelves.lots.values()))
    tx.execute(sa.insert(stock_move).inline(), shelves.moves())
    tx.execute(sa.insert(dispensing).inline(), entries)
    tx.execute(sa.insert(dispensing_item).inline(), items)
    return len(entries)


def _entry(
    head: Row, lines: list[Row], by: UUID, shelves: _Shelves, draw: random.Random
) -> tuple[list[Row], list[Row]]:
    """One hand-over; now and then one before it that was taken back."""
    at: dt.datetime = head["done_at"]
    parts = [part for line in lines for part in _parts(line, at.date(), shelves, draw)]
    entries = [_head(head, by, at)]
    if draw.random() < 0.03:
        wrong = _head(head, by, at - 2 * _LATER)
        entries = [wrong, _head(head, by, at - _LATER, wrong["id"]), *entries]
    items = [{**part, "id": new_id(), "dispensing_id": entry["id"]} for entry in entries for part in parts]
    return entries, items


def _head(head: Row, by: UUID, at: dt.datetime, reverses: UUID | None = None) -> Row:
    return {
        "id": new_id(),
        "prescription_id": head["id"],
        "reverses": reverses,
        "reason": _REASON if reverses else "",
        "dispensed_at": at,
        "dispensed_by": by,
    }


def _parts(line: Row, day: dt.date, shelves: _Shelves, draw: random.Random) -> list[Row]:
    """A line out of one lot, now and then out of two."""
    quantity = Decimal(line["quantity"])
    first = Decimal(draw.randrange(1, int(quantity))) if quantity > 4 and draw.random() < 0.1 else quantity
    taken = (
        ((day - dt.timedelta(days=_QUARTER), first), (day, quantity - first)) if first < quantity else ((day, first),)
    )
    return [
        {"line_id": line["id"], "lot_id": shelves.take(line["medicine_id"], each, part), "quantity": part}
        for each, part in taken
    ]
