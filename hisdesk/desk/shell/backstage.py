"""What happens behind the sign-in form, in threads of its own: imports, the connection, the checks, signing in and out.

Nothing here touches a widget; every answer is a signal. Made and closed on the GUI thread.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance, Slot

from hisdesk.desk.kit.workers import Job, Kind, Workers
from hisdesk.desk.shell.loading import uncollected
from hisdesk.errors import SignedOut, Unavailable, UserError

if TYPE_CHECKING:
    from hisdesk.access.actor import Actor
    from hisdesk.db.database import Database

RETRY_MS, AGAIN_MS = 3_000, 15_000
AWAY = "The database does not answer. What you typed is kept; it is tried again every few seconds."


class Backstage(QObject):
    """`found(here)` and `away(text)` tell of the database; `entered(signed_in)`, `unlocked(signed_in or None)`,
    `refused(text)` and `unreachable(text)` answer an attempt; `changed()` a new password; `loaded(version)` when the
    imports are done.
    """

    loaded = Signal(str)
    found = Signal(object)
    away = Signal(str)
    entered = Signal(object)
    unlocked = Signal(object)
    refused = Signal(str)
    unreachable = Signal(str)
    changed = Signal()
    not_changed = Signal(str)

    def __init__(
        self,
        connect: Callable[[], Database],
        private_key: bytes,
        preload: Callable[[], Sequence[str]] = tuple,
        prepare: Callable[[Actor], object] = lambda actor: None,
        version: Callable[[], str] = str,
        parent: QObject | None = None,
        *,
        retry_ms: int = RETRY_MS,
        again_ms: int = AGAIN_MS,
    ) -> None:
        super().__init__(parent)
        self._connect, self._private_key = connect, private_key
        self._preload, self._prepare, self._version = preload, prepare, version
        self._retry_ms, self._again_ms = retry_ms, again_ms
        self._lock = threading.Lock()
        self._db: Database | None = None
        self._workers = Workers(2, "backstage")
        self._closed = False
        self._checking = True
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.check)
        self.found.connect(self._answered)
        self.away.connect(self._did_not_answer)

    # -- GUI thread ------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """After the first paint: loads what signing in and working need, then connects."""
        self._do(self._load, Kind.WRITE, self.refused)
        self._do(self._look)

    def check(self) -> None:
        """Asks the database whether it is there; then again and again until `rest()`."""
        self._checking = True
        self._do(self._look)

    def rest(self) -> None:
        """No more checks: somebody is signed in, and their work tells whether the database answers."""
        self._checking = False
        self._timer.stop()

    def sign_in(self, name: str, password: str) -> None:
        """Answers with `entered`, `refused` or `unreachable`."""
        self._do(lambda: self._sign_in(name, password), Kind.WRITE, self.refused)

    def unlock(self, name: str, password: str, actor: Actor) -> None:
        """Like `sign_in`; the same person goes on in the same session (`unlocked(None)`) where it still lives."""
        self._do(lambda: self._unlock(name, password, actor), Kind.WRITE, self.refused)

    def sign_out(self, actor: Actor) -> None:
        """Ends a session on the server; an answer is not awaited, a silent session ends by itself."""
        self._do(lambda: self._sign_out(actor), Kind.WRITE)

    def change_password(self, actor: Actor, old: str, new: str) -> None:
        """Answers with `changed` or `not_changed`."""
        self._do(lambda: self._change(actor, old, new), Kind.WRITE, self.not_changed)

    def database(self) -> Database:
        """The station's database; made at the first call. Any thread."""
        with self._lock:
            if self._db is None:
                self._db = self._connect()
            return self._db

    def close(self, timeout_s: float = 5.0) -> bool:
        """Ends the threads and the connections. Returns whether all threads ended."""
        self._closed = True
        self._timer.stop()
        ended = self._workers.close(timeout_s)
        if self._db is not None:
            self._db.close()
        return ended

    @Slot(object)
    def _answered(self, _here: object) -> None:
        self._plan(self._again_ms)

    @Slot(str)
    def _did_not_answer(self, _text: str) -> None:
        self._plan(self._retry_ms)

    def _plan(self, in_ms: int) -> None:
        if self._checking and not self._closed:
            self._timer.start(in_ms)

    def _do(self, work: Callable[[], object], kind: Kind = Kind.READ, failed: SignalInstance | None = None) -> None:
        if not self._closed:
            self._workers.add(Job(kind, work, lambda job: _ended(job, failed)))

    # -- worker threads --------------------------------------------------------------------------------------------

    def _load(self) -> None:
        with uncollected():
            for module in self._preload():
                if self._closed:
                    return
                importlib.import_module(module)
            version = self._version()
        self.loaded.emit(version)

    def _look(self) -> None:
        from hisdesk.access.here import here

        try:
            seen = here(self.database())
        except UserError as error:
            self.away.emit(str(error))
        else:
            self.found.emit(seen)

    def _sign_in(self, name: str, password: str) -> None:
        from hisdesk.access.sign_in import sign_in

        try:
            signed = sign_in(self.database(), name, password, self._private_key)
        except UserError as error:
            self._refuse(error)
        else:
            self._prepare(signed.actor)  # imports this person's screens here, not on the GUI thread
            self.entered.emit(signed)

    def _unlock(self, name: str, password: str, actor: Actor) -> None:
        from hisdesk.access.sign_in import sign_in, sign_out, touch

        db = self.database()
        try:
            signed = sign_in(db, name, password, self._private_key)
            if signed.actor.user_id != actor.user_id:
                self._prepare(signed.actor)
                self.entered.emit(signed)
                return
            try:
                touch(db, actor)
            except SignedOut:
                self.unlocked.emit(signed)
            else:
                sign_out(db, signed.actor)  # it only proved the password; the first session has the open charts
                self.unlocked.emit(None)
        except UserError as error:
            self._refuse(error)

    def _refuse(self, error: UserError) -> None:
        if isinstance(error, Unavailable):
            self.unreachable.emit(AWAY)
            self.away.emit(str(error))
        else:
            self.refused.emit(str(error))

    def _sign_out(self, actor: Actor) -> None:
        from hisdesk.access.sign_in import sign_out

        try:
            sign_out(self.database(), actor)
        except UserError:
            return

    def _change(self, actor: Actor, old: str, new: str) -> None:
        from hisdesk.access.sign_in import change_password

        try:
            change_password(self.database(), actor, old, new)
        except UserError as error:
            self.not_changed.emit(str(error))
        else:
            self.changed.emit()


def _ended(job: Job, failed: SignalInstance | None) -> None:
    """Worker thread: whoever waits for an answer gets one, also when the program failed."""
    if job.error is not None:
        from hisdesk.desk.kit.bugs import report

        bug = report(job.error, doing="signing in")
        if failed is not None:
            failed.emit(str(bug))
