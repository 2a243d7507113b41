"""The camera that this station's settings name, opened on the thread that asks it for pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hisdesk.desk.kit.context import Desk
    from hisdesk.scanning.camera import Camera


class StationCamera:
    """What `CameraFeed` asks of a camera. Made on the GUI thread's word, used on the camera's thread."""

    def __init__(self, desk: Desk) -> None:
        wanted = str(desk.settings.value("camera", "") or "")
        self._index = int(wanted) if wanted.isdecimal() else 0
        self._camera: Camera | None = None

    def open(self) -> None:
        """Raises CameraAbsent or CameraBusy with a sentence for people."""
        from hisdesk.scanning.camera import Camera

        self._camera = Camera(self._index)

    def grab(self) -> Any:
        """The next picture; blocks until there is one."""
        if self._camera is None:
            raise RuntimeError("not open")
        return self._camera.grab()

    def close(self) -> None:
        """Lets the device go; also when it never opened."""
        if self._camera is not None:
            self._camera.close()
            self._camera = None
