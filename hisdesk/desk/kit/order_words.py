"""An order between departments in the words that every workstation uses. No widgets."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from hisdesk.desk.kit.tokens import Status as Shown
from hisdesk.desk.kit.tokens import status
from hisdesk.desk.kit.words import SEXES, born, clock, moment
from hisdesk.hospital.orders.queries import OrderRow
from hisdesk.hospital.orders.rules import Kind, Priority, Status
from hisdesk.hospital.patients import mrn, names

KINDS = {kind: str(kind).capitalize() for kind in Kind}
PRIORITIES = [(str(priority), str(priority).capitalize()) for priority in reversed(Priority)]


def shown_status(row: OrderRow) -> Shown:
    """The chip of an order: its priority while it is pending, else its state."""
    if row.status == Status.PENDING and row.priority != Priority.ROUTINE:
        urgent = status("order", "urgent")
        return Shown(urgent.family, urgent.icon, row.priority.capitalize())
    return status("order", row.status)


def person_name(row: OrderRow) -> str:
    """FAMILY, Given (Title); that nobody knows the name; or that this department may not know it any more."""
    if not row.mrn:
        return "Record closed"
    return names.display(row.family, row.given, row.honorific) or "Unidentified person"


def person_facts(row: OrderRow, on: dt.date) -> str:
    """The second line under a name: born, sex, MRN."""
    if not row.mrn:
        return "Done too long ago for the name to be shown"
    died = ("died",) if row.deceased else ()
    return " · ".join((*died, born(row.born, row.estimated, on), SEXES.get(row.sex, row.sex), mrn.shown(row.mrn)))


def now_said(row: OrderRow, me: UUID, on: dt.date) -> str:
    """Where an order stands: why in this place, with whom since when, or what became of it."""
    if row.status == Status.IN_PROGRESS:
        return f"With {_who(row.started_by_id, row.started_by, me)} since {at_time(row.started_at, on)}"
    if row.status == Status.COMPLETED:
        return f"Completed by {_who(row.completed_by_id, row.completed_by, me)}, {at_time(row.completed_at, on)}"
    if row.status == Status.CANCELLED:
        return f"Cancelled by {_who(row.cancelled_by_id, row.cancelled_by, me)}, {at_time(row.cancelled_at, on)}"
    return row.why


def at_time(at: dt.datetime | None, on: dt.date) -> str:
    """The time of a moment today, else the date too."""
    if at is None:
        return ""
    return clock(at) if at.astimezone().date() == on else moment(at)


def _who(key: UUID | None, name: str, me: UUID) -> str:
    return "you" if key == me else name or "somebody"
