"""From the broker to the screens: changes reach exactly the widgets that show what changed, a few at a time.

A change is only a hint to re-read. An empty list given to a watcher means "re-read everything you show".
"""

from __future__ import annotations

import random
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from hisdesk.live.change import Change
from hisdesk.live.topics import topics_of

OnChanges = Callable[[list[Change]], object]

COALESCE_MS = 15
POLL_MS = 10_000


class Listener(Protocol):
    """What the hub needs of `live.Subscriber`."""

    def listen(self, topics: set[str]) -> object: ...


class Watch(QObject):
    """One widget's interest in some topics. `stop()` ends it; so does the end of its owner."""

    def __init__(self, hub: Hub, owner: QObject, topics: Iterable[str], on_changes: OnChanges) -> None:
        super().__init__()
        self._hub, self._owner, self.topics, self.on_changes = hub, weakref.ref(owner), frozenset(topics), on_changes
        self.stale = False
        self._dead = False
        self._waiting: list[Change] | None = None
        owner.destroyed.connect(self._gone)
        if isinstance(owner, QWidget):
            owner.installEventFilter(self)

    def owner(self) -> QObject | None:
        """The owner, or None when it is gone."""
        owner = self._owner()
        return owner if owner is not None and not self._dead and isValid(owner) else None

    @Slot()
    def _gone(self) -> None:
        self._dead = True
        self._hub._remove(self)

    def wants(self, change: Change) -> bool:
        """Whether the change travelled on one of these topics. `+` stands for one level, `#` for the rest."""
        return any(_matches(wanted, topic) for topic in topics_of(change) for wanted in self.topics)

    def listen(self, topics: Iterable[str]) -> None:
        """Watches other topics from now on."""
        self.topics = frozenset(topics)
        self._hub._wanted_changed()

    def stop(self) -> None:
        """No more calls."""
        owner = self.owner()
        if owner is not None:
            owner.removeEventFilter(self)
        self._hub._remove(self)

    def tell(self, changes: list[Change]) -> None:
        """Hands the changes on, or keeps them until the widget is shown; nobody pays for what nobody sees."""
        owner = self.owner()
        if owner is None:
            return
        if isinstance(owner, QWidget) and not owner.isVisible():
            known = [] if self._waiting is None else self._waiting
            re_read_all = not changes or (self.stale and not known)
            self._waiting = [] if re_read_all else known + changes
            self.stale = True
            return
        self.on_changes(changes)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and self.stale:
            changes, self._waiting, self.stale = self._waiting or [], None, False
            # After the show event: the widget is then really visible, and its first paint is not delayed.
            QTimer.singleShot(0, self, lambda: self.tell(changes))
        return False


