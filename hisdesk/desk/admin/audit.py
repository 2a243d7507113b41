"""Audit: who did what, when, from which station, before and after; and a copy of it as CSV. GUI thread."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from hisdesk.access import administration, permissions
from hisdesk.access.administration import AuditFilter, AuditPages, Entry, Titles
from hisdesk.desk.admin import audit_csv
from hisdesk.desk.admin import audit_words as words
from hisdesk.desk.admin.audit_detail import AuditDetail
from hisdesk.desk.admin.audit_filter import FilterRow
from hisdesk.desk.admin.words import many, moment
from hisdesk.desk.kit.cells import Cell
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button, ReasonLabel
from hisdesk.desk.kit.keys import Keys
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.notices import Notices
from hisdesk.desk.kit.paged import Direction, PagedModel
from hisdesk.desk.kit.panels import Panel
from hisdesk.desk.kit.states import EmptyState, ErrorState, Skeleton
from hisdesk.desk.kit.table import Column
from hisdesk.desk.kit.table_view import TableView
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.errors import SignedOut, UserError
from hisdesk.hospital.staff.queries import Names, names

PAGE = 100
DETAIL = 456
_NOTHING = ("Nothing fits", "Nobody did such a thing in this time, or nothing is called like that.")


class AuditScreen(QWidget):
    """Newest first, page by page; the selected entry in full at the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.notices = Notices(self)
        self.keys = Keys(self)
        self._names = words.Names()
        self._stations: dict[str, str] = {}
        self._wanted = AuditFilter()
        self._pages_of = AuditPages(desk.db, desk.actor, self._wanted)
        self._columns = self._make_columns()
        self._lay_out()
        self._wire()
        self._read_names()

    # -- what the window calls -------------------------------------------------------------------------------------

    def read_again(self) -> None:
        """F5: from the newest entry. Reading is itself recorded, so it happens only when somebody asks."""
        if self._names.people:
            self._show_what_is_wanted()
        else:
            self._read_names()

    def go_back(self) -> bool:
        """Esc: shows everything again."""
        if not self.filter.narrowed:
            return False
        self.filter.clear()
        return True

    # -- building --------------------------------------------------------------------------------------------------

    def _make_columns(self) -> list[Column[Entry]]:
        return [
            Column("Server time", lambda e: moment(e.at, exact=True), 198, "identifier"),
            Column("Who", lambda e: self._names.who(e), 0),
            Column("Station", lambda e: e.station, 94, "identifier", None, lambda e: e.address or "no network address"),
            Column("What", lambda e: words.verb(e).word, 100, "plain_chip", lambda e: Cell(status=words.verb(e))),
            Column("On", words.on, 0, tooltip=words.on),
            Column("MRN", words.number, 112, "identifier"),
        ]

    def _lay_out(self) -> None:
        page, gap = theme().space("page_padding"), theme().space("card_padding")
        self.model: PagedModel[Entry] = PagedModel(
            self.desk.tasks, self._columns, lambda e: e.id, lambda e: e.id, self._fetch, page=PAGE, parent=self
        )
        self.table = TableView(self.model)
        self.table.setAccessibleName("Audit")
        self._loading = Skeleton("Reading the audit")
        self._empty = EmptyState(*_NOTHING, "Show all", icon="ph.funnel", key="Esc")
        self._error = ErrorState("The audit could not be read", "")
        self._pages = QStackedWidget()
        for widget in (self._loading, self.table, self._empty, self._error):
            self._pages.addWidget(widget)
        panel = Panel("", padded=False)
        panel.add(self._pages, 1)
        self._shown = Label("", "small", "muted")
        panel.set_footer(Label("Newest first. Reading the audit is itself recorded.", "small", "muted"), self._shown)
        self.detail = AuditDetail()
        self.detail.setFixedWidth(DETAIL)
        body = QHBoxLayout()
        body.setSpacing(gap)
        body.addWidget(panel, 1)
        body.addWidget(self.detail)
        self.filter = FilterRow()
        column = QVBoxLayout(self)
        column.setContentsMargins(page, 0, page, gap)
        column.setSpacing(0)
        column.addWidget(self._make_header())
        column.addWidget(self.notices)
        column.addWidget(self.filter)
        column.addLayout(body, 1)
        self.notices.setContentsMargins(0, 0, 0, gap)
        follow(self._dress)

    def _make_header(self) -> QWidget:
        self._header = QWidget()
        self._count = Label("", "body", "muted", elide=True)
        self.export = Button("Export CSV", "primary", icon="ph.export", key="Ctrl+E")
        may = self.desk.actor.may(permissions.AUDIT_EXPORT)
        self.export.set_reason("" if may else "You do not have the permission “audit.export”")
        row = QHBoxLayout(self._header)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().space("inline_gap"))
        row.addWidget(Label("Audit", "title"))
        row.addWidget(self._count, 1)
        row.addWidget(ReasonLabel(self.export))
        row.addWidget(self.export)
        return self._header

    def _wire(self) -> None:
        self.keys.add("Ctrl+F", "Filter", self._to_filter)
        self.keys.add("F6", "Record's history", self.detail.history.click)
        self.keys.add("F7", "All by this person", self.detail.person.click)
        self.keys.add("Ctrl+E", "Export as CSV", self.export.click)
        self.keys.add("F5", "Read again", self.read_again)
        self.keys.explain("Down", "Older")
        self.filter.changed.connect(self._show_what_is_wanted)
        self.filter.text.left.connect(self.table.setFocus)
        self.model.changed.connect(self._came)
        self.model.failed.connect(self._failed)
        self.table.chosen.connect(lambda entry: self.detail.show_entry(entry, self._names))
        self.detail.history_wanted.connect(self._show_history)
        self.detail.person_wanted.connect(self._show_person)
        self._empty.acted.connect(self.filter.clear)
        self._error.acted.connect(self.read_again)
        self.export.clicked.connect(self._ask_where)
        self.setFocusProxy(self.table)

    def _dress(self) -> None:
        self._header.setFixedHeight(theme().px("screen_header"))

    def _to_filter(self) -> None:
        self.filter.text.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # -- reading ---------------------------------------------------------------------------------------------------

    def _read_names(self) -> None:
        self.desk.tasks.read(self, names, self._named, self._failed, slot="names")

    def _named(self, found: Names) -> None:
        self._names = words.Names(found.people, found.places)
        self._show_what_is_wanted()
        self.desk.tasks.read(self, self._titles, self._titled, slot="titles")

    def _titles(self, tx: sa.Connection) -> Titles:
        """Stations and roles, where this person may see them."""
        may = self.desk.actor.may
        return administration.titles(tx, stations=may(permissions.STATIONS_VIEW), roles=may(permissions.USERS_VIEW))

    def _titled(self, found: Titles) -> None:
        self._stations = found.stations
        self._names = words.Names(self._names.people, {**self._names.others, **found.others})
        if self.table.row is not None:
            self.detail.show_entry(self.table.row, self._names)

    def _fetch(self, _tx: sa.Connection, key: int | None, limit: int, direction: Direction) -> list[Entry]:
        pages = self._pages_of = self._pages_of.of(self.desk.actor)
        return pages.page(after=key, most=limit) if direction == "before" else pages.page(before=key, most=limit)

    def _show_what_is_wanted(self) -> None:
        understood = words.understand(self.filter.text.text(), self._names, self._stations)
        self.filter.say(understood.words[:1].upper() + understood.words[1:])
        self.notices.clear("read")
        if not understood.found:
            self._pages.setCurrentWidget(self._empty)
            self._shown.set_text("0 shown")
            self.detail.show_entry(None)
            return
        self._wanted = self.filter.wanted(understood.filter)
        self._pages_of = AuditPages(self.desk.db, self.desk.actor, self._wanted)
        if not self.model.rows:
            self._loading.start()
            self._pages.setCurrentWidget(self._loading)
        self.model.open()

    def _came(self) -> None:
        self._loading.stop()
        rows = self.model.rows
        self._pages.setCurrentWidget(self.table if rows else self._empty)
        self._shown.set_text(f"{self.model.shown_text} shown")
        self._count.set_text(f"to {moment(rows[0].at, exact=True)}" if rows else "")
        if rows:
            self.table.select_first()
        else:
            self.detail.show_entry(None)

    def _failed(self, error: UserError) -> bool:
        self._loading.stop()
        if isinstance(error, SignedOut):
            return True
        if self.model.rows:
            self.desk.messages.error(self, str(error), "Not read", key="read")
        else:
            self._error.set_words("The audit could not be read", str(error))
            self._pages.setCurrentWidget(self._error)
        return True

    # -- other lists -----------------------------------------------------------------------------------------------

    def _show_history(self, entry: Entry) -> None:
        about = f" {words.number(entry)}" if entry.mrn else ""
        self.filter.set_scope(
            AuditFilter(key=entry.key), f"History of one record: {words.table(entry.table_name)}{about}"
        )

    def _show_person(self, entry: Entry) -> None:
        self.filter.set_scope(AuditFilter(user_id=entry.user_id), f"All by {self._names.who(entry)}")

    # -- export ----------------------------------------------------------------------------------------------------

    def _ask_where(self) -> None:
        now = dt.datetime.now().astimezone()
        dialog = QFileDialog(self.window(), "Export the audit", f"audit {now:%Y-%m-%d %H%M}.csv", "CSV (*.csv)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.export_to(Path(path)))
        dialog.open()

    def export_to(self, path: Path) -> None:
        """Writes what fits the filter, at most 10,000 entries; the export is recorded first."""
        self.export.set_busy(True, "Exporting")
        described = {name: _plain(value) for name, value in asdict(self._wanted).items() if value is not None}
        work = partial(audit_csv.export, self.desk.db, self.desk.actor, self._wanted, self._names, path, described)
        self.desk.tasks.run(self, work, partial(self._exported, path), self._not_exported, slot="export")

    def _exported(self, path: Path, count: int) -> None:
        self.export.set_busy(False)
        self.desk.messages.done(f"{many(count, 'entry', 'entries')} written to {path.name}")

    def _not_exported(self, _error: UserError) -> bool:
        self.export.set_busy(False)
        return False


def _plain(value: object) -> object:
    return [str(each) for each in value] if isinstance(value, tuple) else str(value)
