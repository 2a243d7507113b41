"""Chapter 4: people are found in many ways, and two desks edit the same record."""

from __future__ import annotations

from typing import Any

from hisdesk.desk.demo.tour_door import FRONT_1, FRONT_2, enter
from hisdesk.desk.demo.tour_story import Story
from hisdesk.desk.kit.dates import show_date
from hisdesk.hospital.demo import queries
from hisdesk.hospital.patients import mrn


def finding(story: Story) -> None:
    """Chapter 4, first half."""
    story.begin_chapter("4 Finding, and editing at two desks")
    player, window = story.player, story.go(FRONT_1)
    who = story.look_inside(queries.renamed, "somebody with a former name")
    story.known.example = who
    search = window.home.search
    ways = (
        ("a misspelt name", f"{misspelt(who.family_name)} {who.given_names}"),
        ("an old name", f"{who.former} {who.given_names}"),
        ("a phone number", who.phone),
        ("a birth date", f"{show_date(who.birth_date)} {who.family_name[:3]}"),
        ("an MRN", mrn.shown(who.mrn)),
    )
    for what, text in ways:
        with story.step(f"Ctrl+K finds somebody by {what}"):
            player.press("Ctrl+K")
            player.type(text)
            player.wait(lambda: player.row(search.list, who.shown), f"{who.shown} among what “{text}” found")
            if what in ("a misspelt name", "an old name"):
                story.picture(f"11-search-{what.split()[-2]}", window)
            player.press("Escape")
    with story.step("A wrong last digit of an MRN is named as such; nobody is found for nonsense"):
        player.press("Ctrl+K")
        player.type(who.mrn[:8] + str((int(who.mrn[8]) + 1) % 10))
        player.wait(lambda: "last digit" in search.message, "the sentence about the check digit")
        player.press("Escape", "Ctrl+K")
        player.type("Qxzzyq Wvvkq")
        player.wait(lambda: search.message == "No one found", "“No one found”")
        story.picture("12-search-nobody", window)
        player.press("Escape")
    with story.step("Enter opens the record; the opening is logged with station and reason"):
        open_record(story, FRONT_1, who)
        story.picture("13-record", window)
        story.check(
            story.look_inside(lambda tx: queries.openings(tx, who.id, FRONT_1), "the audit") > 0, "no row in the audit"
        )


def misspelt(name: str) -> str:
    """The name with its third and fourth letter swapped."""
    return name[:2] + name[3] + name[2] + name[4:]


def open_record(story: Story, code: str, who: queries.Example) -> Any:
    """Ctrl+K, the MRN, Enter: the record at a desk."""
    player = story.player
    story.go(code)
    player.press("Ctrl+K")
    player.type(who.mrn)
    player.press("Return")
    player.wait(
        lambda: getattr(story.screen(code), "patient_id", None) == who.id and story.screen(code).chart is not None,
        f"the record of {who.shown} at {code}",
    )
    player.wait(lambda: mrn.shown(who.mrn) in story.screen(code).banner.accessibleName(), "the MRN in the banner")
    return story.screen(code)


def two_desks(story: Story) -> None:
    """Chapter 4, second half: the same phone number, edited at two desks."""
    player, who = story.player, story.known.example
    with story.step("Tom signs in at FRONT-2 and opens the same record"):
        story.check(who is not None, "nobody was found before")
        enter(story, FRONT_2, "tom")
        there = open_record(story, FRONT_2, who)
    with story.step("Nadia types a new phone number; Tom saves another one first; she is told while she types"):
        window = story.go(FRONT_1)
        here = story.screen(FRONT_1)
        player.fill(player.field(here, "Phone"), "+1 555 0111")
        story.go(FRONT_2)
        player.fill(player.field(there, "Phone"), "+1 555 0122")
        player.press("Ctrl+Return")
        player.wait(lambda: there.base["phone"] == "+1 555 0122" and not there.form.dirty, "Tom's number saved")
        story.go(FRONT_1)
        player.wait(lambda: player.reads(here.notices, "Changed by another station"), "the notice at FRONT-1")
        story.check(here.form.values()["phone"] == "+1 555 0111", "what Nadia typed is gone")
        story.picture("14-record-changed-elsewhere", window)
    with story.step("Saving shows both versions; she keeps hers, and both desks show it"):
        player.press("Ctrl+Return")
        dialog = player.dialog("was changed while you typed")
        story.check(player.reads(dialog, "+1 555 0111") and player.reads(dialog, "+1 555 0122"), "not both versions")
        story.picture("15-conflict", window)
        player.click_button(dialog, "Keep mine")
        player.click_button(dialog, "Save these")
        player.wait(lambda: here.base["phone"] == "+1 555 0111" and not here.form.dirty, "Nadia's number saved")
        player.wait(lambda: there.form.values()["phone"] == "+1 555 0111", "Nadia's number at FRONT-2")
