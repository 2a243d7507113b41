"""Making and changing departments. Each raises Invalid with a sentence for each field, Conflict or Denied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access import permissions
from hisdesk.access.action import Write, action, new_id
from hisdesk.errors import Conflict, Denied
from hisdesk.hospital.departments import rules
from hisdesk.hospital.departments.tables import department

FIELDS = ("name", "ticket_letter", "kind", "location", "description", "active")


@dataclass(frozen=True)
class NewDepartment:
    """What is typed about a department; its `code` stays for good."""

    code: str
    name: str
    ticket_letter: str
    kind: str
    location: str = ""
    description: str = ""


@dataclass(frozen=True)
class Saved:
    """The department and its version now."""

    department_id: UUID
    version: int


@action(permissions.DEPARTMENTS_CREATE)
def create(w: Write, new: NewDepartment) -> Saved:
    """Makes a department. Raises Conflict when its code or its clinic's ticket letter is taken."""
    values = rules.checked(asdict(new))
    _refuse_taken(w, values, None)
    department_id = new_id()
    w.tx.execute(sa.insert(department).inline().values(id=department_id, **values))
    return Saved(department_id, 1)


@action(permissions.DEPARTMENTS_EDIT)
def edit(w: Write, department_id: UUID, version: int, changes: Mapping[str, Any]) -> Saved:
    """Changes these fields of the version that was read; raises Conflict with the stored values."""
    unknown = set(changes) - set(FIELDS)
    if unknown:
        raise ValueError(f"not fields of a department that can change: {sorted(unknown)}")
    values = rules.checked(changes)
    current = w.tx.execute(sa.select(department).where(department.c.id == department_id)).mappings().one_or_none()
    if current is None:
        raise Denied("There is no such department.")
    _refuse_taken(w, {**current, **values}, department_id)
    changed = w.tx.execute(
        sa.update(department)
        .where(department.c.id == department_id, department.c.version == version)
        .values(**values, version=version + 1)
    ).rowcount
    if not changed:
        raise Conflict(
            "Somebody changed this department while you were editing it. Choose what shall stand.",
            {**{name: current[name] for name in values}, "version": current["version"]},
        )
    return Saved(department_id, version + 1)


def _refuse_taken(w: Write, values: Mapping[str, Any], own: UUID | None) -> None:
    same_letter = sa.and_(
        department.c.ticket_letter == values["ticket_letter"],
        department.c.kind == "clinic",
        department.c.active,
        sa.literal(values["kind"] == "clinic" and values.get("active", True)),
    )
    taken = w.tx.execute(
        sa.select(department.c.name, department.c.code)
        .where(department.c.id.is_distinct_from(own))
        .where(sa.or_(department.c.code == values["code"], same_letter))
        .limit(1)
    ).first()
    if taken is not None:
        what = "code" if taken.code == values["code"] else "ticket letter"
        raise Conflict(f"The {what} is taken by {taken.name}. Choose another one.")
