"""The lots on the shelves, what expires first at the top: counted, and discarded with a reason. GUI thread."""

from __future__ import annotations

from functools import partial
from typing import Any

from hisdesk.access.permissions import STOCK_EDIT
from hisdesk.desk.kit.cells import Cell
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.dates import show_date
from hisdesk.desk.kit.dialogs import ReasonDialog
from hisdesk.desk.kit.form import Field
from hisdesk.desk.kit.form_page import FormPage
from hisdesk.desk.kit.list_screen import ListScreen
from hisdesk.desk.kit.list_spec import Command, Empty, ListSpec, State
from hisdesk.desk.kit.stage import Stage
from hisdesk.desk.kit.table import Column
from hisdesk.desk.kit.words import today
from hisdesk.desk.pharmacy import stock_words as words
from hisdesk.desk.pharmacy.shelves import Shelves, quantity_problem
from hisdesk.desk.pharmacy.stock_words import LotRow
from hisdesk.desk.pharmacy.words import quantity_typed
from hisdesk.errors import Conflict, UserError
from hisdesk.hospital.medicines.rules import counted
from hisdesk.hospital.stock import rules
from hisdesk.hospital.stock.actions import Moved, count, discard

EXPIRED = "Expired"
_LEAST_REASON = 4
"""Shorter ones say nothing; “broken” and “expired” do."""


