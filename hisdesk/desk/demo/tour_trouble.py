"""Chapter 8: help, a locked window, and what the windows say while database and broker are away."""

from __future__ import annotations

from typing import Any

from hisdesk.desk.demo.tour_door import FRONT_1
from hisdesk.desk.demo.tour_story import Story
from hisdesk.hospital.demo import queries

TYPED = "Stonebridge"


def help_and_lock(story: Story) -> None:
    """Chapter 8, first part."""
    story.begin_chapter("8 Help, locking, and trouble")
    player, window = story.player, story.go(FRONT_1)
    with story.step("F1 shows the keys of the screen in front"):
        story.open_place(FRONT_1, "Arrivals")
        player.press("F1")
        dialog = player.dialog("Keys")
        story.picture("34-keys", window)
        player.press("F1")
        player.wait(lambda: player.gone(dialog), "the keys put away")
    with story.step("A search screen without a search says how to begin"):
        story.open_place(FRONT_1, "Patients")
        story.picture("35-patients-empty", window)
    with story.step("Ctrl+L covers everything; the password brings it back as it was"):
        register = _type_a_name(story)
        player.press("Ctrl+L")
        player.wait(lambda: window.locked and window.sign_in.isVisible(), "the locked window")
        story.check(not window.home.isVisible(), "the work shows through")
        story.picture("36-locked", window)
        player.type(story.person("nadia").password)
        player.press("Return")
        player.wait(lambda: not window.locked and window.home.isVisible(), "the work again")
        story.check(register.form.values()["family_name"] == TYPED, "what was typed is gone")


def _type_a_name(story: Story) -> Any:
    player = story.player
    register = story.open_place(FRONT_1, "Register")
    player.fill(player.field(register, "Family name"), TYPED)
    return register


def broker_away(story: Story) -> None:
    """Chapter 8, second part."""
    player, window = story.player, story.go(FRONT_1)
    hospital, line = story.running(), window.home.frame.statusline
    with story.step("The broker stops: the status line says that it is polling"):
        story.aside(hospital.broker.stop, "the broker stopped")
        player.wait(lambda: "Polling" in line.live.words.text(), "“Polling” in the status line", 40)
        story.picture("37-polling", window)
    with story.step("It is back: live again by itself, and a change arrives"):
        story.aside(hospital.broker.start, "the broker started")
        player.wait(lambda: line.live.words.text() == "Live", "“Live” in the status line", 90)


def database_away(story: Story) -> None:
    """Chapter 8, third part."""
    player, window = story.player, story.go(FRONT_1)
    hospital, line = story.running(), window.home.frame.statusline
    with story.step("The database stops while somebody is typing: the window says so, the text stays"):
        register = story.open_place(FRONT_1, "Register")
        player.fill(player.field(register, "Family name"), TYPED)
        player.fill(player.field(register, "Given names"), "Agnes")
        player.fill(player.field(register, "Born"), "04-Mar-1961")
        player.choose(player.field(register, "Sex").control, "Female")  # type: ignore[arg-type]
        player.wait(lambda: not register.similar.checking, "the search for similar people")
        story.aside(hospital.postgres.stop, "the database stopped")
        player.press("Ctrl+Return")
        player.wait(lambda: player.reads(register, "Not registered yet; nothing was lost"), "the sentence", 60)
        story.check(register.form.values()["family_name"] == TYPED, "what was typed is gone")
        player.wait(lambda: line.database.words.text() == "Database away", "“Database away” in the status line", 40)
        story.picture("38-database-away", window)
    with story.step("The lists say how old they are"):
        arrivals = story.open_place(FRONT_1, "Arrivals")
        player.press("F5")
        player.wait(lambda: arrivals.model.stale, "muted rows", 60)
        story.picture("39-arrivals-away", window)
    with story.step("The database is back: trying again registers, once"):
        story.aside(hospital.postgres.start, "the database started")
        register = story.open_place(FRONT_1, "Register")
        player.click_button(register, "Try again")
        player.wait(lambda: player.reads(register.notices, "Registered STONEBRIDGE"), "the person registered", 60)
        player.wait(lambda: "Database away" not in line.database.words.text(), "the status line", 60)
        story.check(register.form.values()["family_name"] == "", "the form is not empty")
        number = story.look_inside(lambda tx: queries.how_many(tx, TYPED, "Agnes"), "the people of that name")
        story.check(number == 1, f"{number} people were registered")
