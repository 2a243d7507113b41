"""Chapters 1 and 2: the demo hospital opens, and the receptionist signs in."""

from __future__ import annotations

from pathlib import Path

from hisdesk.desk.demo.chooser import Chooser, Windows
from hisdesk.desk.demo.tour_story import Story

FRONT_1, FRONT_2, ROOM_4, OFFICE, HALL = "FRONT-1", "FRONT-2", "ROOM-4", "OFFICE-1", "HALL-1"
ROOM_2, PHARM_1, WARD_1, WARD_2, CLEAN_1, WALL = "ROOM-2", "PHARM-1", "WARD-1", "WARD-2", "CLEAN-1", "WALL-1"


class OwnWindows(Windows):
    """Opens the windows in this process, where the tour can reach them; otherwise the chooser's own."""

    def __init__(self, story: Story) -> None:
        super().__init__()
        self._story = story

    def desk(self, folder: Path, user_name: str) -> None:
        self._story.window(folder.name).sign_in.begin(user_name)

    def hall(self, folder: Path) -> None:
        open_hall(self._story, folder)


def open_hall(story: Story, folder: Path) -> None:
    """The hall display of a board station."""
    story.board = story.means.board(folder)
    story.board.show()


def demo_opens(story: Story) -> None:
    """Chapter 1."""
    story.begin_chapter("1 The demo hospital")
    player = story.player

    def start(say: object) -> object:
        story.hospital = story.means.hospital(say)  # type: ignore[arg-type]  # the chooser's own way to speak
        return story.hospital

    chooser = Chooser(start, windows=OwnWindows(story))  # type: ignore[arg-type]  # the same hospital, told less of
    try:
        with story.step("PostgreSQL, broker and relay start, people are made, the chooser shows who to be"):
            chooser.resize(1366, 768)
            chooser.show()
            chooser.begin()
            player.wait(lambda: chooser.page is not None, "the cards of the staff", 180)
            states = story.aside(story.running().states, "an answer of the servers")
            story.check(all(states.values()), "a server does not run")
            story.picture("01-chooser", chooser)
        with story.step("A card opens the window of its person, with the name already typed"):
            player.front(chooser)
            player.click_button(chooser, "Sign in as Nadia Keller")
            player.wait(lambda: FRONT_1 in story.stations, "a window of FRONT-1")
            page = story.window(FRONT_1).sign_in
            story.check(page.name.value() == "nadia", "the user name is not typed")
        with story.step("The hall display opens and signs in as a device"):
            player.front(chooser)
            player.click_button(chooser, "Open hall display")
            player.wait(lambda: story.board is not None and story.board.view.state.next, "the queue on the display")
    finally:
        if story.hospital is None:
            chooser.finish()
        else:
            _put_away(chooser)


def _put_away(chooser: Chooser) -> None:
    """Takes the chooser off the screen; the hospital runs on until the tour ends."""
    chooser._demo = None
    chooser.finish()
    chooser.deleteLater()


def signing_in(story: Story) -> None:
    """Chapter 2, first half."""
    story.begin_chapter("2 Signing in")
    player, window = story.player, story.go(FRONT_1)
    page = window.sign_in
    with story.step("The station shows that the database and the live connection answer"):
        player.wait(lambda: player.reads(page.panel, "Connected"), "the database in the panel")
        player.wait(lambda: player.reads(page.panel, "On"), "the live connection in the panel")
        player.click(page.password.edit)
        story.picture("02-sign-in", window)
    with story.step("A wrong password is refused with a sentence, the name stays"):
        player.type("not the password")
        player.press("Return")
        player.wait(lambda: page.password.message and not page.button.busy, "a sentence under the password")
        story.check(page.name.value() == "nadia" and window.home is None, "the name is gone")
        story.picture("03-sign-in-refused", window)
    with story.step("Nadia signs in; the arrivals of her clinics are there"):
        enter(story, FRONT_1, "nadia")
        screen = story.screen(FRONT_1)
        player.wait(lambda: screen.page == "rows", "rows of arrivals")
        player.wait(lambda: player.reads(window, "Nadia Keller"), "the signed-in person in the frame")
        player.press("Home")
        story.picture("04-arrivals", window)


def enter(story: Story, code: str, user_name: str, password: str = "") -> None:
    """Types name and password at a station until its first screen is there."""
    player, window = story.player, story.go(code)
    page = window.sign_in
    player.wait(lambda: player.reads(page.panel, "Connected"), f"{code} connected")
    if page.name.value() != user_name:
        player.fill(page.name, user_name)
    player.click(page.password.edit)
    player.type(password or story.person(user_name).password)
    player.press("Return")
    player.wait(
        lambda: (window.home is not None and window.home.isVisible()) or page.password.message or window.change_page,
        f"an answer to {user_name}",
    )
    story.check(not page.password.message, f"{user_name} was refused: {page.password.message}")
    if window.home is not None:
        story.screen(code)
