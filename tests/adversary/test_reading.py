"""Reading without leaving a trace, and making a reason to read: rolled back, replayed, forged."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from hisdesk.hospital.patients import queries
from hisdesk.hospital.patients.rules import NewIdentifier
from tests.adversary.attacker import Attacker, attacker, seen
from tests.adversary.conftest import World
from tests.factories import people


@pytest.fixture
def clerk(fresh: World) -> Iterator[Attacker]:
    """A receptionist's own psql at FRONT-2; nothing open."""
    desk = fresh.hospital.desk("registration", ("GEN",), station="FRONT-2")
    with attacker(fresh.hospital, "FRONT-2") as who:
        who.carry(desk.actor)
        yield who


@pytest.fixture
def doctor(fresh: World) -> Iterator[Attacker]:
    with attacker(fresh.hospital, "ROOM-3") as who:
        who.carry(fresh.doctor.actor)
        yield who


def find(who: Attacker, text: str) -> UUID:
    ask = uuid4()
    who.sql("select auth.ask(%s, %s)", ask, text)
    return ask


def openings(world: World) -> object:
    return world.hospital.value("select count(*) from audit.log where verb = 'opened'")


def test_a_clerk_without_a_search_reads_nobody(fresh: World, clerk: Attacker) -> None:
    assert clerk.sql("select * from app.patient") == []
    clerk.refused("select auth.open(%s)", fresh.stranger.patient_id, code="HD403")


def test_a_search_gives_a_row_to_choose_from_and_the_record_stays_closed(fresh: World, clerk: Attacker) -> None:
    found = clerk.sql("select patient_id from app.found(%s)", find(clerk, fresh.stranger.mrn))
    assert found == [(fresh.stranger.patient_id,)]
    assert not seen(clerk, fresh.stranger.patient_id)


def test_opened_read_and_rolled_back_shows_nothing(fresh: World, clerk: Attacker) -> None:
    clerk.sql("select * from app.found(%s)", find(clerk, fresh.stranger.mrn))
    clerk.sql("begin")
    clerk.sql("select auth.open(%s)", fresh.stranger.patient_id)
    assert not seen(clerk, fresh.stranger.patient_id)
    clerk.sql("rollback")
    assert not seen(clerk, fresh.stranger.patient_id)


def test_nor_does_a_savepoint_help(fresh: World, clerk: Attacker) -> None:
    clerk.sql("select * from app.found(%s)", find(clerk, fresh.stranger.mrn))
    clerk.sql("begin")
    clerk.sql("savepoint a")
    clerk.sql("select auth.open(%s)", fresh.stranger.patient_id)
    clerk.sql("release a")
    assert not seen(clerk, fresh.stranger.patient_id)
    clerk.sql("rollback")


@pytest.mark.parametrize("before", ["closed_at = clock_timestamp()", "until_at = clock_timestamp()"])
def test_a_record_opened_again_is_not_read_before_that_is_committed(fresh: World, clerk: Attacker, before: str) -> None:
    clerk.sql("select * from app.found(%s)", find(clerk, fresh.stranger.mrn))
    clerk.sql("select auth.open(%s)", fresh.stranger.patient_id)
    assert seen(clerk, fresh.stranger.patient_id)
    fresh.hospital.run(f"update auth.opening set {before} where how = 'search'")
    assert not seen(clerk, fresh.stranger.patient_id)
    clerk.sql("begin")
    clerk.sql("select auth.open(%s)", fresh.stranger.patient_id)
    assert not seen(clerk, fresh.stranger.patient_id)
    clerk.sql("rollback")


def test_a_record_open_already_is_opened_again_without_growing_longer_open(fresh: World) -> None:
    with attacker(fresh.hospital, "FRONT-1") as front:
        front.carry(fresh.front.actor)
        ends = fresh.hospital.value("select max(until_at) from auth.opening")
        before = openings(fresh)
        assert front.value("select auth.open(%s)", fresh.stranger.patient_id) == "open already"
        assert openings(fresh) == before + 1  # type: ignore[operator]
        assert fresh.hospital.value("select max(until_at) from auth.opening") == ends
        fresh.hospital.run("update auth.opening set until_at = clock_timestamp()")
        front.refused("select auth.open(%s)", fresh.stranger.patient_id, code="HD403")


