"""Off-thread work: who gets the answer, when, and what is said when it fails."""

from __future__ import annotations

import logging
import threading
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from hisdesk.access.action import Write, action, new_id
from hisdesk.desk.kit.tasks import Tasks
from hisdesk.errors import Conflict, Denied, Invalid, SignedOut, Unavailable, UserError
from tests.desk.kit.fakes import EDIT, FakeDatabase, FakeMessages


@action(EDIT)
def rename(w: Write, name: str) -> None:
    """Does nothing but run."""


def settled(qtbot: QtBot, tasks: Tasks) -> None:
    qtbot.waitUntil(lambda: tasks.pending == 0, timeout=5000)


def test_a_read_runs_elsewhere_and_answers_on_the_gui_thread(qtbot: QtBot, tasks: Tasks, db: FakeDatabase) -> None:
    owner, seen = QObject(), []
    tasks.read(
        owner, lambda c: threading.current_thread().name, lambda name: seen.append((name, threading.get_ident()))
    )
    settled(qtbot, tasks)
    assert seen == [(next(iter(db.threads)), threading.get_ident())]
    assert seen[0][0] != threading.current_thread().name
    assert db.bearers == [tasks.actor]
    assert tasks.database_ms is not None


def test_the_latest_read_of_a_slot_wins(qtbot: QtBot, tasks: Tasks, db: FakeDatabase) -> None:
    owner, other, seen = QObject(), QObject(), []
    db.gate.clear()
    for number in range(30):
        tasks.read(owner, lambda c, n=number: n, seen.append)
    tasks.read(owner, lambda c: "other slot", seen.append, slot="preview")
    tasks.read(other, lambda c: "other owner", seen.append)
    db.gate.set()
    settled(qtbot, tasks)
    assert sorted(map(str, seen)) == ["29", "other owner", "other slot"]
    assert len(db.bearers) < 30, "reads that were replaced before they began must not run"


def test_the_answer_for_an_owner_that_is_gone_is_dropped(qtbot: QtBot, tasks: Tasks, db: FakeDatabase) -> None:
    owner, seen = QWidget(), []
    db.gate.clear()
    tasks.read(owner, lambda c: 1, seen.append)
    owner.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    db.gate.set()
    settled(qtbot, tasks)
    assert seen == []


def test_a_cancelled_read_says_nothing(qtbot: QtBot, tasks: Tasks, db: FakeDatabase) -> None:
    owner, seen = QObject(), []
    db.gate.clear()
    tasks.cancel(tasks.read(owner, lambda c: 1, seen.append))
    assert tasks.pending == 0
    db.gate.set()
    done = []
    tasks.read(owner, lambda c: 2, done.append, slot="later")
    qtbot.waitUntil(lambda: done == [2])
    assert seen == []


def test_an_error_goes_to_on_error_and_else_is_said_in_place(
    qtbot: QtBot, tasks: Tasks, db: FakeDatabase, messages: FakeMessages
) -> None:
    owner, caught = QObject(), []
    db.errors = [Denied("no"), Denied("not allowed"), Invalid({}, "wrong")]
    tasks.read(owner, lambda c: 1, caught.append, lambda e: caught.append(str(e)))
    settled(qtbot, tasks)
    assert (caught, messages.errors) == (["no"], [])
    tasks.read(owner, lambda c: 1, caught.append)
    settled(qtbot, tasks)
    assert messages.errors == [(owner, "not allowed")]
    tasks.read(owner, lambda c: 1, caught.append, lambda e: False)
    settled(qtbot, tasks)
    assert messages.errors[1:] == [(owner, "wrong")], "an error that on_error does not take is shown the usual way"


