"""What the kit's tests share: tasks over a fake database, closed at the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from hisdesk.desk.kit.tasks import Tasks
from tests.desk.kit.fakes import FakeDatabase, FakeMessages, person


@pytest.fixture
def db() -> Iterator[FakeDatabase]:
    database = FakeDatabase()
    yield database
    database.gate.set()


@pytest.fixture
def messages(qtbot: QtBot) -> FakeMessages:
    return FakeMessages()


@pytest.fixture
def tasks(qtbot: QtBot, db: FakeDatabase, messages: FakeMessages) -> Iterator[Tasks]:
    made = Tasks(db, person(), messages)  # type: ignore[arg-type]
    yield made
    db.gate.set()
    assert made.close()
