"""One board and everything behind it. Its window opens at once; what feeds it is loaded meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from hisdesk.desk.boards.chime import Chime
from hisdesk.desk.kit.hub import Hub, Listener
from hisdesk.desk.kit.workers import Job, Kind, Workers
from hisdesk.desk.shell.loading import uncollected

if TYPE_CHECKING:
    from hisdesk.db.database import Database
    from hisdesk.desk.boards.beds_view import BedsView
    from hisdesk.desk.boards.hall_view import HallView
    from hisdesk.desk.boards.live_board import LiveBoard
    from hisdesk.desk.boards.window import BoardWindow


class Ear(Listener, Protocol):
    """What a display needs of `live.Subscriber`."""

    def close(self) -> None: ...


class Display(QObject):
    """`connect` and `listen` are called in a thread. Made on the GUI thread; `close()` ends every thread."""

    _loaded = Signal(object)

    def __init__(
        self,
        view: BoardWindow,
        connect: Callable[[], Database],
        listen: Callable[[Hub], Ear],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._connect, self._listen = connect, listen
        self.view, self.hub = view, Hub(self)
        self.board: LiveBoard | None = None
        self._db: Database | None = None
        self._ear: Ear | None = None
        self._closed = False
        self._workers = Workers(1, "board")
        self.view.painted.connect(self._begin)
        self._loaded.connect(self._feed)

    def load(self) -> None:
        """Worker thread: imports what `feed` needs, which takes longest."""
        raise NotImplementedError

    def feed(self, db: Database) -> LiveBoard:
        """What feeds the view; everything it needs is loaded. GUI thread."""
        raise NotImplementedError

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

    def _begin(self) -> None:
        if not self._closed:
            self._workers.add(Job(Kind.WRITE, self._load, self._loaded.emit))

    def _load(self) -> None:
        with uncollected():
            self.load()
            self._db = self._connect()
            self._ear = self._listen(self.hub)

    def _feed(self, job: Job) -> None:
        if job.error is not None:
            raise job.error  # said where the program says what nobody caught
        if self._closed or self._db is None or self._ear is None:
            return
        self.board = self.feed(self._db)
        self.board.begin()
        self.hub.attach(self._ear)


class BedDisplay(Display):
    """The bed board of a station's wards, or of one of them."""

    view: BedsView

    def __init__(
        self,
        connect: Callable[[], Database],
        listen: Callable[[Hub], Ear],
        *,
        ward: str = "",
        parent: QObject | None = None,
    ) -> None:
        from hisdesk.desk.boards.beds_view import BedsView  # each board loads its own window only

        super().__init__(BedsView(), connect, listen, parent)
        self._ward = ward

    def load(self) -> None:
        from hisdesk.desk.boards import beds  # noqa: F401 (only loaded here, for `feed`)

    def feed(self, db: Database) -> LiveBoard:
        from hisdesk.desk.boards.beds import BedBoard

        return BedBoard(self.view, db, self.hub, ward=self._ward)


class HallDisplay(Display):
    """The display of one hall, of one department where that is named, with the tones of a call."""

    view: HallView

    def __init__(
        self,
        connect: Callable[[], Database],
        listen: Callable[[Hub], Ear],
        *,
        department: str = "",
        sound: bool = True,
        parent: QObject | None = None,
    ) -> None:
        from hisdesk.desk.boards.hall_view import HallView

        super().__init__(HallView(), connect, listen, parent)
        self._department = department
        self._chime = Chime(parent=self) if sound else None
        if self._chime is not None:
            self.view.announced.connect(self._chime.ring)

    def load(self) -> None:
        from hisdesk.desk.boards import hall  # noqa: F401 (only loaded here, for `feed`)

    def feed(self, db: Database) -> LiveBoard:
        from hisdesk.desk.boards.hall import HallBoard

        if self._chime is not None:
            self._chime.begin()
        return HallBoard(self.view, db, self.hub, department=self._department)

    def close(self) -> None:
        super().close()
        if self._chime is not None:
            self._chime.close()
