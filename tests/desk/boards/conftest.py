"""A board on a real database. The broker is played: tests say themselves what was published."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from hisdesk.app import application
from hisdesk.desk.kit.hub import Hub
from hisdesk.desk.kit.theme import theme

Until = Callable[[Callable[[], object]], None]


class Clock:
    """Seconds that go on only when the test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        """Later."""
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hub(qtbot: QtBot) -> Iterator[Hub]:
    theme().apply(application(), "light")
    made = Hub(poll_ms=3_600_000)
    yield made
    made.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    return lambda condition: qtbot.waitUntil(lambda: bool(condition()), timeout=20_000)
