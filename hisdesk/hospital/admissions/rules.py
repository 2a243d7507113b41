"""From the request for a bed to going home: states, blockers of a discharge, checks. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from hisdesk.errors import Conflict, Invalid


class Status(StrEnum):
    """Of a request; an admission is a request that has become one."""

    REQUESTED = "requested"
    ASSIGNED = "assigned"
    ADMITTED = "admitted"
    DISCHARGED = "discharged"
    CANCELLED = "cancelled"


class StayStatus(StrEnum):
    """Of the time in one bed."""

    ADMITTED = "admitted"
    TRANSFERRED = "transferred"
    DISCHARGED = "discharged"
    CANCELLED = "cancelled"


class Urgency(StrEnum):
    EMERGENCY = "emergency"
    URGENT = "urgent"
    NORMAL = "normal"


class ItemStatus(StrEnum):
    OPEN = "open"
    DONE = "done"
    NOT_NEEDED = "not needed"


WAITING = (Status.REQUESTED, Status.ASSIGNED)
NEXT: dict[Status, frozenset[Status]] = {
    Status.REQUESTED: frozenset({Status.ASSIGNED, Status.ADMITTED, Status.CANCELLED}),
    Status.ASSIGNED: frozenset({Status.ASSIGNED, Status.REQUESTED, Status.ADMITTED, Status.CANCELLED}),
    Status.ADMITTED: frozenset({Status.DISCHARGED, Status.CANCELLED}),
    Status.DISCHARGED: frozenset(),
    Status.CANCELLED: frozenset(),
}
ITEMS = {
    "letter": "Discharge letter",
    "medicines": "Medicines to take home",
    "follow-up": "Follow-up appointment",
    "lines removed": "Cannulas and lines removed",
    "informed": "Patient and family informed",
    "transport": "Transport",
    "belongings": "Belongings handed over",
}
DISCHARGED_TO = ("home", "other hospital", "care facility", "against advice", "died")
UNPLANNED = ("against advice", "died")
"""Ways to leave that wait for no checklist."""
LONGEST_DAYS = 365
_RANK = {Urgency.EMERGENCY: 0, Urgency.URGENT: 1, Urgency.NORMAL: 2}


class Item(Protocol):
    """What a blocker looks at."""

    @property
    def item(self) -> str: ...
    @property
    def status(self) -> str: ...


class Waits(Protocol):
    """What the order of requests looks at."""

    @property
    def urgency(self) -> str: ...
    @property
    def requested_at(self) -> dt.datetime: ...


@dataclass(frozen=True)
class NewRequest:
    """What a doctor asks for. `department_id` is the wanted ward; the person's record is open."""

    patient_id: UUID
    department_id: UUID
    reason: str
    urgency: str = "normal"
    isolation: str = ""
    equipment: tuple[str, ...] = ()
    expected_days: int = 3
    doctor_id: UUID | None = None
    from_visit_id: UUID | None = None
    id: UUID | None = field(default=None)


def may_become(status: str, wanted: str) -> bool:
    """Whether a request in this state may go into that one; buttons and actions ask this alike."""
    return Status(wanted) in NEXT[Status(status)]


def require(status: str, wanted: str) -> None:
    """Raises Conflict when it may not, and says what it is now."""
    if not may_become(status, wanted):
        raise Conflict(f"This request is already “{status}”.", {"status": status})


def place(row: Waits) -> tuple[int, dt.datetime]:
    """The order of those who wait for a bed: emergency, urgent, normal; within each, who was asked for first."""
    return _RANK[Urgency(row.urgency)], row.requested_at


def blockers(items: Collection[Item], discharged_to: str = "home", *, babies: Sequence[str] = ()) -> list[str]:
    """What still keeps somebody from leaving, in words; nothing is left to do when it is empty.

    `babies` are newborns whose cot stands at this bed.
    """
    found = [f"{baby} is still in the cot" for baby in babies]
    if discharged_to not in UNPLANNED:
        still = {each.item for each in items if each.status == ItemStatus.OPEN}
        found += [words for item, words in ITEMS.items() if item in still]
    return found


def day(admitted_at: dt.datetime, now: dt.datetime) -> int:
    """The day of the stay: the first is day 1; each midnight of the given zones begins another."""
    return (now.date() - admitted_at.astimezone(now.tzinfo).date()).days + 1


def checked_reason(reason: str, at: str, required: str, most: int = 500) -> str:
    """A reason as it is stored; `required` is the sentence for an empty one. Raises Invalid."""
    text = " ".join(reason.split())
    if not text:
        raise Invalid({at: required})
    if len(text) > most:
        raise Invalid({at: f"This is {len(text)} characters long; at most {most} fit. Shorten it."})
    return text


def problems_of(new: NewRequest, isolations: Collection[str], equipment: Collection[str]) -> dict[str, str]:
    """The sentences that stand under the fields of a request; empty when it can be sent."""
    found = {}
    if not new.reason.strip():
        found["reason"] = "Say why the person is admitted."
    elif len(" ".join(new.reason.split())) > 500:
        found["reason"] = "At most 500 characters fit. Shorten it."
    if new.urgency not in list(Urgency):
        found["urgency"] = "Choose emergency, urgent or normal."
    if new.isolation not in isolations:
        found["isolation"] = "Choose one of the kinds of isolation."
    if any(item not in equipment for item in new.equipment):
        found["equipment"] = "Choose from the list."
    if not 1 <= new.expected_days <= LONGEST_DAYS:
        found["expected_days"] = f"Between 1 and {LONGEST_DAYS} days."
    return found
