"""Chapter 5, in the consulting room: a note with a diagnosis, a medicine that is stopped, a bed asked for."""

from __future__ import annotations

import time
from typing import Any

from hisdesk.desk.demo.tour_door import PHARM_1, ROOM_2, ROOM_4, WARD_1, enter
from hisdesk.desk.demo.tour_story import Story
from hisdesk.desk.doctor.chart import MEDICINES, NOTE
from hisdesk.hospital.demo import queries

# what is typed, how often a day, how many days; the first is what the person is allergic to
LINES = (("amoxicilin 500", "3", "10"), ("prednisolone 5", "1", "5"), ("paracetamol 500", "3", "3"))


def noting(story: Story) -> None:
    """The open chart at ROOM-4, in a visit that has begun."""
    player, window = story.player, story.go(ROOM_4)
    with story.step("The note is typed with text shortcuts, and kept while it is typed"):
        chart = story.screen(ROOM_4)
        note = chart.note
        _tab(story, chart, NOTE)
        player.wait(lambda: note.writing, "a note that can be written")
        player.click(note.editor.sections.edits["subjective"])
        player.type("Cough for 4 days, fever since Sunday.")
        player.click(note.editor.sections.edits["objective"])
        player.type(".resp ")
        text = note.editor.sections.edits["objective"].toPlainText()
        story.check("Chest clear" in text, f"the shortcut brought {text!r}")
    with story.step("Five letters with a slip find the diagnosis among 98,000 codes"):
        player.press("Alt+D")
        began = time.perf_counter()
        player.type("pnuem")
        search = note.editor.search
        player.wait(lambda: any(row.code == "J18.9" for row in search.rows), "J18.9 among what was found")
        story.figure("from the first of five letters to the code", (time.perf_counter() - began) * 1000, "ms")
        story.picture("21a-note-diagnosis", window)
        place = next(number for number, row in enumerate(search.rows) if row.code == "J18.9")
        player.press(*["Down"] * (place - search.list.currentRow()), "Return")
        player.wait(lambda: [each.code for each in note.editor.codes.coded] == ["J18.9"], "the diagnosis in the note")
        player.click(note.editor.sections.edits["plan"])
        player.type("Admit. Antibiotic, chest X-ray today.")
        player.wait(lambda: not note.keeper.dirty, "the draft kept by the server")
        story.picture("21b-note", window)


def another_room(story: Story) -> None:
    """The draft belongs to its author, not to a room."""
    player, ticket = story.player, story.known.ticket
    with story.step("The doctor sits down at ROOM-2: the draft is there"):
        enter(story, ROOM_2, "kumar")
        day = story.open_place(ROOM_2, "My day")
        player.wait(lambda: any(row.ticket == ticket for row in day.rows), "the person on the list")
        player.click_row(day.table, ticket)
        player.press("Return")
        player.wait(lambda: getattr(story.screen(ROOM_2), "page", "") == "open", "the chart")
        chart = story.screen(ROOM_2)
        _tab(story, chart, NOTE)
        edits = chart.note.editor.sections.edits
        player.wait(lambda: "Antibiotic" in edits["plan"].toPlainText(), "what was typed in the other room")
        player.wait(lambda: [each.code for each in chart.note.editor.codes.coded] == ["J18.9"], "its diagnosis")
    story.leave(ROOM_2)


def adding_to_the_note(story: Story) -> None:
    """The chart is open at ROOM-4 again, after the note was signed."""
    player, window = story.player, story.go(ROOM_4)
    with story.step("An addendum keeps author, time and reason; the signed text stays locked"):
        chart = story.screen(ROOM_4)
        _tab(story, chart, NOTE)
        player.wait(lambda: chart.note.signed.isVisible(), "the signed note")
        player.press("Ctrl+Shift+A")
        dialog: Any = player.dialog("Add to this signed note?")
        player.fill(player.field(dialog, "Reason"), "The X-ray came later")
        player.click(player.field(dialog, "Text").control)
        player.type("Infiltrate in the right lower lobe.")
        player.press("Ctrl+Return")
        player.wait(lambda: player.reads(chart.note.signed, "Infiltrate in the right"), "the addendum under the note")
        story.check(player.reads(chart.note.signed, "The X-ray came later"), "its reason is not shown")
        story.picture("24e-note-signed", window)


def prescribing(story: Story) -> None:
    """ROOM-4 writes, PHARM-1 sees."""
    player = story.player
    with story.step("Clara signs in at PHARM-1: what waits at the pharmacy window"):
        enter(story, PHARM_1, "clara")
        counter = story.open_place(PHARM_1, "Work list")
        player.wait(lambda: counter.list.page in ("rows", "empty"), "the work list")
    window = story.go(ROOM_4)
    with story.step("Amoxicillin, typed with a slip, is stopped by the allergy that was recorded"):
        chart = story.screen(ROOM_4)
        page = chart.medicines
        _tab(story, chart, MEDICINES)
        _add_line(story, page, *LINES[0])
        player.wait(lambda: _chips(page) == ["Blocked"], "the line stopped")
        story.check(page.panel.issue_button.reason, "it could be issued")
        story.picture("21c-stopped", window)
    with story.step("Two more lines, their quantity worked out"):
        for line in LINES[1:]:
            _add_line(story, page, *line)
        quantities = [int(line.quantity) for line in page.panel.lines]
        story.check(quantities == [30, 5, 9], f"worked out: {quantities}")
    with story.step("An override needs a coded reason and a sentence; with an anaphylaxis, a second physician as well"):
        _override(story, page)
    with story.step("Alt+I issues it; the pharmacist sees it without a refresh"):
        before = {row.id for row in counter.list.rows}
        story.go(ROOM_4)
        player.press("Alt+I")
        began = time.perf_counter()
        player.wait(lambda: {row.id for row in counter.list.rows} - before, "the prescription at the pharmacy")
        story.figure("from the doctor's key to the pharmacist", (time.perf_counter() - began) * 1000, "ms")
        player.wait(lambda: not page.panel.lines, "the draft empty")
        story.picture("21e-issued", window)


