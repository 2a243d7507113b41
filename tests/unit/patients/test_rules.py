"""What may be written down about a person."""

from __future__ import annotations

import datetime as dt
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hisdesk.errors import Invalid
from hisdesk.hospital.patients import rules
from hisdesk.hospital.patients.rules import NewContact, NewIdentifier, NewPolicy, Person

TODAY = dt.date(2026, 11, 21)


def refused(**values: object) -> dict[str, str]:
    with pytest.raises(Invalid) as error:
        rules.checked(Person(**{"family_name": "Smith", **values}), TODAY)  # type: ignore[arg-type]
    return error.value.fields


@given(st.integers(0, 120), st.dates(dt.date(2020, 1, 1), dt.date(2060, 12, 31)))
def test_an_estimated_birth_date_gives_that_age_and_is_not_in_the_future(years: int, today: dt.date) -> None:
    born = rules.estimated_birth_date(years, today)
    birthday_was = (born.month, born.day) <= (today.month, today.day)
    assert born <= today
    assert today.year - born.year - (not birthday_was) == years


@pytest.mark.parametrize("name", ["X", "O'Brien", "山田", "בן־דוד", "🌸", "de la Cruz y Ñuñez", "x" * 200, "<b>&amp;"])
def test_names_are_kept_as_they_are(name: str) -> None:
    assert rules.checked(Person(family_name=name), TODAY).family_name == unicodedata.normalize("NFC", name)


def test_capital_letters_are_not_forced() -> None:
    assert rules.checked(Person(family_name="van DYKE", given_names="jean-luc"), TODAY).given_names == "jean-luc"


def test_control_and_direction_characters_go_and_accents_are_composed() -> None:
    stored = rules.checked(Person(family_name=" A\u202eb\x00\tc\u2066 ", given_names="Zoe\u0308"), TODAY)
    assert (stored.family_name, stored.given_names) == ("Ab c", "Zo\u00eb")


def test_notes_keep_their_lines() -> None:
    stored = rules.checked(Person(family_name="Smith", notes="first\r\nsecond\u202e\x07 \n"), TODAY)
    assert stored.notes == "first\nsecond"


def test_a_name_is_required_unless_the_person_is_unidentified() -> None:
    assert "family_name" in refused(family_name=" \u200b ")
    assert rules.checked(Person(given_names="Cher"), TODAY).family_name == ""
    assert rules.checked(Person(unidentified=True), TODAY).unidentified


def test_five_hundred_characters_are_refused_with_a_sentence() -> None:
    assert refused(family_name="x" * 500) == {
        "family_name": "This is 500 characters long; at most 200 fit. Shorten it."
    }


def test_a_birth_date_in_the_future_or_long_ago_is_refused() -> None:
    assert refused(birth_date=dt.date(2026, 11, 22)) == {"birth_date": "22-Nov-2026 is in the future."}
    assert "year" in refused(birth_date=dt.date(1802, 1, 1))["birth_date"]
    assert rules.checked(Person(family_name="A", birth_date=TODAY), TODAY).birth_date == TODAY


@pytest.mark.parametrize("email", ["a", "a@b", "a b@c.de", "a@b@c.de", "@c.de", "a@c."])
def test_e_mail_addresses_that_are_none(email: str) -> None:
    assert "email" in refused(email=email)


@pytest.mark.parametrize("email", ["a@b.de", "müller@exämple.org", "x+y.z@mail.example.co.uk"])
def test_e_mail_addresses_that_are_some(email: str) -> None:
    assert rules.checked(Person(family_name="A", email=email), TODAY).email == email


@pytest.mark.parametrize(
    "phone", ["112", "+1 (202) 555-0143", "0664/123 45 67 ext. 9", "٠٦٦٤ ١٢٣", "555 0143, after 6"]
)
def test_phone_numbers_in_any_way_of_writing(phone: str) -> None:
    assert rules.checked(Person(family_name="A", phone=phone), TODAY).phone == phone


@pytest.mark.parametrize("phone", ["12", "none", "call me", "123<script>"])
def test_phone_numbers_that_are_none(phone: str) -> None:
    assert "phone_2" in refused(phone_2=phone)


def test_every_problem_is_said_at_once() -> None:
    assert set(refused(email="a", phone="b", sex="x", blood_group="Z", birth_date=dt.date(3000, 1, 1))) == {
        "email", "phone", "sex", "blood_group", "birth_date"}  # fmt: skip


def test_changes_are_judged_with_what_stays() -> None:
    current = {"family_name": "Smith", "given_names": "", "unidentified": False}
    assert rules.checked_changes(current, {"given_names": " Joan "}, TODAY) == {"given_names": "Joan"}
    with pytest.raises(Invalid):
        rules.checked_changes(current, {"family_name": ""}, TODAY)
    assert rules.checked_changes(current, {"family_name": "", "given_names": "Joan"}, TODAY)
    with pytest.raises(ValueError, match="mrn"):
        rules.checked_changes(current, {"mrn": "1"}, TODAY)


@given(st.text(max_size=300))
def test_whatever_is_typed_is_stored_clean_or_refused_with_a_sentence(text: str) -> None:
    try:
        stored = rules.checked(Person(family_name=text, given_names="x"), TODAY).family_name
    except Invalid as error:
        assert error.fields["family_name"].endswith(".")
        return
    assert stored == rules.clean_text(stored)  # a second time changes nothing
    assert not any(unicodedata.category(c) == "Cc" or c in "\u202a\u202b\u202d\u202e\u2066\u2067" for c in stored)
    assert len(stored) <= 200


def test_numbers_policies_and_contacts() -> None:
    with pytest.raises(Invalid) as error:
        rules.checked_identifier(NewIdentifier("passport", " - "), "identifiers.0.")
    assert list(error.value.fields) == ["identifiers.0.number"]
    with pytest.raises(Invalid) as error:
        rules.checked_identifier(NewIdentifier("library card", "A1"))  # type: ignore[arg-type]
    assert list(error.value.fields) == ["kind"]
    with pytest.raises(Invalid) as error:
        rules.checked_identifier(NewIdentifier("passport", "A" * 61, "B" * 61))
    assert set(error.value.fields) == {"number", "issuing_state"}
    with pytest.raises(Invalid) as error:
        rules.checked_identifier(
            NewIdentifier("passport", "A1", issued_on=TODAY, expires_on=TODAY - dt.timedelta(days=1))
        )
    assert list(error.value.fields) == ["expires_on"]
    with pytest.raises(Invalid) as error:
        rules.checked_policy(NewPolicy(" ", effective_on=TODAY, expires_on=dt.date(2020, 1, 1)))
    assert set(error.value.fields) == {"payer", "expires_on"}
    with pytest.raises(Invalid) as error:
        rules.checked_contact(NewContact("", phone="x"))
    assert set(error.value.fields) == {"name", "phone"}


def test_numbers_do_not_show_in_a_traceback() -> None:
    assert "SECRET1" not in repr(NewIdentifier("passport", "SECRET1"))
    assert "SECRET1" not in repr(NewPolicy("Payer", member_number="SECRET1"))
