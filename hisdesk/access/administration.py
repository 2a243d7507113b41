"""Accounts, roles, grants, stations and the audit, as the administrator's windows read and change them.

Permission in each function's docstring is what the database asks for; it decides each time.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access import permissions
from hisdesk.access.action import Write, action, new_id
from hisdesk.access.actor import Actor
from hisdesk.access.figures import Figures
from hisdesk.access.sign_in import Credential
from hisdesk.db.database import Database

_ASK_AGAIN_S = 600  # the database answers to a question for 15 minutes


@dataclass(frozen=True)
class Account:
    """An account and where its person is signed in now (`signed_in_at`, a station code)."""

    user_id: UUID
    name: str
    employee_number: str | None
    disabled: bool
    must_change: bool
    roles: tuple[UUID, ...]
    departments: tuple[UUID, ...]
    last_sign_in_at: datetime | None
    last_sign_in_station: str | None
    signed_in_at: str | None
    version: int


@dataclass(frozen=True)
class Role:
    """A role and how many active people have it."""

    id: UUID
    name: str
    title: str
    description: str
    people: int
    version: int


@dataclass(frozen=True)
class Cell:
    """One cell of a role's permission grid; `fixed_because` says why nobody can change it."""

    module: str
    act: str
    clinical: bool
    meaning: str
    granted: bool
    fixed_because: str | None


@dataclass(frozen=True)
class Station:
    """A workstation or board."""

    id: UUID
    code: str
    kind: str
    title: str
    location: str
    room: str
    enrolled_at: datetime
    revoked_at: datetime | None
    last_seen_at: datetime | None


@dataclass(frozen=True)
class Entry:
    """One row of the audit. `before` and `after` hold whole rows; clinical values are masked without the permission."""

    id: int
    at: datetime
    user_id: UUID | None
    station: str
    address: str | None
    verb: str
    table_name: str
    key: UUID | None
    patient_id: UUID | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    detail: dict[str, Any]
    mrn: str | None = None


@dataclass(frozen=True)
class AuditFilter:
    """What to show of the audit; None means all."""

    verbs: tuple[str, ...] | None = None
    user_id: UUID | None = None
    patient_id: UUID | None = None
    station: str | None = None
    table_name: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    key: UUID | None = None
    users: tuple[UUID, ...] | None = None
    mrn: str | None = None


def roles(tx: sa.Connection) -> list[Role]:
    """All roles by title. users.view."""
    return [Role(**r) for r in tx.exec_driver_sql("select * from auth.roles()").mappings()]


def grid(tx: sa.Connection, role_id: UUID) -> list[Cell]:
    """Every permission there is, and whether the role has it. roles.view."""
    return [Cell(**r) for r in tx.exec_driver_sql("select * from auth.grid(%s)", (role_id,)).mappings()]


def stations(tx: sa.Connection) -> list[Station]:
    """All stations by code. stations.view."""
    return [Station(**r) for r in tx.exec_driver_sql("select * from auth.stations()").mappings()]


@dataclass(frozen=True)
class Titles:
    """What stations (by code, and by key) and roles are called."""

    stations: dict[str, str]
    others: dict[UUID, str]


def titles(tx: sa.Connection, *, stations: bool, roles: bool) -> Titles:
    """Names of stations (stations.view) and roles (users.view), of those that are asked for. One statement."""
    parts = ["select 'station', s.id, s.code, s.title from auth.stations() s"] if stations else []
    parts += ["select 'role', r.id, '', r.title from auth.roles() r"] if roles else []
    rows = tx.exec_driver_sql(" union all ".join(parts)).all() if parts else []
    return Titles(
        {code: title for kind, _, code, title in rows if kind == "station"},
        {key: code or title for _, key, code, title in rows},
    )


class AuditPages:
    """Pages of the audit that fit one filter, newest first. Any thread, one at a time; never the GUI thread.

    The filter is recorded and committed before anything is shown, so that no reading can be taken back; it is asked
    anew every ten minutes, and after another sign-in.
    """

    def __init__(self, db: Database, actor: Actor, wanted: AuditFilter) -> None:
        self._db, self._actor, self._wanted = db, actor, wanted
        self._ask, self._asked_at = new_id(), float("-inf")

    def of(self, actor: Actor) -> AuditPages:
        """The same pages for the person's session of now."""
        return self if actor.token == self._actor.token else AuditPages(self._db, actor, self._wanted)

    def page(self, *, before: int | None = None, after: int | None = None, most: int = 100) -> list[Entry]:
        """At most `most` (500) entries below the row number `before`, or the nearest ones above `after`. audit.view."""
        asking = None
        if time.monotonic() - self._asked_at > _ASK_AGAIN_S:
            self._ask = new_id()
            asking = ("select auth.ask(%s, %s, null, 'audit')", (self._ask, _question(self._wanted)))
        with self._db.transaction(self._actor, after=asking) as tx:
            rows = tx.exec_driver_sql(
                "select * from audit.entries(%s, %s, %s, %s)", (self._ask, before, most, after)
            ).mappings()
            page = [Entry(**r) for r in rows]
        if asking is not None:
            self._asked_at = time.monotonic()
        return page[::-1] if after is not None else page