def asking_for_a_bed(story: Story) -> None:
    """ROOM-4 asks, WARD-1 sees."""
    player = story.player
    with story.step("Owen signs in at WARD-1: the beds of his wards and who waits for one"):
        enter(story, WARD_1, "owen")
        board = story.open_place(WARD_1, "Beds")
        player.wait(lambda: board.beds, "the beds")
        story.picture("21f-beds", story.window(WARD_1))
    window = story.go(ROOM_4)
    with story.step("The doctor asks the medical ward for a bed with oxygen"):
        player.press("Ctrl+Shift+B")
        dialog: Any = player.dialog("Ask for an admission")
        player.wait(lambda: not dialog.commit.reason, "the wards")
        player.choose(player.field(dialog, "Ward").control, "Medical ward")  # type: ignore[arg-type]
        player.choose(player.field(dialog, "Urgency").control, "Urgent")  # type: ignore[arg-type]
        player.fill(player.field(dialog, "Reason for the admission"), "Pneumonia, saturation 90 %")
        player.click(dialog.equipment["oxygen"])
        story.picture("21g-admission", window)
    with story.step("The ward sees the request with the beds that fit, without a refresh"):
        patient = story.known.patient_id
        player.press("Ctrl+Return")
        began = time.perf_counter()
        player.wait(lambda: any(row.patient_id == patient for row in board.shown.waiting), "the request at the ward")
        story.figure("from the doctor's key to the ward", (time.perf_counter() - began) * 1000, "ms")


def signing(story: Story) -> None:
    """ROOM-4: the visit is completed by signing its note."""
    player, ticket = story.player, story.known.ticket
    with story.step("Ctrl+Enter signs the note and completes the visit; the list comes back"):
        story.go(ROOM_4)
        chart = story.screen(ROOM_4)
        player.wait(lambda: not chart.bar.complete.reason, "“Sign and complete”")
        player.press("Ctrl+Return")
        player.wait(lambda: story.screen(ROOM_4) is not chart, "the list again")
        day = story.screen(ROOM_4)
        player.wait(lambda: all(row.ticket != ticket or row.status == "completed" for row in day.rows), "“completed”")
        signed = story.look_inside(lambda tx: queries.signed_notes(tx, story.known.patient_id), "the note")
        story.check(signed == 1, f"{signed} signed notes")


def _tab(story: Story, chart: Any, title: str) -> None:
    """A tab of the chart by its key."""
    story.player.press(f"Alt+{tuple(chart.pages).index(title) + 1}")
    story.player.wait(lambda: chart.tab == title, f"the tab {title}")


def _add_line(story: Story, page: Any, name: str, often: str, days: str) -> None:
    player, panel = story.player, page.panel
    count = len(panel.lines)
    player.wait(lambda: panel.known is not None and not panel.form.isVisible(), "the person's medicines")
    player.press("F3")
    form = panel.form
    player.wait(lambda: form.search.box.hasFocus(), "the cursor where the medicine is typed")
    player.type(name)
    player.press("Return")
    player.wait(lambda: form.medicine is not None, f"a medicine for “{name}”")
    player.fill(form.count, often)
    player.fill(form.days, days)
    player.press("Ctrl+Return")
    player.wait(lambda: len(panel.lines) == count + 1, f"a line for “{name}”")
    player.wait(lambda: "checks" not in panel.issue_button.reason, "the checks of the line")


def _chips(page: Any) -> list[str]:
    return [page.panel.cards[line.id].chip.state.word for line in page.panel.lines]


def _override(story: Story, page: Any) -> None:
    player, panel = story.player, page.panel
    card = panel.cards[panel.lines[0].id]
    button = next(button for name, button in card.buttons.items() if name.startswith("Override"))
    player.click(button)
    dialog: Any = player.dialog("Prescribe amoxicillin all the same?")
    player.choose(player.field(dialog, "Reason").control, "Tolerated before")  # type: ignore[arg-type]
    player.click(player.field(dialog, "In a sentence, kept in the record").control)
    player.type("Desensitised in May, took it twice since.")
    story.check(dialog.commit.reason == "A second physician must sign in", f"it says {dialog.commit.reason!r}")
    second = story.person("johnson")
    player.fill(player.field(dialog, "Second physician: user name"), second.user_name)
    player.fill(player.field(dialog, "Second physician: password"), second.password)
    story.picture("21d-override", story.window(ROOM_4))
    player.click_button(dialog, "Confirm and override")
    player.wait(lambda: _chips(page)[:1] == ["Overridden"], "the override", 30)
    player.wait(lambda: not panel.issue_button.reason, "nothing left that stops it")
