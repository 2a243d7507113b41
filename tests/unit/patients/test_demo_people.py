"""The made-up people."""

from __future__ import annotations

import datetime as dt
import re

from hypothesis import given
from hypothesis import strategies as st

from hisdesk.hospital.demo.people import birthday, people

TODAY = dt.date(2026, 2, 28)


def age(person_birth: dt.date, today: dt.date) -> int:
    return today.year - person_birth.year - ((today.month, today.day) < (person_birth.month, person_birth.day))


def test_the_same_seed_makes_the_same_people() -> None:
    assert list(people(50, 3, TODAY)) == list(people(50, 3, TODAY))
    assert list(people(50, 3, TODAY)) == list(people(80, 3, TODAY))[:50]
    assert list(people(50, 3, TODAY)) != list(people(50, 4, TODAY))


def test_the_named_people_come_first_with_their_ages_and_reasons() -> None:
    for today in (TODAY, dt.date(2028, 2, 29), dt.date(2031, 12, 31)):
        first = list(people(3, 1, today))
        assert [(p.given_names, p.family_name, age(p.birth_date, today), p.reason) for p in first] == [
            ("John", "Smith", 45, "Chest pain"),
            ("Sarah", "Johnson", 32, "Fractured leg"),
            ("Michael", "Chen", 58, "Diabetes"),
        ]
        assert not any(p.deceased or p.inactive for p in first)


def test_people_are_varied_and_reach_nobody_real() -> None:
    everybody = list(people(2000, 1, TODAY))
    assert len({p.family_name for p in everybody}) > 500
    assert any("\u0600" < p.alias[0][0] < "\u06ff" for p in everybody if p.alias)
    assert sum(not p.family_name.isascii() for p in everybody) > 100
    assert {p.language for p in everybody} >= {"English", "Arabic", "Vietnamese", "Chinese", "Polish", "Hindi"}
    assert all(re.fullmatch(r"\(\d{3}\) 555-01\d\d", p.phone) for p in everybody)
    assert all(p.email == "" or p.email.endswith("@example.org") for p in everybody)
    assert all(p.birth_date <= TODAY and p.city and p.street and p.postcode for p in everybody)
    assert 100 < sum(p.former is not None for p in everybody) < 300
    assert {None, ()} <= {p.allergies for p in everybody}
    assert sum(p.insurance is not None for p in everybody) > 1400


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)), st.integers(0, 110), st.integers(0, 364))
def test_birthday_gives_the_age(today: dt.date, years: int, days: int) -> None:
    assert age(birthday(today, years, days), today) in (years, years + (today.month == 2))
