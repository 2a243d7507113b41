"""Orders: a department's work list, a person's orders, what was asked by oneself. Every list starts from the order.

orders.view shows the orders to and from the own departments and those of people whose record is open; others are left
out. Names come with an order as long as the department has a reason to know the person; afterwards they are empty.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access import permissions
from hisdesk.access.figures import OWN, Figures
from hisdesk.hospital.orders import rules

MOST_SHOWN = 500  # of a work list; beyond that it says so
MOST_OF_PERSON = 200


@dataclass(frozen=True)
class OrderRow:
    """One order. `family`, `given`, `mrn` are empty when the person may not be known any more."""

    id: UUID
    patient_id: UUID
    family: str
    given: str
    honorific: str
    mrn: str
    born: dt.date | None
    estimated: bool
    sex: str
    deceased: bool
    kind: str
    title: str
    text: str
    priority: str
    from_department_id: UUID
    from_department: str
    to_department_id: UUID
    to_department: str
    status: str
    asked_at: dt.datetime
    asked_by: str
    started_at: dt.datetime | None
    started_by_id: UUID | None
    started_by: str
    completed_at: dt.datetime | None
    completed_by_id: UUID | None
    completed_by: str
    completion_note: str
    cancelled_at: dt.datetime | None
    cancelled_by_id: UUID | None
    cancelled_by: str
    cancelled_reason: str
    seen_at: dt.datetime | None
    version: int
    why: str = ""

    @property
    def news(self) -> bool:
        """Whether who asked has not seen yet what came of it."""
        return self.status not in rules.OPEN and self.seen_at is None

    @property
    def changed_at(self) -> dt.datetime:
        """When its state changed last."""
        return self.completed_at or self.cancelled_at or self.started_at or self.asked_at


@dataclass(frozen=True)
class Receiver:
    """A department that an order can go to: open, and with somebody who would see it."""

    id: UUID
    code: str
    name: str
    kind: str
    location: str


def _name(alias: str) -> str:
    return (
        f"coalesce(btrim(concat_ws(' ', nullif({alias}.title, ''), {alias}.given_names, {alias}.family_name)), '')"
        f" as {alias}_name"
    )


_ROWS = f"""
select o.id, o.patient_id, coalesce(p.family_name, '') as family, coalesce(p.given_names, '') as given,
    coalesce(p.title, '') as honorific, coalesce(p.mrn, '') as mrn, p.birth_date as born,
    coalesce(p.birth_date_estimated, false) as estimated, coalesce(p.sex, 'unknown') as sex,
    p.deceased_on is not null as deceased, o.kind, o.title, o.text, o.priority,
    o.from_department_id, f.name as from_department, o.to_department_id, t.name as to_department, o.status,
    o.asked_at, {_name("a")}, o.started_at, o.started_by, {_name("b")}, o.completed_at, o.completed_by,
    {_name("c")}, o.completion_note, o.cancelled_at, o.cancelled_by, {_name("x")}, o.cancelled_reason, o.seen_at,
    o.version
from app.clinical_order o
join app.department f on f.id = o.from_department_id
join app.department t on t.id = o.to_department_id
left join app.patient p on p.id = o.patient_id
left join app.staff a on a.id = o.asked_by
left join app.staff b on b.id = o.started_by
left join app.staff c on c.id = o.completed_by
left join app.staff x on x.id = o.cancelled_by
"""
_RANK = "case o.priority when 'emergency' then 0 when 'urgent' then 1 else 2 end"
_OPEN = "o.status in ('pending', 'in progress')"
_MIDNIGHT = "(app.today()::timestamp at time zone coalesce((select h.time_zone from app.hospital h), 'UTC'))"


def work_list(tx: sa.Connection, *, most: int = MOST_SHOWN) -> list[OrderRow]:
    """Open orders to the own departments and those done today; in progress first, then in the order of the work."""
    rows = _rows(
        tx,
        f"""{_ROWS} where o.to_department_id = any((select auth.departments())::uuid[])
            and ({_OPEN} or o.completed_at >= {_MIDNIGHT} or o.cancelled_at >= {_MIDNIGHT})
            order by array_position(array['in progress', 'pending', 'completed', 'cancelled'], o.status), {_RANK},
                coalesce(o.completed_at, o.cancelled_at) desc, o.asked_at, o.id limit %(most)s""",
        most=most,
    )
    return _explained(rows)


def of_person(tx: sa.Connection, patient_id: UUID, *, most: int = MOST_OF_PERSON) -> list[OrderRow]:
    """A person's orders as far as this session may see them: open ones first, then the newest."""
    return _rows(
        tx,
        f"{_ROWS} where o.patient_id = %(patient)s order by {_OPEN} desc, o.asked_at desc, o.id limit %(most)s",
        patient=patient_id,
        most=most,
    )


