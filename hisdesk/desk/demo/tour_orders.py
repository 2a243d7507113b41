"""Chapter 5, last part: the doctor asks physiotherapy for something, and sees in the open chart what came of it."""

from __future__ import annotations

import time
from typing import Any

from hisdesk.desk.demo.tour_door import ROOM_4, enter
from hisdesk.desk.demo.tour_story import Story
from hisdesk.hospital.orders.rules import Status

PHYS_1 = "PHYS-1"
TITLE = "Walking with two crutches"
NOTE = "Walked 30 m on the level, stairs with help."


def ordering(story: Story) -> None:
    """The doctor at ROOM-4, the therapist at PHYS-1."""
    story.begin_chapter("5 An order to another department")
    player = story.player
    with story.step("Noah signs in at PHYS-1: what is asked of physiotherapy, with its figures"):
        enter(story, PHYS_1, "noah")
        player.wait(lambda: story.screen(PHYS_1) is not None, "a screen at PHYS-1")
        there = story.screen(PHYS_1)
        player.wait(lambda: there.page in ("rows", "empty"), "the work list")
        story.picture("24a-orders", story.window(PHYS_1))
    with story.step("Dr Kumar opens the chart again and asks physiotherapy with F4"):
        chart = _chart(story)
        player.press("F4")
        player.wait(lambda: chart.orders.panel is not None, "the form of an order")
        _fill(story, chart.orders.panel)
        story.picture("24b-new-order", story.window(ROOM_4))
    with story.step("Physiotherapy sees it without a refresh"):
        before = {row.id for row in there.rows}
        player.press("Ctrl+Return")
        began = time.perf_counter()
        player.wait(lambda: any(row.id not in before for row in there.rows), "the order in the work list")
        story.figure("from the doctor's key to the other department", (time.perf_counter() - began) * 1000, "ms")
        order = next(row.id for row in there.rows if row.id not in before)
    with story.step("F2 starts it; the doctor's open chart says so without a click"):
        story.go(PHYS_1)
        player.click_row(there.table, TITLE)
        player.press("F2")
        player.wait(lambda: _status(chart.orders.model.rows, order) == Status.IN_PROGRESS, "“in progress” in the chart")
    with story.step("It is completed with a note, which the doctor reads in the open chart"):
        player.wait(lambda: _status(there.rows, order) == Status.IN_PROGRESS, "“in progress” in the work list")
        player.press("F8")
        dialog: Any = player.dialog("Complete")
        player.type(NOTE)
        story.picture("24c-complete-order", story.window(PHYS_1))
        story.check(not dialog.commit.reason, "it cannot be completed")
        player.press("Ctrl+Return")
        began = time.perf_counter()
        player.wait(lambda: player.reads(chart.orders, NOTE), "the note in the open chart")
        story.figure("from the therapist's key to the doctor's open chart", (time.perf_counter() - began) * 1000, "ms")
        story.go(ROOM_4)
        story.picture("24d-chart-orders", story.window(ROOM_4))


def _chart(story: Story) -> Any:
    """The record of the person who was registered, at ROOM-4."""
    player, window = story.player, story.go(ROOM_4)
    player.press("Ctrl+K")
    player.type(story.known.mrn)
    player.wait(lambda: player.row(window.home.search.list, story.known.mrn[:3]), "the person among what was found")
    player.press("Return")
    player.wait(lambda: getattr(story.screen(ROOM_4), "page", "") == "open", "the chart")
    chart = story.screen(ROOM_4)
    player.wait(lambda: chart.record.patient_id == story.known.patient_id, "the record of this person")
    return chart


def _fill(story: Story, panel: Any) -> None:
    player = story.player
    player.choose(player.field(panel, "Department").control, "Physiotherapy")  # type: ignore[arg-type]
    player.choose(player.field(panel, "Kind").control, "Referral")  # type: ignore[arg-type]
    player.fill(player.field(panel, "Title"), TITLE)
    player.fill(player.field(panel, "Details"), "Partial weight bearing, 20 kg.")


def _status(rows: Any, order: object) -> str:
    return next((row.status for row in rows if row.id == order), "")
