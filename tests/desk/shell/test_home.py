"""The work window: places and keys, and what happens when a permission is given or taken while it is open."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from hisdesk.desk.kit.keymap import KeyMap
from hisdesk.desk.kit.keys import GLOBAL
from hisdesk.desk.shell.home import Home
from hisdesk.errors import Denied
from hisdesk.live.change import Change
from tests.desk.shell.conftest import LargePaper, Seat
from tests.helpers.hospital import Hospital

Sit = Callable[..., Seat]
NONE, ALT, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def seat(sit: Sit, hospital: Hospital) -> Seat:
    seat = sit()
    seat.sign_in(hospital.account("registration"))
    return seat


def places(seat: Seat) -> list[str]:
    return list(seat.home.frame.rail._buttons)


def test_the_rail_shows_what_the_person_may_use(seat: Seat, sit: Sit, hospital: Hospital) -> None:
    assert places(seat) == ["arrivals", "register"]  # no users, and the chart is opened from elsewhere
    other = sit("ROOM-3")
    other.sign_in(hospital.account("superadmin"))
    assert places(other) == ["users"]
    with pytest.raises(Denied):
        other.window.open("arrivals")
    with pytest.raises(Denied):
        other.window.open_chart(uuid.uuid4(), "curious")


def test_alt_and_a_number_go_along_the_rail_and_escape_comes_back(seat: Seat) -> None:
    seat.qtbot.keyClick(seat.paper("arrivals").line, Qt.Key.Key_2, ALT)
    assert seat.home.current_id == "register"
    assert seat.home.frame.rail.current() == "register"
    line = seat.paper("register").line
    seat.paper("register").stay = True
    seat.qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert seat.home.current_id == "register"  # the screen had something of its own to close
    seat.paper("register").stay = False
    seat.qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert seat.home.current_id == "arrivals"


def test_f1_lists_exactly_the_keys_that_work_everywhere(seat: Seat) -> None:
    listed: set[str] = set()
    for key in GLOBAL:
        first, several, last = key.keys.partition(" … ")
        numbers = range(int(first[-1]), int(last) + 1) if several else ()
        listed |= {f"{first[:-1]}{number}" for number in numbers} if several else {first}
    home = seat.home
    shortcuts = {each.key().toString() for each in home.findChildren(QShortcut) if each.parent() is home}
    assert listed == shortcuts | {QKeySequence(key).toString() for key in home._acts_left()}
    assert "Ctrl+Q" in shortcuts and "F1" in listed


def test_f5_reads_again_and_f1_shows_the_keys(seat: Seat) -> None:
    seat.qtbot.keyClick(seat.paper("arrivals").line, Qt.Key.Key_F5)
    assert seat.paper("arrivals").asked == ["read again"]
    seat.qtbot.keyClick(seat.paper("arrivals").line, Qt.Key.Key_F1)
    (keys,) = seat.window.findChildren(KeyMap)
    shown = {key.keys for key in keys.shown}
    assert {"F1", "Ctrl+K", "Ctrl+L", "F5", "Esc"} <= shown
    keys.reject()


def test_ctrl_k_works_also_while_typing_in_a_field(seat: Seat) -> None:
    line = seat.paper("arrivals").line
    line.setFocus()
    seat.qtbot.keyClicks(line, "abc")
    line.setCursorPosition(0)
    seat.qtbot.keyClick(line, Qt.Key.Key_K, CTRL)
    assert QApplication.focusWidget() is seat.home.frame.topbar.search
    assert line.text() == "abc"  # and did not delete to the end of the line


def test_a_screen_is_made_once_and_told_its_subject(seat: Seat) -> None:
    first = seat.window.open("register", number=7)
    assert seat.window.open("register") is first
    assert seat.paper("register").asked == [{"number": 7}]
    person = uuid.uuid4()
    seat.window.open_chart(person, "Arrivals")
    assert seat.paper("record").asked == [(person, "Arrivals")]
    seat.window.back()
    assert seat.home.current_id == "register"


def change(table: str) -> Change:
    return Change(table, uuid.uuid4(), "U", 1, None, None, 0)


def grant(hospital: Hospital, give: bool, module: str, act: str) -> None:
    role = "select id from auth.role where name = 'registration'"
    if give:
        hospital.run(f"insert into auth.role_grant values (({role}), %s, %s)", module, act)
    else:
        hospital.run(f"delete from auth.role_grant where role_id = ({role}) and module = %s and act = %s", module, act)


def test_a_permission_taken_away_takes_its_screen_away_at_once(seat: Seat, hospital: Hospital) -> None:
    seat.window.open("register")
    gone = seat.paper("register")
    grant(hospital, False, "patients", "create")
    hub = seat.workstation.hub
    assert hub is not None
    hub.on_change(change("role_grant"))
    seat.until(lambda: places(seat) == ["arrivals"])
    assert seat.home.current_id == "arrivals"
    assert seat.home.widget("register") is None
    seat.until(lambda: not isValid(gone))
    titles = [notice.title for notice in seat.home.session.messages.place_of(None).shown]  # type: ignore[union-attr]
    assert titles == ["Your permissions were changed"]


def test_a_permission_given_brings_its_screen(seat: Seat, hospital: Hospital) -> None:
    grant(hospital, True, "users", "view")
    hub = seat.workstation.hub
    assert hub is not None
    hub.on_change(change("role_grant"))
    seat.until(lambda: places(seat) == ["arrivals", "register", "users"])
    assert seat.home.frame.rail.current() == "arrivals"


def test_the_window_hears_of_its_rights(seat: Seat) -> None:
    ear = seat.workstation.subscriber
    assert {"hisdesk/v1/hospital/role_grant", "hisdesk/v1/hospital/account_role"} <= ear.topics  # type: ignore[union-attr]


def test_the_foot_tells_live_from_polling(seat: Seat) -> None:
    line, hub = seat.home.frame.statusline, seat.workstation.hub
    assert hub is not None
    assert line.live.words.text() == "Connecting"
    hub.on_state("away")
    seat.until(lambda: line.live.words.text() == "Polling every 10 s")
    hub.on_state("live")
    seat.until(lambda: line.live.words.text() == "Live")
    assert line.station.text().startswith("FRONT-1")
    hub.on_change(change("visit"))
    seat.until(lambda: line.change.words.text().startswith("Last change "))
    hub.database_answered(False)
    assert line.database.words.text() == "Database away"


def test_a_screen_that_reads_nothing_finds_out_that_the_database_is_back(seat: Seat) -> None:
    hub = seat.workstation.hub
    assert hub is not None
    hub.database_answered(False)
    hub._poll_now()  # what it does every 10 s while something is away
    seat.until(lambda: hub.state != "away")


def test_the_places_count_what_waits(seat: Seat) -> None:
    seat.window.open("register")
    seat.paper("register").badge.emit("3")
    assert seat.home.frame.rail.button("register").badge == "3"


def test_a_large_screen_is_made_before_it_is_asked_for(seat: Seat) -> None:
    seat.until(lambda: seat.home.widget("record") is not None)
    paper = seat.paper("record")
    assert isinstance(paper, LargePaper) and paper.built == 3
    assert paper.asked == [] and seat.home.current_id == "arrivals"  # made, not opened
    person = uuid.uuid4()
    assert seat.window.open_chart(person, "test") is paper
    assert paper.asked == [(person, "test")]


@pytest.fixture
def unhurried(sit: Sit, hospital: Hospital, monkeypatch: pytest.MonkeyPatch) -> Seat:
    """Screens are made ahead only when the test says so."""
    monkeypatch.setattr("hisdesk.desk.shell.home.AHEAD_AFTER_MS", 3_600_000)
    seat = sit()
    seat.sign_in(hospital.account("registration"))
    return seat


def halfway(seat: Seat) -> Home:
    """The person's work while the record is half made."""
    home = seat.home
    assert home.widget("record") is None
    home._go_on_ahead()
    home._go_on_ahead()
    assert list(home._unfinished) == ["record"]
    return home


def test_a_large_screen_that_is_asked_for_too_early_is_finished_at_once(unhurried: Seat) -> None:
    seat = unhurried
    halfway(seat)
    begun = seat.home._unfinished["record"]
    paper = seat.window.open_chart(uuid.uuid4(), "test")
    assert paper is begun and isinstance(paper, LargePaper) and paper.built == 3
    for _ in range(9):
        seat.home._go_on_ahead()
    assert paper.built == 3 and len(paper.asked) == 1


def test_who_leaves_while_a_screen_is_being_made_leaves_nothing_behind(unhurried: Seat) -> None:
    seat = unhurried
    home = halfway(seat)
    seat.window.sign_out()
    seat.until(lambda: not isValid(home))


def test_what_is_asked_for_before_the_first_screen_comes_stays_in_front(sit: Sit, hospital: Hospital) -> None:
    seat = sit()
    seat.sign_in(hospital.account("registration"))
    home = seat.home
    home.open("register")
    home._begin()
    assert home.current_id == "register"