def test_a_bug_gets_a_reference_is_logged_without_data_and_shown_once(
    qtbot: QtBot, tasks: Tasks, messages: FakeMessages, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(connection: Any) -> None:
        raise KeyError("MARROWAY, Ilsabet")

    owner = QObject()
    with caplog.at_level(logging.ERROR, "hisdesk.bug"):
        for _ in range(2):
            tasks.read(owner, broken, lambda r: None)
            settled(qtbot, tasks)
    assert len(messages.bugs) == 1
    reference = messages.bugs[0][1]
    assert reference.startswith("E-") and len(reference) == 6
    assert len(caplog.records) == 2
    text = caplog.text
    assert reference in text and "KeyError" in text and "test_tasks.py" in text and "broken" in text
    assert "MARROWAY" not in text and not any(record.exc_info for record in caplog.records)


def test_a_double_click_writes_once(qtbot: QtBot, tasks: Tasks, db: FakeDatabase) -> None:
    owner, done = QObject(), []
    db.gate.clear()
    first = tasks.write(owner, rename, "A", on_done=lambda r: done.append("first"))
    second = tasks.write(owner, rename, "A", on_done=lambda r: done.append("second"))
    other_row = tasks.write(owner, rename, "B", on_done=lambda r: done.append("other row"), slot="row 2")
    assert first is second and other_row is not first
    db.gate.set()
    settled(qtbot, tasks)
    assert sorted(done) == ["first", "other row"]
    assert db.op_ids.count(first.op_id) == 1


def test_trying_again_after_no_answer_keeps_the_op_id(
    qtbot: QtBot, tasks: Tasks, db: FakeDatabase, messages: FakeMessages
) -> None:
    owner = QObject()

    def write(name: str, **more: Any) -> Any:
        running = tasks.write(owner, rename, name, on_done=lambda r: None, **more)
        settled(qtbot, tasks)
        return running.op_id

    db.errors = [Unavailable("away"), Unavailable("away"), Conflict("changed")]
    first = write("A")
    assert write("A") == first, "the same intent"
    assert write("B") != first, "other values are another intent"
    assert [text for _, text in messages.errors] == ["away", "away", "changed"]
    after_conflict = write("A")
    assert after_conflict != first
    assert write("A") != after_conflict, "a write that was done is over"
    given = new_id()
    assert write("A", op_id=given) == given


def test_another_owner_never_inherits_an_intent(qtbot: QtBot, tasks: Tasks, db: FakeDatabase) -> None:
    db.errors = [Unavailable("away")]
    one, two = QObject(), QObject()
    first = tasks.write(one, rename, "A", on_done=lambda r: None, on_error=lambda e: None).op_id
    settled(qtbot, tasks)
    assert tasks.write(two, rename, "A", on_done=lambda r: None).op_id != first
    settled(qtbot, tasks)


def test_signed_out_is_told_to_the_shell_not_to_the_screen(
    qtbot: QtBot, tasks: Tasks, db: FakeDatabase, messages: FakeMessages
) -> None:
    db.errors = [SignedOut("Your session has ended.")]
    with qtbot.waitSignal(tasks.signed_out) as caught:
        tasks.read(QObject(), lambda c: 1, lambda r: None)
        owner = QObject()
        tasks.read(owner, lambda c: 1, lambda r: None)
    assert caught.args == ["Your session has ended."]
    settled(qtbot, tasks)
    assert messages.errors == []


def test_missing_permission_is_refused_without_asking_the_database(
    qtbot: QtBot, db: FakeDatabase, messages: FakeMessages
) -> None:
    from tests.desk.kit.fakes import VIEW, person

    tasks = Tasks(db, person("clerk", b"s" * 32, VIEW), messages)  # type: ignore[arg-type]
    caught: list[UserError] = []
    tasks.write(messages, rename, "A", on_done=lambda r: None, on_error=caught.append)
    settled(qtbot, tasks)
    assert isinstance(caught[0], Denied) and db.bearers == []
    assert tasks.close()


def test_busy_and_idle_frame_the_work(qtbot: QtBot, tasks: Tasks) -> None:
    states: list[bool] = []
    tasks.busy.connect(states.append)
    owner = QObject()
    with qtbot.waitSignal(tasks.idle):
        tasks.read(owner, lambda c: 1, lambda r: None, slot="a")
        tasks.read(owner, lambda c: 1, lambda r: None, slot="b")
    assert states == [True, False]


def test_reachable_follows_the_database(qtbot: QtBot, tasks: Tasks, db: FakeDatabase) -> None:
    answers: list[bool] = []
    tasks.reachable.connect(answers.append)
    db.errors = [Unavailable("away")]
    owner = QObject()
    for _ in range(2):
        tasks.read(owner, lambda c: 1, lambda r: None)
        settled(qtbot, tasks)
    assert answers == [False, True]


def test_long_work_leaves_room_for_reads(qtbot: QtBot, tasks: Tasks) -> None:
    owner, stop, ran, read = QObject(), threading.Event(), [], []
    for _ in range(6):
        tasks.run(owner, lambda: stop.wait(10), ran.append)
    tasks.read(owner, lambda c: 1, read.append)
    qtbot.waitUntil(lambda: read == [1])
    assert ran == []
    stop.set()
    settled(qtbot, tasks)
    assert ran == [True] * 6, "work without a slot is never replaced"


def test_closing_finishes_writes_and_ends_the_threads(qtbot: QtBot, db: FakeDatabase, messages: FakeMessages) -> None:
    from tests.desk.kit.fakes import person

    tasks = Tasks(db, person(), messages, size=1)  # type: ignore[arg-type]
    owner, seen = QObject(), []
    db.gate.clear()
    tasks.read(owner, lambda c: 1, seen.append, slot="1")
    tasks.read(owner, lambda c: 2, seen.append, slot="2")
    write = tasks.write(owner, rename, "A", on_done=seen.append)
    threading.Timer(0.01, db.gate.set).start()
    assert tasks.close()
    assert write.op_id in db.op_ids
    QCoreApplication.processEvents()
    tasks.read(owner, lambda c: 3, seen.append)
    tasks.write(owner, rename, "B", on_done=seen.append)
    QCoreApplication.processEvents()
    assert seen == [] and tasks.pending == 0, "nobody is called after the end"
