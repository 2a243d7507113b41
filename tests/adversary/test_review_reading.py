"""Reading by side channels and by reasons made up and taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from hisdesk.access import administration
from hisdesk.access.administration import AuditFilter, AuditPages
from tests.adversary.attacker import Attacker, attacker, seen
from tests.adversary.conftest import World

EXPLAIN = "explain (analyze, costs off, timing off, summary off, buffers off) select 1 from app.patient where "


@pytest.fixture
def doctor(fresh: World) -> Iterator[Attacker]:
    with attacker(fresh.hospital, "ROOM-3") as who:
        who.carry(fresh.doctor.actor)
        yield who


def plan(who: Attacker, condition: str, *values: object) -> str:
    """What EXPLAIN ANALYZE says of a read, without the values that were typed."""
    lines = "\n".join(row[0] for row in who.sql(EXPLAIN + condition, *values))
    for value in values:
        lines = lines.replace(str(value), "?")
    return lines


@pytest.mark.parametrize(
    ("column", "wrong"),
    [("family_name", "Nobody"), ("family_key", "nobody"), ("mrn", "000000000"), ("sex", "none"), ("phone", "none")],
)
@pytest.mark.parametrize("by_index", [True, False])
def test_a_plan_does_not_tell_whether_a_guess_about_a_hidden_person_is_right(
    fresh: World, doctor: Attacker, column: str, wrong: str, by_index: bool
) -> None:
    fresh.hospital.run("analyze app.patient")
    doctor.sql(f"set enable_seqscan = {not by_index}")
    key = fresh.stranger.patient_id
    right = fresh.hospital.value(f"select {column} from app.patient where id = %s", key)
    for condition, first in ((f"id = %s and {column} = %s", (key,)), (f"{column} = %s", ())):
        assert plan(doctor, condition, *first, right) == plan(doctor, condition, *first, wrong), condition


def test_keys_and_moments_are_still_found_by_index(fresh: World, doctor: Attacker) -> None:
    doctor.sql("set enable_seqscan = off")
    assert "Index Cond: (id =" in plan(doctor, "id = %s", fresh.patient.patient_id)


@pytest.mark.parametrize("end", ["completed", "cancelled"])
def test_a_visit_that_is_over_is_no_way_back_into_the_record(fresh: World, doctor: Attacker, end: str) -> None:
    fresh.hospital.run(
        "update app.visit set status = %s, cancelled_reason = 'x' where id = %s", end, fresh.visit.visit_id
    )
    fresh.hospital.run("update app.care_relationship set until_at = clock_timestamp() - interval '1 s'")
    fresh.hospital.run("update auth.opening set closed_at = clock_timestamp()")
    assert not seen(doctor, fresh.patient.patient_id)
    doctor.sql("begin")
    doctor.refused("update app.visit set status = 'waiting' where id = %s", fresh.visit.visit_id, code="HD409")
    doctor.sql("rollback")
    assert not seen(doctor, fresh.patient.patient_id)


def test_a_key_claimed_while_somebody_registers_under_it_opens_nothing(fresh: World) -> None:
    """The claim comes between the other one's insert and its commit: it waits, and then fails."""
    clerk = fresh.hospital.desk("registration", ("GEN",), station="FRONT-2")
    key = uuid4()
    with attacker(fresh.hospital, "FRONT-1") as front, attacker(fresh.hospital, "FRONT-2") as thief:
        front.begin(fresh.front.actor)
        front.sql("select auth.open_new(%s)", key)
        front.sql(
            "insert into app.patient (id, mrn, family_name, given_names) values (%s, app.next_mrn(), 'New', 'One')", key
        )
        thief.carry(clerk.actor)
        thief.sql("set lock_timeout = '200ms'")
        thief.refused("select auth.open_new(%s)", key, code="55P03")  # waits
        front.commit()
        thief.refused("select auth.open_new(%s)", key, code="HD409")
        assert not seen(thief, key)


