"""A stolen station credential, and somebody signed in: what was prescribed can neither be forged nor slipped by."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from hisdesk.hospital.patients import queries as patients
from tests.adversary.attacker import Attacker, attacker
from tests.adversary.conftest import World
from tests.factories import prescriptions
from tests.helpers.hospital import PASSWORD, Desk

LINE = """insert into app.prescription_line (id, prescription_id, position, medicine_id, dose_value, dose_unit, route,
    frequency, days, quantity, quantity_unit)
    values (gen_random_uuid(), %s, 9, %s, 1, 'mg', 'oral', 'once', 1, 1, 'tablet')"""


@pytest.fixture
def doctor(world: World) -> Iterator[Attacker]:
    """The prescriber, with psql, the record open."""
    with attacker(world.hospital, "ROOM-3") as who:
        who.carry(world.doctor.actor)
        yield who


def signed(world: World) -> UUID:
    found = world.hospital.value("select id from app.prescription limit 1")
    assert isinstance(found, UUID)
    return found


def medicine(world: World) -> UUID:
    found = world.hospital.value("select id from app.medicine limit 1")
    assert isinstance(found, UUID)
    return found


def test_nothing_is_added_to_what_was_signed(world: World, doctor: Attacker) -> None:
    doctor.refused(LINE, signed(world), medicine(world), code="HD403")
    line = doctor.value("select id from app.prescription_line")
    doctor.refused(
        "insert into app.prescription_override (id, line_id, check_kind, outcome, finding, reason)"
        " values (gen_random_uuid(), %s, 'dose', 'caution', 'x', 'acknowledged')",
        line,
        code="HD403",
    )


@pytest.mark.parametrize(
    "change",
    [
        "update app.prescription_line set quantity = 900",
        "update app.prescription_line set medicine_id = medicine_id",
        "update app.prescription_line set dispensed_quantity = 1",
        "update app.prescription set status = 'dispensed'",
        "update app.prescription set prescriber_id = prescriber_id",
        "update app.prescription_override set sentence = 'other'",
        "delete from app.prescription_line",
        "update app.prescription_draft set author_id = author_id",
    ],
)
def test_what_was_signed_stays_as_it_is(doctor: Attacker, change: str) -> None:
    doctor.refused(change)


def test_a_station_says_of_nothing_that_it_was_dispensed(doctor: Attacker) -> None:
    doctor.refused("update app.prescription_line set status = 'dispensed'", code="HD403")
    doctor.refused("update app.prescription_line set status = 'issued'", code="HD403")  # one tablet was dispensed


@pytest.mark.parametrize("column", ["prescriber_id", "signed_at", "status", "clinic_id", "transaction_id"])
def test_nobody_signs_for_somebody_else_or_at_another_time(world: World, doctor: Attacker, column: str) -> None:
    value = {
        "prescriber_id": world.doctor.actor.user_id,
        "signed_at": "2020-01-01",
        "status": "dispensed",
        "clinic_id": world.hospital.department(),
        "transaction_id": 1,
    }[column]
    doctor.refused(
        f"insert into app.prescription (id, patient_id, department_id, {column}) values (%s, %s, %s, %s)",
        uuid4(),
        world.patient.patient_id,
        world.hospital.department("PHARM"),
        value,
    )


def test_nobody_confirms_by_saying_who_did(world: World, doctor: Attacker) -> None:
    doctor.refused(
        "insert into app.prescription_override (id, line_id, check_kind, outcome, finding, reason, confirmed_by)"
        " values (gen_random_uuid(), %s, 'allergy', 'stop', 'x', 'monitored', %s)",
        uuid4(),
        world.doctor.actor.user_id,
    )
    doctor.refused("select auth.confirmed(%s, 'prescriptions', 'create', 'x')", uuid4())
    doctor.refused("select * from auth.confirmation")


def test_an_attempt_of_the_same_transaction_confirms_nothing(world: World, doctor: Attacker) -> None:
    """A rollback would take the failure back with the guess."""
    doctor.begin(world.doctor.actor)
    challenge = doctor.value("select id from auth.challenge(%s)", world.front.actor.user_name)
    attempt = doctor.value("select auth.attempt(%s, %s)", challenge, b"x" * 32)
    doctor.refused("select auth.confirm(%s, 'prescriptions', 'create', 'x')", attempt, code="HD422")
    doctor.rollback()


def test_a_confirmation_serves_only_the_session_that_asked_for_it(world: World) -> None:
    from hisdesk.access import permissions
    from hisdesk.access.confirming import confirm

    hospital = world.hospital
    second = hospital.account("physician")
    other = hospital.desk("physician", station="FRONT-2")
    key = confirm(other.db, other.actor, second, PASSWORD, permissions.PRESCRIPTIONS_CREATE, "for me")
    used = hospital.value("select used_at from auth.confirmation where id = %s", key)
    assert used is None
    with hospital.superuser().connect() as connection, connection.begin():
        connection.exec_driver_sql("select set_config('hisdesk.token', %s, true)", (world.doctor.actor.token,))
        found = connection.exec_driver_sql(
            "select auth.confirmed(%s, 'prescriptions', 'create', 'for me')", (key,)
        ).scalar()
    assert found is None


@pytest.mark.parametrize("table", ["prescription", "prescription_line", "prescription_override"])
def test_another_clinic_sees_nothing_of_it(world: World, table: str) -> None:
    stranger = world.hospital.desk("physician", ("GEN",), station="FRONT-2")
    with attacker(world.hospital, "FRONT-2") as who:
        who.carry(stranger.actor)
        assert who.value(f"select count(*) from app.{table}") == 0


def test_a_prescription_makes_nobody_known_whose_record_is_closed(world: World, doctor: Attacker) -> None:
    doctor.refused(
        "insert into app.prescription (id, patient_id, department_id) values (%s, %s, %s)",
        uuid4(),
        world.stranger.patient_id,
        world.hospital.department("PHARM"),
        code="HD403",
    )


def test_a_clinic_is_no_pharmacy(world: World, doctor: Attacker) -> None:
    doctor.refused(
        "insert into app.prescription (id, patient_id, department_id) values (%s, %s, %s)",
        uuid4(),
        world.patient.patient_id,
        world.hospital.department("GEN"),
        code="HD422",
    )


def test_an_allergy_is_not_slipped_by(fresh: World) -> None:
    """Penicillin is recorded in this world: neither without an override, nor with one for something else."""
    amoxicillin = prescriptions.medicine(fresh.hospital, "amoxicillin", atc="J01CA04")
    fresh.hospital.run(
        "insert into app.allergy_group (id, code, name, names, members)"
        " values (%s, 'penicillins', 'penicillins', '{penicillin}', '{J01C}')",
        uuid4(),
    )
    key, line = uuid4(), uuid4()
    with attacker(fresh.hospital, "ROOM-3") as who:
        who.begin(fresh.doctor.actor)
        who.sql(
            "insert into app.prescription (id, patient_id, department_id) values (%s, %s, %s)",
            key,
            fresh.patient.patient_id,
            fresh.hospital.department("PHARM"),
        )
        who.sql(LINE.replace("gen_random_uuid()", "%s"), line, key, amoxicillin)
        who.sql(
            "insert into app.prescription_override (id, line_id, check_kind, outcome, finding, reason)"
            " values (gen_random_uuid(), %s, 'allergy', 'caution', 'x', 'acknowledged')",
            line,
        )
        who.refused("commit", code="HD422")
    assert fresh.hospital.value("select count(*) from app.prescription where id = %s", key) == 0


def test_a_draft_is_seen_by_its_author_alone(fresh: World) -> None:
    other: Desk = fresh.hospital.desk("physician", station="FRONT-2")
    patients.opened(other.db, other.actor, fresh.patient.patient_id)
    with attacker(fresh.hospital, "ROOM-3") as who:
        who.carry(fresh.doctor.actor)
        who.sql(
            "insert into app.prescription_draft (id, patient_id, content) values (%s, %s, '[{}]')",
            uuid4(),
            fresh.patient.patient_id,
        )
        assert who.value("select count(*) from app.prescription_draft") == 1
    with attacker(fresh.hospital, "FRONT-2") as who:
        who.carry(other.actor)
        assert who.value("select count(*) from app.prescription_draft") == 0
        assert who.count("update app.prescription_draft set content = '[]'") == 0
