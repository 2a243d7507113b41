"""What the pharmacy has: what is on hand of each medicine, until when, whether to order; deliveries. GUI thread."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from hisdesk.access.permissions import STOCK_CREATE, STOCK_EDIT, STOCK_VIEW
from hisdesk.desk.kit import ways
from hisdesk.desk.kit.cells import Cell
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.dates import show_date
from hisdesk.desk.kit.form import Field
from hisdesk.desk.kit.form_page import FormPage
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.list_screen import ListScreen
from hisdesk.desk.kit.list_spec import Command, Empty, ListSpec, State
from hisdesk.desk.kit.stage import Stage
from hisdesk.desk.kit.table import Column
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.words import today
from hisdesk.desk.pharmacy import stock_words as words
from hisdesk.desk.pharmacy.shelves import Shelves, quantity_problem
from hisdesk.desk.pharmacy.ways import LOTS
from hisdesk.desk.pharmacy.words import quantity_typed
from hisdesk.hospital.medicines.rules import counted, number
from hisdesk.hospital.stock import rules
from hisdesk.hospital.stock.actions import receive, set_reorder_level
from hisdesk.hospital.stock.queries import MOST_SHOWN, StockRow


class Stock(Stage):
    """The formulary with its shelves. Deliveries are typed in a form in front of the list."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.shelves = Shelves(desk, self)
        self.set_list(ListScreen(desk, self._spec(), parent=self))
        self.shelves.offer_choice(self.list)

    # -- what is asked for --------------------------------------------------------------------------------------

    def receive(self, row: StockRow) -> None:
        """A delivery: lot, expiry and quantity from the pack and the delivery note."""
        page = FormPage(
            self.desk,
            f"Receive {row.title}",
            (
                Field("lot_number", "Lot number", "identifier", max_length=rules.LONGEST_LOT_NUMBER),
                Field("expires_on", "Expires", validate=_expiry_problem,
                      help="As on the pack; month and year mean the month's last day"),
                Field("quantity", "Received", unit=row.unit, validate=quantity_problem,
                      help=f"Counted in {counted(rules.NONE, row.unit).removeprefix('0 ')}, not in packs"),
            ),
            "Receive",
            subtitle=f"On hand: {words.on_hand(row, today())}",
            draft=f"pharmacy receive {self.shelves.department} {row.medicine_id}",
            icon="ph.plus",
        )  # fmt: skip
        page.wanted.connect(partial(self._receive, page, row))
        self.show_page(page)

    def reorder(self, row: StockRow) -> None:
        """From how much on it is ordered again."""
        page = FormPage(
            self.desk,
            f"Reorder level of {row.title}",
            (Field("quantity", "Order again at", unit=row.unit, validate=partial(quantity_problem, zero=True),
                   help="So much on hand, or less; 0 for never"),),
            "Save",
            subtitle=f"On hand: {words.on_hand(row, today())}",
            values={"quantity": number(row.reorder_at)} if row.reorder_at is not None else None,
            draft=f"pharmacy reorder {self.shelves.department} {row.medicine_id}",
        )  # fmt: skip
        at = [row.level_version]
        page.wanted.connect(partial(self._set_level, page, row, at))
        page.on_conflict(partial(_against_theirs, at))
        self.show_page(page)

    def lots(self, row: StockRow) -> None:
        """Its lots, one by one."""
        ways.go(self.desk, self, LOTS, medicine=row.title)

    def _expired(self, _row: None) -> None:
        ways.go(self.desk, self, LOTS, expired=True)

    # -- writing ------------------------------------------------------------------------------------------------

    def _receive(self, page: FormPage, row: StockRow, values: dict[str, Any]) -> None:
        quantity = quantity_typed(values["quantity"])
        if quantity is None or self.shelves.department is None:
            return
        page.set_busy(True, "Receiving")
        expires = words.expiry_typed(values["expires_on"], today())
        said = f"Received {counted(quantity, row.unit)} of {row.title}"
        self.desk.tasks.write(
            page, receive, self.shelves.department, row.medicine_id, values["lot_number"], expires, quantity,
            on_done=lambda _moved: self.saved(page, said), on_error=page.failed,
        )  # fmt: skip

    def _set_level(self, page: FormPage, row: StockRow, at: list[int | None], values: dict[str, Any]) -> None:
        quantity = quantity_typed(values["quantity"])
        if quantity is None or self.shelves.department is None:
            return
        page.set_busy(True)
        self.desk.tasks.write(
            page, set_reorder_level, self.shelves.department, row.medicine_id, at[0], quantity,
            on_done=lambda _level: self.saved(page, f"{row.title}: order again at {counted(quantity, row.unit)}"),
            on_error=page.failed,
        )  # fmt: skip

    # -- the list -----------------------------------------------------------------------------------------------

    def _spec(self) -> ListSpec[StockRow]:
        day = today
        return ListSpec(
            title="Stock",
            columns=(
                Column("Medicine", lambda r: r.name, 0, "person", _medicine),
                Column("On hand", lambda r: words.on_hand(r, day()), 150, "number", _on_hand),
                Column("Next expiry", lambda r: words.expiry(r, day()), 120),
                Column("Order again at", _level, 130),
                Column("Lots", lambda r: str(len(r.lots)) if r.lots else "–", 64),
                Column("Status", lambda r: words.medicine_state(r, day()).word, 130, "chip",
                       lambda r: Cell(status=words.medicine_state(r, day()))),
            ),
            query=self.shelves.read,
            key=lambda row: row.medicine_id,
            empty=Empty("There is no medicine in the formulary", "Medicines come with the formulary, at set-up."),
            sort_rule="Order: name · expired lots are not counted as on hand",
            topics=self.shelves.topics,
            states=(
                State("All", lambda row: True),
                State("In stock", lambda row: rules.usable(row.lots, day()) > 0),
                State("To order", lambda row: rules.to_order(rules.usable(row.lots, day()), row.reorder_at)),
                State("Expires soon", lambda row: any(rules.expires_soon(lot, day()) for lot in row.lots)),
                State("Expired lots", lambda row: any(lot.expired(day()) for lot in row.lots)),
            ),
            commands=(
                Command("Receive", STOCK_CREATE, self.receive, self.shelves.why_not, primary=True, icon="ph.plus"),
                Command("Expired lots", STOCK_VIEW, self._expired, key="F7", icon="ph.calendar-x", on_row=False),
                Command("Lots", STOCK_VIEW, self.lots, _why_no_lots, key="Return", icon="ph.stack"),
                Command("Reorder level", STOCK_EDIT, self.reorder, self.shelves.why_not, key="F4"),
            ),
            opens=self.lots,
            opens_with=STOCK_VIEW,
            preview=_preview,
            row_height="row_two_line",
            noun=("medicine", "medicines"),
            more=lambda rows: len(rows) >= MOST_SHOWN,
        )  # fmt: skip


