"""Machine readable zones: digits, dates, names, and repairs that are made only when there is one way."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hisdesk.scanning import mrz, mrz_text
from hisdesk.scanning.specimens import Person, td1, td2, td3

TODAY = date(2026, 3, 17)
# The specimens of ICAO 9303 parts 4, 5 and 6.
PASSPORT = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
CARD = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
LARGER_CARD = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")


@pytest.mark.parametrize(
    ("lines", "number"), [(PASSPORT, "L898902C3"), (CARD, "D23145890"), (LARGER_CARD, "D23145890")]
)
def test_standard_specimens(lines: tuple[str, ...], number: str) -> None:
    read = mrz.parse(lines, TODAY)
    assert read.composite
    assert {name: (item.value, item.check) for name, item in read.fields.items()} == {
        "document_number": (number, True),
        "birth_date": ("1974-08-12", True),
        "expires_on": ("2012-04-15", True),
        "family_name": ("ERIKSSON", None),
        "given_names": ("ANNA MARIA", None),
        "sex": ("F", None),
        "nationality": ("UTO", None),
        "issuing_state": ("UTO", None),
    }
    assert read.messages == ()


def test_a_wrong_size_is_no_zone() -> None:
    with pytest.raises(ValueError, match="size"):
        mrz.parse(("P<UTO", "L8989"), TODAY)


def misread(lines: tuple[str, ...], line: int, column: int, character: str) -> list[str]:
    changed = list(lines)
    changed[line] = lines[line][:column] + character + lines[line][column + 1 :]
    return changed


def test_one_confused_letter_is_repaired_and_said() -> None:
    read = mrz.parse(misread(PASSPORT, 1, 5, "O"), TODAY)  # L8989O2C3
    field = read.fields["document_number"]
    assert (field.value, field.check, field.repaired) == ("L898902C3", True, True)
    assert "only this reading" in read.messages[0]


def test_letters_in_a_date_are_digits() -> None:
    read = mrz.parse(misread(PASSPORT, 1, 16, "B"), TODAY)  # 740B12
    assert (read.fields["birth_date"].value, read.fields["birth_date"].check) == ("1974-08-12", True)


def test_two_possible_repairs_are_left_to_the_person() -> None:
    person = Person("DOE", "JAN", date(1990, 1, 1), "M", "0ABOCXYEF", TODAY, date(2030, 1, 1))
    first, second = td3(person)
    # Columns 1 and 4 weigh the same: 0 for O at either satisfies both digits, so neither may be chosen.
    read = mrz.parse([first, second.replace("0ABOCXYEF", "OABOCXYEF")], TODAY)
    field = read.fields["document_number"]
    assert (field.value, field.check, field.suggestion) == ("OABOCXYEF", False, None)
    assert {0, 3} <= set(field.unsure)


def test_an_unrepairable_number_stays_as_read_and_fails() -> None:
    read = mrz.parse(misread(PASSPORT, 1, 7, "X"), TODAY)  # C became X, which nothing confuses
    field = read.fields["document_number"]
    assert (field.value, field.check) == ("L898902X3", False)
    assert field.unsure == (0, 1, 3, 5, 6)
    assert not read.composite
    assert "does not hold" in read.messages[-1]


def test_long_document_numbers_continue_in_the_optional_data() -> None:
    number = "D23145890734"
    first = "I<UTO" + number[:9] + "<" + number[9:] + mrz.check_digit(number)
    second = CARD[1][:-1]
    first = first.ljust(30, "<")
    digit = mrz.check_digit(first[5:30] + second[:7] + second[8:15] + second[18:29])
    read = mrz.parse((first, second + digit, CARD[2]), TODAY)
    # The check digit position is a filler, so number and digit follow in the optional data (9303-5, note j).
    assert (read.fields["document_number"].value, read.fields["document_number"].check) == (number, True)
    assert read.composite


@pytest.mark.parametrize(
    ("text", "name", "iso"),
    [
        ("300101", "birth_date", "1930-01-01"),
        ("250101", "birth_date", "2025-01-01"),
        ("260318", "birth_date", "1926-03-18"),  # tomorrow is not yet born
        ("350101", "expires_on", "2035-01-01"),
        ("990101", "expires_on", "1999-01-01"),
        ("850231", "birth_date", ""),
        ("74<<<<", "birth_date", ""),
    ],
)
def test_centuries(text: str, name: str, iso: str) -> None:
    assert mrz.iso_date(text, name, TODAY) == iso


LETTERS = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=10)
PEOPLE = st.builds(
    Person,
    family_name=LETTERS,
    given_names=LETTERS,
    birth_date=st.dates(date(1930, 1, 1), date(2025, 12, 31)),
    sex=st.sampled_from("MF"),
    document_number=st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=6, max_size=9),
    issued_on=st.just(date(2020, 1, 1)),
    expires_on=st.dates(date(2000, 1, 1), date(2060, 1, 1)),
)


@given(PEOPLE, st.sampled_from((td1, td2, td3)))
def test_what_is_written_is_read(person: Person, write: object) -> None:
    read = mrz.parse(write(person), TODAY)  # type: ignore[operator]
    assert read.composite
    assert read.fields["document_number"].value == person.document_number
    assert read.fields["birth_date"].value == person.birth_date.isoformat()
    assert read.fields["expires_on"].value == person.expires_on.isoformat()
    assert read.fields["family_name"].value == person.family_name
    assert read.fields["given_names"].value == person.given_names


@given(PEOPLE, st.integers(0, 8), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"))
def test_a_number_with_a_holding_digit_is_never_changed(person: Person, column: int, character: str) -> None:
    lines = list(td3(person))
    changed = lines[1][:column] + character + lines[1][column + 1 :]
    if mrz.check_digit(changed[:9]) == changed[9]:
        assert mrz.parse([lines[0], changed], TODAY).fields["document_number"].value == changed[:9].replace("<", "")


def test_lines_of_wrong_length_are_fitted() -> None:
    damaged = ["noise above", PASSPORT[0][:-6] + "<<KK", PASSPORT[1].replace("<<<<<1", "<<<<1")]
    formed = mrz_text.well_formed(damaged)
    assert formed is not None
    layout, lines, rows = formed
    assert (layout.name, rows) == ("TD3", [1, 2])
    assert tuple(lines) == PASSPORT


def test_print_is_no_zone() -> None:
    assert (
        mrz_text.well_formed(["Member ID: XYZ123456789 Group 12345 Plan", "RxBIN 610279 RxPCN 9999 RxGrp UHEALTH 1"])
        is None
    )
