"""Cameras: the station's own, and one that plays pictures; and whether a frame shows a card worth reading."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hisdesk.errors import Unavailable
from hisdesk.scanning.opencv import cv
from hisdesk.scanning.pictures import load
from hisdesk.scanning.upright import card_corners

if TYPE_CHECKING:
    from types import TracebackType

    from hisdesk.scanning.reading import Box, Picture

FOCUS_ENOUGH = 60.0
FILL_ENOUGH = 0.25
FILL_TOO_MUCH = 0.96
_FOCUS_WIDTH = 640
_MISSES = 5  # frames a camera may drop before it counts as gone


class CameraAbsent(Unavailable):
    """No camera answers at this index, or it was unplugged."""

    def __init__(self) -> None:
        super().__init__("No camera was found. Plug it in and try again, or open a picture of the card instead.")


class CameraBusy(Unavailable):
    """The camera is there, but another program holds it."""

    def __init__(self) -> None:
        super().__init__("The camera is used by another program. Close that program and try again, or open a picture.")


class Camera:
    """A camera of this station. Opened at once (up to seconds), used and closed in one thread; `with` or `close()`."""

    def __init__(self, index: int = 0, size: tuple[int, int] = (1920, 1080)) -> None:
        """CameraAbsent if there is none at this index, CameraBusy if it is held by another program."""
        c = cv()
        self._capture: Any = c.VideoCapture(index)
        if not self._capture.isOpened():
            self._capture.release()
            raise CameraBusy() if device_exists(index) else CameraAbsent()
        self._capture.set(c.CAP_PROP_FRAME_WIDTH, size[0])
        self._capture.set(c.CAP_PROP_FRAME_HEIGHT, size[1])
        answered, _ = self._capture.read()
        if not answered:  # some drivers open a held camera and then give no picture
            self.close()
            raise CameraBusy()

    def grab(self) -> Picture:
        """The next frame; blocks until the camera delivers it (about 30 ms). CameraAbsent when it went away."""
        for _ in range(_MISSES):
            if self._capture is None:
                break
            answered, frame = self._capture.read()
            if answered:
                return frame  # type: ignore[no-any-return]
        self.close()
        raise CameraAbsent()

    def frames(self) -> Iterator[Picture]:
        """Frames until `close()`; the device is let go however the loop ends."""
        try:
            while self._capture is not None:
                yield self.grab()
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the device."""
        capture, self._capture = self._capture, None
        if capture is not None:
            capture.release()

    def __enter__(self) -> Camera:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class PictureCamera:
    """Plays picture files over and over, like a camera in front of which cards are laid. For the demo and tests."""

    def __init__(self, paths: Sequence[str | os.PathLike[str]]) -> None:
        """CameraAbsent without paths; UserError for a file that is no picture."""
        if not paths:
            raise CameraAbsent()
        self._pictures: list[Picture] | None = [load(path) for path in paths]
        self._next = 0

    def grab(self) -> Picture:
        """The next picture, after the last the first again. CameraAbsent when closed."""
        if self._pictures is None:
            raise CameraAbsent()
        picture = self._pictures[self._next % len(self._pictures)]
        self._next += 1
        return picture.copy()

    def frames(self) -> Iterator[Picture]:
        """Pictures until `close()`."""
        try:
            while self._pictures is not None:
                yield self.grab()
        finally:
            self.close()

    def close(self) -> None:
        """No more pictures."""
        self._pictures = None

    def __enter__(self) -> PictureCamera:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def device_exists(index: int) -> bool:
    """Whether the system lists a camera at this index; elsewhere than on Linux an unopened camera counts as absent."""
    return sys.platform.startswith("linux") and Path(f"/dev/video{index}").exists()


@dataclass(frozen=True)
class Sight:
    """What a frame shows. `hint` tells the person what to do, "" when the frame can be taken."""

    box: Box | None
    fill: float
    focus: float
    hint: str

    @property
    def good(self) -> bool:
        """Whether this frame is worth reading."""
        return self.hint == ""


def focus(picture: Picture) -> float:
    """Sharpness as the variance of the Laplacian at a fixed width; below about 60 small print cannot be read."""
    c = cv()
    grey = picture if picture.ndim == 2 else c.cvtColor(picture, c.COLOR_BGR2GRAY)
    scale = _FOCUS_WIDTH / grey.shape[1]
    small = c.resize(grey, None, fx=scale, fy=scale, interpolation=c.INTER_AREA) if scale < 1 else grey
    return float(c.Laplacian(small, c.CV_64F).var())


def steady_card(frame: Picture, previous: Sight | None = None) -> Sight:
    """Whether a card fills the frame, is sharp, and, given the sight before, lies still. About 10 ms; any thread."""
    corners = card_corners(frame)
    if corners is None:
        return Sight(None, 0.0, focus(frame), "Hold the card in front of the camera.")
    c = cv()
    x, y, w, h = (int(v) for v in c.boundingRect(corners.astype("float32")))
    x, y = max(0, x), max(0, y)
    fill = float(c.contourArea(corners.astype("float32"))) / (frame.shape[0] * frame.shape[1])
    sharp = focus(frame[y : y + h, x : x + w])
    box = (x, y, w, h)
    if fill < FILL_ENOUGH:
        hint = "Bring the card closer."
    elif fill > FILL_TOO_MUCH:
        hint = "Move the card a little away."
    elif sharp < FOCUS_ENOUGH:
        hint = "The picture is not sharp. Hold the card still."
    elif previous is not None and not _still(box, previous.box):
        hint = "Hold the card still."
    else:
        hint = ""
    return Sight(box, fill, sharp, hint)


def _still(box: Box, before: Box | None) -> bool:
    if before is None:
        return False
    reach = 0.03 * box[2]
    return all(abs(now - then) <= reach for now, then in zip(box, before, strict=True))
