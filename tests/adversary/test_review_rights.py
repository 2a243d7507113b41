"""Widening one's rights, keeping them, and keeping others from their work."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg2
import pytest

from hisdesk.access import enrolment, sign_in
from hisdesk.access.sign_in import new_credential
from tests.adversary.attacker import Attacker, attacker, seen
from tests.adversary.conftest import World
from tests.adversary.test_signing_in import attempt, challenge
from tests.helpers.hospital import PASSWORD, Hospital


@pytest.fixture
def clerk(fresh: World) -> Iterator[Attacker]:
    with attacker(fresh.hospital, "FRONT-1") as who:
        who.carry(fresh.front.actor)
        yield who


def test_a_first_password_opens_nothing_but_the_change_of_it(fresh: World) -> None:
    """Whoever reset it, or read it on the note, has to change it, which its owner will notice."""
    hospital = fresh.hospital
    name = hospital.account("physician", name="newcomer")
    enrolment.reset_password(hospital.deploy, name, new_credential(PASSWORD, cost=4))
    desk = hospital.sign_in(name, "ROOM-3")
    with attacker(hospital, "ROOM-3") as who:
        who.carry(desk.actor)
        assert not seen(who, fresh.patient.patient_id)
        assert who.sql("select * from app.visit") == who.sql("select * from app.care_relationship") == []
        who.refused("select auth.ask(%s, 'secretive')", uuid4(), code="HD403")
        who.refused("select auth.open(%s)", fresh.patient.patient_id, code="HD403")
        sign_in.change_password(desk.db, desk.actor, PASSWORD, "another-made-up-word")
        assert seen(who, fresh.patient.patient_id)  # the session goes on


def test_two_administrators_cannot_deactivate_each_other_at_the_same_moment(hospital: Hospital) -> None:
    one, two = hospital.desk("superadmin", (), station="FRONT-1"), hospital.desk("superadmin", (), station="FRONT-2")
    change = "select auth.set_account(%s, 1, '{}', '{}', true)"
    with attacker(hospital, "FRONT-1") as first, attacker(hospital, "FRONT-2") as second, ThreadPoolExecutor(1) as pool:
        first.begin(one.actor)
        first.sql(change, two.actor.user_id)
        second.carry(two.actor)
        waiting = pool.submit(second.code, change, one.actor.user_id)
        first.commit()
        assert waiting.result(30) in {"HD422", "HD401"}  # nobody would be left, or the session is over already
    left = "select count(*) from auth.account a join auth.account_role using (user_id) where not disabled"
    assert hospital.value(left) == 1


def test_numbers_cannot_be_used_up_by_taking_them_back(fresh: World, clerk: Attacker) -> None:
    before = fresh.hospital.value("select last_value from app.mrn_body")
    clerk.sql("begin")
    clerk.sql("select app.next_mrn() from generate_series(1, 300)")
    clerk.sql("rollback")
    assert fresh.hospital.value("select last_value from app.mrn_body") == before
    clerk.refused("select app.next_mrn() from generate_series(1, 700)", code="HD429")


def test_a_version_cannot_leap_to_where_nobody_can_go_on(fresh: World, clerk: Attacker) -> None:
    key = fresh.stranger.patient_id
    assert clerk.count("update app.patient set phone = '1', version = 2147483647 where id = %s", key) == 1
    assert clerk.value("select version from app.patient where id = %s", key) == 2
    assert clerk.count("update app.patient set phone = '2', version = version + 1 where id = %s", key) == 1
    assert clerk.count("update app.patient set phone = '3' where id = %s", key) == 1
    assert clerk.value("select version from app.patient where id = %s", key) == 4


def test_a_boards_sign_ins_have_a_measure(hospital: Hospital) -> None:
    hospital.run("update auth.setting set value = 2 where name = 'challenges_per_minute'")
    with attacker(hospital, "HALL-1") as who:
        for _ in range(2):
            who.sql("select auth.device_login()")
        who.refused("select auth.device_login()", code="HD429")


def test_the_helpdesk_makes_itself_no_account_with_roles(fresh: World) -> None:
    helpdesk = fresh.hospital.desk("helpdesk", (), station="FRONT-2")
    physician = fresh.hospital.value("select id from auth.role where name = 'physician'")
    create = "select auth.create_account(%s, 'puppet', null, %s, %s, array[%s]::uuid[], '{}')"
    set_ = "select auth.set_account(%s, 1, array[%s]::uuid[], '{}', false)"
    with attacker(fresh.hospital, "FRONT-2") as who:
        who.carry(helpdesk.actor)
        who.refused(create, uuid4(), "$2b$12$abcdefghijklmnopqrstuu", b"k" * 32, physician, code="HD403")
        who.refused(set_, fresh.front.actor.user_id, physician, code="HD403")
        who.refused(set_, helpdesk.actor.user_id, physician, code="HD403")
        who.refused("select auth.change_grants(%s, 1, '{patients.view}', '{}')", physician, code="HD403")


@pytest.mark.parametrize("shown", ["debug_print_plan", "debug_print_parse", "debug_print_rewritten"])
def test_the_servers_own_plans_do_not_tell_which_names_exist(hospital: Hospital, shown: str) -> None:
    """A station may have every plan sent as a message, also those inside the sign-in functions, values and all."""
    name = hospital.account("physician", name="somebody")

    def told(statement: str, *values: object) -> int:
        who.connection.notices.clear()
        who.sql(statement, *values)
        return len(who.connection.notices)

    with attacker(hospital) as who:
        key = attempt(who, name, "wrong")
        given = challenge(who, name)
        who.sql("set client_min_messages = log")
        who.sql(f"set {shown} = on")
        outside = told("select clock_timestamp()")  # the statement's own plan
        assert outside > 0
        assert told("select auth.challenge(%s)", name) == outside
        assert told("select auth.attempt(%s, %s)", given[0], b"x" * 32) == outside
        assert told("select auth.login(%s)", key) == outside


@pytest.mark.parametrize("database", ["postgres", "template1"])
def test_a_station_comes_into_no_other_database(world: World, database: str) -> None:
    """There it could make temporary tables until the disk is full, and take locks."""
    enrolled = world.hospital.template.stations["FRONT-2"]
    with pytest.raises(psycopg2.OperationalError, match="permission denied"):
        psycopg2.connect(world.hospital.address.url(database, enrolled.role_name, enrolled.password))


@pytest.mark.parametrize("number", ["physician", "nobody"])
def test_an_employee_number_like_a_user_name_signs_in_nobody_else(fresh: World, number: str) -> None:
    """A number that somebody gave to a staff file is no way to another one's account, nor keeps that one out."""
    victim = fresh.hospital.account("physician", name=number)
    other = fresh.hospital.account("nurse", name="other")
    fresh.hospital.run("update auth.account set employee_number = %s where name = %s", number, other)
    assert fresh.hospital.sign_in(victim, "FRONT-2").actor.user_name == victim
