"""The stock window: medicines and their lots, deliveries, counts, what is thrown away; drafts and conflicts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from hisdesk.desk.kit.dialogs import ReasonDialog
from hisdesk.desk.kit.form_page import FormPage
from hisdesk.desk.pharmacy import stock_words as words
from hisdesk.desk.pharmacy.lots import EXPIRED, Lots
from hisdesk.desk.pharmacy.stock import Stock
from hisdesk.desk.pharmacy.ways import LOTS, STOCK
from hisdesk.hospital.stock.actions import count, set_reorder_level
from tests.desk.doctor.conftest import Room, statements
from tests.desk.pharmacy.conftest import TODAY, Behind, Sit
from tests.factories import prescriptions

CTRL = Qt.KeyboardModifier.ControlModifier


def stock(sit: Sit) -> tuple[Room, Stock]:
    window = sit()
    screen = window.open(STOCK)
    assert isinstance(screen, Stock)
    return window, screen


def lots(sit: Sit) -> tuple[Room, Lots]:
    window = sit()
    screen = window.open(LOTS)
    assert isinstance(screen, Lots)
    return window, screen


def page_of(screen: Stock | Lots) -> FormPage:
    assert screen.page is not None
    return screen.page


def typed(window: Room, page: FormPage, **values: str) -> None:
    page.form.set_values(values, clean=False)
    window.press(Qt.Key.Key_Return, CTRL, page)
    window.settle()


def chosen(screen: Stock, name: str) -> None:
    screen.list.narrow(name)  # type: ignore[union-attr]
    assert screen.list.row is not None and screen.list.row.title == name  # type: ignore[union-attr]


AMOXICILLIN = "amoxicillin 250 mg capsule"


def test_a_delivery_is_received_with_lot_and_expiry_as_on_the_pack(sit: Sit, behind: Behind) -> None:
    window, screen = stock(sit)
    chosen(screen, AMOXICILLIN)
    assert "None on hand" in window.texts(screen) or words.medicine_state(screen.list.row, TODAY).word == "None on hand"  # type: ignore[union-attr]
    window.press(Qt.Key.Key_F2, at=screen.list.table)  # type: ignore[union-attr]
    year = TODAY.year + 2
    typed(window, page_of(screen), lot_number="ab-77", expires_on=f"2-{year}", quantity="120")
    window.until(lambda: screen.page is None)
    assert behind.hospital.value("select on_hand from app.lot where lot_number = 'AB-77'") == Decimal(120)
    assert behind.hospital.value("select expires_on from app.lot") == dt.date(year, 3, 1) - dt.timedelta(1)
    window.until(lambda: screen.list.row is not None and screen.list.row.lots)  # type: ignore[union-attr]
    assert "120 capsules" in words.on_hand(screen.list.row, TODAY)  # type: ignore[union-attr]


def test_what_cannot_be_received_is_said_under_its_field(sit: Sit, behind: Behind) -> None:
    behind.received("amoxicillin", "AB-1", 60, 10)
    window, screen = stock(sit)
    chosen(screen, AMOXICILLIN)
    window.press(Qt.Key.Key_F2, at=screen.list.table)  # type: ignore[union-attr]
    page = page_of(screen)
    for values, field, said in (
        ({"lot_number": "", "expires_on": "2-2031", "quantity": "1"}, "lot_number", "Enter the lot number"),
        ({"lot_number": "X", "expires_on": "13-2031", "quantity": "1"}, "expires_on", "month does not exist"),
        ({"lot_number": "X", "expires_on": "2-2031", "quantity": "many"}, "quantity", "Type a number"),
        ({"lot_number": "X", "expires_on": "2-2031", "quantity": "0"}, "quantity", "more than nothing"),
        ({"lot_number": "X", "expires_on": "2-2020", "quantity": "1"}, "expires_on", "has expired"),
    ):
        typed(window, page, **values)
        assert said in page.form.controls[field].message, (field, page.form.controls[field].message)
    typed(window, page, lot_number="AB-1", expires_on="2-2031", quantity="5")
    assert "another expiry" in window.texts(screen)
    assert behind.hospital.value("select count(*) from app.lot") == 1


def test_what_is_typed_of_a_delivery_survives(sit: Sit, behind: Behind) -> None:
    window, screen = stock(sit)
    chosen(screen, AMOXICILLIN)
    screen.receive(screen.list.row)  # type: ignore[union-attr,arg-type]
    page_of(screen).form.set_values({"lot_number": "AB-77", "quantity": "12"}, clean=False)
    assert window.session.desk.drafts.flush()
    screen.close_page()
    screen.receive(screen.list.row)  # type: ignore[union-attr,arg-type]
    assert "Restore" in window.texts(screen) or page_of(screen).notices.shown  # the draft is offered


def test_the_list_says_what_to_order_and_what_has_expired(sit: Sit, behind: Behind) -> None:
    behind.received("amoxicillin", "A", 200, 10)
    gone = behind.received("ibuprofen", "B", 5, 10)
    behind.hospital.run("update app.lot set expires_on = expires_on - 40 where id = %s", gone)
    medicine = prescriptions.found(behind.formulary, "amoxicillin").id
    behind.keeper.do(set_reorder_level, behind.pharmacy, medicine, None, Decimal(10))
    window, screen = stock(sit)
    rows = {row.title: words.medicine_state(row, TODAY).word for row in screen.list.rows if row.lots}  # type: ignore[union-attr]
    assert sorted(rows.values()) == ["Expired lot", "To order"]
    window.press(Qt.Key.Key_F7, at=screen.list.table)  # type: ignore[union-attr]
    window.settle()
    shown = window.home.widget(LOTS)
    assert isinstance(shown, Lots) and shown.list is not None
    assert shown.list.state == EXPIRED and [row.lot.id for row in shown.list.model.rows] == [gone]


def test_a_reorder_level_that_somebody_else_set_is_shown_beside_the_own_one(sit: Sit, behind: Behind) -> None:
    window, screen = stock(sit)
    chosen(screen, AMOXICILLIN)
    window.press(Qt.Key.Key_F4, at=screen.list.table)  # type: ignore[union-attr]
    medicine = prescriptions.found(behind.formulary, "amoxicillin", "250 mg").id
    behind.keeper.do(set_reorder_level, behind.pharmacy, medicine, None, Decimal(30))
    typed(window, page_of(screen), quantity="50")
    dialog = next(each for each in window.home.findChildren(QDialog) if each.isVisible())
    assert "30" in window.texts(dialog) and "50" in window.texts(dialog)
    dialog.choose("quantity", "mine")  # type: ignore[attr-defined]
    dialog._resolve()  # type: ignore[attr-defined]
    window.until(lambda: behind.hospital.value("select quantity from app.reorder_level") == Decimal(50))


def test_a_count_says_the_difference_and_asks_why(sit: Sit, behind: Behind) -> None:
    lot = behind.received("amoxicillin", "AB-1", 60, 10)
    window, screen = lots(sit)
    window.press(Qt.Key.Key_F6, at=screen.list.table)  # type: ignore[union-attr]
    page = page_of(screen)
    assert "optional" in window.texts(page)
    typed(window, page, quantity="7")
    assert "3 capsules fewer than booked" in window.texts(page) and "optional" not in window.texts(page)
    assert "Say why" in page.form.controls["reason"].message and behind.on_hand(lot) == Decimal(10)
    typed(window, page, quantity="7", reason="three were broken")
    window.until(lambda: screen.page is None)
    assert behind.on_hand(lot) == Decimal(7)
    assert behind.hospital.value("select reason from app.stock_move where kind = 'counted'") == "three were broken"


def test_who_counts_while_somebody_else_moves_sees_what_is_booked_now(sit: Sit, behind: Behind) -> None:
    lot = behind.received("amoxicillin", "AB-1", 60, 10)
    window, screen = lots(sit)
    window.press(Qt.Key.Key_F6, at=screen.list.table)  # type: ignore[union-attr]
    version = behind.hospital.value("select version from app.lot where id = %s", lot)
    behind.keeper.do(count, lot, version, Decimal(9), "counted")
    page = page_of(screen)
    typed(window, page, quantity="7", reason="three were broken")
    assert "Booked now: 9 capsules" in window.texts(screen)
    assert "2 capsules fewer than booked" in window.texts(page)
    window.press(Qt.Key.Key_Return, CTRL, page)
    window.until(lambda: behind.on_hand(lot) == Decimal(7))


def test_a_lot_is_discarded_with_a_reason(sit: Sit, behind: Behind) -> None:
    lot = behind.received("amoxicillin", "AB-1", 60, 10)
    window, screen = lots(sit)
    window.press(Qt.Key.Key_F8, at=screen.list.table)  # type: ignore[union-attr]
    (asking,) = screen.findChildren(ReasonDialog)
    asking.given.emit("broken")
    asking.accept()
    window.until(lambda: behind.on_hand(lot) == 0)
    window.until(lambda: screen.list.page == "empty")  # type: ignore[union-attr]
    assert "The shelves are empty" in window.texts(screen)


def test_what_others_move_is_seen_at_once(sit: Sit, behind: Behind) -> None:
    window, screen = lots(sit)
    assert screen.list.rows == []  # type: ignore[union-attr]
    behind.received("amoxicillin", "AB-1", 60, 10)
    window.hear("lot", None, behind.pharmacy)
    window.until(lambda: len(screen.list.rows) == 1)  # type: ignore[union-attr]


def test_both_open_with_one_statement(sit: Sit, behind: Behind) -> None:
    window = sit()
    window.quiet()
    for which in (STOCK, LOTS):
        with statements(window.session.desk.db) as seen:
            window.open(which)
        assert len(seen) == 1, seen


@pytest.mark.parametrize(
    ("text", "day"),
    [("2-2028", dt.date(2028, 2, 29)), ("2028-11", dt.date(2028, 11, 30)), ("11/28", dt.date(2028, 11, 30)),
     ("nov 2028", dt.date(2028, 11, 30)), ("23-Jun-2027", dt.date(2027, 6, 23))],
)  # fmt: skip
def test_an_expiry_is_typed_as_it_stands_on_the_pack(text: str, day: dt.date) -> None:
    assert words.expiry_typed(text, dt.date(2026, 11, 21)) == day


@pytest.mark.parametrize("text", ["", "soon", "13-2027", "0/2027", "32-Dec-2027", "xyz 2027"])
def test_what_is_no_expiry_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        words.expiry_typed(text, dt.date(2026, 11, 21))
