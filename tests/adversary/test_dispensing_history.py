"""The history of what was dispensed: nobody reads it without asking first, and who may not ask learns nothing."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from tests.adversary.attacker import Attacker, attacker
from tests.adversary.conftest import World
from tests.factories import people

LOT = '{"lot": "L-1"}'
FOUND = "select id from app.dispensings_found(%s)"


@pytest.fixture
def pharmacist(fresh: World) -> Iterator[Attacker]:
    """With psql, in the pharmacy that handed the lot out and has no reason to know the person any more."""
    fresh.hospital.run("update app.care_relationship set until_at = clock_timestamp() - interval '1 s'")
    desk = fresh.hospital.desk("pharmacy", ("PHARM",), station="FRONT-2")
    with attacker(fresh.hospital, "FRONT-2") as who:
        who.carry(desk.actor)
        yield who


def asked(who: Attacker, question: str = LOT) -> UUID:
    key = uuid4()
    who.sql("select auth.ask(%s, %s, null, 'dispensings')", key, question)
    return key


def entry(world: World) -> UUID:
    found = world.hospital.value("select id from app.dispensing")
    assert isinstance(found, UUID)
    return found


def test_the_question_stands_in_the_audit_before_anything_is_answered(fresh: World, pharmacist: Attacker) -> None:
    pharmacist.sql("begin")
    key = asked(pharmacist)
    pharmacist.refused(FOUND, key, code="HD403")
    pharmacist.sql("rollback")
    pharmacist.refused(FOUND, key, code="HD403")  # never asked
    key = asked(pharmacist)
    pharmacist.sql("begin")
    assert pharmacist.value(FOUND, key) == entry(fresh)
    pharmacist.sql("rollback")
    noted = fresh.hospital.value("select detail from audit.log where verb = 'searched' order by id desc limit 1")
    assert noted == {"lot": "L-1"}


def test_a_search_for_a_record_number_stands_in_the_audit_of_that_person(fresh: World, pharmacist: Attacker) -> None:
    mrn = fresh.hospital.value("select mrn from app.patient where id = %s", fresh.patient.patient_id)
    asked(pharmacist, f'{{"patient": "{mrn}", "mrn": "{mrn}"}}')
    noted = fresh.hospital.value("select patient_id from audit.log where verb = 'searched' order by id desc limit 1")
    assert noted == fresh.patient.patient_id


def test_rows_are_seen_and_printed_only_after_they_were_found(fresh: World, pharmacist: Attacker) -> None:
    assert pharmacist.sql("select * from app.dispensing") == []
    pharmacist.refused("select app.dispensing_paper(%s)", entry(fresh), code="HD403")
    key = asked(pharmacist)
    pharmacist.refused("select app.dispensing_paper(%s)", entry(fresh), code="HD403")  # asked, not answered
    pharmacist.sql(FOUND, key)
    assert len(pharmacist.sql("select id from app.dispensing")) == 1
    assert len(pharmacist.sql("select id from app.dispensing_item")) == 1
    assert "Secretive" in str(pharmacist.value("select app.dispensing_paper(%s)", entry(fresh)))
    fresh.hospital.run("update auth.ask set asked_at = asked_at - interval '2 h'")
    assert pharmacist.sql("select id from app.dispensing") == []
    pharmacist.refused(FOUND, key, code="HD403")


def test_what_was_found_opens_no_record(fresh: World, pharmacist: Attacker) -> None:
    pharmacist.sql(FOUND, asked(pharmacist))
    for table in ("patient", "allergy", "prescription", "prescription_line"):
        assert pharmacist.sql(f"select id from app.{table}") == [], table
    pharmacist.refused("select auth.open(%s)", fresh.patient.patient_id, code="HD403")


def test_another_ones_search_shows_nothing(fresh: World, pharmacist: Attacker) -> None:
    key = asked(pharmacist)
    pharmacist.sql(FOUND, key)
    colleague = fresh.hospital.desk("pharmacy", ("PHARM",), station="FRONT-1")
    with attacker(fresh.hospital, "FRONT-1") as other:
        other.carry(colleague.actor)
        other.refused(FOUND, key, code="HD403")
        assert other.sql("select id from app.dispensing") == []


@pytest.mark.parametrize("question", [LOT, '{"patient": "Secretive"}', "{}", '{"lot": "no such lot"}'])
def test_who_may_not_search_is_told_the_same_whatever_there_is(fresh: World, question: str) -> None:
    """A physician of another house department: refused before anything is looked up."""
    with attacker(fresh.hospital, "ROOM-3") as who:
        who.carry(fresh.doctor.actor)
        who.refused("select auth.ask(%s, %s, null, 'dispensings')", uuid4(), question, code="HD403")
        who.refused(FOUND, uuid4(), code="HD403")
    with attacker(fresh.hospital, "FRONT-2") as thief:
        thief.refused("select auth.ask(%s, %s, null, 'dispensings')", uuid4(), question, code="HD401")
        thief.refused(FOUND, uuid4(), code="HD403")
        thief.refused("select app.dispensing_paper(%s)", entry(fresh), code="HD401")
        assert thief.value("select auth.found_dispensings()") == []


def test_who_may_search_elsewhere_finds_nothing_of_this_pharmacy(fresh: World) -> None:
    other = fresh.hospital.desk("pharmacy", ("CARD",), station="FRONT-2")
    with attacker(fresh.hospital, "FRONT-2") as who:
        who.carry(other.actor)
        assert who.sql(FOUND, asked(who)) == []
        assert who.sql(FOUND, asked(who, '{"patient": "Secretive"}')) == []
        who.refused("select app.dispensing_paper(%s)", entry(fresh), code="HD403")


def test_an_entry_with_somebodys_key_opens_no_record_as_a_search_would(fresh: World) -> None:
    """Keys are made by the client: one of a dispensing may be that of a person, and is no search for them."""
    stranger = people.registered(fresh.front).patient_id
    role = uuid4()
    fresh.hospital.run("insert into auth.role (id, name, title) values (%s, 'both', 'x')", role)
    fresh.hospital.run("insert into auth.role_grant select %s, module, act from auth.permission", role)
    both = fresh.hospital.desk("both", ("PHARM",), station="FRONT-2")
    fresh.hospital.run("update auth.opening set closed_at = clock_timestamp()")
    with attacker(fresh.hospital, "FRONT-2") as who:
        who.carry(both.actor)
        key = asked(who)
        fresh.hospital.run("update auth.ask set found = array[%s::uuid] where id = %s", stranger, key)
        who.refused("select auth.open(%s)", stranger, code="HD403")


def test_searches_are_measured(fresh: World, pharmacist: Attacker) -> None:
    fresh.hospital.run("update auth.setting set value = 2 where name = 'asks_per_minute'")
    codes = [pharmacist.code("select auth.ask(%s, %s, null, 'dispensings')", uuid4(), LOT) for _ in range(3)]
    assert codes == ["", "", "HD429"]


def test_a_station_does_not_pass_for_an_import(fresh: World) -> None:
    """Only the server's imports write entries of the past without touching lots and lines."""
    desk = fresh.hospital.desk("pharmacy", ("PHARM",), station="FRONT-2")
    line, prescription, lot = (
        fresh.hospital.value(f"select id from app.{table} limit 1")
        for table in ("prescription_line", "prescription", "lot")
    )
    with attacker(fresh.hospital, "FRONT-2") as who:
        who.begin(desk.actor)
        who.sql("select set_config('hisdesk.batch', 'on', true)")
        key = uuid4()
        who.sql("insert into app.dispensing (id, prescription_id) values (%s, %s)", key, prescription)
        who.refused(
            "insert into app.dispensing_item (id, dispensing_id, line_id, lot_id, quantity)"
            " values (%s, %s, %s, %s, 9999)",
            uuid4(),
            key,
            line,
            lot,
            code="HD409",
        )
        who.rollback()


@pytest.mark.parametrize("written", ["{0}", " {0:.3}-{1}", "{0} "])
def test_whose_number_was_searched_is_not_the_stations_to_say(fresh: World, pharmacist: Attacker, written: str) -> None:
    """Without the number in its own place, and with somebody else's there: the audit follows what is looked for."""
    mrn = str(fresh.hospital.value("select mrn from app.patient where id = %s", fresh.patient.patient_id))
    other = str(fresh.hospital.value("select mrn from app.patient where id = %s", fresh.stranger.patient_id))
    noted = "select patient_id from audit.log where verb = 'searched' order by id desc limit 1"
    text = written.format(mrn, mrn[3:])
    for question in (f'{{"patient": "{text}"}}', f'{{"patient": "{text}", "mrn": "{other}"}}'):
        pharmacist.sql(FOUND, asked(pharmacist, question))
        assert fresh.hospital.value(noted) == fresh.patient.patient_id, question
