"""What is on the shelves of the own pharmacies. stock.view."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from hisdesk.hospital.medicines.tables import medicine
from hisdesk.hospital.stock.rules import Lot
from hisdesk.hospital.stock.tables import lot

MOST_SHOWN = 1_000


@dataclass(frozen=True)
class ShelfRow:
    """A lot with the name of what is in it, in words of the formulary's `unit`."""

    lot: Lot
    name: str
    form: str
    strength: str
    unit: str


def shelf(tx: sa.Connection, department_id: UUID) -> list[ShelfRow]:
    """Every lot that is not empty, by name, then expiry; at most 1,000."""
    rows = tx.execute(
        sa.select(lot, medicine.c.name, medicine.c.form, medicine.c.unit, medicine.c.strength_value,
                  medicine.c.strength_unit, medicine.c.strength_per)
        .join(medicine, medicine.c.id == lot.c.medicine_id)
        .where(lot.c.department_id == department_id, lot.c.on_hand > 0)
        .order_by(medicine.c.name, lot.c.expires_on, lot.c.lot_number)
        .limit(MOST_SHOWN)
    )  # fmt: skip
    return [ShelfRow(_lot(row), row.name, row.form, _strength(row), row.unit) for row in rows]


def _lot(row: sa.Row[tuple[object, ...]]) -> Lot:
    return Lot(row.id, row.medicine_id, row.lot_number, row.expires_on, row.on_hand, row.version)


def _strength(row: sa.Row[tuple[object, ...]]) -> str:
    plain = f"{_number(row.strength_value)} {row.strength_unit}"
    return plain if row.strength_per == 1 else f"{plain} in {_number(row.strength_per)} {row.unit}"


def _number(value: Decimal) -> str:
    """Without trailing zeros, never in powers of ten."""
    return f"{value.normalize():f}"
