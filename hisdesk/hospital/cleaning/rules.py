"""The states of a cleaning task and its clock. Pure."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Protocol

from hisdesk.errors import Conflict


class Status(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    STARTED = "started"
    DONE = "done"
    CANCELLED = "cancelled"


class Kind(StrEnum):
    CLEAN = "clean"
    DEEP_CLEAN = "deep clean"


OPEN = (Status.WAITING, Status.OFFERED, Status.ACCEPTED, Status.STARTED)

# what the person may do to whom the task was given
NEXT: dict[Status, frozenset[Status]] = {
    Status.WAITING: frozenset(),
    Status.OFFERED: frozenset({Status.ACCEPTED, Status.STARTED}),
    Status.ACCEPTED: frozenset({Status.STARTED}),
    Status.STARTED: frozenset({Status.DONE}),
    Status.DONE: frozenset(),
    Status.CANCELLED: frozenset(),
}
NOBODY_TOOK_IT = dt.timedelta(minutes=10)


class Task(Protocol):
    """What the clock looks at."""

    @property
    def status(self) -> str: ...
    @property
    def target_minutes(self) -> int: ...
    @property
    def asked_at(self) -> dt.datetime: ...
    @property
    def started_at(self) -> dt.datetime | None: ...


def may_become(status: str, wanted: str) -> bool:
    """Whether the person to whom it was given may do this; buttons and actions ask this alike."""
    return Status(wanted) in NEXT[Status(status)]


def may_decline(status: str) -> bool:
    """Whether it can be handed to the next person."""
    return status in (Status.OFFERED, Status.ACCEPTED)


def may_give(status: str) -> bool:
    """Whether the ward may give it to somebody else."""
    return status in (Status.WAITING, Status.OFFERED, Status.ACCEPTED)


def require(status: str, wanted: str) -> None:
    """Raises Conflict when the task may not go into this state."""
    if not may_become(status, wanted):
        said = "Start the task first; its clock has not run yet." if wanted == Status.DONE else ""
        raise Conflict(said or f"This task is already “{status}”.", {"status": status})


def running_minutes(task: Task, now: dt.datetime) -> int:
    """Whole minutes since it was begun, or, before that, since it was asked for."""
    since = task.started_at or task.asked_at
    return max(0, int((now - since).total_seconds() // 60))


def share_done(task: Task, now: dt.datetime) -> float:
    """How much of the time it should take has passed, 0 to 1; 0 before it is begun."""
    if task.started_at is None:
        return 0.0
    return max(0.0, min(1.0, (now - task.started_at).total_seconds() / (60 * task.target_minutes)))


def is_late(task: Task, now: dt.datetime) -> bool:
    """Begun and over its time, or asked for ten minutes ago and not begun."""
    if task.status == Status.STARTED:
        return running_minutes(task, now) > task.target_minutes
    return task.status in (Status.WAITING, Status.OFFERED, Status.ACCEPTED) and now - task.asked_at > NOBODY_TOOK_IT


def clock(task: Task, now: dt.datetime) -> str:
    """ "18 of 30 min" while it runs, "asked 6 min ago" before."""
    minutes = running_minutes(task, now)
    if task.status == Status.STARTED:
        return f"{minutes} of {task.target_minutes} min"
    return "asked just now" if minutes < 1 else f"asked {minutes} min ago"
