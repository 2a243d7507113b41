"""Chapter 5: the queue, the hall display, the doctor. Nobody refreshes anything."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFileDialog

from hisdesk.desk.demo.tour_door import FRONT_1, ROOM_4, enter, open_hall
from hisdesk.desk.demo.tour_finding import open_record
from hisdesk.desk.demo.tour_player import Halted
from hisdesk.desk.demo.tour_story import Story
from hisdesk.hospital.demo import queries
from hisdesk.hospital.patients import mrn


def queueing(story: Story) -> None:
    """Chapter 5, first half: from the desk to the hall and the consulting room."""
    story.begin_chapter("5 The queue, live")
    player = story.player
    if story.board is None:
        open_hall(story, story.running().station_folder("HALL-1"))
    with story.step("Dr Kumar signs in at ROOM-4: his day, without anybody's help"):
        enter(story, ROOM_4, "kumar")
        day = story.screen(ROOM_4)
        player.wait(lambda: day.page in ("rows", "empty"), "the doctor's list")
        story.picture("16-my-day", story.window(ROOM_4))
    with story.step("Nadia opens the record of the person she registered, and F3 asks for the queue"):
        who = story.look_inside(lambda tx: queries.with_mrn(tx, story.known.mrn), "the new record")
        record = open_record(story, FRONT_1, who)
        player.press("F3")
        dialog: Any = player.dialog("to a queue")
        player.wait(lambda: not dialog.commit.reason, "the departments")
        player.choose(player.field(dialog, "Department").control, "Cardiology")  # type: ignore[arg-type]
        player.choose(player.field(dialog, "Priority").control, "Urgent")  # type: ignore[arg-type]
        player.fill(player.field(dialog, "Reason"), "chest pain since this morning")
        story.picture("17-add-to-queue", story.window(FRONT_1))
    with story.step("The ticket is in the queue, on the hall display and on the doctor's list at once"):
        _queued(story, dialog, record, day)
    with story.step("The ticket is saved as a PDF whose number and QR code can be read"):
        _ticket(story, story.folder / "ticket.pdf")
    with story.step("The hall display shows the queue without a name"):
        _hall_picture(story, "18-hall")


def _queued(story: Story, dialog: Any, record: Any, day: Any) -> None:
    player, board = story.player, story.board
    if board is None:
        raise Halted("there is no hall display")
    came: dict[str, float] = {}
    before = {row.ticket for row in day.rows}
    waiting = {each.ticket for each in board.view.state.next}
    player.click(dialog.commit)
    began = time.perf_counter()

    def everywhere() -> bool:
        now = time.perf_counter()
        if "desk" not in came and _ticket_of(story, record):
            came["desk"] = now
        if "hall" not in came and {each.ticket for each in board.view.state.next} - waiting:
            came["hall"] = now
        if "doctor" not in came and {row.ticket for row in day.rows} - before:
            came["doctor"] = now
        return len(came) == 3

    player.wait(everywhere, f"the ticket at desk, hall and doctor (it came to: {', '.join(came) or 'nobody'})")
    story.known.ticket = _ticket_of(story, record)
    story.check(story.known.ticket in {each.ticket for each in board.view.state.next}, "another ticket on the display")
    story.check(any(row.ticket == story.known.ticket and row.priority == "urgent" for row in day.rows), "not urgent")
    for place, at in came.items():
        story.figure(f"from the click to the {place}", (at - began) * 1000, "ms")


def _ticket_of(story: Story, record: Any) -> str:
    for text in story.player.texts(record.notices):
        found = re.search(r"Ticket ([A-Z]+ \d+)", text)
        if found:
            return found[1]
    return ""


def _ticket(story: Story, file: Path) -> None:
    player = story.player
    save_paper(story, file)
    with player.apart():
        number, code = _read_ticket(file)
    story.check(story.known.ticket in number, f"the PDF says {number!r}")
    visit = story.look_inside(lambda tx: queries.visit_id(tx, story.known.patient_id), "the visit")
    story.check(code == str(visit), f"the QR code says {code!r}")


def save_paper(story: Story, file: Path) -> None:
    """Where there is a printer the program asks which; the paper is saved all the same."""
    player = story.player
    file.unlink(missing_ok=True)
    dialog = player.dialog()
    if not isinstance(dialog, QFileDialog):
        player.click_button(dialog, "Save as PDF…")
        player.wait(lambda: isinstance(player.dialog(), QFileDialog), "where to save it")
    player.press("Ctrl+A")
    player.type(str(file))
    player.press("Return")
    player.wait(file.exists, "the PDF")


def _read_ticket(file: Path) -> tuple[str, str]:
    """The text of the PDF and what its QR code says, as a scanner at arm's length would see them."""
    from PySide6.QtPdf import QPdfDocument

    from hisdesk.scanning.process import Scanner

    document = QPdfDocument()
    document.load(str(file))
    size = document.pagePointSize(0)
    picture = file.with_suffix(".png")
    document.render(0, QSize(round(size.width() * 3), round(size.height() * 3))).save(str(picture))
    text = document.getAllText(0).text()
    document.close()
    scanner = Scanner()
    try:
        return " ".join(text.split()), scanner.read_qr(picture)
    finally:
        scanner.close()


