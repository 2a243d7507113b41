"""The permission grid: modules down, acts across; Space toggles, + and − mark what is not in force yet. GUI thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from hisdesk.access import grants
from hisdesk.access.administration import Cell as Grant
from hisdesk.desk.kit import paint
from hisdesk.desk.kit.cells import Cell, Check
from hisdesk.desk.kit.delegates import CheckDelegate, Index, RowDelegate
from hisdesk.desk.kit.table import Column, ListModel
from hisdesk.desk.kit.table_view import TableView
from hisdesk.desk.kit.theme import theme

ACT_WIDTH = 66


@dataclass(frozen=True)
class GridRow:
    """One module, or the heading of a group."""

    key: str
    title: str
    heading: bool = False
    grants: Mapping[str, Grant] = field(default_factory=dict)
    checks: Mapping[str, Check] = field(default_factory=dict)


def grid_rows(role: str, cells: Sequence[Grant], pending: Mapping[str, bool]) -> list[GridRow]:
    """The grid of a role with what was toggled and is not in force yet."""
    by_module: dict[str, dict[str, Grant]] = {}
    for cell in cells:
        by_module.setdefault(cell.module, {})[cell.act] = cell
    order = list(grants.MODULES)
    modules = sorted(by_module, key=lambda m: (order.index(m) if m in order else 99, m))
    rows: list[GridRow] = []
    for group in grants.GROUPS:
        inside = [module for module in modules if grants.group(module) == group]
        if inside:
            rows.append(GridRow(f"group {group}", group, heading=True))
        for module in inside:
            checks = {act: _check(role, cell, pending) for act, cell in by_module[module].items()}
            rows.append(GridRow(module, grants.title(module), False, by_module[module], checks))
    return rows


def _check(role: str, cell: Grant, pending: Mapping[str, bool]) -> Check:
    wanted = pending.get(grants.name(cell))
    on = cell.granted if wanted is None else wanted
    change = "" if wanted is None else "-" if not wanted else "!" if grants.is_clinical_danger(role, cell) else "+"
    return Check(on, change, fixed(cell))


def fixed(cell: Grant) -> str:
    """Who fixed a cell and why, as a sentence; "" when it can be changed."""
    if not cell.fixed_because:
        return ""
    return f"Fixed by the hospital, {'allowed' if cell.granted else 'not allowed'}: {cell.fixed_because}"


def _act(act: str) -> Column[GridRow]:
    def check(row: GridRow) -> Check:
        return row.checks.get(act, Check(applies=False))

    def words(row: GridRow) -> str:
        cell = row.grants.get(act)
        if cell is None:
            return ""
        return f"{grants.words(cell)}. {fixed(cell) or cell.meaning.capitalize()}"

    def drawn(row: GridRow) -> Cell:
        state = Cell(check=check(row)).spoken
        return Cell(check=check(row), spoken=f"{row.title}, {act}: {state}")

    return Column(act.capitalize(), lambda row: "", ACT_WIDTH, "check", drawn, words)


COLUMNS: list[Column[GridRow]] = [Column("Module", lambda row: row.title, 0), *map(_act, grants.ACTS)]


class GridModel(ListModel[GridRow]):
    """Headings cannot be entered."""

    def flags(self, index: Index) -> Qt.ItemFlag:
        row = self.row_at(index)
        if row is None or row.heading:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class HeadingDelegate(RowDelegate):
    """The heading of a group, across the whole row."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect = QRectF(option.rect)
        painter.save()
        painter.fillRect(rect, theme().colour("surface.sunken"))
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), theme().colour("border.hairline"))
        inner = paint.visual(rect.adjusted(12, 0, -8, -1), rect, option.direction)
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        ink = theme().colour("text.secondary")
        paint.line(painter, inner, text, theme().font("small_strong"), ink, paint.leading(option.direction))
        painter.restore()


class Grid(TableView[GridRow]):
    """`toggled(Grant)` on Space or a click, `looked_at(Grant or None)` as the cursor moves."""

    toggled = Signal(object)
    looked_at = Signal(object)

    def __init__(self) -> None:
        self.grid_model = GridModel(COLUMNS, lambda row: row.key)
        super().__init__(self.grid_model, row_height="row_compact")
        self.setAccessibleName("Permissions of the role")
        self._headings = HeadingDelegate(self)
        for place in range(1, len(COLUMNS)):
            delegate = self.itemDelegateForColumn(place)
            if isinstance(delegate, CheckDelegate):
                delegate.toggled.connect(self._toggle)
        self.selectionModel().currentChanged.connect(lambda index, _before: self.looked_at.emit(self.grant_at(index)))

    def show_rows(self, rows: Sequence[GridRow]) -> None:
        """Shows a grid; the cursor stays where it is."""
        self.grid_model.set_rows(rows, flash=False)
        for place, row in enumerate(rows):
            across = len(COLUMNS) if row.heading else 1
            if self.columnSpan(place, 0) != across:
                self.setSpan(place, 0, 1, across)
            self.setItemDelegateForRow(place, self._headings if row.heading else None)  # type: ignore[arg-type]
        if not self.currentIndex().isValid():
            first = next((place for place, row in enumerate(rows) if not row.heading), None)
            if first is not None:
                self.setCurrentIndex(self.grid_model.index(first, 1))

    def go_to(self, module: str, act: str) -> None:
        """Puts the cursor on a permission."""
        place = self.grid_model.place_of(module)
        if place is not None:
            self.setCurrentIndex(self.grid_model.index(place, 1 + grants.ACTS.index(act)))

    def grant_at(self, index: Index) -> Grant | None:
        """The permission of a cell, None for the module's name and where there is none."""
        row = self.grid_model.row_at(index)
        if row is None or index.column() < 1:
            return None
        return row.grants.get(grants.ACTS[index.column() - 1])

    def _toggle(self, index: QModelIndex) -> None:
        grant = self.grant_at(index)
        if grant is not None:
            self.toggled.emit(grant)