def test_signing_in_again_refills_no_measure(fresh: World) -> None:
    fresh.hospital.run("update auth.setting set value = 2 where name in ('asks_per_minute', 'relations_per_hour')")
    name = fresh.hospital.account("registration", ("GEN",))
    for sessions in range(2):
        desk = fresh.hospital.sign_in(name, "FRONT-2")
        with attacker(fresh.hospital, "FRONT-2") as who:
            who.carry(desk.actor)
            codes = [who.code("select auth.ask(%s, 'okafor')", uuid4()) for _ in range(2)]
        assert codes == (["", ""] if sessions == 0 else ["HD429", "HD429"])


def last_search(world: World) -> dict[str, object]:
    found = world.hospital.value("select detail from audit.log where verb = 'searched' order by id desc limit 1")
    assert isinstance(found, dict)
    return found


def test_what_stands_far_behind_in_a_question_stands_in_the_audit_too(fresh: World) -> None:
    clerk = fresh.hospital.desk("registration", ("GEN",), station="FRONT-2")
    with attacker(fresh.hospital, "FRONT-2") as who:
        who.carry(clerk.actor)
        form = json.dumps({"padding": "x" * 300, "family_name": "Secretive"})
        who.sql("select auth.ask(%s, %s, null, 'similar')", uuid4(), form)
        assert "Secretive" in str(last_search(fresh)["query"])
        too_long = json.dumps({"padding": "x" * 3000, "family_name": "Secretive"})
        who.refused("select auth.ask(%s, %s, null, 'similar')", uuid4(), too_long, code="HD422")


def test_the_audit_tells_which_document_number_was_looked_for(fresh: World) -> None:
    """By the same hash as the audit of the number itself, so that the two can be put together."""
    index = fresh.front.cipher.number_index("P1234567")
    with attacker(fresh.hospital, "FRONT-1") as who:
        who.carry(fresh.front.actor)
        who.sql("select auth.ask(%s, '', %s)", uuid4(), index)
    kept = fresh.hospital.value(
        "select after ->> 'number_index' from audit.log where table_name = 'patient_identifier'"
    )
    assert last_search(fresh)["number_index"] == kept


# -- the audit itself ---------------------------------------------------------------------------------------------


def ask(who: Attacker, wanted: str = "{}") -> UUID:
    key = uuid4()
    who.sql("select auth.ask(%s, %s, null, 'audit')", key, wanted)
    return key


@pytest.fixture
def officer(fresh: World) -> Iterator[Attacker]:
    desk = fresh.hospital.desk("privacy_officer", (), station="FRONT-2")
    with attacker(fresh.hospital, "FRONT-2") as who:
        who.carry(desk.actor)
        yield who


def test_the_audit_is_not_read_and_rolled_back(fresh: World, officer: Attacker) -> None:
    officer.sql("begin")
    key = ask(officer)
    officer.refused("select * from audit.entries(%s)", key, code="HD403")
    officer.sql("rollback")
    officer.refused("select * from audit.entries(%s)", key, code="HD403")
    officer.refused("select * from audit.entries(%s, null, 100, 0)", uuid4(), code="HD403")
    key = ask(officer)
    officer.sql("begin")
    assert officer.sql("select * from audit.entries(%s)", key)
    officer.sql("rollback")
    assert last_search(fresh) == {}
    assert fresh.hospital.value("select count(*) from audit.log where verb = 'searched' and table_name = 'audit'") == 1


def test_the_audit_answers_to_what_was_asked_and_recorded_and_not_for_ever(fresh: World, officer: Attacker) -> None:
    key = ask(officer, '{"table": "allergy", "verbs": ["created"]}')
    assert {row[0] for row in officer.sql("select table_name from audit.entries(%s)", key)} == {"allergy"}
    assert last_search(fresh) == {"table": "allergy", "verbs": ["created"]}
    fresh.hospital.run("update auth.ask set asked_at = asked_at - interval '16 min'")
    officer.refused("select * from audit.entries(%s)", key, code="HD403")


def test_a_question_to_the_audit_finds_no_people_and_the_other_way_round(fresh: World, officer: Attacker) -> None:
    officer.refused("select * from app.found(%s)", ask(officer), code="HD403")
    with attacker(fresh.hospital, "FRONT-1") as front:
        front.carry(fresh.front.actor)
        front.refused("select auth.ask(%s, '{}', null, 'audit')", uuid4(), code="HD403")
        key = uuid4()
        front.sql("select auth.ask(%s, '{}')", key)
        front.refused("select * from audit.entries(%s)", key, code="HD403")


