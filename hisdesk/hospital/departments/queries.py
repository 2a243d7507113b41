"""The hospital and its departments. Whoever is signed in may read them; no permission is needed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from hisdesk.hospital.departments.tables import department, hospital


@dataclass(frozen=True)
class Hospital:
    """The hospital itself. `time_zone` says when a day begins, for queues and their numbers."""

    id: UUID
    name: str
    time_zone: str
    currency: str
    helpdesk: str
    version: int


@dataclass(frozen=True)
class Department:
    """A clinic, ward, service or office; only a clinic has a queue, whose numbers begin with `ticket_letter`."""

    id: UUID
    code: str
    name: str
    ticket_letter: str
    kind: str
    location: str
    description: str
    active: bool
    version: int


def the_hospital(tx: sa.Connection) -> Hospital | None:
    """This hospital; None before set-up."""
    row = tx.execute(sa.select(hospital)).one_or_none()
    return Hospital(*row) if row else None


def departments(
    tx: sa.Connection, *, kinds: Collection[str] = (), ids: Collection[UUID] | None = None, inactive: bool = False
) -> list[Department]:
    """Departments by name; only these kinds and keys where given, without inactive ones unless asked for."""
    query = sa.select(department).order_by(department.c.name)
    if kinds:
        query = query.where(department.c.kind.in_(kinds))
    if ids is not None:
        query = query.where(department.c.id.in_(ids))
    if not inactive:
        query = query.where(department.c.active)
    return [Department(*row) for row in tx.execute(query)]