class Hub(QObject):
    """Bridges a `live.Subscriber` to widgets. Its `on_…` methods may be called from any thread, all else is GUI thread.

    States: "live"; "polling" (the broker is away: everything visible is re-read every 10 s with jitter); "away" (the
    database does not answer either).
    """

    state_changed = Signal(str)
    changed = Signal()
    missed = Signal()
    """Changes may have been missed: what was read before is in doubt. Watchers are told to re-read right after it."""
    _arrived = Signal()
    _stated = Signal(str)
    _resynced = Signal()
    _listening = Signal(object)

    def __init__(
        self, parent: QObject | None = None, *, coalesce_ms: int = COALESCE_MS, poll_ms: int = POLL_MS
    ) -> None:
        super().__init__(parent)
        self.last_change: float | None = None
        """When the last change arrived, seconds since 1970."""
        self.latency: float | None = None
        """From the commit of the last change to its arrival here, seconds (station clock against server clock)."""
        self._subscriber: Listener | None = None
        self._watches: list[Watch] = []
        self._lock = threading.Lock()
        self._inbox: list[Change] = []
        self._told = False
        self._broker_live = False
        self._broker_known = False
        self._database_answers = True
        self._state = "polling"
        self._coalesce = QTimer(self, singleShot=True, interval=coalesce_ms)
        self._coalesce.setTimerType(Qt.TimerType.PreciseTimer)
        self._coalesce.timeout.connect(self._distribute)
        self._poll_ms = poll_ms
        self._poll = QTimer(self, singleShot=True)
        self._poll.timeout.connect(self._poll_now)
        queued = Qt.ConnectionType.QueuedConnection
        self._arrived.connect(self._coalesce_start, queued)
        self._stated.connect(self._broker_state, queued)
        self._resynced.connect(self._resync, queued)
        self._listening.connect(self._re_read_some, queued)
        self._plan_poll()

    @property
    def state(self) -> str:
        """ "live", "polling" or "away"."""
        return self._state

    @property
    def connecting(self) -> bool:
        """Whether it is too early to say that the broker is away; `state` is "polling" meanwhile."""
        return self._state == "polling" and not self._broker_known

    @property
    def broker_live(self) -> bool:
        """Whether every change is heard, whatever the database does: nothing heard then means that nothing changed."""
        return self._broker_live

    def attach(self, subscriber: Listener) -> None:
        """Uses this subscriber from now on; it was made with this hub's `on_…` methods."""
        self._subscriber = subscriber
        self._wanted_changed()

    def watch(self, owner: QObject, topics: Iterable[str], on_changes: OnChanges) -> Watch:
        """Calls `on_changes` with what changed on these topics, coalesced; while hidden, when shown."""
        watch = Watch(self, owner, topics, on_changes)
        self._watches.append(watch)
        self._wanted_changed()
        return watch

    def close(self) -> None:
        """Stops the timers and forgets all watches."""
        self._poll.stop()
        self._coalesce.stop()
        self._subscriber = None
        for watch in list(self._watches):
            watch.stop()

    # -- called by the subscriber, in its thread --------------------------------------------------------------------

    def on_change(self, change: Change) -> None:
        """A change arrived."""
        with self._lock:
            self._inbox.append(change)
            told, self._told = self._told, True
        if not told:
            self._arrived.emit()

    def on_state(self, state: str) -> None:
        """The broker is "live", "connecting" or "away"."""
        self._stated.emit(state)

    def on_resync(self) -> None:
        """Connected (again): something may have been missed."""
        self._resynced.emit()

    def on_subscribed(self, topics: Iterable[str]) -> None:
        """Topics asked for later hold now: what was read of them before may have changed in between."""
        self._listening.emit(frozenset(topics))

    # -- GUI thread ---------------------------------------------------------------------------------------------

    @Slot(bool)
    def database_answered(self, answered: bool) -> None:
        """Told by `Tasks.reachable`; when the database comes back, everything visible is re-read."""
        back = answered and not self._database_answers
        self._database_answers = answered
        self._settle()
        if back:
            self.re_read()

    @Slot()
    def re_read(self) -> None:
        """Tells every watcher to re-read everything; hidden ones when they are shown."""
        for watch in list(self._watches):
            watch.tell([])

    @Slot()
    def _resync(self) -> None:
        self.missed.emit()
        self.re_read()

    @Slot(object)
    def _re_read_some(self, topics: frozenset[str]) -> None:
        self.missed.emit()
        for watch in list(self._watches):
            if not watch.topics.isdisjoint(topics):
                watch.tell([])

    @Slot()
    def _coalesce_start(self) -> None:
        if not self._coalesce.isActive():
            self._coalesce.start()

    @Slot()
    def _distribute(self) -> None:
        with self._lock:
            arrived, self._inbox, self._told = self._inbox, [], False
        newest = {(c.table, c.key): c for c in arrived}
        self.last_change = time.time()
        self.latency = max(0.0, self.last_change - arrived[-1].at / 1000) if arrived else self.latency
        for watch in list(self._watches):
            mine = [c for c in newest.values() if watch.wants(c)]
            if mine:
                watch.tell(mine)
        self.changed.emit()

    @Slot(str)
    def _broker_state(self, state: str) -> None:
        self._broker_live = state == "live"
        was_connecting = self.connecting
        self._broker_known = self._broker_known or state != "connecting"
        self._settle()
        if was_connecting and self._state == "polling" and not self.connecting:
            self.state_changed.emit(self._state)  # the same state, but now it is known

    def _settle(self) -> None:
        state = "away" if not self._database_answers else "live" if self._broker_live else "polling"
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)
        self._plan_poll()

    def _plan_poll(self) -> None:
        if self._state == "live":
            self._poll.stop()
        elif not self._poll.isActive():
            # Jitter: two hundred stations must not ask in the same second after the broker went away.
            self._poll.start(int(self._poll_ms * random.uniform(0.8, 1.2)))  # noqa: S311 (not a secret)

    @Slot()
    def _poll_now(self) -> None:
        self._plan_poll()
        self.re_read()

    def _wanted_changed(self) -> None:
        if self._subscriber is not None:
            self._subscriber.listen({topic for watch in self._watches for topic in watch.topics})

    def _remove(self, watch: Watch) -> None:
        if watch in self._watches:
            self._watches.remove(watch)
            self._wanted_changed()


def _matches(wanted: str, topic: str) -> bool:
    if wanted == topic:
        return True
    ours, theirs = wanted.split("/"), topic.split("/")
    if ours[-1] == "#":
        ours, theirs = ours[:-1], theirs[: len(ours) - 1]
    return len(ours) == len(theirs) and all(a in ("+", b) for a, b in zip(ours, theirs, strict=True))
