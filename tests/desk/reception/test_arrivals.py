"""Arrivals: who waits, why in this place, and what the desk does about it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from hisdesk.desk.kit.dialogs import ReasonDialog
from hisdesk.desk.reception.queue_dialogs import CallDialog, MoveDialog, QueueDialog
from hisdesk.hospital.visits.actions import call, cancel, note_reprint
from tests.desk.reception.conftest import CTRL, SHIFT, FrontDesk, opened, said
from tests.factories.people import registered
from tests.factories.visits import added
from tests.helpers.hospital import Desk, Hospital


def test_empty_says_how_rows_arrive(front: FrontDesk) -> None:
    screen = front.arrivals()
    assert screen.page == "empty" and "Nobody is waiting" in said(screen)


def test_rows_are_in_order_with_their_reason(front: FrontDesk, colleague: Desk) -> None:
    place = front.hospital.department("CARD")
    first = registered(colleague, family_name="Marroway", given_names="Ilsabet", title="Ms")
    added(colleague, place, patient_id=first.patient_id)
    added(colleague, place, anonymous_name="Ferris", anonymous_phone="+1 202 555 0163")
    added(colleague, place, patient_id=registered(colleague).patient_id, priority="urgent", reason="Chest tightness")
    screen = front.arrivals()
    screen.read_again()
    front.settle()
    rows = screen.model.rows
    assert [row.visit.priority for row in rows] == ["urgent", "normal", "normal"]
    assert [row.place for row in rows] == [1, 2, 3]
    assert rows[1].name == "MARROWAY, Ilsabet (Ms)" and rows[2].name == "Unregistered: “Ferris”"
    assert "Chest tightness" in said(screen) and "Urgent, waiting" in said(screen)
    assert "3 people today" in said(screen)


def test_a_change_elsewhere_is_shown_without_asking(front: FrontDesk, colleague: Desk) -> None:
    screen = front.arrivals()
    place = front.hospital.department("CARD")
    added(colleague, place, anonymous_name="Ferris")
    front.publish("visit", department=place)
    front.until(lambda: len(screen.model.rows) == 1)
    assert front.home.frame.rail is not None and screen.page == "rows"


def test_only_one_department_when_chosen(front: FrontDesk, colleague: Desk) -> None:
    added(colleague, front.hospital.department("CARD"), anonymous_name="Ferris")
    added(colleague, front.hospital.department("GEN"), anonymous_name="Vasker")
    screen = front.arrivals()
    screen.read_again()
    front.settle()
    assert len(screen.model.rows) == 2
    screen.department.setCurrentIndex(screen.department.findText("General medicine"))
    front.settle()
    assert [row.visit.family for row in screen.model.rows] == ["Vasker"]


def test_walk_in_by_keyboard_gets_a_ticket(front: FrontDesk) -> None:
    screen = front.arrivals()
    screen.tickets.paper.save = lambda *_: None  # type: ignore[method-assign,assignment]  # no printer here
    front.press(Qt.Key.Key_F3, SHIFT)
    dialog = front.dialog(QueueDialog)
    front.press(Qt.Key.Key_Return, CTRL)
    front.until(lambda: "Enter a name to call" in dialog.name.message)  # nothing closes before it is right
    assert dialog.name.height() > dialog.phone.height() and dialog.name.edit.isVisible()
    front.type("Ferris")
    front.press(Qt.Key.Key_Return, CTRL)
    front.until(lambda: len(screen.model.rows) == 1)
    assert screen.model.rows[0].visit.family == "Ferris" and screen.model.rows[0].visit.ticket == "C 001"
    assert "C 001" in front.toast()


def test_a_ticket_is_noted_before_it_is_printed_again(front: FrontDesk, colleague: Desk) -> None:
    added(colleague, front.hospital.department("CARD"), anonymous_name="Ferris")
    screen = front.arrivals()
    papers: list[str] = []
    screen.tickets.paper.offer = lambda _owner, _pdf, name, _kind: papers.append(name)  # type: ignore[method-assign,assignment]
    screen.read_again()
    front.settle()
    screen.table.setFocus()
    front.press(Qt.Key.Key_F9)
    front.until(lambda: papers)
    assert papers == ["ticket C 001.pdf"]
    assert front.hospital.value("select detail ->> 'ticket' from audit.log where verb = 'printed'") == "C 001"
    front.hospital.run("delete from auth.account_department")
    front.press(Qt.Key.Key_F9)
    front.settle()
    assert papers == ["ticket C 001.pdf"]


def test_call_move_and_has_left(front: FrontDesk, colleague: Desk) -> None:
    added(colleague, front.hospital.department("CARD"), anonymous_name="Ferris")
    screen = front.arrivals()
    screen.read_again()
    front.settle()
    screen.table.setFocus()
    front.press(Qt.Key.Key_F4)
    front.dialog(CallDialog)
    front.type("Room 4")
    front.press(Qt.Key.Key_Return)
    front.until(lambda: screen.model.rows and screen.model.rows[0].visit.status == "called")
    assert screen.model.rows[0].visit.called_room == "Room 4"
    assert "Called to Room 4" in said(screen)

    front.closed()
    screen.table.setFocus()
    front.press(Qt.Key.Key_F6)
    move = front.dialog(MoveDialog)
    move.priority.set_value("urgent")
    front.press(Qt.Key.Key_Return, CTRL)
    front.until(lambda: screen.model.rows[0].visit.priority == "urgent")

    front.closed()
    screen.table.setFocus()
    front.press(Qt.Key.Key_F8)
    dialog = front.dialog(ReasonDialog)
    dialog.field.insertPlainText("Went home")
    dialog.commit.click()
    front.until(lambda: not screen.model.rows)
    assert screen.rows[0].visit.cancelled_reason == "Went home"


def test_somebody_was_faster(front: FrontDesk, colleague: Desk) -> None:
    visit = added(colleague, front.hospital.department("CARD"), anonymous_name="Ferris")
    screen = front.arrivals()
    screen.read_again()
    front.settle()
    colleague.do(call, visit.visit_id, 1, "Room 9")
    screen.table.setFocus()
    front.press(Qt.Key.Key_F4)
    front.dialog(CallDialog)
    front.type("Room 4")
    front.press(Qt.Key.Key_Return)
    front.until(lambda: screen.notices.shown)
    assert "has called C 001 already, to Room 9" in screen.notices.shown[0].title + screen.notices.shown[0].text
    front.until(lambda: screen.model.rows[0].visit.called_room == "Room 9")


def test_open_are_those_who_are_neither_done_nor_cancelled(front: FrontDesk, colleague: Desk) -> None:
    gone = added(colleague, front.hospital.department("CARD"), anonymous_name="Ferris")
    added(colleague, front.hospital.department("CARD"), anonymous_name="Vasker")
    colleague.do(cancel, gone.visit_id, 1, "Went home")
    screen = front.arrivals()
    screen.read_again()
    front.settle()
    assert screen.state == "Open" and [row.visit.family for row in screen.model.rows] == ["Vasker"]
    assert screen._segments is not None
    screen._segments.set_value("Cancelled")
    assert [row.visit.family for row in screen.model.rows] == ["Ferris"]


def test_a_ticket_is_printed_again_with_the_permission_that_noting_it_needs(front: FrontDesk) -> None:
    screen = front.arrivals()
    (command,) = (command for command in screen.spec.commands if command.label == "Print ticket")
    assert command.permission == note_reprint.permission


def test_a_walk_in_has_no_record_to_open(front: FrontDesk, colleague: Desk) -> None:
    added(colleague, front.hospital.department("CARD"), anonymous_name="Ferris")
    screen = front.arrivals()
    screen.read_again()
    front.settle()
    command = next(b for c, b in screen.buttons.items() if c.label == "Open record")
    assert "without a record" in command.reason


def test_a_nurse_is_offered_what_a_nurse_may_do(qtbot: QtBot, hospital: Hospital, tmp_path: Path) -> None:
    with opened(qtbot, hospital, tmp_path, name=hospital.account("nurse", ("CARD",))) as ward:
        offered = {command.label for command in ward.arrivals().buttons}
        assert "Walk-in" in offered and "Call…" in offered
        assert "Add to queue" not in offered  # finding people who are not here yet is registration's