def _hall_picture(story: Story, name: str) -> None:
    if story.board is not None:
        story.picture(name, story.board.view, light_only=True)


def consulting(story: Story) -> None:
    """Chapter 5, second half: the doctor calls and opens the chart."""
    player, ticket = story.player, story.known.ticket
    board = story.board
    with story.step("The doctor calls the number; the display announces it"):
        story.check(ticket and board is not None, "nobody was queued before")
        window = story.go(ROOM_4)
        day = story.screen(ROOM_4)
        player.click_row(day.table, ticket)
        began = time.perf_counter()
        player.press("F4")
        player.wait(lambda: any(call.ticket == ticket for call in board.view.state.calling), "the call on the display")  # type: ignore[union-attr]
        story.figure("from the doctor's key to the display", (time.perf_counter() - began) * 1000, "ms")
        call = next(each for each in board.view.state.calling if each.ticket == ticket)  # type: ignore[union-attr]
        story.check("Room 4" in call.room, f"called to {call.room!r}")
        story.check(board.view.is_new(call), "the call is not announced")  # type: ignore[union-attr]
        _hall_picture(story, "19-hall-call")
        story.picture("20-my-day-called", window)
    with story.step("F2 starts the visit and opens the chart: banner, demographics, allergies not recorded, timeline"):
        player.wait(lambda: any(row.ticket == ticket and row.status == "called" for row in day.rows), "“called”")
        player.click_row(day.table, ticket)
        player.press("F2")
        player.wait(lambda: getattr(story.screen(ROOM_4), "page", "") == "open", "the chart")
        chart = story.screen(ROOM_4)
        player.wait(lambda: mrn.shown(story.known.mrn) in window.banner.accessibleName(), "the MRN in the banner")
        player.wait(lambda: "not recorded" in window.banner.accessibleName(), "“Allergies not recorded”")
        player.wait(lambda: chart.bar.complete.isVisible(), "the visit under way")
        story.picture("21-chart", window)
        opened = story.look_inside(lambda tx: queries.openings(tx, story.known.patient_id, ROOM_4), "the audit")
        story.check(opened > 0, "the opening is not in the audit")
    with story.step("An allergy is recorded: the banner names it at once"):
        _allergy(story, chart)
    with story.step("The open chart is live: the desk changes the phone number, the doctor sees it"):
        story.go(ROOM_4)
        player.press("Alt+1")
        story.go(FRONT_1)
        desk = story.screen(FRONT_1)
        player.fill(player.field(desk, "Phone"), "+1 555 0188")
        began = time.perf_counter()
        player.press("Ctrl+Return")
        player.wait(lambda: player.reads(chart.overview, "+1 555 0188"), "the new number in the open chart")
        story.figure("from the desk's key to the doctor's open chart", (time.perf_counter() - began) * 1000, "ms")


def _allergy(story: Story, chart: Any) -> None:
    player, window = story.player, story.go(ROOM_4)
    player.press("F6")
    player.wait(lambda: chart.allergies.panel is not None, "the form of an allergy")
    panel = chart.allergies.panel
    player.wait(lambda: player.field(panel, "Allergic to").control.hasFocus(), "the cursor in the form")
    player.type("Penicillin")
    player.choose(player.field(panel, "Severity").control, "Anaphylaxis")  # type: ignore[arg-type]
    player.fill(player.field(panel, "Reaction"), "swelling of the face")
    story.picture("22-allergy-form", window)
    player.press("Ctrl+Return")
    player.wait(lambda: _warns(window.banner), "the allergy in the banner")
    story.picture("23-chart-allergies", window)
    player.press("Alt+4")
    player.breathe(300)
    story.picture("24-chart-timeline", window)


def _warns(banner: Any) -> bool:
    return "known allergies: penicillin" in banner.accessibleName().casefold()
