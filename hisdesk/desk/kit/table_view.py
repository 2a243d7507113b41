"""The view of a table: its look, its keys, and that rows do not jump away while somebody reads them. GUI thread."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QApplication, QHeaderView, QTableView, QWidget

from hisdesk.desk.kit import delegates
from hisdesk.desk.kit.paged import PagedModel
from hisdesk.desk.kit.table import RowsModel
from hisdesk.desk.kit.table_look import dress_table
from hisdesk.desk.kit.theme import follow, theme

Row = TypeVar("Row")


LEAST_STRETCHED = 112


class TableView(QTableView, Generic[Row]):
    """Shows a `RowsModel`. `opened(row)` on Enter or double click, `chosen(row or None)` for another selected row."""

    opened = Signal(object)
    chosen = Signal(object)

    def __init__(self, model: RowsModel[Row], *, row_height: str = "row", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = model
        self._anchor: tuple[Hashable, int] | None = None
        self._told: Hashable | None = None
        dress_table(self, row_height)
        self.setModel(model)
        self._delegates = [_delegate(column.kind, self) for column in model.columns]
        for place, delegate in enumerate(self._delegates):
            self.setItemDelegateForColumn(place, delegate)
        follow(self._set_widths)
        model.about_to_change.connect(self._remember_place)
        model.changed.connect(self._restore_place)
        self.selectionModel().currentRowChanged.connect(lambda *_: self._tell())
        self.doubleClicked.connect(lambda index: self._open(index))
        if isinstance(model, PagedModel):
            self.verticalScrollBar().valueChanged.connect(lambda _: self._near_an_edge())
            model.loading.connect(self._page_came, Qt.ConnectionType.QueuedConnection)

    @property
    def row(self) -> Row | None:
        """The selected row."""
        return self._rows.row_at(self.currentIndex())

    def select(self, key: Hashable) -> bool:
        """Selects the row with this key; returns whether it is there."""
        place = self._rows.place_of(key)
        if place is None:
            return False
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(self._rows.index(place, 0), flags)
        return True

    def select_first(self) -> None:
        """Selects the first row when none is selected."""
        # Qt makes the first cell current when an empty table has the focus, without selecting its row
        if self._rows.rows and (self.row is None or not self.selectionModel().hasSelection()):
            self.select(self._rows.key(self.row if self.row is not None else self._rows.rows[0]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._open(self.currentIndex())
        elif event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        elif event.text().isprintable() and event.text().strip() and not event.modifiers():
            event.ignore()  # letters are not commands, and no hidden search either
        else:
            super().keyPressEvent(event)

    # -- inside -------------------------------------------------------------------------------------------------

    def _open(self, index: QModelIndex) -> None:
        row = self._rows.row_at(index)
        if row is not None:
            self.opened.emit(row)

    def _copy(self) -> None:
        row = self.row
        if row is not None:
            QApplication.clipboard().setText("\t".join(column.value(row) for column in self._rows.columns))

    def _tell(self) -> None:
        row = self.row
        self._told = self._rows.key(row) if row is not None else None
        self.chosen.emit(row)

    def _set_widths(self) -> None:
        header = self.horizontalHeader()
        header.setMinimumSectionSize(theme().text_px(40))
        for place, column in enumerate(self._rows.columns):
            if column.width:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Interactive)
                header.resizeSection(place, theme().text_px(column.width))
        self._fit_stretched()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_stretched()

    def _fit_stretched(self) -> None:
        """The column without a width takes the rest, but stays readable: then the list scrolls sideways."""
        header, columns = self.horizontalHeader(), self._rows.columns
        rest = self.viewport().width() - sum(theme().text_px(column.width) for column in columns)
        least = theme().text_px(LEAST_STRETCHED)
        for place, column in enumerate(columns):
            if column.width:
                continue
            header.setSectionResizeMode(
                place, QHeaderView.ResizeMode.Stretch if rest >= least else QHeaderView.ResizeMode.Interactive
            )
            if rest < least:
                header.resizeSection(place, least)

    def _remember_place(self) -> None:
        """Notes which row is at the top. At the very top nothing is held: new first rows should be seen."""
        bar = self.verticalScrollBar()
        place = self.rowAt(0)
        self._anchor = None
        if bar.value() > bar.minimum() and 0 <= place < len(self._rows.rows):
            self._anchor = (self._rows.key(self._rows.rows[place]), self.rowViewportPosition(place))

    def _restore_place(self) -> None:
        if self._anchor is not None:
            key, offset = self._anchor
            place = self._rows.place_of(key)
            if place is not None:
                self.updateGeometries()
                bar = self.verticalScrollBar()
                bar.setValue(bar.value() + self.rowViewportPosition(place) - offset)
        row = self.row
        if row is not None and self._rows.key(row) == self._told:
            self.chosen.emit(row)  # the same row may say something else now
        elif row is None and self._told is not None:
            self._tell()

    def _page_came(self, loading: bool) -> None:
        if not loading:
            self._near_an_edge()

    def _near_an_edge(self) -> None:
        """Asks for the next page before its place is reached, and after a page came while another was wanted."""
        model, bar, near = self._rows, self.verticalScrollBar(), self.viewport().height()
        if not isinstance(model, PagedModel):
            return
        self.updateGeometries()
        if bar.value() >= bar.maximum() - near and model.canFetchMore():
            model.fetchMore()
        elif bar.value() <= near:
            model.fetch_above()


def _delegate(kind: str, parent: QWidget) -> delegates.RowDelegate:
    if kind == "person":
        return delegates.PersonDelegate(parent)
    if kind in ("chip", "plain_chip"):
        return delegates.ChipDelegate(parent, boxed=kind == "chip")
    if kind == "number":
        return delegates.NumberUnitDelegate(parent)
    if kind == "check":
        return delegates.CheckDelegate(parent)
    strong, identifier = kind.startswith("strong"), kind.endswith("identifier")
    return delegates.TextDelegate(parent, wrap=kind == "wrap", strong=strong, identifier=identifier)