def asked_by(tx: sa.Connection, user_id: UUID, *, most: int = MOST_SHOWN) -> list[OrderRow]:
    """What this person asked for and is open, was done since yesterday or is not seen yet; the last change first."""
    return _rows(
        tx,
        f"""{_ROWS} where o.asked_by = %(user)s
            and o.from_department_id = any((select auth.departments())::uuid[])
            and ({_OPEN} or o.seen_at is null
                 or greatest(o.completed_at, o.cancelled_at) >= {_MIDNIGHT} - interval '1 day')
            order by coalesce(o.completed_at, o.cancelled_at, o.started_at, o.asked_at) desc, o.id
            limit %(most)s""",
        user=user_id,
        most=most,
    )


def receivers(tx: sa.Connection) -> list[Receiver]:
    """Where an order can go: services, then wards, then clinics. Needs orders.create."""
    return [
        Receiver(*row)
        for row in tx.exec_driver_sql("select id, code, name, kind, location from app.order_departments()")
    ]


def _rows(tx: sa.Connection, sql: str, **values: Any) -> list[OrderRow]:
    """Each with the reason that it has by itself: other orders of its department may not be among the rows."""
    now = dt.datetime.now(dt.UTC)
    rows = (OrderRow(*row) for row in tx.exec_driver_sql(sql, values))
    return [replace(row, why=rules.why(row, (row,), now)) for row in rows]


def _explained(rows: Sequence[OrderRow]) -> list[OrderRow]:
    """The rows of a work list with the reason for each place, which is one among its department's pending orders."""
    now = dt.datetime.now(dt.UTC)
    pending: dict[UUID, list[OrderRow]] = {}
    for row in rows:
        if row.status == rules.Status.PENDING:
            pending.setdefault(row.to_department_id, []).append(row)
    return [replace(row, why=rules.why(row, pending.get(row.to_department_id, ()), now)) for row in rows]


WORK_FIGURES = Figures(
    f"""select count(*) filter (where o.status = 'pending') as work_pending,
            count(*) filter (where o.status = 'pending' and o.priority <> 'routine') as work_urgent,
            min(o.asked_at) filter (where o.status = 'pending') as work_since,
            count(*) filter (where o.status = 'in progress') as work_started,
            count(*) filter (where o.status = 'completed') as work_done
        from app.clinical_order o where o.to_department_id = {OWN}
            and ({_OPEN} or o.completed_at >= {_MIDNIGHT})""",
    (permissions.ORDERS_VIEW,),
    ("clinical_order",),
)
"""Orders to the own departments: open ones, and those done today."""

ASKED_FIGURES = Figures(
    f"""select count(*) filter (where {_OPEN}) as asked_open,
            min(o.asked_at) filter (where {_OPEN}) as asked_since,
            count(*) filter (where o.status = 'completed') as asked_done,
            max(o.completed_at) as asked_done_at
        from app.clinical_order o where o.asked_by = (select auth.uid())
            and o.from_department_id = {OWN}
            and ({_OPEN} or o.completed_at >= {_MIDNIGHT})""",
    (permissions.ORDERS_VIEW, permissions.ORDERS_CREATE),
    ("clinical_order",),
)
"""What the reader asked of others: open, and completed today."""
