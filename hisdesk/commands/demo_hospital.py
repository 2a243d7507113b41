"""A whole made-up hospital on one PC: database, broker, relay, people, staff, stations. No Qt.

Everything lies in one folder (`config.demo_home()`): the servers' data, each station's folder, and `passwords.json`
with the demo staff's random passwords (mode 0600). Made on the first start, kept afterwards.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hisdesk import config
from hisdesk.commands import server as servers
from hisdesk.embedded.broker import EmbeddedBroker
from hisdesk.embedded.postgres import EmbeddedPostgres
from hisdesk.errors import Unavailable, UserError
from hisdesk.hospital.demo import content

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

PEOPLE = 2000
SEED = 7
_MADE = "made.json"
_PASSWORDS = "passwords.json"
_RELAY = "relay.toml"
Say = Callable[[str], None]


@dataclass(frozen=True)
class DemoPerson:
    """Somebody of the demo staff, and where they sit."""

    name: str
    role: str
    user_name: str
    password: str
    station_code: str
    station_folder: Path


@dataclass
class RunningDemo:
    """The servers that `start` left running. Stop it once; afterwards the data is at rest."""

    home: Path
    people: tuple[DemoPerson, ...]
    postgres: EmbeddedPostgres
    broker: EmbeddedBroker
    relay: subprocess.Popen[bytes]
    server: servers.Server

    def station_folder(self, code: str) -> Path:
        return _station_folder(self.home, code)

    def states(self) -> dict[str, bool]:
        """Which of the servers run."""
        return {
            "PostgreSQL": self.postgres.running(),
            "Broker": self.broker.running(),
            "Relay": self.relay.poll() is None,
        }

    def stop(self) -> None:
        """Stops relay, broker and database, in this order."""
        if self.relay.poll() is None:
            self.relay.terminate()
            try:
                self.relay.wait(10)
            except subprocess.TimeoutExpired:
                self.relay.kill()
                self.relay.wait(10)
        if self.relay.stdin is not None:
            self.relay.stdin.close()
        self.broker.stop()
        self.postgres.stop()


def start(home: Path, say: Say, *, people: int = PEOPLE) -> RunningDemo:
    """Starts the demo hospital, making it first when there is none. Takes a minute then, seconds afterwards."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (home / _MADE).exists():
        remove(home, say=lambda _text: None)  # what an interrupted first start left
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    postgres = EmbeddedPostgres(home / "postgres", say=say)
    broker = EmbeddedBroker(home / "broker")
    say("Starting PostgreSQL")
    address = postgres.start()
    try:
        say("Starting the MQTT broker")
        broker_address = broker.start()
        if not (home / _MADE).exists():
            _make_apart(say, home, address.url(), address.port, broker_address.port, people)
        server = _moved(home, address.host, address.port, broker_address.host, broker_address.port)
        _live_day(server)
        relay = _start_relay(home)
    except BaseException:
        broker.stop()
        postgres.stop()
        raise
    return RunningDemo(home, _people(home), postgres, broker, relay, server)


def _make_apart(say: Say, *made_with: Any) -> None:
    """`_make` in a process of its own: a minute of computing, while a window of this one says how far it is.

    Raises UserError with what was said there.
    """
    import multiprocessing

    context = multiprocessing.get_context("spawn")  # never a copy of a process with threads and windows
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_make_and_tell, args=(theirs, *made_with), name="demo hospital", daemon=True)
    process.start()
    theirs.close()
    try:
        kind, text = ours.recv()
        while kind == "say":
            say(text)
            kind, text = ours.recv()
    except EOFError:
        raise Unavailable("Making the demo hospital was interrupted. Start it again.") from None
    finally:
        ours.close()
        process.join()
    if kind == "refused":
        raise UserError(text)
    if kind == "failed":
        raise RuntimeError(f"making the demo hospital failed:\n{text}")


def _make_and_tell(pipe: Connection[Any, Any], *made_with: Any) -> None:
    """In the other process."""
    try:
        _make(lambda text: pipe.send(("say", text)), *made_with)
    except UserError as error:
        pipe.send(("refused", str(error)))
    except Exception:  # noqa: BLE001 (raised again on the other side)
        pipe.send(("failed", traceback.format_exc()))
    except KeyboardInterrupt:
        return  # Ctrl+C in the terminal reaches both
    else:
        pipe.send(("made", ""))


