"""Staff: an account is made with keys alone and works; roles, passwords and deactivation count at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from hisdesk.access.sign_in import sign_in
from hisdesk.desk.admin.first_password import FirstPasswordDialog
from hisdesk.desk.admin.staff import OWN_PASSWORD, OWN_RIGHTS, StaffScreen
from hisdesk.desk.kit.dialogs import ConflictDialog, Dialog
from hisdesk.desk.kit.keys import keys_of
from hisdesk.desk.kit.notices import Notice
from hisdesk.errors import Denied, SignedOut
from hisdesk.hospital.staff import actions, queries, rules
from tests.desk.admin.conftest import Room
from tests.helpers.hospital import PASSWORD, Hospital

Make = Callable[..., Room]
CTRL = Qt.KeyboardModifier.ControlModifier


def dialog(kind: type[Dialog] = Dialog) -> Dialog:
    """The dialog that is open."""
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]
    assert len(found) == 1, found
    return found[0]


def notices(widget: QWidget) -> list[str]:
    return [f"{n.title} {n.text}" for n in widget.findChildren(Notice) if n.isVisible()]


def staff(room: Room) -> StaffScreen:
    screen = room.home.widget("admin.staff")
    assert isinstance(screen, StaffScreen)
    return screen


def type_into(screen: StaffScreen, **texts: str) -> None:
    assert screen.page is not None
    for name, text in texts.items():
        control = screen.page.form.controls[name].control
        control.setFocus()
        control.selectAll()
        QTest.keyClicks(control, text)


def tick(screen: StaffScreen, label: str) -> None:
    assert screen.page is not None
    box = next(c for n, c in screen.page.form.controls.items() if screen.page.form.fields[n].label == label)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)


def choose(screen: StaffScreen, family: str) -> None:
    assert screen.list is not None
    line = next(line for line in screen.list.rows if line.person.family_name == family)
    assert screen.list.table.select(line.key)


def press(room: Room, label: str) -> None:
    screen = staff(room)
    assert screen.list is not None
    button = next(b for c, b in screen.list.buttons.items() if c.label == label)
    assert button.isEnabled(), button.reason
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    room.settle()


def commit(room: Room) -> None:
    page = staff(room).page
    assert page is not None
    QTest.keyClick(page.form, Qt.Key.Key_Return, CTRL)
    room.settle()


def verb(shown: Dialog, label: str) -> None:
    from hisdesk.desk.kit.controls import Button

    button = next(b for b in shown.findChildren(Button) if b.text() == label)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def make_account(room: Room, family: str = "Merrowby", given: str = "Iris") -> FirstPasswordDialog:
    screen = staff(room)
    QTest.keyClick(screen.list.table, Qt.Key.Key_F2)  # type: ignore[union-attr]
    room.settle()
    type_into(screen, family_name=family, given_names=given, employee_number="E-4711", phone="12")
    tick(screen, "Registration")
    tick(screen, "Cardiology")
    commit(room)
    shown = dialog(FirstPasswordDialog)
    assert isinstance(shown, FirstPasswordDialog)
    return shown


@pytest.mark.parametrize("sign_in_with", ["imerrowby", "E-4711"])
def test_an_account_made_with_keys_can_sign_in(hospital: Hospital, room: Make, sign_in_with: str) -> None:
    admin = room()
    shown = make_account(admin)
    password = shown.password.text()
    QTest.mouseClick(shown.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == password
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    station = hospital.template.stations["FRONT-2"]
    signed = sign_in(hospital.station("FRONT-2"), sign_in_with, password, station.private_key)
    assert signed.must_change
    assert signed.actor.roles == ("Registration",)
    assert signed.actor.departments == (hospital.department("CARD"),)
    assert signed.actor.name == "Iris Merrowby"
    lines = {line.person.family_name: line for line in staff(admin).list.rows}  # type: ignore[union-attr]
    assert lines["Merrowby"].person.phone == "12"
    assert staff(admin).page is None


def test_a_taken_user_name_says_so_and_keeps_what_was_typed(hospital: Hospital, room: Make) -> None:
    hospital.account("nurse", name="imerrowby")
    admin = room()
    screen = staff(admin)
    press(admin, "New account")
    type_into(screen, family_name="Merrowby", given_names="Iris")
    assert screen.page is not None
    assert screen.page.form.values()["user_name"] == "imerrowby"
    commit(admin)
    assert any("taken" in text for text in notices(screen))
    assert screen.page.form.values()["family_name"] == "Merrowby"
    type_into(screen, user_name="iris.m")
    commit(admin)
    assert isinstance(dialog(), FirstPasswordDialog)
    # nothing of the first try is left behind: one staff file, not two
    assert hospital.value("select count(*) from app.staff where family_name = 'Merrowby'") == 1


def test_what_cannot_be_stored_stands_under_its_field(room: Make) -> None:
    admin = room()
    screen = staff(admin)
    press(admin, "New account")
    type_into(screen, family_name="Merrowby", given_names="Iris", user_name="Iris M!", email="nobody", fee_amount="a")
    commit(admin)
    assert screen.page is not None
    assert "begins with a letter" in screen.page.form.controls["user_name"].message
    assert screen.page.form.controls["fee_amount"].message
    type_into(screen, user_name="iris", fee_amount="45", fee_currency="usd")
    commit(admin)
    assert "name@example.org" in screen.page.form.controls["email"].message


def test_roles_that_are_given_count_at_the_next_sign_in(hospital: Hospital, room: Make) -> None:
    name = hospital.account("registration", family="Hazelmoor")
    admin = room()
    choose(staff(admin), "Hazelmoor")
    press(admin, "Roles, departments")
    tick(staff(admin), "Nurse")
    tick(staff(admin), "General medicine")
    commit(admin)
    desk = hospital.sign_in(name, "FRONT-2")
    assert set(desk.actor.roles) == {"Registration", "Nurse"}
    assert set(desk.actor.departments) == {hospital.department("CARD"), hospital.department("GEN")}


def test_the_own_account_says_why_not(room: Make) -> None:
    admin = room("superadmin", family="Kestrelby")
    screen = staff(admin)
    choose(screen, "Kestrelby")
    assert screen.list is not None
    reasons = {command.label: button.reason for command, button in screen.list.buttons.items()}
    assert reasons["Roles, departments"] == reasons["Deactivate"] == OWN_RIGHTS
    assert reasons["Reset password"] == OWN_PASSWORD


def test_deactivated_is_signed_out_at_once_and_can_come_back(hospital: Hospital, room: Make) -> None:
    name = hospital.account("registration", family="Hazelmoor")
    desk = hospital.sign_in(name, "FRONT-2")
    admin = room()
    choose(staff(admin), "Hazelmoor")
    press(admin, "Deactivate")
    asked = dialog()
    assert "Hazelmoor" in asked.windowTitle()
    verb(asked, "Deactivate")
    admin.settle()
    with pytest.raises(SignedOut), desk.db.transaction(desk.actor) as tx:
        tx.exec_driver_sql("select 1")
    with pytest.raises(Denied):
        hospital.sign_in(name, "FRONT-2")
    press(admin, "Activate")
    assert hospital.sign_in(name, "FRONT-2").actor.user_name == name


def test_a_reset_password_works_once_and_the_old_one_no_more(hospital: Hospital, room: Make) -> None:
    name = hospital.account("registration", family="Hazelmoor")
    admin = room("helpdesk")
    screen = staff(admin)
    assert screen.list is not None
    assert "New account" not in {command.label for command in screen.list.buttons}
    choose(screen, "Hazelmoor")
    press(admin, "Reset password")
    verb(dialog(), "Reset password")
    admin.settle()
    shown = dialog(FirstPasswordDialog)
    assert isinstance(shown, FirstPasswordDialog)
    key = hospital.template.stations["FRONT-2"].private_key
    with pytest.raises(Denied):
        sign_in(hospital.station("FRONT-2"), name, PASSWORD, key)
    assert sign_in(hospital.station("FRONT-2"), name, shown.password.text(), key).must_change


def test_edited_at_two_desks_both_versions_are_shown(hospital: Hospital, room: Make) -> None:
    hospital.account("registration", family="Hazelmoor")
    admin, other = room(), hospital.desk("superadmin", station="FRONT-2")
    screen = staff(admin)
    choose(screen, "Hazelmoor")
    press(admin, "Edit")
    with other.db.transaction(other.actor) as tx:
        person = next(m.person for m in queries.members(tx) if m.person.family_name == "Hazelmoor")
    other.do(actions.edit, person.id, 1, {"phone": "111", "title": "Ms"})
    type_into(screen, phone="222", location="Desk 4")
    commit(admin)
    shown = dialog(ConflictDialog)
    assert isinstance(shown, ConflictDialog)
    assert [(f.label, f.mine, f.theirs) for f in shown.fields] == [("Phone", "222", "111")]
    shown.choose("phone", "theirs")
    verb(shown, "Save these")
    admin.settle()
    with other.db.transaction(other.actor) as tx:
        stored = queries.one(tx, person.id)
    assert stored is not None
    assert (stored.phone, stored.location, stored.title) == ("111", "Desk 4", "Ms")


def test_who_only_looks_has_no_commands(room: Make) -> None:
    head = room("facility_head")
    screen = staff(head)
    assert screen.list is not None
    assert not screen.list.buttons
    assert screen.list.rows


def test_f1_knows_the_keys_of_what_is_in_front(room: Make) -> None:
    admin = room()
    assert "F2" in {key.keys for key in keys_of(staff(admin))}
    press(admin, "New account")
    assert "Ctrl+Return" in {key.keys for key in keys_of(staff(admin))}
    QTest.keyClick(staff(admin).page.form, Qt.Key.Key_Escape)  # type: ignore[union-attr]
    assert staff(admin).page is None
    assert "F2" in {key.keys for key in keys_of(staff(admin))}


@pytest.mark.parametrize(
    ("given", "family", "name"),
    [("Ana María", "Núñez", "anunez"), ("", "O'Hara-Smith", "oharasmith"), ("Олег", "Ким", ""), ("B", "Ng", "bng")],
)
def test_a_user_name_is_suggested(given: str, family: str, name: str) -> None:
    assert rules.suggested_user_name(given, family) == name
