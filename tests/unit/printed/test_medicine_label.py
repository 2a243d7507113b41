"""The label of a pack is opened as a printer would: its size, its words, and that none of them is ever lost."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest import approx

from hisdesk.printed import medicine_label, pdf
from hisdesk.printed.medicine_label import Label, labels_pdf
from tests.unit.printed.opened import Opened

LABEL = Label(
    medicine="amoxicillin 500 mg capsule",
    quantity="15 capsules",
    directions="Take 1 capsule (500 mg) three times a day for 5 days. Until the course is finished.",
    patient="FENNOWICK, Dorrit (Mrs)",
    mrn="407 188 236",
    lot="AB-4411",
    expires="31-Dec-2027",
    dispensed="21-Nov-2026",
    number="P 000 0123 4",
    prescriber="Dr Rajesh Kumar",
    pharmacist="TF",
    pharmacy="Pharmacy",
    hospital="Northmere General Hospital",
)
LONG = dataclasses.replace(
    LABEL,
    medicine="hydrochlorothiazide and telmisartan " * 3 + "80 mg tablet",
    directions="Take 1 tablet (80 mg) once a day for 28 days. " + "Not together with grapefruit juice, ask first. " * 9,
    patient="VON UND ZU WINDISCHGRAETZ-TRAUTTMANSDORFF, Maria Theresia Walburga Amalia (Frau Prof. Dr.)",
)


@pytest.fixture
def opened(qapp: object):  # type: ignore[no-untyped-def]
    return lambda *labels: Opened(labels_pdf(labels))


def test_it_says_all_that_belongs_on_a_dispensed_pack(opened) -> None:  # type: ignore[no-untyped-def]
    one = opened(LABEL)
    assert one.sizes_mm == [(approx(70, abs=0.05), approx(36, abs=0.05))]
    text = " ".join(one.words)
    for field in dataclasses.fields(LABEL):
        assert getattr(LABEL, field.name) in text, field.name
    assert "Keep out of the sight and reach of children." in text and "Label 1 of" not in text


def test_each_pack_has_a_label_of_its_own(opened) -> None:  # type: ignore[no-untyped-def]
    both = opened(LABEL, dataclasses.replace(LABEL, lot="CD-9", quantity="3 capsules"))
    assert len(both.pages) == 2
    assert "Lot AB-4411" in both.pages[0] and "Lot CD-9" in both.pages[1] and "3 capsules" in both.pages[1]


def test_what_does_not_fit_goes_on_a_second_label_that_says_whose_it_is(opened) -> None:  # type: ignore[no-untyped-def]
    long = opened(LONG)
    assert len(long.pages) >= 2
    for place, page in enumerate(long.pages, 1):
        assert f"Label {place} of {len(long.pages)}" in page
        assert "407 188 236" in page
    words = long.words
    assert words.count("grapefruit") == 9 and words.count("hydrochlorothiazide") >= 3
    assert "TRAUTTMANSDORFF," in " ".join(words).replace("- ", "-") or "WINDISCHGRAETZ-TRAUTTMANSDORFF," in words


def test_somebody_without_a_record_has_a_label_without_a_number(opened) -> None:  # type: ignore[no-untyped-def]
    text = " ".join(opened(dataclasses.replace(LABEL, mrn="", patient="A man with a cough")).words)
    assert "A man with a cough" in text and "MRN" not in text


def test_nothing_to_label_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing"):
        labels_pdf([])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.text("abcdefghijklm-", min_size=1, max_size=70), min_size=1, max_size=60),
    st.text("ABCDEF ", min_size=1, max_size=200),
)
def test_no_word_is_ever_cut_and_nothing_leaves_the_label(words: list[str], name: str) -> None:
    """Whatever somebody typed: every character stands on some label, inside its edges."""
    label = dataclasses.replace(LABEL, directions=" ".join(words), patient=name)
    for page in medicine_label._pages(label):
        assert medicine_label._height(page) <= medicine_label.TALL
        for line in page:
            room = medicine_label.INNER - pdf.text_width(line.right, line.size, bold=line.bold)
            assert pdf.text_width(line.text, line.size, bold=line.bold) <= room
    drawn = "".join(line.text for page in medicine_label._pages(label) for line in page if not line.right)
    assert "".join(words).replace(" ", "") in drawn.replace(" ", "")
    assert pdf.ELLIPSIS not in drawn
