"""Ways out of the station's role: other roles, triggers, locks, own objects, leaky expressions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hisdesk.errors import SignedOut
from tests.adversary.attacker import Attacker, attacker, seen
from tests.adversary.conftest import World


@pytest.fixture
def insider(world: World) -> Iterator[Attacker]:
    """At ROOM-3 with the doctor's token: rightly sees the one, never the stranger."""
    with attacker(world.hospital, "ROOM-3") as who:
        who.carry(world.doctor.actor)
        assert seen(who, world.patient.patient_id) and not seen(who, world.stranger.patient_id)
        yield who


def test_row_security_off_is_an_error_not_a_way_in(world: World, insider: Attacker) -> None:
    insider.sql("set row_security = off")
    insider.refused("select * from app.patient")


@pytest.mark.parametrize("role", ["his_owner", "his_auth", "his_audit", "his_search", "deploy", "relay", "postgres"])
def test_no_other_role_can_be_taken_on(insider: Attacker, role: str) -> None:
    insider.refused(f"set role {role}")
    insider.refused(f"set session authorization {role}")
    insider.refused(f"select set_config('role', '{role}', false)")


def test_no_role_can_be_given_to_oneself(world: World, insider: Attacker) -> None:
    me = world.hospital.template.stations["ROOM-3"].role_name
    for role in ("his_owner", "his_search", "deploy", "pg_read_all_data"):
        insider.refused(f"grant {role} to {me}")
    insider.refused(f"alter role {me} bypassrls")
    insider.refused("create role accomplice login")


def test_the_station_role_cannot_be_another_stations(insider: Attacker, world: World) -> None:
    insider.refused(f"set role {world.hospital.template.stations['FRONT-1'].role_name}")


@pytest.mark.parametrize(
    "statement",
    [
        "alter table app.patient disable trigger record",
        "alter table app.patient disable row level security",
        "alter table app.patient no force row level security",
        "drop trigger record on app.patient",
        "drop policy read on app.patient",
        "create policy mine on app.patient using (true)",
        "set session_replication_role = replica",
        "alter table app.patient owner to session_user",
        "create rule r as on update to app.patient do instead nothing",
        "comment on table app.patient is 'mine'",
    ],
)
def test_triggers_and_policies_cannot_be_touched(insider: Attacker, statement: str) -> None:
    insider.refused(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "create temp table t (x int)",
        "create table app.t (x int)",
        "create table public.t (x int)",
        "create schema mine",
        "create function app.f() returns int language sql as 'select 1'",
        "create function pg_temp.f() returns int language sql as 'select 1'",
        "create view app.v as select 1",
        "create operator app.= (function = texteq, leftarg = text, rightarg = text)",
        "alter extension pg_trgm set schema app",
        "do $$ begin null; end $$",
        "select 1 into temp t2",
    ],
)
def test_nothing_can_be_made(insider: Attacker, statement: str) -> None:
    insider.refused(statement)


def test_a_hijacked_search_path_changes_nothing(world: World, insider: Attacker) -> None:
    insider.sql("set search_path = pg_temp, app, public")
    insider.refused("create temp table session (x int)")
    assert insider.value("select auth.uid()") == world.doctor.actor.user_id
    assert not seen(insider, world.stranger.patient_id)


@pytest.mark.parametrize("mode", ["row exclusive", "share", "share row exclusive", "exclusive", "access exclusive"])
@pytest.mark.parametrize("table", ["app.patient", "app.visit", "app.care_relationship", "app.staff"])
def test_no_table_can_be_locked_against_others(insider: Attacker, table: str, mode: str) -> None:
    insider.begin()
    insider.refused(f"lock table {table} in {mode} mode")
    insider.rollback()


def test_without_a_token_no_row_can_be_locked(world: World, thief: Attacker) -> None:
    thief.begin()
    assert thief.sql("select id from app.patient for update") == []
    assert thief.sql("select id from app.visit for share") == []
    thief.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "select pg_advisory_lock(1)",
        "select pg_try_advisory_lock(1)",
        "select pg_advisory_xact_lock(1)",
        "select lo_create(0)",
        "select lo_from_bytea(0, 'x')",
        "select lo_import('/etc/passwd')",
        "select lo_export(1, '/tmp/x')",
        "select lo_get(1)",
        "select pg_notify('x', 'y')",
        "select pg_read_file('/etc/passwd')",
        "select pg_ls_dir('.')",
        "select pg_export_snapshot()",
        "select pg_logical_emit_message(true, 'a', 'b')",
        "copy app.staff to '/tmp/hisdesk-staff'",
        "copy app.staff to program 'cat'",
        "copy app.staff from '/etc/passwd'",
        "select * from pg_authid",
        "select * from pg_prepared_xacts",
        "select pg_reload_conf()",
    ],
)
def test_server_functions_that_no_station_needs_are_taken_away(insider: Attacker, statement: str) -> None:
    insider.refused(statement)


