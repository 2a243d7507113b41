"""A work list as a screen: described by frozen dataclasses with real callables, live, from the keyboard. GUI thread."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hisdesk.desk.kit.bugs import Bug
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.keys import Keys
from hisdesk.desk.kit.labels import Label, show_if
from hisdesk.desk.kit.list_parts import FilterBar, ListHeader, ListPages
from hisdesk.desk.kit.list_spec import Command, ListSpec
from hisdesk.desk.kit.notices import Notices
from hisdesk.desk.kit.panels import Panel
from hisdesk.desk.kit.preview import Preview
from hisdesk.desk.kit.states import StaleStrip
from hisdesk.desk.kit.table import ListModel, count_text
from hisdesk.desk.kit.table_view import TableView
from hisdesk.desk.kit.tasks import Running
from hisdesk.desk.kit.theme import theme
from hisdesk.errors import SignedOut, Unavailable, UserError
from hisdesk.live.change import Change

Row = TypeVar("Row")
NARROW = 1366
"""Below this width of the window the preview gives way and becomes a drawer."""
OPEN_KEY = "Return"
"""Only printed on the button of a command: the table itself hears it and does what `opens` says."""


class ListScreen(QWidget, Generic[Row]):
    """Shows a `ListSpec`. `read_again()` is F5; `buttons` are those of the commands that this person may use now.

    As one part of a screen it is given that screen's `keys`, which then work wherever the focus is on it.
    """

    counted = Signal(str)
    keys_changed = Signal()

    def __init__(
        self, desk: Desk, spec: ListSpec[Row], *, keys: Keys | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.desk, self.spec = desk, spec
        self.notices = Notices(self)
        self.rows: list[Row] = []
        self.read_at: float | None = None
        self._reading: Running | None = None
        self._error: UserError | None = None
        self._previewed: Row | None = None
        self._drawer_wanted: bool | None = None
        self.count_line = ""
        self.keys = keys if keys is not None else Keys(self)
        self.model: ListModel[Row] = ListModel(spec.columns, spec.key, self)
        self.table = TableView(self.model, row_height=spec.row_height)
        self.table.setAccessibleName(spec.title)
        self.buttons: dict[Command[Row], Button] = {}
        self._every_button = self._make_buttons()
        self._lay_out()
        self._wire()
        self.watch = desk.hub.watch(self, spec.topics, self._changed)
        self._age = QTimer(self, interval=1_000)
        self._age.timeout.connect(self._say_age)
        self._age.start()
        desk.hub.state_changed.connect(self._hub_state)
        self.refresh_commands()
        self.read_again()

    # -- what others may do -------------------------------------------------------------------------------------

    def read_again(self) -> None:
        """Reads the list anew; what is shown stays until the answer comes."""
        if self.read_at is None:
            self._pages.loading.start()
            self._pages.turn_to(self._pages.loading)
        self._read()

    def _read(self) -> None:
        self._reading = self.desk.tasks.read(self, self.spec.query, self._received, self._not_received, slot="list")

    def narrow(self, text: str, state: str = "") -> None:
        """Shows what fits this text and the segment of that label; "" is the first one."""
        self._bar.narrow(text, state)

    def cancel(self) -> None:
        """Stops waiting for the rows."""
        if self._reading is not None:
            self.desk.tasks.cancel(self._reading)
            self._reading = None
        if self.read_at is None:
            self._show_error("The list was not read", "You stopped it.", "")

    @property
    def row(self) -> Row | None:
        """The selected row."""
        return self.table.row

    @property
    def state(self) -> str:
        """The label of the chosen segment, "" when there are none."""
        return self._bar.state

    @property
    def page(self) -> str:
        """What the list shows now: "rows", "loading", "empty", "nothing found", "error" or "offline"."""
        return self._pages.page

    def rights_changed(self) -> None:
        """The person may do more or less than before."""
        self.refresh_commands()

    def refresh_commands(self) -> None:
        """Asks again which commands this person may use, and whether they can be used now."""
        self._offer_commands()
        row = self.row
        reason = ""
        for command, button in self.buttons.items():
            why = "Choose a row first" if command.on_row and row is None else command.enabled(row) or ""
            button.set_reason(why)
            if command.primary:
                reason = why
        self._header.say(reason, shown=bool(self.rows))

    def put_above(self, widget: QWidget) -> None:
        """Puts a widget between the header and the list, for instance the figures of the day."""
        self._column.insertWidget(1, widget)
        self._column.insertSpacing(2, theme().space("card_padding"))

    def set_busy(self, label: str, busy: bool, word: str = "Saving") -> None:
        """Shows on a command's button that its write is under way."""
        for command, button in self._every_button.items():
            if command.label == label:
                button.set_busy(busy, word)

    def add_to_header(self, widget: QWidget) -> None:
        """One more choice of the screen's own, behind title and count."""
        self._header.add(widget)

    def repaint_rows(self) -> None:
        """Time has passed: what cells and preview say of "now" is said anew, without reading."""
        self.table.viewport().update()
        self._previewed = None
        self._show_preview(self.row)

    # -- building -----------------------------------------------------------------------------------------------

    def _make_buttons(self) -> dict[Command[Row], Button]:
        """A button for each command, the primary one last; `_offer_commands` shows those this person may use."""
        buttons: dict[Command[Row], Button] = {}
        for command in sorted(self.spec.commands, key=lambda c: c.primary):
            key = command.shortcut
            kind = "primary" if command.primary else "destructive" if command.destructive else "secondary"
            button = Button(command.label, kind, icon=command.icon, key=key, parent=self)
            button.clicked.connect(partial(self._run, command))
            if key and key != OPEN_KEY:
                self.keys.add(key, command.label, button.click)
                self.keys.allow(key, False)
            button.hide()
            buttons[command] = button
        return buttons

    def _offer_commands(self) -> None:
        """What this person may not do is not there: no button, no key. Rights come and go while the list is open."""
        may = self.desk.actor.may
        offered = {command: button for command, button in self._every_button.items() if may(command.permission)}
        if self.spec.opens_with is not None:
            self.keys.allow(OPEN_KEY, may(self.spec.opens_with))
        if offered == self.buttons:
            return
        self.buttons = offered
        for command, button in self._every_button.items():
            show_if(button, command in offered)
            if key := command.shortcut:
                self.keys.allow(key, command in offered)
        self._preview.set_buttons([button for command, button in offered.items() if self._in_preview(command)])
        self._pages.empty.offer(any(command.label == self.spec.empty.command for command in offered))
        self.keys_changed.emit()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        self._column = column
        page = theme().space("page_padding")
        column.setContentsMargins(page, 0, page, theme().space("card_padding"))
        column.setSpacing(0)
        in_header = [button for command, button in self._every_button.items() if not self._in_preview(command)]
        self._header = ListHeader(self.spec.title, in_header, self)
        column.addWidget(self._header)
        column.addWidget(self.notices)
        self.notices.setContentsMargins(0, 0, 0, theme().space("card_padding"))
        self._preview = Preview(self)
        body = QHBoxLayout()
        body.setSpacing(theme().space("card_padding"))
        body.addWidget(self._make_list(), 1)
        body.addWidget(self._preview)
        column.addLayout(body, 1)
        self._place_preview()

    def _in_preview(self, command: Command[Row]) -> bool:
        """Commands of a row stand under its preview; the primary one and those of the list in the header."""
        return self.spec.preview is not None and command.on_row and not command.primary

    def _make_list(self) -> QWidget:
        panel = Panel("", padded=False, parent=self)
        self._bar = FilterBar(self.spec.states, panel)
        self.filter, self.details, self._segments = self._bar.filter, self._bar.details, self._bar.segments
        self._strip = StaleStrip("", panel)
        self._pages = ListPages(self, self.table, self.spec, panel)
        self._shown_line = Label("", "small", "muted")
        panel.add(self._bar)
        panel.add(self._strip)
        panel.add(self._pages, 1)
        panel.set_footer(Label(self.spec.sort_rule, "small", "muted", elide=False), self._shown_line)
        return panel

    def _wire(self) -> None:
        self.keys.add("Ctrl+F", "Filter the list", partial(self.filter.setFocus, Qt.FocusReason.ShortcutFocusReason))
        self.keys.add("F5", "Read the list again", self.read_again)
        if self.spec.preview is not None:
            self.keys.add("Ctrl+B", "Show or hide the panel at the right", self.toggle_preview)
        for keys, what in (("Up", "Move to the row above"), ("Down", "Move to the row below")):
            self.keys.explain(keys, what)
        if self.spec.opens is not None:
            self.keys.explain("Return", "Open the row")
            self.table.opened.connect(self._open)
        self._bar.narrowed.connect(lambda: self._show_rows(flash=False))
        self.details.clicked.connect(self.toggle_preview)
        self.filter.left.connect(self.table.setFocus)
        self.filter.returnPressed.connect(self._to_table)
        self.table.chosen.connect(self._row_chosen)
        self._pages.loading.cancelled.connect(self.cancel)
        self._pages.failed.acted.connect(self.read_again)
        self._pages.offline.acted.connect(self.read_again)
        self._pages.nothing.acted.connect(self._bar.clear)
        for command, button in self._every_button.items():
            if command.label == self.spec.empty.command:
                self._pages.empty.acted.connect(button.click)
        # No focus proxy: while there are no rows the table is hidden, and the keys of the screen must work.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # -- reading ------------------------------------------------------------------------------------------------

    def _changed(self, _changes: list[Change]) -> None:
        self._read()

    def _received(self, rows: Sequence[Row]) -> None:
        self._reading, self._error = None, None
        first, had_rows = self.read_at is None, bool(self.rows)
        self.rows, self.read_at = list(rows), time.monotonic()
        self._pages.loading.stop()
        self.notices.clear("list")
        changed = self._show_rows(flash=not first)
        self._bar.say_changed(0 if first else changed)
        if not had_rows:
            self.table.select_first()
        self._say_age()
        self.refresh_commands()

    def _not_received(self, error: UserError) -> bool:
        self._reading = None
        if isinstance(error, SignedOut):
            return True
        self._error = error
        self._pages.loading.stop()
        if self.read_at is not None:
            self._say_age()  # what was read before stays, dated
            return isinstance(error, Unavailable)
        if isinstance(error, Unavailable):
            self._pages.offline.set_words("The database is away", f"{error} The list comes by itself when it is back.")
            self._pages.turn_to(self._pages.offline)
        else:
            self._show_error("The list could not be read", str(error), "")
        return True

    def _show_error(self, title: str, sentence: str, reference: str) -> None:
        if isinstance(self._error, Bug):
            sentence, reference = "Something went wrong in the program.", self._error.reference
        self._pages.failed.set_words(title, f"{sentence} Reference {reference}." if reference else sentence)
        self._pages.turn_to(self._pages.failed)

    # -- showing ------------------------------------------------------------------------------------------------

    def _show_rows(self, *, flash: bool) -> int:
        if self.read_at is None:
            return 0
        states = {state.label: state for state in self.spec.states}
        self._bar.set_counts({label: count_text(sum(map(each.keeps, self.rows))) for label, each in states.items()})
        chosen = states.get(self.state)
        kept = [row for row in self.rows if chosen is None or chosen.keeps(row)]
        shown = [row for row in kept if self._fits(row)]
        changed = self.model.set_rows(shown, flash=flash)
        more = self.spec.more(self.rows)
        of = count_text(len(kept), more=more)
        self._shown_line.set_text(f"{count_text(len(shown))} of {of} shown")
        noun = self.spec.noun[len(self.rows) != 1]
        self.count_line = " · ".join(
            part for part in (self.spec.subtitle, f"{count_text(len(self.rows), more=more)} {noun}") if part
        )
        self._header.set_count(self.count_line)
        self.counted.emit(self.count_line)
        narrowed = bool(self.filter.text().strip()) or (chosen is not None and chosen is not self.spec.states[0])
        page = self.table if shown else self._pages.nothing if self.rows and narrowed else self._pages.empty
        self._pages.turn_to(page)
        if not shown:
            self._row_chosen(None)
        return changed

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._pages.currentWidget() is self.table:
            self.table.setFocus(event.reason())

    def _fits(self, row: Row) -> bool:
        words = self.filter.text().casefold().split()
        if not words:
            return True
        texts = []
        for column in self.spec.columns:
            texts.append(column.value(row))
            if column.cell is not None:
                texts.append(column.cell(row).spoken)
        text = " ".join(texts).casefold()
        return all(word in text for word in words)

    def _to_table(self) -> None:
        self.table.setFocus()
        self.table.select_first()

    def _hub_state(self, _state: str) -> None:
        self._say_age()

    def _say_age(self) -> None:
        """Truth has an age: without the live connection the rows are dated, and muted when reading fails."""
        if self.read_at is None:
            return
        age_s = time.monotonic() - self.read_at
        away = isinstance(self._error, Unavailable) or self.desk.hub.state == "away"
        old = self.desk.hub.state != "live" and age_s > 30
        if not (away or old or self._error is not None):
            self._strip.set_text("")
            self.model.set_stale(False)
            return
        self.model.set_stale(True)
        cause = "the database does not answer, " if away else ""
        self._strip.set_text(f"{age_text(age_s)} old: {cause}asking every 10 s")

    # -- rows and commands --------------------------------------------------------------------------------------

    def _run(self, command: Command[Row]) -> None:
        self.notices.clear()
        command.run(self.row if command.on_row else None)

    def _open(self, row: Row) -> None:
        needed = self.spec.opens_with
        if self.spec.opens is not None and (needed is None or self.desk.actor.may(needed)):
            self.spec.opens(row)

    def _row_chosen(self, row: Row | None) -> None:
        self.refresh_commands()
        self._show_preview(row)

    def _show_preview(self, row: Row | None) -> None:
        if self.spec.preview is None or (row is not None and row == self._previewed):
            return
        self._previewed = row
        self._preview.show_content(self.spec.preview(row) if row is not None else None)

    def toggle_preview(self) -> None:
        """Ctrl+B: shows or hides the panel at the right, whatever the width says."""
        self._drawer_wanted = self._preview.isHidden()
        self._place_preview()

    def _place_preview(self) -> None:
        wide = self.window().width() >= NARROW
        wanted = wide if self._drawer_wanted is None else self._drawer_wanted
        self._preview.setVisible(self.spec.preview is not None and wanted)
        show_if(self.details, self.spec.preview is not None and not wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_preview()


def age_text(seconds: float) -> str:
    """An age as people say it: "40 s", "4 min", "2 h"."""
    if seconds < 90:
        return f"{int(seconds)} s"
    return f"{int(seconds // 60)} min" if seconds < 5_400 else f"{int(seconds // 3600)} h"
