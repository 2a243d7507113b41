"""Queues: who waits where, who has been called, what the hall shows. Every list starts from `visit`.

visits.view shows the visits of the own departments and those of people whose record is open; other visits are left out.
Names come with a visit because the department then cares for the person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access import permissions
from hisdesk.access.figures import OWN, Figures
from hisdesk.hospital.visits import rules

MOST_SHOWN = 500  # of one day's queue; beyond that a list says so


@dataclass(frozen=True)
class QueueRow:
    """One visit of today. An anonymous walk-in has no `patient_id` and `mrn`; `family` is then the name they gave."""

    id: UUID
    patient_id: UUID | None
    family: str
    given: str
    title: str
    mrn: str
    born: dt.date | None
    estimated: bool
    sex: str
    anonymous: bool
    anonymous_phone: str
    deceased: bool
    department_id: UUID
    department: str
    doctor_id: UUID | None
    doctor: str
    ticket: str
    priority: str
    status: str
    reason: str
    arrived_at: dt.datetime
    called_at: dt.datetime | None
    called_room: str
    called_by: str
    started_at: dt.datetime | None
    completed_at: dt.datetime | None
    cancelled_reason: str
    version: int
    why: str = ""


@dataclass(frozen=True)
class HallRow:
    """What a hall display may show: no names, no keys of people."""

    ticket: str
    department: str
    status: str
    room: str
    called_at: dt.datetime | None
    place: int
    urgent: bool


_NAME = "btrim(concat_ws(' ', nullif({0}.title, ''), {0}.given_names, {0}.family_name))"
_ROWS = f"""
select v.id, v.patient_id, coalesce(p.family_name, v.anonymous_name) as family, coalesce(p.given_names, '') as given,
    coalesce(p.title, '') as title, coalesce(p.mrn, '') as mrn, p.birth_date as born,
    coalesce(p.birth_date_estimated, false) as estimated, coalesce(p.sex, 'unknown') as sex,
    v.patient_id is null as anonymous, v.anonymous_phone, p.deceased_on is not null as deceased,
    v.department_id, d.name as department, v.doctor_id, coalesce({_NAME.format("s")}, '') as doctor, v.ticket,
    v.priority, v.status, v.reason, v.arrived_at, v.called_at, v.called_room,
    coalesce({_NAME.format("c")}, '') as called_by, v.started_at, v.completed_at, v.cancelled_reason, v.version
from app.visit v
join app.department d on d.id = v.department_id
left join app.patient p on p.id = v.patient_id
left join app.staff s on s.id = v.doctor_id
left join app.staff c on c.id = v.called_by
"""
_RANK = "case v.priority when 'emergency' then 0 when 'urgent' then 1 else 2 end"


def queue(
    tx: sa.Connection,
    department_ids: Collection[UUID] | None = None,
    statuses: Collection[str] = rules.OPEN,
    *,
    most: int = MOST_SHOWN,
) -> list[QueueRow]:
    """Today's visits in these states, in queue order, with the reason for each place. None: all own departments."""
    return _rows(
        tx,
        f"""{_ROWS} where v.day = app.today() and v.status = any(%(statuses)s)
            and v.department_id = any(coalesce(%(departments)s::uuid[], (select auth.departments())))
            order by {_RANK}, v.arrived_at, v.id limit %(most)s""",
        statuses=[str(s) for s in statuses],
        departments=None if department_ids is None else list(department_ids),
        most=most,
    )


def doctor_list(
    tx: sa.Connection,
    doctor_id: UUID,
    statuses: Collection[str] = rules.OPEN,
    *,
    unassigned: bool = True,
    most: int = MOST_SHOWN,
) -> list[QueueRow]:
    """A doctor's visits of today, and (`unassigned`) those of the doctor's departments that nobody was given yet."""
    return _rows(
        tx,
        f"""{_ROWS} where v.day = app.today() and v.status = any(%(statuses)s)
            and (v.doctor_id = %(doctor)s or (%(unassigned)s and v.doctor_id is null
                and v.department_id = any((select auth.departments())::uuid[])))
            order by {_RANK}, v.arrived_at, v.id limit %(most)s""",
        statuses=[str(s) for s in statuses],
        doctor=doctor_id,
        unassigned=unassigned,
        most=most,
    )


def open_visits(tx: sa.Connection, patient_id: UUID) -> list[QueueRow]:
    """Where this person waits now, as far as this session may know."""
    return _rows(
        tx,
        f"{_ROWS} where v.patient_id = %(patient)s and v.status in ('waiting', 'called', 'with doctor') "
        "order by v.arrived_at limit 50",
        patient=patient_id,
    )


def hall(tx: sa.Connection) -> list[HallRow]:
    """Called and waiting numbers of the departments that this board (or this person) shows, in order of turn."""
    return [
        HallRow(*row)
        for row in tx.exec_driver_sql(
            "select ticket, department, status, room, called_at, place, urgent from app.hall_queue()"
        )
    ]


def _rows(tx: sa.Connection, sql: str, **values: Any) -> list[QueueRow]:
    rows = [QueueRow(*row) for row in tx.exec_driver_sql(sql, values)]
    return explained(rows, dt.datetime.now(dt.UTC))


def explained(rows: Sequence[QueueRow], now: dt.datetime) -> list[QueueRow]:
    """The rows with the reason for each place. A place is one among the same department's waiting people."""
    waiting: dict[UUID, list[QueueRow]] = {}
    for row in rows:
        if row.status == rules.Status.WAITING:
            waiting.setdefault(row.department_id, []).append(row)
    return [replace(row, why=rules.why(row, waiting.get(row.department_id, ()), now)) for row in rows]


QUEUE_FIGURES = Figures(
    f"""select count(*) filter (where v.status = 'waiting') as queue_waiting,
           count(*) filter (where v.status = 'waiting' and v.priority <> 'normal') as queue_urgent,
           min(v.arrived_at) filter (where v.status = 'waiting') as queue_since,
           count(*) filter (where v.status = 'called') as queue_called,
           count(*) filter (where v.status = 'with doctor') as queue_inside,
           count(*) filter (where v.status = 'completed') as queue_seen,
           (select json_agg(json_build_array(w.name, w.waiting) order by w.waiting desc, w.name)
            from (select d.name, count(*) as waiting from app.visit x join app.department d on d.id = x.department_id
                  where x.day = app.today() and x.status = 'waiting'
                    and x.department_id = {OWN} group by d.name) w) as queue_places
       from app.visit v where v.day = app.today() and v.department_id = {OWN}""",
    (permissions.VISITS_VIEW,),
    ("visit",),
)
"""Today's queues of the own departments; `queue_places` are pairs of a department and how many wait there."""

DOCTOR_FIGURES = Figures(
    f"""select count(*) filter (where v.status = 'waiting') as mine_waiting,
           count(*) filter (where v.status = 'waiting' and v.priority <> 'normal') as mine_urgent,
           count(*) filter (where v.status = 'waiting' and v.doctor_id is null) as mine_unassigned,
           min(v.arrived_at) filter (where v.status = 'waiting') as mine_since,
           count(*) filter (where v.status = 'completed' and v.doctor_id = (select auth.uid())) as mine_seen
       from app.visit v where v.day = app.today() and (v.doctor_id = (select auth.uid())
           or v.doctor_id is null and v.department_id = {OWN})""",
    (permissions.VISITS_VIEW,),
    ("visit",),
)
"""A doctor's visits of today, and those of the own departments that nobody was given, as in `doctor_list`."""
