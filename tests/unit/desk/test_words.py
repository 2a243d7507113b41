"""Ages, birth dates and moments as every workstation says them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hisdesk.desk.kit.dates import MONTHS, age_years, parse_date, show_age, show_date
from hisdesk.desk.kit.words import born, clock, moment

TODAY = dt.date(2026, 11, 21)
DAYS = st.dates(dt.date(1900, 1, 1), TODAY)


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (dt.date(2026, 11, 21), "0 d"),
        (dt.date(2026, 12, 18), "27 d"),
        (dt.date(2026, 12, 19), "4 w"),
        (dt.date(2027, 2, 20), "13 w"),
        (dt.date(2027, 2, 21), "3 mo"),
        (dt.date(2028, 11, 20), "23 mo"),
        (dt.date(2028, 11, 21), "2 y"),
        (dt.date(2026, 11, 20), ""),
    ],
)
def test_an_age_changes_its_unit(on: dt.date, said: str) -> None:
    assert show_age(TODAY, on) == said


@given(DAYS, DAYS)
def test_an_age_never_goes_back(day: dt.date, on: dt.date) -> None:
    units = {"d": 0, "w": 1, "mo": 2, "y": 3}

    def size(said: str) -> tuple[int, int]:
        number, unit = said.split() if said else ("-1", "d")
        return units[unit], int(number)

    assert size(show_age(day, on)) <= size(show_age(day, on + dt.timedelta(days=1)))


@given(DAYS, st.integers(0, 110))
def test_years_are_counted_by_birthdays(day: dt.date, years: int) -> None:
    try:
        birthday = day.replace(year=day.year + years)
    except ValueError:  # born on 29 February
        birthday = dt.date(day.year + years, 3, 1)
    assert age_years(day, birthday) == years
    assert age_years(day, birthday - dt.timedelta(days=1)) == years - 1


@given(DAYS)
def test_a_date_that_is_shown_is_read_as_the_same_date(day: dt.date) -> None:
    assert parse_date(show_date(day), TODAY) == day
    assert show_date(day)[3:6] in MONTHS


@pytest.mark.parametrize(
    ("day", "estimated", "said"),
    [
        (dt.date(1958, 9, 14), False, "14-Sep-1958 (68y)"),
        (dt.date(2026, 6, 20), False, "20-Jun-2026 (5 mo)"),
        (dt.date(1980, 7, 1), True, "about 1980, estimated"),
        (None, False, "birth date not known"),
    ],
)
def test_a_birth_date_says_how_sure_it_is(day: dt.date | None, estimated: bool, said: str) -> None:
    assert born(day, estimated, TODAY) == said


def test_moments_are_told_in_the_time_of_the_desk() -> None:
    at = dt.datetime(2026, 3, 17, 10, 42).astimezone()
    assert clock(at.astimezone(dt.UTC)) == "10:42"
    assert moment(at.astimezone(dt.UTC)) == "17-Mar-2026 10:42"
    assert clock(None) == ""
