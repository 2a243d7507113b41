"""One hall display and everything behind it. Its window opens at once; what feeds it is loaded meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from hisdesk.desk.boards.chime import Chime
from hisdesk.desk.boards.hall_view import HallView
from hisdesk.desk.kit.hub import Hub, Listener
from hisdesk.desk.kit.workers import Job, Kind, Workers
from hisdesk.desk.shell.loading import uncollected

if TYPE_CHECKING:
    from hisdesk.db.database import Database
    from hisdesk.desk.boards.hall import HallBoard


class Ear(Listener, Protocol):
    """What the display needs of `live.Subscriber`."""

    def close(self) -> None: ...


class HallDisplay(QObject):
    """`connect` and `listen` are called in a thread. Made on the GUI thread; `close()` ends every thread."""

    _loaded = Signal(object)

    def __init__(
        self,
        connect: Callable[[], Database],
        listen: Callable[[Hub], Ear],
        *,
        department: str = "",
        sound: bool = True,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._connect, self._listen, self._department = connect, listen, department
        self.view, self.hub = HallView(), Hub(self)
        self.board: HallBoard | None = None
        self._db: Database | None = None
        self._ear: Ear | None = None
        self._closed = False
        self._chime = Chime(parent=self) if sound else None
        if self._chime is not None:
            self.view.announced.connect(self._chime.ring)
        self._workers = Workers(1, "hall")
        self.view.painted.connect(self._begin)
        self._loaded.connect(self._feed)

    def show(self, screen: int = 1, *, windowed: bool = True) -> None:
        """Opens the window, on that monitor where it takes the whole screen; begins to read once it is painted."""
        self.view.present(screen, windowed=windowed)

    def close(self) -> None:
        """Ends the threads and the connections."""
        self._closed = True
        self.view.close()
        self._workers.close()
        if self._ear is not None:
            self._ear.close()
        if self.board is not None:
            self.board.stop()
        if self._db is not None:
            self._db.close()
        self.hub.close()
        if self._chime is not None:
            self._chime.close()

    def _begin(self) -> None:
        if not self._closed:
            self._workers.add(Job(Kind.WRITE, self._load, self._loaded.emit))

    def _load(self) -> None:
        """Worker thread: the imports, which take longest, and what needs them."""
        with uncollected():
            from hisdesk.desk.boards import hall  # noqa: F401 (only loaded here, for `_feed`)

            self._db = self._connect()
            self._ear = self._listen(self.hub)

    def _feed(self, job: Job) -> None:
        if job.error is not None:
            raise job.error  # said where the program says what nobody caught
        if self._closed or self._db is None or self._ear is None:
            return
        from hisdesk.desk.boards.hall import HallBoard

        self.board = HallBoard(self.view, self._db, self.hub, department=self._department)
        self.board.begin()
        self.hub.attach(self._ear)
        if self._chime is not None:
            self._chime.begin()
