"""Making and changing the staff file of a person; accounts and roles are in `hisdesk.access`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access import permissions
from hisdesk.access.action import Write, action, new_id
from hisdesk.access.administration import create_account
from hisdesk.access.sign_in import Credential
from hisdesk.errors import Conflict, Denied
from hisdesk.hospital.staff import rules
from hisdesk.hospital.staff.tables import staff


@dataclass(frozen=True)
class NewStaff:
    """A staff file; `id` becomes the account's key as well."""

    family_name: str
    given_names: str = ""
    employee_number: str = ""
    title: str = ""
    email: str = ""
    sex: str = "unknown"
    phone: str = ""
    location: str = ""
    status: str = "on duty"
    specialisation: str = ""
    qualification: str = ""
    experience_years: int | None = None
    fee_amount: Decimal | None = None
    fee_currency: str | None = None
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True)
class Saved:
    """The staff file and its version now."""

    staff_id: UUID
    version: int


FIELDS = frozenset(NewStaff.__dataclass_fields__) - {"id"} | {"active"}


@dataclass(frozen=True)
class NewUser:
    """A staff file with its account. `credential` is made of the first password, which is changed at sign-in."""

    staff: NewStaff
    user_name: str
    credential: Credential = field(repr=False)
    roles: tuple[UUID, ...] = ()
    departments: tuple[UUID, ...] = ()


@action(permissions.USERS_CREATE)
def create_user(w: Write, new: NewUser) -> Saved:
    """Makes a staff file and its account together. With roles the database asks for users.admin as well.

    Raises Invalid, Conflict for a taken user name or employee number, Denied.
    """
    values = rules.checked(asdict(new.staff))
    name = rules.user_name(new.user_name)
    _refuse_taken(w, values["employee_number"], new.staff.id)
    w.tx.execute(sa.insert(staff).inline().values(**values))
    number = values["employee_number"] or ""
    create_account(w, new.staff.id, name, number, new.credential, list(new.roles), list(new.departments))
    return Saved(new.staff.id, 1)


@action(permissions.USERS_EDIT)
def edit(w: Write, staff_id: UUID, version: int, changes: Mapping[str, Any]) -> Saved:
    """Changes these fields of the version that was read.

    Raises Conflict with the stored values, or for a taken employee number; Invalid; Denied.
    """
    unknown = set(changes) - FIELDS
    if unknown:
        raise ValueError(f"not fields of a staff file: {sorted(unknown)}")
    values = rules.checked(changes)
    current = w.tx.execute(sa.select(staff).where(staff.c.id == staff_id)).mappings().one_or_none()
    if current is None:
        raise Denied("There is no such staff file.")
    _refuse_taken(w, values.get("employee_number"), staff_id)
    changed = w.tx.execute(
        sa.update(staff).where(staff.c.id == staff_id, staff.c.version == version).values(**values, version=version + 1)
    ).rowcount
    if not changed:
        raise Conflict(
            "Somebody changed this file while you were editing it. Choose what shall stand.",
            {**{name: current[name] for name in values}, "version": current["version"]},
        )
    return Saved(staff_id, version + 1)


def _refuse_taken(w: Write, employee_number: str | None, own: UUID) -> None:
    if not employee_number:
        return
    taken = w.tx.execute(
        sa.select(staff.c.family_name).where(staff.c.employee_number == employee_number, staff.c.id != own)
    ).scalar()
    if taken:
        raise Conflict(f"The employee number {employee_number} belongs to somebody else. Check it.")
