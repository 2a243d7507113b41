"""Beds: what a wall board may show. The board of a ward with the people in it is in `admissions.queries`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa


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
    return [BoardBed(*row[:6], tuple(row[6]), *row[7:]) for row in rows]


def waiting(tx: sa.Connection) -> dict[UUID, int]:
    """How many people wait for a bed in each of these wards; a ward where nobody waits is left out."""
    return {key: count for key, count in tx.exec_driver_sql("select department_id, waiting from app.bed_waiting()")}
