"""The relay loses nothing: not late commits, not when the broker or the database dies under it."""

from __future__ import annotations

import json
import random
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from uuid import UUID, uuid4

import psycopg2
import pytest
import sqlalchemy as sa

from hisdesk.embedded.broker import EmbeddedBroker
from hisdesk.embedded.ports import HOST
from hisdesk.live.change import Change
from hisdesk.live.topics import HEARTBEAT, department_topic, hospital_topic, patient_topic
from server_sync.relay import Pace, Relay
from server_sync.settings import Settings
from tests.helpers.hospital import Hospital
from tests.helpers.servers import wait_for
from tests.server.conftest import HEARS_ALL, Broker, Client, Connect, Outbox, Postgres, settings_for

QUICK = Pace(poll=0.01, heartbeat=0.05, acknowledge=3, first_retry=0.02, last_retry=0.1)

StartRelay = Callable[..., Relay]


@pytest.fixture
def start_relay() -> Iterator[StartRelay]:
    started: list[Relay] = []

    def start(settings: Settings, pace: Pace = QUICK) -> Relay:
        started.append(Relay(settings, pace).start())
        return started[-1]

    yield start
    for relay in started:
        relay.stop()


@pytest.fixture
def listener(broker: Broker, welcome: Connect) -> Client:
    """Hears everything the relay publishes."""
    client = welcome(broker, "ws_1", broker.add_user("ws_1", "station", HEARS_ALL))
    assert client.subscribe("hisdesk/v1/#") == [True]
    return client


@pytest.fixture
def running(broker: Broker, outbox: Outbox, listener: Client, start_relay: StartRelay) -> Relay:
    return start_relay(settings_for(outbox.url, broker, broker.add_user("relay", "relay", HEARS_ALL)))


def keys(client: Client) -> set[UUID]:
    """The keys of all changes heard."""
    return {Change.parse(payload).key for topic, payload in list(client.heard) if topic != HEARTBEAT}


def test_every_row_goes_to_its_topics_and_is_marked(outbox: Outbox, running: Relay, listener: Client) -> None:
    department, patient = uuid4(), uuid4()
    (both,) = outbox.add(department=department, patient=patient)
    (ward,) = outbox.add(department=department)
    (chart,) = outbox.add(patient=patient)
    (neither,) = outbox.add()
    wait_for(lambda: keys(listener) == {both, ward, chart, neither}, "all four are heard")
    wait_for(lambda: outbox.unsent() == 0, "all are marked")
    by_topic = {
        topic: {Change.parse(payload).key for payload in listener.heard_on(topic)}
        for topic, _ in listener.heard
        if topic != HEARTBEAT
    }
    assert by_topic == {
        department_topic(department, "visit"): {both, ward},
        patient_topic(patient, "visit"): {both, chart},
        hospital_topic("visit"): {neither},
    }
    change = Change.parse(listener.heard_on(hospital_topic("visit"))[0])
    assert (change.operation, change.version) == ("U", 1)
    with closing(outbox.connection()) as connection, connection.cursor() as cursor:
        cursor.execute("select extract(epoch from created_at) * 1000 from app.outbox where key = %s", (str(neither),))
        row = cursor.fetchone()
    assert row is not None
    assert abs(float(row[0]) - change.at) <= 1
    wait_for(lambda: running.figures.sent == 4, "four counted")
    wait_for(lambda: running.figures.backlog == 0, "no backlog")
    assert (running.figures.database, running.figures.broker) == (True, True)


def test_a_row_that_commits_late_is_not_passed_over(outbox: Outbox, running: Relay, listener: Client) -> None:
    with closing(outbox.connection()) as early:
        late = outbox.insert(early)  # has the smaller id
        quick = outbox.add()
        wait_for(lambda: keys(listener) == quick, "the later id is sent first")
        wait_for(lambda: outbox.unsent() == 0, "and marked")
        early.commit()
    wait_for(lambda: keys(listener) == quick | late, "the earlier id follows")
    with closing(outbox.connection()) as undone:
        outbox.insert(undone)
        undone.rollback()
    after = outbox.add()
    wait_for(lambda: keys(listener) == quick | late | after, "what was rolled back is never sent")


