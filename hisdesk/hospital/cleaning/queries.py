"""Cleaning tasks. Who cleans sees the tasks that were given to them, nobody else's; the ward (beds.edit) sees its own.

All need cleaning.view. The tasks hold no patients.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access.figures import Figures
from hisdesk.access.permissions import CLEANING_EDIT, CLEANING_VIEW


@dataclass(frozen=True)
class TaskRow:
    """A task with its bed. `cleaner` is to whom it was given, "" while nobody is free."""

    id: UUID
    bed_id: UUID
    bed: str
    room: str
    department_id: UUID
    ward: str
    location: str
    kind: str
    target_minutes: int
    status: str
    offered_to: UUID | None
    cleaner: str
    asked_at: dt.datetime
    offered_at: dt.datetime | None
    accepted_at: dt.datetime | None
    started_at: dt.datetime | None
    done_at: dt.datetime | None
    version: int


@dataclass(frozen=True)
class Cleaner:
    """Somebody a task can be given to."""

    id: UUID
    name: str
    on_ward: bool
    on_duty: bool
    open_tasks: int


_TASKS = """
select t.id, t.bed_id, b.label, r.label, t.department_id, d.name, d.location, t.kind, t.target_minutes, t.status,
    t.offered_to, coalesce(btrim(concat_ws(' ', nullif(s.title, ''), s.given_names, s.family_name)), ''), t.asked_at,
    t.offered_at, t.accepted_at, t.started_at, t.done_at, t.version
from app.cleaning_task t
join app.bed b on b.id = t.bed_id
join app.room r on r.id = b.room_id
join app.department d on d.id = t.department_id
left join app.staff s on s.id = t.offered_to
"""
_ORDER = "order by t.status <> 'started', t.kind = 'clean', t.asked_at, t.id limit 200"


def mine(tx: sa.Connection, user_id: UUID, *, done: bool = False) -> list[TaskRow]:
    """The open tasks of one person, what has begun first; or (`done`) what they finished in the last day."""
    state = (
        "t.status = 'done' and t.done_at > clock_timestamp() - interval '24 hours' order by t.done_at desc limit 200"
        if done
        else f"t.status in ('offered', 'accepted', 'started') {_ORDER}"
    )
    rows = tx.exec_driver_sql(f"{_TASKS} where t.offered_to = %s and {state}", (user_id,))
    return [TaskRow(*row) for row in rows]


def of_wards(tx: sa.Connection) -> list[TaskRow]:
    """The open tasks of the own wards, as far as this session may see them."""
    rows = tx.exec_driver_sql(
        f"""{_TASKS} where t.status in ('waiting', 'offered', 'accepted', 'started')
            and t.department_id = any ((select auth.departments())::uuid[]) {_ORDER}"""
    )
    return [TaskRow(*row) for row in rows]


def cleaners(tx: sa.Connection, department_id: UUID) -> list[Cleaner]:
    """Whom a task of that ward can be given to, the nearest first. Needs beds.edit."""
    rows = tx.exec_driver_sql("select id, name, on_ward, on_duty, open_tasks from app.cleaners(%s)", (department_id,))
    return [Cleaner(*row) for row in rows]


TASK_FIGURES = Figures(
    """select count(*) filter (where t.status in ('offered', 'accepted')) as tasks_waiting,
           count(*) filter (where t.status in ('offered', 'accepted') and t.kind <> 'clean') as tasks_deep,
           min(t.asked_at) filter (where t.status in ('offered', 'accepted')) as tasks_since,
           count(*) filter (where t.status = 'started') as tasks_started,
           min(t.started_at) filter (where t.status = 'started') as tasks_started_at,
           count(*) filter (where t.status = 'done') as tasks_done
       from app.cleaning_task t where t.offered_to = (select auth.uid())
           and (t.status in ('offered', 'accepted', 'started')
                or t.status = 'done' and t.done_at > clock_timestamp() - interval '24 hours')""",
    (CLEANING_VIEW, CLEANING_EDIT),
    ("cleaning_task",),
)
"""The reader's own tasks: open, and done in the last day, as in `mine`."""
