"""The dispensing history of years: searched, page by page, printed again, taken back from a row. GUI thread."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.keys import Keys
from hisdesk.desk.kit.labels import Label, show_if
from hisdesk.desk.kit.list_screen import NARROW
from hisdesk.desk.kit.list_spec import Command
from hisdesk.desk.kit.notices import Notices
from hisdesk.desk.kit.paged import Direction, PagedModel
from hisdesk.desk.kit.panels import Panel
from hisdesk.desk.kit.preview import Preview
from hisdesk.desk.kit.states import EmptyState, ErrorState, Skeleton
from hisdesk.desk.kit.table_view import TableView
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.desk.pharmacy.entries import Entries, columns, preview
from hisdesk.desk.pharmacy.history_form import HistoryForm, meant
from hisdesk.errors import Invalid, SignedOut, UserError
from hisdesk.hospital.dispensings.queries import DispensedRow, HistoryPages, Wanted
from hisdesk.hospital.medicines import queries as medicines
from hisdesk.hospital.medicines.rules import Formulary

PAGE = 100
Cursor = tuple[dt.datetime, UUID]


class History(QWidget):
    """What is found, the latest first; the selected entry at the right. Each search is recorded before its answer."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.keys = Keys(self)
        self.notices = Notices(self)
        self.entries = Entries(desk, self, self.read_again)
        self._wanted: Wanted | None = None
        self._pages_of: HistoryPages | None = None
        self._formulary: Formulary | None = None
        self._drawer_wanted: bool | None = None
        self.form = HistoryForm(self)
        self.keys.add("F2", "Search", self.form.ask)
        self.buttons: dict[Command[DispensedRow], Button] = {c: self._button(c) for c in self.entries.commands()}
        self._make_pages()
        self._lay_out()
        self._wire()
        self.rights_changed()
        follow(self._dress)

    # -- what the window calls ----------------------------------------------------------------------------------

    def read_again(self) -> None:
        """F5: the same search anew, from the latest entry."""
        if self._wanted is not None:
            self.search(self._wanted)

    def go_back(self) -> bool:
        """Esc: an empty search."""
        if not self.form.filled and self._wanted is None:
            return False
        self._wanted = None
        self.form.clear()
        self._turn_to(self._begin)
        self._to_fields()
        return True

    def rights_changed(self) -> None:
        """The commands say again what is possible."""
        for command, button in self.buttons.items():
            allowed = self.desk.actor.may(command.permission)
            show_if(button, allowed)
            self.keys.allow(command.shortcut, allowed)
            row = self.table.row
            button.set_reason("Choose a row first" if row is None else command.enabled(row) or "")

    # -- searching ----------------------------------------------------------------------------------------------

    def search(self, wanted: Wanted) -> None:
        """Looks for this; the question is recorded, then answered page by page."""
        self._wanted = wanted
        self._pages_of = None
        self.notices.clear()
        self._loading.start()
        self._turn_to(self._loading)
        self.model.open()

    def _fetch(self, tx: sa.Connection, key: Cursor | None, limit: int, direction: Direction) -> Sequence[DispensedRow]:
        """A page; not on the GUI thread. The words for a medicine are understood before the question is asked."""
        wanted, actor = self._wanted, self.desk.actor
        if wanted is None:
            return []
        pages = self._pages_of
        if pages is None:
            if wanted.medicine:
                self._formulary = self._formulary or medicines.formulary(tx)
                found = tuple(meant(self._formulary, wanted.medicine))
                if not found:
                    raise Invalid({"medicine": "No medicine is called like that"})
                wanted = replace(wanted, medicines=found)
            pages = HistoryPages(self.desk.db, actor, wanted)
        self._pages_of = pages = pages.of(actor)
        return pages.page(key, upward=direction == "before", most=limit)

    def _came(self) -> None:
        self._loading.stop()
        if self._wanted is None:
            return
        rows = self.model.rows
        self._turn_to(self.table if rows else self._nothing)
        self._count.set_text(f"{self.model.shown_text} {'entry' if len(rows) == 1 else 'entries'}")
        self._shown.set_text(f"{self.model.shown_text} shown")
        if rows:
            self.table.select_first()
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._chosen(None)

    def _failed(self, error: UserError) -> bool:
        self._loading.stop()
        if isinstance(error, SignedOut):
            return True
        if isinstance(error, Invalid):
            self._turn_to(self._begin)
            self.form.show_errors(error.fields or {"patient": str(error)})
        else:
            self._error.set_words("The history could not be read", str(error))
            self._turn_to(self._error)
        return True

    # -- showing ------------------------------------------------------------------------------------------------

    def _turn_to(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        if page is not self.table:
            self._count.set_text("")
            self._shown.set_text("")
            self._preview.show_content(None)

    def _chosen(self, row: DispensedRow | None) -> None:
        self._preview.show_content(preview(row) if row is not None else None)
        self.rights_changed()

    def _run(self, command: Command[DispensedRow]) -> None:
        row = self.table.row
        if row is not None and self._pages.currentWidget() is self.table and not command.enabled(row):
            self.notices.clear()
            command.run(row)

    def _to_fields(self) -> None:
        self.form.texts["patient"].control.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def toggle_preview(self) -> None:
        """Ctrl+B: shows or hides the panel at the right."""
        self._drawer_wanted = self._preview.isHidden()
        self._place_preview()

    def _place_preview(self) -> None:
        wide = self.window().width() >= NARROW
        self._preview.setVisible(wide if self._drawer_wanted is None else self._drawer_wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_preview()

    # -- building -----------------------------------------------------------------------------------------------

    def _button(self, command: Command[DispensedRow]) -> Button:
        kind = "destructive" if command.destructive else "secondary"
        button = Button(command.label, kind, icon=command.icon, key=command.key, parent=self)
        button.clicked.connect(partial(self._run, command))
        self.keys.add(command.key, command.label, button.click)
        return button

    def _make_pages(self) -> None:
        self.model: PagedModel[DispensedRow] = PagedModel(
            self.desk.tasks,
            columns(),
            lambda row: row.id,
            lambda row: (row.dispensed_at, row.id),
            self._fetch,
            page=PAGE,
            parent=self,
        )
        self.table = TableView(self.model, row_height="row_two_line")
        self.table.setAccessibleName("Dispensing history")
        self._loading = Skeleton("Searching the history", "row_two_line")
        self._begin = EmptyState(
            "Who was given what, and from which lot",
            "Type a name (slips do no harm), an MRN, a medicine, a lot or a prescription number, or days; all that is "
            "typed must fit. Each search is recorded.",
            icon="ph.magnifying-glass",
        )
        self._nothing = EmptyState(
            "Nothing fits",
            "Your pharmacy handed out nothing like that.",
            "Search anew",
            icon="ph.magnifying-glass",
            key="Esc",
        )
        self._error = ErrorState("The history could not be read", "")
        self._pages = QStackedWidget()
        for page in (self._begin, self._loading, self.table, self._nothing, self._error):
            self._pages.addWidget(page)

    def _lay_out(self) -> None:
        page, gap = theme().space("page_padding"), theme().space("card_padding")
        panel = Panel("", padded=False)
        panel.add(self._pages, 1)
        self._shown = Label("", "small", "muted")
        panel.set_footer(Label("The latest first. Names: the 500 people who fit best.", "small", "muted"), self._shown)
        self._preview = Preview(self)
        self._preview.set_buttons(list(self.buttons.values()))
        body = QHBoxLayout()
        body.setSpacing(gap)
        body.addWidget(panel, 1)
        body.addWidget(self._preview)
        self._header = QWidget()
        self._count = Label("", "body", "muted", elide=True)
        row = QHBoxLayout(self._header)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().space("inline_gap"))
        row.addWidget(Label("History", "title"))
        row.addWidget(self._count, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(page, 0, page, gap)
        column.setSpacing(0)
        column.addWidget(self._header)
        column.addWidget(self.notices)
        column.addWidget(self.form)
        column.addSpacing(gap)
        column.addLayout(body, 1)

    def _wire(self) -> None:
        self.keys.add("Ctrl+F", "To the fields", self._to_fields)
        self.keys.add("F5", "Search the same anew", self.read_again)
        self.keys.add("Ctrl+B", "Show or hide the panel at the right", self.toggle_preview)
        self.keys.explain("Down", "Older")
        self.form.asked.connect(self.search)
        self.model.changed.connect(self._came)
        self.model.failed.connect(self._failed)
        self.table.chosen.connect(self._chosen)
        self._nothing.acted.connect(self.go_back)
        self._error.acted.connect(self.read_again)
        self.setFocusProxy(self.form.texts["patient"].control)

    def _dress(self) -> None:
        self._header.setFixedHeight(theme().px("screen_header"))
