"""Who lies where, who waits for a bed, and what still keeps somebody here.

beds.view shows the beds of all wards, and who lies in those of the own departments; admissions.view shows the requests
to the own departments and those of people whose record is open. Names come because the ward cares for the person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access import permissions
from hisdesk.access.figures import OWN, Figures

MOST_BEDS = 400
MOST_WAITING = 200


@dataclass(frozen=True)
class BedRow:
    """A bed of the ward's board, the person in it (`stay_id` None: nobody), and its cleaning task.

    `request_id` is the person's admission, or, of a reserved bed, the request that it is kept for. `open_items` is how
    much of the discharge checklist is left, `cots` how many newborns lie beside the bed. `news2` is the early warning
    score of the last vital signs (`measured_at`), None where it could not be given; it needs vitals.view.
    """

    bed_id: UUID
    label: str
    department_id: UUID
    ward: str
    room_id: UUID
    room: str
    room_sex: str
    room_isolation: bool
    distance_m: int
    equipment: tuple[str, ...]
    status: str
    hold: str
    hold_reason: str
    since: dt.datetime
    version: int
    stay_id: UUID | None
    stay_version: int | None
    from_at: dt.datetime | None
    request_id: UUID | None
    request_version: int | None
    patient_id: UUID | None
    family: str
    given: str
    born: dt.date | None
    sex: str
    mrn: str
    reason: str
    isolation: str
    needs: tuple[str, ...]
    doctor: str
    admitted_at: dt.datetime | None
    expected_on: dt.date | None
    leaves_at: dt.datetime | None
    cots: int
    open_items: int
    task_id: UUID | None
    task_version: int | None
    task_kind: str
    task_status: str
    cleaner: str
    asked_at: dt.datetime | None
    started_at: dt.datetime | None
    target_minutes: int | None
    news2: int | None
    news2_single_3: bool
    measured_at: dt.datetime | None


@dataclass(frozen=True)
class RequestRow:
    """Somebody who waits for a bed; `bed` is the label of the one that is kept, "" without one."""

    id: UUID
    patient_id: UUID
    family: str
    given: str
    born: dt.date | None
    sex: str
    mrn: str
    department_id: UUID
    ward: str
    urgency: str
    reason: str
    isolation: str
    equipment: tuple[str, ...]
    expected_days: int
    doctor: str
    requested_by: str
    requested_at: dt.datetime
    status: str
    bed_id: UUID | None
    bed: str
    cancelled_reason: str
    version: int


@dataclass(frozen=True)
class StayRow:
    """A time in one bed, as the history shows it. `by` recorded it, `ended_by` ended it."""

    id: UUID
    request_id: UUID
    patient_id: UUID
    family: str
    given: str
    mrn: str
    ward: str
    room: str
    bed: str
    cot: bool
    status: str
    from_at: dt.datetime
    until_at: dt.datetime | None
    discharged_to: str
    end_reason: str
    by: str
    ended_by: str
    version: int


@dataclass(frozen=True)
class ItemRow:
    """One line of the discharge checklist."""

    id: UUID
    item: str
    status: str
    note: str
    done_at: dt.datetime | None
    done_by: str
    version: int


@dataclass(frozen=True)
class CotRow:
    """A newborn beside a mother's bed."""

    stay_id: UUID
    stay_version: int
    request_id: UUID
    patient_id: UUID
    family: str
    given: str
    sex: str
    born: dt.date | None
    mrn: str


def _staff(alias: str) -> str:
    return f"coalesce(btrim(concat_ws(' ', nullif({alias}.title, ''), {alias}.given_names, {alias}.family_name)), '')"


