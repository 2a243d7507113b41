"""Work that the GUI thread must not wait for: reads, writes and CPU work on a small pool, answers on the GUI thread."""

from __future__ import annotations

import itertools
import statistics
import weakref
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from hisdesk.access.action import Action, new_id, perform
from hisdesk.access.actor import Actor
from hisdesk.db.database import Database
from hisdesk.desk.kit.bugs import Bug, freed, report
from hisdesk.desk.kit.messages import Messages
from hisdesk.desk.kit.workers import Job, Kind, Workers
from hisdesk.errors import SignedOut, Unavailable, UserError

T = TypeVar("T")

OnError = Callable[[UserError], "bool | None"]
"""Called with what went wrong; False means "not mine": the error is then shown the usual way."""


@dataclass(eq=False)
class Running:
    """A piece of work under way. `op_id` names the intent of a write and is kept for its retries."""

    number: int
    owner: weakref.ref[QObject]
    key: tuple[Any, ...]
    job: Job
    on_result: Callable[[Any], object]
    on_error: OnError | None
    op_id: UUID | None = None
    intent: tuple[Any, ...] = ()

    def alive(self) -> bool:
        """Whether somebody is still there to receive the answer. GUI thread."""
        owner = self.owner()
        return owner is not None and isValid(owner)


