"""The steps of an order as a department takes them: start, put back, complete with a note, cancel. GUI thread.

Somebody else may have been faster: the answer then says who, and the list reads again. A note is kept on the station
for its author until it is saved.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from hisdesk.access.action import Action
from hisdesk.access.permissions import ORDERS_EDIT
from hisdesk.desk.kit import order_words as words
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dialogs import Dialog, ReasonDialog
from hisdesk.desk.kit.drafts import Damaged
from hisdesk.desk.kit.fields import AreaField
from hisdesk.desk.kit.list_screen import ListScreen
from hisdesk.desk.kit.words import today
from hisdesk.errors import Conflict, Invalid, UserError
from hisdesk.hospital.orders import actions
from hisdesk.hospital.orders.queries import OrderRow
from hisdesk.hospital.orders.rules import Kind, Status, checked_note, may_become

_NOTE = "note"


class CompleteDialog(Dialog):
    """Asks what was done or found. `given(note)`; what is typed is kept when the dialog is left."""

    given = Signal(str)

    def __init__(self, parent: QWidget, desk: Desk, row: OrderRow) -> None:
        found = row.kind == Kind.DIAGNOSTIC_REQUEST
        said = f"{words.person_name(row)}. {row.asked_by or row.from_department} sees the note at once."
        super().__init__(parent, f"Complete “{row.title}”?", f"{said} It cannot be changed afterwards.", wide=True)
        self._desk, self._draft = desk, draft_key(row)
        self.note = AreaField("What was found" if found else "What was done", lines=6)
        self.body.addWidget(self.note)
        self.add_verb("Go back", None, key="Esc")
        self.commit = Button("Complete", "primary", key="Ctrl+Return", parent=self)
        self.commit.setShortcut("Ctrl+Return")
        self.commit.clicked.connect(self._give)
        self._buttons.addWidget(self.commit)
        self.first = self.note.edit
        self._take_up()
        self.note.changed.connect(self._typed)
        self._check()

    def _take_up(self) -> None:
        try:
            draft = self._desk.drafts.find(self._draft)
        except Damaged as error:
            self.note.set_message(str(error), "attention")
            return
        if draft is not None:
            self.note.set_value(str(draft.values.get(_NOTE, "")))
            self.note.set_help("Typed before, not saved yet")

    def _typed(self, text: str) -> None:
        if text.strip():
            self._desk.drafts.keep(self._draft, {_NOTE: text})
        else:
            self._desk.drafts.remove(self._draft)
        self._check()

    def _check(self) -> None:
        try:
            checked_note(self.note.value())
        except Invalid as error:
            why = error.fields[_NOTE]
            self.note.set_error(why if self.note.value() else "")
            self.commit.set_reason(why)
        else:
            self.note.set_error("")
            self.commit.set_reason("")
        self.fit()

    def _give(self) -> None:
        self.accept()
        self.given.emit(self.note.value())


class Steps(QObject):
    """Writes for one list, which is read again after every answer, good or bad."""

    def __init__(self, desk: Desk, screen: ListScreen[OrderRow]) -> None:
        super().__init__(screen)
        self._desk, self._screen = desk, screen

    def why_not(self, row: OrderRow | None, wanted: Status) -> str:
        """Why the order cannot go into that state now; "" when it can."""
        if row is None:
            return ""
        if not self._desk.actor.may(ORDERS_EDIT):
            return "You do not have the permission to work on orders"
        if may_become(row.status, wanted):
            return ""
        if row.status == Status.PENDING:
            return "Not started yet"
        return words.now_said(row, self._desk.actor.user_id, today())

    def start(self, row: OrderRow) -> None:
        """Somebody here does it now."""
        self._write(actions.start, row, said=f"Started: {row.title}", failed="Not started")

    def put_back(self, row: OrderRow) -> None:
        """Begun by mistake."""
        self._write(actions.put_back, row, said=f"Pending again: {row.title}", failed="Not put back")

    def complete(self, row: OrderRow) -> None:
        """Asks for the note, then it is done."""
        dialog = CompleteDialog(self._screen, self._desk, row)
        dialog.given.connect(
            lambda note: self._write(
                actions.complete, row, note, said=f"Completed: {row.title}", failed="Not completed, your note is kept"
            )
        )
        dialog.present()

    def cancel(self, row: OrderRow) -> None:
        """Asks why the department does not do it."""
        dialog = ReasonDialog(
            self._screen,
            f"Cancel “{row.title}”?",
            f"{words.person_name(row)}. {row.asked_by or row.from_department} sees the reason at once.",
            "Cancel the order",
            danger=True,
        )
        dialog.given.connect(
            lambda reason: self._write(
                actions.cancel, row, reason, said=f"Cancelled: {row.title}", failed="Not cancelled"
            )
        )
        dialog.present()

    def _write(self, action: Action[..., actions.Moved], row: OrderRow, *more: object, said: str, failed: str) -> None:
        def done(moved: actions.Moved) -> None:
            if moved.status == Status.COMPLETED:
                self._desk.drafts.remove(draft_key(row))
            self._screen.read_again()
            self._desk.messages.done(said)

        def not_done(error: UserError) -> None:
            if isinstance(error, Conflict):
                self._desk.messages.attention(self._screen, f"{failed}: somebody was faster", str(error))
                self._screen.read_again()
            else:
                self._desk.messages.failure(self._screen, error, failed)

        self._desk.tasks.write(
            self, action, row.id, row.version, *more, on_done=done, on_error=not_done, slot=str(row.id)
        )


def draft_key(row: OrderRow) -> str:
    """Where a note is kept until it is saved."""
    return f"order/{row.id}/note"