_BOARD = f"""
select b.id, b.label, b.department_id, d.name, r.id, r.label, r.sex, r.isolation, r.distance_m, b.equipment,
    b.status, b.hold, b.hold_reason, b.since, b.version,
    s.id, s.version, s.from_at, q.id, q.version, q.patient_id, coalesce(p.family_name, ''),
    coalesce(p.given_names, ''), p.birth_date, coalesce(p.sex, 'unknown'), coalesce(p.mrn, ''), coalesce(q.reason, ''),
    coalesce(q.isolation, ''), coalesce(q.equipment, '{{}}'), {_staff("m")}, q.admitted_at, q.expected_on, q.leaves_at,
    (select count(*) from app.stay c where c.bed_id = b.id and c.cot and c.until_at is null),
    (select count(*) from app.discharge_item i where i.request_id = s.request_id and i.status = 'open'),
    t.id, t.version, coalesce(t.kind, ''), coalesce(t.status, ''), {_staff("h")}, t.asked_at, t.started_at,
    t.target_minutes, v.news2, coalesce(v.news2_single_3, false), v.measured_at
from app.bed b
join app.room r on r.id = b.room_id
join app.department d on d.id = b.department_id
left join app.stay s on s.bed_id = b.id and s.until_at is null and not s.cot
left join app.admission_request q on q.id = s.request_id or s.id is null and q.bed_id = b.id
left join app.patient p on p.id = q.patient_id
left join app.staff m on m.id = q.doctor_id
left join app.cleaning_task t on t.bed_id = b.id and t.status in ('waiting', 'offered', 'accepted', 'started')
left join app.staff h on h.id = t.offered_to
left join lateral (
    select x.news2, x.news2_single_3, x.measured_at from app.vital_signs x
    where x.patient_id = s.patient_id and x.status = 'final' order by x.measured_at desc limit 1) v on true
where b.active and r.active
    and b.department_id = any (coalesce(%(wards)s::uuid[], (select auth.departments())))
order by d.name, min(lpad(b.label, 12, '0')) over (partition by r.id), r.id, length(b.label), b.label limit %(most)s
"""

_REQUESTS = f"""
select q.id, q.patient_id, coalesce(p.family_name, ''), coalesce(p.given_names, ''), p.birth_date,
    coalesce(p.sex, 'unknown'), coalesce(p.mrn, ''), q.department_id, d.name, q.urgency, q.reason, q.isolation,
    q.equipment, q.expected_days, {_staff("m")}, {_staff("a")}, q.requested_at, q.status, q.bed_id,
    coalesce(b.label, ''), q.cancelled_reason, q.version
from app.admission_request q
join app.department d on d.id = q.department_id
left join app.patient p on p.id = q.patient_id
left join app.staff m on m.id = q.doctor_id
left join app.staff a on a.id = q.requested_by
left join app.bed b on b.id = q.bed_id
"""

_STAYS = f"""
select s.id, s.request_id, s.patient_id, coalesce(p.family_name, ''), coalesce(p.given_names, ''),
    coalesce(p.mrn, ''), d.name, r.label, b.label, s.cot, s.status, s.from_at, s.until_at, s.discharged_to,
    s.end_reason, {_staff("a")}, {_staff("e")}, s.version
from app.stay s
join app.bed b on b.id = s.bed_id
join app.room r on r.id = b.room_id
join app.department d on d.id = s.department_id
left join app.patient p on p.id = s.patient_id
left join app.staff a on a.id = s.recorded_by
left join app.staff e on e.id = s.ended_by
"""


def board(tx: sa.Connection, wards: Collection[UUID] | None = None, *, most: int = MOST_BEDS) -> list[BedRow]:
    """Beds in use, by ward, room and label. None: those of the own departments."""
    values = {"wards": None if wards is None else list(wards), "most": most}
    return [BedRow(*_frozen(row)) for row in tx.exec_driver_sql(_BOARD, values)]


def waiting(tx: sa.Connection, *, most: int = MOST_WAITING) -> list[RequestRow]:
    """Who waits for a bed of the own departments: the most urgent first, then who was asked for first."""
    return _requests(
        tx,
        """where q.status in ('requested', 'assigned') and q.department_id = any((select auth.departments())::uuid[])
           order by case q.urgency when 'emergency' then 0 when 'urgent' then 1 else 2 end, q.requested_at, q.id
           limit %(most)s""",
        most=most,
    )


def requests_of(tx: sa.Connection, patient_id: UUID) -> list[RequestRow]:
    """Admissions of one person, the newest first."""
    return _requests(tx, "where q.patient_id = %(id)s order by q.requested_at desc limit 100", id=patient_id)


