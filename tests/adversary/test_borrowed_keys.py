"""Keys are made by stations. One that is another row's already reaches nobody's care relationship."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from hisdesk.hospital.notes.actions import Place, keep_draft
from hisdesk.hospital.notes.rules import Content
from hisdesk.hospital.patients import queries as patients
from tests.adversary.attacker import Attacker, attacker
from tests.adversary.conftest import World
from tests.factories import people, visits

RELATION = "select (kind, department_id, until_at)::text from app.care_relationship where source_id = %s and kind = %s"
PRESCRIPTION = "insert into app.prescription (id, patient_id, department_id) values (%s, %s, %s)"
LINE = """insert into app.prescription_line (id, prescription_id, position, medicine_id, dose_value, dose_unit, route,
    frequency, days, quantity, quantity_unit) values (%s, %s, 1, %s, 1, 'mg', 'oral', 'once', 1, 1, 'tablet')"""


def prescribed(who: Attacker, world: World, key: UUID, patient_id: UUID) -> UUID:
    medicine = world.hospital.value("select id from app.medicine limit 1")
    line = uuid4()
    who.sql("begin")
    who.sql(PRESCRIPTION, key, patient_id, world.hospital.department("PHARM"))
    who.sql(LINE, line, key, medicine)
    who.sql("commit")
    return line


def test_a_prescription_with_the_key_of_a_visit_keeps_nobody_known(fresh: World) -> None:
    """The visit is long over; the key would make its relationship endless again."""
    over = people.registered(fresh.front, family_name="Elsewhere").patient_id
    visit = visits.added(fresh.front, fresh.hospital.department(), patient_id=over).visit_id
    fresh.hospital.run(
        "update app.care_relationship set until_at = clock_timestamp() - interval '1 s' where source_id = %s", visit
    )
    before = fresh.hospital.value(RELATION, visit, "visit")
    with attacker(fresh.hospital, "ROOM-3") as who:
        who.carry(fresh.doctor.actor)
        prescribed(who, fresh, visit, fresh.patient.patient_id)
        assert fresh.hospital.value(RELATION, visit, "visit") == before
        assert who.sql("select id from app.patient where id = %s", over) == []
        who.refused("select auth.open(%s)", over, code="HD403")


def test_a_cancelled_prescription_with_the_key_of_a_visit_ends_nobodys_care(fresh: World) -> None:
    visit = visits.added(fresh.front, fresh.hospital.department(), patient_id=fresh.stranger.patient_id).visit_id
    before = fresh.hospital.value(RELATION, visit, "visit")
    with attacker(fresh.hospital, "ROOM-3") as who:
        who.carry(fresh.doctor.actor)
        line = prescribed(who, fresh, visit, fresh.patient.patient_id)
        who.sql("update app.prescription_line set status = 'cancelled', cancelled_reason = 'x' where id = %s", line)
    assert fresh.hospital.value(RELATION, visit, "visit") == before


def test_a_request_with_the_key_of_a_visit_moves_nobody_to_another_department(fresh: World) -> None:
    visit = visits.added(fresh.front, fresh.hospital.department(), patient_id=fresh.stranger.patient_id).visit_id
    before = fresh.hospital.value(RELATION, visit, "visit")
    with attacker(fresh.hospital, "ROOM-3") as who:
        who.carry(fresh.doctor.actor)
        who.sql(
            "insert into app.admission_request (id, patient_id, department_id, reason) values (%s, %s, %s, 'x')",
            visit,
            fresh.patient.patient_id,
            fresh.hospital.department("W1"),
        )
        who.sql("update app.admission_request set status = 'cancelled', cancelled_reason = 'x' where id = %s", visit)
    assert fresh.hospital.value(RELATION, visit, "visit") == before


def test_a_discarded_note_with_the_key_of_a_visit_ends_nobodys_care(fresh: World) -> None:
    theirs = visits.added(fresh.front, fresh.hospital.department(), patient_id=fresh.stranger.patient_id).visit_id
    before = fresh.hospital.value(RELATION, theirs, "visit")
    desk = fresh.hospital.desk("physician", station="FRONT-2")
    patients.opened(desk.db, desk.actor, fresh.patient.patient_id)
    with attacker(fresh.hospital, "FRONT-2") as who:
        who.carry(desk.actor)
        who.sql(
            "insert into app.note (id, patient_id, visit_id) values (%s, %s, %s)",
            theirs,
            fresh.patient.patient_id,
            fresh.visit.visit_id,
        )
        who.sql("update app.note set status = 'discarded' where id = %s", theirs)
    assert fresh.hospital.value(RELATION, theirs, "visit") == before


def test_a_visit_with_the_key_of_a_draft_keeps_nobody_known(fresh: World) -> None:
    """The front desk, with the key of a note whose relationship has ended."""
    note = fresh.hospital.value("select id from app.note")
    before = fresh.hospital.value(RELATION, note, "note")
    assert before is not None
    person = people.registered(fresh.front).patient_id
    with attacker(fresh.hospital, "FRONT-1") as who:
        who.carry(fresh.front.actor)
        who.sql(
            "insert into app.visit (id, patient_id, department_id) values (%s, %s, %s)",
            note,
            person,
            fresh.hospital.department(),
        )
    assert fresh.hospital.value(RELATION, note, "note") == before


@pytest.mark.parametrize("status", ["signed", "discarded"])
def test_a_note_still_ends_its_own(fresh: World, status: str) -> None:
    fresh.hospital.run("update app.visit set status = 'cancelled', cancelled_reason = 'x', version = version + 1")
    visit = visits.added(fresh.front, fresh.hospital.department(), patient_id=fresh.patient.patient_id)
    place = Place(fresh.patient.patient_id, visit.visit_id)
    note = fresh.doctor.do(keep_draft, place, Content(plan="Rest")).note_id
    until = "select until_at = 'infinity' from app.care_relationship where source_id = %s and kind = 'note'"
    assert fresh.hospital.value(until, note) is True
    with attacker(fresh.hospital, "ROOM-3") as who:
        who.carry(fresh.doctor.actor)
        who.sql("update app.note set status = %s where id = %s", status, note)
    assert fresh.hospital.value(until, note) is False