@pytest.mark.slow
def test_concurrent_writers_with_open_transactions_lose_nothing(
    outbox: Outbox, running: Relay, listener: Client
) -> None:
    written: set[UUID] = set()
    lock = threading.Lock()

    def write(seed: int) -> None:
        chance = random.Random(seed)
        with closing(outbox.connection()) as first, closing(outbox.connection()) as second:
            for _ in range(40):
                held = outbox.insert(first, chance.randint(1, 3), department=uuid4())
                quick = outbox.insert(second, chance.randint(1, 3), patient=uuid4())
                second.commit()
                if chance.random() < 0.2:
                    first.rollback()
                    held = set()
                else:
                    first.commit()
                with lock:
                    written.update(held | quick)

    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(written) > 400
    wait_for(lambda: keys(listener) == written, "every committed row is heard")
    wait_for(lambda: outbox.unsent() == 0, "all are marked")


def test_two_relays_share_the_work(
    outbox: Outbox, running: Relay, listener: Client, broker: Broker, start_relay: StartRelay, welcome: Connect
) -> None:
    second = start_relay(running._settings)
    written = outbox.add(1500)
    wait_for(lambda: keys(listener) == written, "everything is heard")
    wait_for(lambda: running.figures.sent + second.figures.sent == 1500, "each row is marked by one of them")


def test_the_heartbeat_stops_while_the_database_is_away(
    postgres: Postgres, outbox: Outbox, running: Relay, listener: Client
) -> None:
    wait_for(lambda: len(listener.heard_on(HEARTBEAT)) >= 2, "it beats")
    assert set(json.loads(listener.heard_on(HEARTBEAT)[0])) == {"a"}
    postgres.stop()
    wait_for(lambda: not running.figures.database, "the relay notices")
    assert running.figures.broker
    silent_at = len(listener.heard_on(HEARTBEAT))
    with pytest.raises(psycopg2.OperationalError):
        outbox.connection()
    assert len(listener.heard_on(HEARTBEAT)) <= silent_at + 1
    postgres.start()
    wait_for(lambda: len(listener.heard_on(HEARTBEAT)) >= silent_at + 3, "it beats again")


@pytest.mark.slow
def test_a_database_restarted_in_the_middle_loses_nothing(
    postgres: Postgres, outbox: Outbox, running: Relay, listener: Client
) -> None:
    before = outbox.add(800)
    wait_for(lambda: keys(listener), "it is in the middle of it")
    postgres.stop()
    postgres.start()
    after = outbox.add(50)
    wait_for(lambda: keys(listener) == before | after, "everything is heard")
    wait_for(lambda: outbox.unsent() == 0, "all are marked")


@pytest.mark.slow
def test_a_broker_killed_in_the_middle_gets_all_that_it_had_not_acknowledged(
    outbox: Outbox, embedded_broker: EmbeddedBroker, connect: Connect, start_relay: StartRelay
) -> None:
    broker = embedded_broker
    station = broker.add_user("ws_1", "station", HEARS_ALL)
    stations_only = broker.users.path.read_text()
    relay = start_relay(settings_for(outbox.url, broker, broker.add_user("relay", "relay", HEARS_ALL)))
    everybody = broker.users.path.read_text()
    first = connect(broker, "ws_1", station)
    first.subscribe("hisdesk/v1/#")
    written = outbox.add(2000)
    wait_for(lambda: len(keys(first)) > 100, "it is in the middle of it")
    broker.kill()
    # Only when it has let go of the rows as well, has it marked what was acknowledged in the last moment.
    wait_for(lambda: not relay.figures.broker and not relay.figures.database, "the relay notices")
    sent = outbox.sent()
    assert 0 < len(sent) < 2000
    written |= outbox.add(20)
    assert outbox.sent() == sent  # nothing is marked while nobody acknowledges
    # The relay is kept out until a listener is there to hear everything.
    broker.users.path.write_text(stations_only)
    broker.start()
    second = connect(broker, "ws_1", station)
    second.subscribe("hisdesk/v1/#")
    broker.users.path.write_text(everybody)
    wait_for(lambda: keys(second) >= written - sent, "all that was not acknowledged is sent again")
    wait_for(lambda: outbox.unsent() == 0, "all are marked")


def test_the_relays_own_role_is_enough_on_the_real_schema(
    hospital: Hospital, embedded_broker: EmbeddedBroker, connect: Connect, start_relay: StartRelay
) -> None:
    station = connect(embedded_broker, "ws_1", embedded_broker.add_user("ws_1", "station", HEARS_ALL))
    station.subscribe("hisdesk/v1/#")
    url = sa.make_url(hospital.url("relay", hospital.template.services["relay"]))
    password = embedded_broker.add_user("relay", "relay", HEARS_ALL)
    start_relay(settings_for(url.render_as_string(hide_password=False), embedded_broker, password))
    with hospital.deploy.transaction() as tx:
        department = tx.exec_driver_sql("update app.department set location = 'Hall' where code = 'CARD' returning id")
        key = UUID(str(department.scalar_one()))
    wait_for(lambda: key in keys(station), "the change of a real table is heard")
    wait_for(
        lambda: hospital.value("select count(*) from app.outbox where published_at is null") == 0, "all are marked"
    )


