"""Asking another department for something, and doing what was asked. Moments and who are the server's.

Each change names the `version` that it read. It raises Conflict, which says who was faster and what is stored now, or
Denied when the order is not for one of the own departments; Invalid when a text does not fit or is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access import permissions
from hisdesk.access.action import Write, action, new_id
from hisdesk.errors import Conflict, Denied, Invalid
from hisdesk.hospital.orders import rules
from hisdesk.hospital.orders.rules import Status
from hisdesk.hospital.orders.tables import clinical_order


@dataclass(frozen=True)
class NewOrder:
    """What is asked for a person whose record is open, by one of the own departments."""

    patient_id: UUID
    from_department_id: UUID
    to_department_id: UUID | None
    kind: str
    title: str
    text: str = ""
    priority: str = "routine"
    visit_id: UUID | None = None
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True)
class Moved:
    """An order after a change."""

    order_id: UUID
    status: str
    version: int


@action(permissions.ORDERS_CREATE)
def place(w: Write, new: NewOrder) -> UUID:
    """Asks a department for something; it sees the order at once. Returns the order's key.

    A diagnostic request or a referral needs orders.approve as well. Raises Invalid; Denied without the record open.
    """
    new = checked(new)
    w.tx.execute(
        sa.insert(clinical_order)
        .values(
            id=new.id,
            patient_id=new.patient_id,
            visit_id=new.visit_id,
            kind=new.kind,
            title=new.title,
            text=new.text,
            priority=new.priority,
            from_department_id=new.from_department_id,
            to_department_id=new.to_department_id,
        )
        .inline()
    )
    return new.id


def checked(new: NewOrder) -> NewOrder:
    """The order as it is stored, or Invalid with sentences."""
    new = replace(new, title=" ".join(new.title.split()), text=new.text.strip())
    problems = rules.problems_of(new.kind, new.title, new.text, new.priority)
    if new.to_department_id is None:
        problems["to_department_id"] = "Choose the department that shall do it."
    if problems:
        raise Invalid(problems)
    return new


@action(permissions.ORDERS_EDIT)
def start(w: Write, order_id: UUID, version: int) -> Moved:
    """Somebody of the department does it now. Raises Conflict naming who began before."""
    return _move(w, order_id, version, Status.IN_PROGRESS)


@action(permissions.ORDERS_EDIT)
def put_back(w: Write, order_id: UUID, version: int) -> Moved:
    """Begun by mistake: pending again."""
    return _move(w, order_id, version, Status.PENDING)


@action(permissions.ORDERS_EDIT)
def complete(w: Write, order_id: UUID, version: int, note: str) -> Moved:
    """It is done; the note says what was done or found, for whoever asked. Final."""
    return _move(w, order_id, version, Status.COMPLETED, "completion_note = %(note)s", note=rules.checked_note(note))


@action(permissions.ORDERS_EDIT)
def cancel(w: Write, order_id: UUID, version: int, reason: str) -> Moved:
    """The department does not do it, and says why. Final."""
    text = rules.checked_reason(reason)
    return _move(w, order_id, version, Status.CANCELLED, "cancelled_reason = %(reason)s", reason=text)


@action(permissions.ORDERS_CREATE)
def withdraw(w: Write, order_id: UUID, version: int, reason: str) -> Moved:
    """Takes an order back while nobody has begun; the person's record must be open. Final."""
    text = rules.checked_reason(reason)
    return _move(
        w, order_id, version, Status.CANCELLED, "cancelled_reason = %(reason)s", begin=(Status.PENDING,), reason=text
    )


@action(permissions.ORDERS_CREATE)
def see(w: Write, order_id: UUID) -> None:
    """Who asked has seen what came of it; of others' orders nothing changes."""
    w.tx.exec_driver_sql("select app.see_order(%s)", (order_id,))


# ---------------------------------------------------------------------------------------------------- inside


def _move(
    w: Write,
    order_id: UUID,
    version: int,
    wanted: Status,
    also: str = "",
    *,
    begin: tuple[Status, ...] = tuple(Status),
    **values: Any,
) -> Moved:
    """Goes into the wanted state from any of `begin` that allows it; `also` is a further assignment in SQL."""
    states = [str(status) for status in begin if rules.may_become(status, wanted)]
    row = w.tx.exec_driver_sql(
        f"update app.clinical_order set {', '.join(filter(None, ('status = %(status)s', also)))}, version = version + 1"
        " where id = %(id)s and version = %(version)s and status = any(%(states)s) returning status, version",
        {"id": order_id, "version": version, "states": states, "status": str(wanted), **values},
    ).one_or_none()
    if row is not None:
        return Moved(order_id, row.status, row.version)
    current = w.tx.execute(sa.select(clinical_order).where(clinical_order.c.id == order_id)).one_or_none()
    if current is None:
        raise _not_yours()
    if current.version != version:
        raise _conflict(w, current)
    rules.require(current.status, wanted)
    if current.status not in states:
        raise Conflict(
            "Somebody works on this order already. Call the department and ask them to cancel it.",
            {"status": current.status},
        )
    raise _not_yours()


def _not_yours() -> Denied:
    """Also of an order that is seen through an open record or was asked by oneself."""
    return Denied("This order is not for one of your departments.")


def _conflict(w: Write, current: Any) -> Conflict:
    """Who was faster, in words."""
    by = w.tx.exec_driver_sql("select name, at from audit.last_change('clinical_order', %s)", (current.id,)).one()
    who, at = by.name or "Somebody", f" at {by.at.astimezone():%H:%M}" if by.at else ""
    said = {
        "pending": f"{who} has put this order back{at}.",
        "in progress": f"{who} has started this order already{at}.",
        "completed": f"{who} has completed this order{at}.",
        "cancelled": f"{who} has cancelled this order{at}: {current.cancelled_reason}",
    }[current.status]
    return Conflict(said, {"status": current.status, "version": current.version})
