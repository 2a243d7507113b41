"""What tests let another process make and do. It is imported there, so it stands in a module of its own."""

from __future__ import annotations

import os
import sys
import threading
from typing import Any

from hisdesk.errors import Denied, UserError
from hisdesk.scanning.process import CameraHolder, CardReader


class Counter:
    """Something that remembers."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, more: int) -> int:
        """The sum so far."""
        self.count += more
        return self.count


def pid(_held: object) -> int:
    """Of the process that answers."""
    return os.getpid()


def die(_held: object) -> None:
    """As a decoder does that crashes."""
    os._exit(3)


def hang(_held: object) -> None:
    """For ever."""
    threading.Event().wait()


def fail(_held: object, kind: type[UserError], *args: Any) -> None:
    """Raises a domain error."""
    raise kind(*args)


def divide(_held: object, name: str) -> float:
    """Raises what no one expects."""
    return len(name) / 0


def loaded(_held: object) -> set[str]:
    """The modules that the process has imported."""
    return set(sys.modules)


def refused() -> Counter:
    """Cannot be made, for a reason that people understand."""
    raise Denied("Not at this station.")


def never_made() -> Counter:
    """Cannot be made, by a fault."""
    return Counter(1)  # type: ignore[call-arg]  # on purpose


def dying_reader() -> CardReader:
    """Ends before it can read anything."""
    os._exit(3)


class FakeDevice:
    """Stands in for cv2.VideoCapture: opens or not, and gives so many frames."""

    def __init__(self, opened: bool, frames: int) -> None:
        self.opened, self.left, self.released = opened, frames, False

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return self.opened

    def set(self, _what: int, _value: float) -> bool:
        return True

    def read(self) -> tuple[bool, Any]:
        import numpy as np

        self.left -= 1
        return (True, np.full((48, 64, 3), (10, 20, 30), np.uint8)) if self.left >= 0 else (False, None)

    def release(self) -> None:
        self.released = True


def no_camera() -> CameraHolder:
    """A station without one."""
    return _plugged(FakeDevice(False, 0), listed=False)


def held_camera() -> CameraHolder:
    """One that another program uses."""
    return _plugged(FakeDevice(True, 0), listed=True)


def camera_unplugged_soon() -> CameraHolder:
    """One that gives two pictures, after the one that tells whether it answers."""
    return _plugged(FakeDevice(True, 3), listed=True)


def released(_held: object) -> bool:
    """Whether the device was let go."""
    from hisdesk.scanning.opencv import cv

    return bool(cv().VideoCapture(0).released)


def _plugged(device: FakeDevice, *, listed: bool) -> CameraHolder:
    from hisdesk.scanning import camera
    from hisdesk.scanning.opencv import cv

    cv().VideoCapture = lambda _index: device
    camera.device_exists = lambda _index: listed
    return CameraHolder()
