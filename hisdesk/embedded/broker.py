"""The embedded broker, in a process of its own: `python -m hisdesk.embedded.broker CONFIGFILE`.

It ends when its standard input ends, so it never outlives the program that started it. See `broker_files` for who may
do what.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from hisdesk.embedded.broker_files import UsersFile
from hisdesk.embedded.ownership import OwnerLock, write_private
from hisdesk.embedded.ports import HOST, free_port, is_free
from hisdesk.errors import Unavailable

START_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class BrokerAddress:
    """Where the broker listens."""

    host: str
    port: int


class EmbeddedBroker:
    """One broker, kept in `folder` (its port and its users). Not for use from several threads at a time.

    As with the database, a second program on the same folder is a guest of the first. Raises Unavailable when it does
    not start.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder).expanduser().resolve()
        self.address: BrokerAddress | None = None
        self.users = UsersFile(self.folder / "users.json")
        self._lock = OwnerLock(self.folder / "owner.lock")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def owner(self) -> bool:
        """Whether this object stops the broker at the end."""
        return self._lock.held

    def start(self, port: int | None = None) -> BrokerAddress:
        """Starts the broker and waits until it listens, on the port of the last time if that is free."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._process is not None and self._process.poll() is None and self.address is not None:
            return self.address
        end = time.monotonic() + START_TIMEOUT_S
        while not self._lock.try_acquire():
            saved = self._saved_port()
            if saved is not None and _listens(saved):
                self.address = BrokerAddress(HOST, saved)
                return self.address
            if time.monotonic() > end:
                raise Unavailable(f"Another program holds the broker in {self.folder}, but it does not answer.")
            time.sleep(0.05)
        try:
            self.address = self._launch(port)
        except BaseException:
            self._lock.release()
            raise
        return self.address

    def stop(self) -> None:
        """Stops the broker; a guest just leaves. Harmless when not running."""
        process, self._process = self._process, None
        self.address = None
        if process is not None:
            if process.stdin is not None:
                with suppress(OSError):
                    process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)
            if process.stdout is not None:
                process.stdout.close()
        self._lock.release()

    def kill(self) -> None:
        """Ends it without a word, as a crash would; `start` brings it back on the same port. For fault tests."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)

    def running(self) -> bool:
        """Whether something listens where the broker should."""
        return self.address is not None and _listens(self.address.port)

    def add_user(self, name: str, role: str, topics: Iterable[str]) -> str:
        """Makes a user ("relay" or "station") who may hear these topics; returns the random password.

        Works while the broker runs, and from any program. An existing user gets a new password.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.users.add(name, role, topics)

    def remove_user(self, name: str) -> None:
        """The user can neither connect nor hear from now on."""
        self.users.remove(name)

    def __enter__(self) -> EmbeddedBroker:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _saved_port(self) -> int | None:
        try:
            return int(json.loads((self.folder / "broker.json").read_text(encoding="utf-8"))["port"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _launch(self, wish: int | None) -> BrokerAddress:
        wished = [port for port in (wish, self._saved_port()) if port is not None and self._comes_free(port)]
        for attempt in range(4):  # a port that was free may be taken a moment later
            port = wished[attempt] if attempt < len(wished) else free_port()
            config = self.folder / "broker.json"
            write_private(config, json.dumps({"host": HOST, "port": port, "users": str(self.users.path)}))
            self._process = self._run(config)
            if self._await_ready(self._process):
                return BrokerAddress(HOST, port)
            self._process.kill()
            self._process.wait(10)
            self._process = None
        trouble = (self.folder / "broker.log").read_text(encoding="utf-8", errors="replace")[-2000:]
        raise Unavailable(f"The embedded broker did not start. Its last words:\n{trouble}")

    def _comes_free(self, port: int) -> bool:
        """A broker whose program was killed needs a moment to notice."""
        end = time.monotonic() + 2
        while not is_free(port):
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True

    def _run(self, config: Path) -> subprocess.Popen[bytes]:
        descriptor = os.open(self.folder / "broker.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as log:
            return subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "hisdesk.embedded.broker", str(config)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=sys.platform != "win32",  # Ctrl+C is for the program, which then stops us
            )

    def _await_ready(self, process: subprocess.Popen[bytes]) -> bool:
        """Reads the ready line; the pipe ends instead when the broker does."""
        return process.stdout is not None and process.stdout.readline().startswith(b"ready")


def _listens(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=2):
            return True
    except OSError:
        return False


def main() -> int:
    """Runs the broker until standard input ends."""
    from hisdesk.embedded.broker_process import run

    config = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    run(str(config["host"]), int(config["port"]), Path(config["users"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
