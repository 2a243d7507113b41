"""Servers of their own for tests that kill them, MQTT clients, and a small outbox."""

from __future__ import annotations

import shutil
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import paho.mqtt.client as paho
import psycopg2
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from hisdesk.embedded.broker import EmbeddedBroker
from hisdesk.embedded.postgres import EmbeddedPostgres
from server_sync.settings import Settings
from tests.helpers import servers
from tests.helpers.servers import DebianPostgres, Mosquitto, wait_for

Broker = EmbeddedBroker | Mosquitto
Postgres = EmbeddedPostgres | DebianPostgres

HEARS_ALL = ["hisdesk/v1/#"]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every system user may pass through."""
    made = servers.open_folder()
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def embedded_broker(folder: Path) -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker(folder / "broker") as broker:
        yield broker


@pytest.fixture(params=["embedded", pytest.param("mosquitto", marks=pytest.mark.debian)])
def broker(request: pytest.FixtureRequest) -> Iterator[Broker]:
    """A broker that this test may kill: ours, and Mosquitto with the same rules."""
    if request.param == "embedded":
        yield request.getfixturevalue("embedded_broker")
    else:
        with servers.mosquitto() as mosquitto:
            yield mosquitto


@pytest.fixture(scope="module", params=["embedded", pytest.param("debian", marks=pytest.mark.debian)])
def postgres(request: pytest.FixtureRequest) -> Iterator[Postgres]:
    """A database server that this module may stop and start: 18 embedded, and Debian's 15."""
    if request.param == "debian":
        with servers.debian_postgres() as server:
            yield server
    else:
        made = servers.open_folder()
        with EmbeddedPostgres(made, fast=True) as embedded:
            yield embedded
        shutil.rmtree(made, ignore_errors=True)


@dataclass
class Client:
    """A bare MQTT client that notes what happens to it."""

    mqtt: paho.Client
    answer: str = ""
    granted: list[bool] = field(default_factory=list)
    heard: list[tuple[str, bytes]] = field(default_factory=list)
    connected: bool = False

    def subscribe(self, *topics: str) -> list[bool]:
        """Whether each subscription was granted."""
        before = len(self.granted)
        self.mqtt.subscribe([(topic, 1) for topic in topics])
        wait_for(lambda: len(self.granted) >= before + len(topics), "subscriptions answered")
        return self.granted[before:]

    def publish(self, topic: str, payload: bytes = b"1") -> None:
        """Waits for the acknowledgement."""
        self.mqtt.publish(topic, payload, qos=1).wait_for_publish(20)

    def heard_on(self, topic: str) -> list[bytes]:
        return [payload for name, payload in self.heard if name == topic]


Connect = Callable[..., Client]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """connect(broker, user, password, client_id=…, will=…, clean=True) → Client, whatever the broker answers."""
    clients: list[Client] = []

    def connect_client(
        broker: Broker,
        user: str | None,
        password: str | None,
        *,
        client_id: str | None = None,
        will: str | None = None,
        clean: bool = True,
    ) -> Client:
        name = client_id or f"{user}-{uuid4().hex[:8]}"
        mqtt = paho.Client(CallbackAPIVersion.VERSION2, name, clean_session=clean, reconnect_on_failure=False)
        if user is not None:
            mqtt.username_pw_set(user, password)
        if will is not None:
            mqtt.will_set(will, b"by will", qos=1)
        client = Client(mqtt)
        clients.append(client)

        def answered(_c: Any, _d: Any, _f: Any, reason: Any, _p: Any) -> None:
            client.connected, client.answer = not reason.is_failure, str(reason)

        def ended(_c: Any, _d: Any, _f: Any, reason: Any, _p: Any) -> None:
            client.connected, client.answer = False, client.answer or str(reason)

        mqtt.on_connect, mqtt.on_disconnect = answered, ended
        mqtt.on_subscribe = lambda _c, _d, _m, reasons, _p: client.granted.extend(not r.is_failure for r in reasons)
        mqtt.on_message = lambda _c, _d, message: client.heard.append((message.topic, message.payload))
        assert broker.address is not None
        mqtt.connect(broker.address.host, broker.address.port)
        mqtt.loop_start()
        wait_for(lambda: client.answer, "the broker answers")
        return client

    yield connect_client
    for client in clients:
        client.mqtt.disconnect()
        client.mqtt.loop_stop()


@pytest.fixture
def welcome(connect: Connect) -> Connect:
    """As `connect`, but tries until the broker has read its new users and lets us in."""

    def let_in(broker: Broker, user: str, password: str, **more: Any) -> Client:
        found: list[Client] = []

        def tried() -> bool:
            client = connect(broker, user, password, **more)
            found[:] = [client]
            return client.connected

        wait_for(tried, f"{user} is let in")
        return found[0]

    return let_in


# -- the outbox -----------------------------------------------------------------------------------------------------

OUTBOX = """
create schema app;
create table app.outbox (
    id bigint generated always as identity primary key, table_name text not null, key uuid not null,
    operation text not null, version int not null, department_id uuid, patient_id uuid,
    created_at timestamptz not null default clock_timestamp(), published_at timestamptz);
create index on app.outbox (id) where published_at is null;
"""


@dataclass
class Outbox:
    """A scratch database with nothing but an outbox, and its writers."""

    url: str

    def connection(self) -> psycopg2.extensions.connection:
        return psycopg2.connect(self.url)

    def add(self, count: int = 1, *, department: UUID | None = None, patient: UUID | None = None) -> set[UUID]:
        """Commits rows; returns their keys."""
        with closing(self.connection()) as connection:
            keys = self.insert(connection, count, department=department, patient=patient)
            connection.commit()
        return keys

    @staticmethod
    def insert(
        connection: psycopg2.extensions.connection,
        count: int = 1,
        *,
        department: UUID | None = None,
        patient: UUID | None = None,
    ) -> set[UUID]:
        keys = [uuid4() for _ in range(count)]
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into app.outbox (table_name, key, operation, version, department_id, patient_id)"
                " select 'visit', k::uuid, 'U', 1, %s::uuid, %s::uuid from unnest(%s) k",
                (department and str(department), patient and str(patient), [str(key) for key in keys]),
            )
        return set(keys)

    def unsent(self) -> int:
        return int(self._one("select count(*) from app.outbox where published_at is null"))

    def sent(self) -> set[UUID]:
        with closing(self.connection()) as connection, connection.cursor() as cursor:
            cursor.execute("select key::text from app.outbox where published_at is not null")
            return {UUID(row[0]) for row in cursor.fetchall()}

    def _one(self, question: str) -> Any:
        with closing(self.connection()) as connection, connection.cursor() as cursor:
            cursor.execute(question)
            row = cursor.fetchone()
        assert row is not None
        return row[0]


@pytest.fixture
def outbox(postgres: Postgres) -> Iterator[Outbox]:
    postgres.start()  # an earlier test may have left it stopped
    assert postgres.address is not None
    with servers.scratch_database(postgres.address) as name:
        made = Outbox(postgres.address.url(name))
        with closing(made.connection()) as connection, connection.cursor() as cursor:
            cursor.execute(OUTBOX)
            connection.commit()
        yield made


def settings_for(outbox_url: str, broker: Broker, password: str, tls: ssl.SSLContext | None = None) -> Settings:
    """The relay's settings for these servers."""
    assert broker.address is not None
    return Settings(outbox_url, broker.address.host, broker.address.port, "relay", password)
