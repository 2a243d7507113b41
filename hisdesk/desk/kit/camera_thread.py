"""A camera off the GUI thread: pictures to look at as they come, and the one taken when the card is held still."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
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
    """What `hisdesk.scanning.camera.Camera` offers. Colours are blue, green, red, as OpenCV has them."""

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
    _grabbed = Signal(QImage)
    _held = Signal(int, object)
    _broke = Signal(int, str)

    def __init__(self, make: Callable[[], Source], parent: QObject | None = None, *, per_second: int = 15) -> None:
        super().__init__(parent)
        self._make, self._pause_s = make, 1 / per_second
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._shown = threading.Event()
        self._run = 0
        queued = Qt.ConnectionType.QueuedConnection
        self._grabbed.connect(self._show, queued)
        self._held.connect(self._take, queued)
        self._broke.connect(self._fail, queued)

    @property
    def running(self) -> bool:
        """Whether the camera is (being) opened."""
        return self._thread is not None

    def start(self) -> None:
        """Opens the camera; a second call while it runs does nothing."""
        if self._thread is not None:
            return
        self._run += 1
        self._stop = stop = threading.Event()
        self.destroyed.connect(stop.set)
        self._shown.set()
        self._thread = threading.Thread(target=self._loop, args=(self._run, stop), name="camera", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 2.0) -> bool:
        """Closes the camera. Nothing is emitted afterwards. Returns whether the thread ended in time."""
        thread, self._thread = self._thread, None
        if thread is None:
            return True
        self._run += 1
        self._stop.set()
        thread.join(timeout_s)
        return not thread.is_alive()

    # -- camera thread ------------------------------------------------------------------------------------------

    def _loop(self, run: int, stop: threading.Event) -> None:
        try:
            source = self._make()
            try:
                source.open()
                self._watch(run, stop, source)
            finally:
                source.close()
        except UserError as error:
            self._tell(stop, run, str(error))
        except Exception as error:  # noqa: BLE001 (a driver may raise anything; the person must hear of it)
            self._tell(stop, run, f"The camera stopped. {report(error, doing='camera')}")

    def _watch(self, run: int, stop: threading.Event, source: Source) -> None:
        steadiness = Steadiness()
        while not stop.is_set():
            began = time.monotonic()
            picture = source.grab()
            if stop.is_set():
                return
            if self._shown.is_set():  # the GUI is done with the last one: never a queue of pictures
                self._shown.clear()
                self._grabbed.emit(as_image(picture))
            if steadiness.add(picture):
                self._held.emit(run, picture)
            stop.wait(max(0.0, self._pause_s - (time.monotonic() - began)))

    def _tell(self, stop: threading.Event, run: int, text: str) -> None:
        if not stop.is_set():
            self._broke.emit(run, text)

    # -- GUI thread ---------------------------------------------------------------------------------------------

    @Slot(QImage)
    def _show(self, image: QImage) -> None:
        self._shown.set()
        if self._thread is not None:
            self.frame.emit(image)

    @Slot(int, object)
    def _take(self, run: int, picture: Picture) -> None:
        if run == self._run and self._thread is not None:
            self.steady.emit(picture)

    @Slot(int, str)
    def _fail(self, run: int, text: str) -> None:
        if run == self._run:
            self.stop()
            self.failed.emit(text)


def as_image(picture: Picture) -> QImage:
    """A picture of OpenCV's as Qt shows it, with memory of its own."""
    height, width = picture.shape[:2]
    return QImage(picture.tobytes(), width, height, width * 3, QImage.Format.Format_BGR888).copy()
