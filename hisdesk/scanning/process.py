"""Cards are read, and the camera is watched, in processes of their own, so that no window stands still meanwhile.

OpenCV, the decoders and their imports keep Python's one lock for tenths of a second, whatever thread they run on.
Nothing here imports them in the process that asks.
"""

from __future__ import annotations

import importlib
import os
import pickle
import signal
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Generic, NamedTuple, ParamSpec, TypeVar

from hisdesk.errors import Unavailable, UserError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from hisdesk.scanning.camera import Camera
    from hisdesk.scanning.reading import Picture, Reading

H = TypeVar("H")
P = ParamSpec("P")
R = TypeVar("R")
_Frame = tuple[str, int, str, str | None]

READER_ENDED = (
    "The card could not be read: the program that reads cards stopped. Try again, or type what the card says."
)
CAMERA_ENDED = "The camera stopped. Try again, or open a picture of the card instead."
_READER_PATIENCE_S = 120.0  # one run of tesseract may take 60
_CAMERA_PATIENCE_S = 15.0  # slow drivers need seconds to open
_KILLED_S = 2.0  # only a driver that hangs inside the system takes longer


class ProcessFault(RuntimeError):
    """A fault of the program in the other process: `kind` is its class there, `frames` where it passed, no values."""

    def __init__(self, kind: str, frames: traceback.StackSummary) -> None:
        super().__init__(kind)
        self.kind, self.frames = kind, frames


class Child(Generic[H]):
    """A process that makes one object and does with it what it is asked, one call at a time. Any thread.

    It starts at `start()` or at the first call, stays, and is started anew at the next use after it ended. It ends by
    itself when this process has, however that went.
    """

    def __init__(self, make: Callable[[], H], ended: str, patience_s: float) -> None:
        """`make` is a class or function of a module. `ended` is what people are told when the process dies at work."""
        self._make, self._ended, self._patience_s = make, ended, patience_s
        self._lock = threading.Lock()
        self._process: BaseProcess | None = None
        self._pipe: Connection[Any, Any] | None = None
        self._closed = threading.Event()

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        process = self._process
        return process is not None and process.is_alive()

    def start(self) -> None:
        """Starts the process where there is none, and does not wait for what it makes. Raises Unavailable."""
        if self._lock.acquire(blocking=False):  # else it is at work
            try:
                self._begin()
            finally:
                self._lock.release()

    def call(self, do: Callable[Concatenate[H, P], R], *args: P.args, **named: P.kwargs) -> R:
        """`do(object, …)` in the process; `do` is a function or method of a module. Blocks until it is done.

        Raises what `do` raised of `hisdesk.errors`, ProcessFault for anything else, and Unavailable when the process
        dies, or is silent for too long and ended for it.
        """
        with self._lock:
            pipe = self._begin()
            try:
                _send(pipe, (do, args, named))
                if not pipe.poll(self._patience_s):
                    raise EOFError
                done, answer = _receive(pipe)
            except (EOFError, OSError):
                self._end()
                raise Unavailable(self._ended) from None
        if done:
            return answer  # type: ignore[no-any-return]
        raise answer.error()

    def close(self) -> None:
        """Ends the process for good, also in the middle of a call, which then raises Unavailable."""
        self._closed.set()
        process = self._process
        if process is not None:
            process.kill()
        with self._lock:
            self._end()

    def _begin(self) -> Connection[Any, Any]:
        if self._pipe is not None and self.running:
            return self._pipe
        self._end()
        if self._closed.is_set():
            raise Unavailable(self._ended)
        import multiprocessing

        context = multiprocessing.get_context("spawn")  # never a copy of a process with threads and windows
        pipe, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._make), daemon=True)
        try:
            process.start()
        except OSError:
            pipe.close()
            raise Unavailable(self._ended) from None
        finally:
            theirs.close()
        self._process, self._pipe = process, pipe
        if self._closed.is_set():  # meanwhile, when there was nothing yet for `close()` to end
            self._end()
            raise Unavailable(self._ended)
        return pipe

    def _end(self) -> None:
        process, self._process = self._process, None
        pipe, self._pipe = self._pipe, None
        if pipe is not None:
            pipe.close()
        if process is not None:
            process.kill()
            process.join(_KILLED_S)


class _Said(NamedTuple):
    """An error of `hisdesk.errors` on its way: raising it anew must not depend on how its class is made."""

    kind: type[UserError]
    text: str
    values: Mapping[str, Any]

    def error(self) -> Exception:
        error = self.kind.__new__(self.kind, self.text)
        vars(error).update(self.values)
        return error


class _Fault(NamedTuple):
    """Any other error on its way: its class may be one that the other side must not import."""

    kind: str
    frames: list[_Frame]

    def error(self) -> Exception:
        return ProcessFault(self.kind, traceback.StackSummary.from_list(self.frames))


