"""States that a person sets, beds that are blocked, and how rooms and beds are set up.

Each change names the `version` that it read. It raises Conflict, which says what is stored now; Denied when the bed is
on another's ward; Invalid when a text does not fit or is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access import permissions
from hisdesk.access.action import Write, action, new_id
from hisdesk.errors import Conflict, Denied, Invalid
from hisdesk.hospital.beds import rules
from hisdesk.hospital.beds.rules import Hold, Status
from hisdesk.hospital.beds.tables import bed, room


@dataclass(frozen=True)
class Changed:
    """A bed or room after a change."""

    id: UUID
    version: int


@dataclass(frozen=True)
class NewRoom:
    """A room of a ward with its beds, all of them with the same equipment."""

    department_id: UUID
    label: str
    beds: tuple[str, ...]
    sex: str = "none"
    isolation: bool = False
    distance_m: int = 0
    equipment: tuple[str, ...] = ()
    id: UUID = field(default_factory=new_id)


@action(permissions.BEDS_EDIT)
def set_status(w: Write, bed_id: UUID, version: int, status: str, reason: str = "") -> Changed:
    """Closes a bed (with the reason), opens it, sends somebody to clean it, or says that it is ready."""
    current = _bed(w, bed_id, version)
    rules.require(current.status, status)
    if current.hold == Hold.RESERVED:
        raise Conflict("This bed is reserved for somebody. Take the reservation back first.", {"hold": current.hold})
    values: dict[str, Any] = {"status": status, "hold": "", "hold_reason": ""}
    if status == Status.CLOSED:
        values["hold_reason"] = _reason(reason, "Say why the bed is closed.")
    return _update(w, bed, bed_id, version, **values)


@action(permissions.BEDS_EDIT)
def block(w: Write, bed_id: UUID, version: int, reason: str) -> Changed:
    """Keeps a bed that nobody lies in from being given; the reason stands on the board."""
    text = _reason(reason, "Say why the bed is blocked.")
    current = _bed(w, bed_id, version)
    if current.hold == Hold.RESERVED:
        raise Conflict("This bed is reserved for somebody. Take the reservation back first.", {"hold": current.hold})
    if current.status in (*rules.TAKEN, Status.CLOSED):
        raise Conflict(
            "Only a bed that nobody lies in, and that is in use, can be blocked.", {"status": current.status}
        )
    return _update(w, bed, bed_id, version, hold=Hold.BLOCKED, hold_reason=text)


@action(permissions.BEDS_EDIT)
def unblock(w: Write, bed_id: UUID, version: int) -> Changed:
    """The bed can be given again."""
    if _bed(w, bed_id, version).hold != Hold.BLOCKED:
        raise Conflict("This bed is not blocked.")
    return _update(w, bed, bed_id, version, hold=Hold.NONE, hold_reason="")


@action(permissions.BEDS_ADMIN)
def add_room(w: Write, new: NewRoom) -> UUID:
    """A room and its beds. Raises Invalid for labels that are missing, too long or doubled."""
    labels = [" ".join(label.split()) for label in new.beds]
    title = " ".join(new.label.split())
    problems = _room_problems(title, new.sex, new.distance_m)
    if not labels or not all(0 < len(label) <= 12 for label in labels):
        problems["beds"] = "Name the beds, such as “1A, 1B”; each name has at most 12 characters."
    elif len(set(labels)) < len(labels):
        problems["beds"] = "Each bed needs a name of its own."
    if problems:
        raise Invalid(problems)
    _refuse_taken(w, new.department_id, title, labels)
    equipment = rules.checked_equipment(new.equipment)
    w.tx.execute(
        sa.insert(room)
        .inline()
        .values(
            id=new.id,
            department_id=new.department_id,
            label=title,
            sex=new.sex,
            isolation=new.isolation,
            distance_m=new.distance_m,
        )
    )
    rows = [{"id": new_id(), "room_id": new.id, "label": label, "equipment": equipment} for label in labels]
    w.tx.execute(sa.insert(bed).inline(), rows)
    return new.id


@action(permissions.BEDS_ADMIN)
def change_room(
    w: Write, room_id: UUID, version: int, label: str, sex: str, isolation: bool, distance_m: int
) -> Changed:
    """What a room is called, whom it is for, whether somebody can be isolated there, how far the nurses are."""
    title = " ".join(label.split())
    problems = _room_problems(title, sex, distance_m)
    if problems:
        raise Invalid(problems)
    return _update(w, room, room_id, version, label=title, sex=sex, isolation=isolation, distance_m=distance_m)


# ---------------------------------------------------------------------------------------------------- inside


def _room_problems(label: str, sex: str, distance_m: int) -> dict[str, str]:
    problems = {}
    if not 0 < len(label) <= 40:
        problems["label"] = "Enter the room's name, at most 40 characters."
    if sex not in rules.SEXES:
        problems["sex"] = "Choose none, female or male."
    if not 0 <= distance_m <= 1000:
        problems["distance_m"] = "Between 0 and 1000 metres."
    return problems


def _refuse_taken(w: Write, department_id: UUID, label: str, labels: list[str]) -> None:
    if w.tx.execute(sa.select(room.c.id).where(room.c.department_id == department_id, room.c.label == label)).first():
        raise Invalid({"label": "This ward has a room of that name already."})
    taken = w.tx.execute(
        sa.select(bed.c.label).where(bed.c.department_id == department_id, bed.c.label.in_(labels))
    ).scalars()
    if there := sorted(taken):
        raise Invalid({"beds": f"This ward has a bed of that name already: {', '.join(there)}."})


def _reason(reason: str, required: str) -> str:
    text = " ".join(reason.split())
    if not text:
        raise Invalid({"reason": required})
    if len(text) > rules.REASON_LENGTH:
        raise Invalid(
            {"reason": f"This is {len(text)} characters long; at most {rules.REASON_LENGTH} fit. Shorten it."}
        )
    return text


def _bed(w: Write, bed_id: UUID, version: int) -> Any:
    row = w.tx.execute(sa.select(bed).where(bed.c.id == bed_id)).one_or_none()
    if row is None:
        raise Denied("You may not see this bed.")
    if row.version != version:
        raise _changed(w, "bed", bed_id, {"status": row.status, "hold": row.hold, "version": row.version})
    return row


def _update(w: Write, table: sa.Table, key: UUID, version: int, **values: Any) -> Changed:
    row = w.tx.execute(
        sa.update(table)
        .where(table.c.id == key, table.c.version == version)
        .values(**values, version=version + 1)
        .returning(table.c.version)
    ).one_or_none()
    if row is not None:
        return Changed(key, row.version)
    stored = w.tx.execute(sa.select(table.c.version).where(table.c.id == key)).scalar()
    if stored is None or stored == version:
        raise Denied("This is not on one of your wards.")
    raise _changed(w, table.name, key, {"version": stored})


def _changed(w: Write, table: str, key: UUID, theirs: dict[str, object]) -> Conflict:
    by = w.tx.exec_driver_sql("select name, at from audit.last_change(%s, %s)", (table, key)).one()
    who = by.name or "Somebody"
    at = f" at {by.at.astimezone():%H:%M}" if by.at else ""
    return Conflict(f"{who} changed this{at}. Read it again.", theirs)
