"""Runs in a process of its own: a real workstation that signs in, and says when its first list is painted."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication

from hisdesk import app
from hisdesk.app import Workstation
from hisdesk.config import load_station
from hisdesk.desk.shell.registry import FOLDERS
from tests.bench.station import NAME, PASSWORD, ROWS

PATIENCE_S = 60


def until(condition: Callable[[], object]) -> None:
    """Lets Qt work until the condition holds, waiting as the program does, so that other threads get their time."""
    end = time.monotonic() + PATIENCE_S
    beat = QTimer(interval=2)
    beat.start()
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("never happened")
        QApplication.processEvents(
            QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
        )
    beat.stop()


class PaintedList(QObject):
    """Notes the first paint of a table that holds all the rows."""

    def __init__(self) -> None:
        super().__init__()
        self.at = 0.0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's own name)
        if event.type() == QEvent.Type.Paint and not self.at:
            view = watched.parent()
            if isinstance(view, QAbstractItemView) and view.model() and view.model().rowCount() >= ROWS:
                self.at = time.perf_counter()
        return False


def ready() -> Workstation:
    """The sign-in window, everything loaded that is loaded while the form is idle."""
    folder = Path(os.environ["BENCH_STATION"])
    app.application()
    workstation = Workstation(load_station(folder), folder)
    workstation.memory.settings.setValue(app.LAST_SCREENS, FOLDERS[0].module)
    workstation.show()
    until(lambda: workstation.hub is not None)
    until(lambda: "Connected" in workstation.window.sign_in.panel.check("database"))
    return workstation


def sign_in(workstation: Workstation) -> float:
    """Seconds from Enter on the password to the first list painted with all its rows."""
    page = workstation.window.sign_in
    page.name.set_value(NAME)
    page.password.edit.setText(PASSWORD)
    return painted_after(lambda: QTest.keyClick(page.password.edit, Qt.Key.Key_Return))


def painted_after(act: Callable[[], object]) -> float:
    """Seconds from the beginning of `act` to the first list painted with all its rows."""
    painted, application = PaintedList(), QApplication.instance()
    if application is None:
        raise RuntimeError("no application")
    application.installEventFilter(painted)
    began = time.perf_counter()
    act()
    until(lambda: painted.at)
    application.removeEventFilter(painted)
    return painted.at - began
