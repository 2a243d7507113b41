"""Live: changes reach exactly the widgets that show them, a few at a time, and nobody pays for a hidden one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Thread
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from hisdesk.desk.kit.hub import Hub
from hisdesk.live.change import Change
from hisdesk.live.topics import department_topic, hospital_topic, patient_topic

WARD, OTHER_WARD, PERSON = uuid4(), uuid4(), uuid4()
VISITS = department_topic(WARD, "visit")


class FakeSubscriber:
    def __init__(self) -> None:
        self.wanted: list[set[str]] = []

    def listen(self, topics: set[str]) -> None:
        self.wanted.append(topics)


@pytest.fixture
def hub(qtbot: QtBot) -> Iterator[Hub]:
    made = Hub(poll_ms=60_000)
    yield made
    made.close()


def change(
    table: str = "visit", ward: UUID | None = WARD, person: UUID | None = None, key: UUID | None = None
) -> Change:
    return Change(table, key or uuid4(), "U", 2, ward, person, int(time.time() * 1000) - 40)


def from_another_thread(hub: Hub, *changes: Change) -> None:
    thread = Thread(target=lambda: [hub.on_change(c) for c in changes])
    thread.start()
    thread.join()


def test_a_change_reaches_who_shows_it_and_nobody_else(qtbot: QtBot, hub: Hub) -> None:
    one, two, chart, seen = QObject(), QObject(), QObject(), []
    hub.watch(one, {VISITS}, lambda c: seen.append(("one", c)))
    hub.watch(two, {department_topic(OTHER_WARD, "visit")}, lambda c: seen.append(("two", c)))
    hub.watch(chart, {patient_topic(PERSON, "+")}, lambda c: seen.append(("chart", c)))
    mine, of_person = change(), change("allergy", None, PERSON)
    with qtbot.waitSignal(hub.changed):
        from_another_thread(hub, mine, of_person, change("department", None))
    assert seen == [("one", [mine]), ("chart", [of_person])]
    assert hub.latency is not None and 0.03 < hub.latency < 5
    assert hub.last_change is not None and abs(hub.last_change - time.time()) < 5


def test_a_burst_arrives_as_one_call_without_doubles(qtbot: QtBot, hub: Hub) -> None:
    owner, calls = QObject(), []
    hub.watch(owner, {VISITS, patient_topic(PERSON, "visit")}, calls.append)
    same = uuid4()
    burst = [change(person=PERSON, key=same), *(change() for _ in range(50)), change(person=PERSON, key=same)]
    with qtbot.waitSignal(hub.changed):
        from_another_thread(hub, *burst)
    assert len(calls) == 1 and len(calls[0]) == 51
    with qtbot.waitSignal(hub.changed):
        from_another_thread(hub, change())
    assert len(calls) == 2, "the next burst starts the timer again"


def test_a_hidden_widget_is_only_marked_stale_and_told_when_shown(qtbot: QtBot, hub: Hub) -> None:
    window, calls = QWidget(), []
    screen = QWidget(window)
    qtbot.addWidget(window)
    watch = hub.watch(screen, {VISITS}, calls.append)
    first, second = change(), change()
    for each in (first, second):
        with qtbot.waitSignal(hub.changed):
            from_another_thread(hub, each)
    assert calls == [] and watch.stale
    window.show()
    qtbot.waitUntil(lambda: len(calls) == 1)
    assert calls == [[first, second]] and not watch.stale
    window.hide()
    hub.on_resync()
    qtbot.waitUntil(lambda: watch.stale)
    with qtbot.waitSignal(hub.changed):
        from_another_thread(hub, change())
    window.show()
    qtbot.waitUntil(lambda: len(calls) == 2)
    assert calls[1] == [], "a re-read of everything swallows single changes"


def test_reconnecting_re_reads_what_is_visible(qtbot: QtBot, hub: Hub) -> None:
    owner, calls = QObject(), []
    hub.watch(owner, {VISITS}, calls.append)
    Thread(target=hub.on_resync).start()
    qtbot.waitUntil(lambda: calls == [[]])


def test_topics_that_hold_later_re_read_only_their_watchers(qtbot: QtBot, hub: Hub) -> None:
    one, two, seen = QObject(), QObject(), []
    hub.watch(one, {VISITS}, lambda c: seen.append(("one", c)))
    hub.watch(two, {hospital_topic("staff")}, lambda c: seen.append(("two", c)))
    Thread(target=hub.on_subscribed, args=({VISITS},)).start()
    qtbot.waitUntil(lambda: seen == [("one", [])])


def test_topics_follow_the_watchers(qtbot: QtBot, hub: Hub) -> None:
    subscriber, staying, going = FakeSubscriber(), QObject(), QWidget()
    hub.attach(subscriber)
    watch = hub.watch(staying, {VISITS}, print)
    hub.watch(going, {hospital_topic("staff")}, print)
    assert subscriber.wanted[-1] == {VISITS, hospital_topic("staff")}
    going.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert subscriber.wanted[-1] == {VISITS}
    watch.listen({hospital_topic("bed")})
    assert subscriber.wanted[-1] == {hospital_topic("bed")}
    watch.stop()
    assert subscriber.wanted[-1] == set()


def test_states_say_what_is_away(qtbot: QtBot, hub: Hub) -> None:
    states: list[str] = []
    hub.state_changed.connect(states.append)
    assert hub.state == "polling"
    for broker in ("live", "connecting", "live"):
        Thread(target=hub.on_state, args=(broker,)).start()
        qtbot.waitUntil(lambda b=broker: hub.state == ("live" if b == "live" else "polling"))
    hub.database_answered(False)
    assert hub.state == "away"
    hub.database_answered(True)
    assert states == ["live", "polling", "live", "away", "live"]


def test_when_the_database_is_back_everything_is_re_read_once(qtbot: QtBot, hub: Hub) -> None:
    owner, calls = QObject(), []
    hub.watch(owner, {VISITS}, calls.append)
    hub.database_answered(True)
    assert calls == []
    hub.database_answered(False)
    hub.database_answered(True)
    hub.database_answered(True)
    assert calls == [[]]


def test_polling_goes_on_while_the_broker_is_away_and_stops_when_it_is_back(qtbot: QtBot) -> None:
    hub = Hub(poll_ms=10)
    owner, calls = QObject(), []
    hub.watch(owner, {VISITS}, calls.append)
    qtbot.waitUntil(lambda: len(calls) >= 3)
    assert all(c == [] for c in calls)
    hub.on_state("live")
    qtbot.waitUntil(lambda: hub.state == "live")
    assert not hub._poll.isActive()
    hub.close()


def test_the_next_poll_is_jittered(qtbot: QtBot) -> None:
    waits = set()
    for _ in range(20):
        hub = Hub(poll_ms=10_000)
        waits.add(hub._poll.interval())
        hub.close()
    assert len(waits) > 10 and all(8_000 <= wait <= 12_000 for wait in waits)
