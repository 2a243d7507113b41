"""The demo's chooser with played servers and windows that only wait."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from hisdesk.app import application
from hisdesk.desk.demo.chooser import Chooser, Windows
from hisdesk.desk.demo.people_page import PeoplePage
from hisdesk.desk.kit.dialogs import Dialog
from hisdesk.desk.kit.theme import theme
from hisdesk.errors import UserError

NOTES = """
import os, sys, time
open(sys.argv[1] + '/' + str(os.getpid()), 'w').write(os.environ['HISDESK_SIGN_IN_AS'] + ' ' + ' '.join(sys.argv[2:]))
time.sleep(600)
"""


@dataclass
class Somebody:
    name: str
    role: str
    user_name: str
    password: str = "h2xq-9mfa-kk3w-t7pd"
    station_code: str = "FRONT-1"


class PlayedDemo:
    people = (
        Somebody("Nadia Keller", "registration", "nadia"),
        Somebody("Dr Rajesh Kumar", "physician", "kumar", station_code="ROOM-4"),
    )
    home = Path("/demo")
    stops = 0

    def __init__(self) -> None:
        self.asked_by: list[threading.Thread] = []

    def station_folder(self, code: str) -> Path:
        return self.home / "stations" / code

    def states(self) -> dict[str, bool]:
        self.asked_by.append(threading.current_thread())
        return {"PostgreSQL": True, "Broker": True, "Relay": False}

    def stop(self) -> None:
        self.stops += 1


@pytest.fixture
def demo() -> PlayedDemo:
    return PlayedDemo()


@pytest.fixture
def chooser(qtbot: QtBot, demo: PlayedDemo, tmp_path: Path) -> Iterator[Callable[..., Chooser]]:
    theme().apply(application(), "light")
    made: list[Chooser] = []

    def open_chooser(start: Callable[[Callable[[str], None]], PlayedDemo] | None = None) -> Chooser:
        windows = Windows(program=(sys.executable, "-c", NOTES, str(tmp_path)))
        each = Chooser(start or (lambda say: demo), windows=windows)  # type: ignore[arg-type, return-value]
        made.append(each)
        each.show()
        each.begin()
        return each

    yield open_chooser
    for each in made:
        each.windows.close()
        each.finish()
        each.deleteLater()


def until(qtbot: QtBot, condition: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(condition()), timeout=20_000)


def there(qtbot: QtBot, shown: Chooser) -> PeoplePage:
    """Waits for the cards."""
    until(qtbot, lambda: shown.page is not None and shown.page.isVisible())
    assert shown.page is not None
    return shown.page


def opened(folder: Path, count: int) -> list[str]:
    texts = sorted(file.read_text() for file in folder.iterdir())
    return texts if len(texts) == count and all(texts) else []


def test_a_card_opens_a_window_with_the_name_typed(
    chooser: Callable[..., Chooser], qtbot: QtBot, tmp_path: Path
) -> None:
    shown = chooser()
    page = there(qtbot, shown)
    page.cards[1].button.click()
    until(qtbot, lambda: opened(tmp_path, 1))
    assert opened(tmp_path, 1) == ["kumar desk --station /demo/stations/ROOM-4"]
    page.cards[0].copy.click()
    assert QGuiApplication.clipboard().text() == "h2xq-9mfa-kk3w-t7pd"
    QGuiApplication.clipboard().clear()


def test_several_stations_open_at_once(chooser: Callable[..., Chooser], qtbot: QtBot, tmp_path: Path) -> None:
    shown = chooser()
    page = there(qtbot, shown)
    page.several.click()
    until(qtbot, lambda: opened(tmp_path, 3))
    assert opened(tmp_path, 3) == [
        " board queue --station /demo/stations/HALL-1 --windowed",
        "kumar desk --station /demo/stations/ROOM-4",
        "nadia desk --station /demo/stations/FRONT-1",
    ]
    assert page.open_count.text() == "3 windows open"


def test_the_bed_board_opens_beside_the_hall_display(
    chooser: Callable[..., Chooser], qtbot: QtBot, tmp_path: Path
) -> None:
    page = there(qtbot, chooser())
    page.hall.click()
    page.beds.click()
    until(qtbot, lambda: opened(tmp_path, 2))
    assert opened(tmp_path, 2) == [
        " board beds --station /demo/stations/WALL-1 --windowed",
        " board queue --station /demo/stations/HALL-1 --windowed",
    ]


def test_the_keyboard_goes_from_card_to_card_and_then_to_the_side(
    chooser: Callable[..., Chooser], qtbot: QtBot
) -> None:
    shown = chooser()
    page = there(qtbot, shown)
    first, second = page.cards
    order = [first.button, first.copy, second.button, second.copy, page.several, page.hall, page.beds]
    order.append(page.stop_button)
    first.button.setFocus()
    for widget in order:
        assert shown.focusWidget() is widget
        qtbot.keyClick(widget, Qt.Key.Key_Tab)


def test_the_servers_are_shown_as_they_are(chooser: Callable[..., Chooser], qtbot: QtBot, demo: PlayedDemo) -> None:
    shown = chooser()
    page = there(qtbot, shown)
    shown._look()
    until(qtbot, lambda: len(demo.asked_by) > 1)
    assert threading.main_thread() not in demo.asked_by, "asking them takes a connection to the database"
    assert {name: chip.state.word for name, chip in page.chips.items()} == {
        "PostgreSQL": "Running",
        "Broker": "Running",
        "Relay": "Stopped",
    }


def test_closing_stops_the_servers(chooser: Callable[..., Chooser], qtbot: QtBot, demo: PlayedDemo) -> None:
    shown = chooser()
    there(qtbot, shown)
    with qtbot.waitSignal(shown.stopped, timeout=20_000):
        shown.close()
    assert demo.stops == 1


def test_closing_before_all_the_cards_are_made(chooser: Callable[..., Chooser], qtbot: QtBot, demo: PlayedDemo) -> None:
    ready = threading.Event()

    def start(say: Callable[[str], None]) -> PlayedDemo:
        ready.wait(20)
        return demo

    shown = chooser(start)
    shown._started.connect(lambda *_: shown.close())  # after the chooser's own: the cards are begun
    with qtbot.waitSignal(shown.stopped, timeout=20_000):
        ready.set()
    assert demo.stops == 1
    assert shown.page is None and not shown._building.isActive()
    assert not shown.isEnabled(), "nothing can be opened any more"


def test_closing_asks_first_while_windows_are_open(
    chooser: Callable[..., Chooser], qtbot: QtBot, demo: PlayedDemo, tmp_path: Path
) -> None:
    shown = chooser()
    page = there(qtbot, shown)
    page.cards[0].button.click()
    until(qtbot, lambda: opened(tmp_path, 1))
    shown.close()
    (question,) = shown.findChildren(Dialog)
    assert question.isVisible() and shown.isVisible() and demo.stops == 0
    question.reject()
    assert shown.windows.count == 1
    shown.close()
    again = next(d for d in shown.findChildren(Dialog) if d.isVisible())
    with qtbot.waitSignal(shown.stopped, timeout=20_000):
        next(b for b in again.findChildren(type(page.several)) if b.text() == "Stop everything").click()
    assert demo.stops == 1 and shown.windows.count == 0


def test_a_start_that_fails_is_said(chooser: Callable[..., Chooser], qtbot: QtBot) -> None:
    def fail(say: Callable[[str], None]) -> PlayedDemo:
        say("Starting PostgreSQL")
        raise UserError("The disk is full.")

    shown = chooser(fail)
    until(qtbot, lambda: shown._words.text() == "The disk is full.")
    with qtbot.waitSignal(shown.stopped, timeout=20_000):
        shown.close()
