"""The shelves that stock screens show: which pharmacy's, read as a whole, and what is typed about them. GUI thread."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from PySide6.QtWidgets import QWidget

from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.fields import Combo
from hisdesk.desk.kit.list_screen import ListScreen
from hisdesk.desk.pharmacy.words import quantity_typed
from hisdesk.hospital.departments.queries import Department, departments
from hisdesk.hospital.stock import queries, rules
from hisdesk.hospital.stock.queries import StockRow
from hisdesk.live.topics import department_topic


class Shelves:
    """One pharmacy's; somebody who works in several chooses which."""

    def __init__(self, desk: Desk, owner: QWidget) -> None:
        self._desk, self._owner = desk, owner
        self.department: UUID | None = next(iter(desk.actor.departments), None)
        self.topics = frozenset(
            department_topic(d, table) for d in desk.actor.departments for table in ("lot", "reorder_level")
        )

    def read(self, tx: sa.Connection) -> list[StockRow]:
        """The formulary with its lots; nothing for somebody without a department."""
        return queries.stock(tx, self.department) if self.department is not None else []

    def why_not(self, _row: StockRow | None) -> str:
        """Why nothing can be written; "" when it can."""
        return "" if self.department is not None else "Your account belongs to no pharmacy"

    def offer_choice(self, shown: ListScreen[Any] | None) -> None:
        """In the header of the list, where there is more than one pharmacy."""
        mine = list(self._desk.actor.departments)
        if shown is None or len(mine) < 2:
            return
        combo = Combo(shown)
        combo.setAccessibleName("Pharmacy")
        combo.activated.connect(lambda place: self._choose(shown, combo.itemData(place)))
        shown.add_to_header(combo)
        self._desk.tasks.read(
            self._owner, lambda tx: departments(tx, ids=mine, inactive=True), partial(self._named, combo), slot="names"
        )

    def _named(self, combo: Combo, found: list[Department]) -> None:
        for each in found:
            combo.addItem(each.name, each.id)
        combo.setCurrentIndex(max(0, combo.findData(self.department)))

    def _choose(self, shown: ListScreen[Any], department: UUID) -> None:
        self.department = department
        shown.read_again()


def quantity_problem(text: str, *, zero: bool = False) -> str | None:
    """What is wrong with a quantity as it was typed, or None."""
    value = quantity_typed(text)
    if value is None or value > rules.MOST:
        return "Type a number with at most two digits behind the point"
    return None if value > 0 or zero else "Type how much, more than nothing"
