"""Chapter 6: an account, a role, a permission taken away, and the audit that tells of it."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QModelIndex

from hisdesk.access import grants
from hisdesk.desk.demo.tour_door import FRONT_2, OFFICE, enter
from hisdesk.desk.demo.tour_finding import open_record
from hisdesk.desk.demo.tour_story import Story
from hisdesk.desk.kit.choices import CheckBox
from hisdesk.hospital.demo import queries

USER, CHOSEN = "lfischer", "quiet river under the old bridge"
ROLE, MODULE, ACT = "Registration", "visits", "create"


def a_new_account(story: Story) -> None:
    """Chapter 6, first part: Ruth makes an account, its owner signs in."""
    story.begin_chapter("6 The administrator")
    player = story.player
    with story.step("Ruth signs in at OFFICE-1: everybody with an account, and who is signed in where"):
        enter(story, OFFICE, "ruth")
        window = story.window(OFFICE)
        staff = story.screen(OFFICE)
        player.wait(lambda: staff.list.page == "rows", "the list of accounts")
        story.check(any(row.signed_in_at for row in staff.list.rows), "nobody is signed in")
        story.picture("25-staff", window)
    with story.step("She makes an account with the role Registration in Cardiology"):
        player.press("F2")
        player.wait(lambda: staff.page is not None, "the form of a new account")
        page = staff.page
        for label, text in (("Family name", "Fischer"), ("Given names", "Lena"), ("E-mail", "lena@example.org")):
            player.fill(player.field(page, label), text)
        player.choose(player.field(page, "Sex").control, "Female")  # type: ignore[arg-type]
        player.fill(player.field(page, "User name"), USER)
        for words in (ROLE, "Cardiology"):
            player.click(_tick(story, page, words))
        story.picture("26-new-account", window)
        player.press("Ctrl+Return")
        dialog: Any = player.dialog("First password of Lena Fischer")
        story.known.new_user, story.known.new_password = USER, dialog.password.text()
        story.picture("27-first-password", window)
        player.press("Escape")
        player.wait(lambda: player.row(staff.list.table, "Fischer"), "Lena on the list")
    with story.step("Lena signs in at FRONT-2 with it and has to choose her own password first"):
        _first_sign_in(story)
    with story.step("She works: the arrivals of Cardiology, a record, the queue"):
        arrivals = story.screen(FRONT_2)
        player.wait(lambda: arrivals.page in ("rows", "empty"), "her arrivals")
        everywhere = {row.visit.department for row in arrivals.rows}
        story.check(everywhere <= {"Cardiology"}, f"she sees {everywhere}")
        _queue_dialog(story)


def _tick(story: Story, page: Any, words: str) -> CheckBox:
    found = [each for each in story.player.all(page, CheckBox) if each.text() == words]
    story.check(found, f"there is no “{words}” to tick")
    return found[0]


def _first_sign_in(story: Story) -> None:
    player, window = story.player, story.go(FRONT_2)
    if window.home is not None:
        player.press("Ctrl+Shift+L")
        player.wait(lambda: window.home is None, "Tom signed out")
    enter(story, FRONT_2, USER, story.known.new_password)
    player.wait(lambda: window.change_page is not None, "the page for a password of one's own")
    page = window.change_page
    story.check(window.home is None, "she got in with the first password")
    story.picture("28-own-password", window)
    for field, text in ((page.old, story.known.new_password), (page.new, CHOSEN), (page.again, CHOSEN)):
        player.click(field.edit)
        player.type(text)
    player.press("Return")
    player.wait(lambda: window.home is not None and window.home.isVisible(), "Lena's first screen")


def _queue_dialog(story: Story) -> None:
    """Opens a record and the queue's dialog at FRONT-2, filled in but not sent."""
    player = story.player
    who = story.look_inside(lambda tx: queries.named(tx, "Johnson", "Sarah"), "Sarah Johnson")
    open_record(story, FRONT_2, who)
    player.press("F3")
    dialog: Any = player.dialog("to a queue")
    player.wait(lambda: not dialog.commit.reason, "the departments")