def test_each_opening_is_in_the_audit_with_its_reason(fresh: World, clerk: Attacker) -> None:
    clerk.sql("select * from app.found(%s)", find(clerk, fresh.stranger.mrn))
    before = openings(fresh)
    clerk.sql("select auth.open(%s, 'asked for a copy')", fresh.stranger.patient_id)
    assert openings(fresh) == before + 1  # type: ignore[operator]
    detail = fresh.hospital.value("select detail from audit.log where verb = 'opened' order by id desc limit 1")
    assert detail == {"how": "search", "reason": "asked for a copy"}


def test_a_search_and_its_answer_in_one_transaction_is_refused(fresh: World, clerk: Attacker) -> None:
    clerk.sql("begin")
    ask = find(clerk, fresh.stranger.mrn)
    clerk.refused("select * from app.found(%s)", ask, code="HD403")
    clerk.sql("rollback")


def test_a_search_that_was_rolled_back_has_no_answer(fresh: World, clerk: Attacker) -> None:
    clerk.sql("begin")
    ask = find(clerk, fresh.stranger.mrn)
    clerk.sql("rollback")
    clerk.refused("select * from app.found(%s)", ask, code="HD403")


def test_another_sessions_search_has_no_answer(fresh: World, clerk: Attacker) -> None:
    other = fresh.hospital.desk("registration", station="FRONT-1")
    with attacker(fresh.hospital, "FRONT-1") as who:
        who.carry(other.actor)
        ask = find(who, fresh.stranger.mrn)
    clerk.refused("select * from app.found(%s)", ask, code="HD403")


def test_the_answer_of_a_search_can_be_rolled_back_but_then_opens_nobody(fresh: World, clerk: Attacker) -> None:
    ask = find(clerk, fresh.stranger.mrn)
    clerk.sql("begin")
    clerk.sql("select * from app.found(%s)", ask)
    clerk.sql("rollback")
    clerk.refused("select auth.open(%s)", fresh.stranger.patient_id, code="HD403")
    noted = fresh.hospital.value("select count(*) from audit.log where verb = 'searched'")
    assert noted == 1  # the question stands in the audit all the same


def test_similar_people_are_asked_for_in_the_same_two_steps(fresh: World, clerk: Attacker) -> None:
    clerk.sql("begin")
    ask = uuid4()
    clerk.sql("select auth.ask(%s, '{}', null, 'similar')", ask)
    clerk.refused("select * from app.similar_people(%s)", ask, code="HD403")
    clerk.sql("rollback")


def test_searches_have_a_measure(fresh: World, clerk: Attacker) -> None:
    fresh.hospital.run("update auth.setting set value = 3 where name = 'asks_per_minute'")
    for _ in range(3):
        find(clerk, "okafor")
    clerk.refused("select auth.ask(%s, 'okafor')", uuid4(), code="HD429")


def test_openings_have_a_measure(fresh: World, clerk: Attacker) -> None:
    fresh.hospital.run("update auth.setting set value = 1 where name = 'openings_per_minute'")
    clerk.sql("select * from app.found(%s)", find(clerk, fresh.stranger.mrn))
    clerk.sql("select auth.open(%s)", fresh.stranger.patient_id)
    clerk.refused("select auth.open(%s)", fresh.stranger.patient_id, code="HD429")


def test_a_clinician_opens_nobody_by_a_search(fresh: World, doctor: Attacker) -> None:
    assert doctor.sql("select patient_id from app.found(%s)", find(doctor, fresh.stranger.mrn))
    doctor.refused("select auth.open(%s)", fresh.stranger.patient_id, code="HD403")


def test_a_visit_cannot_be_made_to_peek(fresh: World, doctor: Attacker) -> None:
    insert = "insert into app.visit (id, patient_id, department_id) values (gen_random_uuid(), %s, %s)"
    card = fresh.hospital.department()
    doctor.refused(insert, fresh.stranger.patient_id, card, code="HD403")
    doctor.sql("begin")
    doctor.refused(insert, fresh.stranger.patient_id, card, code="HD403")
    doctor.sql("rollback")
    assert not seen(doctor, fresh.stranger.patient_id)


