"""What the server does for stations and first accounts, under the `deploy` credential, never from a station."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access.action import new_id
from hisdesk.access.cipher import KEY_BYTES, FieldCipher, context_of, new_private_key, public_key, unwrap, wrap
from hisdesk.access.sign_in import Credential
from hisdesk.db.bootstrap import quote
from hisdesk.db.database import Database
from hisdesk.errors import Conflict, Invalid

_CONNECTIONS_OF_A_STATION = 12
_DEPARTMENTS = "select id from app.department where code = any(%s)"


@dataclass(frozen=True)
class NewStation:
    """A workstation or board to enrol. `kind` is 'desk' or 'board'; a board shows `departments` (codes)."""

    code: str
    title: str
    kind: str = "desk"
    location: str = ""
    room: str = ""
    departments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Enrolled:
    """A station with what it must keep secret; the server keeps none of that. A board shows `departments`."""

    station_id: UUID
    code: str
    role_name: str
    departments: tuple[UUID, ...]
    password: str = field(repr=False)
    private_key: bytes = field(repr=False)


def make_data_keys(deploy: Database, server_public_key: bytes) -> None:
    """Makes the first data key and index key of a new database, readable with the server's private key only."""
    with deploy.transaction() as tx:
        for purpose in ("data", "index"):
            wrapped = wrap(server_public_key, secrets.token_bytes(KEY_BYTES), context_of(purpose, 1))
            tx.exec_driver_sql(
                "insert into auth.data_key (purpose, version, escrow) values (%s, 1, %s) on conflict do nothing",
                (purpose, wrapped),
            )


def name_hospital(deploy: Database, name: str, time_zone: str = "") -> None:
    """Writes the hospital's own row once, when the database is made.

    Its days begin at midnight in `time_zone`, or in the server's own where none is given. One that is given also counts
    for a hospital that was there before.
    """
    with deploy.transaction() as tx:
        tx.exec_driver_sql(
            """insert into app.hospital (id, name, time_zone)
               select %s, %s, coalesce(nullif(%s, ''), current_setting('TimeZone'))
               where not exists (select 1 from app.hospital)""",
            (new_id(), name, time_zone),
        )
        if time_zone:
            tx.exec_driver_sql(
                "update app.hospital set time_zone = %s, version = version + 1 where time_zone <> %s",
                (time_zone, time_zone),
            )


def enrol_station(deploy: Database, station: NewStation, server_private_key: bytes) -> Enrolled:
    """Makes the station's database role and key pair, and wraps the data keys for it.

    Enrolling a code again replaces its credential (the old one stops working at once). Raises Invalid, Unavailable.
    """
    code = station.code.strip().upper()
    role = "st_" + "".join(c if c.isalnum() else "_" for c in code.lower())
    password, private = secrets.token_urlsafe(32), new_private_key()
    with deploy.transaction() as tx:
        station_id = _station_row(tx, code, role, station, public_key(private))
        departments = _station_departments(tx, station_id, station.departments)
        _role(tx, role, password)
        tx.exec_driver_sql("delete from auth.station_key where station_id = %s", (station_id,))
        for purpose, version, escrow in tx.exec_driver_sql("select purpose, version, escrow from auth.data_key"):
            context = context_of(purpose, version)
            key = unwrap(server_private_key, bytes(escrow), context)
            tx.exec_driver_sql(
                "insert into auth.station_key (station_id, purpose, version, wrapped) values (%s, %s, %s, %s)",
                (station_id, purpose, version, wrap(public_key(private), key, context)),
            )
    return Enrolled(station_id, code, role, departments, password, private)


def _station_row(tx: sa.Connection, code: str, role: str, station: NewStation, public: bytes) -> UUID:
    if not code or len(code) > 31 or not code.replace("-", "").isalnum() or not code.isascii() or code[0] == "-":
        raise Invalid({"code": "A station code has 2 to 31 letters, digits and dashes, such as FRONT-1."})
    taken = tx.exec_driver_sql(
        "select code from auth.station where role_name = %s and code <> %s", (role, code)
    ).scalar()
    if taken:
        raise Conflict(f"The code is too like that of station {taken}. Choose another one.")
    station_id: UUID = tx.exec_driver_sql(
        """insert into auth.station (id, code, role_name, kind, title, location, room, public_key)
           values (%s, %s, %s, %s, %s, %s, %s, %s)
           on conflict (code) do update set kind = excluded.kind, title = excluded.title, room = excluded.room,
               location = excluded.location, public_key = excluded.public_key, revoked_at = null,
               enrolled_at = clock_timestamp(), version = auth.station.version + 1
           returning id""",
        (new_id(), code, role, station.kind, station.title, station.location, station.room, public),
    ).scalar_one()
    tx.exec_driver_sql(
        """update auth.session set ended_at = clock_timestamp(), ended_reason = 'station enrolled again'
           where station_id = %s and ended_at is null""",
        (station_id,),
    )
    return station_id


def _station_departments(tx: sa.Connection, station_id: UUID, codes: Iterable[str]) -> tuple[UUID, ...]:
    departments = tuple(_keys(tx, _DEPARTMENTS, codes, "department"))
    tx.exec_driver_sql("delete from auth.station_department where station_id = %s", (station_id,))
    for department in departments:
        tx.exec_driver_sql("insert into auth.station_department values (%s, %s)", (station_id, department))
    return departments


