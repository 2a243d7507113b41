"""At FRONT-1 and HALL-1: relay, broker, database and the desk itself are killed in the middle of the work.

Nothing that was typed is lost, nothing is done twice, and everything finds its way back by itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hisdesk.app import Workstation, application, tour_means
from hisdesk.commands import demo_hospital
from hisdesk.config import load_station
from hisdesk.desk.demo import tour, tour_door
from hisdesk.desk.demo.tour_door import FRONT_1
from hisdesk.desk.demo.tour_player import Player
from hisdesk.desk.demo.tour_story import Story
from hisdesk.embedded import processes
from hisdesk.hospital.demo import queries
from tests.helpers.servers import open_folder
from tests.stories.typing_desk import KEPT, register_form

PEOPLE = 40


@pytest.fixture
def home() -> Iterator[Path]:
    folder = open_folder("hisdesk-fault-")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def play(home: Path) -> Callable[[Callable[[Story], None]], None]:
    """Opens hospital, desk and hall, signs Nadia in, then plays one chapter."""

    def run(chapter: Callable[[Story], None]) -> None:
        application()
        said: list[str] = []
        chapters = [tour_door.demo_opens, tour_door.signing_in, chapter]
        story = tour.play(tour_means(home / "hospital", PEOPLE), home, said.append, chapters=chapters)
        failed = [f"{each.what}: {each.problem}" for each in story.outcomes if each.problem]
        assert not failed, "\n".join([*failed, "", *said])

    return run


def walk_in(story: Story, name: str) -> None:
    """Adds somebody without a record to Cardiology's queue."""
    player = story.player
    story.open_place(FRONT_1, "Arrivals")
    player.press("Shift+F3")
    dialog: Any = player.dialog("Add a walk-in")
    player.wait(lambda: not dialog.commit.reason, "the departments")
    player.fill(dialog.name, name)
    player.choose(dialog.department.combo, "Cardiology")
    if dialog.print_ticket.isChecked():
        player.click(dialog.print_ticket)
    player.click(dialog.commit)


def form_of(story: Story, family: str) -> Any:
    """The register form, filled as far as needed."""
    player = story.player
    register = story.open_place(FRONT_1, "Register")
    for label, text in (("Family name", family), ("Given names", "Agnes"), ("Born", "04-Mar-1961")):
        player.fill(player.field(register, label), text)
    player.wait(lambda: not register.similar.checking, "the search for similar people")
    return register


def kill_database(story: Story) -> None:
    """As kill -9 by the kernel: every process of the server at once."""
    place = story.running().postgres.place
    for process in processes.of(place.data):
        process.kill()


