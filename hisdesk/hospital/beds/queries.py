"""Beds: what a wall board may show, and rooms and beds as they are set up.

The board of a ward with the people in it is in `admissions.queries`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access.figures import OWN, Figures
from hisdesk.access.permissions import BEDS_VIEW


@dataclass(frozen=True)
class BoardBed:
    """What a bed board may show: no names, no keys of people, no diagnoses.

    `status` is the letter of HL7 table 0116, `hold` "", "reserved" or "blocked"; `since` is when that began.
    `initials` are "S.E." or "Private", also of somebody for whom the bed is reserved, "" for nobody. `hold_reason` says
    why a bed is closed or blocked. `leaves_at` is a discharge that is planned, `expected_on` the day that is expected;
    `reserved_at` is when the bed was reserved. `cleaning` is the state of its cleaning task, "" without one.
    """

    id: UUID
    department_id: UUID
    ward: str
    room: str
    label: str
    sex: str
    equipment: tuple[str, ...]
    status: str
    hold: str
    hold_reason: str
    since: dt.datetime
    initials: str
    isolation: str
    expected_on: dt.date | None
    leaves_at: dt.datetime | None
    reserved_at: dt.datetime | None
    cleaning: str
    cleaning_started_at: dt.datetime | None
    cleaning_minutes: int | None
    version: int


def board(tx: sa.Connection) -> list[BoardBed]:
    """Beds of the wards that this board (or this person, with beds.view) shows, by ward and label.

    It changes with `bed`, `stay`, `admission_request` and `cleaning_task` of these departments: two people who swap
    beds change the stays alone.
    """
    rows = tx.exec_driver_sql(
        """select bed_id, department_id, ward, room, bed, sex, equipment, status, hold, hold_reason, since, initials,
               isolation, expected_on, leaves_at, reserved_at, cleaning, cleaning_started_at, cleaning_minutes, version
           from app.bed_board()"""
    )
    return [BoardBed(*frozen(row)) for row in rows]


@dataclass(frozen=True)
class Ward:
    """A ward that a board shows."""

    id: UUID
    code: str
    name: str


def wards(tx: sa.Connection) -> list[Ward]:
    """The wards of the signed-in board, by name; none for a person's session."""
    rows = tx.exec_driver_sql(
        """select id, code, name from app.department
           where id = any ((select auth.device_departments())::uuid[]) and active order by name"""
    )
    return [Ward(*row) for row in rows]


def frozen(row: sa.Row[Any]) -> tuple[Any, ...]:
    """The values of a row, its lists made unchangeable."""
    return tuple(tuple(value) if isinstance(value, list) else value for value in row)


def waiting(tx: sa.Connection) -> dict[UUID, int]:
    """How many people wait for a bed in each of these wards; a ward where nobody waits is left out."""
    rows = tx.exec_driver_sql("select department_id, waiting from app.bed_waiting()")
    return {row.department_id: row.waiting for row in rows}


@dataclass(frozen=True)
class RoomRow:
    """A room as it is set up; `beds` is how many of its beds are in use."""

    id: UUID
    department_id: UUID
    ward: str
    label: str
    sex: str
    isolation: bool
    distance_m: int
    beds: int
    version: int


def rooms(tx: sa.Connection) -> list[RoomRow]:
    """Rooms in use of all wards, by ward and label. Needs beds.view."""
    rows = tx.exec_driver_sql(
        """select r.id, r.department_id, d.name, r.label, r.sex, r.isolation, r.distance_m,
               (select count(*) from app.bed b where b.room_id = r.id and b.active), r.version
           from app.room r join app.department d on d.id = r.department_id
           where r.active order by d.name, length(r.label), r.label limit 1000"""
    )
    return [RoomRow(*row) for row in rows]


@dataclass(frozen=True)
class PlaceRow:
    """A bed as the choice looks at it."""

    bed_id: UUID
    label: str
    department_id: UUID
    room_sex: str
    room_isolation: bool
    distance_m: int
    equipment: tuple[str, ...]
    status: str
    hold: str


def place(tx: sa.Connection, bed_id: UUID) -> PlaceRow | None:
    """One bed in use, with its room; None when it is not. Needs beds.view."""
    row = tx.exec_driver_sql(
        """select b.id, b.label, b.department_id, r.sex, r.isolation, r.distance_m, b.equipment, b.status, b.hold
           from app.bed b join app.room r on r.id = b.room_id where b.id = %s and b.active and r.active""",
        (bed_id,),
    ).one_or_none()
    return None if row is None else PlaceRow(*frozen(row))


BED_FIGURES = Figures(
    f"""select count(*) as beds, count(*) filter (where b.status = 'U' and b.hold = '') as beds_free,
           count(*) filter (where b.status in ('O', 'I')) as beds_taken,
           count(*) filter (where b.status in ('H', 'K')) as beds_unready,
           count(*) filter (where b.status = 'K') as beds_contaminated,
           count(*) filter (where b.status = 'C' or b.hold = 'blocked') as beds_out,
           count(*) filter (where b.hold = 'reserved') as beds_reserved,
           min(b.since) filter (where b.status in ('H', 'K')) as beds_unready_since
       from app.bed b join app.room r on r.id = b.room_id
       where b.active and r.active and b.department_id = {OWN}""",
    (BEDS_VIEW,),
    ("bed",),
)
"""Beds of the own wards, by what they can be used for."""

HOUSE_FIGURES = Figures(
    """select count(*) as house_beds, count(*) filter (where b.status in ('O', 'I')) as house_beds_taken,
           count(*) filter (where b.status = 'U' and b.hold = '') as house_beds_free
       from app.bed b join app.room r on r.id = b.room_id where b.active and r.active""",
    (BEDS_VIEW,),
    everywhere=("bed",),
)
"""Beds of all wards."""
