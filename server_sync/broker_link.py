"""One connection of the relay to the broker. When anything goes wrong it is thrown away for a new one, so that no
message of an earlier attempt is queued or sent twice behind our back."""

from __future__ import annotations

import secrets
import ssl
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from hisdesk.errors import Unavailable

_IN_FLIGHT = 500


class BrokerLink:
    """Connects when made. Raises Unavailable whenever the broker does not answer. Used by one thread."""

    def __init__(
        self,
        host: str,
        port: int,
        user: str,
        password: str,
        tls: ssl.SSLContext | None = None,
        *,
        patience_s: float = 5.0,
    ) -> None:
        import paho.mqtt.client as paho
        from paho.mqtt.enums import CallbackAPIVersion

        self._answered = threading.Event()
        self._up = False
        self._refusal = ""
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"{user}-{secrets.token_hex(8)}",
            clean_session=True,
            reconnect_on_failure=False,
        )
        self._client.username_pw_set(user, password)
        if tls is not None:
            self._client.tls_set_context(tls)
        self._client.max_inflight_messages_set(_IN_FLIGHT)
        self._client.connect_timeout = patience_s
        self._client.on_connect = self._connect_answered
        self._client.on_disconnect = self._disconnected
        try:
            self._client.connect(host, port, keepalive=10)
        except OSError as error:
            raise Unavailable(f"{host}:{port} {error.strerror or type(error).__name__}") from error
        self._client.loop_start()
        if not self._answered.wait(patience_s) or not self._up:
            self.close()
            raise Unavailable(f"{host}:{port} {self._refusal or 'no answer'}")

    @property
    def up(self) -> bool:
        return self._up

    def publish(self, messages: Iterable[tuple[str, bytes]], timeout_s: float) -> list[bool]:
        """Publishes all at QoS 1 and says of each whether the broker acknowledged it in time."""
        try:
            sent = [self._client.publish(topic, payload, qos=1) for topic, payload in messages]
        except ValueError as error:
            raise Unavailable(str(error)) from error
        end = time.monotonic() + timeout_s
        for message in sent:
            while self._up and not message.is_published() and time.monotonic() < end:
                with suppress(ValueError, RuntimeError):
                    message.wait_for_publish(min(0.5, max(0.001, end - time.monotonic())))
        return [message.is_published() for message in sent]

    def beat(self, topic: str, payload: bytes) -> None:
        """A heartbeat: worth nothing later, so nobody waits for it."""
        self._client.publish(topic, payload, qos=0)

    def hear(self, topic: str, timeout_s: float) -> bool:
        """Whether a message comes on this topic in time."""
        heard = threading.Event()
        self._client.on_message = lambda client, data, message: heard.set()
        self._client.subscribe(topic, qos=0)
        return heard.wait(timeout_s)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        self._up = False

    def _connect_answered(self, client: Any, data: Any, flags: Any, reason: Any, properties: Any) -> None:
        self._up = not reason.is_failure
        self._refusal = str(reason)
        self._answered.set()

    def _disconnected(self, client: Any, data: Any, flags: Any, reason: Any, properties: Any) -> None:
        self._up = False
        self._answered.set()
