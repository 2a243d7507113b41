"""What may be written down about a member of staff, and what their user name may be."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hisdesk.errors import Invalid
from hisdesk.hospital.staff import rules


def refused(**values: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as error:
        rules.checked(values)
    return error.value.fields


def test_what_is_stored_is_tidy_and_an_empty_employee_number_is_none() -> None:
    stored = rules.checked({"family_name": "  de   la Cruz ", "employee_number": " ", "experience_years": 0})
    assert stored == {"family_name": "de la Cruz", "employee_number": None, "experience_years": 0}


@pytest.mark.parametrize(
    ("field", "value"),
    [("family_name", " "), ("email", "x@y"), ("sex", "?"), ("status", "asleep"), ("experience_years", 81),
     ("experience_years", -1), ("location", "x" * 101)],
)  # fmt: skip
def test_what_cannot_be_stored_has_its_sentence(field: str, value: object) -> None:
    assert refused(**{field: value})[field].endswith(".")


@pytest.mark.parametrize(
    ("amount", "currency", "field"),
    [
        (Decimal(-1), "USD", "fee_amount"),
        (Decimal(10) ** 10, "USD", "fee_amount"),
        (Decimal(80), "usd", "fee_currency"),
        (Decimal(80), None, "fee_currency"),
        (None, "USD", "fee_currency"),
    ],
)
def test_a_fee_is_an_amount_with_a_currency(amount: Decimal | None, currency: str | None, field: str) -> None:
    assert list(refused(fee_amount=amount, fee_currency=currency)) == [field]


def test_a_fee_may_be_nothing_or_not_mentioned() -> None:
    assert rules.checked({"fee_amount": None, "fee_currency": None}) == {"fee_amount": None, "fee_currency": None}
    assert rules.checked({"fee_amount": Decimal("80.50"), "fee_currency": "USD"})["fee_amount"] == Decimal("80.50")
    assert rules.checked({"title": "Dr"}) == {"title": "Dr"}


@pytest.mark.parametrize(("typed", "stored"), [(" N.Keller ", "n.keller"), ("7up", "7up"), ("a" * 61, "a" * 61)])
def test_user_names_are_small_letters(typed: str, stored: str) -> None:
    assert rules.user_name(typed) == stored


@pytest.mark.parametrize("typed", ["", "a", ".dot", "keller nadia", "müller", "a" * 62, "x@y"])
def test_user_names_that_could_not_be_typed_everywhere(typed: str) -> None:
    with pytest.raises(Invalid) as error:
        rules.user_name(typed)
    assert list(error.value.fields) == ["user_name"]


@pytest.mark.parametrize(
    ("given_names", "family_name", "suggested"),
    [("Ana María", "Núñez", "anunez"), ("", "O'Brien", "obrien"), ("小明", "王", ""), ("Łukasz", "Żak", "zak")],
)
def test_a_user_name_is_suggested_from_the_name(given_names: str, family_name: str, suggested: str) -> None:
    assert rules.suggested_user_name(given_names, family_name) == suggested


@given(st.text(max_size=40), st.text(max_size=60))
def test_a_suggestion_of_two_letters_or_more_is_a_user_name(given_names: str, family_name: str) -> None:
    suggested = rules.suggested_user_name(given_names, family_name)
    if len(suggested) > 1:
        assert rules.user_name(suggested) == suggested
