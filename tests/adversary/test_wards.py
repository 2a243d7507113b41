"""A ward's computer and somebody signed in there, typing SQL: nobody is kept, moved or known who should not be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from tests.adversary.attacker import Attacker, attacker
from tests.adversary.conftest import World
from tests.factories import people, wards

STAY = "insert into app.stay (id, request_id, bed_id, previous_id) values (%s, %s, %s, %s)"
LEFT = "update app.stay set status = 'discharged', discharged_to = 'died' where id = %s"


@dataclass(frozen=True)
class Ward:
    """A nurse of W1 with psql; one person lies in 5A, 5B and 5C are free."""

    world: World
    nurse: Attacker
    room: wards.Room
    patient: UUID
    request: UUID
    stay: UUID

    def bed(self, label: str) -> str:
        return str(self.world.hospital.value("select status from app.bed where id = %s", self.room.beds[label]))


@pytest.fixture
def ward(fresh: World) -> Iterator[Ward]:
    hospital = fresh.hospital
    room = wards.furnished(hospital, "5A", "5B", "5C")
    patient = people.registered(fresh.front).patient_id
    request = wards.requested(hospital, patient)
    stay = wards.admitted(hospital, request, room.beds["5A"])
    desk = hospital.desk("nurse", ("W1",), station="FRONT-2")
    with attacker(hospital, "FRONT-2") as who:
        who.carry(desk.actor)
        yield Ward(fresh, who, room, patient, request, stay)


def test_somebody_who_went_home_is_not_known_again_through_an_old_stay(ward: Ward) -> None:
    """The request is over: a stay that follows an earlier one would bring person and record back."""
    ward.nurse.sql("begin")
    ward.nurse.sql("update app.stay set status = 'transferred' where id = %s", ward.stay)
    second = uuid4()
    ward.nurse.sql(STAY, second, ward.request, ward.room.beds["5B"], ward.stay)
    ward.nurse.sql("commit")
    ward.nurse.sql(LEFT, second)
    ward.world.hospital.run("update app.care_relationship set until_at = clock_timestamp() where kind = 'stay'")
    ward.nurse.refused(STAY, uuid4(), ward.request, ward.room.beds["5C"], ward.stay, code="HD409")
    assert ward.nurse.sql("select id from app.patient where id = %s", ward.patient) == []
    status = ward.world.hospital.value("select status from app.admission_request where id = %s", ward.request)
    assert status == "discharged"


def test_nobody_is_put_into_a_bed_that_was_left_a_moment_ago(ward: Ward) -> None:
    """In one transaction the bed still says “occupied”: it would never have been cleaned."""
    other = wards.requested(ward.world.hospital, people.registered(ward.world.front).patient_id)
    ward.nurse.sql("begin")
    ward.nurse.sql(LEFT, ward.stay)
    ward.nurse.refused(STAY, uuid4(), other, ward.room.beds["5A"], None, code="HD409")
    ward.nurse.sql("rollback")
    ward.nurse.sql("begin")
    ward.nurse.sql("update app.stay set status = 'transferred' where id = %s", ward.stay)
    ward.nurse.sql(STAY, uuid4(), ward.request, ward.room.beds["5B"], ward.stay)
    ward.nurse.refused(STAY, uuid4(), other, ward.room.beds["5A"], None, code="HD409")
    ward.nurse.sql("rollback")
    ward.nurse.sql(LEFT, ward.stay)
    assert ward.bed("5A") == "H"
    ward.nurse.refused(STAY, uuid4(), other, ward.room.beds["5A"], None, code="HD409")


@pytest.mark.parametrize(
    "statement",
    [
        "update app.bed set status = 'U', hold = '' where id = %s",
        "update app.bed set status = 'H' where id = %s",
        "update app.bed set hold = 'reserved' where id = %s",
    ],
)
def test_a_bed_is_not_left_or_kept_by_hand(ward: Ward, statement: str) -> None:
    assert ward.nurse.code(statement, ward.room.beds["5A"]) in {"HD409", "23514"}
    assert ward.bed("5A") == "O"


@pytest.mark.parametrize(
    "column",
    ["from_at", "until_at", "patient_id", "department_id", "bed_id", "cot", "recorded_by", "ended_by"],
)
def test_moments_and_names_of_a_stay_are_the_servers(ward: Ward, column: str) -> None:
    ward.nurse.refused(f"update app.stay set {column} = {column}")
    if column != "bed_id":
        ward.nurse.refused(f"insert into app.stay (id, request_id, bed_id, {column}) values (%s, %s, %s, null)",
                           uuid4(), ward.request, ward.room.beds["5B"])  # fmt: skip


@pytest.mark.parametrize("column", ["assigned_by", "assigned_at", "admitted_at", "ended_at", "mother_id", "patient_id"])
def test_moments_and_names_of_a_request_are_the_servers(ward: Ward, column: str) -> None:
    ward.nurse.refused(f"update app.admission_request set {column} = {column}")


def test_a_bed_of_another_ward_is_neither_reserved_nor_lain_in(ward: Ward) -> None:
    other = wards.furnished(ward.world.hospital, "9A", department="GEN").beds["9A"]
    request = wards.requested(ward.world.hospital, people.registered(ward.world.front).patient_id)
    keep = "update app.admission_request set status = 'assigned', bed_id = %s where id = %s"
    ward.nurse.refused(keep, other, request, code="HD403")
    ward.nurse.refused(STAY, uuid4(), request, other, None, code="HD403")
    assert ward.nurse.count("update app.bed set status = 'H' where id = %s", other) == 0
    elsewhere = wards.requested(ward.world.hospital, people.registered(ward.world.front).patient_id, "GEN")
    assert ward.nurse.count(keep, ward.room.beds["5B"], elsewhere) == 0
    ward.nurse.refused(STAY, uuid4(), elsewhere, ward.room.beds["5B"], None, code="HD403")


def test_who_asked_does_not_take_back_what_the_ward_has_kept(ward: Ward) -> None:
    hospital = ward.world.hospital
    request = wards.requested(hospital, ward.world.patient.patient_id)
    ward.nurse.sql(
        "update app.admission_request set status = 'assigned', bed_id = %s where id = %s",
        ward.room.beds["5B"],
        request,
    )
    with attacker(hospital, "ROOM-3") as doctor:
        doctor.carry(ward.world.doctor.actor)
        for change in (
            "status = 'requested'",
            f"bed_id = '{ward.room.beds['5C']}'",
            "isolation = 'airborne'",
            "expected_on = '2100-01-01'",
        ):
            code = doctor.code(f"update app.admission_request set {change} where id = %s", request)
            assert code == "HD403", change
    assert hospital.value("select bed_id from app.admission_request where id = %s", request) == ward.room.beds["5B"]


def test_who_lies_in_bed_is_not_changed_with_the_record_alone(ward: Ward) -> None:
    """A physician of another department with the record open."""
    hospital = ward.world.hospital
    request = wards.requested(hospital, ward.world.patient.patient_id)
    wards.admitted(hospital, request, ward.room.beds["5B"])
    with attacker(hospital, "ROOM-3") as doctor:
        doctor.carry(ward.world.doctor.actor)
        change = "update app.admission_request set {} where id = %s"
        doctor.refused(change.format("isolation = 'airborne'"), request, code="HD403")
        doctor.refused(change.format("leaves_at = now()"), request, code="HD403")
        doctor.refused(change.format("status = 'requested'"), request, code="HD409")
        assert doctor.count("update app.stay set status = 'discharged', discharged_to = 'died'") == 0
        assert doctor.count("update app.discharge_item set status = 'done'") == 0
    assert ward.bed("5B") == "O"


def test_a_cleaner_gets_tasks_from_the_server_alone(ward: Ward) -> None:
    hospital = ward.world.hospital
    hospital.run("update app.bed set status = 'K' where id = %s", ward.room.beds["5B"])
    task = hospital.value("select id from app.cleaning_task where bed_id = %s", ward.room.beds["5B"])
    desk = hospital.desk("housekeeping", ("W1",), station="FRONT-1")
    with attacker(hospital, "FRONT-1") as cleaner:
        cleaner.carry(desk.actor)
        assert cleaner.count("update app.cleaning_task set status = 'started' where id = %s", task) == 0
        cleaner.refused("update app.cleaning_task set offered_to = auth.uid()")
        cleaner.refused("select app.give_cleaning(%s, 1, %s)", task, desk.actor.user_id, code="HD403")
        cleaner.refused("select app.offer_cleaning(%s)", task)
        cleaner.refused("select app.settle_bed(%s, 'cancelled')", ward.room.beds["5A"])
        cleaner.refused("select * from app.cleaners(%s)", hospital.department("W1"), code="HD403")
        for column in ("started_at", "done_at", "target_minutes", "kind", "declined_by"):
            cleaner.refused(f"update app.cleaning_task set {column} = {column}")


def test_the_clock_of_a_cleaning_is_not_wound_back(ward: Ward) -> None:
    hospital = ward.world.hospital
    desk = hospital.desk("housekeeping", ("W1",), station="FRONT-1")
    hospital.run("update app.bed set status = 'H' where id = %s", ward.room.beds["5B"])
    task = hospital.value("select id from app.cleaning_task where bed_id = %s", ward.room.beds["5B"])
    version = hospital.value("select version from app.cleaning_task where id = %s", task)
    ward.nurse.sql("select app.give_cleaning(%s, %s, %s)", task, version, desk.actor.user_id)
    began = "select started_at from app.cleaning_task where id = %s"
    with attacker(hospital, "FRONT-1") as cleaner:
        cleaner.carry(desk.actor)
        cleaner.refused("update app.cleaning_task set status = 'done' where id = %s", task, code="HD409")
        cleaner.sql("update app.cleaning_task set status = 'started' where id = %s", task)
        first = hospital.value(began, task)
        cleaner.refused("update app.cleaning_task set status = 'accepted' where id = %s", task, code="HD409")
        cleaner.refused("update app.cleaning_task set status = 'waiting' where id = %s", task, code="HD403")
        assert hospital.value(began, task) == first
        cleaner.sql("update app.cleaning_task set status = 'done' where id = %s", task)
        cleaner.refused("update app.cleaning_task set status = 'started' where id = %s", task, code="HD409")


def test_a_board_learns_beds_and_initials_and_nothing_else(ward: Ward) -> None:
    hospital = ward.world.hospital
    private = people.registered(ward.world.front, family_name="Zwingli", given_names="Xenia", private_on_boards=True)
    wards.admitted(hospital, wards.requested(hospital, private.patient_id), ward.room.beds["5B"])
    kept = people.registered(ward.world.front, family_name="Quill", given_names="Xaver", private_on_boards=True)
    request = wards.requested(hospital, kept.patient_id)
    ward.nurse.sql(
        "update app.admission_request set status = 'assigned', bed_id = %s where id = %s", ward.room.beds["5C"], request
    )
    board = hospital.board("WALL-1")
    with attacker(hospital, "WALL-1") as who:
        who.refused("select * from app.bed_board()", code="HD401")
        who.refused("select * from app.bed_waiting()", code="HD401")
        who.carry(board.token)
        shown = str(who.sql("select * from app.bed_board()"))
        assert shown.count("Private") == 2
        for secret in ("Zwingli", "Quill", "X.Z.", "X.Q.", str(private.patient_id), str(kept.patient_id)):
            assert secret not in shown
        for table in ("bed", "room", "stay", "admission_request", "patient", "patient_name", "cleaning_task", "staff",
                      "care_relationship", "discharge_item", "related_person"):  # fmt: skip
            assert who.sql(f"select * from app.{table}") == [], table
        for call in (
            "app.cleaners(null)",
            "auth.accounts()",
            "audit.figures()",
            "app.registered_today()",
            "auth.account_figures()",
            "auth.station_figures()",
        ):
            who.refused(f"select * from {call}", code="HD403")
        assert who.sql("select * from audit.own(500)") == []
        who.refused("select auth.ask(%s, '{}', null, 'dispensings')", uuid4(), code="HD403")


def test_the_board_of_a_hall_shows_no_bed(ward: Ward) -> None:
    board = ward.world.hospital.board("HALL-1")
    with attacker(ward.world.hospital, "HALL-1") as who:
        who.carry(board.token)
        assert who.sql("select * from app.bed_board()") == who.sql("select * from app.bed_waiting()") == []


@pytest.mark.parametrize("role", ["registration", "housekeeping", "pharmacy", "superadmin"])
def test_who_does_not_work_with_beds_sees_no_board(ward: Ward, role: str) -> None:
    desk = ward.world.hospital.desk(role, ("W1",), station="FRONT-1")
    with attacker(ward.world.hospital, "FRONT-1") as who:
        who.carry(desk.actor)
        for function in ("bed_board", "bed_waiting"):
            assert who.sql(f"select * from app.{function}()") == []
        for table in ("stay", "admission_request", "discharge_item"):
            assert who.sql(f"select id from app.{table}") == []


def test_a_newborn_is_registered_at_a_mother_of_the_own_ward_alone(ward: Ward) -> None:
    hospital = ward.world.hospital
    other = wards.furnished(hospital, "9A", department="GEN").beds["9A"]
    mother = wards.requested(hospital, people.registered(ward.world.front, sex="female").patient_id, "GEN")
    stay = wards.admitted(hospital, mother, other)
    born = "select mrn from app.register_newborn(%s, %s, %s, %s, 'female', current_date)"
    ward.nurse.refused(born, uuid4(), uuid4(), uuid4(), stay, code="HD403")
    ward.nurse.refused(born, uuid4(), uuid4(), uuid4(), uuid4(), code="HD403")
    with attacker(hospital, "ROOM-3") as doctor:
        doctor.carry(ward.world.doctor.actor)
        doctor.refused(born, uuid4(), uuid4(), uuid4(), ward.stay, code="HD403")


def test_an_open_record_is_needed_to_ask_for_a_bed(ward: Ward) -> None:
    hospital = ward.world.hospital
    ask = "insert into app.admission_request (id, patient_id, department_id, reason) values (%s, %s, %s, 'x')"
    stranger = ward.world.stranger.patient_id
    with attacker(hospital, "ROOM-3") as doctor:
        doctor.carry(ward.world.doctor.actor)
        doctor.refused(ask, uuid4(), stranger, hospital.department("W1"), code="HD403")
        doctor.refused(ask, uuid4(), ward.world.patient.patient_id, hospital.department(), code="HD422")
    ward.nurse.refused(ask, uuid4(), stranger, hospital.department("W1"), code="HD403")


def test_somebody_who_lay_there_for_a_day_is_not_taken_back_to_escape_cleaning(ward: Ward) -> None:
    """What was recorded by mistake is noticed soon; after that the bed was lain in."""
    hospital = ward.world.hospital
    hospital.run("update app.stay set from_at = from_at - interval '25 h' where id = %s", ward.stay)
    ward.nurse.sql("update app.stay set status = 'cancelled', end_reason = 'never here' where id = %s", ward.stay)
    assert ward.bed("5A") == "H"


def test_a_mistake_that_is_taken_back_at_once_leaves_the_bed_free(ward: Ward) -> None:
    ward.nurse.sql("update app.stay set status = 'cancelled', end_reason = 'wrong bed' where id = %s", ward.stay)
    assert ward.bed("5A") == "U"
