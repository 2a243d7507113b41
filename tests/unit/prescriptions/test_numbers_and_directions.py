"""A prescription's number with its check digit, and what a line asks of the person who takes it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hisdesk.hospital.prescriptions import numbers
from hisdesk.hospital.prescriptions.directions import directions
from hisdesk.hospital.prescriptions.rules import Sig
from tests.factories.formulary import medicine


@given(st.integers(1, 99_999_999_999))
def test_what_is_shown_is_read_again(number: int) -> None:
    shown = numbers.shown(number)
    assert numbers.parse(shown) == number
    assert numbers.parse(shown.replace(" ", "").lower()) == number


@given(st.integers(1, 9_999_999), st.integers(0, 7), st.integers(1, 9))
def test_a_wrong_digit_is_noticed(number: int, place: int, by: int) -> None:
    digits = numbers.shown(number).replace(" ", "")[1:]
    wrong = digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :]
    assert numbers.parse(wrong) != number


@pytest.mark.parametrize("text", ["", "P", "7", "amoxicillin", "P 000 0123", "１２３４", "P-"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert numbers.parse(text) is None


def sig(dose: str, unit: str, route: str = "oral", **more: object) -> Sig:
    return Sig(Decimal(dose), unit, route, "times a day", **{"frequency_count": 3, "days": 5, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "form", "how", "instructions", "said"),
    [
        ("amoxicillin", "capsule", sig("500", "mg"), "until the course is finished",
         "Take 1 capsule (500 mg) three times a day for 5 days. Until the course is finished."),
        ("paracetamol", "tablet", sig("1", "g", frequency_count=4, as_needed=True), "",
         "Take 2 tablets (1 g) up to 4 times a day as needed for 5 days."),
        ("paracetamol", "tablet", sig("250", "mg"), "", "Take half a tablet (250 mg) three times a day for 5 days."),
        ("paracetamol", "tablet", sig("750", "mg"), "",
         "Take 1 and a half tablets (750 mg) three times a day for 5 days."),
        ("amoxicillin", "oral suspension", sig("125", "mg"), "Shake the bottle.",
         "Take 5 mL (125 mg) three times a day for 5 days. Shake the bottle."),
        ("salbutamol", "inhaler", sig("2", "puff", "inhalation", as_needed=True), "",
         "Inhale 2 puffs up to 3 times a day as needed for 5 days."),
    ],
)  # fmt: skip
def test_directions_are_a_sentence(name: str, form: str, how: Sig, instructions: str, said: str) -> None:
    found = medicine(name, form, "500 mg" if form in ("tablet", "capsule") else "")
    assert directions(how, found, form, instructions) == said


def test_a_dose_that_is_no_number_of_tablets_is_said_as_it_was_prescribed() -> None:
    third = sig("333", "mg")
    assert directions(third, medicine("paracetamol", "tablet", "500 mg"), "tablet").startswith("Take 333 mg ")


def test_one_dose_has_no_days() -> None:
    once = Sig(Decimal(1), "tablet", "oral", "once")
    said = directions(once, medicine("paracetamol", "tablet", "500 mg"), "tablet")
    assert said == "Take 1 tablet, one dose."
