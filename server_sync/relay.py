"""Carries committed changes from the outbox to the broker, at least once each.

A row is marked only after the broker has acknowledged every message made of it, and in the transaction that took it;
so whatever dies in between, the row is sent again. The heartbeat says "I looked at the outbox just now": it stops when
the database or the broker is away, and the desks then poll.
"""

from __future__ import annotations

import json
import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from hisdesk.errors import Unavailable
from hisdesk.live.topics import HEARTBEAT, topics_of
from server_sync.broker_link import BrokerLink
from server_sync.outbox import Outbox
from server_sync.settings import Settings

_log = logging.getLogger("hisdesk.relay")

LinkT = TypeVar("LinkT", Outbox, BrokerLink)


@dataclass(frozen=True)
class Pace:
    """Durations in seconds; tests shorten them."""

    poll: float = 0.05
    heartbeat: float = 2.0
    acknowledge: float = 5.0
    first_retry: float = 0.1
    last_retry: float = 5.0
    report: float = 60.0


@dataclass(frozen=True)
class Figures:
    """What the relay has done and how it stands. `backlog` is as of the last heartbeat."""

    sent: int
    backlog: int
    database: bool
    broker: bool


class Relay:
    """`run()` works in the calling thread until `stop()`; `start()` does so in a thread of its own."""

    SMALLEST_BATCH, LARGEST_BATCH = 20, 500

    def __init__(self, settings: Settings, pace: Pace | None = None) -> None:
        self._settings, self._pace = settings, pace or Pace()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._outbox: Outbox | None = None
        self._broker: BrokerLink | None = None
        self._sent = self._backlog = 0
        self._batch = 100
        self._retry_s = self._pace.first_retry
        self._next_beat = self._next_report = 0.0
        self._said: dict[str, str] = {}

    # -- for everybody -----------------------------------------------------------------------------------------------

    def start(self) -> Relay:
        self._thread = threading.Thread(target=self.run, name="relay", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Ends after the batch in hand. May be called from a signal handler; waits only for a thread of `start()`."""
        self._stop.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    @property
    def figures(self) -> Figures:
        broker = self._broker
        return Figures(self._sent, self._backlog, self._outbox is not None, broker is not None and broker.up)

    def run(self) -> None:
        """Relays until stopped. Never raises for a server that is away."""
        _log.info("event=start poll_ms=%d", self._pace.poll * 1000)
        try:
            while not self._stop.is_set():
                if not self._round():
                    self._stop.wait(self._pace.poll)
        finally:
            self._drop_broker()
            self._drop_outbox()
            _log.info("event=stop sent=%d", self._sent)

    # -- one look at the outbox --------------------------------------------------------------------------------------

    def _round(self) -> bool:
        """One batch; whether another should follow at once."""
        try:
            broker = self._broker = self._linked("broker", self._broker, self._connect_broker)
            if not broker.up:
                raise Unavailable("connection lost")
        except Unavailable as error:
            self._away("broker", error)
            return False
        try:
            outbox = self._outbox = self._linked("database", self._outbox, lambda: Outbox(self._settings.database_url))
            more = self._pass_on(outbox, broker)
            self._beat(outbox, broker)
        except Unavailable as error:
            self._away("broker" if not broker.up else "database", error)
            return False
        self._retry_s = self._pace.first_retry
        return more

    def _pass_on(self, outbox: Outbox, broker: BrokerLink) -> bool:
        began = time.monotonic()
        rows = outbox.take(self._batch)
        if not rows:
            outbox.leave()
            return False
        messages, owners = [], []
        for row_id, change in rows:
            payload = change.payload()
            for topic in sorted(topics_of(change)):
                messages.append((topic, payload))
                owners.append(row_id)
        arrived = broker.publish(messages, self._pace.acknowledge)
        missing = {row_id for row_id, ok in zip(owners, arrived, strict=True) if not ok}
        done = [row_id for row_id, _ in rows if row_id not in missing]
        outbox.mark(done)
        self._sent += len(done)
        if missing:
            # This link may still send them later; a new one starts clean.
            self._drop_broker()
            raise Unavailable(f"{len(missing)} messages not acknowledged")
        self._adapt(len(rows), time.monotonic() - began)
        return len(rows) >= self.SMALLEST_BATCH

    def _adapt(self, taken: int, seconds: float) -> None:
        """Large batches drain a backlog; small ones keep locks short where the broker or the database is slow."""
        if seconds > 1:
            self._batch = max(self.SMALLEST_BATCH, self._batch // 2)
        elif taken == self._batch and seconds < 0.3:
            self._batch = min(self.LARGEST_BATCH, self._batch * 2)

    def _beat(self, outbox: Outbox, broker: BrokerLink) -> None:
        now = time.monotonic()
        if now < self._next_beat:
            return
        self._next_beat = now + self._pace.heartbeat
        broker.beat(HEARTBEAT, json.dumps({"a": int(time.time() * 1000)}).encode())
        self._backlog, oldest_s = outbox.backlog()
        if now >= self._next_report:
            self._next_report = now + self._pace.report
            _log.info("event=figures sent=%d backlog=%d oldest_s=%.0f", self._sent, self._backlog, oldest_s)

    # -- connections -------------------------------------------------------------------------------------------------

    def _linked(self, name: str, link: LinkT | None, connect: Callable[[], LinkT]) -> LinkT:
        if link is not None:
            return link
        made = connect()
        self._say(name, "up", logging.INFO)
        self._next_beat = 0.0
        return made

    def _connect_broker(self) -> BrokerLink:
        chosen = self._settings
        return BrokerLink(
            chosen.broker_host, chosen.broker_port, chosen.broker_user, chosen.broker_password, chosen.tls()
        )

    def _away(self, name: str, error: Unavailable) -> None:
        """Drops the link that failed and waits: longer each time, and not in step with others."""
        self._say(name, f"away reason={json.dumps(str(error)[:200])}", logging.WARNING)
        if name == "broker":
            self._drop_broker()
        # Rows that were taken are let go in either case.
        self._drop_outbox()
        self._stop.wait(self._retry_s * random.uniform(0.5, 1.5))  # noqa: S311 (jitter)
        self._retry_s = min(self._pace.last_retry, self._retry_s * 2)

    def _say(self, name: str, state: str, level: int) -> None:
        """One line for each change of state, not one for each attempt."""
        if self._said.get(name) != state:
            self._said[name] = state
            _log.log(level, "event=%s state=%s", name, state)

    def _drop_broker(self) -> None:
        link, self._broker = self._broker, None
        if link is not None:
            link.close()

    def _drop_outbox(self) -> None:
        outbox, self._outbox = self._outbox, None
        if outbox is not None:
            outbox.close()
