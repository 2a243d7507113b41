"""What feeds a board: signed in as a device, re-read on every change, back by itself after every failure.

Nobody sits in front of it, so it never asks: it knows how old each row is and keeps trying.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QObject, QTimer

from hisdesk.access.here import here
from hisdesk.access.sign_in import device_sign_in
from hisdesk.desk.boards.ages import Ages, running_s
from hisdesk.desk.kit.hub import Hub, Watch
from hisdesk.desk.kit.tasks import Tasks
from hisdesk.errors import Denied, SignedOut, TooOften, Unavailable, UserError

if TYPE_CHECKING:
    import sqlalchemy as sa

    from hisdesk.access.actor import Actor
    from hisdesk.db.database import Database
    from hisdesk.desk.boards.window import BoardWindow
    from hisdesk.live.change import Change

RENEW_MS = 25 * 60_000
RETRY_MS = 2_000
ALIVE_S = 10.0
"""A live connection was heard of within so many seconds. A clock that jumps farther stood still: the computer slept."""
PATIENCE_S = 30.0
"""A read without an answer for so long will get none: a network that was cut says nothing."""
PAUSE_MS = 50
"""Between two reads while changes keep coming."""
READ_AGAIN_S = 60.0
"""Everything is read so often even where no change is told, whatever may have been lost on the way."""


@dataclass(frozen=True)
class Device:
    """A board's own session; it bears a token like a person does, and nothing else."""

    token: str = field(repr=False)


