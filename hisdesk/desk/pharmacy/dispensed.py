"""What was dispensed, the latest first, and taking one back as an entry of its own. GUI thread."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from hisdesk.access.permissions import DISPENSINGS_EDIT
from hisdesk.desk.kit.cells import Cell
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.dialogs import ReasonDialog
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.list_screen import ListScreen
from hisdesk.desk.kit.list_spec import Command, Empty, ListSpec, State
from hisdesk.desk.kit.table import Column
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.tokens import Status, family_status
from hisdesk.desk.kit.words import moment
from hisdesk.desk.pharmacy import words
from hisdesk.hospital.dispensings import queries
from hisdesk.hospital.dispensings.actions import Dispensed as Done
from hisdesk.hospital.dispensings.actions import reverse
from hisdesk.hospital.dispensings.queries import MOST_SHOWN, DispensedRow
from hisdesk.hospital.medicines.rules import counted
from hisdesk.live.topics import department_topic


class Dispensed(ListScreen[DispensedRow]):
    """The hand-overs of the own pharmacies to people whom they still have a reason to know."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, _spec(self, desk))

    def take_back(self, row: DispensedRow) -> None:
        """Asks why, then writes the entry that takes it back."""
        dialog = ReasonDialog(
            self,
            f"Take back what was dispensed to {words.name_of(row)}?",
            f"{_contents(row)} go back to their lots, and the prescription is open again. Both entries stay.",
            "Take back",
            danger=True,
        )
        dialog.given.connect(
            lambda reason: self.desk.tasks.write(
                self,
                reverse,
                row.id,
                reason,
                on_done=self._taken_back,
                on_error=lambda error: self.desk.messages.failure(self, error, "Not taken back"),
                slot=str(row.id),
            )
        )
        dialog.present()

    def _taken_back(self, _done: Done) -> None:
        self.desk.messages.done("Taken back: the prescription is open again")
        self.read_again()


def _spec(screen: Dispensed, desk: Desk) -> ListSpec[DispensedRow]:
    return ListSpec(
        title="Dispensed",
        columns=(
            Column("When", lambda r: moment(r.dispensed_at), 150, "text", _when),
            Column("Patient", words.name_of, 230, "person", _patient),
            Column("Medicines and lots", _contents, 0, "wrap"),
            Column("Status", lambda r: _state(r).word, 120, "chip", lambda r: Cell(status=_state(r))),
        ),
        query=queries.dispensed,
        key=lambda row: row.id,
        empty=Empty("Nothing was dispensed lately", "What is handed out at the windows appears here by itself."),
        sort_rule="Order: the latest first",
        topics=frozenset(department_topic(d, "dispensing") for d in desk.actor.departments),
        states=(
            State("All", lambda row: True),
            State("Dispensed", lambda row: row.reverses is None),
            State("Taken back", lambda row: row.reverses is not None),
        ),
        commands=(Command("Take back…", DISPENSINGS_EDIT, screen.take_back, _why_not, key="F8", destructive=True),),
        preview=_preview,
        row_height="row_two_line",
        noun=("entry", "entries"),
        more=lambda rows: len(rows) >= MOST_SHOWN,
    )


def _why_not(row: DispensedRow | None) -> str:
    if row is None:
        return ""
    if row.reverses is not None:
        return "This entry is itself one that takes back"
    return "It was taken back already" if row.reversed else ""


def _when(row: DispensedRow) -> Cell:
    return Cell(title=moment(row.dispensed_at), subtitle=row.dispensed_by)


def _patient(row: DispensedRow) -> Cell:
    return Cell(title=words.name_of(row), subtitle=words.facts_of(row))


def _contents(row: DispensedRow) -> str:
    return ", ".join(f"{name} {counted(quantity, unit)} (lot {lot})" for name, quantity, unit, lot in row.items)


def _state(row: DispensedRow) -> Status:
    if row.reverses is not None:
        return family_status("neutral", "Takes back")
    return family_status("attention", "Taken back") if row.reversed else family_status("ok", "Dispensed")


def _preview(row: DispensedRow) -> QWidget:
    shown = QWidget()
    column = QVBoxLayout(shown)
    inset = theme().space("card_padding")
    column.setContentsMargins(inset, inset, inset, inset)
    column.setSpacing(theme().space("grid"))
    column.addWidget(Label(words.name_of(row), "subtitle", wrap=True))
    column.addWidget(Label(f"{moment(row.dispensed_at)} · {row.dispensed_by}", "small", "secondary", wrap=True))
    if row.reason:
        column.addWidget(Label(f"Taken back because: {row.reason}", "body", "primary", wrap=True))
    for name, quantity, unit, lot in row.items:
        column.addWidget(Label(f"{name}: {counted(quantity, unit)}", "body_strong", wrap=True))
        column.addWidget(Label(f"Lot {lot}", "small", "secondary", identifier=True))
    column.addStretch(1)
    return shown
