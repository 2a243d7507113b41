"""What the server's administrator keeps in one folder: where the database and broker are, and the services' secrets.

`server.toml` holds nothing secret; `secrets.json` (mode 0600) holds the passwords of the services and the private key
that the data keys are kept in escrow with. Losing it means that no further station can be enrolled: back it up.
`broker-users.json` lists who may speak to a broker of the hospital's own; Mosquitto's files are written from it.
"""

from __future__ import annotations

import base64
import json
import os
import secrets as random
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from hisdesk import config
from hisdesk.errors import Invalid, UserError

if TYPE_CHECKING:
    from collections.abc import Callable

    import sqlalchemy as sa

    from hisdesk.access.enrolment import NewStation
    from hisdesk.db.database import Database
    from hisdesk.embedded.broker_files import UsersFile

SERVER_FILE = "server.toml"
SECRETS_FILE = "secrets.json"
BROKER_USERS_FILE = "broker-users.json"
MOSQUITTO_PASSWORDS = "hisdesk-passwords"
MOSQUITTO_RULES = "hisdesk-acl"


@dataclass(frozen=True)
class Server:
    """One hospital's servers as their administrator reaches them.

    `broker_users` is the folder of the embedded broker, "" where the hospital has a broker of its own.
    """

    hospital: str
    database_host: str
    database_port: int
    database_name: str
    broker_host: str
    broker_port: int
    broker_users: str
    passwords: dict[str, str] = field(repr=False)
    private_key: bytes = field(repr=False)

    def url(self, service: str) -> str:
        """The address of the database for one of the services (`deploy`, `relay`, `scheduler`, `gateway`)."""
        password = quote(self.passwords[service], safe="")
        place = f"{self.database_host}:{self.database_port}/{quote(self.database_name, safe='')}"
        return f"postgresql+psycopg2://{service}:{password}@{place}"

    def deploy(self) -> Database:
        """The database as the deploying service. Close it after use."""
        from hisdesk.db.database import Database

        return Database(self.url("deploy"), size=1, statement_timeout_ms=0)


def new_passwords() -> dict[str, str]:
    """A random password for each service."""
    from hisdesk.db.bootstrap import SERVICES

    return {service: random.token_urlsafe(32) for service in SERVICES}


