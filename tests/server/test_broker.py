"""What a station can and cannot do with its broker credential; on our broker and, where it can, on Mosquitto."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from hisdesk.embedded.broker import EmbeddedBroker
from hisdesk.embedded.ports import HOST
from tests.helpers.servers import wait_for
from tests.server.conftest import HEARS_ALL, Broker, Client, Connect

OWN = "hisdesk/v1/department/1/visit"
FOREIGN = "hisdesk/v1/department/2/visit"
HEARS = ["hisdesk/v1/department/1/#", "hisdesk/v1/heartbeat"]


@pytest.fixture
def relay(broker: Broker, welcome: Connect) -> Client:
    return welcome(broker, "relay", broker.add_user("relay", "relay", HEARS_ALL))


@pytest.fixture
def embedded_relay(embedded_broker: EmbeddedBroker, connect: Connect) -> Client:
    return connect(embedded_broker, "relay", embedded_broker.add_user("relay", "relay", HEARS_ALL))


def test_nobody_comes_in_without_the_right_password(broker: Broker, connect: Connect, welcome: Connect) -> None:
    password = broker.add_user("ws_1", "station", HEARS)
    assert welcome(broker, "ws_1", password).connected
    for user, attempt in ((None, None), ("ws_1", None), ("ws_1", ""), ("ws_1", "wrong"), ("ws_9", password)):
        stranger = connect(broker, user, attempt, client_id="ws_1-x")
        assert not stranger.connected, (user, attempt)


def test_a_station_hears_its_own_topics_only(broker: Broker, relay: Client, welcome: Connect) -> None:
    station = welcome(broker, "ws_1", broker.add_user("ws_1", "station", HEARS))
    granted = station.subscribe(OWN, FOREIGN, "hisdesk/v1/department/+/visit", "#")
    if isinstance(broker, EmbeddedBroker):  # Mosquitto grants every subscription and holds the messages back
        assert granted == [True, False, False, False]
    for topic in (FOREIGN, "hisdesk/v1/hospital/department", OWN):
        relay.publish(topic)
    wait_for(lambda: station.heard_on(OWN), "the last of the three arrives")
    assert {topic for topic, _ in station.heard} == {OWN}


def test_a_station_cannot_publish(broker: Broker, relay: Client, welcome: Connect) -> None:
    forger = welcome(broker, "ws_1", broker.add_user("ws_1", "station", HEARS))
    listener = welcome(broker, "ws_2", broker.add_user("ws_2", "station", HEARS))
    listener.subscribe(OWN)
    forger.mqtt.publish(OWN, b"forged", qos=1)
    forger.subscribe(OWN)  # answered after the publication was dealt with
    relay.publish(OWN, b"real")
    wait_for(lambda: b"real" in listener.heard_on(OWN), "the relay's message arrives")
    assert listener.heard_on(OWN) == [b"real"]


def test_a_stations_will_reaches_nobody(broker: Broker, relay: Client, connect: Connect, welcome: Connect) -> None:
    """amqtt publishes wills past the topic rules, so ours refuses them; Mosquitto checks them when the line is cut."""
    password = broker.add_user("ws_1", "station", HEARS)
    listener = welcome(broker, "ws_2", broker.add_user("ws_2", "station", HEARS))
    listener.subscribe(OWN)
    assert welcome(broker, "ws_1", password).connected
    forger = connect(broker, "ws_1", password, client_id="ws_1-forger", will=OWN)
    assert forger.connected is not isinstance(broker, EmbeddedBroker)
    line = forger.mqtt.socket()
    if isinstance(line, socket.socket):
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
    # The broker has dealt with the cut line before it lets the same client in again.
    assert connect(broker, "ws_1", password, client_id="ws_1-forger").connected
    relay.publish(OWN, b"real")
    wait_for(lambda: b"real" in listener.heard_on(OWN), "the relay's message arrives")
    assert listener.heard_on(OWN) == [b"real"]


def test_a_station_enrolled_later_is_let_in_and_hears(broker: Broker, relay: Client, welcome: Connect) -> None:
    late = welcome(broker, "ws_late", broker.add_user("ws_late", "station", HEARS))
    assert late.subscribe(OWN) == [True]
    relay.publish(OWN)
    wait_for(lambda: late.heard_on(OWN), "the new station hears")


# -- what only ours can do ------------------------------------------------------------------------------------------


def test_a_client_id_of_somebody_else_or_a_kept_session_is_refused(
    embedded_broker: EmbeddedBroker, connect: Connect
) -> None:
    password = embedded_broker.add_user("ws_1", "station", HEARS)
    assert connect(embedded_broker, "ws_1", password, client_id="ws_1-a").connected
    for client_id in ("ws_2-a", "ws_1", "relay-1", "ws_11-a"):
        assert not connect(embedded_broker, "ws_1", password, client_id=client_id).connected
    assert not connect(embedded_broker, "ws_1", password, client_id="ws_1-b", clean=False).connected


@pytest.mark.parametrize("clean", [True, False])
def test_a_stranger_with_a_stations_client_id_does_not_make_it_deaf(
    embedded_broker: EmbeddedBroker, embedded_relay: Client, connect: Connect, clean: bool
) -> None:
    """amqtt throws the old session away before it looks at the password."""
    station = connect(
        embedded_broker, "ws_1", embedded_broker.add_user("ws_1", "station", HEARS), client_id="ws_1-known"
    )
    station.subscribe(OWN)
    assert not connect(embedded_broker, None, None, client_id="ws_1-known", clean=clean).connected
    assert not connect(embedded_broker, "ws_1", "guess", client_id="ws_1-known", clean=clean).connected
    embedded_relay.publish(OWN)
    wait_for(lambda: station.heard_on(OWN), "the station still hears")
    assert station.connected


def test_a_user_who_was_removed_hears_nothing_more_and_a_changed_rule_holds_at_once(
    embedded_broker: EmbeddedBroker, embedded_relay: Client, connect: Connect
) -> None:
    gone = connect(embedded_broker, "ws_1", embedded_broker.add_user("ws_1", "station", HEARS))
    moved = connect(embedded_broker, "ws_2", embedded_broker.add_user("ws_2", "station", HEARS))
    stays = connect(embedded_broker, "ws_3", embedded_broker.add_user("ws_3", "station", HEARS))
    for client in (gone, moved, stays):
        client.subscribe(OWN)
    embedded_relay.publish(OWN, b"before")
    for client in (gone, moved, stays):
        wait_for(lambda c=client: c.heard_on(OWN) == [b"before"], "all hear the first")  # type: ignore[misc]
    embedded_broker.remove_user("ws_1")
    embedded_broker.add_user("ws_2", "station", ["hisdesk/v1/department/2/#"])
    assert moved.subscribe(FOREIGN) == [True]
    embedded_relay.publish(OWN, b"after")
    embedded_relay.publish(FOREIGN, b"new")
    wait_for(lambda: stays.heard_on(OWN) == [b"before", b"after"], "the one with the right hears")
    wait_for(lambda: moved.heard_on(FOREIGN) == [b"new"], "the moved one hears its new department")
    assert gone.heard_on(OWN) == moved.heard_on(OWN) == [b"before"]


def test_nothing_is_lost_while_others_come_and_go(
    embedded_broker: EmbeddedBroker, embedded_relay: Client, connect: Connect
) -> None:
    """amqtt ends the distribution of a message when a subscription comes in the middle of it."""
    password = embedded_broker.add_user("ws_1", "station", HEARS_ALL)
    ways = [
        "department/1/visit",
        "department/1/+",
        "department/1/#",
        "department/+/visit",
        "department/#",
        "+/1/visit",
        "#",
    ]
    listeners = [connect(embedded_broker, "ws_1", password) for _ in ways]
    for listener, way in zip(listeners, ways, strict=True):
        assert listener.subscribe(f"hisdesk/v1/{way}") == [True]
    restless = connect(embedded_broker, "ws_1", password)
    over = threading.Event()

    def come_and_go() -> None:
        number = 0
        while not over.is_set():
            number += 1
            topics = [f"hisdesk/v1/patient/{number}-{n}/visit" for n in range(20)]
            restless.subscribe(*topics)
            restless.mqtt.unsubscribe(topics)

    thread = threading.Thread(target=come_and_go)
    thread.start()
    try:
        for number in range(300):
            embedded_relay.publish(OWN, str(number).encode())
        expected = {str(number).encode() for number in range(300)}
        for listener in listeners:
            wait_for(lambda c=listener: set(c.heard_on(OWN)) == expected, "everything arrives", 20)  # type: ignore[misc]
    finally:
        over.set()
        thread.join()


def test_the_port_survives_a_restart_and_a_taken_one_is_replaced(folder: Path) -> None:
    broker = EmbeddedBroker(folder)
    first = broker.start()
    assert first.host == HOST
    assert broker.running()
    broker.stop()
    assert not broker.running()
    assert broker.start() == first
    broker.stop()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind((HOST, first.port))
        other.listen()
        assert broker.start().port != first.port
    broker.stop()


def test_it_listens_on_this_machine_only_and_its_files_are_private(embedded_broker: EmbeddedBroker) -> None:
    embedded_broker.add_user("ws_1", "station", HEARS)
    assert embedded_broker._process is not None
    process = psutil.Process(embedded_broker._process.pid)
    assert {c.laddr.ip for c in process.net_connections() if c.status == "LISTEN"} == {HOST}
    for path in embedded_broker.folder.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path


OWNER = """
import sys
from hisdesk.embedded.broker import EmbeddedBroker
broker = EmbeddedBroker(sys.argv[1])
broker.start()
print(broker._process.pid, flush=True)
sys.stdin.read()
"""


def test_when_its_program_is_killed_the_broker_ends_and_starts_again(folder: Path) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    broker_process = psutil.Process(int(owner.stdout.readline()))
    guest = EmbeddedBroker(folder)
    address = guest.start()
    assert not guest.owner
    guest.stop()  # a guest leaves, the broker stays
    assert broker_process.is_running()
    owner.kill()
    owner.communicate()
    with EmbeddedBroker(folder) as again:
        assert again.owner
        assert again.address == address
    wait_for(
        lambda: not broker_process.is_running() or broker_process.status() == psutil.STATUS_ZOMBIE,
        "the old one is gone",
    )


def test_a_killed_broker_comes_back_on_the_same_port(embedded_broker: EmbeddedBroker, connect: Connect) -> None:
    password = embedded_broker.add_user("ws_1", "station", HEARS)
    address = embedded_broker.address
    embedded_broker.kill()
    assert not embedded_broker.running()
    assert embedded_broker.start() == address
    assert connect(embedded_broker, "ws_1", password).connected


def test_passwords_are_not_on_the_command_line(embedded_broker: EmbeddedBroker) -> None:
    password = embedded_broker.add_user("ws_1", "station", HEARS)
    assert embedded_broker._process is not None
    process = psutil.Process(embedded_broker._process.pid)
    assert password not in " ".join(process.cmdline())
    assert password not in " ".join(os.environ.values())
