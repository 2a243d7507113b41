"""Locking covers the work without ending it; the same person goes on, another one takes over."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import Qt

from hisdesk.desk.kit.dialogs import ask
from tests.desk.shell.conftest import Paper, Seat
from tests.factories.people import registered
from tests.factories.visits import added
from tests.helpers.hospital import PASSWORD, Hospital

Sit = Callable[..., Seat]


def sessions(hospital: Hospital) -> object:
    return hospital.value("select count(*) from auth.session where ended_at is null")


def locked_seat(sit: Sit, hospital: Hospital) -> tuple[Seat, str, Paper]:
    seat, name = sit(), hospital.account("registration", given="Nora", family="Brightwater")
    seat.sign_in(name)
    paper = seat.paper("arrivals")
    seat.qtbot.keyClicks(paper.line, "half a sente")
    seat.qtbot.keyClick(paper.line, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    seat.until(lambda: seat.window.locked)
    return seat, name, paper


def test_a_locked_window_shows_nothing_and_keeps_everything(sit: Sit, hospital: Hospital) -> None:
    seat, name, paper = locked_seat(sit, hospital)
    assert not seat.home.isVisible() and not paper.isVisible()
    page = seat.window.sign_in
    assert page.isVisible() and page.name.value() == name and page.password.value() == ""
    assert page._why.text().startswith("Nora Brightwater is signed in")
    token = seat.home.session.actor.token
    seat.qtbot.keyClicks(page.password.edit, PASSWORD)
    seat.qtbot.keyClick(page.password.edit, Qt.Key.Key_Return)
    seat.until(lambda: not seat.window.locked)
    assert paper.isVisible() and paper.line.text() == "half a sente"
    assert seat.home.session.actor.token == token  # the session that has the charts open
    seat.until(lambda: sessions(hospital) == 1)


def test_a_wrong_password_does_not_unlock(sit: Sit, hospital: Hospital) -> None:
    seat, _, paper = locked_seat(sit, hospital)
    page = seat.window.sign_in
    seat.qtbot.keyClicks(page.password.edit, "wrong")
    seat.qtbot.keyClick(page.password.edit, Qt.Key.Key_Return)
    seat.until(lambda: "not right" in page.password.message)
    assert seat.window.locked and not paper.isVisible()


def test_keys_of_the_work_do_nothing_behind_the_cover(sit: Sit, hospital: Hospital) -> None:
    seat, _, paper = locked_seat(sit, hospital)
    for key, modifier in (
        (Qt.Key.Key_F5, "NoModifier"),
        (Qt.Key.Key_2, "AltModifier"),
        (Qt.Key.Key_Escape, "NoModifier"),
    ):
        seat.qtbot.keyClick(seat.window.sign_in.password.edit, key, getattr(Qt.KeyboardModifier, modifier))
    assert paper.asked == [] and seat.home.current_id == "arrivals" and seat.window.locked


def test_an_open_dialog_is_covered_too_and_comes_back(sit: Sit, hospital: Hospital) -> None:
    seat, name = sit(), hospital.account("registration")
    home = seat.sign_in(name)
    dialog = ask(seat.window, "Has MARROWAY, Ilsabet left?", "The visit ends.", [("Go back", None), ("Has left", int)])
    assert dialog.isVisible()
    seat.window.lock()
    assert not dialog.isVisible()
    seat.qtbot.keyClicks(seat.window.sign_in.password.edit, PASSWORD)
    seat.qtbot.keyClick(seat.window.sign_in.password.edit, Qt.Key.Key_Return)
    seat.until(lambda: not seat.window.locked)
    assert dialog.isVisible() and home.isVisible()
    dialog.reject()


def test_somebody_else_takes_over_and_the_first_ones_text_stays_encrypted(sit: Sit, hospital: Hospital) -> None:
    seat, first, _ = locked_seat(sit, hospital)
    first_home = seat.home
    first_home.session.drafts.keep("note", {"text": "chest tightness since morning"})
    second = hospital.account("registration", given="Eva", family="Hazelmoor")
    seat.sign_in(second)
    assert seat.home is not first_home
    assert seat.home.session.actor.user_name == second
    assert seat.home.session.drafts.find("note") is None
    folder = seat.workstation.memory.drafts
    seat.until(lambda: list(folder.glob("*.draft")))  # written behind the window's back
    (file,) = folder.glob("*.draft")
    assert b"chest" not in file.read_bytes()
    seat.until(lambda: sessions(hospital) == 1)
    seat.window.lock()
    seat.sign_in(first)
    kept = seat.home.session.drafts.find("note")
    assert kept is not None and kept.values == {"text": "chest tightness since morning"}


def test_a_session_ended_elsewhere_asks_again_and_keeps_what_was_typed(sit: Sit, hospital: Hospital) -> None:
    seat, name = sit(), hospital.account("registration")
    seat.sign_in(name)
    paper, token = seat.paper("arrivals"), seat.home.session.actor.token
    seat.qtbot.keyClicks(paper.line, "typed before")
    hospital.run("update auth.session set ended_at = clock_timestamp(), ended_reason = 'test'")
    seat.home.session.touch()
    seat.until(lambda: seat.window.locked)
    assert "session has ended" in seat.window.sign_in._why.text()
    seat.qtbot.keyClicks(seat.window.sign_in.password.edit, PASSWORD)
    seat.qtbot.keyClick(seat.window.sign_in.password.edit, Qt.Key.Key_Return)
    seat.until(lambda: not seat.window.locked)
    assert paper.isVisible() and paper.line.text() == "typed before"
    assert seat.home.session.actor.token != token
    assert seat.home.session.desk.actor is seat.home.session.tasks.actor


def test_the_record_on_the_screen_is_opened_again_for_a_new_session(sit: Sit, hospital: Hospital) -> None:
    front = hospital.desk("registration")
    patient = added(front, hospital.department("CARD"), patient_id=registered(front).patient_id)
    person = hospital.value("select patient_id from app.visit where id = %s", patient.visit_id)
    assert isinstance(person, UUID)
    seat, name = sit("ROOM-3"), hospital.account("physician")
    seat.sign_in(name)
    seat.window.open_chart(person, "My day")
    hospital.run("update auth.session set ended_at = clock_timestamp() where station <> %s", front_role(hospital))
    seat.home.session.touch()
    seat.until(lambda: seat.window.locked)
    seat.qtbot.keyClicks(seat.window.sign_in.password.edit, PASSWORD)
    seat.qtbot.keyClick(seat.window.sign_in.password.edit, Qt.Key.Key_Return)
    seat.until(lambda: not seat.window.locked)
    opened = "select count(*) from auth.opening o join auth.session s on s.id = o.session_id where s.ended_at is null"
    seat.until(lambda: hospital.value(f"{opened} and o.patient_id = %s and o.how = 'relationship'", person) == 1)


def front_role(hospital: Hospital) -> str:
    return hospital.template.stations["FRONT-1"].role_name
