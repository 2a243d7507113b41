"""The one place that imports OpenCV, late and without its traces in the environment."""

from __future__ import annotations

import os
import threading
from typing import Any

# opencv-python points Qt at its own plugins when it is imported; PySide6 and child processes would then load those.
_QT_TRACES = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")
_lock = threading.Lock()
_module: Any = None


def cv() -> Any:
    """The cv2 module. The first call imports it (about 70 ms); os.environ is the same before and after. Any thread."""
    global _module
    if _module is None:
        with _lock:
            before = {name: os.environ.get(name) for name in _QT_TRACES}
            import cv2

            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
            # What goes wrong is raised; its own lines on standard error tell nobody anything.
            cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
            _module = cv2
    return _module
