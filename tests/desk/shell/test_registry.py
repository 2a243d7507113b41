"""Who is offered which screens, and which workstation folders are loaded for them."""

from __future__ import annotations

import uuid
from dataclasses import replace
from importlib import import_module

import pytest

from hisdesk.access.actor import Actor, Permission
from hisdesk.access.permissions import AUDIT_VIEW, PATIENTS_CREATE, PATIENTS_VIEW, USERS_VIEW, VISITS_VIEW
from hisdesk.access.sign_in import refreshed
from hisdesk.desk.shell.registry import FOLDERS, MOST_ON_RAIL, Screen, declared_for, folders_for, offered, on_rail
from tests.helpers.hospital import Desk, Hospital


def actor(*roles: str, may: tuple[Permission, ...] = ()) -> Actor:
    """Somebody with these roles, by their names."""
    return Actor("t", uuid.uuid4(), "nora", "Nora", ("A title",), frozenset(roles), frozenset(may), (), "FRONT-1")


def screen(name: str, permission: Permission, roles: tuple[str, ...] = (), **more: object) -> Screen:
    return Screen(name, name.title(), "ph.user", permission, roles, lambda desk: None, **more)  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize(
    ("roles", "may", "modules"),
    [
        (("registration",), (PATIENTS_CREATE, PATIENTS_VIEW), ["reception"]),
        (("physician",), (PATIENTS_VIEW, VISITS_VIEW), ["doctor"]),
        (("superadmin",), (USERS_VIEW,), ["admin"]),
        (("privacy_officer",), (AUDIT_VIEW,), ["admin"]),
        (("registration",), (), []),
        (("their_own",), (PATIENTS_CREATE, USERS_VIEW), ["reception", "admin"]),
        (("registration", "superadmin"), (PATIENTS_CREATE, USERS_VIEW), ["reception", "admin"]),
    ],
)
def test_only_the_folders_of_a_role_are_loaded(
    roles: tuple[str, ...], may: tuple[Permission, ...], modules: list[str]
) -> None:
    assert [f.module.split(".")[2] for f in folders_for(actor(*roles, may=may))] == modules


def test_permission_decides_and_the_role_begins_with_its_own() -> None:
    people = screen("people", PATIENTS_VIEW)
    mine = screen("arrivals", VISITS_VIEW, ("registration",), primary_for=("registration",))
    theirs = screen("my day", VISITS_VIEW, ("physician",))
    hidden = screen("users", USERS_VIEW)
    declared = (people, theirs, mine, hidden)
    clerk = actor("registration", may=(PATIENTS_VIEW, VISITS_VIEW))
    assert [s.id for s in offered(clerk, declared)] == ["arrivals", "people"]
    own = actor("their_own", may=(PATIENTS_VIEW, VISITS_VIEW))
    assert [s.id for s in offered(own, declared)] == ["people", "my day", "arrivals"]
    assert offered(actor("registration"), declared) == ()


def test_a_screen_of_two_folders_stands_on_the_rail_once_and_seven_are_the_most() -> None:
    many = [screen(f"s{n}", PATIENTS_VIEW) for n in range(9)] + [screen("s1", PATIENTS_VIEW)]
    shown = offered(actor("x", may=(PATIENTS_VIEW,)), [*many, screen("chart", PATIENTS_VIEW, on_rail=False)])
    assert len(shown) == 10
    assert [s.id for s in on_rail(shown)] == [f"s{n}" for n in range(MOST_ON_RAIL)]


def test_a_role_that_is_called_otherwise_keeps_its_screens(hospital: Hospital) -> None:
    desk = hospital.desk("physician")
    before = offered(desk.actor, declared_for(desk.actor))
    hospital.run("update auth.role set title = 'Doctor' where name = 'physician'")
    for now in (refreshed(desk.db, desk.actor), hospital.desk("physician").actor):
        assert (now.roles, now.role_names) == (("Doctor",), {"physician"})
        assert offered(now, declared_for(now)) == before
    nobodys = replace(desk.actor, role_names=frozenset({"doctor"}))
    assert declared_for(nobodys) != declared_for(desk.actor), "the role does decide"


def test_beds_are_offered_where_there_is_a_ward(hospital: Hospital) -> None:
    def beds(desk: Desk) -> bool:
        assert refreshed(desk.db, desk.actor).wards == desk.actor.wards
        return "ward.beds" in [screen.id for screen in offered(desk.actor, declared_for(desk.actor))]

    assert beds(hospital.desk("nurse", ("CARD", "W1"))) and not beds(hospital.desk("nurse", ("CARD",)))


def test_screens_are_meant_for_roles_that_there_are(hospital: Hospital) -> None:
    with hospital.superuser().connect() as connection:
        names = set(connection.exec_driver_sql("select name from auth.role").scalars())
    meant = {role for folder in FOLDERS for role in folder.roles}
    for folder in FOLDERS:
        for each in import_module(folder.module).SCREENS:
            meant |= {*each.roles, *each.primary_for}
    assert "physician" in meant
    assert meant - names == set()