class Tasks(QObject):
    """Off-thread work for one signed-in person. Make it, call it and close it on the GUI thread; callbacks run there.

    `signed_out(message)`: the session ended. `busy(bool)`: something is under way or not. `idle`: the last piece ended.
    `reachable(bool)`: the database answered, or did not.
    """

    signed_out = Signal(str)
    busy = Signal(bool)
    idle = Signal()
    reachable = Signal(bool)
    _ended = Signal(int)

    def __init__(
        self,
        db: Database,
        actor: Actor | None,
        messages: Messages | None = None,
        *,
        size: int = 4,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.db, self.actor, self.messages = db, actor, messages
        self._workers = Workers(size)
        self._numbers = itertools.count(1)
        self._running: dict[int, Running] = {}
        self._latest: dict[tuple[Any, ...], Running] = {}
        self._kept: dict[tuple[Any, ...], Running] = {}
        self._shown_bugs: set[str] = set()
        self._times_ms: deque[float] = deque(maxlen=9)
        self._closed = False
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    # -- asking -------------------------------------------------------------------------------------------------

    def read(
        self,
        owner: QObject,
        query: Callable[[sa.Connection], T],
        on_result: Callable[[T], object],
        on_error: OnError | None = None,
        slot: str = "",
    ) -> Running:
        """Runs `query` in a transaction of its own. A newer read of the same owner and slot replaces an older one."""
        db, actor = self.db, self.actor

        def work() -> T:
            with db.transaction(actor) as connection:
                return query(connection)

        return self._latest_wins(Kind.READ, owner, slot, work, on_result, on_error)

    def run(
        self,
        owner: QObject,
        work: Callable[[], T],
        on_result: Callable[[T], object],
        on_error: OnError | None = None,
        slot: str | None = None,
    ) -> Running:
        """Runs CPU or file work. With a `slot`, a newer one of the same owner and slot replaces an older one."""
        name = f"run {slot}" if slot is not None else f"run #{next(self._numbers)}"
        return self._latest_wins(Kind.RUN, owner, name, work, on_result, on_error)

    def write(
        self,
        owner: QObject,
        action: Action[Any, T],
        *args: Any,
        on_done: Callable[[T], object],
        on_error: OnError | None = None,
        op_id: UUID | None = None,
        slot: str = "",
        **kwargs: Any,
    ) -> Running:
        """Performs an action once. While it runs, the same (owner, action, slot) asked again returns the running one.

        After Unavailable or SignedOut nobody knows whether it was done: the same values asked again carry the same
        `op_id`, so that trying again never does it twice. Needs a signed-in person.
        """
        if self.actor is None:
            raise SignedOut("Sign in first.")
        key = ("write", id(owner), action.name, slot)
        same = self._latest.get(key)
        if same is not None and same.owner() is owner:
            return same
        intent = (args, kwargs)
        kept = self._kept.get(key)
        again = kept is not None and kept.owner() is owner and kept.intent == intent
        chosen = op_id or (kept.op_id if kept is not None and again else None) or new_id()
        db, actor = self.db, self.actor

        def work() -> T:
            return perform(db, actor, action, chosen, *args, **kwargs)

        return self._start(Kind.WRITE, owner, key, work, on_done, on_error, chosen, intent)

    def cancel(self, running: Running) -> None:
        """Forgets a read or run: its answer will not be delivered."""
        self._workers.drop(running.job)
        self._forget(running)

    @property
    def pending(self) -> int:
        """How many pieces are under way."""
        return len(self._running)

    @property
    def database_ms(self) -> float | None:
        """The usual time of a read lately (median of nine), milliseconds; None before the first."""
        return statistics.median(self._times_ms) if self._times_ms else None

    def close(self, timeout_s: float = 5.0) -> bool:
        """Ends the pool: waiting reads are dropped, waiting writes finished. Returns whether all threads ended."""
        self._closed = True
        self._latest.clear()
        ended = self._workers.close(timeout_s)
        self._running.clear()
        return ended

    # -- inside -------------------------------------------------------------------------------------------------

    def _latest_wins(
        self,
        kind: Kind,
        owner: QObject,
        slot: str,
        work: Callable[[], T],
        on_result: Callable[[T], object],
        on_error: OnError | None,
    ) -> Running:
        key = ("read", id(owner), slot)
        older = self._latest.pop(key, None)
        if older is not None and self._workers.drop(older.job):
            self._running.pop(older.number, None)
        return self._start(kind, owner, key, work, on_result, on_error)

    def _start(
        self,
        kind: Kind,
        owner: QObject,
        key: tuple[Any, ...],
        work: Callable[[], Any],
        on_result: Callable[[Any], object],
        on_error: OnError | None,
        op_id: UUID | None = None,
        intent: tuple[Any, ...] = (),
    ) -> Running:
        number = next(self._numbers)
        job = Job(kind, work, lambda job: self._report(number))
        running = Running(number, weakref.ref(owner), key, job, on_result, on_error, op_id, intent)
        if self._closed:
            return running  # a late poll while the window closes: nobody will be called
        if not self._running:
            self.busy.emit(True)
        # Held here until delivered: the worker is then never the last to let go of a widget.
        self._running[number] = running
        self._latest[key] = running
        self._workers.add(job)
        return running

    def _report(self, number: int) -> None:
        """Worker thread: tells the GUI thread that a job ended."""
        if not self._closed:
            self._ended.emit(number)

    @Slot(int)
    def _deliver(self, number: int) -> None:
        running = self._running.get(number)
        if running is None:
            return
        wanted = self._latest.get(running.key) is running
        job = running.job
        failure = self._judge(running)
        try:
            if wanted and running.alive():
                del self._latest[running.key]
                if failure is None:
                    running.on_result(job.result)
                else:
                    self._fail(running, failure)
        finally:
            self._forget(running)

    def _forget(self, running: Running) -> None:
        if self._latest.get(running.key) is running:
            del self._latest[running.key]
        if self._running.pop(running.number, None) is not None and not self._running:
            self.busy.emit(False)
            self.idle.emit()

    def _judge(self, running: Running) -> UserError | None:
        """What the end of a job says about the session, the database and the intent, wanted or not."""
        job, error = running.job, running.job.error
        job.error = None
        known = error if isinstance(error, UserError) else None
        if error is not None and known is None:
            known = report(error, doing=running.key[2] if running.op_id else "")
        if error is not None:
            freed(error)
        if job.kind is not Kind.RUN:
            self.reachable.emit(not isinstance(known, Unavailable))
            if known is None and job.kind is Kind.READ:
                self._times_ms.append((job.ended_at - job.started_at) * 1000)
        if running.op_id is not None:
            if isinstance(known, Unavailable | SignedOut | Bug):
                self._kept[running.key] = running
            else:
                self._kept.pop(running.key, None)
        if isinstance(known, SignedOut):
            self.signed_out.emit(str(known))
        return known

    def _fail(self, running: Running, error: UserError) -> None:
        handled = running.on_error(error) if running.on_error is not None else False
        if handled is not False or isinstance(error, SignedOut) or self.messages is None:
            return
        owner = running.owner()
        if isinstance(error, Bug):
            if error.reference not in self._shown_bugs:
                self._shown_bugs.add(error.reference)
                self.messages.bug(owner, error.reference)
        else:
            self.messages.error(owner, str(error))
