"""Adding somebody to a queue and moving a visit on. Numbers and moments are the server's.

Each change names the `version` that it read. It raises Conflict, which says who was faster and what is stored now, or
Denied when the visit is not in one of the own queues; Invalid when a text does not fit or is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access import permissions
from hisdesk.access.action import Write, action, new_id
from hisdesk.errors import Conflict, Denied, Invalid
from hisdesk.hospital.patients.rules import clean_text, phone_problem
from hisdesk.hospital.visits import rules
from hisdesk.hospital.visits.rules import Status
from hisdesk.hospital.visits.tables import visit


@dataclass(frozen=True)
class NewVisit:
    """Somebody who comes: a registered person whose record is open, or an anonymous one with a name."""

    department_id: UUID
    patient_id: UUID | None = None
    anonymous_name: str = ""
    anonymous_phone: str = ""
    doctor_id: UUID | None = None
    priority: str = "normal"
    reason: str = ""
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True)
class Added:
    """`ahead`: how many wait before this one."""

    visit_id: UUID
    ticket: str
    ahead: int


@dataclass(frozen=True)
class Moved:
    """A visit after a change."""

    visit_id: UUID
    status: str
    version: int


@action(permissions.VISITS_CREATE)
def add_to_queue(w: Write, new: NewVisit) -> Added:
    """Gives the next number of the department's day. The person's record must be open to this session.

    Raises Conflict when the person waits there already, Invalid, or Denied.
    """
    new = checked(new)
    if new.patient_id is not None:
        _refuse_a_second(w, new.patient_id, new.department_id)
    row = w.tx.execute(
        sa.insert(visit)
        .values(
            id=new.id,
            patient_id=new.patient_id,
            anonymous_name=new.anonymous_name,
            anonymous_phone=new.anonymous_phone,
            department_id=new.department_id,
            doctor_id=new.doctor_id,
            priority=new.priority,
            reason=new.reason,
        )
        .returning(visit.c.ticket, visit.c.arrived_at)
    ).one()
    ahead = w.tx.exec_driver_sql(
        """select count(*) from app.visit v where v.department_id = %(department)s and v.day = app.today()
               and v.status = 'waiting' and v.id <> %(id)s
               and (array_position(%(order)s, v.priority), v.arrived_at, v.id)
                   < (array_position(%(order)s, %(priority)s), %(arrived)s, %(id)s)""",
        {
            "department": new.department_id,
            "id": new.id,
            "order": [str(p) for p in rules.Priority],
            "priority": new.priority,
            "arrived": row.arrived_at,
        },
    ).scalar_one()
    return Added(new.id, row.ticket, ahead)


def checked(new: NewVisit) -> NewVisit:
    """The visit as it is stored, or Invalid with sentences."""
    name, phone = clean_text(new.anonymous_name), clean_text(new.anonymous_phone)
    problems = {}
    if new.patient_id is None and not name:
        problems["anonymous_name"] = "Enter a name to call, or choose a registered person."
    if len(name) > 200:
        problems["anonymous_name"] = f"This is {len(name)} characters long; at most 200 fit. Shorten it."
    if problem := phone_problem(phone) or (len(phone) > 40 and "A phone number has at most 40 characters."):
        problems["anonymous_phone"] = problem
    if problems:
        raise Invalid(problems)
    known = new.patient_id is not None
    return NewVisit(
        new.department_id,
        new.patient_id,
        "" if known else name,
        "" if known else phone,
        new.doctor_id,
        rules.checked_priority(new.priority),
        rules.checked_reason(new.reason, 500),
        new.id,
    )


@action(permissions.VISITS_EDIT)
def call(w: Write, visit_id: UUID, version: int, room: str) -> Moved:
    """Calls the number to a room; a second call shows it again. Raises Conflict naming who has called already."""
    room = rules.checked_reason(room, 40, required="Enter the room that the person shall come to.", at="room")
    return _move(w, visit_id, version, Status.CALLED, "called_room = %(room)s", room=room)


@action(permissions.VISITS_EDIT)
def start(w: Write, visit_id: UUID, version: int) -> Moved:
    """The person is with the doctor; whoever begins takes a visit that nobody was given."""
    own = w.actor.user_id
    return _move(w, visit_id, version, Status.WITH_DOCTOR, "doctor_id = coalesce(doctor_id, %(own)s)", own=own)


@action(permissions.VISITS_EDIT)
def complete(w: Write, visit_id: UUID, version: int) -> Moved:
    """The visit is over; the department knows the person for twelve more hours."""
    return _move(w, visit_id, version, Status.COMPLETED)


@action(permissions.VISITS_EDIT)
def put_back(w: Write, visit_id: UUID, version: int) -> Moved:
    """Back to waiting, at the place that the arrival gives."""
    return _move(w, visit_id, version, Status.WAITING)


@action(permissions.VISITS_EDIT)
def cancel(w: Write, visit_id: UUID, version: int, reason: str) -> Moved:
    """Takes the person off the queue; the reason stands in the record."""
    text = rules.checked_reason(reason, 200, required="Say why the visit is cancelled.")
    return _move(w, visit_id, version, Status.CANCELLED, "cancelled_reason = %(reason)s", reason=text)


@action(permissions.VISITS_EDIT)
def assign_doctor(w: Write, visit_id: UUID, version: int, doctor_id: UUID | None) -> Moved:
    """Gives the visit to a doctor, or to nobody in particular."""
    return _change(w, visit_id, version, "doctor_id = %(doctor)s", doctor=doctor_id)


@action(permissions.VISITS_EDIT)
def set_priority(w: Write, visit_id: UUID, version: int, priority: str) -> Moved:
    """Changes how urgent the visit is."""
    return _change(w, visit_id, version, "priority = %(priority)s", priority=rules.checked_priority(priority))


@action(permissions.VISITS_VIEW)
def note_reprint(w: Write, visit_id: UUID) -> UUID:
    """Notes in the audit that the ticket of this visit is printed again. Raises Denied for another's queue."""
    w.tx.exec_driver_sql("select app.note_reprint(%s)", (visit_id,))
    return visit_id