def request(tx: sa.Connection, request_id: UUID) -> RequestRow | None:
    """One request; None when this session may not see it."""
    return next(iter(_requests(tx, "where q.id = %(id)s", id=request_id)), None)


def stays_of(tx: sa.Connection, patient_id: UUID) -> list[StayRow]:
    """Where one person lay, the newest first, with what was cancelled."""
    return _stays(tx, "where s.patient_id = %(id)s order by s.from_at desc, s.id desc limit 200", id=patient_id)


def stays_in(tx: sa.Connection, bed_id: UUID) -> list[StayRow]:
    """Who lay in one bed, the newest first, as far as this session may know."""
    return _stays(tx, "where s.bed_id = %(id)s order by s.from_at desc, s.id desc limit 200", id=bed_id)


def here(tx: sa.Connection, bed_id: UUID) -> StayRow | None:
    """Who lies in that bed now; None for nobody, or nobody this session may know of."""
    found = _stays(tx, "where s.bed_id = %(id)s and s.until_at is null and not s.cot", id=bed_id)
    return next(iter(found), None)


def checklist(tx: sa.Connection, request_id: UUID) -> list[ItemRow]:
    """The discharge checklist of an admission, in its own order. Needs admissions.view."""
    rows = tx.exec_driver_sql(
        f"""select i.id, i.item, i.status, i.note, i.done_at, {_staff("s")}, i.version
            from app.discharge_item i left join app.staff s on s.id = i.done_by where i.request_id = %s
            order by array_position(array['letter', 'medicines', 'follow-up', 'lines removed', 'informed',
                'transport', 'belongings'], i.item)""",
        (request_id,),
    )
    return [ItemRow(*row) for row in rows]


def cots(tx: sa.Connection, bed_id: UUID) -> list[CotRow]:
    """Newborns beside that bed."""
    rows = tx.exec_driver_sql(
        """select s.id, s.version, s.request_id, s.patient_id, p.family_name, p.given_names, p.sex, p.birth_date, p.mrn
           from app.stay s join app.patient p on p.id = s.patient_id
           where s.bed_id = %s and s.cot and s.until_at is null order by s.from_at""",
        (bed_id,),
    )
    return [CotRow(*row) for row in rows]


def _requests(tx: sa.Connection, where: str, **values: Any) -> list[RequestRow]:
    return [RequestRow(*_frozen(row)) for row in tx.exec_driver_sql(f"{_REQUESTS} {where}", values)]


def _stays(tx: sa.Connection, where: str, **values: Any) -> list[StayRow]:
    return [StayRow(*row) for row in tx.exec_driver_sql(f"{_STAYS} {where}", values)]


def _frozen(row: sa.Row[Any]) -> tuple[Any, ...]:
    return tuple(tuple(value) if isinstance(value, list) else value for value in row)


WAITING_FIGURES = Figures(
    f"""select count(*) as bed_requests, count(*) filter (where q.urgency <> 'normal') as bed_requests_urgent,
           min(q.requested_at) as bed_requests_since
       from app.admission_request q where q.status in ('requested', 'assigned') and q.department_id = {OWN}""",
    (permissions.ADMISSIONS_VIEW,),
    ("admission_request",),
)
"""Who waits for a bed of the own wards."""

LEAVING_FIGURES = Figures(
    f"""select count(*) as leaving, count(*) filter (where exists (
               select 1 from app.discharge_item i where i.request_id = q.id and i.status = 'open')) as leaving_blocked
       from app.stay s join app.admission_request q on q.id = s.request_id
       where s.until_at is null and not s.cot and s.department_id = {OWN}
           and coalesce((q.leaves_at at time zone coalesce((select h.time_zone from app.hospital h), 'UTC'))::date,
                        q.expected_on) <= app.today()""",
    (permissions.BEDS_VIEW, permissions.ADMISSIONS_VIEW),
    ("stay", "admission_request", "discharge_item"),
)
"""Who is to go home today, or should have gone, and of how many something on the checklist is still open."""