TYPED = {
    "allergy": {"reaction": "Hives at noon", "status": "refuted", "status_reason": "Tolerated twice"},
    "document": {"title": "Letter of the clinic"},
    "patient": {"history": "Broke a leg", "notes": "Afraid of needles", "status_reason": "Seen by mistake"},
    "visit": {"reason": "Chest pain", "status": "cancelled", "cancelled_reason": "Went home with fever"},
}


def test_an_administrator_reads_no_words_about_a_persons_health_in_the_audit(fresh: World) -> None:
    for table, words in TYPED.items():
        places = ", ".join(f"{column} = %s" for column in words)
        fresh.hospital.run(f"update app.{table} set {places}", *words.values())
    administrator = fresh.hospital.desk("superadmin", (), station="FRONT-2")
    with attacker(fresh.hospital, "FRONT-2") as who:
        who.carry(administrator.actor)
        rows = who.sql("select table_name, before, after from audit.entries(%s)", ask(who))
    told = json.dumps(rows)
    legible = {text for words in TYPED.values() for text in (*words.values(), "Penicillin") if text in told}
    assert legible == {"refuted", "cancelled"}, "what became of a row is no secret, why it did is one"


def test_the_audit_of_a_person_is_asked_for_by_that_person(fresh: World, officer: Attacker) -> None:
    ask(officer, json.dumps({"mrn": fresh.patient.mrn}))
    noted = fresh.hospital.value("select patient_id from audit.log where verb = 'searched' order by id desc limit 1")
    assert noted == fresh.patient.patient_id


def test_every_filter_of_the_program_reaches_the_audit(fresh: World) -> None:
    desk = fresh.hospital.desk("privacy_officer", (), station="FRONT-2")

    def read(wanted: AuditFilter) -> list[administration.Entry]:
        return administration.audit(desk.db, desk.actor, wanted, most=500)

    everything = read(AuditFilter())
    some = next(e for e in everything if e.table_name == "allergy")
    made = {e.verb for e in read(AuditFilter(verbs=("created",)))}
    assert made == {"created"}
    assert {e.user_id for e in read(AuditFilter(users=(fresh.front.actor.user_id,)))} == {fresh.front.actor.user_id}
    assert read(AuditFilter(users=())) == []
    assert {e.station for e in read(AuditFilter(station="ROOM-3"))} == {"ROOM-3"}
    assert {e.key for e in read(AuditFilter(key=some.key))} == {some.key}
    assert {e.mrn for e in read(AuditFilter(patient_id=fresh.patient.patient_id))} == {fresh.patient.mrn}
    assert {e.mrn for e in read(AuditFilter(mrn=fresh.patient.mrn))} == {fresh.patient.mrn}
    assert all(e.at >= some.at for e in read(AuditFilter(since=some.at)))
    assert all(e.at < some.at for e in read(AuditFilter(until=some.at)))
    assert {e.user_id for e in read(AuditFilter(user_id=fresh.doctor.actor.user_id))} == {fresh.doctor.actor.user_id}


def test_pages_of_one_reading_are_recorded_once_and_anew_after_another_sign_in(fresh: World) -> None:
    name = fresh.hospital.account("privacy_officer", ())
    desk = fresh.hospital.sign_in(name, "FRONT-2")
    pages = AuditPages(desk.db, desk.actor, AuditFilter())
    first = pages.page(most=5)
    older = pages.page(before=first[-1].id, most=5)
    assert [e.id for e in pages.page(after=older[0].id, most=5)] == [e.id for e in first]
    noted = "select count(*) from audit.log where verb = 'searched' and table_name = 'audit'"
    assert fresh.hospital.value(noted) == 1
    assert pages.of(desk.actor) is pages
    again = fresh.hospital.sign_in(name, "FRONT-2")
    assert pages.of(again.actor).page(most=1)
    assert fresh.hospital.value(noted) == 2
