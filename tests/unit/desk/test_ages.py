"""How old the rows of a board are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hisdesk.desk.boards.ages import Ages, age_words


@pytest.fixture
def ages() -> Ages:
    made = Ages()
    made.begin(100.0)
    made.arrived(["1A", "1B"])
    return made


def test_a_read_is_as_old_as_its_beginning(ages: Ages) -> None:
    assert ages.age_s("1A", 130.0) == 30.0
    assert ages.age_s("9Z", 130.0) is None


def test_silence_vouches_for_a_quiet_row(ages: Ages) -> None:
    ages.vouch(150.0)
    assert ages.age_s("1A", 160.0) == 10.0
    ages.vouch(120.0)
    assert ages.age_s("1A", 160.0) == 10.0, "what was known later stays known"


def test_silence_vouches_for_no_row_of_which_something_was_told(ages: Ages) -> None:
    ages.doubt(["1B"])
    ages.vouch(150.0)
    assert (ages.age_s("1A", 160.0), ages.age_s("1B", 160.0)) == (10.0, 60.0)
    assert ages.doubted("1B") and not ages.doubted("1A")
    ages.begin(170.0)
    ages.arrived(["1A", "1B"])
    assert not ages.doubted("1B") and ages.age_s("1B", 171.0) == 1.0


def test_what_is_told_during_a_read_is_not_answered_by_it(ages: Ages) -> None:
    ages.begin(110.0)
    ages.doubt(["1A"])
    ages.arrived(["1A", "1B"])
    ages.vouch(200.0)
    assert ages.doubted("1A") and ages.age_s("1A", 200.0) == 90.0
    assert ages.age_s("1B", 200.0) == 0.0


def test_rows_that_a_read_no_longer_brings_are_gone(ages: Ages) -> None:
    ages.doubt(["1B", "2A"])
    ages.begin(120.0)
    ages.arrived(["1A"])
    assert ages.keys == {"1A"} and not ages.doubted("2A")
    ages.forget()
    assert ages.keys == frozenset()


@given(st.lists(st.tuples(st.sampled_from(["begin", "arrived", "doubt", "vouch"]), st.floats(0, 50)), max_size=40))
def test_no_row_is_ever_younger_than_its_last_doubt_before_a_read_begun_after_it(
    steps: list[tuple[str, float]],
) -> None:
    ages, now, begun, doubted_at, proven = Ages(), 0.0, -1.0, -1.0, False
    for what, pause in steps:
        now += pause + 0.001
        match what:
            case "begin":
                ages.begin(now)
                begun = now
            case "arrived" if begun >= 0:
                ages.arrived(["bed"])
                proven = proven or begun > doubted_at
                begun = -1.0
            case "doubt" if ages.keys:
                ages.doubt(["bed"])
                doubted_at, proven = now, False
            case "vouch":
                ages.vouch(now)
        age = ages.age_s("bed", now)
        if age is not None and doubted_at >= 0 and not proven:
            assert now - age <= doubted_at


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.9, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"), (90_000, "25 h"), (200_000, "2 d")],
)
def test_an_age_in_words(seconds: float, words: str) -> None:
    assert age_words(seconds) == words
