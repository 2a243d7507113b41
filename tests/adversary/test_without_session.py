"""A station's credential alone, or with somebody else's token, opens nothing."""

from __future__ import annotations

import psycopg2
import pytest

from hisdesk.access import enrolment, sign_in
from tests.adversary.attacker import Attacker, attacker, seen
from tests.adversary.conftest import World

TABLES = (
    "hospital", "department", "staff", "patient", "patient_name", "patient_identifier", "insurance_policy",
    "emergency_contact", "document", "allergy", "allergy_declaration", "visit", "care_relationship",
)  # fmt: skip
TABLES += ("room", "bed", "admission_request", "stay", "discharge_item", "related_person", "cleaning_task")
TABLES += ("note", "note_addendum", "diagnosis", "clinical_order", "vital_signs", "oxygen_scale")
TABLES += ("medicine", "allergy_group", "cross_reactivity", "interaction", "prescription", "prescription_line")
TABLES += ("prescription_override", "prescription_draft", "lot", "reorder_level", "stock_move")
TABLES += ("dispensing", "dispensing_item")
EMPTY = ("allergy_declaration", "note_addendum", "allergy_group", "cross_reactivity", "interaction",
         "prescription_override", "prescription_draft", "related_person")  # fmt: skip
CLOSED = ("ticket_counter", "mrn_issued", "outbox", "op_done", "name_word")
OPEN = ("schema_version",)  # the sign-in window shows it
LISTS = ("icd10", "icd10_word")  # published code lists


def test_the_list_of_tables_is_whole(world: World) -> None:
    with world.hospital.superuser().connect() as connection:
        tables = set(connection.exec_driver_sql("select tablename from pg_tables where schemaname = 'app'").scalars())
    assert tables == set(TABLES) | set(CLOSED) | set(OPEN) | set(LISTS)


@pytest.mark.parametrize("table", TABLES)
def test_no_token_shows_no_row_and_changes_none(world: World, thief: Attacker, table: str) -> None:
    if table not in EMPTY:
        assert world.hospital.value(f"select count(*) from app.{table}") != 0  # there is something to see
    assert thief.sql(f"select * from app.{table}") == []
    key = "source_id" if table == "care_relationship" else "id"
    before = world.hospital.value(f"select md5(string_agg(t::text, '' order by t.{key})) from app.{table} t")
    for statement in (
        f"update app.{table} set {key} = {key}",
        f"update app.{table} set version = 99",
        f"insert into app.{table} ({key}) values (gen_random_uuid())",
        f"delete from app.{table}",
        f"truncate app.{table}",
    ):
        if "version" in statement and table == "care_relationship":
            continue
        code = thief.code(statement)
        assert code in {"42501", "HD401", ""}, (statement, code)
    after = world.hospital.value(f"select md5(string_agg(t::text, '' order by t.{key})) from app.{table} t")
    assert after == before


@pytest.mark.parametrize("table", CLOSED)
def test_infrastructure_cannot_even_be_read(world: World, thief: Attacker, table: str) -> None:
    thief.carry(world.front.actor)
    thief.refused(f"select * from app.{table}")


@pytest.mark.parametrize("schema", ["auth", "audit"])
def test_no_table_of_accounts_keys_or_audit_can_be_read_or_written(world: World, thief: Attacker, schema: str) -> None:
    with world.hospital.superuser().connect() as connection:
        tables = (
            connection.exec_driver_sql("select tablename from pg_tables where schemaname = %s", (schema,))
            .scalars()
            .all()
        )
    for table in tables:
        thief.refused(f"select * from {schema}.{table}")
        thief.refused(f"delete from {schema}.{table}")


@pytest.mark.parametrize("name", ["hisdesk.user_id", "hisdesk.uid", "hisdesk.role", "app.user_id", "hisdesk.session"])
def test_a_forged_user_setting_is_nobody(world: World, thief: Attacker, name: str) -> None:
    thief.sql(f"set {name} = '{world.doctor.actor.user_id}'")
    assert thief.value("select auth.uid()") is None
    assert not seen(thief, world.patient.patient_id)


