"""An administrator's real window on a real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from hisdesk.desk.admin.screens import SCREENS
from tests.helpers.hospital import Desk, Hospital
from tests.helpers.windows import SeatedPerson as Room
from tests.helpers.windows import seated

__all__ = ["Room"]


@pytest.fixture
def room(hospital: Hospital, qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., Room]]:
    """`room(role)`: a new member of staff with that role, or somebody signed in, in their own window."""
    folders = (tmp_path / f"station-{n}" for n in count())
    with ExitStack() as windows:

        def sit(role: str | Desk = "superadmin", *, station: str = "FRONT-1", **account: Any) -> Room:
            who = hospital.account(role, **account) if isinstance(role, str) else role
            return windows.enter_context(seated(Room, qtbot, hospital, who, SCREENS, next(folders), station=station))

        yield sit
