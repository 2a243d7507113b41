"""One row of the arrivals list, and what its cells say. Pure but for the frozen cells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from hisdesk.desk.kit.cells import Cell
from hisdesk.desk.kit.table import Column
from hisdesk.desk.kit.tokens import Status, status
from hisdesk.desk.reception import words
from hisdesk.hospital.visits import rules
from hisdesk.hospital.visits.queries import QueueRow

LONG_WAIT_MIN = 60


@dataclass(frozen=True)
class Arrival:
    """A visit and its place among those who wait in the same department; 0 when it has none.

    Equal as long as nothing happened: the minutes are counted when it is painted.
    """

    visit: QueueRow
    place: int = 0

    @property
    def name(self) -> str:
        """FAMILY, Given (Title); a walk-in's name stands in quotes as it was given."""
        if self.visit.anonymous:
            return f"Unregistered: “{self.visit.family}”"
        return words.full_name(self.visit.family, self.visit.given, self.visit.title)


def placed(rows: Sequence[QueueRow]) -> list[Arrival]:
    """The rows with their places; the words that hold minutes are left out (see `Clock`)."""
    counts: dict[UUID, int] = {}
    arrivals = []
    for row in rows:
        place = 0
        if row.status == rules.Status.WAITING:
            place = counts[row.department_id] = counts.get(row.department_id, 0) + 1
        arrivals.append(Arrival(replace(row, why=""), place))
    return arrivals


class Clock:
    """Says how long and why, as of now. `rows` are all arrivals of the list."""

    def __init__(self) -> None:
        self.rows: Sequence[Arrival] = ()
        self._waiting: tuple[object, dict[UUID, list[QueueRow]]] = (None, {})

    def waited(self, row: Arrival) -> dt.timedelta:
        """From arrival until the person went in, was sent away, or now."""
        visit = row.visit
        end = visit.started_at or visit.completed_at or (visit.called_at if visit.status == "cancelled" else None)
        return (end or dt.datetime.now(dt.UTC)) - visit.arrived_at

    def why(self, row: Arrival) -> str:
        """Why the person is in this place, or what happened instead."""
        visit = row.visit
        match visit.status:
            case "called":
                by = f" by {visit.called_by}" if visit.called_by else ""
                return f"Called to {visit.called_room} at {words.clock(visit.called_at)}{by}"
            case "with doctor":
                return f"In the room since {words.clock(visit.started_at)}"
            case "completed":
                return f"Left at {words.clock(visit.completed_at)}"
            case "cancelled":
                return visit.cancelled_reason
            case _:
                return rules.why(visit, self._peers(visit.department_id), dt.datetime.now(dt.UTC))

    def _peers(self, department_id: UUID) -> list[QueueRow]:
        if self._waiting[0] is not self.rows:
            waiting: dict[UUID, list[QueueRow]] = {}
            for row in self.rows:
                if row.visit.status == rules.Status.WAITING:
                    waiting.setdefault(row.visit.department_id, []).append(row.visit)
            self._waiting = (self.rows, waiting)
        return self._waiting[1].get(department_id, [])


def shown_status(row: Arrival) -> Status:
    """The chip: urgency while it decides the place, else the state of the visit."""
    visit = row.visit
    if visit.status == rules.Status.WAITING and visit.priority != rules.Priority.NORMAL:
        urgent = status("visit", "urgent")
        return replace(urgent, word=visit.priority.capitalize())
    return status("visit", visit.status)


def person_facts(row: Arrival) -> str:
    """The second line of the person cell."""
    visit = row.visit
    if visit.anonymous:
        phone = f"Phone {visit.anonymous_phone}" if visit.anonymous_phone else "no phone"
        return f"{phone} · no MRN"
    died = "Deceased · " if visit.deceased else ""
    return died + words.facts(visit.born, visit.estimated, visit.sex, visit.mrn, words.today())


def columns(clock: Clock) -> tuple[Column[Arrival], ...]:
    """The columns of the list."""
    return (
        Column("Next", lambda r: str(r.place) if r.place else "–", 48, cell=_place),
        Column("Ticket", lambda r: r.visit.ticket, 68, "strong_identifier"),
        Column("Patient", lambda r: r.name, 276, "person", lambda r: Cell(title=r.name, subtitle=person_facts(r))),
        Column(
            "Came as", _came_as, 104, cell=lambda r: Cell(_came_as(r), f"Arrived {words.clock(r.visit.arrived_at)}")
        ),
        Column("Waiting", lambda r: rules.minutes(clock.waited(r)), 70, "number", lambda r: _waiting(clock, r)),
        Column("Status", lambda r: shown_status(r).word, 112, "chip", lambda r: Cell(status=shown_status(r))),
        Column("Doctor", _doctor, 124, cell=lambda r: Cell(title=_doctor(r), subtitle=r.visit.department)),
        Column("Why in this place", clock.why, 0, "wrap"),
    )


def _place(row: Arrival) -> Cell:
    spoken = f"place {row.place}" if row.place else "no place in the queue"
    edge = "info" if row.visit.status == "called" else ""
    return Cell(title=str(row.place) if row.place else "–", edge=edge, spoken=spoken)


def _came_as(row: Arrival) -> str:
    return "Walk-in" if row.visit.anonymous else "Registered"


def _doctor(row: Arrival) -> str:
    return row.visit.doctor or "Any doctor"


def _waiting(clock: Clock, row: Arrival) -> Cell:
    if row.visit.status == "cancelled":
        return Cell(title="–", spoken="not waiting")
    whole = max(0, int(clock.waited(row).total_seconds() // 60))
    late = row.visit.status == "waiting" and whole >= LONG_WAIT_MIN
    urgent = row.visit.status == "waiting" and row.visit.priority != "normal"
    tone = "critical" if urgent else "attention" if late else ""
    if whole < 60:
        return Cell(number=str(whole), unit="min", tone=tone)
    return Cell(number=f"{whole // 60} h {whole % 60:02}", tone=tone)
