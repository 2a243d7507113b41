"""Hears what goes wrong while the tour plays: errors nobody caught, references in the log, warnings of Qt."""

from __future__ import annotations

import logging
import sys
from types import TracebackType
from typing import Any

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

# Said by the platform itself, not by anything we do.
HARMLESS = ("This plugin does not support", "propagateSizeHints", "PulseAudioService")
ELSEWHERE = ("qt.multimedia",)


class Witness(logging.Handler):
    """Listens between `start` and `stop`. `heard()` gives what came since it was asked last."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._heard: list[str] = []
        self._before: tuple[Any, Any] = (sys.excepthook, None)

    def start(self) -> None:
        """Begins to listen."""
        self._before = (sys.excepthook, qInstallMessageHandler(self._qt_said))
        sys.excepthook = self._uncaught
        logging.getLogger("hisdesk").addHandler(self)

    def stop(self) -> None:
        """Listens no longer."""
        logging.getLogger("hisdesk").removeHandler(self)
        sys.excepthook = self._before[0]
        qInstallMessageHandler(self._before[1])

    def heard(self) -> list[str]:
        """What went wrong since the last call."""
        said, self._heard = self._heard, []
        return said

    def emit(self, record: logging.LogRecord) -> None:
        self._heard.append(f"in the log: {record.getMessage()}")

    def _uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        at = trace
        while at is not None and at.tb_next is not None:
            at = at.tb_next
        place = f" at {at.tb_frame.f_code.co_filename}:{at.tb_lineno}" if at is not None else ""
        self._heard.append(f"nobody caught {kind.__name__}: {error}{place}")

    def _qt_said(self, kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        quiet = kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg)
        category = str(context.category or "")
        if not quiet and not text.startswith(HARMLESS) and not category.startswith(ELSEWHERE):
            self._heard.append(f"Qt warned: {text}")
