"""The figures of the home screens: counted through the fence, one statement for all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from hisdesk.access.figures import Figures, Values, answered
from hisdesk.desk.kit.tiles import Section
from hisdesk.desk.shell.registry import FOLDERS
from hisdesk.errors import Denied
from hisdesk.hospital.timeline.queries import own_deeds
from hisdesk.hospital.visits import actions
from hisdesk.hospital.visits.queries import DOCTOR_FIGURES, QUEUE_FIGURES
from hisdesk.hospital.vitals.queries import WARD_FIGURES
from tests.factories import people, visits, wards
from tests.helpers.hospital import Desk, Hospital

SECTIONS: tuple[Section, ...] = tuple(import_module(folder.tiles).HOME for folder in FOLDERS)
EVERY = tuple(dict.fromkeys(tile.asks for section in SECTIONS for tile in section.tiles))


def read(desk: Desk, *asks: Figures) -> Values:
    with desk.db.transaction(desk.actor) as tx:
        return answered(tx, asks)


def everything(desk: Desk) -> Values:
    return read(desk, *(each for each in EVERY if each.allowed(desk.actor)))


def test_no_two_questions_have_a_column_in_common(hospital: Hospital) -> None:
    desk = hospital.desk("superadmin")
    with hospital.superuser().connect() as behind:
        columns: list[str] = []
        for each in EVERY:
            # as the station: functions ask for a permission only when they run
            columns += behind.exec_driver_sql(f"select * from ({each.sql}) x where false").keys()
    assert len(columns) == len(set(columns)) > 30
    assert read(desk) == {}


@pytest.mark.parametrize(
    "role",
    ["registration", "physician", "nurse", "pharmacy", "laboratory", "therapist", "ward_manager", "housekeeping",
     "superadmin", "helpdesk", "privacy_officer", "facility_head", "medical_admin"],
)  # fmt: skip
def test_every_role_is_answered_in_an_empty_hospital(hospital: Hospital, role: str) -> None:
    desk = hospital.desk(role, ("CARD", "W1"))
    found = everything(desk)
    assert found, "every role has figures"
    about_people = {name: value for name, value in found.items() if name not in _OF_HOUSE}
    assert not any(about_people.values()), "nobody is here yet"


_OF_HOUSE = {"stations", "stations_in_use", "signed_in", "first_passwords", "doctors", "doctors_on_duty"}


def test_what_needs_a_permission_is_refused_without_it(hospital: Hospital) -> None:
    """The functions that see past the policies ask themselves; the rest counts nothing."""
    cleaner = hospital.desk("housekeeping", ("CARD", "W1"))
    visits.added(hospital.desk(), hospital.department())
    refused = 0
    for each in EVERY:
        if each.allowed(cleaner.actor):
            continue
        try:
            assert not any(read(cleaner, each).values()), each
        except Denied:
            refused += 1
    assert refused == 5  # registrations, doctors, accounts, stations, the door


def test_the_queue_is_that_of_the_own_departments(hospital: Hospital) -> None:
    front = hospital.desk("registration", ("CARD", "GEN"))
    for _ in range(2):
        visits.added(front, hospital.department("CARD"))
    visits.added(front, hospital.department("GEN"), priority="urgent")
    found = read(front, QUEUE_FIGURES)
    assert (found["queue_waiting"], found["queue_urgent"]) == (3, 1)
    assert found["queue_places"] == [["Cardiology", 2], ["General medicine", 1]]
    assert isinstance(found["queue_since"], dt.datetime)
    other = hospital.desk("registration", ("GEN",), station="FRONT-2")
    assert read(other, QUEUE_FIGURES)["queue_waiting"] == 1


def test_a_doctor_counts_the_own_visits_and_those_without_a_doctor(hospital: Hospital) -> None:
    front, doctor = hospital.desk(), hospital.desk("physician", station="ROOM-3")
    colleague = hospital.desk("physician", station="FRONT-2")
    free = visits.added(front, hospital.department())
    taken = visits.added(front, hospital.department())
    colleague.do(actions.call, taken.visit_id, 1, "Room 9")
    colleague.do(actions.start, taken.visit_id, 2)
    found = read(doctor, DOCTOR_FIGURES)
    assert (found["mine_waiting"], found["mine_unassigned"], found["mine_seen"]) == (1, 1, 0)
    doctor.do(actions.call, free.visit_id, 1, "Room 3")
    started = doctor.do(actions.start, free.visit_id, 2)
    doctor.do(actions.complete, free.visit_id, started.version)
    assert read(doctor, DOCTOR_FIGURES)["mine_seen"] == 1


_MEASURED = """respiratory_rate_per_min, oxygen_saturation_percent, oxygen_given, systolic_mmhg, pulse_per_min,
    consciousness, temperature_celsius"""


@pytest.fixture
def lying(hospital: Hospital) -> Callable[..., Any]:
    """Somebody in a bed of the ward; `measured(hours_ago, news2, single_3)` writes what a nurse measured."""
    beds = iter(wards.furnished(hospital, "1A", "1B", "1C", "1D").beds.values())
    front = hospital.desk()

    def lie(*rounds: tuple[float, int | None, bool]) -> None:
        person = people.registered(front, sex="male").patient_id
        wards.admitted(hospital, wards.requested(hospital, person), next(beds))
        hospital.run("update app.stay set from_at = from_at - interval '3 days' where patient_id = %s", person)
        for hours, news2, single_3 in rounds:
            with hospital.deploy.transaction() as tx:
                tx.exec_driver_sql(
                    f"""insert into app.vital_signs (id, patient_id, measured_at, news2, news2_single_3, {_MEASURED})
                        values (gen_random_uuid(), %s, clock_timestamp() - make_interval(secs => %s), %s, %s,
                            16, 97, {"false" if news2 is not None else "null"}, 120, 80, 'alert', 37)""",
                    (person, hours * 3600, news2, single_3),
                )

    return lie


@pytest.mark.parametrize(
    ("rounds", "high", "due"),
    [
        ([], 0, 1),  # never measured
        ([(11.9, 0, False)], 0, 0),
        ([(12.1, 0, False)], 0, 1),
        ([(5.9, 4, False)], 0, 0),
        ([(6.1, 1, False)], 0, 1),
        ([(0.9, 5, False)], 1, 0),
        ([(1.1, 5, False)], 1, 1),
        ([(1.1, 3, True)], 1, 1),  # one measurement alone is 3
        ([(0.9, 3, True)], 1, 0),
        ([(8, 9, False), (0.5, 0, False)], 0, 0),
        ([(3, 7, False), (0.1, None, False)], 1, 1),  # a round without a score puts nothing off
        ([(25, 9, False)], 0, 1),  # a score of yesterday says nothing of now
        ([(2, None, False)], 0, 0),  # measured, but no score is to be had
    ],
)
def test_vital_signs_are_due_as_the_last_score_asks(
    hospital: Hospital, lying: Callable[..., Any], rounds: list[tuple[float, int | None, bool]], high: int, due: int
) -> None:
    lying(*rounds)
    found = read(hospital.desk("nurse", ("W1",), station="WARD-1"), WARD_FIGURES)
    assert (found["ward_people"], found["ward_high"], found["ward_due"]) == (1, high, due)


def test_one_statement_asks_everything(hospital: Hospital) -> None:
    from tests.desk.doctor.conftest import statements

    head = hospital.desk(("facility_head", "superadmin", "physician", "pharmacy", "nurse", "registration"))
    with statements(head.db) as seen:
        found = everything(head)
    assert len(seen) == 1 and len(found) > 40


def test_deeds_are_the_own_ones_and_name_whom_one_may_know(hospital: Hospital) -> None:
    front, doctor = hospital.desk(), hospital.desk("physician", station="ROOM-3")
    person = people.registered(front, family_name="Marroway", given_names="Ilsabet")
    added = visits.added(front, hospital.department(), patient_id=person.patient_id)
    doctor.do(actions.call, added.visit_id, 1, "Room 3")
    doctor.do(actions.start, added.visit_id, 2)

    def done(desk: Desk) -> list[tuple[str, str, str]]:
        with desk.db.transaction(desk.actor) as tx:
            return [(*change[:1], change[2], deed.family) for deed in own_deeds(tx) for change in deed.changes[:1]]

    assert done(doctor) == [("visit", "with doctor", "Marroway"), ("visit", "called", "Marroway")]
    assert done(front)[0][0] == "visit"
    hospital.run("update app.care_relationship set until_at = now()")
    assert [family for *_, family in done(doctor)] == ["", ""], "whom one may not know any more has no name"
    assert done(hospital.desk("nurse", station="FRONT-2")) == []
