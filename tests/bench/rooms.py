"""A doctor's real window on a real database, for figures: no pytest, and the loop waits as the program does."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from pytestqt.qtbot import QtBot

from hisdesk.hospital.demo.prescribing import load_formulary
from tests.bench.histories import Lived, lived
from tests.desk.doctor.conftest import Room
from tests.helpers import servers
from tests.helpers.hospital import Hospital, make_template
from tests.helpers.windows import seated


class _Eyes:
    """What `seated` asks of pytest-qt."""

    def waitUntil(self, condition: Callable[[], object], *, timeout: int) -> None:  # noqa: N802 (its name there)
        from tests.bench.signed_in import until

        until(condition)

    @contextmanager
    def waitExposed(self, _window: object) -> Iterator[None]:  # noqa: N802 (its name there)
        yield


@contextmanager
def room(*, people: int = 1, visits: int, vitals: int) -> Iterator[tuple[Room, list[Lived]]]:
    """A physician in front of their first screen, and people with that much history in their queue."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from hisdesk.app import application
    from hisdesk.desk.doctor.screens import SCREENS

    application()
    address = servers.postgres().address
    if address is None:
        raise RuntimeError("the embedded database has no address")
    with Hospital(make_template(address)) as hospital, tempfile.TemporaryDirectory() as folder:
        doctor = hospital.desk("physician", station="ROOM-3")
        front = hospital.desk("registration")
        load_formulary(hospital.deploy)
        waiting = [lived(hospital, front, doctor, past_visits=visits, vitals=vitals) for _ in range(people)]
        eyes = cast(QtBot, _Eyes())
        with seated(Room, eyes, hospital, doctor, SCREENS, Path(folder), station="ROOM-3") as sat:
            yield sat, waiting
