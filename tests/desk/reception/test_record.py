"""The record at the desk: opened and logged, edited against its version, live, never over typed text."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from hisdesk.access.action import new_id
from hisdesk.desk.kit.dialogs import ConflictDialog, Dialog, ReasonDialog
from hisdesk.desk.reception.queue_dialogs import QueueDialog
from hisdesk.desk.reception.record import Record
from hisdesk.desk.reception.record_additions import AdditionDialog
from hisdesk.hospital.beds.queries import board
from hisdesk.hospital.documents.rules import NewDocument
from hisdesk.hospital.patients.actions import edit
from hisdesk.hospital.patients.queries import find
from hisdesk.hospital.patients.rules import NewContact, NewIdentifier, NewPolicy
from tests.desk.reception import cards
from tests.desk.reception.conftest import CTRL, FrontDesk, opened, said
from tests.factories import wards
from tests.factories.people import registered
from tests.helpers.hospital import Desk, Hospital

pytestmark = pytest.mark.timeout(180)


def marroway(colleague: Desk, **more: Any) -> UUID:
    """Somebody registered at another desk."""
    values = {"family_name": "Marroway", "given_names": "Ilsabet", "title": "Ms", "phone": "+1 202 555 0100", **more}
    return registered(colleague, **values).patient_id


def shown(front: FrontDesk, patient_id: UUID, name: str = "Marroway") -> Record:
    """Their record, found first as people are found at a desk."""
    find(front.home.session.desk.db, front.actor, name)
    return front.record(patient_id)


def test_banner_numbers_contacts_and_timeline(front: FrontDesk, colleague: Desk) -> None:
    person = marroway(
        colleague,
        preferred_name="Ilse",
        policies=(NewPolicy("Lowmere Mutual", "PPO", "LM-7731", "55", details={"copays": ["Office $20"]}),),
        identifiers=(NewIdentifier("passport", "U4418207K"),),
        contacts=(NewContact("Wenna", "Sister", "+1 202 555 0187"),),
    )
    record = shown(front, person)
    assert record.banner.isVisible() and record.banner.person is not None
    assert record.banner.person.headline == "MARROWAY, Ilsabet (Ms)"
    assert record.banner.person.called() == (("Preferred name", "Ilse"),)
    assert "Member number LM-7731" in record.cover.text and "Number U4418207K" in record.cover.text
    assert "Office $20" in record.cover.text and "Wenna" in record.contacts.text
    assert [event.what for event in record.timeline.model.rows] == ["Registered"]


def test_insurance_number_and_contact_are_added_by_keyboard(front: FrontDesk, colleague: Desk) -> None:
    record = shown(front, marroway(colleague))
    front.press(Qt.Key.Key_F4)
    dialog = front.dialog(AdditionDialog)
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    front.until(lambda: dialog.fields["payer"].message == "Enter who pays: the insurer's name.")
    front.type("Lowmere Mutual")
    dialog.fields["member_number"].set_value("LM-7731")
    dialog.fields["expires_on"].edit.setText("soon")
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    front.until(lambda: dialog.fields["expires_on"].edit.property("state") == "error")
    assert dialog.isVisible()
    dialog.fields["expires_on"].edit.setText("31-Dec-2030")
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    front.closed()
    front.settle()
    assert "Lowmere Mutual" in record.cover.text and "Member number LM-7731" in record.cover.text
    assert "31-Dec-2030" in record.cover.text and front.toast() == "The insurance is in the record"
    front.press(Qt.Key.Key_F6)
    dialog = front.dialog(AdditionDialog)
    dialog.fields["number"].set_value("U4418207K")
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    front.closed()
    front.press(Qt.Key.Key_F7)
    dialog = front.dialog(AdditionDialog)
    front.type("Wenna")
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    front.closed()
    front.settle()
    assert "Number U4418207K" in record.cover.text and "Wenna" in record.contacts.text
    assert front.hospital.value("select count(*) from app.patient_identifier where kind = 'passport'") == 1


def test_an_addition_that_is_refused_keeps_what_was_typed(front: FrontDesk, colleague: Desk) -> None:
    person = marroway(colleague)
    shown(front, person)
    front.press(Qt.Key.Key_F7)
    dialog = front.dialog(AdditionDialog)
    front.type("Wenna")
    front.hospital.run("delete from auth.opening")
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    front.until(lambda: dialog.notices.shown)
    assert dialog.isVisible() and not dialog.commit.busy and dialog.fields["name"].value() == "Wenna"


def test_a_document_is_decrypted_and_shown(front: FrontDesk, colleague: Desk, tmp_path: Path) -> None:
    content = cards.insurance_card(tmp_path).read_bytes()
    person = marroway(
        colleague, documents=(NewDocument("insurance_card", "Insurance card", "image/png", content, "file"),)
    )
    record = shown(front, person)
    front.until(lambda: record.documents.picture.image is not None)
    assert record.documents.picture.image is not None and record.documents.picture.image.width() == 1012


def test_editing_the_phone(front: FrontDesk, colleague: Desk) -> None:
    person = marroway(colleague)
    record = shown(front, person)
    assert record.view.save.reason == "Nothing was changed"
    record.form.set_values({"phone": "+1 202 555 0199"}, clean=False)
    front.press(Qt.Key.Key_Return, CTRL)
    front.settle()
    assert front.hospital.value("select phone from app.patient") == "+1 202 555 0199"
    assert front.toast() == "Saved" and not record.form.dirty and record.version == 2


def test_who_wants_to_be_private_has_no_initials_on_the_wall(front: FrontDesk, colleague: Desk) -> None:
    person = marroway(colleague)
    room = wards.furnished(front.hospital, "1A")
    wards.admitted(front.hospital, wards.requested(front.hospital, person), room.beds["1A"])
    wall = front.hospital.board("WALL-1")

    def initials() -> str:
        with wall.db.transaction(wall) as tx:
            (bed,) = board(tx)
        return bed.initials

    assert initials() not in ("", "Private")
    record = shown(front, person)
    assert record.form.controls["private_on_boards"].text() == "Private: no initials on wall boards"
    record.form.set_values({"private_on_boards": True}, clean=False)
    front.press(Qt.Key.Key_Return, CTRL)
    front.settle()
    assert front.toast() == "Saved" and initials() == "Private"
    record.form.set_values({"private_on_boards": False}, clean=False)
    record.form.submit()
    front.settle()
    assert initials() not in ("", "Private")


def test_a_wrong_value_is_said_under_its_field(front: FrontDesk, colleague: Desk) -> None:
    record = shown(front, marroway(colleague))
    record.form.set_values({"email": "nowhere"}, clean=False)
    record.form.submit()
    front.settle()
    assert "looks like" in record.form.controls["email"].message and record.form.dirty


def test_two_people_edit_the_phone_and_choose(front: FrontDesk, colleague: Desk) -> None:
    person = marroway(colleague)
    record = shown(front, person)
    record.form.set_values({"phone": "+1 202 555 0142"}, clean=False)
    colleague.do(edit, person, 1, {"phone": "+1 202 555 0199"})
    record.form.submit()
    dialog = front.dialog(ConflictDialog)
    text = said(dialog)
    assert "+1 202 555 0142" in text and "+1 202 555 0199" in text and "saved it first" in text
    dialog.choose("phone", "mine")
    dialog.commit.click()
    front.settle()
    assert front.hospital.value("select phone || version from app.patient") == "+1 202 555 01423"


def test_they_changed_something_else_and_both_stand(front: FrontDesk, colleague: Desk) -> None:
    person = marroway(colleague)
    record = shown(front, person)
    record.form.set_values({"phone": "+1 202 555 0142"}, clean=False)
    colleague.do(edit, person, 1, {"city": "Lowmere"})
    record.form.submit()
    front.settle()
    assert front.no_dialog()
    assert front.hospital.value("select phone || ' ' || city from app.patient") == "+1 202 555 0142 Lowmere"


def test_a_change_elsewhere_is_shown_and_typed_text_stays(front: FrontDesk, colleague: Desk) -> None:
    person = marroway(colleague)
    record = shown(front, person)
    record.form.set_values({"email": "typed@example.org"}, clean=False)
    colleague.do(edit, person, 1, {"city": "Lowmere"})
    front.publish("patient", patient=person)
    front.until(lambda: record.form.values()["city"] == "Lowmere")
    assert record.form.values()["email"] == "typed@example.org" and record.form.dirty
    assert any("Changed by another station" in n.title for n in record.notices.shown)
    colleague.do(edit, person, 2, {"email": "theirs@example.org"})
    front.publish("patient", patient=person)
    front.until(lambda: any("while you type" in n.title for n in record.notices.shown))
    assert record.form.values()["email"] == "typed@example.org"
    record.form.submit()
    front.dialog(ConflictDialog)


def test_another_name_asks_whether_the_old_one_stays(front: FrontDesk, colleague: Desk) -> None:
    record = shown(front, marroway(colleague))
    record.form.set_values({"family_name": "Hollinsted"}, clean=False)
    record.form.submit()
    dialog = front.dialog(Dialog)
    assert dialog.windowTitle() == "A correction, or a new name?"
    next(b for b in dialog.findChildren(type(record.view.save)) if b.text().startswith("New name")).click()
    front.settle()
    assert "MARROWAY, Ilsabet: Kind Former name" in record.names.text
    assert record.banner.person is not None and record.banner.person.family_name == "Hollinsted"


def test_out_of_use_with_a_reason_and_back(front: FrontDesk, colleague: Desk) -> None:
    record = shown(front, marroway(colleague))
    front.press(Qt.Key.Key_F8)
    dialog = front.dialog(ReasonDialog)
    assert not dialog.commit.isEnabled()
    dialog.field.insertPlainText("Registered twice by mistake")
    dialog.commit.click()
    front.until(lambda: record.chart is not None and record.chart.record.status == "inactive")
    assert any(n.title == "Inactive" and "twice" in n.text for n in record.notices.shown)
    front.closed()
    record.view.out.click()
    front.until(lambda: record.chart is not None and record.chart.record.status == "active")


def test_a_person_who_died_is_marked_and_not_queued(front: FrontDesk, colleague: Desk) -> None:
    person = marroway(colleague)
    front.hospital.run("update app.patient set deceased_on = '2026-01-05'")
    record = shown(front, person)
    assert "05-Jan-2026" in said(record) and record.view.queue.reason == "This person has died"


def test_a_record_nobody_searched_for_stays_closed(front: FrontDesk) -> None:
    record = front.record(new_id())
    assert not record.banner.isVisible() and "The record was not opened" in said(record)


def test_a_draft_of_one_record_is_not_another_persons(qtbot: Any, hospital: Hospital, tmp_path: Path) -> None:
    colleague = hospital.desk("registration", ("CARD",), station="FRONT-2")
    first, second = marroway(colleague), marroway(colleague, family_name="Ossingway")
    with opened(qtbot, hospital, tmp_path) as front:
        find(front.home.session.desk.db, front.actor, "Ossingway")
        record = shown(front, first)
        record.form.set_values({"city": "Lowmere"}, clean=False)
        record = front.record(second)
        assert record.form.values()["city"] == "" and not record.form.notices.shown
        record = front.record(first)
        assert "Continue what you typed" in record.form.notices.shown[0].title


def test_in_two_departments_only_own_ones_are_offered(front: FrontDesk, colleague: Desk) -> None:
    shown(front, marroway(colleague))
    front.press(Qt.Key.Key_F3)
    dialog = front.dialog(QueueDialog)
    combo = dialog.department.combo
    assert [combo.itemText(i) for i in range(combo.count())] == ["Cardiology", "General medicine"]


def test_a_second_number_in_the_same_queue_is_refused(front: FrontDesk, colleague: Desk) -> None:
    person = marroway(colleague)
    record = shown(front, person)
    record.tickets.paper.offer = lambda *_: None  # type: ignore[method-assign]
    for _ in range(2):
        front.closed()
        record.form.controls["phone"].edit.setFocus()
        front.press(Qt.Key.Key_F3)
        front.dialog(QueueDialog).commit.click()
        front.settle()
    assert front.hospital.value("select count(*) from app.visit") == 1
    assert any("in this queue already" in f"{n.title} {n.text}" for n in record.notices.shown)


# the whole job by keyboard, keys counted


def test_keys_for_finding_by_a_misspelt_name_and_queueing(front: FrontDesk, colleague: Desk) -> None:
    marroway(colleague)
    front.arrivals()
    front.press(Qt.Key.Key_F3)
    front.until(lambda: front.home.current_id == "reception.patients")
    front.settle()
    patients = front.patients()
    front.type("marowey")
    front.press(Qt.Key.Key_Return)
    dialog = front.dialog(QueueDialog)
    record = front.home.widget("reception.record")
    assert isinstance(record, Record) and not patients.box.hasFocus()
    record.tickets.paper.offer = lambda *_: None  # type: ignore[method-assign]
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    front.keys += 1
    front.until(lambda: front.hospital.value("select count(*) from app.visit") == 1)
    assert front.keys == len("marowey") + 3, "F3, the name, Enter, Ctrl+Enter"


def test_keys_for_registering_from_a_card_and_queueing(front: FrontDesk, tmp_path: Path) -> None:
    from hisdesk.scanning.pictures import load
    from tests.desk.reception.test_register import Camera

    screen = front.register()
    front.keys = 0
    screen.card.feed._make = lambda: Camera(load(cards.identity_card(tmp_path)))
    screen.tickets.paper.offer = lambda *_: None  # type: ignore[method-assign]
    front.press(Qt.Key.Key_F7)
    front.until(lambda: screen.card.cards)
    screen.similar.settle()
    front.settle()
    front.press(Qt.Key.Key_Return, CTRL)
    front.until(lambda: front.hospital.value("select count(*) from app.visit") == 1)
    assert front.keys == 2, "F7, Ctrl+Enter"
