"""Who is offered which screens, and which workstation folders are loaded for them."""

from __future__ import annotations

import uuid

import pytest

from hisdesk.access.actor import Actor, Permission
from hisdesk.access.permissions import AUDIT_VIEW, PATIENTS_CREATE, PATIENTS_VIEW, USERS_VIEW, VISITS_VIEW
from hisdesk.desk.shell.registry import MOST_ON_RAIL, Screen, folders_for, offered, on_rail, role_names


def actor(*roles: str, may: tuple[Permission, ...] = ()) -> Actor:
    return Actor("t", uuid.uuid4(), "nora", "Nora", roles, frozenset(may), (), "FRONT-1")


def screen(name: str, permission: Permission, roles: tuple[str, ...] = (), **more: object) -> Screen:
    return Screen(name, name.title(), "ph.user", permission, roles, lambda desk: None, **more)  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize(
    ("roles", "may", "modules"),
    [
        (("Registration",), (PATIENTS_CREATE, PATIENTS_VIEW), ["reception"]),
        (("Physician",), (PATIENTS_VIEW, VISITS_VIEW), ["doctor"]),
        (("Superadmin",), (USERS_VIEW,), ["admin"]),
        (("Privacy officer",), (AUDIT_VIEW,), ["admin"]),
        (("Registration",), (), []),
        (("A role of their own",), (PATIENTS_CREATE, USERS_VIEW), ["reception", "admin"]),
        (("Registration", "Superadmin"), (PATIENTS_CREATE, USERS_VIEW), ["reception", "admin"]),
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
    clerk = actor("Registration", may=(PATIENTS_VIEW, VISITS_VIEW))
    assert [s.id for s in offered(clerk, declared)] == ["arrivals", "people"]
    own = actor("A role of their own", may=(PATIENTS_VIEW, VISITS_VIEW))
    assert [s.id for s in offered(own, declared)] == ["people", "my day", "arrivals"]
    assert offered(actor("Registration"), declared) == ()


def test_a_screen_of_two_folders_stands_on_the_rail_once_and_seven_are_the_most() -> None:
    many = [screen(f"s{n}", PATIENTS_VIEW) for n in range(9)] + [screen("s1", PATIENTS_VIEW)]
    shown = offered(actor("X", may=(PATIENTS_VIEW,)), [*many, screen("chart", PATIENTS_VIEW, on_rail=False)])
    assert len(shown) == 10
    assert [s.id for s in on_rail(shown)] == [f"s{n}" for n in range(MOST_ON_RAIL)]


def test_role_titles_become_names() -> None:
    assert role_names(["Facility head", "Medical administrator", "nurse"]) == {
        "facility_head",
        "medical_admin",
        "nurse",
    }
