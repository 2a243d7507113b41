"""The ticket of a visit: made off the GUI thread, then printed or saved. GUI thread."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from PySide6.QtWidgets import QWidget

from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.printing import Paper
from hisdesk.errors import UserError
from hisdesk.hospital.departments import queries as departments
from hisdesk.hospital.visits.actions import note_reprint
from hisdesk.printed.ticket import Ticket, ticket_pdf

KIND = "ticket"


@dataclass(frozen=True)
class Number:
    """What a ticket is printed from. `ahead` is None where nobody counted."""

    visit_id: UUID
    ticket: str
    department_id: UUID
    priority: str = "normal"
    ahead: int | None = None


class Tickets:
    """Prints tickets for one screen."""

    def __init__(self, desk: Desk, owner: QWidget, paper: Paper | None = None) -> None:
        self._desk, self._owner = desk, owner
        self.paper = paper or Paper(desk.settings, desk.messages)

    def print(self, number: Number) -> None:
        """Makes the PDF and offers it to the printer; failures are said at the screen, with a way to try again."""
        station = self._desk.actor.station
        self._desk.tasks.read(
            self._owner,
            lambda tx: _described(tx, number, station),
            self._make,
            partial(self._failed, number),
            slot="ticket",
        )

    def print_again(self, number: Number) -> None:
        """The same for a ticket that may have been given out already: it is noted in the audit before it is printed."""
        self._desk.tasks.write(
            self._owner,
            note_reprint,
            number.visit_id,
            on_done=lambda _id: self.print(number),
            on_error=partial(self._failed, number, again=self.print_again),
            slot=str(number.visit_id),
        )

    def _make(self, ticket: Ticket) -> None:
        self._desk.tasks.run(self._owner, lambda: ticket_pdf(ticket), partial(self._offer, ticket), slot="ticket")

    def _offer(self, ticket: Ticket, pdf: bytes) -> None:
        self.paper.offer(self._owner, pdf, f"ticket {ticket.number}.pdf", KIND)

    def _failed(self, number: Number, error: UserError, again: Callable[[Number], None] | None = None) -> bool:
        what = f"The ticket {number.ticket} was not printed"
        self._desk.messages.failure(self._owner, error, what, partial(again or self.print, number))
        return True


def _described(tx: sa.Connection, number: Number, station: str) -> Ticket:
    hospital = departments.the_hospital(tx)
    (place,) = departments.departments(tx, ids=[number.department_id], inactive=True)
    return Ticket(
        number=number.ticket,
        department=place.name,
        location=place.location,
        printed_at=dt.datetime.now().astimezone(),
        waiting_ahead=number.ahead,
        priority_word="" if number.priority == "normal" else number.priority.capitalize(),
        qr_payload=str(number.visit_id),
        hospital=hospital.name if hospital else "",
        station=station,
    )
