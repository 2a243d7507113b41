"""The pharmacy window: what waits, the split over lots, the checks, dispensing, being told who was faster."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from hisdesk.desk.kit.dialogs import ReasonDialog
from hisdesk.hospital.dispensings.actions import Handed, dispense, reverse
from hisdesk.hospital.prescriptions import numbers
from hisdesk.hospital.prescriptions.actions import issue
from hisdesk.hospital.prescriptions.queries import Person
from hisdesk.hospital.visits.actions import start
from tests.desk.doctor.conftest import statements
from tests.desk.pharmacy.conftest import Behind, Sit, counter, history
from tests.factories import visits
from tests.helpers.hospital import Desk
from tests.unit.printed.opened import Opened

CTRL = Qt.KeyboardModifier.ControlModifier


def texts_of(takes: object) -> list[str]:
    return [edit.text() for edit in takes.values()]  # type: ignore[attr-defined]


def test_a_prescription_is_dispensed_by_keys_out_of_the_lots_that_expire_first(sit: Sit, behind: Behind) -> None:
    gone = behind.received("amoxicillin", "DX-0", 5, 10)
    behind.hospital.run("update app.lot set expires_on = expires_on - 40 where id = %s", gone)
    late, early = behind.received("amoxicillin", "DX-2", 200, 100), behind.received("amoxicillin", "DX-1", 30, 4)
    key = behind.prescribed(behind.line("amoxicillin"))
    window = sit()
    window.until(lambda: counter(window).cards)
    screen = counter(window)
    (card,) = screen.cards
    assert "Expired, locked" in window.texts(card) and len(card.takes) == 2
    assert texts_of(card.takes) == ["4", "11"] and screen.problem() == ""
    assert window.banner_person is not None and window.banner_person.family_name == "Fennowick"
    assert "No known allergies" in window.allergies
    assert "No recorded allergy" in window.texts(screen.checks) or "No known allergies" in window.texts(screen.checks)
    window.press(Qt.Key.Key_Return, CTRL, next(iter(card.takes.values())))  # the key works wherever the cursor is
    window.until(lambda: screen.list.rows == [])
    assert [behind.on_hand(each) for each in (gone, early, late)] == [Decimal(10), Decimal(0), Decimal(89)]
    assert behind.hospital.value("select status from app.prescription where id = %s", key) == "dispensed"
    assert not screen.dispense_button.isEnabled()


def test_a_part_is_dispensed_and_the_rest_stays_open(sit: Sit, behind: Behind) -> None:
    lot = behind.received("amoxicillin", "DX-1", 30, 4)
    behind.prescribed(behind.line("amoxicillin"))
    window = sit()
    window.until(lambda: counter(window).cards)
    screen = counter(window)
    assert "Only 4 capsules on hand" in window.texts(screen.cards[0])
    screen.dispense_button.click()
    window.until(lambda: behind.on_hand(lot) == 0)
    window.until(lambda: screen.list.rows and screen.list.rows[0].status == "partly dispensed")
    window.until(lambda: "None on hand" in window.texts(screen))
    assert screen.problem() == "Nothing is taken yet"


def test_a_second_ctrl_enter_never_dispenses_what_came_up_by_itself(sit: Sit, behind: Behind) -> None:
    first, second = behind.received("amoxicillin", "DX-1", 200, 100), behind.received("paracetamol", "PX-1", 200, 100)
    behind.prescribed(behind.line("amoxicillin"))
    behind.prescribed(behind.line("paracetamol", "500", "mg"))
    window = sit()
    window.until(lambda: counter(window).cards)
    screen = counter(window)
    window.press(Qt.Key.Key_Return, CTRL, screen.list.table)
    window.until(lambda: behind.on_hand(first) != 100 and len(screen.list.rows) == 1 and screen.cards)
    window.quiet()
    window.press(Qt.Key.Key_Return, CTRL, screen.list.table)
    window.quiet()
    assert behind.on_hand(second) == 100
    assert "Press Enter to take it up" in window.texts(screen) and not screen.dispense_button.isEnabled()
    window.press(Qt.Key.Key_Return, at=screen.list.table)
    edit = next(iter(screen.cards[0].takes.values()))
    assert screen.focusWidget() is edit
    window.press(Qt.Key.Key_Return, CTRL, edit)
    window.until(lambda: behind.on_hand(second) != 100)


def test_a_second_ctrl_enter_never_dispenses_the_rest_of_a_part(sit: Sit, behind: Behind) -> None:
    lot = behind.received("amoxicillin", "DX-1", 200, 100)
    behind.prescribed(behind.line("amoxicillin"))
    window = sit()
    window.until(lambda: counter(window).cards)
    screen = counter(window)
    next(iter(screen.cards[0].takes.values())).setText("5")
    window.press(Qt.Key.Key_Return, CTRL, screen.list.table)
    window.until(lambda: texts_of(screen.cards[0].takes) == ["10"])
    window.press(Qt.Key.Key_Return, CTRL, screen.list.table)
    window.quiet()
    assert behind.on_hand(lot) == 95


def test_quantities_that_were_typed_are_there_again_after_a_look_at_another_prescription(
    sit: Sit, behind: Behind
) -> None:
    behind.received("amoxicillin", "DX-1", 30, 20)
    behind.received("amoxicillin", "DX-2", 200, 100)
    behind.received("paracetamol", "PX-1", 200, 100)
    behind.prescribed(behind.line("amoxicillin"))
    behind.prescribed(behind.line("paracetamol", "500", "mg"))
    window = sit()
    window.until(lambda: counter(window).cards)
    screen = counter(window)
    early, late = screen.cards[0].takes.values()
    early.setText("3")
    late.setText("12")
    screen.cards[0].skip.set_value("pack is damaged")
    for key, lots in ((Qt.Key.Key_Down, 1), (Qt.Key.Key_Up, 2)):
        window.press(key, at=screen.list.table)
        window.until(lambda lots=lots: screen.cards and len(screen.cards[0].takes) == lots)
    assert texts_of(screen.cards[0].takes) == ["3", "12"]
    assert screen.cards[0].skip.value() == "pack is damaged" and screen.problem() == ""


def test_what_cannot_be_is_said_beside_the_button(sit: Sit, behind: Behind) -> None:
    behind.received("amoxicillin", "A", 30, 4)
    behind.received("amoxicillin", "B", 200, 50)
    behind.prescribed(behind.line("amoxicillin"))
    window = sit()
    window.until(lambda: counter(window).cards)
    screen = counter(window)
    early, late = screen.cards[0].takes.values()
    for typed, said in (
        ("many", "type how much of lot A"),
        ("5", "lot A has only 4 capsules"),
        ("0", "why lot A is left"),
    ):
        early.setText(typed)
        assert said in screen.problem() and said in window.texts(screen)
        assert not screen.dispense_button.isEnabled()
    screen.cards[0].skip.set_value("pack is damaged")
    assert screen.problem() == ""
    late.setText("40")
    assert "at most 15 capsules" in screen.problem()


def test_a_caution_is_read_before_anything_is_handed_out(sit: Sit, behind: Behind) -> None:
    behind.received("warfarin", "W-1", 90, 500)
    behind.received("ibuprofen", "I-1", 90, 500)
    behind.prescribed(behind.line("warfarin", "1", "mg", 1), behind.line("ibuprofen", "400", "mg"))
    window = sit()
    window.until(lambda: counter(window).cards)
    screen = counter(window)
    assert screen.checks.boxes and screen.problem() == "Tick what the checks found"
    assert "Dr Rajesh Kumar" in window.texts(screen.cards[0]) + window.texts(screen.cards[1])  # who answered for it
    for box in screen.checks.boxes:
        box.setChecked(True)
    assert screen.problem() == ""


def test_who_is_told_that_somebody_was_faster_sees_the_stock_as_it_is(sit: Sit, behind: Behind) -> None:
    lot = behind.received("amoxicillin", "LAST", 30, 15)
    key, line = behind.prescribed(first := behind.line("amoxicillin")), first.id
    window = sit()
    window.until(lambda: counter(window).cards)
    screen = counter(window)
    behind.keeper.do(dispense, key, 1, (Handed(line, lot, Decimal(10)),))
    screen.dispense_button.click()
    window.until(lambda: "changed meanwhile" in window.texts())
    window.until(lambda: texts_of(screen.cards[0].takes) == ["5"])
    assert behind.on_hand(lot) == Decimal(5)


def test_what_is_prescribed_appears_by_itself(sit: Sit, behind: Behind) -> None:
    window = sit()
    window.quiet()
    screen = counter(window)
    assert screen.list.page == "empty" and "Nothing waits" in window.texts()
    behind.received("amoxicillin", "DX-1", 30, 40)
    behind.prescribed(behind.line("amoxicillin"))
    window.hear("prescription", behind.patient, behind.pharmacy)
    window.until(lambda: len(screen.list.rows) == 1 and screen.cards)


def test_a_hand_over_is_taken_back_with_a_reason(sit: Sit, behind: Behind) -> None:
    lot = behind.received("amoxicillin", "DX-1", 30, 40)
    key, line = behind.prescribed(first := behind.line("amoxicillin")), first.id
    behind.keeper.do(dispense, key, 1, (Handed(line, lot, Decimal(15)),))
    window = sit()
    screen = history(window)
    assert len(screen.rows) == 1 and "lot DX-1" in window.texts(screen) + screen.model.columns[2].value(screen.rows[0])
    window.press(Qt.Key.Key_F8, at=screen.table)
    (asking,) = screen.findChildren(ReasonDialog)
    asking.given.emit("handed to somebody else")
    asking.accept()
    window.until(lambda: len(screen.rows) == 2)
    assert behind.on_hand(lot) == Decimal(40)


def test_it_opens_with_few_statements_and_a_prescription_with_three(sit: Sit, behind: Behind) -> None:
    behind.received("amoxicillin", "DX-1", 30, 40)
    behind.prescribed(behind.line("amoxicillin"))
    window = sit()
    window.until(lambda: counter(window).cards)
    with statements(window.session.desk.db) as seen:
        counter(window)._again()
        window.quiet()
    assert len(seen) == 3


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def papers_of(screen: Any) -> list[tuple[str, str, Opened]]:
    """What is offered to a printer from now on: (printer, name of the file, what stands on it)."""
    offered: list[tuple[str, str, Opened]] = []
    screen.papers.printing.offer = lambda _owner, pdf, name, kind: offered.append((kind, name, Opened(pdf)))
    return offered


def test_labels_and_receipt_are_printed_by_key_after_a_hand_over_in_part(sit: Sit, behind: Behind) -> None:
    behind.received("amoxicillin", "AX-1", 30, 4)
    behind.received("amoxicillin", "AX-2", 60, 2)
    key = behind.prescribed(behind.line("amoxicillin", instructions="until the course is finished"))
    window = sit()
    window.until(lambda: counter(window).cards)
    screen = counter(window)
    offered = papers_of(screen.handed)
    assert not screen.handed.isVisible()
    window.press(Qt.Key.Key_F6, at=screen.list.table)  # nothing was handed out yet
    window.press(Qt.Key.Key_Return, CTRL, screen.list.table)
    window.until(lambda: screen.handed.isVisible())
    assert "Dispensed to FENNOWICK, Dorrit, the rest stays open" in screen.handed.said.text()
    window.press(Qt.Key.Key_F6, at=screen.list.table)
    window.until(lambda: len(offered) == 1)
    window.press(Qt.Key.Key_F7, at=screen.list.table)
    window.until(lambda: len(offered) == 2)
    number = behind.hospital.value("select number from app.prescription where id = %s", key)
    assert isinstance(number, int)
    (kind, _, labels), (other, name, receipt) = offered
    assert (kind, other) == ("label", "receipt") and name == f"receipt {numbers.shown(number).replace(' ', '')}.pdf"
    assert len(labels.pages) == 2  # a pack of each lot
    text = " ".join(labels.words)
    for words in ("amoxicillin", "4 capsules", "2 capsules", "Lot AX-1", "Lot AX-2", "FENNOWICK, Dorrit", "by TF",
                  "Dr Rajesh Kumar", "Until the course is finished.", numbers.shown(number)):  # fmt: skip
        assert words in text, words
    text = " ".join(receipt.words)
    assert "6 of 15 capsules" in text and "Still to be dispensed: 9 capsules" in text and "Printed again" not in text
    assert behind.hospital.value("select count(*) from audit.log where verb = 'printed'") == 0
    window.press(Qt.Key.Key_F7, at=screen.list.table)
    window.until(lambda: len(offered) == 3)
    assert "Printed again" in " ".join(offered[2][2].words)
    assert behind.hospital.value("select count(*) from audit.log where verb = 'printed'") == 1


def test_papers_are_printed_again_from_the_list_but_no_labels_of_what_was_taken_back(sit: Sit, behind: Behind) -> None:
    lot = behind.received("amoxicillin", "AX-1", 30, 40)
    key = behind.prescribed(line := behind.line("amoxicillin"))
    entry = behind.keeper.do(dispense, key, 1, (Handed(line.id, lot, Decimal(15)),)).dispensing_id
    window = sit()
    screen = history(window)
    offered = papers_of(screen.entries)
    window.press(Qt.Key.Key_F6, at=screen.table)
    window.until(lambda: len(offered) == 1)
    assert "15 capsules" in offered[0][2].pages[0]
    assert behind.hospital.value("select count(*) from audit.log where verb = 'printed' and key = %s", entry) == 1
    behind.keeper.do(reverse, entry, "handed to somebody else")
    screen.read_again()
    window.until(lambda: len(screen.rows) == 2)
    window.press(Qt.Key.Key_Up, at=screen.table)
    labels = next(b for command, b in screen.buttons.items() if command.label == "Labels")
    assert labels.reason == "Nothing was handed out with this entry"
    window.press(Qt.Key.Key_F7, at=screen.table)
    window.until(lambda: len(offered) == 2)
    text = " ".join(offered[1][2].words)
    assert "Taken back: 15 capsules" in text and "Reason: handed to somebody else" in text
    assert "Still to be dispensed: 15 capsules" in text


def test_what_cannot_be_printed_is_said_and_offered_again(sit: Sit, behind: Behind) -> None:
    lot = behind.received("amoxicillin", "AX-1", 30, 40)
    key = behind.prescribed(line := behind.line("amoxicillin"))
    behind.keeper.do(dispense, key, 1, (Handed(line.id, lot, Decimal(15)),))
    window = sit()
    screen = history(window)
    behind.hospital.run("update app.care_relationship set until_at = clock_timestamp() - interval '1 s'")
    window.press(Qt.Key.Key_F7, at=screen.table)
    window.until(lambda: "could not be printed" in window.texts(screen))
    assert "not one of your pharmacy" in window.texts(screen)


def test_a_prescription_with_cautions_is_dispensed_without_a_mouse(sit: Sit, behind: Behind) -> None:
    first, second = behind.received("warfarin", "W-1", 30, 3), behind.received("warfarin", "W-2", 90, 500)
    behind.received("ibuprofen", "I-1", 90, 500)
    behind.prescribed(behind.line("warfarin", "1", "mg", 1), behind.line("ibuprofen", "400", "mg"))
    window = sit()
    window.until(lambda: counter(window).cards)
    screen = counter(window)
    assert screen.list.table.hasFocus()
    window.press(Qt.Key.Key_F4)
    QTest.keyClicks(focused(), "2")
    window.press(Qt.Key.Key_Tab)
    QTest.keyClicks(focused(), "3")  # a lot that expires earlier is left: the window asks why
    assert "say why lot W-1 is left" in screen.problem()
    window.press(Qt.Key.Key_Tab)
    QTest.keyClicks(focused(), "one tablet is broken")
    assert screen.problem() == "Tick what the checks found"
    window.press(Qt.Key.Key_Escape)
    assert screen.list.table.hasFocus()
    for _ in screen.checks.boxes:
        window.press(Qt.Key.Key_F9)
        window.press(Qt.Key.Key_Space)
    assert screen.problem() == ""
    window.press(Qt.Key.Key_Return, CTRL)
    window.until(lambda: screen.handed.isVisible())
    assert [behind.on_hand(each) for each in (first, second)] == [Decimal(1), Decimal(497)]
    window.settle()
    offered = papers_of(screen.handed)
    window.press(Qt.Key.Key_F6)  # wherever the keyboard is now
    window.until(lambda: offered)


def test_after_the_last_prescription_the_keys_still_work(sit: Sit, behind: Behind) -> None:
    behind.received("amoxicillin", "DX-1", 30, 40)
    behind.prescribed(behind.line("amoxicillin"))
    window = sit()
    window.until(lambda: counter(window).cards)
    screen = counter(window)
    offered = papers_of(screen.handed)
    window.press(Qt.Key.Key_Return, CTRL)
    window.until(lambda: screen.list.page == "empty" and screen.handed.isVisible())
    window.settle()
    assert screen.isAncestorOf(focused())
    window.press(Qt.Key.Key_F7)
    window.until(lambda: offered)


def test_somebody_without_a_record_gets_label_and_receipt_under_the_name_that_was_given(
    sit: Sit, behind: Behind, front: Desk
) -> None:
    walk_in = visits.added(front, behind.hospital.department(), anonymous_name="A man with a cough")
    behind.doctor.do(start, walk_in.visit_id, 1)
    lot = behind.received("amoxicillin", "AX-1", 30, 40)
    line = behind.line("amoxicillin")
    key = behind.doctor.do(issue, Person(visit_id=walk_in.visit_id), behind.pharmacy, (line,)).prescription_id
    behind.keeper.do(dispense, key, 1, (Handed(line.id, lot, Decimal(15)),))
    window = sit()
    screen = history(window)
    offered = papers_of(screen.entries)
    window.press(Qt.Key.Key_F6, at=screen.table)
    window.until(lambda: len(offered) == 1)
    window.press(Qt.Key.Key_F7, at=screen.table)
    window.until(lambda: len(offered) == 2)
    for _, _, paper in offered:
        text = " ".join(paper.words)
        assert "A man with a cough" in text and "MRN" not in text
