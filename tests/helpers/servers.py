"""Real servers for the tests: one embedded PostgreSQL and one broker per test process, and Debian's as well.

Roles are shared by all databases of a cluster, so each pytest-xdist worker has a cluster of its own. Nothing is left
behind when pytest is killed: the database has a guard, the broker reads the end of its pipe, Debian's servers get the
parent-death signal.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from hisdesk.embedded.broker import EmbeddedBroker
from hisdesk.embedded.broker_files import UsersFile, mosquitto_files
from hisdesk.embedded.ports import HOST, free_port
from hisdesk.embedded.postgres import SETTINGS, Address, EmbeddedPostgres

DEBIAN_POSTGRES = Path("/usr/lib/postgresql/15/bin")
MOSQUITTO = Path("/usr/sbin/mosquitto")
PATIENCE_S = 60.0

__all__ = ["HOST", "free_port"]


def wait_for(condition: Callable[[], object], what: str, timeout_s: float = PATIENCE_S) -> None:
    """Returns as soon as `condition()` holds; fails the test with `what` when it never does."""
    end = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"never happened: {what}")
        time.sleep(0.01)


def open_folder(prefix: str = "hisdesk-test-") -> Path:
    """A new folder in /tmp that every system user may pass through, so that root can keep a database in it."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    folder.chmod(0o711)
    return folder


# -- the session's own servers --------------------------------------------------------------------------------------


@cache
def postgres() -> EmbeddedPostgres:
    """This process's embedded PostgreSQL, in fast mode; started at the first call, gone when the process ends."""
    folder = open_folder("hisdesk-test-pg-")
    server = EmbeddedPostgres(folder, fast=True)
    server.start()
    atexit.register(_throw_away, server, folder, os.getpid())
    return server


@cache
def broker() -> EmbeddedBroker:
    """This process's embedded broker; started at the first call, gone when the process ends."""
    folder = open_folder("hisdesk-test-mq-")
    server = EmbeddedBroker(folder)
    server.start()
    atexit.register(_throw_away, server, folder, os.getpid())
    return server


def _throw_away(server: EmbeddedPostgres | EmbeddedBroker, folder: Path, pid: int) -> None:
    if os.getpid() != pid:  # a forked child must not stop its parent's server
        return
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


def create_database(address: Address, *, template: str | None = None, prefix: str = "test") -> str:
    """A new database on that server, empty or copied from a template; returns its name. Raises psycopg2.Error."""
    name = f"{prefix}_{secrets.token_hex(6)}"
    _as_superuser(address, f'create database "{name}"' + (f' template "{template}"' if template else ""))
    return name


def drop_database(address: Address, name: str) -> None:
    """Throws a database away, with whoever is still connected to it."""
    _as_superuser(address, f'drop database if exists "{name}" with (force)')


@contextmanager
def scratch_database(address: Address, *, template: str | None = None) -> Iterator[str]:
    """A database for one test; yields its name."""
    name = create_database(address, template=template, prefix="scratch")
    try:
        yield name
    finally:
        with suppress(psycopg2.OperationalError):  # the test may have stopped the server
            drop_database(address, name)


def _as_superuser(address: Address, statement: str) -> None:
    connection = psycopg2.connect(address.url())
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


# -- Debian's servers -----------------------------------------------------------------------------------------------


def require_debian(program: Path, package: str) -> None:
    """Skips where Debian's server is not installed, except where the build says that it must be."""
    if program.exists():
        return
    reason = f"Debian's {package} is not installed ({program} is missing); `make test` installs it"
    if os.environ.get("HISDESK_REQUIRE_DEBIAN") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def _run_as(user: str) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _give(path: Path, user: str) -> None:
    if os.geteuid() == 0:
        shutil.chown(path, user, pwd.getpwnam(user).pw_gid)


def _die_with(parent: int, number: int) -> Callable[[], None]:
    """To be run in the child: the kernel sends it `number` when the test process dies."""
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def ask_kernel() -> None:
        if libc is not None:
            libc.prctl(1, number)  # PR_SET_PDEATHSIG
            if os.getppid() != parent:
                os._exit(1)

    return ask_kernel


def _start(command: list[str], log: Path, user: str, number: int) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=_die_with(os.getpid(), number),
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            cwd=log.parent,
            **_run_as(user),
        )


def _listens(port: int) -> bool:
    """Whether somebody answers at this port of this machine."""
    with suppress(OSError), socket.create_connection((HOST, port), timeout=3):
        return True
    return False


