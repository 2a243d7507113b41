"""What a refusal tells: triggers run before the policies, so they speak only about whose record is open."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.adversary.attacker import Attacker, attacker
from tests.adversary.conftest import World

MEASURED = "insert into app.vital_signs (id, patient_id, measured_at, pulse_per_min{0}) values (%s, %s, %s, 80{1})"


@pytest.fixture
def elsewhere(fresh: World) -> Iterator[Attacker]:
    """A physician who has nobody's record open and works where nobody is."""
    desk = fresh.hospital.desk("physician", ("GEN",), station="FRONT-2")
    with attacker(fresh.hospital, "FRONT-2") as who:
        who.carry(desk.actor)
        yield who


def test_a_birth_date_is_not_measured_out(fresh: World, elsewhere: Attacker) -> None:
    """The score is not for people under 16, at any moment that the station names."""
    fresh.hospital.run("update app.patient set birth_date = '2000-06-15' where id = %s", fresh.patient.patient_id)
    score = MEASURED.format(
        ", respiratory_rate_per_min, oxygen_saturation_percent, oxygen_given, systolic_mmhg, consciousness,"
        " temperature_celsius, news2",
        ", 16, 97, false, 120, 'alert', 37, 0",
    )
    codes = {
        elsewhere.code(score, uuid4(), fresh.patient.patient_id, day)
        for day in ("2016-06-14", "2016-06-16", "2020-01-01")
    }
    codes.add(elsewhere.code(score, uuid4(), uuid4(), "2016-06-14"))
    assert codes == {"HD403"}


def test_an_oxygen_scale_is_not_told(fresh: World, elsewhere: Attacker) -> None:
    scale = MEASURED.format(", oxygen_scale", ", {}")
    codes = {
        elsewhere.code(scale.format(number), uuid4(), person, "2020-01-01")
        for number in (1, 2)
        for person in (fresh.patient.patient_id, fresh.stranger.patient_id, uuid4())
    }
    assert codes == {"HD403"}


@pytest.mark.parametrize("day", ["-infinity", "4000-01-01 BC", "1200-01-01"])
def test_vital_signs_were_measured_at_a_moment_that_every_desk_can_read(fresh: World, day: str) -> None:
    with attacker(fresh.hospital, "ROOM-3") as who:
        who.carry(fresh.doctor.actor)
        who.refused(MEASURED.format("", ""), uuid4(), fresh.patient.patient_id, day, code="23514")


def test_whose_a_visit_is_cannot_be_tried_out(fresh: World, elsewhere: Attacker) -> None:
    note = "insert into app.note (id, patient_id, visit_id) values (%s, %s, %s)"
    diagnosis = "insert into app.diagnosis (id, patient_id, code, visit_id) values (%s, %s, 'I10', %s)"
    for statement in (note, diagnosis):
        codes = {
            elsewhere.code(statement, uuid4(), person, visit)
            for person in (fresh.patient.patient_id, fresh.stranger.patient_id, uuid4())
            for visit in (fresh.visit.visit_id, uuid4())
        }
        assert codes == {"HD403"}, statement


def test_that_somebody_has_a_signed_note_cannot_be_tried_out(fresh: World, elsewhere: Attacker) -> None:
    add = "insert into app.note_addendum (id, note_id, patient_id, reason, text) values (%s, %s, %s, 'a', 'b')"
    note = fresh.hospital.value("select id from app.note")
    codes = {
        elsewhere.code(add, uuid4(), key, person)
        for key in (note, uuid4())
        for person in (fresh.patient.patient_id, fresh.stranger.patient_id)
    }
    assert codes == {"HD403"}


@pytest.mark.parametrize("day", ["20000-01-01", "4000-01-01 BC"])
def test_a_day_that_no_desk_can_read_is_refused(fresh: World, day: str) -> None:
    """One such row would keep a search, a record or a ward's board from being shown to anybody."""
    with attacker(fresh.hospital, "FRONT-1") as clerk:
        clerk.carry(fresh.front.actor)
        for change in (
            "app.patient set birth_date",
            "app.patient_identifier set expires_on",
            "app.insurance_policy set effective_on",
        ):
            clerk.refused(f"update {change} = %s", day, code="23514")
    with attacker(fresh.hospital, "ROOM-3") as doctor:
        doctor.carry(fresh.doctor.actor)
        doctor.refused("update app.allergy set noted_on = %s", day, code="23514")
        doctor.refused("update app.diagnosis set onset_on = %s", day, code="23514")
    desk = fresh.hospital.desk("nurse", ("W1",), station="FRONT-2")
    with attacker(fresh.hospital, "FRONT-2") as nurse:
        nurse.carry(desk.actor)
        nurse.refused("update app.admission_request set expected_on = %s", day, code="23514")
        nurse.refused("update app.admission_request set leaves_at = %s", day, code="23514")
