"""Departments are made and changed; stations only shown; every screen says what is wrong when it cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from hisdesk.desk.admin.places import DepartmentsScreen
from hisdesk.desk.admin.screens import SCREENS
from hisdesk.desk.shell.registry import offered
from tests.desk.admin.conftest import Room
from tests.desk.admin.test_staff import notices
from tests.helpers.hospital import Hospital

Make = Callable[..., Room]
CTRL = Qt.KeyboardModifier.ControlModifier


def fill(screen: DepartmentsScreen, **texts: str) -> None:
    assert screen.page is not None
    for name, text in texts.items():
        control = screen.page.form.controls[name].control
        control.setFocus()
        control.selectAll()
        QTest.keyClicks(control, text)


def test_a_department_is_added_and_changed(hospital: Hospital, room: Make) -> None:
    admin = room()
    screen: Any = admin.open("admin.departments")
    QTest.keyClick(screen.list.table, Qt.Key.Key_F2)
    fill(screen, code="orth", name="Orthopaedics", ticket_letter="c")
    QTest.keyClick(screen.page.form, Qt.Key.Key_Return, CTRL)
    admin.settle()
    assert any("ticket letter is taken by Cardiology" in text for text in notices(screen))
    fill(screen, ticket_letter="o")
    QTest.keyClick(screen.page.form, Qt.Key.Key_Return, CTRL)
    admin.settle()
    assert screen.page is None
    assert hospital.value("select ticket_letter from app.department where code = 'ORTH'") == "O"
    row = next(row for row in screen.list.rows if row.code == "ORTH")
    screen.list.table.select(row.id)
    QTest.keyClick(screen.list.table, Qt.Key.Key_Return)
    fill(screen, name="Bones and joints")
    QTest.keyClick(screen.page.form, Qt.Key.Key_Return, CTRL)
    admin.settle()
    assert hospital.value("select name from app.department where code = 'ORTH'") == "Bones and joints"


def test_stations_are_only_shown(room: Make) -> None:
    admin = room()
    screen: Any = admin.open("admin.stations")
    assert {row.code for row in screen.rows} == {"FRONT-1", "FRONT-2", "HALL-1", "ROOM-3", "WARD-1", "WALL-1"}
    assert not screen.buttons
    assert "enrol-station" in screen.spec.sort_rule


@pytest.mark.parametrize(
    ("role", "screens"),
    [
        ("superadmin", ["staff", "roles", "stations", "departments", "audit"]),
        ("helpdesk", ["staff", "stations"]),
        ("facility_head", ["staff", "stations"]),
        ("privacy_officer", ["audit", "staff", "roles", "stations"]),
        ("registration", []),
    ],
)
def test_who_is_offered_what(hospital: Hospital, role: str, screens: list[str]) -> None:
    actor = hospital.desk(role).actor
    assert [screen.id for screen in offered(actor, SCREENS)] == [f"admin.{name}" for name in screens]


@pytest.mark.parametrize("screen", [screen.id for screen in SCREENS if screen.id != "admin.staff"])
def test_a_screen_opens_with_three_statements_at_most(room: Make, screen: str) -> None:
    admin = room()
    sent: list[str] = []
    engine = admin.signed.db.engine

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("begin", "commit")):
            sent.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        admin.open(screen)
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    assert 1 <= len(sent) <= 3, sent


@pytest.mark.parametrize("screen", [screen.id for screen in SCREENS])
def test_a_screen_that_cannot_be_read_says_so(hospital: Hospital, room: Make, screen: str) -> None:
    admin = room()
    # the database stops answering this station: its role may no longer log in, and its connections are cut
    role = hospital.template.stations["FRONT-1"].role_name
    hospital.run(f"alter role {role} nologin")
    try:
        hospital.run("select pg_terminate_backend(pid) from pg_stat_activity where usename = %s", role)
        widget = admin.open(screen)
        if screen == "admin.staff":  # it was read when the window opened
            widget.read_again()
            admin.settle()
        texts = " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())
        assert "does not answer" in texts
    finally:
        hospital.run(f"alter role {role} login")