def test_a_visit_for_the_key_of_nobody_is_refused(fresh: World, doctor: Attacker) -> None:
    doctor.refused(
        "insert into app.visit (id, patient_id, department_id) values (gen_random_uuid(), gen_random_uuid(), %s)",
        fresh.hospital.department(),
        code="HD403",
    )


def test_a_visit_in_another_department_is_refused(fresh: World) -> None:
    with attacker(fresh.hospital, "FRONT-1") as front:
        front.carry(fresh.front.actor)
        front.refused(
            "insert into app.visit (id, patient_id, department_id) values (gen_random_uuid(), %s, %s)",
            fresh.stranger.patient_id,
            fresh.hospital.department("GEN"),
            code="HD403",
        )


def test_a_relationship_cannot_be_written_by_hand(fresh: World, doctor: Attacker) -> None:
    doctor.refused(
        """insert into app.care_relationship (source_id, kind, patient_id, department_id, from_at)
           values (gen_random_uuid(), 'visit', %s, %s, now())""",
        fresh.stranger.patient_id,
        fresh.hospital.department(),
    )
    doctor.refused("update app.care_relationship set until_at = 'infinity'")
    doctor.refused("update app.visit set patient_id = %s", fresh.stranger.patient_id)
    doctor.refused("update app.visit set department_id = %s", fresh.hospital.department("GEN"))


def test_relationships_of_other_departments_are_not_shown(fresh: World, clerk: Attacker) -> None:
    assert clerk.sql("select * from app.care_relationship") == []


def test_adding_to_queues_has_a_measure(fresh: World, doctor: Attacker) -> None:
    fresh.hospital.run("update auth.setting set value = 2 where name = 'relations_per_hour'")
    insert = "insert into app.visit (id, anonymous_name, department_id) values (gen_random_uuid(), 'x', %s)"
    for _ in range(2):
        doctor.sql(insert, fresh.hospital.department())
    doctor.refused(insert, fresh.hospital.department(), code="HD429")


def test_a_station_cannot_choose_ticket_moment_or_who_called(fresh: World, doctor: Attacker) -> None:
    for column, value in (
        ("ticket", "'C 777'"),
        ("number", "777"),
        ("called_at", "now()"),
        ("called_by", "gen_random_uuid()"),
        ("arrived_at", "now()"),
        ("created_by", "gen_random_uuid()"),
        ("day", "current_date"),
    ):
        doctor.refused(f"update app.visit set {column} = {value}")
        doctor.refused(
            f"""insert into app.visit (id, anonymous_name, department_id, {column})
                values (gen_random_uuid(), 'x', gen_random_uuid(), {value})"""
        )


def test_open_new_opens_nobody_who_exists(fresh: World, clerk: Attacker) -> None:
    clerk.refused("select auth.open_new(%s)", fresh.stranger.patient_id, code="HD409")


def test_a_key_claimed_in_advance_is_lost_when_somebody_is_registered_under_it(fresh: World, clerk: Attacker) -> None:
    key = uuid4()
    clerk.sql("select auth.open_new(%s)", key)
    done = people.registered(fresh.front, id=key)
    assert done.patient_id == key
    assert not seen(clerk, key)


def test_a_number_of_somebody_elses_registration_cannot_be_used_twice(fresh: World, clerk: Attacker) -> None:
    insert = "insert into app.patient (id, mrn, family_name, given_names) values (gen_random_uuid(), %s, 'a', 'b')"
    clerk.refused(insert, fresh.stranger.mrn, code="23505")
    clerk.refused(insert, "123456788", code="23503")  # a right check digit, never given
    clerk.refused(insert, "123456789", code="23514")


def test_the_audit_cannot_be_written_changed_or_thrown_away(fresh: World, doctor: Attacker) -> None:
    for statement in (
        "insert into audit.log (verb, table_name) values ('opened', 'patient')",
        "update audit.log set verb = 'x'",
        "delete from audit.log",
        "truncate audit.log",
        "delete from app.outbox",
        "insert into app.outbox (table_name, key, operation, version) values ('x', gen_random_uuid(), 'I', 1)",
    ):
        doctor.refused(statement)