def audit(
    db: Database,
    actor: Actor,
    wanted: AuditFilter,
    *,
    before: int | None = None,
    after: int | None = None,
    most: int = 100,
) -> list[Entry]:
    """One page of the audit, recorded by itself; see `AuditPages`."""
    return AuditPages(db, actor, wanted).page(before=before, after=after, most=most)


def _question(wanted: AuditFilter) -> str:
    """The filter as the database asks for it; what is None is left out."""
    names = {"user_id": "user", "patient_id": "patient", "table_name": "table", "since": "from"}
    given = {names.get(name, name): value for name, value in vars(wanted).items() if value is not None and value != ()}
    if wanted.users == ():
        given["users"] = []  # nobody is called like that: nothing, not everything
    return json.dumps(given, default=str)


@action(permissions.AUDIT_EXPORT)
def note_export(w: Write, what: dict[str, Any]) -> None:
    """Records that a copy of the audit leaves the program, and which part of it; before it is read."""
    w.tx.exec_driver_sql("select audit.export(%s::jsonb)", (json.dumps(what),))


def create_account(
    w: Write,
    user_id: UUID,
    user_name: str,
    employee_number: str,
    credential: Credential,
    role_ids: list[UUID],
    department_ids: list[UUID],
) -> None:
    """Gives a member of staff an account, within the caller's action. users.create, with roles users.admin.

    Raises Conflict for a taken name, Denied.
    """
    w.tx.exec_driver_sql(
        "select auth.create_account(%s, %s, %s, %s, %s, %s::uuid[], %s::uuid[])",
        (user_id, user_name, employee_number, credential.salt, credential.stored_key, role_ids, department_ids),
    )


@action(permissions.USERS_ADMIN)
def set_account(
    w: Write, user_id: UUID, version: int, role_ids: list[UUID], department_ids: list[UUID], disabled: bool
) -> None:
    """Sets a person's roles and departments, or deactivates the account (its sessions end at once).

    Raises Conflict when somebody else changed it, Denied for the own account, Invalid for the last administrator.
    """
    w.tx.exec_driver_sql(
        "select auth.set_account(%s, %s, %s::uuid[], %s::uuid[], %s)",
        (user_id, version, role_ids, department_ids, disabled),
    )


@action(permissions.USERS_EDIT)
def set_password(w: Write, user_id: UUID, credential: Credential) -> None:
    """Sets a new first password, to be changed at sign-in; sessions end. Raises Denied for the own account."""
    w.tx.exec_driver_sql("select auth.set_password(%s, %s, %s)", (user_id, credential.salt, credential.stored_key))


@dataclass(frozen=True)
class GrantsChanged:
    """The role's version after the change."""

    version: int


@action(permissions.ROLES_EDIT)
def change_grants(w: Write, role_id: UUID, version: int, give: list[str], take: list[str]) -> GrantsChanged:
    """Gives and takes permissions (`module.act`) of a role; it counts from everybody's next statement.

    Raises Conflict when somebody else changed the role, Denied for fixed permissions and for a role of one's own.
    """
    changed = w.tx.exec_driver_sql(
        "select auth.change_grants(%s, %s, %s::text[], %s::text[])", (role_id, version, give, take)
    ).scalar_one()
    return GrantsChanged(changed)


ACCOUNT_FIGURES = Figures(
    """select f.signed_in, f.locked, f.first_passwords from auth.account_figures() f""",
    (permissions.USERS_VIEW,),
    of_house=("account",),
)
"""How many people are signed in, locked out, and have not changed their first password."""

STATION_FIGURES = Figures(
    """select f.stations, f.in_use as stations_in_use from auth.station_figures() f""",
    (permissions.STATIONS_VIEW,),
    of_house=("station",),
)
"""How many stations and boards there are, and how many are in use."""

DOOR_FIGURES = Figures(
    """select f.refused, f.opened, f.exported from audit.figures() f""",
    (permissions.AUDIT_VIEW,),
)
"""Refused sign-ins, opened records and exports of the last 24 hours."""
