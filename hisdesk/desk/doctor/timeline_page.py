"""Everything that happened to a person, newest first, fetched page by page; one kind alone where asked. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from hisdesk.desk.doctor import words
from hisdesk.desk.doctor.events import KINDS, icon_of, word_of
from hisdesk.desk.doctor.record import Record
from hisdesk.desk.doctor.tab_page import TabPage
from hisdesk.desk.kit.cells import Cell
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.dates import show_date
from hisdesk.desk.kit.fields import Combo
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.paged import Direction, PagedModel
from hisdesk.desk.kit.panels import Panel
from hisdesk.desk.kit.states import EmptyState, OfflineState, Skeleton
from hisdesk.desk.kit.table import Column
from hisdesk.desk.kit.table_view import TableView
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.desk.kit.tokens import Status
from hisdesk.errors import UserError
from hisdesk.hospital.timeline.queries import Cursor, Event, page

PAGE = 50
WINDOW = 20_000
"""More than a person's whole life gives: pages are never left behind, so they need not be fetched backwards."""


class TimelinePage(TabPage):
    """A table of events with a filter by kind."""

    tables = frozenset(
        {
            *("patient", "patient_name", "visit", "allergy", "allergy_declaration", "document", "clinical_order"),
            *("note", "note_addendum", "diagnosis", "prescription", "prescription_line", "dispensing", "vital_signs"),
        }
    )

    def __init__(self, desk: Desk, record: Record) -> None:
        super().__init__(desk, record)
        self.model: PagedModel[Event] | None = None
        self.table: TableView[Event] | None = None
        self.kinds = Combo()
        self.kinds.setAccessibleName("Kind of event")
        self.kinds.addItem("All kinds", None)
        for kind, (title, _icon) in KINDS.items():
            self.kinds.addItem(title, kind)
        self.kinds.currentIndexChanged.connect(lambda _: self._another_kind())
        self.count = Label("", "small", "muted")
        self._lay_out()

    @property
    def kind(self) -> str | None:
        """The kind that is shown alone, None for all."""
        chosen = self.kinds.currentData()
        return str(chosen) if chosen is not None else None

    def read(self) -> None:
        """In place where rows are shown; from the newest otherwise."""
        if self.model is None and self.of is not None:
            self._make(self.of)
        elif self.model is not None:
            self.model.refresh()

    def forget(self) -> None:
        model, table, self.model, self.table = self.model, self.table, None, None
        if table is not None and model is not None:
            self._stack.removeWidget(table)
            table.hide()
            table.deleteLater()
            model.deleteLater()
        self.count.set_text("")

    def _lay_out(self) -> None:
        self._loading = Skeleton("Reading the timeline", row="row_two_line")
        self._loading.stop()
        self._empty = EmptyState("Nothing of this kind", "What happens appears here by itself.", icon="ph.clock")
        self._failed = OfflineState("The timeline could not be read", "", "Try again")
        self._failed.acted.connect(self._again)
        self._stack = QStackedWidget()
        for widget in (self._loading, self._empty, self._failed):
            self._stack.addWidget(widget)
        panel = Panel("", padded=False)
        panel.add(self._bar())
        panel.add(self._stack, 1)
        panel.set_footer(Label("Order: newest first", "small", "muted"), self.count)
        column = QVBoxLayout(self)
        page_inset = theme().space("page_padding")
        column.setContentsMargins(page_inset, theme().space("card_padding"), page_inset, theme().space("card_padding"))
        column.addWidget(panel)
        self.setFocusProxy(self.kinds)

    def _bar(self) -> QWidget:
        bar = self._top = QFrame()
        bar.setProperty("edge", "bottom")
        row = QHBoxLayout(bar)
        row.setContentsMargins(theme().space("card_padding"), 8, theme().space("card_padding"), 8)
        row.setSpacing(theme().space("inline_gap"))
        label = Label("Show", "body", "secondary")
        label.setBuddy(self.kinds)
        row.addWidget(label)
        row.addWidget(self.kinds)
        row.addStretch(1)
        follow(self._dress)
        return bar

    def _dress(self) -> None:
        self._top.setFixedHeight(theme().px("control") + 17)
        self.kinds.setMinimumWidth(theme().text_px(180))

    def _make(self, patient_id: UUID) -> None:
        kind = self.kind

        def fetch(tx: sa.Connection, after: Any, limit: int, _direction: Direction) -> Sequence[Event]:
            return page(tx, patient_id, after, size=limit, kinds=None if kind is None else (kind,)).events

        model = PagedModel(
            self.desk.tasks,
            _columns(),
            lambda event: event.key,
            lambda event: Cursor(event.at, event.key),
            fetch,
            page=PAGE,
            window=WINDOW,
            parent=self,
        )
        table = TableView(model, row_height="row_two_line")
        table.setAccessibleName("Timeline")
        self.model, self.table = model, table
        self._stack.addWidget(table)
        model.changed.connect(self._show)
        model.failed.connect(self._not_received)
        self._loading.start()
        self._stack.setCurrentWidget(self._loading)
        model.open()

    def _another_kind(self) -> None:
        self.forget()
        self.stale = True
        self.read_if_wanted()

    def _again(self) -> None:
        self.stale = True
        self.read_if_wanted()

    def _show(self) -> None:
        if self.model is None or self.table is None:
            return
        self._loading.stop()
        self.model.set_stale(False)
        number = len(self.model.rows)
        self.count.set_text(f"{self.model.shown_text} event{'s' if number != 1 else ''}")
        self._stack.setCurrentWidget(self.table if number else self._empty)

    def _not_received(self, error: UserError) -> None:
        self.stale = True
        self._loading.stop()
        if self.model is not None and self.model.rows:
            self.model.set_stale(True)  # the strip of the chart says since when
            return
        self._failed.set_words("The timeline could not be read", str(error))
        self._stack.setCurrentWidget(self._failed)


def _columns() -> tuple[Column[Event], ...]:
    return (
        Column("When", lambda e: words.moment(e.at), 120, "text", _when),
        Column("Kind", lambda e: word_of(e.kind), 136, "plain_chip", _kind),
        Column("What", lambda e: e.what, 300, "strong"),
        Column("Detail", lambda e: e.detail, 0, "wrap"),
        Column("By", lambda e: e.by, 200),
    )


def _when(event: Event) -> Cell:
    at = event.at.astimezone()
    return Cell(title=show_date(at.date()), subtitle=f"{at:%H:%M}")


def _kind(event: Event) -> Cell:
    return Cell(status=Status("neutral", icon_of(event.kind), word_of(event.kind)))