@pytest.mark.parametrize("value", ["on", "1", "true"])
def test_a_station_cannot_claim_to_be_an_import(fresh: World, value: str) -> None:
    with attacker(fresh.hospital, "FRONT-1") as front:
        front.carry(fresh.front.actor)
        front.sql(f"set hisdesk.batch = '{value}'")
        before = fresh.hospital.value("select count(*) from audit.log where verb = 'changed'")
        outbox = fresh.hospital.value("select count(*) from app.outbox")
        assert front.count("update app.patient set phone = '1' where id = %s", fresh.stranger.patient_id) == 1
        assert fresh.hospital.value("select count(*) from audit.log where verb = 'changed'") == before + 1  # type: ignore[operator]
        assert fresh.hospital.value("select count(*) from app.outbox") == outbox + 1  # type: ignore[operator]


def test_a_write_done_by_somebody_else_is_not_shown_again(fresh: World, clerk: Attacker) -> None:
    op = fresh.hospital.value("select op_id from app.op_done where action = 'hospital.patients.register' limit 1")
    clerk.refused("select app.op_start(%s, 'hospital.patients.register')", op, code="HD409")
    clerk.sql("select app.op_finish(%s, '{}')", op)
    assert fresh.hospital.value("select result <> '{}' from app.op_done where op_id = %s", op) is True


def test_who_changed_a_closed_record_is_not_told(fresh: World, clerk: Attacker) -> None:
    last = "select name, at from audit.last_change(%s, %s)"
    assert clerk.sql(last, "patient", fresh.stranger.patient_id) == [(None, None)]
    assert clerk.sql(last, "account", fresh.front.actor.user_id) == [(None, None)]
    with attacker(fresh.hospital, "FRONT-1") as front:
        front.carry(fresh.front.actor)
        assert front.sql(last, "patient", fresh.stranger.patient_id)[0][0] is not None


def test_a_document_number_is_found_by_those_who_hold_the_key_only(fresh: World, clerk: Attacker) -> None:
    done = people.registered(fresh.front, identifiers=(NewIdentifier("passport", "QQ998877"),))
    clerk.refused("select * from app.found(%s)", find(clerk, "QQ998877"), code="HD422")  # no index: not even a search
    found = queries.find(fresh.front.db, fresh.front.actor, "qq 99-8877", fresh.front.cipher)
    assert [f.id for f in found] == [done.patient_id]


def test_a_board_sees_no_person_and_calls_no_function_about_people(fresh: World) -> None:
    board = fresh.hospital.board()
    with attacker(fresh.hospital, "HALL-1") as who:
        who.carry(board.token)
        who.sql("select auth.enter()")
        assert who.sql("select * from app.hall_queue()")
        for table in ("patient", "patient_name", "visit", "allergy", "document", "staff", "care_relationship"):
            assert who.sql(f"select * from app.{table}") == [], table
        for call in (
            "auth.ask(gen_random_uuid(), 'smith')",
            f"auth.open('{fresh.patient.patient_id}')",
            "auth.open_new(gen_random_uuid())",
            "app.next_mrn()",
            "app.doctors()",
            "auth.accounts()",
            "audit.entries(gen_random_uuid())",
            "auth.ask(gen_random_uuid(), '{}', null, 'audit')",
            "auth.stations()",
        ):
            who.refused(f"select {call}", code="HD403")
        who.refused("select app.op_start(gen_random_uuid(), 'x')", code="HD401")
        assert who.sql("select * from auth.station_keys()") == []
        who.refused(
            "insert into app.visit (id, anonymous_name, department_id) values (gen_random_uuid(), 'x', %s)",
            fresh.hospital.department(),
            code="HD403",
        )


def test_a_board_shows_its_own_departments_only(fresh: World) -> None:
    fresh.hospital.run("delete from auth.station_department")
    board = fresh.hospital.board()
    with board.db.transaction(board) as tx:
        assert tx.exec_driver_sql("select * from app.hall_queue()").all() == []


def test_a_desk_is_no_board_and_a_board_no_desk(fresh: World, clerk: Attacker) -> None:
    clerk.refused("select auth.device_login()", code="HD403")
    with pytest.raises(Exception, match=r"not right|Denied"):
        fresh.hospital.sign_in(fresh.hospital.account("registration"), "HALL-1")
