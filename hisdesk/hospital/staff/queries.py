"""The people who work here."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access import permissions
from hisdesk.access.administration import Account
from hisdesk.access.figures import Figures
from hisdesk.hospital.staff.tables import staff

MOST_SHOWN = 1000


@dataclass(frozen=True)
class StaffRow:
    """A staff file. `active` is false for who left; `status` is where they are now ("on duty", "on leave" …)."""

    id: UUID
    employee_number: str | None
    family_name: str
    given_names: str
    title: str
    email: str
    sex: str
    phone: str
    location: str
    status: str
    specialisation: str
    qualification: str
    experience_years: int | None
    fee_amount: Decimal | None
    fee_currency: str | None
    active: bool
    version: int

    @property
    def shown(self) -> str:
        """The name as windows show it: "Dr Rajesh Kumar"."""
        return " ".join(part for part in (self.title, self.given_names, self.family_name) if part)


@dataclass(frozen=True)
class Doctor:
    """Somebody a visit can be given to, in one of the departments they work in."""

    id: UUID
    family_name: str
    given_names: str
    title: str
    specialisation: str
    department_id: UUID
    status: str

    @property
    def shown(self) -> str:
        """The name as windows show it: "Dr Rajesh Kumar"."""
        return " ".join(part for part in (self.title, self.given_names, self.family_name) if part)


def one(tx: sa.Connection, staff_id: UUID) -> StaffRow | None:
    """One staff file; whoever is signed in may read it."""
    row = tx.execute(sa.select(staff).where(staff.c.id == staff_id)).one_or_none()
    return StaffRow(*row) if row else None


def doctors(tx: sa.Connection, department_id: UUID | None = None) -> list[Doctor]:
    """Doctors of a department (or of all, once for each) who have an account, by name. visits.view; raises Denied."""
    rows = tx.exec_driver_sql(
        """select id, family_name, given_names, title, specialisation, department_id, status
           from app.doctors(%s::uuid)""",
        (department_id,),
    )
    return [Doctor(*row) for row in rows]


@dataclass(frozen=True)
class Member:
    """Somebody who works here, with their account if they have one."""

    person: StaffRow
    account: Account | None


def members(tx: sa.Connection, *, most: int = MOST_SHOWN) -> list[Member]:
    """Everybody with a staff file, also inactive ones, by name, with their accounts. One statement.

    users.view; raises Denied without it.
    """
    rows = tx.exec_driver_sql(
        """select s.*, a.user_id, a.name, a.disabled, a.must_change, a.roles, a.departments, a.last_sign_in_at,
               a.last_sign_in_station, a.signed_in_at, a.version as account_version
           from app.staff s left join auth.accounts() a on a.user_id = s.id
           order by s.family_name, s.given_names, s.id limit %s""",
        (most,),
    ).mappings()
    return [_member(dict(row)) for row in rows]


def _member(row: dict[str, Any]) -> Member:
    person = StaffRow(**{column.name: row[column.name] for column in staff.columns})
    if row["user_id"] is None:
        return Member(person, None)
    account = Account(
        user_id=row["user_id"],
        name=row["name"],
        employee_number=person.employee_number,
        disabled=row["disabled"],
        must_change=row["must_change"],
        roles=tuple(row["roles"]),
        departments=tuple(row["departments"]),
        last_sign_in_at=row["last_sign_in_at"],
        last_sign_in_station=row["last_sign_in_station"],
        signed_in_at=row["signed_in_at"],
        version=row["account_version"],
    )
    return Member(person, account)


@dataclass(frozen=True)
class Names:
    """What keys of people and of places are called."""

    people: dict[UUID, str]
    places: dict[UUID, str]


def names(tx: sa.Connection) -> Names:
    """Everybody who works or worked here, and the departments, by key. One statement, no permission but a session."""
    rows = tx.exec_driver_sql(
        """select true, s.id, btrim(concat_ws(' ', nullif(s.title, ''), s.given_names, s.family_name)) from app.staff s
           union all select false, d.id, d.name from app.department d"""
    ).all()
    return Names({key: name for person, key, name in rows if person}, {key: n for person, key, n in rows if not person})


DOCTOR_FIGURES = Figures(
    """select count(distinct d.id) as doctors,
           count(distinct d.id) filter (where d.status = 'on duty') as doctors_on_duty
       from app.doctors(null) d""",
    (permissions.VISITS_VIEW,),
    of_house=("staff",),
)
"""How many doctors have an account, and how many of them are on duty."""
