"""What makes a QTableView one of ours: row heights, no grid, row hover, our delegate. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QTableView

from hisdesk.desk.kit.delegates import HOVERED, RowDelegate
from hisdesk.desk.kit.theme import follow, theme


class RowHover(QObject):
    """Tells the delegates which row is under the mouse, and repaints only the two rows that change."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view
        view.setMouseTracking(True)
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._set(self._view.indexAt(event.position().toPoint()).row())
        elif event.type() == QEvent.Type.Leave:
            self._set(-1)
        return False

    def _set(self, row: int) -> None:
        before = self._view.property(HOVERED)
        if before == row:
            return
        self._view.setProperty(HOVERED, row)
        for changed in (before, row):
            if changed is not None and changed >= 0:
                top, height = self._view.rowViewportPosition(changed), self._view.rowHeight(changed)
                self._view.viewport().update(0, top, self._view.viewport().width(), height)


class _TableDress(QObject):
    """Keeps the row and header heights of a table in step with the theme."""

    def __init__(self, view: QTableView, row: str) -> None:
        super().__init__(view)
        self._view, self._row = view, row
        follow(self.apply)

    def apply(self) -> None:
        rows = self._view.verticalHeader()
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(theme().px(self._row))
        self._view.horizontalHeader().setFixedHeight(theme().px("table_header"))
        self._view.viewport().update()


def dress_table(view: QTableView, row: str = "row") -> None:
    """Gives a table its look: fixed rows (`row`, `row_two_line`, `row_compact`), no grid, whole rows, row hover."""
    view.setShowGrid(False)
    view.setFrameShape(QTableView.Shape.NoFrame)
    view.setWordWrap(False)
    view.setAlternatingRowColors(False)
    view.setTabKeyNavigation(False)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.verticalHeader().hide()
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    header = view.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionsClickable(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    if view.itemDelegate().__class__ is QStyledItemDelegate:
        view.setItemDelegate(RowDelegate(view))
    RowHover(view)
    _TableDress(view, row)
