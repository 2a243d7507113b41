"""Hand-overs in a list: their columns and preview, printed again, taken back. GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from PySide6.QtWidgets import QVBoxLayout, QWidget

from hisdesk.access.permissions import DISPENSINGS_EDIT, DISPENSINGS_VIEW
from hisdesk.desk.kit.cells import Cell
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.dialogs import ReasonDialog
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.list_spec import Command
from hisdesk.desk.kit.table import Column
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.tokens import Status, family_status
from hisdesk.desk.kit.words import moment
from hisdesk.desk.pharmacy import words
from hisdesk.desk.pharmacy.papers import LABELS, RECEIPT, Papers
from hisdesk.hospital.dispensings.actions import Dispensed, reverse
from hisdesk.hospital.dispensings.queries import DispensedRow
from hisdesk.hospital.medicines.rules import counted
from hisdesk.hospital.prescriptions import numbers
from hisdesk.hospital.stock.rules import NONE

LABELS_KEY, RECEIPT_KEY, BACK_KEY = "F6", "F7", "F8"
MOST_NAMED = 3
"""Medicines named in a row of the list; the panel beside it names all."""


def columns() -> tuple[Column[DispensedRow], ...]:
    """When, to whom, what, on which prescription, and what became of it."""
    return (
        Column("When", lambda r: moment(r.dispensed_at), 150, "text", _when),
        Column("Patient", words.name_of, 220, "person", _patient),
        Column("Medicines and lots", contents, 0, "wrap", lambda r: Cell(title=brief(r), spoken=contents(r))),
        Column("Prescription", lambda r: numbers.shown(r.number), 116, "identifier"),
        Column("Status", lambda r: state(r).word, 120, "chip", lambda r: Cell(status=state(r))),
    )


class Entries:
    """What can be done with a hand-over of a list; `changed` is called when one was taken back."""

    def __init__(self, desk: Desk, owner: QWidget, changed: Callable[[], object]) -> None:
        self._desk, self._owner, self._changed = desk, owner, changed
        self.papers = Papers(desk, owner)

    def commands(self) -> tuple[Command[DispensedRow], ...]:
        """Printing again, and taking back as an entry of its own."""
        return (
            Command("Labels", DISPENSINGS_VIEW, self.labels, why_no_labels, key=LABELS_KEY, icon="ph.tag"),
            Command("Receipt", DISPENSINGS_VIEW, self.receipt, key=RECEIPT_KEY, icon="ph.receipt"),
            Command("Take back…", DISPENSINGS_EDIT, self.take_back, why_not_back, key=BACK_KEY, destructive=True),
        )

    def labels(self, row: DispensedRow) -> None:
        """Prints the labels again."""
        self.papers.print_again(row.id, LABELS)

    def receipt(self, row: DispensedRow) -> None:
        """Prints the receipt again."""
        self.papers.print_again(row.id, RECEIPT)

    def take_back(self, row: DispensedRow) -> None:
        """Asks why, then writes the entry that takes it back."""
        dialog = ReasonDialog(
            self._owner,
            f"Take back what was dispensed to {words.name_of(row)}?",
            f"{contents(row)} go back to their lots, and the prescription is open again. Both entries stay.",
            "Take back",
            danger=True,
        )
        dialog.given.connect(
            lambda reason: self._desk.tasks.write(
                self._owner,
                reverse,
                row.id,
                reason,
                on_done=self._taken_back,
                on_error=lambda error: self._desk.messages.failure(self._owner, error, "Not taken back"),
                slot=str(row.id),
            )
        )
        dialog.present()

    def _taken_back(self, _done: Dispensed) -> None:
        self._desk.messages.done("Taken back: the prescription is open again")
        self._changed()


def why_not_back(row: DispensedRow | None) -> str:
    """Why it cannot be taken back; "" when it can."""
    if row is None:
        return ""
    if row.reverses is not None:
        return "This entry is itself one that takes back"
    return "It was taken back already" if row.reversed else ""


def why_no_labels(row: DispensedRow | None) -> str:
    """Why there are no labels for it; "" when there are."""
    return "Nothing was handed out with this entry" if row is not None and row.reverses is not None else ""


def contents(row: DispensedRow) -> str:
    """What was handed out, with its lots."""
    return ", ".join(f"{name}: {counted(quantity, unit)} (lot {lot})" for name, quantity, unit, lot in row.items)


def brief(row: DispensedRow) -> str:
    """The same where there is little room: several lots are counted, and so are names that do not fit; none is cut."""
    if len(row.items) < 2:
        return contents(row)
    together: dict[tuple[str, str], Decimal] = {}
    for name, quantity, unit, _lot in row.items:
        together[name, unit] = together.get((name, unit), NONE) + quantity
    said = [f"{name}: {counted(quantity, unit)}" for (name, unit), quantity in together.items()]
    shown = said if len(said) <= MOST_NAMED else [*said[: MOST_NAMED - 1], f"{len(said) - MOST_NAMED + 1} more"]
    return f"{', '.join(shown)} · {len(row.items)} lots"


def state(row: DispensedRow) -> Status:
    """What became of it."""
    if row.reverses is not None:
        return family_status("neutral", "Takes back")
    return family_status("attention", "Taken back") if row.reversed else family_status("ok", "Dispensed")


def preview(row: DispensedRow) -> QWidget:
    """One entry in full."""
    shown = QWidget()
    column = QVBoxLayout(shown)
    inset = theme().space("card_padding")
    column.setContentsMargins(inset, inset, inset, inset)
    column.setSpacing(theme().space("grid"))
    column.addWidget(Label(words.name_of(row), "subtitle", wrap=True))
    if facts := words.facts_of(row):
        column.addWidget(Label(facts, "small", "secondary", identifier=bool(row.mrn)))
    column.addWidget(Label(f"Prescription {numbers.shown(row.number)}", "small", "secondary"))
    column.addWidget(Label(f"{moment(row.dispensed_at)} · {row.dispensed_by}", "small", "secondary", wrap=True))
    if row.reason:
        column.addWidget(Label(f"Taken back because: {row.reason}", "body", "primary", wrap=True))
    for name, quantity, unit, lot in row.items:
        column.addWidget(Label(f"{name}: {counted(quantity, unit)}", "body_strong", wrap=True))
        column.addWidget(Label(f"Lot {lot}", "small", "secondary", identifier=True))
    column.addStretch(1)
    return shown


def _when(row: DispensedRow) -> Cell:
    return Cell(title=moment(row.dispensed_at), subtitle=row.dispensed_by)


def _patient(row: DispensedRow) -> Cell:
    return Cell(title=words.name_of(row), subtitle=words.facts_of(row))
