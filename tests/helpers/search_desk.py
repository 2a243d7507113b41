"""A migrated database with two enrolled stations and signed-in people, for what asks and answers searches."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID, uuid4

import psycopg2
import sqlalchemy as sa

from hisdesk.access.action import new_id
from hisdesk.db import bootstrap, migrate
from hisdesk.db.database import Database


class Address(Protocol):
    def url(self, database: str = ..., user: str | None = ..., password: str | None = ...) -> str: ...


@dataclass(frozen=True)
class Bearer:
    token: str = field(repr=False)


@dataclass
class Desk:
    """A person signed in at a station: asks, and reads the answers."""

    db: Database
    bearer: Bearer

    def ask(self, query: str, number_index: bytes | None = None, kind: str = "find") -> UUID:
        """Commits the question."""
        key = new_id()
        with self.db.transaction(self.bearer) as tx:
            tx.exec_driver_sql("select auth.ask(%s, %s, %s, %s)", (key, query, number_index, kind))
        return key

    def answer(self, ask: UUID, most: int = 50) -> list[Any]:
        with self.db.transaction(self.bearer) as tx:
            return list(tx.exec_driver_sql("select * from app.found(%s, %s)", (ask, most)))

    def find(self, query: str, number_index: bytes | None = None, most: int = 50) -> list[Any]:
        return self.answer(self.ask(query, number_index), most)

    def similar(self, most: int = 5, **form: str) -> list[Any]:
        key = self.ask(json.dumps(form), kind="similar")
        with self.db.transaction(self.bearer) as tx:
            return list(tx.exec_driver_sql("select * from app.similar_people(%s, %s)", (key, most)))


@dataclass
class SearchHospital:
    """`connection` is a superuser's in autocommit; `desks` are people by (station, role)."""

    connection: Any
    database: str
    front: Desk
    other: Desk
    nobody: Desk  # signed in without the permission to find people

    def run(self, statement: str, values: Any = None) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall()) if cursor.description else []

    def add(self, family: str, given: str, **more: Any) -> UUID:
        """A person with an official name; `former` and `alias` are (family, given) of further names."""
        key = uuid4()
        former, alias = more.pop("former", None), more.pop("alias", None)
        more.setdefault(
            "mrn", self.run("select b || app.mrn_check_digit(b) from (select nextval('app.mrn_body')::text b) x")[0][0]
        )
        if more.get("status", "active") != "active":
            more["status_reason"] = "moved away"
        self.run("insert into app.mrn_issued (mrn) values (%s)", (more["mrn"],))
        columns = {"id": key, "family_name": family, "given_names": given, **more}
        self._insert("patient", columns)
        for use, name in (("official", (family, given)), ("former", former), ("alias", alias)):
            if name:
                self._insert("patient_name", {"id": uuid4(), "patient_id": key, "use": use, "family_name": name[0],
                                              "given_names": name[1]})  # fmt: skip
        return key

    def _insert(self, table: str, values: dict[str, Any]) -> None:
        places = ", ".join(["%s"] * len(values))
        self.run(
            f"insert into app.{table} ({', '.join(values)}) values ({places})",
            [str(v) if isinstance(v, UUID) else v for v in values.values()],
        )


def _url(address: Address, database: str = "postgres", user: str | None = None, password: str | None = None) -> str:
    return address.url(database, user, password).replace("postgresql://", "postgresql+psycopg2://", 1)


@contextmanager
def search_hospital(address: Address, *, asks_per_minute: int = 1_000_000) -> Iterator[SearchHospital]:
    """A new database on that server, thrown away afterwards."""
    name = f"search_{secrets.token_hex(4)}"
    admin = sa.create_engine(_url(address), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        if not connection.exec_driver_sql("select 1 from pg_roles where rolname = 'deploy'").scalar():
            bootstrap.create_roles(connection, {s: secrets.token_urlsafe(16) for s in bootstrap.SERVICES})
        bootstrap.create_database(connection, name)
    inside = sa.create_engine(_url(address, name), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with inside.connect() as connection:
        bootstrap.prepare_database(connection)
    migrate.upgrade(_url(address, name) + "?options=-crole%3Ddeploy")  # another test may hold deploy's password
    root = psycopg2.connect(address.url(name))
    root.autocommit = True
    stations = [f"st_{name}_{i}" for i in (1, 2)]
    desks: list[Desk] = []
    try:
        with root.cursor() as cursor:
            cursor.execute("update auth.setting set value = %s where name = 'asks_per_minute'", (asks_per_minute,))
        for station, role in (
            (stations[0], "registration"),
            (stations[1], "registration"),
            (stations[0], "wall_board"),
        ):
            desks.append(_desk(address, root, name, station, role))
        yield SearchHospital(root, name, *desks)
    finally:
        for desk in desks:
            desk.db.close()
        root.close()
        with admin.connect() as connection:
            connection.exec_driver_sql(f"drop database if exists {name} with (force)")
            for station in stations:
                connection.exec_driver_sql(f"drop role if exists {station}")


def _desk(address: Address, root: Any, database: str, station: str, role: str) -> Desk:
    """Enrols the station when it is new, makes an account with the role, and a session whose token is known."""
    password = hashlib.sha256(station.encode()).hexdigest()
    user, token = new_id(), secrets.token_urlsafe(32)
    with root.cursor() as cursor:
        cursor.execute("select 1 from pg_roles where rolname = %s", (station,))
        if cursor.fetchone() is None:
            cursor.execute(f"create role {station} login password '{password}' in role app_station")
            cursor.execute(
                "insert into auth.station (id, code, role_name, kind, title, public_key)"
                " values (%s, %s, %s, 'desk', '', '')",
                (str(new_id()), station.upper().replace("_", "-"), station),
            )
        cursor.execute(
            "insert into auth.account (user_id, name, salt, stored_key) values (%s, %s, '', sha256(''))",
            (str(user), f"{role.replace('_', '.')}.{token[:8].lower().replace('_', 'x').replace('-', 'x')}"),
        )
        cursor.execute("insert into auth.account_role select %s, id from auth.role where name = %s", (str(user), role))
        cursor.execute(
            "insert into auth.session (token_hash, kind, user_id, station_id, station, expires_at) select"
            " sha256(convert_to(%s, 'UTF8')), 'person', %s, id, role_name, now() + interval '1 day'"
            " from auth.station where role_name = %s",
            (token, str(user), station),
        )
        cursor.execute("update auth.session set last_seen_at = now() + interval '1 day'")
    return Desk(Database(_url(address, database, station, password), size=1), Bearer(token))
