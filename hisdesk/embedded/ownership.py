"""Who looks after an embedded server: an operating-system lock that ends with its process, however that dies."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from types import TracebackType

_FAR = 1 << 20  # Windows locks bytes against reading, so lock one that nobody reads


class OwnerLock:
    """An exclusive lock on a file. Not re-entrant; not inherited by programs we start."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        return self._descriptor is not None

    def try_acquire(self) -> bool:
        """Takes the lock unless another process (or another OwnerLock) has it. Never waits."""
        if self.held:
            return True
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        try:
            _lock(descriptor)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def acquire(self, timeout_s: float) -> None:
        """Waits for the lock. Raises TimeoutError."""
        end = time.monotonic() + timeout_s
        while not self.try_acquire():
            if time.monotonic() > end:
                raise TimeoutError(f"{self.path} is held by another program")
            time.sleep(0.02)

    def write_note(self, text: str) -> None:
        """Leaves a word for those who wait. Only while held."""
        if self._descriptor is not None:
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.ftruncate(self._descriptor, 0)
            os.write(self._descriptor, text.encode())

    def note(self) -> str:
        """The holder's word."""
        try:
            return self.path.read_text(encoding="utf-8")
        except OSError:
            return ""

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)  # closing lets go of the lock
            self._descriptor = None

    def __enter__(self) -> OwnerLock:
        self.acquire(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


if sys.platform == "win32":

    def _lock(descriptor: int) -> None:
        import msvcrt

        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:

    def _lock(descriptor: int) -> None:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def write_private(path: Path, text: str) -> None:
    """Replaces a file at once, readable by its owner alone from its first byte on."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)
