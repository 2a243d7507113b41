"""What the person does to whom a task was given, and the ward that gives it to somebody. Moments are the server's.

Each change names the `version` that it read; it raises Conflict when the task is another's by now, or in another state.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access import permissions
from hisdesk.access.action import Write, action
from hisdesk.errors import Conflict
from hisdesk.hospital.cleaning import rules
from hisdesk.hospital.cleaning.rules import Status
from hisdesk.hospital.cleaning.tables import cleaning_task


@dataclass(frozen=True)
class Moved:
    """A task after a change."""

    task_id: UUID
    status: str
    version: int


@action(permissions.CLEANING_EDIT)
def accept(w: Write, task_id: UUID, version: int) -> Moved:
    """ "I go": the ward sees who comes."""
    return _move(w, task_id, version, Status.ACCEPTED)


@action(permissions.CLEANING_EDIT)
def start(w: Write, task_id: UUID, version: int) -> Moved:
    """The clock runs."""
    return _move(w, task_id, version, Status.STARTED)


@action(permissions.CLEANING_EDIT)
def finish(w: Write, task_id: UUID, version: int) -> Moved:
    """The bed is free."""
    return _move(w, task_id, version, Status.DONE)


@action(permissions.CLEANING_EDIT)
def decline(w: Write, task_id: UUID, version: int) -> UUID:
    """ "I cannot": the task goes to the next nearest, and is seen here no more."""
    w.tx.exec_driver_sql("select app.decline_cleaning(%s, %s)", (task_id, version))
    return task_id


@action(permissions.BEDS_EDIT)
def give(w: Write, task_id: UUID, version: int, to: UUID) -> UUID:
    """The ward gives a task to somebody by name, also to one who is busy. Raises Conflict when it has begun."""
    w.tx.exec_driver_sql("select app.give_cleaning(%s, %s, %s)", (task_id, version, to))
    return task_id


def _move(w: Write, task_id: UUID, version: int, wanted: Status) -> Moved:
    begin = [str(status) for status in Status if rules.may_become(status, wanted)]
    table = cleaning_task
    row = w.tx.execute(
        sa.update(table)
        .where(table.c.id == task_id, table.c.version == version, table.c.status.in_(begin))
        .values(status=str(wanted), version=version + 1)
        .returning(table.c.status, table.c.version)
    ).one_or_none()
    if row is not None:
        return Moved(task_id, row.status, row.version)
    current = w.tx.execute(sa.select(table.c.status, table.c.version).where(table.c.id == task_id)).one_or_none()
    if current is None:
        raise Conflict("This task is not yours any more: it was given to somebody else or taken back.")
    if current.version == version:
        rules.require(current.status, wanted)
    raise Conflict(f"This task is now “{current.status}”. Read it again.", {"status": current.status})
