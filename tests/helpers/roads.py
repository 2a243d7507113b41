"""A way to a server that can be cut as a network is: without a word, and for lines that were open, for good."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

from hisdesk.embedded.ports import HOST

_CHUNK = 65_536


class Road:
    """Listens on a port of its own and passes on to another.

    While it is cut, lines stay open and nothing arrives any more; new ones are taken and never answered. Lines that
    were cut stay dumb when it is whole again, as behind a firewall that forgot them.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self._door = socket.create_server((HOST, 0))
        self.port = int(self._door.getsockname()[1])
        self._cut = threading.Event()
        self._dumb = threading.Event()
        self._lines: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._run(self._accept)

    def cut(self) -> None:
        """Nothing passes from now on."""
        self._dumb.set()
        self._cut.set()

    def mend(self) -> None:
        """New lines pass again."""
        self._dumb = threading.Event()
        self._cut.clear()

    def close(self) -> None:
        """Hangs up on everybody."""
        for each in (self._door, *self._lines):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in self._threads:
            thread.join(5)

    def _run(self, work: object, *args: object) -> None:
        thread = threading.Thread(target=work, args=args, name="road", daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._door.accept()
                self._lines.append(line)
                if self._cut.is_set():
                    continue
                try:
                    server = socket.create_connection((HOST, self._to), timeout=5)
                except OSError:
                    line.close()  # nobody is at home: said at once, as by a machine that runs
                    continue
                server.settimeout(None)
                self._lines.append(server)
                for each in (line, server):
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                dumb = self._dumb
                self._run(self._carry, line, server, dumb)
                self._run(self._carry, server, line, dumb)

    @staticmethod
    def _carry(here: socket.socket, there: socket.socket, dumb: threading.Event) -> None:
        with suppress(OSError):
            while data := here.recv(_CHUNK):
                if not dumb.is_set():
                    there.sendall(data)
        if not dumb.is_set():
            for each in (here, there):
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
