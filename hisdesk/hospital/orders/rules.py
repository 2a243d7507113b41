"""Kinds and states of an order, what may follow what, the order of a work list, and its figures. Pure."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from hisdesk.errors import Conflict, Invalid

LONGEST_TITLE = 120
LONGEST_TEXT = 4000
LONGEST_REASON = 500


class Kind(StrEnum):
    DIAGNOSTIC_REQUEST = "diagnostic request"
    REFERRAL = "referral"
    CARE_INSTRUCTION = "care instruction"


class Priority(StrEnum):
    EMERGENCY = "emergency"
    URGENT = "urgent"
    ROUTINE = "routine"


class Status(StrEnum):
    PENDING = "pending"
    IN_PROGRESS = "in progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


OPEN = (Status.PENDING, Status.IN_PROGRESS)
FINAL = (Status.COMPLETED, Status.CANCELLED)

NEXT: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.IN_PROGRESS, Status.CANCELLED}),
    Status.IN_PROGRESS: frozenset({Status.COMPLETED, Status.CANCELLED, Status.PENDING}),
    Status.COMPLETED: frozenset(),
    Status.CANCELLED: frozenset(),
}

_RANK = {Priority.EMERGENCY: 0, Priority.URGENT: 1, Priority.ROUTINE: 2}
_REFUSED = {
    Status.IN_PROGRESS: "Only a pending order can be started",
    Status.COMPLETED: "Only an order in progress can be completed",
    Status.PENDING: "Only an order in progress can be put back",
    Status.CANCELLED: "Only a pending order or one in progress can be cancelled",
}


class Ordered(Protocol):
    """What the place in a work list and the figures look at."""

    @property
    def status(self) -> str: ...
    @property
    def priority(self) -> str: ...
    @property
    def asked_at(self) -> dt.datetime: ...
    @property
    def started_at(self) -> dt.datetime | None: ...


@dataclass(frozen=True)
class Figures:
    """A work list in numbers; `wait` is the median from asked to started, None when nothing has been started."""

    pending: int
    in_progress: int
    completed: int
    cancelled: int
    wait: dt.timedelta | None


def may_become(status: str, wanted: str) -> bool:
    """Whether an order in this state may go into that one; buttons and actions ask this alike."""
    return Status(wanted) in NEXT[Status(status)]


def require(status: str, wanted: str) -> None:
    """Raises Conflict when the order may not go into the wanted state, and says what it is now."""
    if not may_become(status, wanted):
        raise Conflict(f"{_REFUSED[Status(wanted)]}; this one is already “{status}”.", {"status": status})


def place(row: Ordered) -> tuple[int, dt.datetime]:
    """The order of a work list: emergency, urgent, routine; within each, what was asked first."""
    return _RANK[Priority(row.priority)], row.asked_at


def why(row: Ordered, pending: Iterable[Ordered], now: dt.datetime) -> str:
    """Why this order stands where it does, in words; only a pending one has a place. `pending`: it among them."""
    if row.status != Status.PENDING:
        return ""
    peers = [other for other in pending if other.priority == row.priority]
    first = len(peers) > 1 and min(peers, key=place) is row
    said = f"asked {ago(now - row.asked_at)}" + (f": the oldest of {len(peers)}" if first else "")
    return f"{row.priority.capitalize()}, {said}" if row.priority != Priority.ROUTINE else said.capitalize()


def ago(span: dt.timedelta) -> str:
    """How long ago: "under 1 min ago", "12 min ago", "3 h 05 ago", "2 days ago"."""
    return f"{spell(span)} ago"


def spell(span: dt.timedelta) -> str:
    """A span as lists show it: "under 1 min", "12 min", "3 h 05", "1 day", "9 days"."""
    whole = max(0, int(span.total_seconds() // 60))
    if whole < 1:
        return "under 1 min"
    if whole < 60:
        return f"{whole} min"
    if whole < 24 * 60:
        return f"{whole // 60} h {whole % 60:02}"
    days = whole // (24 * 60)
    return f"{days} day{'s' if days > 1 else ''}"


def figures(rows: Iterable[Ordered]) -> Figures:
    """The numbers above a work list."""
    listed = list(rows)
    count = {status: sum(row.status == status for row in listed) for status in Status}
    waits_s = [(row.started_at - row.asked_at).total_seconds() for row in listed if row.started_at is not None]
    return Figures(
        count[Status.PENDING],
        count[Status.IN_PROGRESS],
        count[Status.COMPLETED],
        count[Status.CANCELLED],
        dt.timedelta(seconds=statistics.median(waits_s)) if waits_s else None,
    )


def problems_of(kind: str, title: str, text: str, priority: str) -> dict[str, str]:
    """What cannot be stored so, by field, in sentences."""
    wrong = {
        "kind": "" if kind in list(Kind) else "Choose what is asked for.",
        "title": too_long(title, LONGEST_TITLE) if title else "Say in a few words what shall be done.",
        "text": too_long(text, LONGEST_TEXT),
        "priority": "" if priority in list(Priority) else "Choose emergency, urgent or routine.",
    }
    return {name: problem for name, problem in wrong.items() if problem}


def checked_note(note: str) -> str:
    """What was done, as it is stored; lines are kept. Raises Invalid."""
    text = note.strip()
    if problem := "Say what was done or found." if not text else too_long(text, LONGEST_TEXT):
        raise Invalid({"note": problem})
    return text


def checked_reason(reason: str) -> str:
    """Why an order is cancelled, as it is stored. Raises Invalid."""
    text = " ".join(reason.split())
    if problem := "Say why the order is cancelled." if not text else too_long(text, LONGEST_REASON):
        raise Invalid({"reason": problem})
    return text


def too_long(text: str, most: int) -> str:
    """What is wrong with the length of a text; "" when it fits."""
    return f"This is {len(text)} characters long; at most {most} fit. Shorten it." if len(text) > most else ""
