"""Tables over frozen rows: columns are described by real callables, updates keep selection and place by key."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal, Slot

from hisdesk.desk.kit.cells import Cell, CellRole, FlashRole, StaleRole
from hisdesk.desk.kit.theme import theme

Row = TypeVar("Row")
Kind = Literal[
    "text", "strong", "identifier", "strong_identifier", "wrap", "person", "chip", "plain_chip", "number", "check"
]
Index = QModelIndex | QPersistentModelIndex
COUNT_STOP = 1_000


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column. `value` is the text that is shown, filtered and copied; `cell` adds what a delegate draws."""

    title: str
    value: Callable[[Row], str]
    width: int = 0
    """Logical pixels at normal text size; 0 shares what is left."""
    kind: Kind = "text"
    """How it is drawn; `text` and its like need no `cell`."""
    cell: Callable[[Row], Cell] | None = None
    tooltip: Callable[[Row], str] | None = None


def count_text(number: int, *, more: bool = False) -> str:
    """A count as people see it: exact up to 1,000, then "1,000+"."""
    if number > COUNT_STOP or (number == COUNT_STOP and more):
        return f"{COUNT_STOP:,}+"
    return f"{number:,}+" if more else f"{number:,}"


class RowsModel(QAbstractTableModel, Generic[Row]):
    """Rows under columns. Subclasses decide where rows come from and keep `_rows` and `_keys` in step."""

    about_to_change = Signal()
    changed = Signal()

    def __init__(
        self, columns: Sequence[Column[Row]], key: Callable[[Row], Hashable], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.key = key
        self._rows: list[Row] = []
        self._keys: list[Hashable] = []
        self._stale = False
        self._flashes: dict[Hashable, float] = {}
        self._flash_timer = QTimer(self, interval=100)
        self._flash_timer.timeout.connect(self._fade)

    # -- what Qt asks -------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own signature)
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own signature)
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGN.get(self.columns[section].kind, _LEADING)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row, column = self._rows[index.row()], self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.value(row)
        if role == CellRole:
            return column.cell(row) if column.cell else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGN.get(column.kind, _LEADING)
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tooltip(row) if column.tooltip else None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            cell = column.cell(row) if column.cell else None
            return (cell.spoken if cell else "") or column.value(row)
        if role == FlashRole:
            return self.flash(self._keys[index.row()])
        if role == StaleRole:
            return self._stale
        return None

    # -- what screens ask ---------------------------------------------------------------------------------------

    @property
    def rows(self) -> Sequence[Row]:
        """The rows that are loaded, in order."""
        return self._rows

    def row_at(self, index: Index) -> Row | None:
        """The row of an index, None for an invalid one."""
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def place_of(self, key: Hashable) -> int | None:
        """Where the row with this key is, None when it is not loaded."""
        return self._keys.index(key) if key in self._keys else None

    def set_stale(self, stale: bool) -> None:
        """Muted rows: what they say may no longer be true."""
        if stale != self._stale:
            self._stale = stale
            self._repaint()

    @property
    def stale(self) -> bool:
        return self._stale

    def flash(self, key: Hashable) -> float:
        """How much of the change's tint is left, 1.0 to 0.0."""
        began = self._flashes.get(key)
        return (
            max(0.0, 1.0 - (time.monotonic() - began) * 1000 / max(1, theme().motion("row_flash_ms")))
            if began is not None
            else 0.0
        )

    # -- inside -------------------------------------------------------------------------------------------------

    def _update(self, rows: Sequence[Row], *, flash: bool) -> int:
        """Goes from the old rows to the new with the fewest changes. Returns how many are new or different."""
        new = list(rows)
        keys = [self.key(row) for row in new]
        if len(set(keys)) != len(keys):
            raise ValueError("two rows have the same key")
        self.about_to_change.emit()
        before = dict(zip(self._keys, self._rows, strict=True))
        self._remove_missing(set(keys))
        self._reorder([key for key in keys if key in before])
        self._insert_missing(new, keys)
        differing = [i for i, key in enumerate(keys) if before.get(key) != new[i]]
        self._rows = new
        for i in differing:
            self.dataChanged.emit(self.index(i, 0), self.index(i, len(self.columns) - 1))
        if flash and before:
            self._begin_flash([keys[i] for i in differing])
        self.changed.emit()
        return len(differing)

    def _remove_missing(self, wanted: set[Hashable]) -> None:
        last = len(self._keys)
        while last > 0:
            if self._keys[last - 1] in wanted:
                last -= 1
                continue
            first = last
            while first > 0 and self._keys[first - 1] not in wanted:
                first -= 1
            self._cut(first, last)
            last = first

    def _cut(self, first: int, last: int) -> None:
        """Removes the rows [first, last)."""
        self.beginRemoveRows(QModelIndex(), first, last - 1)
        del self._keys[first:last], self._rows[first:last]
        self.endRemoveRows()

    def _put(self, at: int, rows: Sequence[Row]) -> None:
        """Inserts rows before place `at`."""
        if rows:
            self.beginInsertRows(QModelIndex(), at, at + len(rows) - 1)
            self._rows[at:at] = rows
            self._keys[at:at] = [self.key(row) for row in rows]
            self.endInsertRows()

    def _reorder(self, keys: list[Hashable]) -> None:
        """Puts the remaining rows in this order; selection and current row go along."""
        if keys == self._keys:
            return
        self.layoutAboutToBeChanged.emit()
        place = {key: i for i, key in enumerate(keys)}
        old = self.persistentIndexList()
        new = [self.index(place[self._keys[i.row()]], i.column()) for i in old]
        rows = dict(zip(self._keys, self._rows, strict=True))
        self._keys, self._rows = keys, [rows[key] for key in keys]
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def _insert_missing(self, rows: list[Row], keys: list[Hashable]) -> None:
        at = 0
        while at < len(keys):
            if at < len(self._keys) and self._keys[at] == keys[at]:
                at += 1
                continue
            end = at
            stop = self._keys[at] if at < len(self._keys) else None
            has_stop = at < len(self._keys)
            while end < len(keys) and not (has_stop and keys[end] == stop):
                end += 1
            self._put(at, rows[at:end])
            at = end

    def _begin_flash(self, keys: list[Hashable]) -> None:
        now = time.monotonic()
        for key in keys:
            self._flashes[key] = now
        if keys:
            self._flash_timer.start()

    @Slot()
    def _fade(self) -> None:
        for key in list(self._flashes):
            if not self.flash(key):
                del self._flashes[key]
            place = self.place_of(key)
            if place is not None:
                self.dataChanged.emit(self.index(place, 0), self.index(place, len(self.columns) - 1))
        if not self._flashes:
            self._flash_timer.stop()

    def _repaint(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self.columns) - 1))


class ListModel(RowsModel[Row]):
    """A work list that fits in memory: give it all rows each time, it finds out what changed."""

    def set_rows(self, rows: Sequence[Row], *, flash: bool = True) -> int:
        """Shows these rows. Those that are new or different are tinted for 1.2 s. Returns how many that were."""
        return self._update(rows, flash=flash)


_LEADING = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_ALIGN = {
    "number": Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
    "check": Qt.AlignmentFlag.AlignCenter,
}
