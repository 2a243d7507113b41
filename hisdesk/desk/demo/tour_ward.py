"""Chapter 7: a bed, vital signs, a transfer, going home, a bed that is cleaned. The wall knows each at once."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from PySide6.QtWidgets import QAbstractButton

from hisdesk.desk.demo.tour_door import CLEAN_1, WALL, WARD_1, WARD_2, enter
from hisdesk.desk.demo.tour_story import Story

# as typed from top to bottom of the form: respirations, saturation, pressure, pulse, temperature
ROUND = {
    "respiratory_rate_per_min": "22",
    "oxygen_saturation_percent": "93",
    "systolic_mmhg": "104",
    "diastolic_mmhg": "64",
    "pulse_per_min": "112",
    "temperature_celsius": "38.6",
}


def admitting(story: Story) -> None:
    """WARD-1 finds a bed for the person who was asked for."""
    story.begin_chapter("7 The ward")
    player, window = story.player, story.go(WARD_1)
    with story.step("The bed board opens on the wall and signs in as a device"):
        story.wall = story.means.wall(story.running().station_folder(WALL))
        story.wall.show()
        player.wait(lambda: _tiles(story), "the beds on the wall")
        story.go(WARD_1)
    with story.step("M outlines the beds that fit, ranked with reasons; Enter reserves the best"):
        board = story.screen(WARD_1)
        request = next(row for row in board.shown.waiting if row.patient_id == story.known.patient_id)
        _choose(story, board, request.id)
        story.picture("26-beds-request", window)
        player.press("M")
        player.wait(lambda: board.view.placing is not None, "the beds that fit")
        story.picture("26a-beds-placing", window)
        best = board.view.row
        player.press("Return")
        player.wait(lambda: _bed(board, best.bed_id).hold == "reserved", "the bed kept")
        player.wait(lambda: _word(story, best.label) == "Reserved", "“Reserved” on the wall")
    with story.step("F2: the person is in the bed; the wall shows initials, never a name"):
        player.press("F2")
        began = time.perf_counter()
        player.wait(lambda: _word(story, best.label) == "Occupied", "“Occupied” on the wall")
        story.figure("from the ward's key to the wall", (time.perf_counter() - began) * 1000, "ms")
        player.wait(lambda: _bed(board, best.bed_id).stay_id is not None, "the stay")
        shown = _tiles(story)[best.label]
        story.check(shown.who and "SMITH" not in shown.spoken.upper(), f"the wall says {shown.spoken!r}")
        story.picture("26b-beds-admitted", window)
        story.picture("26c-wall", story.wall.view, light_only=True)


def vital_signs(story: Story) -> None:
    """A nurse at WARD-2: the early warning score while it is typed."""
    player = story.player
    with story.step("Greta signs in at WARD-2 and opens the chart from the bed"):
        enter(story, WARD_2, "greta")
        board = story.open_place(WARD_2, "Beds")
        player.wait(lambda: board.beds, "the beds")
        bed = next(row for row in board.beds if row.patient_id == story.known.patient_id and row.stay_id is not None)
        player.click_button(_open_bed(story, board, bed.bed_id), "Open the chart")
        player.wait(lambda: getattr(story.screen(WARD_2), "page", "") == "open", "the chart")
    with story.step("A round of vital signs gives NEWS2 and what to do, while it is typed"):
        page = story.screen(WARD_2).vitals
        player.press("Alt+V")
        player.wait(lambda: page.panel is not None, "the form")
        form = page.panel.form
        for name, value in ROUND.items():
            player.fill(form.controls[name], value)
        player.choose(form.controls["oxygen_given"].control, "Air")
        player.choose(form.controls["consciousness"].control, "Alert")
        player.wait(lambda: player.reads(page.panel, "NEWS2 8"), "the score")
        story.picture("27-vital-signs", story.window(WARD_2))
    with story.step("It is stored, and the bed board shows the score"):
        player.press("Ctrl+Return")
        player.wait(lambda: page.panel is None, "it is recorded")
        there = story.screen(WARD_1)
        player.wait(lambda: any(row.bed_id == bed.bed_id and row.news2 for row in there.beds), "the score on the bed")
        story.picture("27a-vital-signs", story.window(WARD_2))


def changing_beds(story: Story) -> None:
    """Two swap, a newborn comes, an admission that never was is cancelled."""
    player, window = story.player, story.go(WARD_1)
    with story.step("S swaps the person with another, each of whom fits the other bed"):
        board = story.screen(WARD_1)
        mine = _of(board, story.known.patient_id)
        _select(story, board, mine.bed_id)
        player.press("S")
        player.wait(lambda: board.view.placing is not None, "the people who could swap")
        other = board.view.row
        player.press("Return")
        player.click_button(player.dialog("Swap"), "Swap")
        player.wait(
            lambda: _bed(board, other.bed_id).patient_id == story.known.patient_id, "the person in the other bed"
        )
        player.wait(lambda: _bed(board, mine.bed_id).patient_id == other.patient_id, "the other in this one")
    with story.step("A newborn gets an MRN of its own and lies in a cot beside the mother"):
        women = [row for row in board.beds if row.sex == "female" and row.stay_id is not None]
        mother = max(women, key=lambda row: row.born)
        dialog = _open_bed(story, board, mother.bed_id)
        player.click_button(dialog, "Register a newborn…")
        player.dialog("Register a newborn")
        player.press("Ctrl+Return")
        player.wait(lambda: _bed(board, mother.bed_id).cots == 1, "the cot at the bed")
        dialog = _open_bed(story, board, mother.bed_id)
        player.wait(lambda: player.reads(dialog, "In the cot: "), "the newborn in the bed's dialog")
        story.picture("27b-newborn", window)
        player.press("Esc")
    with story.step("An admission that never was is cancelled with its reason; the bed is free at once"):
        story.go(WARD_1)
        here = [row for row in board.shown.waiting if row.department_id == mine.department_id]
        waiting = next(row for row in here if any(fit.fits for fit in board.steps.placing.fits_of(row)))
        _choose(story, board, waiting.id)
        player.press("M")
        player.wait(lambda: board.view.placing is not None, "the beds that fit")
        kept = board.view.row
        player.press("Return")
        player.wait(lambda: _bed(board, kept.bed_id).hold == "reserved", "the bed kept")
        player.press("F2")
        player.wait(lambda: _bed(board, kept.bed_id).stay_id is not None, "the person in it")
        dialog = _open_bed(story, board, kept.bed_id)
        player.click_button(dialog, "Cancel the admission…")
        reason = player.dialog("Cancel the admission")
        player.type("Went to another hospital, never came up")
        player.click_button(reason, "Cancel the admission")
        player.wait(lambda: _bed(board, kept.bed_id).status == "U", "the bed free")
        if kept.department_id != mine.department_id:
            named = (mine.ward, mine.ward.replace("&", "&&"))
            player.click(next(each for each in player.all(board, QAbstractButton) if each.text() in named))


def leaving(story: Story) -> None:
    """Transfer, discharge, and the bed back to free by the housekeeper."""
    player, window = story.player, story.go(WARD_1)
    with story.step("T transfers to another bed; the old one is to be cleaned"):
        board = story.screen(WARD_1)
        old = _of(board, story.known.patient_id)
        _select(story, board, old.bed_id)
        player.press("T")
        player.wait(lambda: board.view.placing is not None, "the beds that fit")
        player.press("Return")
        player.click_button(player.dialog("Transfer"), "Transfer")
        player.wait(lambda: _bed(board, old.bed_id).status == "H", "the old bed to be cleaned")
    with story.step("F8 discharges with its checklist"):
        new = _of(board, story.known.patient_id)
        _select(story, board, new.bed_id)
        player.press("F8")
        dialog: Any = player.dialog("Discharge")
        player.wait(lambda: not any(skip.reason for _tick, skip in dialog.lines.values()), "the checklist")
        story.check(dialog.commit.reason, "nothing keeps the person")
        for number, (tick, skip) in enumerate(dialog.lines.values()):
            player.click(skip if number % 2 else tick)
            player.wait(partial(_stored, dialog, number + 1), "the line stored")
        player.wait(lambda: not dialog.commit.reason, "“Discharge” that can be used")
        story.picture("28-discharge", window)
        player.press("Ctrl+Return")
        player.wait(lambda: _bed(board, new.bed_id).status == "H", "the bed to be cleaned")
        player.wait(lambda: _word(story, new.label) == "Cleaning", "“Cleaning” on the wall")
        story.picture("28a-beds-to-clean", window)
    with story.step("The task is on the housekeeper's screen alone; F2 starts its clock, F2 ends it"):
        enter(story, CLEAN_1, "una")
        tasks = story.open_place(CLEAN_1, "My tasks")
        player.wait(lambda: tasks.task is not None, "a task")
        cleaned = tasks.task
        story.picture("29-housekeeping", story.window(CLEAN_1))
        story.go(CLEAN_1)
        player.press("F2")
        player.wait(lambda: tasks.task.id == cleaned.id and tasks.task.status == "started", "the clock runs")
        story.picture("29a-housekeeping-begun", story.window(CLEAN_1))
        story.go(CLEAN_1)
        player.press("F2")
        player.click_button(player.dialog("clean already"), "It is clean")
        player.wait(lambda: tasks.task is None or tasks.task.id != cleaned.id, "it is done")
        player.wait(lambda: _bed(board, cleaned.bed_id).status == "U", "the bed free again")
        player.wait(lambda: _word(story, cleaned.bed) == "Free", "“Free” on the wall")


def _choose(story: Story, board: Any, request_id: object) -> None:
    """Goes up or down the list of those who wait, by key."""
    board.waiting.setFocus()
    keys = [row.key for row in board.waiting.rows]
    steps = keys.index(request_id) - keys.index(board.waiting.selected)
    story.player.press(*["Down" if steps > 0 else "Up"] * abs(steps))
    story.check(board.waiting.selected == request_id, "the request cannot be reached by keys")


def _open_bed(story: Story, board: Any, bed_id: object) -> Any:
    """Enter on a bed: its dialog."""
    _select(story, board, bed_id)
    story.player.press("Return")
    return story.player.dialog(f"Bed {_bed(board, bed_id).label}")


def _bed(board: Any, bed_id: object) -> Any:
    return next(row for row in board.shown.beds if row.bed_id == bed_id)


def _tiles(story: Story) -> dict[str, Any]:
    """What the wall shows of each bed."""
    wards = story.wall.view.state.wards if story.wall is not None else ()
    return {tile.label: tile for ward in wards for tile in ward.tiles}


def _word(story: Story, label: str) -> str:
    return str(_tiles(story)[label].state.word)


def _of(board: Any, patient_id: object) -> Any:
    """The bed in which somebody lies."""
    return next(row for row in board.shown.beds if row.patient_id == patient_id and row.stay_id is not None)


def _stored(dialog: Any, lines: int) -> bool:
    return sum(item.status != "open" for item in dialog.items) >= lines


def _select(story: Story, board: Any, bed_id: object) -> None:
    """Clicks the tile of a bed."""
    view = board.view
    story.player.click(view, view.rect_of(bed_id).center().toPoint())
    story.player.wait(lambda: view.row is not None and view.row.bed_id == bed_id, "the bed selected")
