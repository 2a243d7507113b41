"""Vital signs and their score on a real database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

import pytest

from hisdesk.access.action import new_id
from hisdesk.errors import Conflict, Denied, Invalid
from hisdesk.hospital.patients import queries as patients
from hisdesk.hospital.vitals import queries
from hisdesk.hospital.vitals.actions import entered_in_error, prescribe_oxygen_scale, record
from hisdesk.hospital.vitals.rules import NewVitals
from tests.factories import people, visits
from tests.helpers.hospital import Desk, Hospital, Template


@dataclass(frozen=True)
class Room:
    """A nurse and a doctor with somebody's record open."""

    hospital: Hospital
    nurse: Desk
    doctor: Desk
    front: Desk
    patient: UUID

    def read(self, desk: Desk | None = None) -> queries.Vitals:
        desk = desk or self.nurse
        with desk.db.transaction(desk.actor) as tx:
            return queries.of_person(tx, self.patient)


def room_of(hospital: Hospital, born: dt.date) -> Room:
    front = hospital.desk("registration")
    patient = people.registered(front, birth_date=born).patient_id
    visits.added(front, hospital.department(), patient_id=patient)
    nurse = hospital.desk("nurse", station="FRONT-2", given="Maya", family="Lind")
    doctor = hospital.desk("physician", station="ROOM-3", title="Dr", family="Kumar")
    for desk in (nurse, doctor):
        patients.opened(desk.db, desk.actor, patient)
    return Room(hospital, nurse, doctor, front, patient)


@pytest.fixture
def room(template: Template) -> Iterator[Room]:
    with Hospital(template) as hospital:
        yield room_of(hospital, dt.date(1970, 5, 1))


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def ill(**values: object) -> NewVitals:
    round_ = NewVitals(now(), 22, 93, True, Decimal(2), 98, 60, 112, "alert", Decimal("38.6"))
    return replace(round_, **values)  # type: ignore[arg-type]


def test_a_round_is_kept_with_its_score_and_what_it_calls_for(room: Room) -> None:
    done = room.nurse.do(record, room.patient, ill(note="  looks  pale "))
    assert done.news2 == 2 + 2 + 2 + 2 + 2 + 0 + 1 and "Emergency" in done.says
    (row,) = room.read(room.doctor).rows
    assert (row.news2, row.recorded_by, row.oxygen_scale, row.new.note) == (11, "Maya Lind", 1, "looks pale")
    assert row.new.temperature_celsius == Decimal("38.6") and row.score(50).total == 11  # type: ignore[union-attr]


def test_scale_2_is_a_physicians_decision_and_counts_from_then_on(room: Room) -> None:
    with pytest.raises(Denied):
        room.nurse.do(prescribe_oxygen_scale, room.patient, 2, "COPD")
    with pytest.raises(Invalid):
        room.doctor.do(prescribe_oxygen_scale, room.patient, 2, " ")
    room.doctor.do(prescribe_oxygen_scale, room.patient, 2, "COPD with carbon dioxide retention")
    seen = room.read()
    assert (seen.about.oxygen_scale, seen.scale_by) == (2, "Dr Alex Kumar")
    assert room.nurse.do(record, room.patient, ill(oxygen_saturation_percent=90)).news2 == 2 + 0 + 2 + 2 + 2 + 0 + 1
    assert room.nurse.do(record, room.patient, ill(oxygen_saturation_percent=97)).news2 == 2 + 3 + 2 + 2 + 2 + 0 + 1


def test_an_incomplete_round_is_kept_without_a_score(room: Room) -> None:
    done = room.nurse.do(record, room.patient, NewVitals(now(), pulse_per_min=80))
    assert done.news2 is None and "not measured" in done.says
    done = room.nurse.do(record, room.patient, ill(pregnant=True))
    assert done.news2 is None and "pregnancy" in done.says


def test_a_child_has_no_score_by_whatever_way(template: Template) -> None:
    with Hospital(template) as hospital:
        room = room_of(hospital, now().date() - dt.timedelta(days=365 * 8))
        done = room.nurse.do(record, room.patient, ill())
        assert done.news2 is None and "under 16" in done.says
        with pytest.raises(Invalid, match="under 16"), room.nurse.db.transaction(room.nurse.actor) as tx:
            tx.exec_driver_sql(
                "insert into app.vital_signs (id, patient_id, respiratory_rate_per_min, oxygen_saturation_percent,"
                " oxygen_given, systolic_mmhg, pulse_per_min, consciousness, temperature_celsius, news2)"
                " values (%s, %s, 20, 97, false, 110, 80, 'alert', 37, 0)",
                (new_id(), room.patient),
            )


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"pulse_per_min": 700}, {"pulse_per_min"}),
        ({"temperature_celsius": Decimal("98.6")}, {"temperature_celsius"}),
        ({"systolic_mmhg": 60, "diastolic_mmhg": 98}, {"diastolic_mmhg"}),
        ({"oxygen_given": False}, {"oxygen_flow_l_per_min"}),
        ({"measured_at": now() + dt.timedelta(hours=1)}, {"measured_at"}),
        ({"measured_at": now() - dt.timedelta(days=4)}, {"measured_at"}),
    ],
)
def test_what_cannot_be_is_said_at_its_field(room: Room, values: dict[str, object], wrong: set[str]) -> None:
    with pytest.raises(Invalid) as said:
        room.nurse.do(record, room.patient, ill(**values))
    assert set(said.value.fields) == wrong
    assert room.read().rows == ()


def test_an_empty_round_is_none(room: Room) -> None:
    with pytest.raises(Invalid):
        room.nurse.do(record, room.patient, NewVitals(now(), note="nothing"))


def test_a_wrong_round_stays_readable_with_its_reason(room: Room) -> None:
    done = room.nurse.do(record, room.patient, ill())
    with pytest.raises(Invalid):
        room.nurse.do(entered_in_error, done.vitals_id, 1, "")
    room.nurse.do(entered_in_error, done.vitals_id, 1, "measured on the neighbour")
    (row,) = room.read().rows
    assert (row.status, row.status_reason, row.news2) == ("entered in error", "measured on the neighbour", 11)
    with pytest.raises(Conflict):
        room.doctor.do(entered_in_error, done.vitals_id, 1, "again")


def test_the_front_desk_sees_none(room: Room) -> None:
    room.nurse.do(record, room.patient, ill())
    patients.opened(room.front.db, room.front.actor, room.patient)
    assert room.read(room.front).rows == ()