def _medicine(row: StockRow) -> Cell:
    marks = [] if row.in_use else ["out of use"]
    marks += ["controlled"] if row.controlled else []
    return Cell(title=row.name, subtitle=" · ".join((f"{row.strength} {row.form}", *marks)))


def _on_hand(row: StockRow) -> Cell:
    have = rules.usable(row.lots, today())
    shown = counted(have, row.unit).partition(" ")
    tone = "attention" if rules.to_order(have, row.reorder_at) else ""
    return Cell(number=shown[0], unit=shown[2], tone=tone)


def _level(row: StockRow) -> str:
    return counted(row.reorder_at, row.unit) if row.reorder_at else "–"


def _why_no_lots(row: StockRow | None) -> str:
    return "There is no lot of it" if row is not None and not row.lots else ""


def _expiry_problem(text: str) -> str | None:
    try:
        words.expiry_typed(text, today())
    except ValueError as wrong:
        return str(wrong)
    return None


def _against_theirs(at: list[int | None], conflict: Any) -> None:
    at[0] = int(str(conflict.theirs.pop("version")))
    conflict.theirs = {"quantity": number(conflict.theirs["quantity"])}


def _preview(row: StockRow) -> QWidget:
    shown = QWidget()
    column = QVBoxLayout(shown)
    inset = theme().space("card_padding")
    column.setContentsMargins(inset, inset, inset, inset)
    column.setSpacing(theme().space("grid"))
    column.addWidget(Label(row.title, "subtitle", wrap=True))
    column.addWidget(Label(f"On hand: {words.on_hand(row, today())}", "body", wrap=True))
    level = f"Order again at {counted(row.reorder_at, row.unit)}" if row.reorder_at else "No reorder level is set"
    column.addWidget(Label(level, "small", "secondary", wrap=True))
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme().space("grid"))
    grid.setVerticalSpacing(theme().space("half"))
    grid.setColumnStretch(0, 1)
    for place, lot in enumerate(row.lots):
        tone = "critical" if lot.expired(today()) else "primary"
        grid.addWidget(Label(lot.lot_number, "small", tone, identifier=True), 2 * place, 0)
        grid.addWidget(Label(counted(lot.on_hand, row.unit), "small", tone), 2 * place, 1)
        said = f"{'Expired' if lot.expired(today()) else 'Expires'} {show_date(lot.expires_on)}"
        grid.addWidget(
            Label(said, "small", "critical" if lot.expired(today()) else "secondary"), 2 * place + 1, 0, 1, 2
        )
    column.addLayout(grid)
    column.addStretch(1)
    return shown
