"""What the roles' window says about permissions, and what it warns of."""

from __future__ import annotations

import pytest

from hisdesk.access import grants, permissions
from hisdesk.access.administration import Cell


def cell(module: str, act: str, *, clinical: bool = False) -> Cell:
    return Cell(module, act, clinical, "what it allows", False, None)


def test_every_module_has_a_name_and_a_group_in_the_window() -> None:
    assert set(grants.MODULES) == {permission.module for permission in permissions.ALL}
    assert {group for _, group in grants.MODULES.values()} == set(grants.GROUPS)


def test_every_act_has_a_column_in_the_window() -> None:
    assert {permission.act for permission in permissions.ALL} <= set(grants.ACTS)


def test_a_permission_in_words_and_by_name() -> None:
    assert grants.words(cell("visits", "edit")) == "Visits and queues: edit"
    assert grants.name(cell("visits", "edit")) == str(permissions.VISITS_EDIT)


@pytest.mark.parametrize(("role", "danger"), [("physician", False), ("privacy_officer", False), ("cashier", True)])
def test_clinical_data_for_who_treats_nobody_is_a_danger(role: str, danger: bool) -> None:
    given = cell("allergies", "view", clinical=True)
    assert grants.is_clinical_danger(role, given) is danger
    assert bool(grants.dangers(role, [given])) is danger
    assert grants.dangers(role, [cell("visits", "view")]) == []


def test_power_over_others_is_named_for_every_role() -> None:
    for permission in (permissions.ROLES_EDIT, permissions.USERS_ADMIN, permissions.AUDIT_EXPORT):
        ((words, why),) = grants.dangers("physician", [cell(permission.module, permission.act)])
        assert words.endswith(permission.act) and why.startswith("lets these people")
