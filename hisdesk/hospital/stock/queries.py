"""What is on the shelves of the own pharmacies. stock.view."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access.figures import OWN, Figures
from hisdesk.access.permissions import MEDICINES_VIEW, STOCK_VIEW
from hisdesk.hospital.medicines.rules import strength_words
from hisdesk.hospital.medicines.tables import medicine
from hisdesk.hospital.stock.rules import EXPIRES_SOON, Lot
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


@dataclass(frozen=True)
class StockRow:
    """A medicine in one pharmacy, counted in its `unit`; `lots` are those not empty, what expires first at the top.

    `reorder_at` is None where nobody said when to order again; `level_version` then too.
    """

    medicine_id: UUID
    name: str
    form: str
    strength: str
    unit: str
    controlled: bool
    in_use: bool
    reorder_at: Decimal | None
    level_version: int | None
    lots: tuple[Lot, ...]

    @property
    def title(self) -> str:
        """As it stands on the pack."""
        return f"{self.name} {self.strength} {self.form}"


_STOCK = """
select m.id, m.name, m.form, m.unit, m.strength_value, m.strength_unit, m.strength_per, m.controlled, m.active,
    r.quantity as reorder_at, r.version as level_version,
    (select json_agg(json_build_array(l.id, l.lot_number, l.expires_on, l.on_hand::text, l.version)
                     order by l.expires_on, l.lot_number)
     from app.lot l where l.department_id = %(pharmacy)s and l.medicine_id = m.id and l.on_hand > 0) as lots
from app.medicine m
left join app.reorder_level r on r.medicine_id = m.id and r.department_id = %(pharmacy)s
where m.active or exists (
    select from app.lot l where l.department_id = %(pharmacy)s and l.medicine_id = m.id and l.on_hand > 0)
order by m.name, m.form, m.strength_value, m.id limit %(most)s
"""


def stock(tx: sa.Connection, department_id: UUID, *, most: int = MOST_SHOWN) -> list[StockRow]:
    """The whole formulary with what this pharmacy has of it, by name. One statement; medicines.view too."""
    rows = tx.exec_driver_sql(_STOCK, {"pharmacy": department_id, "most": most})
    return [
        StockRow(
            row.id, row.name, row.form, _strength(row), row.unit, row.controlled, row.active, row.reorder_at,
            row.level_version, tuple(_listed(row.id, each) for each in row.lots or ()),
        )
        for row in rows
    ]  # fmt: skip


def _listed(medicine_id: UUID, row: list[object]) -> Lot:
    key, number, expires, on_hand, version = row
    return Lot(
        UUID(str(key)), medicine_id, str(number), dt.date.fromisoformat(str(expires)), Decimal(str(on_hand)),
        int(str(version)),
    )  # fmt: skip


def _lot(row: sa.Row[tuple[object, ...]]) -> Lot:
    return Lot(row.id, row.medicine_id, row.lot_number, row.expires_on, row.on_hand, row.version)


def _strength(row: sa.Row[tuple[object, ...]]) -> str:
    return strength_words(row.strength_value, row.strength_unit, row.strength_per, row.unit)


LOT_FIGURES = Figures(
    f"""select count(*) filter (where l.expires_on >= app.today()) as lots_soon,
            count(*) filter (where l.expires_on < app.today()) as lots_expired,
            (array_agg(m.name order by l.expires_on, m.name) filter (where l.expires_on >= app.today()))[1]
                as lots_first, min(l.expires_on) filter (where l.expires_on >= app.today()) as lots_first_on
        from app.lot l join app.medicine m on m.id = l.medicine_id
        where l.department_id = {OWN} and l.on_hand > 0 and l.expires_on < app.today() + {EXPIRES_SOON.days}""",
    (STOCK_VIEW, MEDICINES_VIEW),
    ("lot",),
)
"""Lots on the own shelves that expire soon, and those that have expired."""

REORDER_FIGURES = Figures(
    f"""select count(*) as medicines_low, count(*) filter (where x.on_hand = 0) as medicines_out
        from (select r.quantity, coalesce((
                  select sum(l.on_hand) from app.lot l where l.department_id = r.department_id
                      and l.medicine_id = r.medicine_id and l.expires_on >= app.today()), 0) as on_hand
              from app.reorder_level r where r.department_id = {OWN} and r.quantity > 0) x
        where x.on_hand <= x.quantity""",
    (STOCK_VIEW,),
    ("lot", "reorder_level"),
)
"""Medicines of which the own pharmacies have no more than the level at which to order again; 0 is no level."""
