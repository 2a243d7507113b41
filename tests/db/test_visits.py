"""Queues on a real database: numbers, calls, conflicts, order, what the hall shows."""

from __future__ import annotations

import pytest

from hisdesk.access.action import new_id, perform
from hisdesk.errors import Conflict, Denied, Invalid
from hisdesk.hospital.patients import queries as patients
from hisdesk.hospital.staff import queries as staff
from hisdesk.hospital.visits import queries
from hisdesk.hospital.visits.actions import (
    NewVisit,
    add_to_queue,
    assign_doctor,
    call,
    cancel,
    complete,
    note_reprint,
    put_back,
    set_priority,
    start,
)
from tests.factories import people, visits
from tests.helpers.hospital import Desk, Hospital


def rows(desk: Desk, **values: object) -> list[queries.QueueRow]:
    with desk.db.transaction(desk.actor) as tx:
        return queries.queue(tx, **values)  # type: ignore[arg-type]


def test_numbers_run_by_department_and_day(hospital: Hospital) -> None:
    desk = hospital.desk("registration", ("CARD", "GEN"))
    card, general = hospital.department("CARD"), hospital.department("GEN")
    tickets = [visits.added(desk, d).ticket for d in (card, card, general, card)]
    assert tickets == ["C 001", "C 002", "G 001", "C 003"]


def test_who_is_ahead_follows_the_order_of_the_queue(hospital: Hospital) -> None:
    desk, card = hospital.desk("registration"), hospital.department()
    ahead = [visits.added(desk, card, priority=p).ahead for p in ("normal", "normal", "urgent", "emergency", "urgent")]
    assert ahead == [0, 1, 0, 0, 2]
    with desk.db.transaction(desk.actor) as tx:
        listed = queries.queue(tx, [card])
    assert [r.ticket for r in listed] == ["C 004", "C 003", "C 005", "C 001", "C 002"]
    assert listed[1].why == "Urgent, waiting under 1 min: the longest of 2"
    assert listed[3].why.startswith("Longest wait after 3 urgent")


def test_a_visit_goes_its_way(hospital: Hospital) -> None:
    desk = hospital.desk("registration")
    added = visits.added(desk, hospital.department(), reason="chest pain", priority="urgent")
    doctor = hospital.desk("physician", station="ROOM-3", title="Dr", given="Rajesh", family="Kumar")
    (row,) = rows(doctor)
    assert (row.status, row.reason, row.doctor) == ("waiting", "chest pain", "")
    moved = doctor.do(call, added.visit_id, row.version, "Room 3")
    moved = doctor.do(call, added.visit_id, moved.version, "Room 3")  # a second time
    moved = doctor.do(put_back, added.visit_id, moved.version)
    (row,) = rows(doctor)
    assert (row.status, row.called_at, row.called_room, row.called_by) == ("waiting", None, "", "")
    moved = doctor.do(call, added.visit_id, moved.version, "Room 3")
    (row,) = rows(doctor)
    assert row.called_by == "Dr Rajesh Kumar" and row.called_at is not None
    moved = doctor.do(start, added.visit_id, moved.version)
    (row,) = rows(doctor)
    assert row.doctor == "Dr Rajesh Kumar" and row.started_at is not None
    moved = doctor.do(complete, added.visit_id, moved.version)
    assert moved.status == "completed" and rows(doctor) == []
    (row,) = rows(doctor, statuses=["completed"])
    assert row.completed_at is not None
    with pytest.raises(Conflict, match="already “completed”"):
        doctor.do(put_back, added.visit_id, moved.version)


def test_two_call_the_same_number_and_the_second_hears_who_was_first(hospital: Hospital) -> None:
    desk = hospital.desk("registration")
    added = visits.added(desk, hospital.department())
    first = hospital.desk("physician", station="ROOM-3", title="Dr", given="Rajesh", family="Kumar")
    second = hospital.desk("physician", station="FRONT-2")
    first.do(call, added.visit_id, 1, "Room 3")
    with pytest.raises(Conflict, match="Dr Rajesh Kumar has called C 001 already, to Room 3") as met:
        second.do(call, added.visit_id, 1, "Room 9")
    assert met.value.theirs["status"] == "called" and met.value.theirs["version"] == 2


def test_a_cancelled_visit_says_why_and_frees_the_person(hospital: Hospital) -> None:
    desk, card = hospital.desk("registration"), hospital.department()
    done = people.registered(desk)
    added = visits.added(desk, card, patient_id=done.patient_id)
    with pytest.raises(Conflict, match="in this queue already, with the number C 001"):
        visits.added(desk, card, patient_id=done.patient_id)
    with pytest.raises(Invalid):
        desk.do(cancel, added.visit_id, 1, " ")
    desk.do(cancel, added.visit_id, 1, "went home")
    assert visits.added(desk, card, patient_id=done.patient_id).ticket == "C 002"


def test_a_double_click_gives_one_number(hospital: Hospital) -> None:
    desk, op = hospital.desk("registration"), new_id()
    new = NewVisit(hospital.department(), anonymous_name="Max")
    assert perform(desk.db, desk.actor, add_to_queue, op, new) == perform(desk.db, desk.actor, add_to_queue, op, new)
    assert hospital.value("select count(*) from app.visit") == 1


