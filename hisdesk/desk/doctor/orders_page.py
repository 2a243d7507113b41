"""A person's orders: what was asked of which department, where it stands, what came of it; live. GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QWidget

from hisdesk.access.permissions import ORDERS_APPROVE, ORDERS_CREATE
from hisdesk.desk.doctor.order_form import OrderPanel, Ways, read_ways
from hisdesk.desk.doctor.overview import scrolled
from hisdesk.desk.doctor.record import Record
from hisdesk.desk.doctor.tab_page import TabPage
from hisdesk.desk.doctor.visit_bar import of_interest
from hisdesk.desk.kit import order_words as words
from hisdesk.desk.kit.cells import Cell
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dialogs import ReasonDialog
from hisdesk.desk.kit.focus import show_page, take_away
from hisdesk.desk.kit.keys import Keys
from hisdesk.desk.kit.labels import Label, show_if
from hisdesk.desk.kit.notices import Notices
from hisdesk.desk.kit.order_view import OrderView
from hisdesk.desk.kit.panels import Panel
from hisdesk.desk.kit.states import EmptyState, OfflineState, Skeleton
from hisdesk.desk.kit.table import Column, ListModel, count_text
from hisdesk.desk.kit.table_view import TableView
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.desk.kit.words import today
from hisdesk.errors import Conflict, UserError
from hisdesk.hospital.orders.actions import Moved, withdraw
from hisdesk.hospital.orders.queries import MOST_OF_PERSON, OrderRow, of_person
from hisdesk.hospital.orders.rules import OPEN, Kind, Status

NEW_KEY = "F4"


class OrdersPage(TabPage):
    """`typing(bool)`: an order is being typed. Commands are there for who may ask."""

    typing = Signal(bool)
    tables = frozenset({"clinical_order"})

    def __init__(self, desk: Desk, record: Record) -> None:
        super().__init__(desk, record)
        self.rows: Sequence[OrderRow] | None = None
        self.panel: OrderPanel | None = None
        self.view: OrderView | None = None
        self.notices = Notices(self)
        self.model: ListModel[OrderRow] = ListModel(self._columns(), lambda row: row.id, self)
        self.table: TableView[OrderRow] = TableView(self.model, row_height="row_two_line")
        self.table.setAccessibleName("Orders")
        self.line = Label("", "body", "secondary", elide=False)
        self.new_button = Button("New order", icon="ph.plus", key=NEW_KEY)
        self.withdraw_button = Button("Take back…", "destructive")
        self._lay_out()
        self.new_button.clicked.connect(self.new)
        self.withdraw_button.clicked.connect(self.take_back)
        self.table.chosen.connect(lambda _: self._show_row())
        self.forget()

    def add_keys(self, keys: Keys, bring: Callable[[], object]) -> None:
        """The key works in the whole chart: it brings this tab to the front first."""

        def press() -> None:
            bring()
            self.new_button.click()

        if self.desk.actor.may(ORDERS_CREATE):
            keys.add(NEW_KEY, "Ask a department for something", press, group="Orders")

    def rights_changed(self) -> None:
        """Only the commands that this person may use."""
        may, free = self.desk.actor.may(ORDERS_CREATE), self.panel is None  # the form takes their room
        show_if(self.new_button, may and free)
        show_if(self.withdraw_button, may and free)

    def go_back(self) -> bool:
        """Esc: leaves the form; asks first when something was typed."""
        if self.panel is None:
            return False
        self.panel.form.leave()
        return True

    # -- commands -----------------------------------------------------------------------------------------------

    def new(self) -> None:
        """F4: the form at the right, once it is known who can be asked."""
        if self.panel is not None:
            self.panel.setFocus()
            return
        self.notices.clear()
        self.new_button.set_busy(True, "Reading")
        own = tuple(self.desk.actor.departments)
        self.desk.tasks.read(self, lambda tx: read_ways(tx, own), self._open_panel, self._no_ways, slot="ways")

    def take_back(self) -> None:
        """Asks why the selected order is not wanted any more."""
        row = self.table.row
        if row is None:
            return
        dialog = ReasonDialog(
            self,
            f"Take back “{row.title}”?",
            f"{row.to_department} sees at once that it is cancelled, and why. It stays in the record.",
            "Take back",
            danger=True,
        )
        dialog.given.connect(lambda reason: self._take_back(row, reason))
        dialog.present()

    def _take_back(self, row: OrderRow, reason: str) -> None:
        self.notices.clear()
        self.desk.tasks.write(
            self,
            withdraw,
            row.id,
            row.version,
            reason,
            on_done=lambda moved: self._taken_back(row, moved),
            on_error=self._not_taken_back,
            slot=str(row.id),
        )

    def _taken_back(self, row: OrderRow, _moved: Moved) -> None:
        self._said(f"Taken back: {row.title}")

    def _not_taken_back(self, error: UserError) -> None:
        self.desk.messages.failure(self, error, "Not taken back")
        if isinstance(error, Conflict):
            self._changed_here()

    def _open_panel(self, ways: Ways) -> None:
        self.new_button.set_busy(False)
        if self.of is None or self.panel is not None:
            return
        if not ways.receivers or not ways.own:
            who = "No department receives orders" if ways.own else "You serve no department"
            self.desk.messages.attention(self, f"{who}", "Ask your administrator.")
            return
        around = self.record.around
        visit = of_interest(around.visits, self.desk.actor.user_id) if around is not None else None
        self.panel = OrderPanel(self.desk, self.of, visit, ways)
        self.panel.placed.connect(self._placed)
        self.panel.left.connect(self._close_panel)
        self._row.addWidget(self.panel)
        self.panel.show()
        self.panel.setFocus()
        self.typing.emit(True)
        self._refresh()

    def _no_ways(self, error: UserError) -> None:
        self.new_button.set_busy(False)
        self.desk.messages.failure(self, error, "The departments could not be read")

    def _placed(self, department: str) -> None:
        self._close_panel()
        self._said(f"Order placed: {department} sees it now")

    def _said(self, text: str) -> None:
        self.desk.messages.done(text)
        self._changed_here()

    def _changed_here(self) -> None:
        """What this station wrote is read at once; the others hear of it."""
        self.stale = True
        self.read_if_wanted()
        self.record.read_again()

    def _close_panel(self) -> None:
        panel, self.panel = self.panel, None
        if panel is not None:
            take_away(panel, self.table, self._stack)
            self.typing.emit(False)
        self._refresh()

    # -- reading ------------------------------------------------------------------------------------------------

    def read(self) -> None:
        patient_id = self.of
        if self.rows is None:
            self._loading.start()
            self._stack.setCurrentWidget(self._loading)
        if patient_id is not None:
            self.desk.tasks.read(
                self, lambda tx: of_person(tx, patient_id), self._received, self._not_received, slot="orders"
            )

    def forget(self) -> None:
        self.rows = None
        self.model.set_rows((), flash=False)
        self._loading.stop()
        self._stack.setCurrentWidget(self._loading)
        self._close_panel()
        self.notices.clear()
        self._show_row()

    def _received(self, rows: Sequence[OrderRow]) -> None:
        first = not self.rows
        self.rows = rows
        self._loading.stop()
        self.model.set_stale(False)
        self.model.set_rows(rows, flash=not first)
        show_page(self._stack, self.table if rows else self._empty)
        if first:
            self.table.select_first()
        self._show_row()

    def _not_received(self, error: UserError) -> bool:
        self.stale = True
        self._loading.stop()
        if self.rows is None:
            self._away.set_words("The orders could not be read", str(error))
            self._stack.setCurrentWidget(self._away)
        self.model.set_stale(True)
        self._refresh()
        return True

    # -- showing ------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        list_panel = Panel("", padded=False)
        list_panel.add(self._bar())
        self._stack = QStackedWidget()
        self._loading = Skeleton("Reading the orders", row="row_two_line")
        self._loading.stop()
        self._empty = EmptyState("Nothing was asked of another department", "What is asked appears here by itself.")
        self._away = OfflineState("The orders could not be read", "", "Try again")
        self._away.acted.connect(self._try_again)
        for widget in (self.table, self._loading, self._empty, self._away):
            self._stack.addWidget(widget)
        list_panel.add(self.notices)
        list_panel.add(self._stack, 1)
        list_panel.set_footer(Label("Order: open, then newest first", "small", "muted", elide=False))
        self._detail = Panel("", padded=False)
        self._detail.setAccessibleName("Selected order")
        self._detail.setFixedWidth(theme().sizes("side_panel")[0])
        self._area: QScrollArea = scrolled(QWidget())
        self._detail.add(self._area, 1)
        self._row = QHBoxLayout(self)
        page = theme().space("page_padding")
        self._row.setContentsMargins(page, theme().space("card_padding"), page, theme().space("card_padding"))
        self._row.setSpacing(theme().space("card_padding"))
        self._row.addWidget(list_panel, 1)
        self._row.addWidget(self._detail)
        self.setFocusProxy(self.table)

    def _bar(self) -> QWidget:
        bar = self._top = QFrame()
        bar.setProperty("edge", "bottom")
        row = QHBoxLayout(bar)
        inset = theme().space("card_padding")
        row.setContentsMargins(inset, 8, inset, 8)
        row.setSpacing(theme().space("inline_gap"))
        row.addWidget(self.line)
        row.addStretch(1)
        for button in (self.withdraw_button, self.new_button):
            row.addWidget(button)
        follow(self._dress)
        return bar

    def _dress(self) -> None:
        self._top.setFixedHeight(theme().px("control") + 17)

    def _try_again(self) -> None:
        self.stale = True
        self.read_if_wanted()

    def _show_row(self) -> None:
        row = self.table.row
        self.view = OrderView(self.desk, row, person=False) if row is not None else None
        shown = self.view or QWidget()
        shown.setProperty("surface", "base")
        self._area.setWidget(shown)
        self._refresh()

    def _refresh(self) -> None:
        """Count, commands, and the order beside the list."""
        self.rights_changed()
        rows = self.rows
        if not rows:
            self.line.set_text("")
        else:
            open_, more = sum(row.status in OPEN for row in rows), len(rows) >= MOST_OF_PERSON
            self.line.set_text(f"{count_text(open_)} open · {count_text(len(rows), more=more)} in all")
        self.withdraw_button.set_reason(self._why_not(self.table.row))
        show_if(self._detail, self.panel is None and bool(rows))

    def _why_not(self, row: OrderRow | None) -> str:
        """Why the order cannot be taken back; "" when it can."""
        if row is None:
            return "Choose an order first"
        if row.kind != Kind.CARE_INSTRUCTION and not self.desk.actor.may(ORDERS_APPROVE):
            return "Only a physician takes this back"
        if row.status == Status.IN_PROGRESS:
            return f"{row.to_department} works on it: call them"
        return "" if row.status == Status.PENDING else f"{row.status.capitalize()} already"

    def _columns(self) -> tuple[Column[OrderRow], ...]:
        me = self.desk.actor.user_id
        return (
            Column("Order", lambda r: r.title, 0, "wrap", lambda r: Cell(title=r.title, spoken=f"{r.title}, {r.text}")),
            Column("Status", lambda r: words.shown_status(r).word, 126, "chip",
                   lambda r: Cell(status=words.shown_status(r))),
            Column("Department", lambda r: r.to_department, 170, "text",
                   lambda r: Cell(title=r.to_department, subtitle=words.KINDS[Kind(r.kind)])),
            Column("Asked", lambda r: words.at_time(r.asked_at, today()), 160, "text",
                   lambda r: Cell(title=words.at_time(r.asked_at, today()), subtitle=r.asked_by)),
            Column("Where it stands", lambda r: words.now_said(r, me, today()), 0, "wrap"),
        )  # fmt: skip
