"""The doctor's list on a real database: who comes appears, who is called is called once, and the other is told."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hisdesk.desk.doctor.my_day import DayList
from hisdesk.desk.doctor.room import SETTING, RoomDialog
from hisdesk.desk.doctor.ways import CHART, QUEUE
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.keys import keys_of
from hisdesk.hospital.visits.actions import call, complete, start
from hisdesk.hospital.visits.queries import QueueRow
from tests.desk.doctor.conftest import Room, statements
from tests.factories import people, visits
from tests.helpers.hospital import Desk, Hospital

Sit = Callable[..., Room]


def button(room: Room, label: str) -> Button:
    return next(b for c, b in room.day.buttons.items() if c.label == label)


def shown(room: Room) -> list[tuple[str, str]]:
    return [(row.ticket, row.status) for row in room.day.model.rows]


def stored(hospital: Hospital, visit_id: UUID, column: str) -> object:
    return hospital.value(f"select {column} from app.visit where id = %s", visit_id)


def figures(room: Room) -> list[str]:
    assert room.day.figures is not None
    return [room.day.figures.value(name) for name in ("Waiting", "Called", "With me", "Seen today")]


def test_who_is_added_at_the_front_desk_appears_without_refreshing(room: Sit, hospital: Hospital, front: Desk) -> None:
    doctor = room()
    assert doctor.day.page == "empty" and figures(doctor) == ["0", "0", "0", "0"]
    badges: list[str] = []
    doctor.day.badge.connect(badges.append)
    added = visits.added(front, hospital.department(), reason="chest pain", priority="urgent")
    doctor.hear("visit", department_id=hospital.department())
    doctor.until(lambda: shown(doctor) == [(added.ticket, "waiting")])
    assert figures(doctor) == ["1", "0", "0", "0"] and badges[-1] == "1"
    assert doctor.day.row is not None and doctor.day.row.id == added.visit_id, "the first to come is selected"


def test_another_departments_queue_is_not_mine(room: Sit, hospital: Hospital, front: Desk) -> None:
    doctor = room()
    visits.added(front, hospital.department("GEN"))
    mine = visits.added(front, hospital.department("CARD"))
    doctor.home.read_again()
    doctor.quiet()
    assert shown(doctor) == [(mine.ticket, "waiting")]


def test_the_selected_row_says_why_next_and_whether_allergies_are_recorded(
    room: Sit, hospital: Hospital, front: Desk
) -> None:
    visits.added(front, hospital.department(), reason="chest pain", priority="urgent")
    doctor = room()
    said = doctor.texts(doctor.day._preview)
    assert "chest pain" in said and "Urgent, waiting under 1 min" in said and "under 1 min, arrived" in said
    assert "Ask, then record" in said
    (preview,) = [w for w in doctor.day.findChildren(object) if type(w).__name__ == "DayPreview"]
    assert preview.allergies.chip.state.word == "Allergies not recorded"


def test_call_start_complete_by_keys(room: Sit, hospital: Hospital, front: Desk) -> None:
    added = visits.added(front, hospital.department())
    doctor = room(title="Dr", given="Rajesh", family="Kumar")
    doctor.press(Qt.Key.Key_F4)
    doctor.until(lambda: shown(doctor) == [(added.ticket, "called")])
    assert stored(hospital, added.visit_id, "called_room") == "Room 3", "the room of this station"
    assert figures(doctor) == ["0", "1", "0", "0"]
    assert button(doctor, "Call").reason.startswith("Called to Room 3") and not button(doctor, "Call again").reason
    doctor.press(Qt.Key.Key_F7)
    doctor.until(lambda: shown(doctor) == [(added.ticket, "waiting")])
    doctor.press(Qt.Key.Key_F2)
    doctor.until(lambda: doctor.home.current_id == CHART)
    doctor.quiet()
    assert stored(hospital, added.visit_id, "doctor_id") == doctor.session.actor.user_id
    assert doctor.banner_person is not None and doctor.chart.bar.complete.isVisible()
    doctor.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    doctor.until(lambda: stored(hospital, added.visit_id, "status") == "completed")
    doctor.until(lambda: doctor.home.current_id == "doctor.day")
    doctor.hear("visit", department_id=hospital.department())
    doctor.until(lambda: figures(doctor) == ["0", "0", "0", "1"])
    assert shown(doctor) == [], "who was seen stands in the other segment"


def test_enter_opens_the_record(room: Sit, hospital: Hospital, front: Desk) -> None:
    done = people.registered(front, family_name="Marroway", given_names="Ilsabet")
    visits.added(front, hospital.department(), patient_id=done.patient_id)
    doctor = room()
    doctor.press(Qt.Key.Key_Return)
    doctor.quiet()
    assert doctor.home.current_id == CHART
    assert doctor.banner_person is not None and doctor.banner_person.headline == "MARROWAY, Ilsabet"
    assert doctor.banner_person.mrn == done.mrn


def test_somebody_without_a_record_is_called_and_started_but_has_no_chart(
    room: Sit, hospital: Hospital, front: Desk
) -> None:
    added = visits.added(front, hospital.department(), anonymous_name="Mr Blue Jacket")
    doctor = room()
    assert "no record yet" in button(doctor, "Open chart").reason
    doctor.press(Qt.Key.Key_Return)
    assert "No record to open" in doctor.texts()
    doctor.press(Qt.Key.Key_F2)
    doctor.until(lambda: stored(hospital, added.visit_id, "status") == "with doctor")
    doctor.quiet()
    assert doctor.home.current_id == "doctor.day" and figures(doctor)[2] == "1"


def test_the_second_doctor_is_told_who_called(room: Sit, hospital: Hospital, front: Desk) -> None:
    added = visits.added(front, hospital.department())
    doctor = room()
    colleague = hospital.desk("physician", station="FRONT-2", title="Dr", given="Priya", family="Sharma")
    colleague.do(call, added.visit_id, 1, "Room 9")
    assert shown(doctor) == [(added.ticket, "waiting")], "this list has not heard of it yet"
    doctor.press(Qt.Key.Key_F4)
    doctor.until(lambda: shown(doctor) == [(added.ticket, "called")])
    said = doctor.texts(doctor.day)
    assert "Not called: somebody was faster" in said
    assert f"Dr Priya Sharma has called {added.ticket} already, to Room 9" in said
    assert stored(hospital, added.visit_id, "called_room") == "Room 9"


def test_a_station_without_a_room_asks_once(room: Sit, hospital: Hospital, front: Desk) -> None:
    hospital.run("update auth.station set room = '' where code = 'ROOM-3'")
    first = visits.added(front, hospital.department())
    second = visits.added(front, hospital.department())
    doctor = room()
    doctor.press(Qt.Key.Key_F4)
    doctor.until(lambda: isinstance(QApplication.activeModalWidget(), RoomDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, RoomDialog) and dialog.commit.reason
    QTest.keyClicks(dialog.room.edit, "Room 12")
    QTest.keyClick(dialog.room.edit, Qt.Key.Key_Return)
    doctor.until(lambda: stored(hospital, first.visit_id, "called_room") == "Room 12")
    doctor.quiet()
    doctor.home.activateWindow()
    doctor.until(doctor.home.isActiveWindow)
    doctor.day.table.select(second.visit_id)
    doctor.press(Qt.Key.Key_F4, at=doctor.day.table)
    doctor.until(lambda: stored(hospital, second.visit_id, "called_room") == "Room 12")
    assert doctor.session.desk.settings.value(SETTING) == "Room 12"


def test_what_was_seen_today_is_the_other_segment(room: Sit, hospital: Hospital, front: Desk) -> None:
    added = visits.added(front, hospital.department())
    doctor = room()
    desk = Desk(doctor.session.tasks.db, doctor.session.actor, doctor.session.desk.cipher)
    for version, step in ((1, start), (2, complete)):
        desk.do(step, added.visit_id, version)
    doctor.home.read_again()
    doctor.quiet()
    assert shown(doctor) == []
    assert doctor.day._segments is not None
    doctor.day._segments.set_value("Seen today")
    assert shown(doctor) == [(added.ticket, "completed")]


def test_a_ward_manager_sees_the_queue_without_its_commands(room: Sit, hospital: Hospital, front: Desk) -> None:
    added = visits.added(front, hospital.department())
    manager = room("ward_manager")
    assert manager.home.current_id == QUEUE
    screen = manager.home.widget(QUEUE)
    assert [c.label for c in screen.buttons] == ["Open chart"]  # type: ignore[union-attr]
    rows: list[QueueRow] = list(screen.model.rows)  # type: ignore[union-attr]
    assert [row.ticket for row in rows] == [added.ticket]


def test_the_queue_of_departments_counts_whoever_is_with_a_doctor(room: Sit, hospital: Hospital, front: Desk) -> None:
    manager = room("ward_manager")
    screen = manager.home.widget(QUEUE)
    assert isinstance(screen, DayList) and screen.figures is not None
    said = manager.texts(screen)
    assert "Nobody is waiting\n" in said and "a queue of your departments" in said and "for you" not in said
    assert "Order: with a doctor" in said and "With me" not in said
    added = visits.added(front, hospital.department())
    hospital.desk("physician", station="FRONT-2").do(start, added.visit_id, 1)
    manager.home.read_again()
    manager.quiet()
    values = [screen.figures.value(name) for name in ("Waiting", "Called", "With a doctor", "Seen today")]
    assert values == ["0", "0", "1", "0"]


def test_a_department_given_while_the_list_is_open_is_heard_from_then_on(
    room: Sit, hospital: Hospital, front: Desk
) -> None:
    doctor = room()
    first = visits.added(front, hospital.department("GEN"))
    who, place = doctor.session.actor.user_id, hospital.department("GEN")
    hospital.run("insert into auth.account_department values (%s, %s)", who, place)
    doctor.session.refresh()
    doctor.until(lambda: shown(doctor) == [(first.ticket, "waiting")])
    second = visits.added(front, hospital.department("GEN"))
    doctor.hear("visit", department_id=place)
    doctor.until(lambda: shown(doctor) == [(first.ticket, "waiting"), (second.ticket, "waiting")])


def test_the_list_is_one_statement(room: Sit, hospital: Hospital, front: Desk) -> None:
    visits.added(front, hospital.department())
    doctor = room()
    with statements(doctor.session.tasks.db) as seen:
        doctor.home.read_again()
        doctor.quiet()
    assert len([each for each in seen if "app.visit v" in each]) == 1
    assert len(seen) <= 3, "the list, and the banner of the row that is selected"


def test_the_keys_are_in_the_map(room: Sit) -> None:
    doctor = room()
    keys = {key.keys: key.what for key in keys_of(doctor.day)}
    assert [keys[k] for k in ("F2", "F4", "F6", "F7", "F8", "Return")] == [
        "Start", "Call", "Call again", "Not here", "Complete", "Open the row",
    ]  # fmt: skip
