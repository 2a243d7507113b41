"""What a wall board of beds is told by the database, and what it is not."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from hisdesk.hospital.beds import queries
from tests.factories import people, wards
from tests.helpers.hospital import Hospital


def shown(hospital: Hospital, station: str = "WALL-1") -> list[queries.BoardBed]:
    board = hospital.board(station)
    with board.db.transaction(board) as tx:
        return queries.board(tx)


def test_a_board_shows_initials_and_states_of_its_ward_alone(hospital: Hospital) -> None:
    front = hospital.desk()
    room = wards.furnished(hospital, "1A", "1B", "1C", sex="female", equipment=("oxygen",))
    wards.furnished(hospital, "9A", department="GEN")
    for bed, family, private in (("1A", "Eldermere", False), ("1B", "Ossington", True)):
        person = people.registered(front, family_name=family, given_names="Sabine", private_on_boards=private)
        wards.admitted(hospital, wards.requested(hospital, person.patient_id), room.beds[bed])
    beds = shown(hospital)
    assert [(b.label, b.status, b.initials, b.sex, b.equipment) for b in beds] == [
        ("1A", "O", "S.E.", "female", ("oxygen",)),
        ("1B", "O", "Private", "female", ("oxygen",)),
        ("1C", "U", "", "female", ("oxygen",)),
    ]
    assert "Eldermere" not in str([asdict(bed) for bed in beds])
    assert beds[0].version == 2 and beds[0].expected_on is not None
    assert shown(hospital, "HALL-1") == []


def test_a_board_counts_who_waits(hospital: Hospital) -> None:
    wards.requested(hospital, people.registered(hospital.desk()).patient_id)
    board = hospital.board("WALL-1")
    with board.db.transaction(board) as tx:
        assert queries.waiting(tx) == {hospital.department("W1"): 1}


@pytest.mark.parametrize("isolation", ["contact", "airborne"])
def test_an_isolated_person_turns_the_bed_isolated(hospital: Hospital, isolation: str) -> None:
    room = wards.furnished(hospital, "1A")
    person = people.registered(hospital.desk())
    wards.admitted(hospital, wards.requested(hospital, person.patient_id, isolation=isolation), room.beds["1A"])
    (bed,) = shown(hospital)
    assert (bed.status, bed.isolation) == ("I", isolation)
