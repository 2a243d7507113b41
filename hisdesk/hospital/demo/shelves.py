"""What the demo's pharmacy has on its shelves: most of everything in two lots, some short, some expired. Made up."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from hisdesk.access.action import new_id
from hisdesk.hospital.departments.tables import department
from hisdesk.hospital.medicines.tables import medicine
from hisdesk.hospital.stock.tables import lot, reorder_level, stock_move

_SHORT = ("salbutamol", "prednisolone")
_EXPIRED = ("amoxicillin", "ibuprofen", "paracetamol")


def fill(tx: sa.Connection, seed: int = 5) -> int:
    """Lots of every medicine, received at once; every third has a reorder level. How many lots."""
    draw = random.Random(seed)  # noqa: S311 (made-up data)
    pharmacy = tx.execute(sa.select(department.c.id).where(department.c.code == "PHAR")).scalar_one()
    today: dt.date = tx.execute(sa.select(sa.func.app.today())).scalar_one()
    lots: list[dict[str, Any]] = []
    moves: list[dict[str, Any]] = []
    levels: list[dict[str, Any]] = []

    def receive(medicine_id: object, days: int, quantity: int) -> None:
        key = new_id()
        number = f"{draw.choice('ABCDFHKLMPRSTX')}{draw.choice('ABCDFHKLMPRSTX')}-{draw.randrange(1000, 9999)}"
        expires = today + dt.timedelta(days)
        lots.append(
            {"id": key, "department_id": pharmacy, "medicine_id": medicine_id, "lot_number": number,
             "expires_on": expires}
        )  # fmt: skip
        moves.append({"id": new_id(), "lot_id": key, "kind": "received", "quantity": Decimal(quantity)})

    for each in tx.execute(sa.select(medicine.c.id, medicine.c.name).order_by(medicine.c.name, medicine.c.id)):
        if each.name in _SHORT or draw.random() < 1 / 3:
            level = Decimal(draw.choice((20, 30, 60)))
            levels.append(
                {"id": new_id(), "department_id": pharmacy, "medicine_id": each.id, "quantity": level}
            )  # fmt: skip
        if each.name in _SHORT:
            receive(each.id, draw.randrange(60, 200), 3)
            continue
        receive(each.id, draw.randrange(20, 120), draw.randrange(4, 30))
        receive(each.id, draw.randrange(200, 900), draw.randrange(200, 1500))
        if each.name in _EXPIRED:
            receive(each.id, -draw.randrange(5, 40), draw.randrange(5, 20))
    tx.execute(sa.insert(lot).inline(), lots)
    tx.execute(sa.insert(stock_move).inline(), moves)
    tx.execute(sa.insert(reorder_level).inline(), levels)
    return len(lots)