# -- a broker that keeps its acknowledgements to itself -------------------------------------------------------------


class MeanBroker(threading.Thread):
    """Takes every connection and every message, but acknowledges only those that `acknowledge` admits."""

    def __init__(self, acknowledge: Callable[[bytes], bool]) -> None:
        super().__init__(daemon=True)
        self.acknowledge = acknowledge
        self.taken: list[bytes] = []
        self._door = socket.create_server((HOST, 0))
        self.port = int(self._door.getsockname()[1])
        self._lines: list[socket.socket] = []

    def run(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._door.accept()
                self._lines.append(line)
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def close(self) -> None:
        for line in (self._door, *self._lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def _serve(self, line: socket.socket) -> None:
        with suppress(OSError, EOFError), line.makefile("rb") as stream:
            while head := stream.read(1):
                length = shift = 0
                while True:
                    (byte,) = stream.read(1) or self._end()
                    length |= (byte & 127) << shift
                    shift += 7
                    if byte < 128:
                        break
                self._answer(line, head[0], stream.read(length))

    @staticmethod
    def _end() -> bytes:
        raise EOFError

    def _answer(self, line: socket.socket, head: int, body: bytes) -> None:
        if head >> 4 == 1:  # CONNECT
            line.sendall(b"\x20\x02\x00\x00")
        elif head >> 4 == 3 and head & 6 == 2:  # PUBLISH at QoS 1
            (size,) = struct.unpack_from("!H", body)
            payload = body[2 + size + 2 :]
            self.taken.append(payload)
            if self.acknowledge(payload):
                line.sendall(b"\x40\x02" + body[2 + size : 4 + size])


@pytest.fixture
def mean_broker() -> Iterator[Callable[[Callable[[bytes], bool]], MeanBroker]]:
    made: list[MeanBroker] = []

    def make(acknowledge: Callable[[bytes], bool]) -> MeanBroker:
        made.append(MeanBroker(acknowledge))
        made[-1].start()
        return made[-1]

    yield make
    for broker in made:
        broker.close()


def test_a_row_is_marked_only_when_all_its_messages_were_acknowledged(
    outbox: Outbox, mean_broker: Callable[[Callable[[bytes], bool]], MeanBroker], start_relay: StartRelay
) -> None:
    department, patient = uuid4(), uuid4()
    unlucky: set[UUID] = set()
    seen: set[UUID] = set()

    def acknowledge(payload: bytes) -> bool:
        key = Change.parse(payload).key
        second = key in seen
        seen.add(key)
        # Of an unlucky row's two messages the first is acknowledged, the second is not.
        return not (key in unlucky and second)

    broker = mean_broker(acknowledge)
    lucky = outbox.add(10, department=department, patient=patient)
    unlucky |= outbox.add(3, department=department, patient=patient)
    relay = start_relay(
        Settings(outbox.url, HOST, broker.port, "relay", "any"), Pace(poll=0.01, acknowledge=0.2, last_retry=0.05)
    )
    wait_for(lambda: outbox.sent() == lucky, "the acknowledged rows are marked")
    wait_for(lambda: relay.figures.sent == 10, "and counted")
    # It goes on trying with the others, and never marks them.
    tries = len(broker.taken)
    wait_for(lambda: len(broker.taken) >= tries + 12, "they are sent again and again")
    assert outbox.sent() == lucky
    unlucky.clear()
    wait_for(lambda: outbox.unsent() == 0, "acknowledged at last")


def test_stopping_leaves_unacknowledged_rows_for_the_next_start(
    outbox: Outbox, mean_broker: Callable[[Callable[[bytes], bool]], MeanBroker], start_relay: StartRelay
) -> None:
    deaf = mean_broker(lambda payload: False)
    outbox.add(5)
    pace = Pace(poll=0.01, acknowledge=0.2, last_retry=0.05)
    relay = start_relay(Settings(outbox.url, HOST, deaf.port, "relay", "any"), pace)
    wait_for(lambda: deaf.taken, "it is in the middle of it")
    relay.stop()
    assert outbox.unsent() == 5
    kind = mean_broker(lambda payload: True)
    start_relay(Settings(outbox.url, HOST, kind.port, "relay", "any"), pace)
    wait_for(lambda: outbox.unsent() == 0, "the next one sends them")
