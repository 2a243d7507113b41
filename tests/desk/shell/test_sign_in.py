"""Signing in: what is said when it does not work, what is remembered, a database that comes and goes."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hisdesk import app
from hisdesk.access.sign_in import new_credential
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.shell.change_password import weakness
from hisdesk.desk.shell.password import CAPS_ON, caps_after
from tests.desk.shell.conftest import Seat, station_of
from tests.helpers.hospital import PASSWORD, Hospital
from tests.helpers.servers import free_port

Sit = Callable[..., Seat]


def test_the_panel_says_what_was_found(sit: Sit) -> None:
    seat = sit("ROOM-3")
    panel, hub = seat.window.sign_in.panel, seat.workstation.hub
    assert hub is not None
    assert panel.check("database").startswith("Connected, ")
    assert panel.check("live") == "Connecting"  # nobody plays a broker here
    assert panel._title.text() == "Consulting room 3"
    assert panel._place.text() == "First floor · station ROOM-3"
    hub.on_state("away")
    seat.until(lambda: panel.check("live") == "Away, reading every 10 s")
    assert "Checking" not in {panel.check(key) for key in ("database", "live", "camera", "printers")}


def test_the_version_is_looked_up_in_a_thread_and_shown(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_by: list[threading.Thread] = []

    def version() -> str:
        asked_by.append(threading.current_thread())
        return "4.5.6"

    monkeypatch.setattr(app, "version", version)
    seat = sit()
    assert seat.window.sign_in._footer.text().startswith("hisdesk 4.5.6 · schema ")
    assert asked_by and threading.main_thread() not in asked_by


def test_a_wrong_password_is_said_under_the_field_and_the_name_stays(sit: Sit, hospital: Hospital) -> None:
    seat, name = sit(), hospital.account("registration")
    page = seat.window.sign_in
    seat.type(name, "wrong")
    assert page.button.busy
    seat.until(lambda: page.password.message)
    assert "not right" in page.password.message
    assert page.name.value() == name
    assert page.password.value() == ""
    assert not page.button.busy
    assert seat.window.home is None
    seat.qtbot.keyClicks(page.password.edit, "x")
    assert page.password.message == ""


def test_five_wrong_passwords_lock_the_name_and_say_until_when(sit: Sit, hospital: Hospital) -> None:
    seat, name = sit(), hospital.account("registration")
    page = seat.window.sign_in
    for _ in range(5):
        seat.type(name, "wrong")
        seat.until(lambda: not page.button.busy)
    seat.type(name, PASSWORD)
    seat.until(lambda: "locked at this station until" in page.password.message)
    assert seat.window.home is None


@pytest.mark.parametrize(("name", "password", "said"), [("", "secret", "name"), ("nora", "", "password")])
def test_nothing_is_asked_while_something_is_missing(sit: Sit, name: str, password: str, said: str) -> None:
    seat = sit(connected=False)
    asked: list[str] = []
    seat.window.sign_in.asked.connect(lambda *_: asked.append("asked"))
    seat.type(name, password)
    page = seat.window.sign_in
    assert asked == []
    assert (page.name if said == "name" else page.password).message.startswith("Type your")


def test_the_first_screen_opens_and_the_last_visit_is_told(sit: Sit, hospital: Hospital) -> None:
    seat, name = sit(), hospital.account("registration", given="Nora", family="Brightwater")
    home = seat.sign_in(name)
    assert home.current_id == "arrivals"
    assert home.isVisible()
    assert not seat.window.sign_in.isVisible()
    assert seat.window.sign_in.password.value() == ""
    assert home.frame.topbar.name.text() == "Nora Brightwater"
    assert home.frame.topbar.role.text() == "Registration"
    toast = home.session.messages._toast
    assert toast is not None and toast.text.startswith("Welcome, Nora Brightwater")
    seat.window.sign_out()
    seat.sign_in(name)
    again = seat.home.session.messages._toast
    assert again is not None and again.text.startswith("Last signed in ") and "FRONT-1" in again.text


def test_people_are_remembered_without_secrets(sit: Sit, hospital: Hospital) -> None:
    seat, name = sit(), hospital.account("registration", given="Nora", family="Brightwater")
    home = seat.sign_in(name)
    token = home.session.actor.token
    seat.window.sign_out()
    page = seat.window.sign_in
    assert page._lately.people == [name]
    page._lately._cards[0].click()
    assert page.name.value() == name
    seat.workstation.memory.settings.sync()
    kept = b"".join(f.read_bytes() for f in seat.workstation.memory.folder.rglob("*") if f.is_file())
    assert b"Brightwater" in kept
    for secret in (PASSWORD, token, seat.workstation.station.secrets.database_password):
        assert secret.encode() not in kept


def test_signing_out_ends_the_session_on_the_server(sit: Sit, hospital: Hospital) -> None:
    seat, name = sit(), hospital.account("registration")
    seat.sign_in(name)
    assert hospital.value("select count(*) from auth.session where ended_at is null") == 1
    seat.window.sign_out()
    seat.until(lambda: hospital.value("select count(*) from auth.session where ended_at is null") == 0)
    assert seat.window.home is None


def test_a_database_that_is_away_is_said_and_tried_again_with_what_was_typed(
    sit: Sit, hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = hospital.account("registration")
    ports = itertools.chain([free_port()], itertools.repeat(hospital.address.port))
    from hisdesk import app

    real = app.connect
    monkeypatch.setattr(app, "connect", lambda station: real(station_of(hospital, port=next(ports))))
    seat = sit(connected=False)
    backstage = seat.workstation.backstage
    backstage._retry_ms = 10
    seat.until(lambda: seat.window.sign_in.panel.check("database") == "Does not answer, trying again")
    seat.type(name, PASSWORD)
    seat.until(lambda: "does not answer" in seat.window.sign_in.password.message)
    assert seat.window.sign_in.password.value() == PASSWORD  # kept, it is tried again
    first, backstage._db = backstage._db, None  # the server is back: the next connection reaches it
    assert first is not None
    first.close()
    seat.until(lambda: seat.window.home is not None)


def test_text_size_and_darkness_are_remembered_for_the_station(sit: Sit) -> None:
    seat = sit(connected=False)
    page = seat.window.sign_in
    page.mode.click()
    assert theme().name == "dark"
    assert page.mode.text() == "Light"
    page._look("dark", 1.3)
    assert (seat.workstation.memory.mode, seat.workstation.memory.text_size) == ("dark", 1.3)
    again = sit(connected=False)
    assert (again.workstation.memory.mode, theme().name, theme().text_size) == ("dark", "dark", 1.3)


def test_caps_lock_is_told_before_the_password_is_sent(sit: Sit) -> None:
    seat = sit(connected=False)
    password = seat.window.sign_in.password
    password.edit.setFocus()
    seat.until(password.edit.hasFocus)
    shifted = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier, "A")
    QApplication.sendEvent(password.edit, shifted)
    assert password.message == ""
    capital = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "A")
    QApplication.sendEvent(password.edit, capital)  # a capital without Shift
    assert password.message == CAPS_ON
    small = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier, "a")
    lock = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_CapsLock, Qt.KeyboardModifier.NoModifier)
    plain = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
    assert caps_after(capital, False) and caps_after(small, False) and caps_after(lock, False)
    assert not caps_after(plain, True) and not caps_after(lock, True)


def test_the_eye_shows_the_password_and_hides_it_again(sit: Sit) -> None:
    edit = sit(connected=False).window.sign_in.password.edit
    hidden = edit.echoMode()
    edit.eye.click()
    assert edit.echoMode() == edit.EchoMode.Normal
    assert edit.eye.accessibleName() == "Hide the password"
    edit.eye.click()
    assert edit.echoMode() == hidden


def given_password(hospital: Hospital, name: str) -> None:
    """As after a reset: somebody else knows it."""
    credential = new_credential("given-by-helpdesk", cost=4)
    hospital.run(
        "update auth.account set salt = %s, stored_key = %s, must_change = true where name = %s",
        credential.salt,
        credential.stored_key,
        name,
    )


def test_a_given_password_must_be_changed_before_anything_else(sit: Sit, hospital: Hospital, qtbot: QtBot) -> None:
    seat, name = sit(), hospital.account("registration")
    given_password(hospital, name)
    seat.type(name, "given-by-helpdesk")
    seat.until(lambda: seat.window.change_page is not None)
    page = seat.window.change_page
    assert page is not None and page.isVisible() and seat.window.home is None

    def fill(old: str, new: str, again: str) -> None:
        for field, text in ((page.old, old), (page.new, new), (page.again, again)):
            field.edit.clear()
            qtbot.keyClicks(field.edit, text)
        qtbot.keyClick(page.again.edit, Qt.Key.Key_Return)

    fill("given-by-helpdesk", "short", "short")
    assert page.new.message == "5 of at least 10 characters"
    fill("given-by-helpdesk", "violet harbour tea", "violet harbour tee")
    assert page.again.message == "The two are not the same"
    fill("something else", "violet harbour tea", "violet harbour tea")
    seat.until(lambda: "old password is not right" in page.old.message)
    fill("given-by-helpdesk", "violet harbour tea", "violet harbour tea")
    seat.until(lambda: seat.window.home is not None)
    assert seat.window.change_page is None
    seat.window.sign_out()
    seat.type(name, "given-by-helpdesk")
    seat.until(lambda: "not right" in seat.window.sign_in.password.message)


@pytest.mark.parametrize(
    ("new", "wrong"),
    [
        ("violet harbour tea", False),
        ("ninechars", True),
        ("nora-is-my-name", True),
        ("aaaaaaaaaaaa", True),
        ("the old one", True),
    ],
)
def test_the_rule_for_new_passwords(new: str, wrong: bool) -> None:
    assert bool(weakness(new, "nora", "the old one")) is wrong
