"""What may be written down about a department."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hisdesk.errors import Invalid
from hisdesk.hospital.departments import rules


def test_codes_and_letters_are_capitals_and_texts_tidy() -> None:
    stored = rules.checked({"code": " eye ", "ticket_letter": "e", "name": "  Eye   clinic ", "active": True})
    assert stored == {"code": "EYE", "ticket_letter": "E", "name": "Eye clinic", "active": True}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "E"),
        ("code", "TOOLONGCO"),
        ("code", "EY-E"),
        ("ticket_letter", ""),
        ("ticket_letter", "ABC"),
        ("ticket_letter", "Ä"),
        ("kind", "club"),
        ("name", " "),
        ("name", "x" * 81),
        ("location", "x" * 121),
        ("description", "x" * 501),
    ],
)
def test_what_cannot_be_stored_has_its_sentence(field: str, value: str) -> None:
    with pytest.raises(Invalid) as error:
        rules.checked({field: value})
    assert list(error.value.fields) == [field]
    assert error.value.fields[field].endswith(".")


def test_only_what_is_given_is_checked() -> None:
    assert rules.checked({}) == {}
    assert rules.checked({"location": ""}) == {"location": ""}


@given(st.text(max_size=12))
def test_a_code_that_is_kept_fits_on_a_ticket_and_in_a_command(text: str) -> None:
    try:
        code = rules.checked({"code": text})["code"]
    except Invalid:
        return
    assert 2 <= len(code) <= 8 and code.isascii() and code.isalnum() and code == code.upper()