def test_copy_shows_what_a_select_shows(world: World, insider: Attacker) -> None:
    import io

    out = io.StringIO()
    with insider.connection.cursor() as cursor:
        cursor.copy_expert("copy app.patient (family_name, id) to stdout", out)
    assert str(world.patient.patient_id) in out.getvalue()
    assert str(world.stranger.patient_id) not in out.getvalue()


def test_copy_in_is_no_way_around_the_policies(insider: Attacker) -> None:
    insider.refused("copy app.allergy (id, patient_id, substance) from stdin", code="0A000")  # not under row security


@pytest.mark.parametrize(
    "condition",
    [
        "1 / (length(family_name) - length(family_name)) = 1",
        "family_name::integer = 1",
        "('x' || family_name)::uuid is null",
        "birth_date::text::integer = 1",
        "1 / (ascii(given_names) - ascii(given_names)) = 1",
    ],
)
def test_an_expression_that_fails_on_a_hidden_row_is_never_reached(
    world: World, thief: Attacker, condition: str
) -> None:
    with world.hospital.superuser().connect() as connection, pytest.raises(Exception, match=r"(zero|invalid)"):
        connection.exec_driver_sql(f"select * from app.patient where {condition}").all()
    assert thief.sql(f"select * from app.patient where {condition}") == []


def test_an_error_on_a_hidden_row_does_not_tell_that_it_exists(world: World, insider: Attacker) -> None:
    probe = "select count(*) from app.patient where id = %s and 1 / (length(family_name) - %s) > 1000"
    length = world.hospital.value(
        "select length(family_name) from app.patient where id = %s", world.stranger.patient_id
    )
    assert insider.value(probe, world.stranger.patient_id, length) == 0


def test_statistics_of_columns_are_hidden(world: World, insider: Attacker) -> None:
    world.hospital.run("analyze app.patient")
    assert world.hospital.value("select count(*) from pg_stats where tablename = 'patient'") != 0
    assert insider.value("select count(*) from pg_stats where tablename = 'patient'") == 0
    insider.refused("select * from pg_statistic")


def test_a_duplicate_key_does_not_tell_more_than_the_key_that_was_typed(world: World) -> None:
    with attacker(world.hospital, "FRONT-1") as front:
        front.carry(world.front.actor)
        with pytest.raises(Exception, match="duplicate") as error:
            front.sql(
                "insert into app.patient (id, mrn, family_name, given_names) values (%s, app.next_mrn(), 'x', 'y')",
                world.stranger.patient_id,
            )
        assert "Okafor" not in str(error.value)


def test_notify_reaches_nobody_and_publishes_nothing(world: World, insider: Attacker) -> None:
    before = world.hospital.value("select count(*) from app.outbox")
    insider.sql("notify outbox, 'forged'")
    assert world.hospital.value("select count(*) from app.outbox") == before


def test_other_databases_of_the_server_are_closed(world: World) -> None:
    import psycopg2

    enrolled = world.hospital.template.stations["FRONT-2"]
    url = world.hospital.address.url("postgres", enrolled.role_name, enrolled.password)
    try:
        connection = psycopg2.connect(url)
    except psycopg2.OperationalError:
        return
    with connection, connection.cursor() as cursor:  # the maintenance database may let in, and holds nothing
        cursor.execute("select count(*) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')")
        row = cursor.fetchone()
    connection.close()
    assert row == (0,)


def test_search_of_functions_by_their_owners_only(world: World, insider: Attacker) -> None:
    """What definer functions use among themselves cannot be called from outside."""
    for call in (
        "auth.spend('x', 'y', 1, 1)",
        "auth.setting('session_hours')",
        "auth.asked(gen_random_uuid())",
        "auth.answered(gen_random_uuid(), '{}')",
        "auth.close_others()",
        "audit.note('opened', 'patient', null, null, '{}')",
        "audit.masked('patient', '{}')",
        "app.serves(gen_random_uuid(), '{}', '{}')",
        "app.patient_exists(gen_random_uuid())",
        "app.next_ticket(gen_random_uuid())",
        "app.recount_words()",
        "auth.random32()",
        "auth.hmac_sha256('a', 'b')",
        "auth.doctor_departments()",
    ):
        insider.refused(f"select {call}")


def test_the_program_too_is_told_when_its_session_is_gone(world: World) -> None:
    from dataclasses import replace

    gone = replace(world.doctor.actor, token="made up")
    with pytest.raises(SignedOut), world.doctor.db.transaction(gone):
        pass
