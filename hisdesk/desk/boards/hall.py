"""The live hall display: signed in as a device, re-read on every change, back by itself after every failure.

Nobody sits in front of it, so it never asks: it says how old its numbers are and keeps trying.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer

from hisdesk.access.here import board_departments, here
from hisdesk.access.sign_in import device_sign_in
from hisdesk.desk.boards.hall_view import Call, HallState, HallView, Waiting
from hisdesk.desk.kit.hub import Hub, Watch
from hisdesk.desk.kit.tasks import Tasks
from hisdesk.errors import Denied, SignedOut, Unavailable, UserError
from hisdesk.hospital.departments.queries import Department, departments
from hisdesk.hospital.visits.queries import HallRow, hall
from hisdesk.live.topics import department_topic

if TYPE_CHECKING:
    import sqlalchemy as sa

    from hisdesk.access.actor import Actor
    from hisdesk.db.database import Database

RENEW_MS = 25 * 60_000
RETRY_MS = 2_000
FRESH_S = 25
"""While polling every 10 s: two missed reads, and the numbers count as old."""


@dataclass(frozen=True)
class Device:
    """A board's own session; it bears a token like a person does, and nothing else."""

    token: str = field(repr=False)


@dataclass(frozen=True)
class Shown:
    """What one read brought."""

    rows: tuple[HallRow, ...]
    departments: tuple[Department, ...]


class HallBoard(QObject):
    """What feeds the view. `begin()` starts it, `stop()` ends its timers and threads; the connections stay open."""

    def __init__(
        self,
        view: HallView,
        db: Database,
        hub: Hub,
        *,
        department: str = "",
        retry_ms: int = RETRY_MS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.view = view
        self._hub, self._code, self._retry_ms = hub, department.upper(), retry_ms
        self.tasks = Tasks(db, None, size=2)
        self.tasks.reachable.connect(hub.database_answered)
        self.tasks.signed_out.connect(lambda _why: self._sign_in())
        self._title, self._shown = "", Shown((), ())
        self._confirmed_at: float | None = None
        self._started_at = time.monotonic()
        self._failed = ""
        self._watch: Watch | None = None
        self._retry, self._renew = QTimer(self, singleShot=True), QTimer(self, interval=RENEW_MS)
        self._retry.timeout.connect(self._go_on)
        self._renew.timeout.connect(self._sign_in)
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._tick)
        hub.state_changed.connect(self._tick)

    # -- GUI thread ------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Signs in and begins to read."""
        self._clock.start()
        self._renew.start()
        self._tick()
        self._sign_in()

    def stop(self) -> None:
        """Ends the timers and the threads."""
        for timer in (self._clock, self._retry, self._renew):
            timer.stop()
        if self._watch is not None:
            self._watch.stop()
        self.tasks.close()

    @property
    def problem(self) -> str:
        """Why the last try failed, "" when it did not."""
        return self._failed

    def _go_on(self) -> None:
        if self.tasks.actor is None:
            self._sign_in()
        else:
            self._read()

    def _sign_in(self) -> None:
        db = self.tasks.db

        def arrive() -> tuple[str, str]:
            return device_sign_in(db), here(db).title

        self.tasks.run(self, arrive, self._arrived, self._trouble, slot="sign in")

    def _arrived(self, answer: tuple[str, str]) -> None:
        token, self._title = answer
        # A read asks its bearer for the token alone.
        self.tasks.actor = cast("Actor", Device(token))
        self._read()

    def _read(self) -> None:
        self.tasks.read(self, read_hall, self._received, self._trouble, slot="hall")

    def _received(self, shown: Shown) -> None:
        self._shown, self._failed, self._confirmed_at = shown, "", time.monotonic()
        self._retry.stop()
        topics = {department_topic(each.id, "visit") for each in self._wanted()}
        if self._watch is None:
            self._watch = self._hub.watch(self, topics, lambda _changes: self._read())
        elif topics != self._watch.topics:
            self._watch.listen(topics)
        self._paint()

    def _trouble(self, error: UserError) -> None:
        if isinstance(error, SignedOut) or (isinstance(error, Denied) and self.tasks.actor is not None):
            self.tasks.actor = None
        self._failed = str(error)
        if isinstance(error, Unavailable):
            self._hub.database_answered(False)
        # Jitter: all the boards of a hospital must not knock in the same moment when the database comes back.
        self._retry.start(int(self._retry_ms * random.uniform(0.8, 1.2)))  # noqa: S311 (not a secret)
        self._paint()

    def _wanted(self) -> Sequence[Department]:
        chosen = [each for each in self._shown.departments if each.code == self._code]
        return chosen if self._code else self._shown.departments

    def _tick(self, *_state: object) -> None:
        if self._hub.state == "live" and not self._failed and self._confirmed_at is not None:
            self._confirmed_at = time.monotonic()  # a quiet queue is not an old one while the heart beats
        self.view.set_time(datetime.now().astimezone())
        self._paint()

    def _paint(self) -> None:
        since = self._confirmed_at if self._confirmed_at is not None else self._started_at
        age_s = int(time.monotonic() - since)
        fresh = self._confirmed_at is not None and (self._hub.state == "live" or age_s < FRESH_S)
        state = state_of(self._shown.rows, self._wanted(), self._title, live="live" if fresh else "stale", age_s=age_s)
        if state != self.view.state:
            self.view.set_state(state)


def read_hall(tx: sa.Connection) -> Shown:
    """What this board may show now."""
    ids = board_departments(tx)
    return Shown(tuple(hall(tx)), tuple(departments(tx, ids=ids)))


def state_of(
    rows: Sequence[HallRow], wanted: Sequence[Department], title: str, *, live: str = "live", age_s: int = 0
) -> HallState:
    """The display's state: who is called, newest first, and who is next in each queue's own order."""
    names = {each.name for each in wanted}
    mine = [row for row in rows if row.department in names]
    called = sorted(
        (row for row in mine if row.status in ("called", "with doctor") and row.called_at is not None),
        key=lambda row: cast("datetime", row.called_at),
        reverse=True,
    )
    waiting = sorted((row for row in mine if row.status == "waiting"), key=lambda row: row.place)
    one = wanted[0].name if len(wanted) == 1 else ""
    return HallState(
        title=one or title or "Waiting area",
        calling=tuple(Call(row.ticket, row.room, cast("datetime", row.called_at).astimezone()) for row in called),
        next=tuple(Waiting(row.ticket, row.room or ("" if one else row.department)) for row in waiting),
        live=live,
        age_s=0 if live == "live" else age_s,
    )
