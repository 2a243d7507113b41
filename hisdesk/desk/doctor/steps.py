"""The steps of a visit as a doctor takes them: call, call again, put back, start, complete. GUI thread.

Somebody else may have been faster: the answer then says who, and the screen reads again.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from hisdesk.access.action import Action
from hisdesk.access.permissions import VISITS_EDIT
from hisdesk.desk.doctor import words
from hisdesk.desk.doctor.room import Room
from hisdesk.desk.kit.context import Desk
from hisdesk.errors import Conflict, UserError
from hisdesk.hospital.visits import actions
from hisdesk.hospital.visits.queries import QueueRow
from hisdesk.hospital.visits.rules import Status, may_become

NOT_ALLOWED = "You do not have the permission to change visits"


class Steps(QObject):
    """Writes for one screen. `read_again` is called after every answer, good or bad."""

    def __init__(self, desk: Desk, screen: QWidget, read_again: Callable[[], object]) -> None:
        super().__init__(screen)
        self._desk, self._screen, self._read_again = desk, screen, read_again
        self.room = Room(desk, screen)

    # -- what may be done now -----------------------------------------------------------------------------------

    def why_not(self, row: QueueRow | None, wanted: Status) -> str:
        """Why the visit cannot go into that state now; "" when it can."""
        if row is None:
            return ""
        if not self._desk.actor.may(VISITS_EDIT):
            return NOT_ALLOWED
        if may_become(row.status, wanted):
            return ""
        return where(row, self._desk.actor.user_id)

    def why_not_call(self, row: QueueRow | None) -> str:
        """A first call is for who waits; who was called is called again."""
        if row is not None and row.status == Status.CALLED:
            return f"{where(row, self._desk.actor.user_id)}: call again"
        return self.why_not(row, Status.CALLED)

    def why_not_call_again(self, row: QueueRow | None) -> str:
        """A second call is for who was called and did not come."""
        if row is not None and row.status == Status.WAITING:
            return "Nobody has called yet"
        return self.why_not(row, Status.CALLED)

    # -- doing it -----------------------------------------------------------------------------------------------

    def call(self, row: QueueRow) -> None:
        """Calls the number to this station's room; a second time shows it again on the hall display."""
        self.room.use(lambda room: self._call_to(row, room))

    def _call_to(self, row: QueueRow, room: str) -> None:
        again = "again " if row.status == Status.CALLED else ""
        self._write(actions.call, row, room, said=f"Called {row.ticket} {again}to {room}", failed="Not called")

    def put_back(self, row: QueueRow) -> None:
        """Did not come: waits again, in the place that the arrival gives."""
        self._write(actions.put_back, row, said=f"{row.ticket} waits again", failed="Not put back")

    def start(self, row: QueueRow, then: Callable[[], object]) -> None:
        """The person comes in; `then` opens the chart."""
        self._write(actions.start, row, said=f"{row.ticket} is with you", failed="Not started", then=then)

    def complete(self, row: QueueRow, then: Callable[[], object] | None = None) -> None:
        """The visit is over."""
        self._write(actions.complete, row, said=f"Completed {row.ticket}", failed="Not completed", then=then)

    def _write(
        self,
        action: Action[..., actions.Moved],
        row: QueueRow,
        *more: object,
        said: str,
        failed: str,
        then: Callable[[], object] | None = None,
    ) -> None:
        def done(_moved: actions.Moved) -> None:
            self._read_again()
            if then is not None:
                then()
            self._desk.messages.done(said)  # after `then`: another screen in front clears what was said

        def not_done(error: UserError) -> None:
            if isinstance(error, Conflict):
                self._desk.messages.attention(self._screen, f"{failed}: somebody was faster", str(error))
                self._read_again()
            else:
                self._desk.messages.failure(self._screen, error, failed)

        self._desk.tasks.write(
            self, action, row.id, row.version, *more, on_done=done, on_error=not_done, slot=str(row.id)
        )


def where(row: QueueRow, me: UUID) -> str:
    """Where somebody is now: "With you since 10:34", "Called to Room 4 at 10:31 by Dr R. Kumar"."""
    if row.status == Status.WITH_DOCTOR:
        who = "you" if row.doctor_id == me else row.doctor or "a doctor"
        return f"With {who} since {words.clock(row.started_at)}"
    if row.status == Status.CALLED:
        by = f" by {row.called_by}" if row.called_by else ""
        return f"Called to {row.called_room} at {words.clock(row.called_at)}{by}"
    if row.status == Status.COMPLETED:
        return f"Completed at {words.clock(row.completed_at)}"
    if row.status == Status.CANCELLED:
        return f"Cancelled: {row.cancelled_reason}" if row.cancelled_reason else "Cancelled"
    return f"Waiting since {words.clock(row.arrived_at)}"
