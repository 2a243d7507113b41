"""Every window test: off-screen; it fails on a Qt warning, a thread or process left behind, or a window left open."""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from collections.abc import Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QEvent, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

# Said by the off-screen platform itself, not by anything we do.
HARMLESS = (
    "This plugin does not support",
    "propagateSizeHints",
)


@pytest.fixture(autouse=True)
def no_qt_warnings() -> Iterator[list[str]]:
    """Collects what Qt complains about during the test and fails with it. Empty the list to expect a warning."""
    warnings: list[str] = []

    def handler(kind: QtMsgType, context: object, message: str) -> None:
        if kind is not QtMsgType.QtDebugMsg and kind is not QtMsgType.QtInfoMsg and not message.startswith(HARMLESS):
            warnings.append(message)

    previous = qInstallMessageHandler(handler)
    yield warnings
    qInstallMessageHandler(previous)
    assert not warnings, "Qt warned: " + " | ".join(warnings)


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """A thread that a test started must have ended when the test has."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before and _is_ours(thread)]
    for thread in left:
        thread.join(2.0)
    alive = [thread.name for thread in left if thread.is_alive()]
    assert not alive, f"threads left behind: {alive}"


def _is_ours(thread: threading.Thread) -> bool:
    return not isinstance(thread, threading._DummyThread) and not thread.name.startswith(("pytest", "ThreadPool"))


@pytest.fixture(autouse=True)
def no_leaked_processes() -> Iterator[None]:
    """The same for processes: the card reader and the camera end with the session that started them."""
    yield
    left = multiprocessing.active_children()
    for process in left:
        process.join(2.0)
    alive = [process.name for process in left if process.is_alive()]
    for process in left:
        process.kill()  # the next test shall not fail for it
    assert not alive, f"processes left behind: {alive}"


@pytest.fixture(autouse=True)
def no_left_windows() -> Iterator[None]:
    """Closes and deletes what a test left on the screen, so that the next test starts from nothing."""
    yield
    app = QApplication.instance()
    if isinstance(app, QApplication):
        for widget in app.topLevelWidgets():
            widget.close()
            widget.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        app.processEvents()
    gc.collect()
