"""amqtt with our rules, and with three of its habits mended. Imported only in the broker's own process.

The habits (amqtt 0.12): a CONNECT throws away the session of the same client id before it looks at the password, so a
stranger could make any station deaf; a subscription that comes while a message is being distributed ends that
distribution; a connection that never says anything is kept for ever.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import amqtt.broker
from amqtt.broker import Broker
from amqtt.contexts import Action, BaseContext
from amqtt.errors import MQTTError
from amqtt.mqtt.connack import NOT_AUTHORIZED, ConnackPacket
from amqtt.mqtt.protocol.broker_handler import BrokerProtocolHandler
from amqtt.plugins.base import BaseAuthPlugin, BaseTopicPlugin
from amqtt.session import Session

from hisdesk.embedded.broker_files import UsersFile, covers, digest

SILENCE_S = 10.0


class Passwords(BaseAuthPlugin):  # type: ignore[misc]  # amqtt has no types
    """Lets in who knows the password, under a client id of their own, without a will and without a kept session."""

    @dataclass
    class Config:
        users_file: str = ""

    def __init__(self, context: BaseContext) -> None:
        super().__init__(context)
        self._users = UsersFile(Path(self.config.users_file))

    async def authenticate(self, *, session: Session) -> bool:
        user = self._users.read().get(session.username or "")
        if user is None or not hmac.compare_digest(user.secret, digest(session.password or "")):
            return False
        if not (session.client_id or "").startswith(f"{user.name}-"):
            return False  # nobody can take over another one's session
        # A will is published past the topic rules; a kept session could be inherited.
        return not session.will_flag and bool(session.clean_session)


class Topics(BaseTopicPlugin):  # type: ignore[misc]  # amqtt has no types
    """Only the relay publishes; everybody hears the topics of their enrolment, looked up anew for every message."""

    @dataclass
    class Config:
        users_file: str = ""

    def __init__(self, context: BaseContext) -> None:
        super().__init__(context)
        self._users = UsersFile(Path(self.config.users_file))

    async def topic_filtering(
        self, *, session: Session | None = None, topic: str | None = None, action: Action | None = None
    ) -> bool:
        user = self._users.read().get((session.username if session else None) or "")
        if user is None or not topic:
            return False
        if action == Action.PUBLISH:
            return user.publishes
        return any(covers(rule, topic) for rule in user.hears)


class _CheckedHandler(BrokerProtocolHandler):  # type: ignore[misc]  # amqtt has no types
    """Asks for the password before the broker looks at its sessions, and does not wait for ever."""

    @classmethod
    async def init_from_connect(cls, reader: Any, writer: Any, plugins_manager: Any, loop: Any = None) -> Any:
        try:
            handler, session = await asyncio.wait_for(
                super().init_from_connect(reader, writer, plugins_manager, loop), SILENCE_S
            )
        except TimeoutError as error:
            raise MQTTError("no CONNECT") from error
        answers = await plugins_manager.map_plugin_auth(session=session)
        if not answers or not all(answers.values()):
            await ConnackPacket.build(0, NOT_AUTHORIZED).to_stream(writer)
            raise MQTTError("refused")
        return handler, session


class _Subscriptions(dict[str, list[Any]]):
    """Can be walked while others subscribe."""

    def __iter__(self) -> Iterator[str]:
        return iter(list(super().keys()))

    def items(self) -> Any:
        return [(topic, list(sessions)) for topic, sessions in super().items()]


def run(host: str, port: int, users_file: Path) -> None:
    """Serves until standard input ends or the process is told to stop."""
    logging.getLogger("transitions").setLevel(logging.ERROR)
    amqtt.broker.BrokerProtocolHandler = _CheckedHandler
    asyncio.run(_serve(host, port, users_file))


async def _serve(host: str, port: int, users_file: Path) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    # A plain read in a thread works on every system; the thread must not keep the process alive.
    threading.Thread(target=_await_end, args=(loop, ended), daemon=True).start()
    if sys.platform != "win32":
        loop.add_signal_handler(signal.SIGTERM, ended.set)
    rules = {"users_file": str(users_file)}
    broker = Broker(
        {
            "listeners": {"default": {"type": "tcp", "bind": f"{host}:{port}"}},
            "timeout_disconnect_delay": 2,
            "plugins": {f"{__name__}.Passwords": rules, f"{__name__}.Topics": rules},
        }
    )
    broker._subscriptions = _Subscriptions()
    await broker.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await ended.wait()
    # No orderly farewell: it can hang on a client that does not answer, and clients reconnect and re-read anyway.
    os._exit(0)


def _await_end(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
    while os.read(0, 4096):
        pass
    loop.call_soon_threadsafe(ended.set)