def rows_of(story: Story, name: str) -> int:
    return sum(name in row.name for row in story.screen(FRONT_1).rows)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_database_killed_while_registering(play: Callable[[Callable[[Story], None]], None]) -> None:
    def chapter(story: Story) -> None:
        story.begin_chapter("The database dies in the middle")
        player, window = story.player, story.go(FRONT_1)
        with story.step("killed right behind Ctrl+Enter: the window says so or it was registered; the text is kept"):
            register = form_of(story, "Underhill")
            player.press("Ctrl+Return")
            kill_database(story)
            player.wait(
                lambda: player.reads(register.notices, "Registered UNDERHILL") or player.reads(register, "Try again"),
                "an answer",
                120,
            )
        with story.step("started again: trying again registers once, and only once"):
            story.aside(story.running().postgres.start, "the database again", 60)
            if not player.reads(register.notices, "Registered UNDERHILL"):
                story.check(register.form.values()["family_name"] == "Underhill", "what was typed is lost")
                player.click_button(register, "Try again")
            player.wait(lambda: player.reads(register.notices, "Registered UNDERHILL"), "the person registered", 60)
            number = story.look_inside(lambda tx: queries.how_many(tx, "Underhill", "Agnes"), "the people")
            story.check(number == 1, f"registered {number} times")
            player.wait(lambda: window.home.frame.statusline.live.words.text() == "Live", "“Live” again", 180)

    play(chapter)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_database_killed_while_queueing(play: Callable[[Callable[[Story], None]], None]) -> None:
    def chapter(story: Story) -> None:
        story.begin_chapter("The database dies in the queue")
        player = story.player
        with story.step("killed right behind the click: tried again, the person is in the queue once"):
            story.go(FRONT_1)
            walk_in(story, "Walker Agnes")
            kill_database(story)
            arrivals = story.screen(FRONT_1)
            player.wait(
                lambda: player.reads(arrivals, "does not answer") or rows_of(story, "Walker Agnes"),
                "an answer",
                90,
            )
            story.aside(story.running().postgres.start, "the database again", 60)
            if player.reads(arrivals.notices, "Try again"):
                player.click_button(arrivals.notices, "Try again")
            player.wait(lambda: rows_of(story, "Walker Agnes") == 1, "the walk-in on the list", 60)
            player.press("F5")
            player.breathe(500)
            story.check(rows_of(story, "Walker Agnes") == 1, "queued twice")

    play(chapter)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_relay_and_broker_killed_while_queueing(play: Callable[[Callable[[Story], None]], None]) -> None:
    def chapter(story: Story) -> None:
        story.begin_chapter("Relay and broker die")
        player, hospital = story.player, story.running()
        board: Any = story.board
        with story.step("the relay is killed: the queue goes on, and the display hears of it once the relay is back"):
            story.go(FRONT_1)
            hospital.relay.kill()
            hospital.relay.wait(10)
            seen = {each.ticket for each in board.view.state.next}
            walk_in(story, "Relay Walker")
            player.wait(lambda: rows_of(story, "Relay Walker") == 1, "the walk-in at the desk")
            hospital.relay = demo_hospital._start_relay(hospital.home)  # type: ignore[misc]  # the running demo's own
            player.wait(lambda: {each.ticket for each in board.view.state.next} - seen, "the display", 60)
        with story.step("the broker is killed: polling brings the next one, live comes back by itself"):
            hospital.broker.kill()
            line = story.home(FRONT_1).frame.statusline
            player.wait(lambda: "Polling" in line.live.words.text(), "“Polling”", 40)
            seen = {each.ticket for each in board.view.state.next}
            walk_in(story, "Broker Walker")
            player.wait(lambda: {each.ticket for each in board.view.state.next} - seen, "the display, polling", 60)
            story.aside(hospital.broker.start, "the broker again", 60)
            player.wait(lambda: line.live.words.text() == "Live", "“Live” again", 90)
            story.check(rows_of(story, "Broker Walker") == 1, "queued twice")

    play(chapter)


@pytest.mark.timeout(600)
def test_a_killed_desk_offers_what_was_typed(home: Path) -> None:
    """kill -9 while Nadia types at FRONT-1: the next start offers her text again, and nobody else's eyes see it."""
    application()
    hospital = demo_hospital.start(home / "hospital", lambda _line: None, people=PEOPLE)
    workstation = None
    try:
        nadia = next(each for each in hospital.people if each.user_name == "nadia")
        folder = hospital.station_folder(FRONT_1)
        command = [
            sys.executable,
            "-m",
            "tests.stories.typing_desk",
            str(folder),
            "nadia",
            nadia.password,
            "Thistlewood",
        ]
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as desk:
            assert desk.stdout is not None
            line = desk.stdout.readline()
            desk.kill()
        assert line.strip() == KEPT, "the desk never kept what was typed"
        stored = b"".join(file.read_bytes() for file in (folder / "local" / "drafts").rglob("*") if file.is_file())
        assert stored
        assert b"Thistlewood" not in stored
        player = Player()
        workstation = Workstation(load_station(folder), folder)
        workstation.show()
        screen = register_form(player, workstation, "nadia", nadia.password)
        player.wait(lambda: player.reads(screen, "Continue what you typed"), "the offer")
        player.click_button(screen, "Continue")
        assert screen.form.values()["family_name"] == "Thistlewood"
    finally:
        if workstation is not None:
            workstation.close()
        hospital.stop()
        demo_hospital.remove(home / "hospital", say=lambda _line: None)
