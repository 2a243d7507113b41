"""A small hospital on a real PostgreSQL: a migrated template, fresh copies of it, and people who sign in at desks."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import ParamSpec, TypeVar
from uuid import UUID

import psycopg2
import sqlalchemy as sa

from hisdesk.access import enrolment
from hisdesk.access.action import Action, new_id, perform
from hisdesk.access.actor import Actor
from hisdesk.access.cipher import FieldCipher, new_private_key, public_key
from hisdesk.access.sign_in import device_sign_in, new_credential, sign_in
from hisdesk.db import bootstrap, migrate
from hisdesk.db.database import Database
from hisdesk.embedded.postgres import Address
from tests.helpers import servers

P = ParamSpec("P")
R = TypeVar("R")

PASSWORD = "a-made-up-word"
DEPARTMENTS = (
    ("CARD", "Cardiology", "C", "clinic"),
    ("GEN", "General medicine", "G", "clinic"),
    ("W1", "Ward 1", "W", "ward"),
)
STATIONS = (
    enrolment.NewStation("FRONT-1", "Front desk 1", location="Hall", room="Desk 1"),
    enrolment.NewStation("FRONT-2", "Front desk 2", location="Hall", room="Desk 2"),
    enrolment.NewStation("ROOM-3", "Consulting room 3", location="First floor", room="Room 3"),
    enrolment.NewStation("HALL-1", "Hall display", kind="board", departments=("CARD",)),
    enrolment.NewStation("WARD-1", "Ward desk", location="Second floor", room="Ward desk"),
    enrolment.NewStation("WALL-1", "Bed board", kind="board", departments=("W1",)),
)
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Template:
    """A migrated database with departments and stations in it, from which tests are copied."""

    address: Address
    name: str
    services: dict[str, str] = field(repr=False)
    server_private_key: bytes = field(repr=False)
    stations: dict[str, enrolment.Enrolled] = field(repr=False)


@dataclass(frozen=True)
class Desk:
    """Somebody signed in at a station."""

    db: Database
    actor: Actor
    cipher: FieldCipher

    def do(self, act: Action[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Performs an action with an op_id of its own."""
        return perform(self.db, self.actor, act, new_id(), *args, **kwargs)


def make_template(address: Address) -> Template:
    """Roles of the house, one migrated database, departments, stations."""
    services = {service: secrets.token_urlsafe(16) for service in bootstrap.SERVICES}
    name = f"template_{secrets.token_hex(4)}"
    with superuser(address) as connection:
        bootstrap.create_roles(connection, services)
        bootstrap.create_database(connection, name)
    with superuser(address, name) as connection:
        bootstrap.prepare_database(connection)
    deploy_url = url_of(address, name, "deploy", services["deploy"])
    migrate.upgrade(deploy_url)
    deploy = Database(deploy_url)
    try:
        enrolment.name_hospital(deploy, "Made-up Hospital")
        with deploy.transaction() as tx:
            for code, title, letter, kind in DEPARTMENTS:
                tx.exec_driver_sql(
                    "insert into app.department (id, code, name, ticket_letter, kind) values (%s, %s, %s, %s, %s)",
                    (new_id(), code, title, letter, kind),
                )
        private = new_private_key()
        enrolment.make_data_keys(deploy, public_key(private))
        stations = {s.code: enrolment.enrol_station(deploy, s, private) for s in STATIONS}
    finally:
        deploy.close()
    return Template(address, name, services, private, stations)


class Hospital:
    """One copy of the template. Close it: that throws the database away."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.address = template.address
        self.name = f"test_{secrets.token_hex(6)}"
        self._opened: list[Database] = []
        self._stations: dict[str, Database] = {}
        with superuser(self.address) as connection:
            bootstrap.create_database(connection, self.name, template=template.name)
        self.deploy = self.connect("deploy", template.services["deploy"])

    def __enter__(self) -> Hospital:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        for db in self._opened:
            db.close()
        with suppress(psycopg2.OperationalError):
            servers.drop_database(self.address, self.name)

    def url(self, user: str, password: str) -> str:
        return url_of(self.address, self.name, user, password)

    def connect(self, user: str, password: str) -> Database:
        """A pool under any credential, closed with the hospital."""
        db = Database(self.url(user, password))
        self._opened.append(db)
        return db

    def superuser(self) -> sa.Engine:
        """For looking behind the fence in a test: an autocommit engine of the superuser."""
        return sa.create_engine(url_of(self.address, self.name), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)

    def value(self, sql: str, *values: object) -> object:
        """One value, read behind the fence."""
        with self.superuser().connect() as connection:
            return connection.exec_driver_sql(sql, tuple(values)).scalar()

    def run(self, sql: str, *values: object) -> None:
        """One statement, run behind the fence."""
        with self.superuser().connect() as connection:
            connection.exec_driver_sql(sql, tuple(values))

    def service(self, name: str) -> Database:
        """As `relay`, `scheduler` or `gateway`."""
        return self.connect(name, self.template.services[name])

    def station(self, code: str = "FRONT-1") -> Database:
        """The pool under a station's credential, nobody signed in; one for each station, as in the program."""
        if code not in self._stations:
            enrolled = self.template.stations[code]
            self._stations[code] = self.connect(enrolled.role_name, enrolled.password)
        return self._stations[code]

    def department(self, code: str = "CARD") -> UUID:
        found = self.value("select id from app.department where code = %s", code)
        assert isinstance(found, UUID)
        return found

    def account(
        self,
        role: str | Sequence[str],
        departments: Iterable[str] = ("CARD",),
        *,
        name: str = "",
        family: str = "",
        given: str = "Alex",
        title: str = "",
    ) -> str:
        """A member of staff with an account; returns the user name. The password is `PASSWORD`."""
        roles = (role,) if isinstance(role, str) else tuple(role)
        name = name or f"user{next(_numbers)}"
        person = enrolment.NewPerson(name, family or name.capitalize(), given, roles, tuple(departments), title)
        # cost 4: the real one takes a quarter of a second, and the rule for it stands in the functions of the program
        enrolment.create_person(self.deploy, person, new_credential(PASSWORD, cost=4), must_change=False)
        return name

    def sign_in(self, name: str, station: str = "FRONT-1") -> Desk:
        db = self.station(station)
        signed = sign_in(db, name, PASSWORD, self.template.stations[station].private_key)
        return Desk(db, signed.actor, signed.cipher)

    def desk(
        self,
        role: str | Sequence[str] = "registration",
        departments: Iterable[str] = ("CARD",),
        *,
        station: str = "FRONT-1",
        **account: str,
    ) -> Desk:
        """A new member of staff, signed in at that station."""
        return self.sign_in(self.account(role, departments, **account), station)

    def board(self, station: str = "HALL-1") -> Board:
        """A hall display's own session."""
        db = self.station(station)
        return Board(db, device_sign_in(db))


@dataclass(frozen=True)
class Board:
    """A device session; a bearer itself."""

    db: Database
    token: str = field(repr=False)


def superuser(address: Address, name: str = "postgres") -> sa.Connection:
    engine = sa.create_engine(url_of(address, name), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    return engine.connect()


def url_of(address: Address, name: str, user: str | None = None, password: str | None = None) -> str:
    return address.url(name, user, password).replace("postgresql://", "postgresql+psycopg2://", 1)
