"""The search screen: one big box, the keyboard all the way."""

from __future__ import annotations

from PySide6.QtCore import Qt

from hisdesk.desk.kit.keys import GLOBAL, keys_of
from hisdesk.desk.reception.record import Record
from tests.desk.reception.conftest import FrontDesk, said
from tests.factories.people import registered
from tests.helpers.hospital import Desk


def test_a_misspelt_name_and_enter_opens_the_record(front: FrontDesk, colleague: Desk) -> None:
    known = registered(colleague, family_name="Marroway", given_names="Ilsabet")
    front.patients()
    front.type("marowey")
    front.press(Qt.Key.Key_Return)
    front.until(lambda: isinstance(front.home.widget("reception.record"), Record))
    front.settle()
    record = front.home.widget("reception.record")
    assert isinstance(record, Record) and record.patient_id == known.patient_id and record.chart is not None


def test_arrows_move_while_typing_goes_on(front: FrontDesk, colleague: Desk) -> None:
    for given in ("Ada", "Bruno"):
        registered(colleague, family_name="Marroway", given_names=given)
    screen = front.patients()
    front.type("marroway")
    screen._ask()
    front.settle()
    assert len(screen.model.rows) == 2 and screen.chosen() == screen.model.rows[0].id
    front.press(Qt.Key.Key_Down)
    assert screen.chosen() == screen.model.rows[1].id and screen.box.hasFocus()


def test_nobody_found_offers_registering_with_the_name(front: FrontDesk) -> None:
    screen = front.patients()
    front.type("Tenbruin, Osric")
    screen._ask()
    front.settle()
    assert "No one found" in said(screen)
    front.press(Qt.Key.Key_F3)
    front.settle()
    values = front.register().form.plain_values()
    assert (values["family_name"], values["given_names"]) == ("Tenbruin", "Osric")


def test_a_wrong_check_digit_is_said(front: FrontDesk) -> None:
    screen = front.patients()
    front.type("400000001")
    screen._ask()
    front.settle()
    assert "check digit" in said(screen)


def test_too_little_is_not_asked(front: FrontDesk) -> None:
    screen = front.patients()
    front.type("ma")
    assert not screen._wait.isActive() and "at least three characters" in said(screen)


def test_every_screen_lists_its_keys(front: FrontDesk, colleague: Desk) -> None:
    wanted = {
        "reception.arrivals": {"F3", "Shift+F3", "F4", "F6", "F7", "F8", "F9", "Ctrl+F"},
        "reception.register": {"F7", "F8", "Alt+Down", "Ctrl+O", "Ctrl+V", "Ctrl+Return", "Esc", "F6", "F9"},
        "reception.patients": {"F3", "Up", "Down", "Return"},
        "reception.record": {"F3", "F8", "F9", "Ctrl+Return", "Alt+1"},
    }
    for screen_id, keys in wanted.items():
        screen = front.open(screen_id)
        own = {key.keys for key in keys_of(screen) if key not in GLOBAL}
        assert keys <= own, screen_id