def write_server(folder: Path, server: Server) -> None:
    """Writes both files, secrets first."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret = {
        "passwords": server.passwords,
        "private_key": base64.b64encode(server.private_key).decode(),
    }
    config.write_private(folder / SECRETS_FILE, json.dumps(secret, indent=2) + "\n")
    plain = {k: v for k, v in asdict(server).items() if k not in ("passwords", "private_key")}
    lines = ["# Written by `hisdesk admin create-database`. Nothing in this file is secret.", ""]
    lines += [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in plain.items()]
    config.write_private(folder / SERVER_FILE, "\n".join(lines) + "\n")


def load_server(folder: Path) -> Server:
    """The servers that `folder` describes. Raises UserError that says what to do."""
    try:
        plain = tomllib.loads((folder / SERVER_FILE).read_text(encoding="utf-8"))
        secret = json.loads((folder / SECRETS_FILE).read_text(encoding="utf-8"))
        return Server(
            **plain, passwords=secret["passwords"], private_key=base64.b64decode(secret["private_key"], validate=True)
        )
    except FileNotFoundError as error:
        raise UserError(
            f"There is no server folder at {folder}. Run `hisdesk admin create-database` first, "
            "or name the folder with --server."
        ) from error
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(f"The files in {folder} are damaged. Restore them from the backup.") from error


def create_database(
    folder: Path, server: Server, superuser_url: str, *, time_zone: str = "", say: Callable[[str], None]
) -> None:
    """Makes roles, database and schema, or brings an existing database to the newest schema. Safe to run again.

    `superuser_url` is a superuser's address of the server (its password is used here only). `time_zone` is where the
    hospital's days begin, "" for the server's own or as it was. Raises Unavailable; Invalid for an unknown time zone.
    """
    import sqlalchemy as sa

    from hisdesk.access.cipher import public_key
    from hisdesk.access.enrolment import make_data_keys, name_hospital
    from hisdesk.db import bootstrap, migrate
    from hisdesk.db.database import translated
    from hisdesk.hospital.imports import icd10

    write_server(folder, server)  # before the first password is set: nothing may be lost half-way
    address = sa.make_url(superuser_url)
    with translated():
        with _autocommit(address) as connection:
            if time_zone and not bootstrap.knows_time_zone(connection, time_zone):
                raise Invalid({"time_zone": f"There is no time zone “{time_zone}”. Write it like Europe/Vienna."})
            exists = bootstrap.database_exists(connection, server.database_name)
            bootstrap.create_roles(connection, server.passwords)
            if not exists:
                say(f"Creating the database “{server.database_name}”")
                bootstrap.create_database(connection, server.database_name)
        if not exists:
            with _autocommit(address.set(database=server.database_name)) as connection:
                bootstrap.prepare_database(connection)
        say(f"Schema: upgrading to {migrate.head()}")
        migrate.upgrade(server.url("deploy"))
    deploy = server.deploy()
    try:
        make_data_keys(deploy, public_key(server.private_key))
        name_hospital(deploy, server.hospital, time_zone)
        say("Loading the diagnosis codes")
        icd10.load(deploy, icd10.published())
    finally:
        deploy.close()


def _autocommit(address: sa.URL) -> sa.Connection:
    import sqlalchemy

    return sqlalchemy.create_engine(
        address, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool, connect_args={"connect_timeout": 10}
    ).connect()


def broker_users(folder: Path, server: Server) -> UsersFile:
    """Who may speak to the broker: the embedded broker's users, or the list that Mosquitto's files are written from."""
    from hisdesk.embedded.broker import EmbeddedBroker
    from hisdesk.embedded.broker_files import UsersFile

    if server.broker_users:
        return EmbeddedBroker(server.broker_users).users
    return UsersFile(folder / BROKER_USERS_FILE)


def enrol(server: Server, users: UsersFile, station: NewStation, into: Path) -> config.Station:
    """Enrols a station and writes its folder, ready to be carried to the computer. Raises Invalid, Unavailable."""
    from hisdesk.access.enrolment import enrol_station
    from hisdesk.embedded.broker_files import STATION
    from hisdesk.live.topics import may_hear

    deploy = server.deploy()
    try:
        enrolled = enrol_station(deploy, station, server.private_key)
    finally:
        deploy.close()
    hears = may_hear(station.kind, enrolled.departments)
    broker_password = users.add(enrolled.role_name, STATION, hears)
    written = config.Station(
        code=enrolled.code,
        hospital=server.hospital,
        database=config.DatabaseAddress(
            server.database_host, server.database_port, server.database_name, enrolled.role_name
        ),
        broker=config.BrokerAddress(server.broker_host, server.broker_port, enrolled.role_name),
        secrets=config.Secrets(enrolled.password, broker_password, enrolled.private_key),
    )
    config.write_station(into, written)
    return written


def revoke(server: Server, users: UsersFile, code: str) -> None:
    """Takes a station out of service: no session, no login, no user at the broker. Raises Invalid, Unavailable."""
    from hisdesk.access.enrolment import revoke_station

    deploy = server.deploy()
    try:
        users.remove(revoke_station(deploy, code))
    finally:
        deploy.close()


def write_relay(server: Server, users: UsersFile, file: Path) -> None:
    """Writes the relay's settings, mode 0600, and gives it a new password at the broker. Raises UserError."""
    from hisdesk.embedded.broker_files import RELAY
    from hisdesk.live.topics import HEARTBEAT

    password = users.add("relay", RELAY, (HEARTBEAT,))  # `hisdesk-sync --check` listens for it
    url = server.url("relay").replace("postgresql+psycopg2://", "postgresql://", 1)
    lines = ["[database]", f"url = {json.dumps(url)}", "", "[broker]", f"host = {json.dumps(server.broker_host)}"]
    lines += [f"port = {server.broker_port}", 'user = "relay"', f"password = {json.dumps(password)}"]
    with _writing(file):
        config.write_private(file, "\n".join(lines) + "\n")


def write_mosquitto_files(users: UsersFile, into: Path) -> bool:
    """Writes Mosquitto's password and access file, mode 0600. Raises UserError.

    True when the system's account `mosquitto` owns them: it reads them again after it has given root's rights up.
    """
    from hisdesk.embedded.broker_files import mosquitto_files

    owned = True
    texts = mosquitto_files(users.read().values())
    for name, text in zip((MOSQUITTO_PASSWORDS, MOSQUITTO_RULES), texts, strict=True):
        with _writing(into / name):
            config.write_private(into / name, text)
        owned = _give_to_mosquitto(into / name) and owned
    return owned


def _give_to_mosquitto(file: Path) -> bool:
    if os.name != "posix":
        return False
    try:
        shutil.chown(file, "mosquitto", "mosquitto")
    except (LookupError, PermissionError):
        return False
    return True


@contextmanager
def _writing(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(f"{file} can't be written: {error.strerror}.") from error
