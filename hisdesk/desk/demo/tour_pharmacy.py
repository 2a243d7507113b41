"""Chapter 6: the pharmacist hands out what was prescribed."""

from __future__ import annotations

from typing import Any

from hisdesk.desk.demo.tour_door import PHARM_1
from hisdesk.desk.demo.tour_story import Story
from hisdesk.hospital.demo import queries


def dispensing(story: Story) -> None:
    """PHARM-1, with the prescription of the person who was registered."""
    story.begin_chapter("6 The pharmacy window")
    player, window = story.player, story.go(PHARM_1)
    with story.step("The pharmacist opens it: the override, lots that expire first, expired lots locked, a part only"):
        counter = story.screen(PHARM_1)
        row = next(each for each in counter.list.rows if each.patient_id == story.known.patient_id)
        player.click_row(counter.list.table, row.family.upper())
        player.wait(lambda: len(counter.cards) == 3, "the three lines")
        player.wait(lambda: window.banner.isVisible(), "the person's banner")
        for words in ("Expired, locked", "Desensitised in May", "Sarah Johnson", "Only 3 tablets on hand"):
            story.check(player.reads(counter, words), f"it does not say “{words}”")
        several = counter.cards[0]
        story.check(len([edit for edit in several.takes.values() if edit.text() != "0"]) > 1, "not split over two lots")
        story.picture("25-pharmacy", window)
    with story.step("What the checks found again is read and ticked"):
        for box in counter.checks.boxes:
            player.click(box)
        player.wait(lambda: not counter.dispense_button.reason, "“Dispense” that can be used")
        story.picture("25a-pharmacy-checked", window)
    with story.step("Ctrl+Enter dispenses: stock falls in the same transaction, one line stays owed"):
        taken = sum((item.quantity for card in counter.cards for item in card.items()), start=0)
        before = story.look_inside(queries.on_hand, "the stock")
        player.press("Ctrl+Return")
        player.wait(lambda: _status(counter, row.id) == "partly dispensed", "“partly dispensed”")
        fell = before - story.look_inside(queries.on_hand, "the stock")
        story.check(fell == taken, f"{taken} were handed out, the stock fell by {fell}")
        story.picture("25b-pharmacy-part", window)


def _status(counter: Any, key: object) -> str:
    return next((each.status for each in counter.list.rows if each.id == key), "")
