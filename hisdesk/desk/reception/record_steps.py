"""What is done with a whole record at the front desk: into a queue, out of use and back. GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from hisdesk.desk.kit.choices import CheckBox
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.dialogs import ReasonDialog
from hisdesk.desk.kit.notices import Notice, Offer
from hisdesk.desk.reception.queue_dialogs import QueueDialog
from hisdesk.desk.reception.record_view import RecordView
from hisdesk.desk.reception.tickets import Number, Tickets
from hisdesk.errors import Conflict, UserError
from hisdesk.hospital.patients import actions
from hisdesk.hospital.visits.actions import Added, NewVisit, add_to_queue


class Queueing:
    """Adds the person of one screen to a queue, and prints the ticket. `done()` when they have their number."""

    def __init__(
        self, desk: Desk, screen: QWidget, view: RecordView, tickets: Tickets, done: Callable[[], object]
    ) -> None:
        self._desk, self._screen, self._view, self._tickets, self._done = desk, screen, view, tickets, done
        self._last: Number | None = None

    def ask(self, patient_id: UUID, name: str) -> None:
        """Asks for department, doctor, priority and reason."""
        dialog = QueueDialog(self._screen, self._desk, name, patient_id=patient_id)
        dialog.given.connect(self._queue)
        dialog.present()

    def print_ticket(self) -> None:
        """Prints the ticket just given once more, or saves it where there is no printer."""
        if self._last is not None:
            self._tickets.print_again(self._last)

    def forget(self) -> None:
        """Another record comes: its ticket is not the one before."""
        self._last = None

    def _queue(self, new: NewVisit, print_ticket: bool) -> None:
        self._view.queue.set_busy(True, "Adding")
        self._desk.tasks.write(
            self._screen,
            add_to_queue,
            new,
            on_done=partial(self._queued, new, print_ticket),
            on_error=partial(self._not_queued, new, print_ticket),
            slot=str(new.id),
        )

    def _queued(self, new: NewVisit, print_ticket: bool, added: Added) -> None:
        self._view.queue.set_busy(False)
        self._last = Number(added.visit_id, added.ticket, new.department_id, new.priority, added.ahead)
        place = "next" if added.ahead == 0 else f"{added.ahead} before them"
        offers = (Offer("Print ticket", self.print_ticket, key="F9"),)
        notices = self._view.notices
        notices.put("ticket", Notice("ok", f"Ticket {added.ticket}", f"In the queue: {place}.", offers, notices))
        self._desk.messages.done(f"Added to the queue, ticket {added.ticket}")
        if print_ticket:
            self._tickets.print(self._last)
        self._done()

    def _not_queued(self, new: NewVisit, print_ticket: bool, error: UserError) -> bool:
        self._view.queue.set_busy(False)
        again = partial(self._queue, new, print_ticket)
        self._desk.messages.failure(self._screen, error, "Not added to the queue", again)
        return True


class Status:
    """Takes the record of one screen out of use with a reason, or back into use.

    `version()` is the one that was read last; `changed(version)` when it is stored; `conflict()` when somebody else
    was faster.
    """

    def __init__(
        self,
        desk: Desk,
        screen: QWidget,
        *,
        version: Callable[[], int],
        changed: Callable[[int], object],
        conflict: Callable[[], object],
    ) -> None:
        self._desk, self._screen, self._version = desk, screen, version
        self._changed, self._conflict = changed, conflict

    def reactivate(self, patient_id: UUID) -> None:
        """Back into use, at once."""
        self._set(actions.reactivate, patient_id, self._version())

    def ask(self, patient_id: UUID) -> None:
        """Out of use: asks for the reason, and whether the person is blacklisted."""
        dialog = ReasonDialog(
            self._screen,
            "Take this record out of use?",
            "It stays findable and is marked everywhere. It can be taken back into use.",
            "Take out of use",
            danger=True,
        )
        blacklist = CheckBox("Blacklist the person")
        dialog.body.addWidget(blacklist)
        dialog.given.connect(
            lambda reason: self._set(actions.deactivate, patient_id, self._version(), reason, blacklist.isChecked())
        )
        dialog.present()

    def _set(self, action: Any, *args: Any) -> None:
        def done(saved: actions.Saved) -> None:
            self._changed(saved.version)

        def failed(error: UserError) -> bool:
            if isinstance(error, Conflict):
                self._conflict()
            self._desk.messages.failure(self._screen, error, "Not changed", lambda: self._set(action, *args))
            return True

        self._desk.tasks.write(self._screen, action, *args, on_done=done, on_error=failed)
