"""Ctrl+K: what is found, what is said when nothing is, and what a scanner does."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt

from hisdesk.desk.kit.fields import SearchField
from hisdesk.desk.shell import search
from hisdesk.desk.shell.search import NO_ONE, TOO_SHORT, WRONG_DIGIT, Search, wrong_check_digit
from hisdesk.desk.shell.search_rows import facts, full_name
from hisdesk.errors import Denied
from hisdesk.hospital.patients.queries import Found
from tests.desk.shell.conftest import Seat
from tests.factories.people import registered
from tests.helpers.hospital import Desk, Hospital

Sit = Callable[..., Seat]


@pytest.fixture
def seat(sit: Sit, hospital: Hospital) -> Seat:
    seat = sit()
    seat.sign_in(hospital.account("registration"))
    seat.home.search._debounce.setInterval(1)
    seat.home.frame.topbar.search.setFocus()
    return seat


def person(seat: Seat, family: str, given: str = "Ada", **values: Any) -> Any:
    desk = seat.home.session.desk
    return registered(Desk(desk.db, desk.actor, desk.cipher), family_name=family, given_names=given, **values)


def box(seat: Seat) -> tuple[SearchField, Search]:
    return seat.home.frame.topbar.search, seat.home.search


def texts(found: Search) -> list[str]:
    return [str(found.rows.data(found.rows.index(row, 0))) for row in range(found.rows.rowCount())]


def test_people_read_as_in_lists() -> None:
    found = Found(
        uuid.uuid4(), "407188236", "Strauß", "Jürgen", "Mr", None, False, "unknown", "active", "4567", "", 1.0
    )
    assert full_name(found) == "STRAUß, Jürgen (Mr)"
    day = dt.date(2026, 3, 17)
    assert facts(found, day) == "Birth date not known · Sex not known · MRN 407 188 236 · Phone ends 4567"
    estimated = replace(found, born=dt.date(1980, 1, 1), estimated=True, sex="male", phone_end="")
    assert facts(estimated, day) == "Born about 1980, estimated · Male · MRN 407 188 236"


def test_a_person_is_found_chosen_with_the_keys_and_opened(seat: Seat) -> None:
    number = person(seat, "Marroway", "Ilsabet", title="Ms").mrn
    second = person(seat, "Marrowby", "Petra")
    field, found = box(seat)
    seat.qtbot.keyClicks(field, "marrow")
    seat.until(lambda: found.rows.rowCount() == 2)
    assert found.isVisible() and found.message == ""
    shown, spoken = texts(found), f"MRN {number[:3]} {number[3:6]} {number[6:]}"
    assert any("MARROWAY, Ilsabet (Ms)" in text and spoken in text for text in shown)
    at = next(row for row, text in enumerate(shown) if "MARROWBY" in text)
    for _ in range(at):
        seat.qtbot.keyClick(field, Qt.Key.Key_Down)
    seat.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert seat.home.current_id == "record"
    ((opened, reason),) = seat.paper("record").asked
    assert opened == second.patient_id and reason.startswith("Search")
    assert field.text() == "" and not found.isVisible()


def test_two_letters_are_too_few(seat: Seat) -> None:
    field, found = box(seat)
    seat.qtbot.keyClicks(field, "ma")
    seat.until(lambda: found.message == TOO_SHORT)
    assert found.rows.rowCount() == 0


def test_nobody_found_offers_to_register_with_what_was_typed(seat: Seat) -> None:
    field, found = box(seat)
    seat.qtbot.keyClicks(field, "Zzyzx Quill")
    seat.until(lambda: found.message == NO_ONE)
    assert found.register_button.isVisible()
    seat.qtbot.keyClick(field, Qt.Key.Key_F3)
    assert seat.home.current_id == "register"
    assert seat.paper("register").asked == ["Zzyzx Quill"]


def test_who_may_not_register_is_not_offered_it(sit: Sit, hospital: Hospital) -> None:
    seat = sit("ROOM-3")
    seat.sign_in(hospital.account("physician"))
    field, found = box(seat)
    seat.qtbot.keyClicks(field, "Zzyzx Quill")
    seat.until(lambda: found.message == NO_ONE)
    assert not found.register_button.isVisible()


def test_a_number_with_a_wrong_last_digit_is_said(seat: Seat) -> None:
    mrn = person(seat, "Marroway").mrn
    wrong = mrn[:-1] + str((int(mrn[-1]) + 1) % 10)
    field, found = box(seat)
    seat.qtbot.keyClicks(field, f"{wrong[:3]} {wrong[3:6]} {wrong[6:]}")
    seat.until(lambda: found.message == WRONG_DIGIT)
    assert not found.register_button.isVisible()
    assert wrong_check_digit(wrong) and not wrong_check_digit(mrn) and not wrong_check_digit("12345678")


def test_a_scanner_sends_enter_before_the_answer_is_there(seat: Seat) -> None:
    made = person(seat, "Marroway")
    field, _ = box(seat)
    seat.qtbot.keyClicks(field, made.mrn)
    seat.qtbot.keyClick(field, Qt.Key.Key_Return)
    seat.until(lambda: seat.home.current_id == "record")
    assert seat.paper("record").asked[0][0] == made.patient_id


def test_escape_empties_the_box_and_the_work_stays(seat: Seat) -> None:
    field, found = box(seat)
    seat.qtbot.keyClicks(field, "ma")
    seat.until(lambda: found.isVisible())
    seat.qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "" and not found.isVisible()
    assert seat.home.current_id == "arrivals"


def test_a_refusal_is_said_in_place(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> list[object]:
        raise Denied("Too many searches in a short time. Wait a minute, then go on.")

    monkeypatch.setattr(search, "find", refuse)
    field, found = box(seat)
    seat.qtbot.keyClicks(field, "marrow")
    seat.until(lambda: found.message.startswith("Too many searches"))
    assert found.isVisible()


def test_an_answer_that_comes_late_is_not_shown_under_a_newer_question(seat: Seat) -> None:
    person(seat, "Marroway")
    field, found = box(seat)
    seat.qtbot.keyClicks(field, "marrow")
    seat.until(lambda: found.rows.rowCount() == 1)
    rows = [found.rows.row(found.rows.index(0, 0))]
    seat.qtbot.keyClicks(field, "xyz")
    found._found("marrow", rows)  # type: ignore[arg-type]  # the older answer, late
    seat.until(lambda: found.message == NO_ONE)
    assert found.rows.rowCount() == 0


def test_an_administrator_goes_to_screens_and_is_shown_no_people(sit: Sit, hospital: Hospital) -> None:
    hospital.desk("registration")
    seat = sit("ROOM-3")
    seat.sign_in(hospital.account("superadmin"))
    field, found = box(seat)
    assert field.placeholderText() == "Go to a screen"
    seat.qtbot.keyClicks(field, "us")
    seat.until(lambda: texts(found) == ["Go to Users"])
    assert hospital.value("select count(*) from auth.ask") == 0
