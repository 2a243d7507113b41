"""A camera off the GUI thread: pictures to look at as they come, and the one taken when the card is held still."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage

from hisdesk.desk.kit.bugs import report
from hisdesk.errors import UserError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]
else:
    Picture = Any  # numpy is imported where a picture is first looked at

STEADY_FRAMES = 6
"""How many pictures in a row must look the same before a card counts as held still (0.4 s at 15 a second)."""
STILL_BELOW = 2.5
"""Mean difference of grey values between two pictures (0 to 255) below which nothing moved: camera noise is 1 to 2."""
MOVED_ABOVE = 12.0
"""Difference from the last steady picture above which something else is being held."""


class Source(Protocol):
    """A camera. Its calls block, and all come from one thread. Colours are blue, green, red, as OpenCV has them."""

    def open(self) -> object: ...

    def grab(self) -> Picture: ...

    def close(self) -> object: ...


class Steadiness:
    """Decides, picture by picture, when something new is held still before the camera."""

    def __init__(self, frames: int = STEADY_FRAMES) -> None:
        self._frames = frames
        self._last: Any = None
        self._taken: Any = None
        self._still = 0

    def add(self, picture: Picture) -> bool:
        """Whether this picture completes a steady moment that was not reported before."""
        import numpy as np

        step = max(1, picture.shape[1] // 80)
        small = picture[::step, ::step].mean(axis=2).astype(np.float32)
        if self._last is None or self._last.shape != small.shape:
            self._last, self._still = small, 0
            return False
        moved = float(np.abs(small - self._last).mean())
        self._last = small
        self._still = self._still + 1 if moved < STILL_BELOW else 0
        if self._still < self._frames:
            return False
        if self._taken is not None and float(np.abs(small - self._taken).mean()) < MOVED_ABOVE:
            return False
        self._taken = small
        return True


class CameraFeed(QObject):
    """Runs one camera on a thread of its own. Make, start and stop it on the GUI thread; signals arrive there.

    `frame(QImage)` as fast as the GUI takes them; `steady(picture)` the full picture when something is held still;
    `failed(str)` a sentence for people, after which the feed has stopped.
    """

    frame = Signal(QImage)
    steady = Signal(object)
    failed = Signal(str)
    _grabbed = Signal(object, QImage)
    _held = Signal(object, object)
    _broke = Signal(object, str)

    def __init__(self, make: Callable[[], Source], parent: QObject | None = None, *, per_second: int = 15) -> None:
        super().__init__(parent)
        self._make, self._pause_s = make, 1 / per_second
        self._runs: list[_Run] = []  # the present one, if any
        self._thread: threading.Thread | None = None
        # Not a method of a run: Qt would want to disconnect it when the run goes, which happens on the run's thread.
        self.destroyed.connect(partial(_stop_all, self._runs))
        queued = Qt.ConnectionType.QueuedConnection
        self._grabbed.connect(self._show, queued)
        self._held.connect(self._take, queued)
        self._broke.connect(self._fail, queued)

    @property
    def running(self) -> bool:
        """Whether the camera is (being) opened."""
        return bool(self._runs)

    def start(self) -> None:
        """Opens the camera; a second call while it runs does nothing."""
        if self._runs:
            return
        run = _Run(self, self._make(), self._pause_s)
        self._runs.append(run)
        self._thread = threading.Thread(target=run.go, args=(self._thread,), name="camera", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Has the camera closed, and does not wait for it. Nothing is emitted afterwards."""
        _stop_all(self._runs)

    @Slot(object, QImage)
    def _show(self, run: _Run, image: QImage) -> None:
        run.was_shown()
        if run in self._runs:
            self.frame.emit(image)

    @Slot(object, object)
    def _take(self, run: _Run, picture: Picture) -> None:
        if run in self._runs:
            self.steady.emit(picture)

    @Slot(object, str)
    def _fail(self, run: _Run, text: str) -> None:
        if run in self._runs:
            self.stop()
            self.failed.emit(text)


def _stop_all(runs: list[_Run]) -> None:
    while runs:
        runs.pop().stop()


class _Run:
    """One time that the camera was started: what its thread does. The thread knows the feed only until `stop()`, so
    that it is never the last to let go of it.
    """

    def __init__(self, feed: CameraFeed, source: Source, pause_s: float) -> None:
        self._feed: CameraFeed | None = feed
        self._source, self._pause_s = source, pause_s
        self._stopped = threading.Event()
        self._telling = threading.Lock()
        self._ready = threading.Event()
        self._ready.set()

    # -- GUI thread ---------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Nothing is told afterwards; the thread ends when the camera lets it."""
        with self._telling:
            self._feed = None
        self._stopped.set()

    def was_shown(self) -> None:
        """The GUI is ready for the next picture."""
        self._ready.set()

    # -- camera thread ------------------------------------------------------------------------------------------

    def go(self, before: threading.Thread | None) -> None:
        """The thread, after that of the run before: until then the device may still be held."""
        if before is not None:
            before.join()
        if self._stopped.is_set():
            return
        try:
            try:
                self._source.open()
                self._watch()
            finally:
                self._source.close()
        except UserError as error:
            self._tell("_broke", str(error))
        except Exception as error:  # noqa: BLE001 (a driver may raise anything; the person must hear of it)
            self._tell("_broke", f"The camera stopped. {report(error, doing='camera')}")

    def _watch(self) -> None:
        steadiness = Steadiness()
        while not self._stopped.is_set():
            began = time.monotonic()
            picture = self._source.grab()
            if self._stopped.is_set():
                return
            if self._ready.is_set():  # the GUI is done with the last one: never a queue of pictures
                self._ready.clear()
                self._tell("_grabbed", as_image(picture))
            if steadiness.add(picture):
                self._tell("_held", picture)
            self._stopped.wait(max(0.0, self._pause_s - (time.monotonic() - began)))

    def _tell(self, signal: str, what: object) -> None:
        with self._telling:
            if self._feed is not None:
                getattr(self._feed, signal).emit(self, what)


def as_image(picture: Picture) -> QImage:
    """A picture of OpenCV's as Qt shows it, with memory of its own."""
    height, width = picture.shape[:2]
    return QImage(picture.tobytes(), width, height, width * 3, QImage.Format.Format_BGR888).copy()
