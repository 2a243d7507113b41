"""The receipt of a hand-over is opened as a printer would: its width, what was handed out, what is still owed."""

from __future__ import annotations

import dataclasses

from pytest import approx

from hisdesk.printed.dispensing_receipt import Entry, Receipt, receipt_pdf
from tests.unit.printed.opened import Opened

PART = Entry(
    medicine="amoxicillin 500 mg capsule",
    handed="6 of 15 capsules",
    lots=("Lot AB-4411, expires 31-Dec-2027: 4 capsules", "Lot CD-9, expires 02-Feb-2028: 2 capsules"),
    directions="Take 1 capsule (500 mg) three times a day for 5 days.",
    left="Still to be dispensed: 9 capsules",
)
NONE_YET = Entry("omeprazole 20 mg gastro-resistant capsule", "", (), "", "Still to be dispensed: 5 capsules")
RECEIPT = Receipt(
    title="Dispensed medicines",
    patient="FENNOWICK, Dorrit (Mrs)",
    mrn="407 188 236",
    number="P 000 0123 4",
    prescribed="Prescribed 21-Nov-2026 10:02 by Dr Rajesh Kumar",
    dispensed="Dispensed 21-Nov-2026 10:40 by Tove Fernquist",
    reason="",
    entries=(PART, NONE_YET),
    pharmacy="Pharmacy",
    location="Building A, ground floor",
    hospital="Northmere General Hospital",
    printed="Printed 21-Nov-2026 10:41 at PHARM-1",
)


def text_of(receipt: Receipt) -> str:
    return " ".join(Opened(receipt_pdf(receipt)).words)


def test_it_is_one_page_as_wide_as_the_roll(qapp: object) -> None:
    ((width, height),) = Opened(receipt_pdf(RECEIPT)).sizes_mm
    assert width == approx(80, abs=0.05) and height > 80


def test_it_says_what_was_handed_out_in_part_and_what_is_owed(qapp: object) -> None:
    text = text_of(RECEIPT)
    for words in (*dataclasses.astuple(PART)[:2], *PART.lots, PART.left, NONE_YET.medicine, NONE_YET.left):
        assert words in text, words
    for field in ("patient", "mrn", "number", "prescribed", "dispensed", "pharmacy", "hospital", "printed"):
        assert getattr(RECEIPT, field) in text, field
    assert "Printed again" not in text and "Reason" not in text


def test_a_second_print_and_a_reversal_say_so(qapp: object) -> None:
    again = dataclasses.replace(RECEIPT, title="Taken back", reason="handed to somebody else", again=True)
    text = text_of(again)
    assert "Printed again" in text and "Reason: handed to somebody else" in text and "Taken back" in text


def test_nothing_long_is_cut(qapp: object) -> None:
    reason = "because " * 40 + "of this"
    assert reason in text_of(dataclasses.replace(RECEIPT, reason=reason))