def _role(tx: sa.Connection, role: str, password: str) -> None:
    """The station's login role: the rights of `app_station`, no more; its statements are neither shown nor logged."""
    name = quote(role)
    exists = tx.exec_driver_sql("select 1 from pg_roles where rolname = %s", (role,)).scalar()
    # token_urlsafe has no quote, backslash or percent sign
    tx.exec_driver_sql(
        f"{'alter' if exists else 'create'} role {name} login password '{password}' "
        f"connection limit {_CONNECTIONS_OF_A_STATION}"
    )
    tx.exec_driver_sql(f"grant app_station to {name}")
    # an abandoned transaction would hold back vacuum and the outbox
    silent = ("track_activities = off", "log_min_error_statement = panic")
    for setting in (*silent, "idle_in_transaction_session_timeout = '60s'"):
        tx.exec_driver_sql(f"alter role {name} set {setting}")


def revoke_station(deploy: Database, code: str) -> str:
    """Ends the station's sessions and its role's login, and returns the role. Raises Invalid for an unknown code."""
    with deploy.transaction() as tx:
        role: str | None = tx.exec_driver_sql(
            "update auth.station set revoked_at = clock_timestamp(), version = version + 1 where code = %s "
            "returning role_name",
            (code.strip().upper(),),
        ).scalar()
        if role is None:
            raise Invalid({"code": f"There is no station {code.strip().upper()}."})
        tx.exec_driver_sql("update auth.session set ended_at = clock_timestamp(), ended_reason = 'station revoked' "
                           "where station = %s and ended_at is null", (role,))  # fmt: skip
        tx.exec_driver_sql(f"alter role {quote(role)} nologin")
    return role


@dataclass(frozen=True)
class NewPerson:
    """A member of staff with an account, as the server makes it. `roles` and `departments` are names and codes."""

    user_name: str
    family_name: str
    given_names: str
    roles: tuple[str, ...]
    departments: tuple[str, ...] = ()
    title: str = ""
    employee_number: str | None = None
    specialisation: str = ""
    location: str = ""
    sex: str = "unknown"
    phone: str = ""
    email: str = ""


def create_person(
    deploy: Database, person: NewPerson, credential: Credential, *, must_change: bool = True, key: UUID | None = None
) -> UUID:
    """Makes the staff row and the account. For the first administrator, the demo and `admin create-user`.

    Raises Conflict when the name or number is taken, Invalid for unknown roles or departments.
    """
    user_id = key or new_id()
    with deploy.transaction() as tx:
        roles = _keys(tx, "select id from auth.role where name = any(%s)", person.roles, "role")
        departments = _keys(tx, _DEPARTMENTS, person.departments, "department")
        if tx.exec_driver_sql("select 1 from auth.account where name = lower(%s)", (person.user_name,)).scalar():
            raise Conflict(f"The user name “{person.user_name}” is taken. Choose another one.")
        tx.exec_driver_sql(
            """insert into app.staff (id, employee_number, family_name, given_names, title, specialisation, location,
                   sex, phone, email) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
            (user_id, person.employee_number, person.family_name, person.given_names, person.title,
             person.specialisation, person.location, person.sex, person.phone, person.email),
        )  # fmt: skip
        tx.exec_driver_sql(
            """insert into auth.account (user_id, name, employee_number, salt, stored_key, must_change)
               values (%s, lower(%s), %s, %s, %s, %s)""",
            (user_id, person.user_name, person.employee_number, credential.salt, credential.stored_key, must_change),
        )
        for role in roles:
            tx.exec_driver_sql("insert into auth.account_role values (%s, %s)", (user_id, role))
        for department in departments:
            tx.exec_driver_sql("insert into auth.account_department values (%s, %s)", (user_id, department))
    return user_id


def _keys(tx: sa.Connection, sql: str, names: Iterable[str], what: str) -> list[UUID]:
    wanted = list(names)
    found = list(tx.exec_driver_sql(sql, (wanted,)).scalars())
    if len(found) != len(set(wanted)):
        raise Invalid({what: f"One of these {what}s does not exist: {', '.join(wanted)}."})
    return found


def reset_password(deploy: Database, user_name: str, credential: Credential) -> None:
    """Sets a new first password from the server; the person must change it. Raises Invalid for an unknown name."""
    with deploy.transaction() as tx:
        user_id = tx.exec_driver_sql(
            """update auth.account set salt = %s, stored_key = %s, must_change = true, version = version + 1,
                   changed_at = clock_timestamp() where name = lower(%s) returning user_id""",
            (credential.salt, credential.stored_key, user_name),
        ).scalar()
        if user_id is None:
            raise Invalid({"name": f"There is no account “{user_name}”."})
        tx.exec_driver_sql("delete from auth.failure where name = lower(%s)", (user_name,))
        tx.exec_driver_sql("update auth.session set ended_at = clock_timestamp(), ended_reason = 'password reset' "
                           "where user_id = %s and ended_at is null", (user_id,))  # fmt: skip


def open_cipher(deploy: Database, server_private_key: bytes) -> FieldCipher:
    """The hospital's data keys out of escrow, for an import at the server. Raises Unreadable for another key."""
    opened: dict[str, dict[int, bytes]] = {"data": {}, "index": {}}
    with deploy.transaction() as tx:
        for purpose, version, escrow in tx.exec_driver_sql("select purpose, version, escrow from auth.data_key"):
            opened[purpose][version] = unwrap(server_private_key, bytes(escrow), context_of(purpose, version))
    return FieldCipher(opened["data"], opened["index"])
