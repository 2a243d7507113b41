"""Roles: what is taken is refused by the database at the next click; conflicts keep what was toggled."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from hisdesk.access import administration, grants
from hisdesk.access.administration import Cell, Role
from hisdesk.desk.admin.roles import ONLY_LOOK, OWN_ROLE, RolesScreen
from hisdesk.desk.kit.labels import Label
from hisdesk.errors import Denied
from tests.desk.admin.conftest import Room
from tests.desk.admin.test_staff import notices
from tests.factories import people
from tests.helpers.hospital import Desk, Hospital

Make = Callable[..., Room]


@pytest.fixture
def admin(room: Make) -> Room:
    made = room()
    made.open("admin.roles")
    return made


def screen_of(room: Room) -> RolesScreen:
    screen = room.home.widget("admin.roles")
    assert isinstance(screen, RolesScreen)
    return screen


def show(room: Room, role: str) -> RolesScreen:
    """Chooses a role in the list."""
    screen = screen_of(room)
    line = next(line for line in screen._model.rows if line.role.name == role)
    screen.role_list.select(line.role.id)
    room.settle()
    assert screen.role is not None
    assert screen.role.name == role
    return screen


def space(screen: RolesScreen, module: str, act: str) -> None:
    """Toggles with the keyboard."""
    screen.grid.setFocus()
    screen.grid.go_to(module, act)
    QTest.keyClick(screen.grid, Qt.Key.Key_Space)


def apply(room: Room) -> None:
    QTest.keyClick(screen_of(room).grid, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    room.settle()


def role_of(desk: Desk, name: str) -> Role:
    with desk.db.transaction(desk.actor) as tx:
        return next(role for role in administration.roles(tx) if role.name == name)


def check(screen: RolesScreen, module: str, act: str):  # type: ignore[no-untyped-def]
    row = next(row for row in screen.grid.grid_model.rows if row.key == module)
    return row.checks[act]


def test_a_permission_taken_away_is_refused_at_the_next_click(hospital: Hospital, admin: Room) -> None:
    clerk = hospital.desk("registration", station="FRONT-2", family="Brightwater", given="Nora")
    people.registered(clerk)
    screen = show(admin, "registration")
    texts = [label.text() for label in screen.side.people.findChildren(Label)]
    assert "Nora Brightwater" in texts
    assert "at FRONT-2 now" in texts
    space(screen, "patients", "create")
    assert check(screen, "patients", "create").change == "-"
    people.registered(clerk)  # toggled is not in force
    apply(admin)
    assert screen.pending == {}
    assert not check(screen, "patients", "create").on
    with pytest.raises(Denied, match="permission"):
        people.registered(clerk)  # the window still believes it may: the database says no
    space(screen, "patients", "create")
    apply(admin)
    people.registered(clerk)


def test_space_twice_undo_and_escape_take_a_change_back(admin: Room) -> None:
    screen = show(admin, "nurse")
    space(screen, "visits", "edit")
    space(screen, "visits", "edit")
    assert screen.pending == {}
    space(screen, "documents", "create")
    space(screen, "visits", "edit")
    assert screen.pending == {"documents.create": True, "visits.edit": False}
    assert screen.apply.text() == "Apply 2 changes"
    QTest.mouseClick(screen.side.undo_buttons["visits.edit"], Qt.MouseButton.LeftButton)
    assert screen.pending == {"documents.create": True}
    QTest.keyClick(screen.grid, Qt.Key.Key_Escape)
    assert screen.pending == {}
    assert screen.apply.reason == "Nothing was changed yet"


def test_what_was_toggled_waits_for_its_role(admin: Room) -> None:
    screen = show(admin, "nurse")
    space(screen, "documents", "create")
    show(admin, "physician")
    assert screen.pending == {}
    show(admin, "nurse")
    assert screen.pending == {"documents.create": True}


def test_a_locked_cell_stays_and_says_who_fixed_it(admin: Room) -> None:
    screen = show(admin, "registration")
    space(screen, "allergies", "view")
    assert screen.pending == {}
    said = screen.status.text()
    assert "Fixed by the hospital" in said
    assert "clinical data stays with clinicians" in said
    index = screen.grid.currentIndex()
    assert "Fixed by the hospital" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_a_conflict_reads_again_and_keeps_what_was_toggled(hospital: Hospital, admin: Room) -> None:
    other = hospital.desk("superadmin", station="FRONT-2")
    screen = show(admin, "nurse")
    space(screen, "documents", "create")
    space(screen, "visits", "create")
    nurse = role_of(other, "nurse")
    other.do(administration.change_grants, nurse.id, nurse.version, ["stations.view"], ["visits.create"])
    apply(admin)
    assert any("Somebody else changed this role" in text for text in notices(screen))
    assert screen.pending == {"documents.create": True}, "what the other one did as well is not asked for twice"
    assert check(screen, "stations", "view").on
    apply(admin)
    granted = {grants.name(c) for c in screen._read_of.cells if c.granted}  # type: ignore[union-attr]
    assert {"documents.create", "stations.view"} <= granted
    assert "visits.create" not in granted


def test_a_role_of_ones_own_is_refused_with_the_reason(admin: Room) -> None:
    screen = show(admin, "superadmin")
    space(screen, "audit", "export")
    assert screen.pending == {}
    assert screen.status.text() == OWN_ROLE
    assert screen.apply.reason == OWN_ROLE


def test_who_may_only_look_cannot_toggle(room: Make) -> None:
    officer = room("privacy_officer")
    officer.open("admin.roles")
    screen = show(officer, "nurse")
    space(screen, "visits", "edit")
    assert screen.pending == {}
    assert screen.apply.reason == ONLY_LOOK


def test_dangers_are_named_before_they_are_in_force(admin: Room) -> None:
    screen = show(admin, "cashier")
    space(screen, "allergies", "view")
    assert check(screen, "allergies", "view").change == "!"
    space(screen, "roles", "edit")
    text = screen.side.dangers.accessibleName()
    assert "Allergies: view is clinical" in text
    assert "Roles: edit lets these people" in text
    assert screen.side.dangers.isVisible()


def test_clinical_is_no_danger_for_who_treats() -> None:
    cell = Cell("allergies", "view", True, "see allergies", False, None)
    assert grants.dangers("nurse", [cell]) == []
    assert [what for what, _why in grants.dangers("hr", [cell])] == ["Allergies: view"]