class Lots(Stage):
    """Every lot that is not empty. `show_subject` narrows it to one medicine, or to what has expired."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.shelves = Shelves(desk, self)
        self.set_list(ListScreen(desk, self._spec(), parent=self))
        self.shelves.offer_choice(self.list)

    def show_subject(self, *, medicine: str = "", expired: bool = False) -> None:
        """One medicine's lots, or those that have expired."""
        if self.list is not None:
            self.list.narrow(medicine, EXPIRED if expired else "")

    # -- counting -----------------------------------------------------------------------------------------------

    def count(self, row: LotRow) -> None:
        """What is really there; the difference is an entry with a reason."""
        unit = row.of.unit
        page = FormPage(
            self.desk,
            f"Count lot {row.lot.lot_number}",
            (
                Field("quantity", "Counted", unit=unit, validate=partial(quantity_problem, zero=True)),
                Field("reason", "Why it differs", required=False, max_length=rules.LONGEST_REASON, span=2),
            ),
            "Save count",
            subtitle=f"{row.of.title} · booked: {counted(row.lot.on_hand, unit)}",
            draft=f"pharmacy count {row.lot.id}",
            checks=lambda values: _needs_reason(values, at[0].lot),
        )
        at = [row]
        page.form.changed.connect(lambda: _say_difference(page, at[0]))
        page.wanted.connect(partial(self._count, page, at))
        self.show_page(page)

    def _count(self, page: FormPage, at: list[LotRow], values: dict[str, Any]) -> None:
        found = quantity_typed(values["quantity"])
        if found is None:
            return
        row = at[0]
        page.set_busy(True)
        said = f"Lot {row.lot.lot_number}: {counted(found, row.of.unit)} counted"
        self.desk.tasks.write(
            page, count, row.lot.id, row.lot.version, found, values["reason"],
            on_done=lambda _moved: self.saved(page, said), on_error=partial(self._not_counted, page, at),
        )  # fmt: skip

    def _not_counted(self, page: FormPage, at: list[LotRow], error: UserError) -> bool:
        """Somebody moved it meanwhile: what is booked is others', what was typed stays and is looked at again."""
        if not (isinstance(error, Conflict) and "version" in error.theirs):
            return page.failed(error)
        page.set_busy(False)
        booked, version = quantity_typed(str(error.theirs["on_hand"])), int(str(error.theirs["version"]))
        at[0] = words.moved(at[0], booked or rules.NONE, version)
        said = f"Booked now: {counted(at[0].lot.on_hand, at[0].of.unit)}. Look at the difference, then save again."
        self.desk.messages.error(page, said, "This lot was moved meanwhile")
        _say_difference(page, at[0])
        return True

    # -- discarding ---------------------------------------------------------------------------------------------

    def discard(self, row: LotRow) -> None:
        """All of a lot off the shelf, with a reason."""
        dialog = ReasonDialog(
            self,
            f"Discard {counted(row.lot.on_hand, row.of.unit)} of {row.of.title}?",
            f"All of lot {row.lot.lot_number} leaves the shelf. The entry stays, with your name.",
            "Discard",
            danger=True,
            min_length=_LEAST_REASON,
        )
        dialog.given.connect(
            lambda reason: self.desk.tasks.write(
                self,
                discard,
                row.lot.id,
                row.lot.version,
                reason,
                on_done=partial(self._discarded, row),
                on_error=self._not_discarded,
                slot=str(row.lot.id),
            )
        )
        dialog.present()

    def _discarded(self, row: LotRow, _moved: Moved) -> None:
        self.desk.messages.done(f"Discarded lot {row.lot.lot_number} of {row.of.title}")
        self.read_again()

    def _not_discarded(self, error: UserError) -> bool:
        self.desk.messages.failure(self.list, error, "Not discarded")
        self.read_again()
        return True

    # -- the list -----------------------------------------------------------------------------------------------

    def _spec(self) -> ListSpec[LotRow]:
        day = today
        return ListSpec(
            title="Lots",
            columns=(
                Column("Medicine", lambda r: r.of.title, 0, "person", _medicine),
                Column("Lot", lambda r: r.lot.lot_number, 170, "strong_identifier"),
                Column("Expires", lambda r: show_date(r.lot.expires_on), 120),
                Column("On hand", lambda r: counted(r.lot.on_hand, r.of.unit), 150, "number", _on_hand),
                Column("Status", lambda r: words.lot_state(r.lot, day()).word, 130, "chip",
                       lambda r: Cell(status=words.lot_state(r.lot, day()))),
            ),
            query=lambda tx: words.lots_of(self.shelves.read(tx)),
            key=lambda row: row.lot.id,
            empty=Empty("The shelves are empty", "A delivery is received under Stock, at its medicine."),
            sort_rule="Order: what expires first",
            topics=self.shelves.topics,
            states=(
                State("All", lambda row: True),
                State("Expires soon", lambda row: rules.expires_soon(row.lot, day())),
                State(EXPIRED, lambda row: row.lot.expired(day())),
            ),
            commands=(
                Command("Count", STOCK_EDIT, self.count, key="F6", icon="ph.list-numbers"),
                Command("Discard…", STOCK_EDIT, self.discard, key="F8", destructive=True),
            ),
            opens=self.count,
            opens_with=STOCK_EDIT,
            row_height="row_two_line",
            noun=("lot", "lots"),
        )  # fmt: skip


def _medicine(row: LotRow) -> Cell:
    return Cell(title=row.of.name, subtitle=f"{row.of.strength} {row.of.form}")


def _on_hand(row: LotRow) -> Cell:
    shown = counted(row.lot.on_hand, row.of.unit).partition(" ")
    return Cell(number=shown[0], unit=shown[2])


def _needs_reason(values: dict[str, Any], lot: rules.Lot) -> dict[str, str]:
    found = quantity_typed(values["quantity"])
    if found is not None and found != lot.on_hand and not values["reason"].strip():
        return {"reason": "Say why it differs from what is booked"}
    return {}


def _say_difference(page: FormPage, row: LotRow) -> None:
    typed = page.form.values()["quantity"]
    found = quantity_typed(typed) if typed.strip() else None
    said = words.difference(found, row.lot.on_hand, row.of.unit) if found is not None else ""
    page.form.controls["quantity"].set_help(said)
    page.form.controls["reason"].set_optional(found is None or found == row.lot.on_hand)
