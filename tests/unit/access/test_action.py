"""What an action answers is stored as JSON, and a repeat gets the same answer back."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hisdesk.access.action import from_plain, new_id, to_plain


class Route(StrEnum):
    ORAL = "oral"
    TOPICAL = "topical"


@dataclass(frozen=True)
class Part:
    number: int
    dose_mg: Decimal


@dataclass(frozen=True)
class Answer:
    key: UUID
    on: dt.date
    at: dt.datetime | None
    route: Route
    said: str | None
    done: bool
    parts: tuple[Part, ...]
    words: list[str]


answers = st.builds(
    Answer,
    key=st.uuids(),
    on=st.dates(),
    at=st.none() | st.datetimes(timezones=st.just(dt.UTC)),
    route=st.sampled_from(Route),
    said=st.none() | st.text(),
    done=st.booleans(),
    parts=st.lists(
        st.builds(Part, number=st.integers(), dose_mg=st.decimals(allow_nan=False, allow_infinity=False)), max_size=3
    ).map(tuple),
    words=st.lists(st.text(), max_size=3),
)


def again(hint: Any, value: Any) -> Any:
    """By way of JSON, as the database keeps it."""
    return from_plain(hint, json.loads(json.dumps(to_plain(value))))


@given(answers)
def test_a_repeat_gets_the_very_same_answer(answer: Answer) -> None:
    repeated = again(Answer, answer)
    assert repeated == answer
    assert type(repeated.route) is Route
    assert [str(p.dose_mg) for p in repeated.parts] == [str(p.dose_mg) for p in answer.parts]  # 5.0 is not 5


@pytest.mark.parametrize(("hint", "value"), [(None, None), (type(None), None), (UUID, new_id()), (str | None, "x")])
def test_so_does_an_answer_that_is_no_dataclass(hint: Any, value: object) -> None:
    assert again(hint, value) == value


def test_what_cannot_be_stored_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match="JSON"):
        json.dumps(to_plain({"when": object()}))


@given(st.integers(2, 50))
def test_new_keys_differ_and_sort_by_time(count: int) -> None:
    keys = [new_id() for _ in range(count)]
    assert len(set(keys)) == count
    assert {key.version for key in keys} == {7}
    assert keys == sorted(keys)