def a_permission_taken(story: Story) -> None:
    """Chapter 6, second part: what is taken away is refused at the next click."""
    player, window = story.player, story.go(OFFICE)
    with story.step("Ruth takes “Visits and queues: create” away from the role Registration"):
        roles = story.open_place(OFFICE, "Roles")
        player.wait(lambda: player.row(roles.role_list, ROLE), "the roles")
        player.click_row(roles.role_list, ROLE)
        player.wait(lambda: roles.role is not None and roles.role.title == ROLE, f"the grid of {ROLE}")
        player.click(roles.grid.viewport(), roles.grid.visualRect(_cell(story, roles)).center())
        player.wait(lambda: roles.pending, "the change marked")
        story.picture("29-roles", window)
        player.click(roles.apply)
        player.wait(lambda: not roles.pending, "the change in force")
    with story.step("Lena's next click is refused by the database, in a sentence; nobody was queued"):
        lena = story.go(FRONT_2)
        record = story.screen(FRONT_2)
        dialog: Any = player.dialog("to a queue")
        before = story.look_inside(lambda tx: queries.visits_of(tx, record.patient_id), "the visits")
        player.click(dialog.commit)
        player.wait(lambda: player.reads(record.notices, "Not added to the queue"), "the refusal")
        said = " ".join(player.texts(record.notices))
        story.check("permission" in said, f"it says: {said}")
        story.picture("30-refused", lena)
        after = story.look_inside(lambda tx: queries.visits_of(tx, record.patient_id), "the visits")
        story.check(after == before, "a visit was made all the same")
        player.wait(lambda: not record.view.queue.isVisible() or record.view.queue.reason, "the command closed to her")


def _cell(story: Story, roles: Any) -> QModelIndex:
    place = roles.grid.grid_model.place_of(MODULE)
    story.check(place is not None, f"the grid has no row {MODULE}")
    index: QModelIndex = roles.grid.grid_model.index(place, 1 + grants.ACTS.index(ACT))
    roles.grid.scrollTo(index)
    return index


def the_audit(story: Story) -> None:
    """Chapter 6, third part: who did what, before and after, from which station."""
    player, window = story.player, story.go(OFFICE)
    with story.step("The audit shows the permission that went: who, when, from which station, before and after"):
        audit = story.open_place(OFFICE, "Audit")
        player.wait(lambda: audit.model.rows, "the audit")
        player.press("Ctrl+F")
        player.type("role's permission")
        player.wait(lambda: _first(audit, "role_grant"), "the rows about permissions")
        player.click_row(audit.table, "role's permission")
        detail = " ".join(audit.detail.texts())
        for words in ("Ruth Amsel", OFFICE, "Before", "After"):
            story.check(words in detail, f"{words!r} is not in the detail")
        story.picture("31-audit-permission", window)
    with story.step("It shows the phone number that two desks changed, and who opened the chart"):
        who = story.known.example
        player.press("Ctrl+F", "Ctrl+A")
        player.type(who.mrn)
        player.wait(
            lambda: audit.model.rows and all(row.mrn == who.mrn for row in audit.model.rows),
            "the rows about the patient",
        )
        shown = {(row.verb, row.station) for row in audit.model.rows}
        story.check({"changed", "opened"} <= {verb for verb, _ in shown}, f"it shows {shown}")
        player.click_row(audit.table, "Changed")
        detail = " ".join(audit.detail.texts())
        story.check(re.search(r"\+1 555 01(11|22)", detail), f"no phone number in {detail!r}")
        story.picture("32-audit-patient", window)


def _first(audit: Any, table: str) -> bool:
    """Whether the filter took: the newest entry of what it is about."""
    return any(row.table_name == table for row in list(audit.model.rows)[:2])
