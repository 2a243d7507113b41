"""Orders against somebody who types SQL with a token: what a window never asks for."""

from __future__ import annotations

from tests.adversary.attacker import attacker
from tests.adversary.conftest import World

ORDER = """insert into app.clinical_order (id, patient_id, kind, title, from_department_id, to_department_id)
           values (gen_random_uuid(), %s, 'care instruction', 'x', %s, %s)"""


def test_an_order_is_no_way_to_know_a_stranger(world: World) -> None:
    card = world.hospital.department()
    with attacker(world.hospital, "ROOM-3") as who:
        who.carry(world.doctor.actor)
        who.refused(ORDER, world.stranger.patient_id, card, card, code="HD403")
        who.begin(world.doctor.actor)
        who.refused(ORDER, world.stranger.patient_id, card, card, code="HD403")
        who.rollback()


def test_no_moment_and_no_name_is_made_up(world: World) -> None:
    with attacker(world.hospital, "ROOM-3") as who:
        who.carry(world.doctor.actor)
        for column, value in (
            ("asked_by", "gen_random_uuid()"),
            ("started_at", "now() - interval '1 day'"),
            ("completed_by", "gen_random_uuid()"),
            ("cancelled_at", "now()"),
            ("title", "'other'"),
            ("to_department_id", "from_department_id"),
            ("patient_id", "gen_random_uuid()"),
        ):
            who.refused(f"update app.clinical_order set {column} = {value}")
        who.refused("delete from app.clinical_order")


def test_a_note_stands_only_where_the_work_is_done(fresh: World) -> None:
    with attacker(fresh.hospital, "ROOM-3") as who:
        who.carry(fresh.doctor.actor)
        who.sql("update app.clinical_order set completion_note = 'found', cancelled_reason = 'x'")
        assert who.sql("select status, completion_note, cancelled_reason from app.clinical_order") == [
            ("pending", "", "")
        ]
        who.refused("update app.clinical_order set status = 'completed', completion_note = 'x'", code="23514")
        who.sql("update app.clinical_order set status = 'in progress'")
        who.refused("update app.clinical_order set status = 'completed'", code="23514")
        who.sql("update app.clinical_order set status = 'completed', completion_note = 'found'")
        for change in ("completion_note = 'other'", "status = 'pending'", "status = 'cancelled'", "version = 9"):
            who.refused(f"update app.clinical_order set {change}", code="HD409")
        assert who.value("select completion_note from app.clinical_order") == "found"


def test_another_department_cannot_do_the_work(fresh: World) -> None:
    elsewhere = fresh.hospital.desk(("physician", "therapist"), ("GEN",), station="FRONT-2")
    fresh.hospital.run(
        """insert into auth.opening (session_id, patient_id, how, until_at)
           select s.id, %s, 'search', clock_timestamp() + interval '1 h' from auth.session s where s.user_id = %s""",
        fresh.patient.patient_id,
        elsewhere.actor.user_id,
    )
    with attacker(fresh.hospital, "FRONT-2") as who:
        who.carry(elsewhere.actor)
        assert who.count("select id from app.clinical_order") == 1  # the record is open
        who.refused("update app.clinical_order set status = 'in progress'", code="HD403")
    with attacker(fresh.hospital, "ROOM-3") as own:
        own.carry(fresh.doctor.actor)
        own.sql("update app.clinical_order set status = 'in progress'")
    with attacker(fresh.hospital, "FRONT-2") as who:
        who.carry(elsewhere.actor)
        for change in ("status = 'cancelled', cancelled_reason = 'x'", "status = 'completed', completion_note = 'x'"):
            who.refused(f"update app.clinical_order set {change}", code="HD403")


def test_orders_of_others_are_not_listed(world: World) -> None:
    elsewhere = world.hospital.desk("therapist", ("GEN",), station="FRONT-2")
    with attacker(world.hospital, "FRONT-2") as who:
        who.carry(elsewhere.actor)
        assert who.count("select id from app.clinical_order") == 0
        assert who.count("update app.clinical_order set status = 'in progress'") == 0


def test_orders_are_placed_within_a_measure(fresh: World) -> None:
    card = fresh.hospital.department()
    fresh.hospital.run("update auth.setting set value = 3 where name = 'relations_per_hour'")
    fresh.hospital.run("delete from auth.meter")
    with attacker(fresh.hospital, "ROOM-3") as who:
        who.carry(fresh.doctor.actor)
        for _ in range(3):
            who.sql(ORDER, fresh.patient.patient_id, card, card)
        who.refused(ORDER, fresh.patient.patient_id, card, card, code="HD429")
