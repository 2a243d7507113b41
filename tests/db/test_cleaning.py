"""Cleaning tasks: made by the bed, offered to the nearest, seen by nobody else."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from hisdesk.errors import Conflict, Denied
from hisdesk.hospital.beds.actions import NewRoom, add_room, block, change_room, set_status
from hisdesk.hospital.cleaning import queries
from hisdesk.hospital.cleaning.actions import accept, decline, finish, give, start
from tests.factories import wards
from tests.helpers.hospital import Desk, Hospital


@dataclass
class House:
    """The ward, one who cleans on it and one who cleans elsewhere."""

    hospital: Hospital
    ward: Desk
    near: Desk
    far: Desk
    room: wards.Room

    def dirty(self, label: str = "1A", status: str = "H") -> None:
        self.ward.do(set_status, self.room.beds[label], 1, status)

    def bed(self, label: str = "1A") -> str:
        return str(self.hospital.value("select status from app.bed where label = %s", label))


def mine(desk: Desk, *, done: bool = False) -> list[queries.TaskRow]:
    with desk.db.transaction(desk.actor) as tx:
        return queries.mine(tx, desk.actor.user_id, done=done)


def of_wards(desk: Desk) -> list[queries.TaskRow]:
    with desk.db.transaction(desk.actor) as tx:
        return queries.of_wards(tx)


@pytest.fixture
def house(hospital: Hospital) -> House:
    room = wards.furnished(hospital, "1A", "1B", "1C")
    far = hospital.desk("housekeeping", ("GEN",), station="ROOM-3", given="Far", family="Away")
    near = hospital.desk("housekeeping", ("W1",), station="FRONT-2", given="Una", family="Larkmoor")
    return House(hospital, hospital.desk("ward_manager", ("W1",), station="WARD-1"), near, far, room)


def test_a_dirty_bed_is_offered_to_the_nearest_alone(house: House) -> None:
    house.dirty()
    (task,) = mine(house.near)
    assert (task.bed, task.kind, task.status, task.cleaner) == ("1A", "clean", "offered", "Una Larkmoor")
    assert mine(house.far) == [] and of_wards(house.far) == []
    assert [each.id for each in of_wards(house.ward)] == [task.id]
    with pytest.raises(Conflict, match="not yours any more"):
        house.far.do(accept, task.id, task.version)


def test_the_clock_runs_from_start_to_done_and_the_bed_is_free(house: House) -> None:
    house.dirty()
    (task,) = mine(house.near)
    with pytest.raises(Conflict, match="Start the task first"):
        house.near.do(finish, task.id, task.version)
    moved = house.near.do(accept, task.id, task.version)
    moved = house.near.do(start, task.id, moved.version)
    assert house.bed() == "H"
    house.near.do(finish, task.id, moved.version)
    assert house.bed() == "U" and mine(house.near) == []
    (done,) = mine(house.near, done=True)
    assert done.accepted_at and done.started_at and done.done_at and done.started_at <= done.done_at
    with pytest.raises(Conflict, match="now “done”"):
        house.near.do(start, task.id, task.version)


def test_who_is_busy_is_not_asked_and_what_waits_is_offered_when_somebody_is_free(house: House) -> None:
    for label in ("1A", "1B", "1C"):
        house.dirty(label)
    assert [task.bed for task in mine(house.near)] == ["1A"] and [task.bed for task in mine(house.far)] == ["1B"]
    assert {task.bed: task.status for task in of_wards(house.ward)}["1C"] == "waiting"
    (task,) = mine(house.near)
    house.near.do(finish, task.id, house.near.do(start, task.id, task.version).version)
    assert [task.bed for task in mine(house.near)] == ["1C"]


def test_a_declined_task_goes_to_the_next_and_then_waits(house: House) -> None:
    house.dirty()
    (task,) = mine(house.near)
    house.near.do(decline, task.id, task.version)
    assert mine(house.near) == []
    (task,) = mine(house.far)
    house.far.do(decline, task.id, task.version)
    (task,) = of_wards(house.ward)
    assert (task.status, task.cleaner) == ("waiting", "")
    with pytest.raises(Conflict):
        house.near.do(decline, task.id, task.version)


def test_the_ward_gives_a_task_by_name(house: House) -> None:
    house.dirty()
    (task,) = of_wards(house.ward)
    with house.ward.db.transaction(house.ward.actor) as tx:
        listed = queries.cleaners(tx, house.hospital.department("W1"))
    assert [(c.name, c.on_ward, c.open_tasks) for c in listed] == [("Una Larkmoor", True, 1), ("Far Away", False, 0)]
    house.ward.do(give, task.id, task.version, house.far.actor.user_id)
    assert mine(house.near) == [] and [t.bed for t in mine(house.far)] == ["1A"]
    with pytest.raises(Conflict):
        house.ward.do(give, task.id, task.version, house.near.actor.user_id)


def test_who_goes_off_duty_leaves_the_task_to_others(house: House) -> None:
    house.dirty()
    house.hospital.run("update app.staff set status = 'off duty', version = version + 1 where family_name = 'Larkmoor'")
    assert mine(house.near) == [] and [t.bed for t in mine(house.far)] == ["1A"]


def test_a_bed_that_is_ready_after_all_needs_nobody(house: House) -> None:
    house.dirty(status="K")
    (task,) = mine(house.near)
    assert (task.kind, task.target_minutes) == ("deep clean", 60)
    house.ward.do(set_status, house.room.beds["1A"], 2, "U")
    assert mine(house.near) == [] and of_wards(house.ward) == []


def test_a_closed_bed_says_why_and_a_blocked_one_too(house: House) -> None:
    house.ward.do(set_status, house.room.beds["1A"], 1, "C", "Ceiling leak")
    with pytest.raises(Conflict, match="in use, can be blocked"):
        house.ward.do(block, house.room.beds["1A"], 2, "x")
    house.ward.do(block, house.room.beds["1B"], 1, "Kept for a relative")
    board = house.hospital.board("WALL-1")
    with board.db.transaction(board) as tx:
        reasons = list(tx.exec_driver_sql("select hold_reason from app.bed_board() order by bed").scalars())
    assert reasons == ["Ceiling leak", "Kept for a relative", ""]
    stranger = house.hospital.desk("ward_manager", ("GEN",), station="FRONT-1")
    with pytest.raises(Denied):
        stranger.do(set_status, house.room.beds["1C"], 1, "H")


def test_the_ward_manager_sets_up_rooms(house: House) -> None:
    key = house.ward.do(add_room, NewRoom(house.hospital.department("W1"), "Room 7", ("7A", "7B"), "female"))
    changed = house.ward.do(change_room, key, 1, "Room 7", "male", True, 20)
    assert changed.version == 2
    assert house.hospital.value("select count(*) from app.bed where room_id = %s", key) == 2
    nurse = house.hospital.desk("nurse", ("W1",), station="FRONT-1")
    with pytest.raises(Denied):
        nurse.do(change_room, key, 2, "Room 7", "none", True, 20)
