"""The record number's check digit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hisdesk.hospital.patients import mrn

BODIES = st.text("0123456789", min_size=8, max_size=8)


@pytest.mark.parametrize(("body", "digit"), [("0794", "5"), ("40718823", "6"), ("00000000", "3")])
def test_known_numbers(body: str, digit: str) -> None:
    assert mrn.check_digit(body) == digit


@given(BODIES)
def test_what_is_made_is_valid_and_survives_showing(body: str) -> None:
    number = body + mrn.check_digit(body)
    assert mrn.is_valid(number)
    assert mrn.parse(mrn.shown(number)) == number


@given(BODIES, st.integers(0, 8), st.integers(1, 9))
def test_every_single_wrong_digit_is_seen(body: str, place: int, change: int) -> None:
    number = body + mrn.check_digit(body)
    wrong = str((int(number[place]) + change) % 10)
    assert not mrn.is_valid(number[:place] + wrong + number[place + 1 :])


def test_nearly_every_exchange_of_neighbours_is_seen() -> None:
    seen = missed = 0
    for body in range(10_000_000, 10_030_000, 7):
        number = f"{body}{mrn.check_digit(str(body))}"
        for i in range(8):
            if number[i] != number[i + 1]:
                swapped = number[:i] + number[i + 1] + number[i] + number[i + 2 :]
                seen += not mrn.is_valid(swapped)
                missed += mrn.is_valid(swapped)
    assert missed / (seen + missed) < 0.03


@given(st.text())
def test_any_text_may_be_asked(text: str) -> None:
    found = mrn.parse(text)
    assert found is None or mrn.is_valid(found)
    assert isinstance(mrn.shown(text), str)


@pytest.mark.parametrize("text", ["407188236", "407 188 236", "407-188-236", " 407–188–236 ", "407\u00a0188\u00a0236"])
def test_typed_forms(text: str) -> None:
    assert mrn.parse(text) == "407188236"


@pytest.mark.parametrize("text", ["", "407188237", "40718823", "4071882366", "٤٠٧١٨٨٢٣٦", "40718823x", "²07188236"])
def test_not_a_number(text: str) -> None:
    assert mrn.parse(text) is None
    assert not mrn.is_valid(text)


def test_only_digits_have_a_check_digit() -> None:
    for text in ("", "12a", "٤٠٧"):
        with pytest.raises(ValueError, match="digits"):
            mrn.check_digit(text)