@pytest.mark.parametrize("token", ["", "x", "' or true --", "A" * 10_000])
def test_a_made_up_token_is_nobody(world: World, thief: Attacker, token: str) -> None:
    thief.carry(token)
    assert thief.value("select auth.uid()") is None
    thief.refused("select auth.enter()", code="HD401")
    assert not seen(thief, world.patient.patient_id)


def test_a_token_works_at_its_own_station_only(world: World, thief: Attacker) -> None:
    with attacker(world.hospital, "ROOM-3") as own:
        own.carry(world.doctor.actor)
        assert seen(own, world.patient.patient_id)
    thief.carry(world.doctor.actor)
    assert not seen(thief, world.patient.patient_id)
    thief.refused("select auth.enter()", code="HD401")


def test_a_token_of_one_transaction_is_gone_in_the_next(world: World) -> None:
    with attacker(world.hospital, "ROOM-3") as own:
        own.begin(world.doctor.actor)
        assert seen(own, world.patient.patient_id)
        own.commit()
        assert not seen(own, world.patient.patient_id)


def test_a_sibling_connection_sees_no_statement_of_another(fresh: World) -> None:
    with attacker(fresh.hospital, "ROOM-3") as own, attacker(fresh.hospital, "ROOM-3") as sibling:
        own.begin(fresh.doctor.actor)
        sibling.refused("select query from pg_stat_activity")
        for function in (
            "pg_stat_get_activity(null)",
            "pg_stat_get_backend_activity(1)",
            "pg_stat_get_backend_idset()",
        ):
            sibling.refused(f"select {function}")
        # and there would be nothing to see: the station's role keeps its statements to itself
        pid = own.value("select pg_backend_pid()")
        assert fresh.hospital.value("select query from pg_stat_activity where pid = %s", pid) in ("", "<disabled>")


@pytest.mark.parametrize(
    "ending",
    [
        "update auth.session set ended_at = clock_timestamp()",
        "update auth.session set expires_at = clock_timestamp()",
        "update auth.session set silent_at = clock_timestamp()",
    ],
)
def test_an_ended_session_is_nobody(fresh: World, ending: str) -> None:
    with attacker(fresh.hospital, "ROOM-3") as own:
        own.carry(fresh.doctor.actor)
        assert seen(own, fresh.patient.patient_id)
        fresh.hospital.run(ending)
        assert not seen(own, fresh.patient.patient_id)
        own.refused("select auth.enter()", code="HD401")


def test_signing_out_ends_the_token(fresh: World) -> None:
    sign_in.sign_out(fresh.doctor.db, fresh.doctor.actor)
    with attacker(fresh.hospital, "ROOM-3") as own:
        own.carry(fresh.doctor.actor)
        assert not seen(own, fresh.patient.patient_id)


def test_a_revoked_station_is_shut_out_at_once(fresh: World) -> None:
    with attacker(fresh.hospital, "ROOM-3") as own:
        own.carry(fresh.doctor.actor)
        enrolment.revoke_station(fresh.hospital.deploy, "ROOM-3")
        try:
            assert not seen(own, fresh.patient.patient_id)
            own.refused("select auth.enter()", code="HD401")
            with pytest.raises(psycopg2.OperationalError):
                attacker(fresh.hospital, "ROOM-3")
        finally:
            fresh.hospital.run(f"alter role {fresh.hospital.template.stations['ROOM-3'].role_name} login")


def test_a_deactivated_account_is_shut_out_at_once(fresh: World) -> None:
    admin = fresh.hospital.desk("superadmin", (), station="FRONT-2")
    with attacker(fresh.hospital, "FRONT-2") as office, attacker(fresh.hospital, "ROOM-3") as own:
        office.carry(admin.actor)
        own.carry(fresh.doctor.actor)
        assert seen(own, fresh.patient.patient_id)
        office.sql("select auth.set_account(%s, 1, '{}', '{}', true)", fresh.doctor.actor.user_id)
        assert not seen(own, fresh.patient.patient_id)


def test_a_permission_taken_away_is_gone_at_the_next_statement(fresh: World) -> None:
    with attacker(fresh.hospital, "ROOM-3") as own:
        own.begin(fresh.doctor.actor)
        assert seen(own, fresh.patient.patient_id)
        fresh.hospital.run("delete from auth.role_grant where module = 'patients'")
        assert not seen(own, fresh.patient.patient_id)
