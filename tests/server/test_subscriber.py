"""A station's ear, on a real broker: it hears, notices silence, and finds its way back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest

from hisdesk.embedded.broker import EmbeddedBroker
from hisdesk.live.change import Change
from hisdesk.live.subscriber import AWAY, CONNECTING, LIVE, Pace, Subscriber
from hisdesk.live.topics import HEARTBEAT, department_topic, may_hear, patient_topic
from tests.helpers.servers import wait_for
from tests.server.conftest import HEARS_ALL, Broker, Client, Connect

QUICK = Pace(away_after=60, reconnect_after=120, first_retry=0.05, last_retry=0.2)


@dataclass
class Station:
    """A subscriber and what it told."""

    changes: list[Change] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    resyncs: int = 0
    subscribed: list[frozenset[str]] = field(default_factory=list)
    ear: Subscriber = None  # type: ignore[assignment]

    def count_resync(self) -> None:
        self.resyncs += 1


Enrol = Callable[..., Station]


@pytest.fixture
def station(broker: Broker) -> Iterator[Enrol]:
    """station(topics=…, pace=…, password=…) → a started Station of user ws_1."""
    password = broker.add_user("ws_1", "station", may_hear("desk"))
    started: list[Subscriber] = []

    def enrol(
        topics: Iterable[str] = (),
        *,
        pace: Pace = QUICK,
        on_change: Any = None,
        word: str = password,
    ) -> Station:
        made = Station()
        assert broker.address is not None
        made.ear = Subscriber(
            broker.address.host, broker.address.port, "ws_1", word,
            on_change=on_change or made.changes.append, on_state=made.states.append,
            on_resync=made.count_resync, on_subscribed=made.subscribed.append, pace=pace,
        )  # fmt: skip
        made.ear.listen(set(topics))
        started.append(made.ear.start())
        return made

    yield enrol
    for ear in started:
        ear.close()
    assert not [t.name for t in threading.enumerate() if t.name.startswith("live-") or "ws_1-" in t.name]


@pytest.fixture
def relay(broker: Broker, welcome: Connect) -> Client:
    return welcome(broker, "relay", broker.add_user("relay", "relay", HEARS_ALL))


def visit(department: UUID, version: int = 1) -> Change:
    return Change("visit", uuid4(), "U", version, department, None, 1)


def beat_until(relay: Client, station: Station, state: str) -> None:
    """Beats until the station says `state`."""

    def beaten() -> bool:
        relay.publish(HEARTBEAT, b"{}")
        return station.ear.state == state

    wait_for(beaten, f"state {state}")


def test_it_is_live_with_a_heartbeat_and_hears_what_it_listens_to(
    broker: Broker, relay: Client, station: Enrol
) -> None:
    own, other = uuid4(), uuid4()
    desk = station({department_topic(own, "visit")})
    wait_for(lambda: desk.resyncs == 1, "re-read after the subscriptions hold")
    assert desk.states == [CONNECTING]  # connected alone is not live: somebody must relay
    beat_until(relay, desk, LIVE)
    wait_for(lambda: desk.states == [CONNECTING, LIVE], "it says so")
    change = visit(own)
    relay.publish(department_topic(other, "visit"), visit(other).payload())
    relay.publish(department_topic(own, "visit"), change.payload())
    wait_for(lambda: desk.changes == [change], "the change is heard, the other department's is not")


def test_listening_to_other_topics_sends_the_difference_only(
    broker: Broker, relay: Client, station: Enrol, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (department_topic(uuid4(), "visit") for _ in range(3))
    desk = station({first, second})
    wait_for(lambda: desk.resyncs == 1, "subscribed")
    asked: list[tuple[str, set[str]]] = []
    client = desk.ear._client
    subscribe, unsubscribe = client.subscribe, client.unsubscribe

    def note_subscribe(topics: Any) -> Any:
        asked.append(("+", {topic for topic, _ in topics}))
        return subscribe(topics)

    def note_unsubscribe(topics: Any) -> Any:
        asked.append(("-", set(topics)))
        return unsubscribe(topics)

    monkeypatch.setattr(client, "subscribe", note_subscribe)
    monkeypatch.setattr(client, "unsubscribe", note_unsubscribe)
    desk.ear.listen({second, third})
    wait_for(lambda: desk.subscribed == [frozenset({third})], "told that the new topic holds")
    assert asked == [("+", {third}), ("-", {first})]
    desk.ear.listen({second, third})
    assert len(asked) == 2
    assert desk.resyncs == 1
    for topic in (first, second, third):
        relay.publish(topic, visit(uuid4()).payload())
    wait_for(lambda: len(desk.changes) == 2, "the two wanted ones arrive")


def test_after_the_broker_was_killed_it_reconnects_listens_again_and_re_reads(
    broker: Broker, relay: Client, station: Enrol, welcome: Connect
) -> None:
    department = uuid4()
    desk = station({department_topic(department, "visit")})
    beat_until(relay, desk, LIVE)
    assert desk.resyncs == 1
    broker.kill()
    wait_for(lambda: desk.states[-1] == CONNECTING, "it notices")
    broker.start()
    wait_for(lambda: desk.resyncs == 2, "re-read after the reconnection", 30)
    relay = welcome(broker, "relay", broker.add_user("relay", "relay", HEARS_ALL))
    beat_until(relay, desk, LIVE)
    change = visit(department)
    relay.publish(department_topic(department, "visit"), change.payload())
    wait_for(lambda: desk.changes == [change], "it hears without being told again")


def test_without_a_heartbeat_it_is_away_and_with_one_live_again(broker: Broker, relay: Client, station: Enrol) -> None:
    desk = station(pace=Pace(away_after=0.5, reconnect_after=60))
    beat_until(relay, desk, LIVE)
    wait_for(lambda: desk.states[-1] == AWAY, "nobody beats any more")
    assert relay.connected  # the broker is there: only the heartbeat is missing
    assert desk.resyncs == 1
    beat_until(relay, desk, LIVE)
    wait_for(lambda: desk.states[-1] == LIVE, "it says so")


def test_a_silent_connection_is_given_up_and_made_anew(broker: Broker, relay: Client, station: Enrol) -> None:
    """Half-open lines and sessions that went deaf look just like a quiet night."""
    desk = station(pace=Pace(away_after=0.2, reconnect_after=0.4, first_retry=0.05, last_retry=0.1))
    wait_for(lambda: desk.resyncs >= 3, "it reconnects again and again while nobody beats")
    beat_until(relay, desk, LIVE)


def test_what_is_not_a_change_is_counted_and_dropped(broker: Broker, relay: Client, station: Enrol) -> None:
    department = uuid4()
    topic = department_topic(department, "visit")
    desk = station({topic})
    wait_for(lambda: desk.resyncs == 1, "subscribed")
    for rubbish in (b"", b"\xff\xfe", b"{}", b"[1]", b'{"t":"visit","k":"no"}'):
        relay.publish(topic, rubbish)
    change = visit(department)
    relay.publish(topic, change.payload())
    wait_for(lambda: desk.changes == [change], "the good one after them arrives")
    assert desk.ear.malformed == 5


def test_a_wrong_password_is_away_and_never_re_reads(broker: Broker, station: Enrol) -> None:
    desk = station(pace=Pace(away_after=0.3, first_retry=0.05, last_retry=0.1), word="wrong")
    wait_for(lambda: desk.states == [CONNECTING, AWAY], "away")
    assert desk.resyncs == 0


def test_callbacks_hold_no_lock_and_may_use_the_subscriber(broker: Broker, relay: Client, station: Enrol) -> None:
    department = uuid4()
    topic, more = department_topic(department, "visit"), patient_topic(uuid4(), "allergy")
    inside, free, heard = threading.Event(), threading.Event(), []

    def slow(change: Change) -> None:
        inside.set()
        assert free.wait(30)
        desk.ear.listen({topic})  # from the callback itself
        heard.append(change)

    desk = station({topic}, on_change=slow)
    wait_for(lambda: desk.resyncs == 1, "subscribed")
    relay.publish(topic, visit(department).payload())
    assert inside.wait(30)
    outside = threading.Thread(target=desk.ear.listen, args=({topic, more},))
    outside.start()
    outside.join(10)
    assert not outside.is_alive()  # a callback in progress blocks nobody
    free.set()
    wait_for(lambda: len(heard) == 1, "the callback ends")


def test_two_windows_of_one_station_do_not_push_each_other_out(broker: Broker, relay: Client, station: Enrol) -> None:
    topic = department_topic(uuid4(), "visit")
    desks = [station({topic}), station({topic})]
    for desk in desks:
        beat_until(relay, desk, LIVE)
    relay.publish(topic, visit(uuid4()).payload())
    for desk in desks:
        wait_for(lambda d=desk: len(d.changes) == 1, "both hear")  # type: ignore[misc]
    assert [desk.resyncs for desk in desks] == [1, 1]


def test_closing_ends_callbacks_at_once_even_from_a_callback(broker: Broker, relay: Client, station: Enrol) -> None:
    topic = department_topic(uuid4(), "visit")
    closed = threading.Event()

    def close(change: Change) -> None:
        desk.ear.close()
        closed.set()

    desk = station({topic}, on_change=close)
    wait_for(lambda: desk.resyncs == 1, "subscribed")
    relay.publish(topic, visit(uuid4()).payload())
    assert closed.wait(30)
    other = station({topic})
    wait_for(lambda: other.resyncs == 1, "subscribed")
    other.ear.close()
    relay.publish(topic, visit(uuid4()).payload())
    witness = station({topic})
    wait_for(lambda: witness.resyncs == 1, "subscribed")
    relay.publish(topic, visit(uuid4()).payload())
    wait_for(lambda: len(witness.changes) == 1, "the witness hears")
    assert other.changes == []


def test_topics_that_the_broker_refuses_are_told(embedded_broker: EmbeddedBroker) -> None:
    own, foreign = uuid4(), uuid4()
    password = embedded_broker.add_user("ws_2", "station", may_hear("board", [own]))
    assert embedded_broker.address is not None
    resynced = threading.Event()
    ear = Subscriber(
        embedded_broker.address.host, embedded_broker.address.port, "ws_2", password, on_resync=resynced.set, pace=QUICK
    )
    ear.listen({department_topic(own, "visit"), department_topic(foreign, "visit")})
    try:
        ear.start()
        assert resynced.wait(30)
        assert ear.refused == {department_topic(foreign, "visit")}
    finally:
        ear.close()
