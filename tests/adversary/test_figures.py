"""Figures and what one did oneself: numbers for whom they are for, and nothing of others for anybody."""

from __future__ import annotations

from uuid import uuid4

import pytest

from hisdesk.errors import Denied
from tests.adversary.attacker import Attacker, attacker
from tests.adversary.conftest import World

FIGURES = ("audit.figures()", "auth.account_figures()", "auth.station_figures()", "app.registered_today()")


@pytest.mark.parametrize("function", [*FIGURES, "audit.own(10)", "app.bed_board()", "app.bed_waiting()"])
def test_without_a_session_there_are_no_figures(thief: Attacker, function: str) -> None:
    thief.refused(f"select * from {function}", code="HD401")
    thief.refused(f"explain analyze select * from {function}", code="HD401")


@pytest.mark.parametrize("role", ["nurse", "physician", "pharmacy", "housekeeping", "therapist"])
def test_figures_are_for_whom_they_are_for(world: World, role: str) -> None:
    desk = world.hospital.desk(role, station="FRONT-2")
    with attacker(world.hospital, "FRONT-2") as who:
        who.carry(desk.actor)
        for function in FIGURES:
            who.refused(f"select * from {function}", code="HD403")


def test_registration_gets_its_own_figure_alone(world: World) -> None:
    with attacker(world.hospital, "FRONT-1") as who:
        who.carry(world.front.actor)
        assert who.value("select everybody >= own and own > 0 from app.registered_today()") is True
        for function in FIGURES[:3]:
            who.refused(f"select * from {function}", code="HD403")


def test_what_others_did_is_not_among_what_one_did(world: World) -> None:
    desk = world.hospital.desk("nurse", station="FRONT-2")
    with attacker(world.hospital, "FRONT-2") as who:
        who.carry(desk.actor)
        assert who.sql("select * from audit.own(500)") == []
        assert who.sql("select * from audit.own(-1)") == who.sql("select * from audit.own(null)") == []
        who.sql("select set_config('hisdesk.user_id', %s, false)", str(world.doctor.actor.user_id))
        assert who.sql("select * from audit.own(500)") == []
    with attacker(world.hospital, "ROOM-3") as who:
        who.carry(world.doctor.actor)
        people = who.sql("select distinct patient_id from audit.own(500) where patient_id is not null")
        assert people == [(world.patient.patient_id,)]


def test_a_board_is_a_board_at_its_own_station_alone(world: World) -> None:
    """Nobody signs in there, and its token shows nothing elsewhere."""
    with pytest.raises(Denied):
        world.hospital.desk("nurse", ("W1",), station="WALL-1")
    with attacker(world.hospital, "FRONT-1") as who:
        who.carry(world.front.actor)
        assert who.value("select auth.device_departments()") == []
    board = world.hospital.board("WALL-1")
    with attacker(world.hospital, "FRONT-2") as who:
        who.carry(board.token)
        who.refused("select * from app.bed_board()", code="HD401")
        assert who.value("select auth.device_departments()") == []


def test_only_who_asked_has_seen_an_answer(fresh: World) -> None:
    order = fresh.hospital.value("select id from app.clinical_order")
    with attacker(fresh.hospital, "ROOM-3") as who:
        who.carry(fresh.doctor.actor)
        who.refused("update app.clinical_order set seen_at = now()")
    other = fresh.hospital.desk("physician", station="FRONT-2")
    seen = "select seen_at from app.clinical_order"
    with attacker(fresh.hospital, "FRONT-2") as who:
        who.carry(other.actor)
        who.sql("update app.clinical_order set status = 'in progress'")
        who.sql("update app.clinical_order set status = 'completed', completion_note = 'found'")
        who.sql("select app.see_order(%s)", order)
        who.sql("select app.see_order(%s)", uuid4())  # said the same whatever there is
        assert fresh.hospital.value(seen) is None
    nurse = fresh.hospital.desk("pharmacy", station="FRONT-2")
    with attacker(fresh.hospital, "FRONT-2") as who:
        who.carry(nurse.actor)
        who.refused("select app.see_order(%s)", order, code="HD403")
    with attacker(fresh.hospital, "ROOM-3") as who:
        who.carry(fresh.doctor.actor)
        who.sql("select app.see_order(%s)", order)
    assert fresh.hospital.value(seen) is not None