def _make(say: Say, home: Path, superuser_url: str, port: int, broker_port: int, people: int) -> None:
    from hisdesk.access.cipher import new_private_key
    from hisdesk.access.enrolment import open_cipher
    from hisdesk.hospital.demo import actions, notes, prescribing, wards
    from hisdesk.hospital.demo.people import people as made_up

    host, broker = "127.0.0.1", EmbeddedBroker(home / "broker")
    server = servers.Server(
        hospital=content.HOSPITAL,
        database_host=host,
        database_port=port,
        database_name="hisdesk",
        broker_host=host,
        broker_port=broker_port,
        broker_users=str(broker.folder),
        passwords=servers.new_passwords(),
        private_key=new_private_key(),
    )
    url = superuser_url.replace("postgresql://", "postgresql+psycopg2://", 1)
    servers.create_database(home / "server", server, url, say=say)
    deploy = server.deploy()
    try:
        say("Making departments and staff")
        actions.load_departments(deploy)
        _make_staff(home, server)
        prescribing.load_formulary(deploy)
        say(f"Registering {people:,} made-up people")
        cipher = open_cipher(deploy, server.private_key)
        actions.load_people(deploy, cipher, made_up(people, SEED), seed=SEED)
        say("Giving them a past")
        actions.load_past_visits(deploy)
        wards.load_wards(deploy)
        notes.load_past_notes(deploy)
    finally:
        deploy.close()
    say("Enrolling the stations")
    for station in content.STATIONS:
        servers.enrol(server, broker.users, station, _station_folder(home, station.code))
    servers.write_relay(server, broker.users, home / _RELAY)
    config.write_private(home / _MADE, json.dumps({"people": people}) + "\n")


def _make_staff(home: Path, server: servers.Server) -> None:
    """Accounts with random passwords. Hashing takes a quarter second each, so several at a time."""
    from hisdesk.access.enrolment import create_person
    from hisdesk.access.sign_in import new_credential, new_password

    passwords = {person.user_name: new_password() for person in content.STAFF}
    config.write_private(home / _PASSWORDS, json.dumps(passwords, indent=2) + "\n")
    with ThreadPoolExecutor() as pool:
        credentials = list(pool.map(new_credential, passwords.values()))
    deploy = server.deploy()
    try:
        for person, credential in zip(content.STAFF, credentials, strict=True):
            create_person(deploy, person, credential, must_change=False)
    finally:
        deploy.close()


def _people(home: Path) -> tuple[DemoPerson, ...]:
    passwords = json.loads((home / _PASSWORDS).read_text(encoding="utf-8"))
    return tuple(
        DemoPerson(
            name=" ".join(part for part in (p.title, p.given_names, p.family_name) if part),
            role=p.roles[0],
            user_name=p.user_name,
            password=passwords[p.user_name],
            station_code=content.SEATS.get(p.user_name, content.OFFICE),
            station_folder=_station_folder(home, content.SEATS.get(p.user_name, content.OFFICE)),
        )
        for p in content.STAFF
    )


def _station_folder(home: Path, code: str) -> Path:
    return home / "stations" / code


def _moved(home: Path, host: str, port: int, broker_host: str, broker_port: int) -> servers.Server:
    """Writes the addresses anew where another program has taken a port since the last start."""
    server = servers.load_server(home / "server")
    now = replace(server, database_host=host, database_port=port, broker_host=broker_host, broker_port=broker_port)
    if now != server:
        servers.write_server(home / "server", now)
        for folder in sorted((home / "stations").iterdir()):
            station = config.load_station(folder)
            database = replace(station.database, host=host, port=port)
            there = replace(station.broker, host=broker_host, port=broker_port)
            config.write_station(folder, replace(station, database=database, broker=there))
        servers.write_relay(now, servers.broker_users(home / "server", now), home / _RELAY)
    return now


def _start_relay(home: Path) -> subprocess.Popen[bytes]:
    log = (home / "relay.log").open("ab")
    try:
        return subprocess.Popen(  # noqa: S603 (our own program, our own file)
            [sys.executable, "-m", "server_sync", "--while-open", "--config", str(home / _RELAY)],
            stdin=subprocess.PIPE,  # closes when this program ends, however it ends
            stdout=log,
            stderr=log,
        )
    finally:
        log.close()


def _live_day(server: servers.Server) -> None:
    from hisdesk.hospital.demo import actions, wards

    deploy = server.deploy()
    try:
        actions.load_today(deploy)
        wards.load_today(deploy)
    finally:
        deploy.close()


def remove(home: Path, *, say: Say) -> None:
    """Throws the demo hospital away, with the data that root's database keeps elsewhere."""
    if not home.exists():
        return
    say(f"Removing {home}")
    with suppress(FileNotFoundError):
        EmbeddedPostgres(home / "postgres").remove()
    shutil.rmtree(home)
