"""The states of a visit, what may follow what, and whose turn it is. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from hisdesk.errors import Conflict, Invalid


class Status(StrEnum):
    WAITING = "waiting"
    CALLED = "called"
    WITH_DOCTOR = "with doctor"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Priority(StrEnum):
    EMERGENCY = "emergency"
    URGENT = "urgent"
    NORMAL = "normal"


OPEN = (Status.WAITING, Status.CALLED, Status.WITH_DOCTOR)

# a second call of somebody who did not come is a call again
NEXT: dict[Status, frozenset[Status]] = {
    Status.WAITING: frozenset({Status.CALLED, Status.WITH_DOCTOR, Status.CANCELLED}),
    Status.CALLED: frozenset({Status.CALLED, Status.WITH_DOCTOR, Status.WAITING, Status.CANCELLED}),
    Status.WITH_DOCTOR: frozenset({Status.COMPLETED, Status.WAITING}),
    Status.COMPLETED: frozenset(),
    Status.CANCELLED: frozenset(),
}

_RANK = {Priority.EMERGENCY: 0, Priority.URGENT: 1, Priority.NORMAL: 2}
_REFUSED = {
    Status.CALLED: "Only somebody who is waiting can be called",
    Status.WITH_DOCTOR: "Only somebody who is waiting or was called can go in",
    Status.COMPLETED: "Only a visit that has begun can be completed",
    Status.WAITING: "Only somebody who was called or has gone in can be put back",
    Status.CANCELLED: "Only somebody who is waiting or was called can be cancelled",
}


class InQueue(Protocol):
    """What the order looks at."""

    @property
    def status(self) -> str: ...
    @property
    def priority(self) -> str: ...
    @property
    def arrived_at(self) -> dt.datetime: ...


def may_become(status: str, wanted: str) -> bool:
    """Whether a visit in this state may go into that one; buttons and actions ask this alike."""
    return Status(wanted) in NEXT[Status(status)]


def require(status: str, wanted: str) -> None:
    """Raises Conflict when the visit may not go into the wanted state, and says what it is now."""
    if not may_become(status, wanted):
        raise Conflict(f"{_REFUSED[Status(wanted)]}; this visit is already “{status}”.", {"status": status})


def place(row: InQueue) -> tuple[int, dt.datetime]:
    """The order of a queue: emergency, urgent, normal; within each, who came first."""
    return _RANK[Priority(row.priority)], row.arrived_at


def why(row: InQueue, waiting: Sequence[InQueue], now: dt.datetime) -> str:
    """Why this person is where they are in the queue, in words; only who waits has a place.

    `waiting` are the people waiting in the same queue, in any order, this one among them.
    """
    if row.status != Status.WAITING:
        return ""
    since = f"waiting {minutes(now - row.arrived_at)}"
    first = min(waiting, key=place, default=row)
    if row.priority != Priority.NORMAL:
        peers = [other for other in waiting if other.priority == row.priority]
        longest = len(peers) > 1 and min(peers, key=place) is row
        return f"{row.priority.capitalize()}, {since}" + (f": the longest of {len(peers)}" if longest else "")
    if first is row or place(first) == place(row):
        return f"Longest wait: {minutes(now - row.arrived_at)}"
    ahead = sum(other.priority != Priority.NORMAL for other in waiting)
    if ahead and place(row) == min(place(other) for other in waiting if other.priority == Priority.NORMAL):
        return f"Longest wait after {ahead} urgent: {minutes(now - row.arrived_at)}"
    return since.capitalize()


def minutes(span: dt.timedelta) -> str:
    """A wait as lists show it: "under 1 min", "12 min", "1 h 05"."""
    whole = max(0, int(span.total_seconds() // 60))
    if whole < 1:
        return "under 1 min"
    return f"{whole} min" if whole < 60 else f"{whole // 60} h {whole % 60:02}"


def checked_reason(reason: str, most: int, *, required: str = "", at: str = "reason") -> str:
    """A reason as it is stored. `required` is the sentence for an empty one; raises Invalid."""
    text = " ".join(reason.split())
    if required and not text:
        raise Invalid({at: required})
    if len(text) > most:
        raise Invalid({at: f"This is {len(text)} characters long; at most {most} fit. Shorten it."})
    return text


def checked_priority(priority: str) -> str:
    """One of the three priorities; raises Invalid."""
    if priority not in list(Priority):
        raise Invalid({"priority": "Choose emergency, urgent or normal."})
    return priority
