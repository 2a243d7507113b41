"""A doctor's token in a stolen station: drafts of others stay closed, signed text stays, author and time are true."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hisdesk.hospital.notes.actions import Place, keep_draft
from hisdesk.hospital.notes.rules import Content
from hisdesk.hospital.patients import queries
from tests.adversary.attacker import Attacker, attacker
from tests.adversary.conftest import World
from tests.factories import visits


@pytest.fixture
def colleague(fresh: World) -> Iterator[Attacker]:
    """A physician of the same department, with the record open, typing SQL."""
    desk = fresh.hospital.desk("physician", station="FRONT-2")
    queries.opened(desk.db, desk.actor, fresh.patient.patient_id)
    with attacker(fresh.hospital, "FRONT-2") as who:
        who.carry(desk.actor)
        yield who


def drafted(world: World) -> Place:
    """A second visit of the patient, with the doctor's draft; returns it."""
    front, department = world.front, world.hospital.department()
    world.hospital.run("update app.visit set status = 'cancelled', cancelled_reason = 'x', version = version + 1")
    visit = visits.added(front, department, patient_id=world.patient.patient_id)
    place = Place(world.patient.patient_id, visit.visit_id)
    done = world.doctor.do(keep_draft, place, Content(subjective="Nobody's business yet"))
    return Place(place.patient_id, place.visit_id, done.note_id, done.version)


def test_a_colleagues_draft_is_neither_read_nor_changed_nor_signed(fresh: World, colleague: Attacker) -> None:
    place = drafted(fresh)
    assert colleague.value("select count(*) from app.note where status = 'draft'") == 0
    assert colleague.count("update app.note set plan = 'x' where id = %s", place.id) == 0
    assert colleague.count("update app.note set status = 'signed' where id = %s", place.id) == 0
    assert fresh.hospital.value("select status from app.note where id = %s", place.id) == "draft"


def test_the_author_and_the_moments_are_not_given_by_a_station(fresh: World, colleague: Attacker) -> None:
    person, visit = fresh.patient.patient_id, fresh.visit.visit_id
    for column, value in (
        ("author_id", f"'{fresh.doctor.actor.user_id}'"),
        ("signed_at", "now()"),
        ("saved_at", "now()"),
        ("status", "'signed'"),
    ):
        colleague.refused(
            f"insert into app.note (id, patient_id, visit_id, {column}) values (gen_random_uuid(), %s, %s, {value})",
            person,
            visit,
        )
    colleague.refused("update app.note set signed_at = now()")
    colleague.refused("update app.note set author_id = auth.uid()")


def test_what_is_signed_is_not_changed_by_hand(fresh: World) -> None:
    with attacker(fresh.hospital, "ROOM-3") as who:
        who.carry(fresh.doctor.actor)
        assert who.value("select count(*) from app.note where status = 'signed'") == 1
        who.refused("update app.note set plan = 'never said so'", code="HD409")
        who.refused("update app.note set status = 'draft'", code="HD409")
        who.refused("delete from app.note")
    assert fresh.hospital.value("select plan from app.note") == "Less salt"


def test_an_addendum_has_a_true_author_and_is_never_changed(fresh: World, colleague: Attacker) -> None:
    note = fresh.hospital.value("select id from app.note")
    add = (
        "insert into app.note_addendum (id, note_id, patient_id, reason, text{0}) "
        "values (gen_random_uuid(), %s, %s, 'a', 'b'{1})"
    )
    colleague.refused(add.format(", author_id", f", '{fresh.doctor.actor.user_id}'"), note, fresh.patient.patient_id)
    colleague.refused(add.format(", written_at", ", now() - interval '1 year'"), note, fresh.patient.patient_id)
    colleague.sql(add.format("", ""), note, fresh.patient.patient_id)
    colleague.refused("update app.note_addendum set text = 'c'")
    colleague.refused(add.format("", ""), note, fresh.stranger.patient_id, code="HD403")


def test_a_diagnosis_carries_the_lists_title_and_no_strangers_note(fresh: World, colleague: Attacker) -> None:
    note = fresh.hospital.value("select id from app.note")
    make = "insert into app.diagnosis (id, patient_id, code{0}) values (gen_random_uuid(), %s, %s{1})"
    colleague.refused(make.format(", title", ", 'x'"), fresh.patient.patient_id, "I10")
    colleague.refused(make.format("", ""), fresh.patient.patient_id, "Z99.9", code="HD422")
    colleague.refused(make.format(", note_id", f", '{note}'"), fresh.patient.patient_id, "I10", code="HD422")
    colleague.refused(make.format("", ""), fresh.stranger.patient_id, "I10", code="HD403")
    colleague.sql(make.format("", ""), fresh.patient.patient_id, "I10")


def test_without_a_relationship_or_an_open_record_notes_are_closed(fresh: World) -> None:
    desk = fresh.hospital.desk("physician", ("GEN",), station="FRONT-2")
    with attacker(fresh.hospital, "FRONT-2") as who:
        who.carry(desk.actor)
        for table in ("note", "note_addendum", "diagnosis"):
            assert who.value(f"select count(*) from app.{table}") == 0
        who.refused("select * from app.icd10")
        who.refused("select app.load_icd10('[]')")


def test_a_signed_note_carries_the_lists_titles_not_those_of_a_station(fresh: World) -> None:
    place = drafted(fresh)
    with attacker(fresh.hospital, "ROOM-3") as who:
        who.carry(fresh.doctor.actor)
        sign = "update app.note set status = 'signed', diagnoses = %s where id = %s"
        who.refused(sign, '[{"code": "Z99.9", "title": "made up"}]', place.id, code="HD422")
        who.sql(sign, '[{"code": "I10", "title": "made up"}]', place.id)
    stored = "select diagnoses -> 0 ->> 'title' from app.note where id = %s"
    assert fresh.hospital.value(stored, place.id) == "Essential (primary) hypertension"
