"""A station's ear: hears what the relay publishes, notices when nothing comes, and finds its way back."""

from __future__ import annotations

import logging
import random
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hisdesk.live.change import Change
from hisdesk.live.topics import HEARTBEAT

if TYPE_CHECKING:
    import paho.mqtt.client as paho

LIVE, CONNECTING, AWAY = "live", "connecting", "away"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """Durations in seconds; tests shorten them."""

    away_after: float = 10.0
    """No heartbeat for so long: the broker or the relay is away."""
    reconnect_after: float = 30.0
    """A connection that has been silent for so long is given up (a half-open line, a session that went deaf)."""
    first_retry: float = 0.5
    last_retry: float = 15.0
    keep_alive: int = 10


class Subscriber:
    """Listens to the broker in threads of its own. All methods may be called from any thread and never wait long.

    `on_change(change)` for every change; `on_state(state)` with "live", "connecting" or "away" whenever that differs;
    `on_resync()` after each (re)connection, once the subscriptions hold: everything read before may be out of date;
    `on_subscribed(topics)` when topics added by `listen` hold: what was read of them before may be. Callbacks come from
    our threads, never under a lock; they must return quickly. Changes may come twice and out of order.
    """

    def __init__(
        self,
        host: str,
        port: int,
        user_name: str,
        password: str,
        tls: ssl.SSLContext | None = None,
        on_change: Callable[[Change], object] = lambda change: None,
        on_state: Callable[[str], object] = lambda state: None,
        on_resync: Callable[[], object] = lambda: None,
        *,
        on_subscribed: Callable[[frozenset[str]], object] = lambda topics: None,
        pace: Pace | None = None,
    ) -> None:
        self._pace = pace or Pace()
        self._host, self._port = host, port
        self._on_change, self._on_state, self._on_resync = on_change, on_state, on_resync
        self._on_subscribed = on_subscribed
        self._changed = threading.Condition()
        self._wanted: set[str] = set()
        self._asked: set[str] = set()
        self._acknowledging: dict[int, tuple[list[str], bool]] = {}
        self._connected = False
        self._fresh = False  # connected, but nothing subscribed yet
        self._closed = False
        self._heard_at: float | None = None
        self._silent_since = time.monotonic()
        self._state = CONNECTING
        self._malformed = 0
        self._refused: set[str] = set()
        self._client = self._make_client(user_name, password, tls)
        self._watchdog = threading.Thread(target=self._watch, name="live-watchdog", daemon=True)

    def start(self) -> Subscriber:
        """Begins to connect; returns at once."""
        self._on_state(CONNECTING)
        self._client.connect_async(self._host, self._port, keepalive=self._pace.keep_alive)
        self._client.loop_start()
        self._watchdog.start()
        return self

    def listen(self, topics: set[str]) -> None:
        """Replaces the wanted topics; only the difference is sent to the broker."""
        with self._changed:
            self._wanted = set(topics)
        self._subscribe_difference()

    def close(self) -> None:
        """Ends the connection and the threads. No callback comes after it returns (unless called from one)."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            self._changed.notify_all()
        self._client.disconnect()
        self._client.loop_stop()
        if self._watchdog.is_alive() and self._watchdog is not threading.current_thread():
            self._watchdog.join()

    @property
    def state(self) -> str:
        """ "live", "connecting" or "away"."""
        return self._state

    @property
    def malformed(self) -> int:
        """How many messages were not changes and were dropped."""
        return self._malformed

    @property
    def refused(self) -> frozenset[str]:
        """Topics that the broker does not let us hear."""
        with self._changed:
            return frozenset(self._refused)

    # -- the client --------------------------------------------------------------------------------------------------

    def _make_client(self, user_name: str, password: str, tls: ssl.SSLContext | None) -> paho.Client:
        import paho.mqtt.client as paho
        from paho.mqtt.enums import CallbackAPIVersion

        # A random id: with a fixed one, whoever knows it could push us out again and again. No will, nothing kept.
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"{user_name}-{secrets.token_hex(8)}",
            clean_session=True,
        )
        client.username_pw_set(user_name, password)
        if tls is not None:
            client.tls_set_context(tls)
        client.on_connect = self._connect_answered
        client.on_disconnect = self._disconnected
        client.on_subscribe = self._subscribed
        client.on_message = self._message
        self._spread_retries(client)
        return client

    def _spread_retries(self, client: paho.Client) -> None:
        """Jitter: when a broker comes back, two hundred stations must not knock in the same second."""
        share = random.uniform(0.5, 1.5)  # noqa: S311 (not a secret)
        client.reconnect_delay_set(self._pace.first_retry * share, self._pace.last_retry * share)  # type: ignore[arg-type]

    # -- called by paho's thread -------------------------------------------------------------------------------------

    def _connect_answered(self, client: paho.Client, data: Any, flags: Any, reason: Any, properties: Any) -> None:
        if reason.is_failure:
            _log.warning("live: the broker refused the connection (%s)", reason)
            return
        with self._changed:
            self._connected = self._fresh = True
            self._asked, self._refused = set(), set()
            self._acknowledging.clear()
            self._silent_since = time.monotonic()
            self._changed.notify_all()
        self._spread_retries(client)
        self._subscribe_difference()

    def _disconnected(self, client: paho.Client, data: Any, flags: Any, reason: Any, properties: Any) -> None:
        with self._changed:
            self._connected = False
            self._asked = set()
            self._acknowledging.clear()
            self._changed.notify_all()

    def _subscribe_difference(self) -> None:
        """Brings the broker's subscriptions to `_wanted`; `_subscribed` then tells about the additions."""
        with self._changed:
            if not self._connected or self._closed:
                return
            wanted = self._wanted | {HEARTBEAT}
            added, dropped = sorted(wanted - self._asked), sorted(self._asked - wanted)
            self._asked = wanted
            # The answer can only be handled after the lock is free, so it finds its message id noted.
            if added:
                _, message_id = self._client.subscribe([(topic, 1) for topic in added])
                if message_id is not None:
                    self._acknowledging[message_id] = (added, self._fresh)
                    self._fresh = False
            if dropped:
                self._client.unsubscribe(dropped)

    def _subscribed(self, client: paho.Client, data: Any, message_id: int, reasons: Any, properties: Any) -> None:
        with self._changed:
            if message_id not in self._acknowledging:
                return  # of an earlier connection
            topics, fresh = self._acknowledging.pop(message_id)
            refused = {topic for topic, reason in zip(topics, reasons, strict=False) if reason.is_failure}
            self._refused |= refused
        for topic in sorted(refused):
            _log.warning("live: not allowed to hear %s", topic)
        if fresh:
            self._on_resync()
        else:
            self._on_subscribed(frozenset(topics) - refused)

    def _message(self, client: paho.Client, data: Any, message: paho.MQTTMessage) -> None:
        if message.topic == HEARTBEAT:
            with self._changed:
                self._heard_at = self._silent_since = time.monotonic()
                self._changed.notify_all()
            return
        try:
            change = Change.parse(bytes(message.payload))
        except ValueError:  # includes broken JSON and broken UTF-8
            self._malformed += 1
            return
        self._on_change(change)

    # -- the watchdog's thread ---------------------------------------------------------------------------------------

    def _watch(self) -> None:
        """The only thread that announces states, so they come in order."""
        began = time.monotonic()
        while True:
            with self._changed:
                if self._closed:
                    return
                now = time.monotonic()
                state, wait_s = self._state_at(now, began)
                give_up = self._connected and now - self._silent_since >= self._pace.reconnect_after
                if give_up:
                    self._silent_since = now
                different, self._state = state != self._state, state
                if not different and not give_up:
                    self._changed.wait(wait_s)
                    continue
            if give_up:
                self._hang_up()
            if different:
                self._on_state(state)

    def _state_at(self, now: float, began: float) -> tuple[str, float]:
        """The state, and for how many seconds at most it holds without news."""
        silence = now - (self._heard_at if self._heard_at is not None else began)
        if silence >= self._pace.away_after:
            give_up_in = self._silent_since + self._pace.reconnect_after - now
            return AWAY, max(0.01, give_up_in) if self._connected else 3600.0
        fresh = self._connected and self._heard_at is not None
        return (LIVE if fresh else CONNECTING), max(0.01, self._pace.away_after - silence)

    def _hang_up(self) -> None:
        """Closes the line under paho's thread, which then connects anew."""
        line = self._client.socket()
        if isinstance(line, socket.socket):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