def _finish(process: subprocess.Popen[bytes], number: int) -> None:
    if process.poll() is None:
        process.send_signal(number)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


@dataclass
class DebianPostgres:
    """A cluster of Debian's PostgreSQL 15, without durability."""

    folder: Path
    address: Address
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> Address:
        """Harmless while it runs."""
        if self._process is not None and self._process.poll() is None:
            return self.address
        options = {**SETTINGS, "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options |= {"port": str(self.address.port), "logging_collector": "off"}
        command = [str(DEBIAN_POSTGRES / "postgres"), "-D", str(self.folder / "data")]
        command += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        self._process = _start(command, self.folder / "server.log", "postgres", signal.SIGINT)
        wait_for(
            lambda: self.running() or self._process is None or self._process.poll() is not None, "PostgreSQL 15 up"
        )
        if not self.running():
            pytest.fail((self.folder / "server.log").read_text()[-2000:])
        return self.address

    def stop(self) -> None:
        if self._process is not None:
            _finish(self._process, signal.SIGINT)

    def running(self) -> bool:
        try:
            psycopg2.connect(self.address.url(), connect_timeout=3).close()
        except psycopg2.OperationalError:
            return False
        return True


@contextmanager
def debian_postgres() -> Iterator[DebianPostgres]:
    """PostgreSQL 15 as Debian ships it, on its own cluster in a temporary folder; as user postgres when root."""
    require_debian(DEBIAN_POSTGRES / "postgres", "postgresql-15")
    folder = open_folder("hisdesk-test-pg15-")
    password = secrets.token_urlsafe(24)
    hint = folder / "word"
    hint.touch(0o600)
    hint.write_text(password)
    data = folder / "data"
    data.mkdir(0o700)
    for path in (hint, data):
        _give(path, "postgres")
    command = [str(DEBIAN_POSTGRES / "initdb"), "-D", str(data), "-U", "postgres", f"--pwfile={hint}"]
    command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run(command, check=True, capture_output=True, cwd=folder, **_run_as("postgres"))
    server = DebianPostgres(folder, Address(HOST, free_port(), "postgres", password))
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Mosquitto:
    """Debian's Mosquitto with the same users and rules as the embedded broker."""

    folder: Path
    port: int
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    host: str = HOST

    def __post_init__(self) -> None:
        self.users = UsersFile(self.folder / "users.json")

    @property
    def address(self) -> Mosquitto:
        """Has `host` and `port`, as the embedded broker's address."""
        return self

    def start(self) -> Mosquitto:
        """Harmless while it runs."""
        if self._process is not None and self._process.poll() is None:
            return self
        self._write()
        command = [str(MOSQUITTO), "-c", str(self.folder / "mosquitto.conf")]
        self._process = process = _start(command, self.folder / "server.log", "mosquitto", signal.SIGTERM)
        # Asked by connecting: a probe that listens on the port could itself be in the server's way.
        wait_for(lambda: _listens(self.port) or process.poll() is not None, "Mosquitto listens")
        if process.poll() is not None:
            pytest.fail((self.folder / "server.log").read_text()[-2000:])
        return self

    def stop(self) -> None:
        if self._process is not None:
            _finish(self._process, signal.SIGTERM)

    def kill(self) -> None:
        if self._process is not None:
            _finish(self._process, signal.SIGKILL)

    def add_user(self, name: str, role: str, topics: Iterable[str]) -> str:
        """As `EmbeddedBroker.add_user`; the running server reads its files again."""
        password = self.users.add(name, role, topics)
        self._write()
        if self._process is not None:
            self._process.send_signal(signal.SIGHUP)
        return password

    def _write(self) -> None:
        passwords, rules = mosquitto_files(self.users.read().values())
        settings = ["allow_anonymous false", f"listener {self.port} {HOST}", "persistence false", "log_dest stderr"]
        settings += [f"password_file {self.folder / 'passwords'}", f"acl_file {self.folder / 'acl'}"]
        texts = {"passwords": passwords, "acl": rules, "mosquitto.conf": "\n".join(settings) + "\n"}
        for name, text in texts.items():
            path = self.folder / name
            path.write_text(text)
            path.chmod(0o600)
            _give(path, "mosquitto")


@contextmanager
def mosquitto() -> Iterator[Mosquitto]:
    """Debian's Mosquitto, in a temporary folder; as user mosquitto when root."""
    require_debian(MOSQUITTO, "mosquitto")
    folder = open_folder("hisdesk-test-mosquitto-")
    _give(folder, "mosquitto")
    server = Mosquitto(folder, free_port())
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