# ---------------------------------------------------------------------------------------------------- inside


def _refuse_a_second(w: Write, patient_id: UUID, department_id: UUID) -> None:
    waits = w.tx.execute(
        sa.select(visit.c.ticket, visit.c.status).where(
            visit.c.patient_id == patient_id,
            visit.c.department_id == department_id,
            visit.c.status.in_([str(s) for s in rules.OPEN]),
        )
    ).first()
    if waits is not None:
        raise Conflict(
            f"This person is in this queue already, with the number {waits.ticket} ({waits.status}).",
            {"ticket": waits.ticket, "status": waits.status},
        )


def _move(w: Write, visit_id: UUID, version: int, wanted: Status, also: str = "", **values: Any) -> Moved:
    """Goes into the wanted state from any that allows it; `also` are further assignments in SQL."""
    begin = [str(status) for status in Status if rules.may_become(status, wanted)]
    assignments = ", ".join(filter(None, ("status = %(status)s", also)))
    moved = _update(w, visit_id, version, begin, assignments, status=str(wanted), **values)
    if moved is not None:
        return moved
    current = _unchanged(w, visit_id, version)
    rules.require(current.status, wanted)
    raise _not_yours()


def _change(w: Write, visit_id: UUID, version: int, assignments: str, **values: Any) -> Moved:
    """Changes an open visit without moving it."""
    moved = _update(w, visit_id, version, [str(status) for status in rules.OPEN], assignments, **values)
    if moved is not None:
        return moved
    current = _unchanged(w, visit_id, version)
    if current.status not in list(rules.OPEN):
        raise Conflict(f"This visit is already “{current.status}”.", {"status": current.status})
    raise _not_yours()


def _update(
    w: Write, visit_id: UUID, version: int, states: Sequence[str], assignments: str, **values: Any
) -> Moved | None:
    """One statement does it when all is well; None when the visit has another version or state, or is not ours."""
    row = w.tx.exec_driver_sql(
        f"update app.visit set {assignments}, version = version + 1"
        " where id = %(id)s and version = %(version)s and status = any(%(states)s) returning status, version",
        {"id": visit_id, "version": version, "states": states, **values},
    ).one_or_none()
    return None if row is None else Moved(visit_id, row.status, row.version)


def _unchanged(w: Write, visit_id: UUID, version: int) -> Any:
    """The visit as it is, when it still has this version. Raises Conflict, or Denied when it cannot be seen."""
    current = w.tx.execute(sa.select(visit).where(visit.c.id == visit_id)).one_or_none()
    if current is None:
        raise _not_yours()
    if current.version != version:
        raise _conflict(w, current)
    return current


def _not_yours() -> Denied:
    """Also of a visit that is seen through an open record, when the queue is another department's."""
    return Denied("This visit is not in one of your queues.")


def _conflict(w: Write, current: Any) -> Conflict:
    """Who was faster, in words: the most likely reason is that somebody else has called the number."""
    by = w.tx.exec_driver_sql("select name, at from audit.last_change('visit', %s)", (current.id,)).one()
    who, at = by.name or "Somebody", f" at {by.at.astimezone():%H:%M}" if by.at else ""
    said = {
        "called": f"{who} has called {current.ticket} already, to {current.called_room}{at}.",
        "with doctor": f"{current.ticket} has gone in already: {who}{at}.",
        "completed": f"{who} has completed {current.ticket}{at}.",
        "cancelled": f"{who} has cancelled {current.ticket}{at}: {current.cancelled_reason}",
    }.get(current.status, f"{who} has changed {current.ticket}{at}.")
    names = ("status", "priority", "doctor_id", "called_room", "version")
    return Conflict(said, {name: getattr(current, name) for name in names})
