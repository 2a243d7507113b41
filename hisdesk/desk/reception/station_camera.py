"""The camera that this station's settings name, opened on the word of the thread that asks it for pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hisdesk.desk.kit.context import Desk


class StationCamera:
    """What `CameraFeed` asks of a camera. Made on the GUI thread's word, used on the camera's thread."""

    def __init__(self, desk: Desk) -> None:
        wanted = str(desk.settings.value("camera", "") or "")
        self._index = int(wanted) if wanted.isdecimal() else 0
        self._scanner = desk.scanner

    def open(self) -> None:
        """Raises CameraAbsent or CameraBusy with a sentence for people."""
        self._scanner.open_camera(self._index)

    def grab(self) -> Any:
        """The next picture; blocks until there is one."""
        return self._scanner.grab()

    def close(self) -> None:
        """Lets the device go; also when it never opened."""
        self._scanner.close_camera()