def _serve(pipe: Connection[Any, Any], make: Callable[[], Any]) -> None:
    """The life of the other process: it ends when nobody is there to ask any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the terminal is for the program, which ends this one
    made, held = _attempt(make)
    with suppress(EOFError, OSError):
        while True:
            do, args, named = _receive(pipe)
            if not made:  # perhaps it can be made now
                made, held = _attempt(make)
            _send(pipe, _attempt(do, held, *args, **named) if made else (False, held))


def _attempt(do: Callable[..., Any], *args: Any, **named: Any) -> tuple[bool, Any]:
    """(True, the result) or (False, the error as it crosses)."""
    try:
        return True, do(*args, **named)
    except UserError as error:
        return False, _Said(type(error), str(error), vars(error))
    except Exception as error:  # noqa: BLE001 (reported by the process that asked)
        passed = traceback.extract_tb(error.__traceback__)
        frames: list[_Frame] = [(each.filename, each.lineno or 0, each.name, "") for each in passed]
        return False, _Fault(type(error).__name__, frames)


def _send(pipe: Connection[Any, Any], what: object) -> None:
    """Pictures go beside the pickle, as they lie in memory: a copy of one would hold the lock of the process."""
    beside: list[pickle.PickleBuffer] = []
    head = pickle.dumps(what, protocol=5, buffer_callback=beside.append)
    pipe.send((head, len(beside)))
    for each in beside:
        pipe.send_bytes(each.raw())


def _receive(pipe: Connection[Any, Any]) -> Any:
    """What `_send` sent; EOFError when the other side is gone. Pictures can be read, not changed."""
    head, count = pipe.recv()
    return pickle.loads(head, buffers=[pipe.recv_bytes() for _ in range(count)])  # noqa: S301 (from our own process)


# ── what the processes hold ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Shown:
    """A card as a window shows it: its picture no larger than asked for, and a piece for each field, as sharp as it was
    taken.
    """

    reading: Reading
    pieces: Mapping[str, Picture]


class CardReader:
    """Reads cards. Making it imports all that reading needs (0.3 s)."""

    def __init__(self) -> None:
        from hisdesk.scanning.opencv import cv

        cv()
        for module in ("zxingcpp", "PIL.Image", "hisdesk.scanning.reader"):
            importlib.import_module(module)

    def read(self, source: Path | bytes | Picture, longest: int) -> Shown:
        """Raises what `reader.read_card` raises. The picture is at most `longest` pixels long."""
        from hisdesk.scanning.reader import read_card
        from hisdesk.scanning.reading import crop, fitted

        reading = read_card(source)
        return Shown(fitted(reading, longest), {name: crop(reading, name) for name in reading.fields})

    def read_qr(self, source: Path | bytes | Picture) -> str:
        """The text of a QR code, "" where there is none. UserError for a picture that cannot be used."""
        from hisdesk.scanning.barcodes import read_qr
        from hisdesk.scanning.pictures import load

        return read_qr(load(source))


class CameraHolder:
    """Holds the one camera that is open."""

    def __init__(self) -> None:
        self._camera: Camera | None = None

    def open(self, index: int) -> None:
        """Raises CameraAbsent, CameraBusy."""
        from hisdesk.scanning.camera import Camera

        self.close()
        self._camera = Camera(index)

    def grab(self) -> Picture:
        """The next picture; CameraAbsent when the camera went away or none is open."""
        from hisdesk.scanning.camera import CameraAbsent

        if self._camera is None:
            raise CameraAbsent()
        return self._camera.grab()

    def close(self) -> None:
        """Lets the device go."""
        if self._camera is not None:
            self._camera.close()
            self._camera = None


# ── what a desk is given ─────────────────────────────────────────────────────────────────────────────────────────


class Scanner:
    """The card reader and the camera of a station, each in a process that starts when it is first needed. Any thread;
    `close()` ends both.
    """

    def __init__(
        self, make_reader: Callable[[], CardReader] = CardReader, make_camera: Callable[[], CameraHolder] = CameraHolder
    ) -> None:
        self._reader = Child(make_reader, READER_ENDED, _READER_PATIENCE_S)
        self._camera = Child(make_camera, CAMERA_ENDED, _CAMERA_PATIENCE_S)

    def warm(self) -> None:
        """Starts the reader, which loads what it needs before the first card comes. Does not wait for it."""
        with suppress(Unavailable):  # said when a card is to be read
            self._reader.start()

    def read(self, source: str | os.PathLike[str] | bytes | Picture, longest: int) -> Shown:
        """Reads the card in a picture (path, bytes of a file, or BGR array). Blocks: 0.1 to 1 s.

        Raises UserError and Unavailable as `reader.read_card` does, and Unavailable when the reader ends meanwhile.
        """
        return self._reader.call(CardReader.read, _whole_path(source), longest)

    def read_qr(self, source: str | os.PathLike[str] | bytes | Picture) -> str:
        """The text of a QR code in a picture, "" where there is none; errors as for `read`."""
        return self._reader.call(CardReader.read_qr, _whole_path(source))

    def open_camera(self, index: int) -> None:
        """Opens the camera; blocks up to seconds. Raises CameraAbsent, CameraBusy; Unavailable when it hangs."""
        self._camera.call(CameraHolder.open, index)

    def grab(self) -> Picture:
        """The next picture, BGR; blocks until there is one (about 30 ms). CameraAbsent when it was unplugged."""
        return self._camera.call(CameraHolder.grab)

    def close_camera(self) -> None:
        """Lets the device go; also when it never opened, or its process is gone with it."""
        if self._camera.running:
            with suppress(Unavailable):
                self._camera.call(CameraHolder.close)

    def close(self) -> None:
        """Ends both processes for good, whatever they do. A few milliseconds."""
        self._reader.close()
        self._camera.close()


def _whole_path(source: str | os.PathLike[str] | bytes | Picture) -> Any:
    """The process may have another working folder."""
    return Path(source).absolute() if isinstance(source, str | os.PathLike) else source