class LiveBoard(QObject):
    """`begin()` starts it, `stop()` ends its timers and threads; the connections stay open. GUI thread.

    A board says what it reads (`read`), what that brought (`take`, `keys`), what may change it (`topics`, `touched`)
    and how it is shown (`paint`).
    """

    def __init__(
        self,
        view: BoardWindow,
        db: Database,
        hub: Hub,
        *,
        retry_ms: int = RETRY_MS,
        clock: Callable[[], float] = running_s,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.hub, self.title, self.ages, self.clock = hub, "", Ages(), clock
        self._view, self._retry_ms = view, retry_ms
        self.tasks = Tasks(db, None, size=2)
        self.tasks.reachable.connect(hub.database_answered)
        self.tasks.signed_out.connect(lambda _why: self._sign_in())
        self._failed = ""
        self._begun_at: float | None = None
        self._signing_at: float | None = None
        self._once_more = self._was_live = self._stopped = False
        self._read_at = self._ticked_at = self.started_at = clock()
        self._again_s = READ_AGAIN_S * random.uniform(0.8, 1.2)  # noqa: S311 (not a secret)
        self._watch: Watch | None = None
        self._soon = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._soon.timeout.connect(self._go_on)
        self._retry, self._renew = QTimer(self, singleShot=True), QTimer(self, interval=RENEW_MS)
        self._retry.timeout.connect(self._go_on)
        self._renew.timeout.connect(self._sign_in)
        self._beat = QTimer(self, interval=1000)
        self._beat.timeout.connect(self.tick)
        hub.state_changed.connect(self.tick)
        hub.missed.connect(self._doubt_all)

    # -- what a board is -------------------------------------------------------------------------------------------

    def read(self, tx: sa.Connection) -> Any:
        """Worker thread: what the board may show now, in a transaction of its own session."""
        raise NotImplementedError

    def take(self, answer: Any) -> None:
        """Keeps what was read."""
        raise NotImplementedError

    def keys(self) -> Iterable[Hashable]:
        """The rows of what was read, each of which has an age."""
        raise NotImplementedError

    def topics(self) -> set[str]:
        """What tells of changes of what was read."""
        raise NotImplementedError

    def touched(self, changes: list[Change]) -> Iterable[Hashable]:
        """The rows that these changes may have changed."""
        return self.ages.keys if changes else ()

    def forget(self) -> None:
        """The hospital refuses this board: what it showed is no longer its to show."""
        self.ages.forget()

    def paint(self) -> None:
        """Brings what is known, and how old it is, into the view."""
        raise NotImplementedError

    # -- its life --------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Signs in and begins to read."""
        self._beat.start()
        self._renew.start()
        self.tick()
        self._sign_in()

    def stop(self) -> None:
        """Ends the timers and the threads; the view is not touched any more."""
        self._stopped = True
        for timer in (self._beat, self._soon, self._retry, self._renew):
            timer.stop()
        if self._watch is not None:
            self._watch.stop()
        if self.tasks.pending:
            self.tasks.db.hang_up()  # nobody waits for an answer any more
        self.tasks.close()

    @property
    def problem(self) -> str:
        """Why the last try failed, "" when it did not."""
        return self._failed

    def tick(self, *_state: object) -> None:
        """Once a second: the clock on the wall, the ages, and whatever waits too long."""
        if self._stopped:
            return
        now = self.clock()
        missed, self._ticked_at = now - self._ticked_at > ALIVE_S, now
        live, was_live, self._was_live = self.hub.broker_live, self._was_live, self.hub.broker_live
        missed = missed or (live and not was_live)
        if missed:  # while it slept, or before it heard anything
            self._doubt_all()
        elif live:
            self.ages.vouch(now - ALIVE_S)
        waiting = [at for at in (self._begun_at, self._signing_at) if at is not None]
        if any(now - at > PATIENCE_S for at in waiting):
            self.tasks.db.hang_up()
        elif missed or not (waiting or self._retry.isActive() or now - self._read_at < self._again_s):
            self._go_on()
        self._view.set_time(datetime.now().astimezone())
        self.paint()

    def _go_on(self) -> None:
        if self.tasks.actor is not None:
            self._read()
        elif self._signing_at is None:
            self._sign_in()

    def _sign_in(self) -> None:
        db, self._signing_at = self.tasks.db, self.clock()

        def arrive() -> tuple[str, str]:
            return device_sign_in(db), here(db).title

        self.tasks.run(self, arrive, self._arrived, self._trouble, slot="sign in")

    def _arrived(self, answer: tuple[str, str]) -> None:
        (token, self.title), self._signing_at = answer, None
        # A read asks its bearer for the token alone.
        self.tasks.actor = cast("Actor", Device(token))
        self._read()

    def _read(self) -> None:
        """One read at a time; what is told meanwhile is read after it, all in one."""
        if self._begun_at is not None:
            self._once_more = True
        elif not self._soon.isActive():
            self._read_now()

    def _read_now(self) -> None:
        self._begun_at, self._once_more = self.clock(), False
        self.ages.begin(self._begun_at)
        self.tasks.read(self, self.read, self._received, self._trouble, slot="board")

    def _received(self, answer: Any) -> None:
        self._failed, self._read_at, self._begun_at = "", self.clock(), None
        self._retry.stop()
        self.take(answer)
        self.ages.arrived(self.keys())
        self._listen(self.topics())
        self.paint()
        if self._once_more:
            self._soon.start()

    def _listen(self, topics: set[str]) -> None:
        if self._watch is not None and topics == self._watch.topics:
            return
        self._doubt_all()  # until they are heard; the hub says when
        if self._watch is None:
            self._watch = self.hub.watch(self, topics, self._heard)
        else:
            self._watch.listen(topics)

    def _heard(self, changes: list[Change]) -> None:
        """Told what changed, or to read again."""
        self.ages.doubt(self.touched(changes))
        self._go_on()

    def _doubt_all(self) -> None:
        self.ages.doubt(self.ages.keys)

    def _trouble(self, error: UserError) -> None:
        self._begun_at, self._signing_at, self._once_more = None, None, False
        if isinstance(error, Denied):
            if self.tasks.actor is None and not isinstance(error, SignedOut | TooOften):
                self.forget()
            self.tasks.actor = None
        self._failed = str(error)
        # Jitter: all the boards of a hospital must not knock in the same moment when the database comes back.
        self._retry.start(int(self._retry_ms * random.uniform(0.8, 1.2)))  # noqa: S311 (not a secret)
        if isinstance(error, Unavailable):
            self.hub.database_answered(False)
        self.paint()