def test_an_anonymous_walk_in_waits_under_the_name_they_gave(hospital: Hospital) -> None:
    desk = hospital.desk("registration")
    with pytest.raises(Invalid) as refused:
        visits.added(desk, hospital.department(), anonymous_name=" ")
    assert "anonymous_name" in refused.value.fields
    visits.added(desk, hospital.department(), anonymous_name="Max", anonymous_phone="0664 123 4567")
    (row,) = rows(desk)
    assert (row.anonymous, row.family, row.mrn, row.patient_id, row.anonymous_phone) == (
        True, "Max", "", None, "0664 123 4567")  # fmt: skip


def test_a_doctor_sees_the_own_list_and_what_nobody_was_given(hospital: Hospital) -> None:
    desk, card = hospital.desk("registration", ("CARD", "GEN")), hospital.department()
    mine = hospital.desk("physician", station="ROOM-3")
    other = hospital.desk("physician", station="FRONT-2")
    visits.added(desk, card, doctor_id=mine.actor.user_id)
    visits.added(desk, card, doctor_id=other.actor.user_id)
    unassigned = visits.added(desk, card)
    visits.added(desk, hospital.department("GEN"))
    with mine.db.transaction(mine.actor) as tx:
        assert [r.ticket for r in queries.doctor_list(tx, mine.actor.user_id)] == ["C 001", "C 003"]
        assert [r.ticket for r in queries.doctor_list(tx, mine.actor.user_id, unassigned=False)] == ["C 001"]
        assert [d.id for d in staff.doctors(tx, card)] == sorted(
            [mine.actor.user_id, other.actor.user_id], key=[d.id for d in staff.doctors(tx)].index)  # fmt: skip
    mine.do(assign_doctor, unassigned.visit_id, 1, other.actor.user_id)
    mine.do(set_priority, unassigned.visit_id, 2, "emergency")
    with other.db.transaction(other.actor) as tx:
        listed = queries.doctor_list(tx, other.actor.user_id)
    assert [(r.ticket, r.priority) for r in listed] == [("C 003", "emergency"), ("C 002", "normal")]


def test_a_queue_is_its_departments_own(hospital: Hospital) -> None:
    desk = hospital.desk("registration", ("CARD",))
    added = visits.added(desk, hospital.department())
    stranger = hospital.desk("physician", ("GEN",), station="ROOM-3")
    assert rows(stranger) == []
    with pytest.raises(Denied):
        stranger.do(call, added.visit_id, 1, "Room 9")
    with pytest.raises(Denied, match="not one of yours"):
        visits.added(desk, hospital.department("GEN"))


def test_a_person_is_added_with_the_record_open_only(hospital: Hospital) -> None:
    anna, berta = hospital.desk("registration"), hospital.desk("registration", station="FRONT-2")
    done = people.registered(anna)
    with pytest.raises(Denied, match="Open this person's record first"):
        visits.added(berta, hospital.department(), patient_id=done.patient_id)
    patients.find(berta.db, berta.actor, done.mrn)
    patients.opened(berta.db, berta.actor, done.patient_id)
    assert visits.added(berta, hospital.department(), patient_id=done.patient_id).ticket == "C 001"


def test_a_ward_has_no_queue(hospital: Hospital) -> None:
    desk = hospital.desk("registration", ("W1",))
    with pytest.raises(Invalid, match="has no queue"):
        visits.added(desk, hospital.department("W1"))


def test_the_relationship_lasts_while_the_visit_does(hospital: Hospital) -> None:
    desk, card = hospital.desk("registration"), hospital.department()
    nurse = hospital.desk("nurse", station="ROOM-3")
    done = people.registered(desk)
    with pytest.raises(Denied):
        patients.opened(nurse.db, nurse.actor, done.patient_id)
    added = visits.added(desk, card, patient_id=done.patient_id)
    assert patients.opened(nurse.db, nurse.actor, done.patient_id).record.mrn == done.mrn
    patients.close(nurse.db, nurse.actor, done.patient_id)
    desk.do(cancel, added.visit_id, 1, "went home")
    with pytest.raises(Denied):
        patients.opened(nurse.db, nurse.actor, done.patient_id)


def test_the_hall_sees_numbers_and_nothing_else(hospital: Hospital) -> None:
    desk, card = hospital.desk("registration", ("CARD", "GEN")), hospital.department()
    first = visits.added(desk, card)
    visits.added(desk, card, priority="urgent")
    visits.added(desk, hospital.department("GEN"))
    desk.do(call, first.visit_id, 1, "Room 3")
    board = hospital.board()
    with board.db.transaction(board) as tx:
        shown = queries.hall(tx)
    assert [(r.ticket, r.status, r.room, r.urgent) for r in shown] == [
        ("C 002", "waiting", "", True),
        ("C 001", "called", "Room 3", False),
    ]


def test_a_ticket_printed_again_is_in_the_audit(hospital: Hospital) -> None:
    desk = hospital.desk("registration")
    done = people.registered(desk)
    added = visits.added(desk, hospital.department(), patient_id=done.patient_id)
    elsewhere = hospital.desk("registration", ("GEN",), station="FRONT-2")
    with pytest.raises(Denied, match="not in one of your queues"):
        elsewhere.do(note_reprint, added.visit_id)
    assert hospital.value("select count(*) from audit.log where verb = 'printed'") == 0
    desk.do(note_reprint, added.visit_id)
    noted = "select count(*) from audit.log where verb = 'printed' and key = %s and patient_id = %s and user_id = %s"
    assert hospital.value(noted, added.visit_id, done.patient_id, desk.actor.user_id) == 1
    assert hospital.value("select detail ->> 'ticket' from audit.log where verb = 'printed'") == "C 001"
