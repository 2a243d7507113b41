"""States of an admission, what keeps somebody here, and the day of a stay."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hisdesk.errors import Conflict, Invalid
from hisdesk.hospital.admissions import rules
from hisdesk.hospital.admissions.rules import ITEMS, NewRequest, Status


@dataclass(frozen=True)
class Item:
    item: str
    status: str


@dataclass(frozen=True)
class Waits:
    urgency: str
    requested_at: dt.datetime


checklists = st.fixed_dictionaries({item: st.sampled_from([str(s) for s in rules.ItemStatus]) for item in ITEMS})


@given(checklists, st.sampled_from(rules.DISCHARGED_TO))
def test_what_is_open_blocks_a_planned_discharge(states: dict[str, str], to: str) -> None:
    items = [Item(item, status) for item, status in states.items()]
    still = [ITEMS[item] for item in ITEMS if states[item] == "open"]
    assert rules.blockers(items, to) == ([] if to in rules.UNPLANNED else still)


def test_a_newborn_in_the_cot_blocks_every_discharge() -> None:
    assert rules.blockers([], "died", babies=["REED, Baby of Ann"]) == ["REED, Baby of Ann is still in the cot"]


@given(st.sampled_from(list(Status)))
def test_what_is_over_stays_over(status: Status) -> None:
    over = status in (Status.DISCHARGED, Status.CANCELLED)
    assert over == (not rules.NEXT[status])
    if over:
        with pytest.raises(Conflict, match="already"):
            rules.require(status, Status.ASSIGNED)


def test_the_most_urgent_is_first_then_who_was_asked_for_first() -> None:
    early, late = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC), dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
    rows = [Waits("normal", early), Waits("urgent", late), Waits("urgent", early), Waits("emergency", late)]
    assert sorted(rows, key=rules.place) == [rows[3], rows[2], rows[1], rows[0]]


def test_each_midnight_begins_a_day() -> None:
    zone = dt.timezone(dt.timedelta(hours=2))
    admitted = dt.datetime(2026, 3, 1, 21, 30, tzinfo=dt.UTC)  # 23:30 there
    assert rules.day(admitted, dt.datetime(2026, 3, 1, 23, 59, tzinfo=zone)) == 1
    assert rules.day(admitted, dt.datetime(2026, 3, 2, 0, 1, tzinfo=zone)) == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"urgency": "soon"}, "urgency"),
        ({"isolation": "some"}, "isolation"),
        ({"equipment": ("piano",)}, "equipment"),
        ({"expected_days": 0}, "expected_days"),
        ({"expected_days": 366}, "expected_days"),
    ],
)
def test_what_is_wrong_in_a_request_stands_under_its_field(values: dict[str, object], field: str) -> None:
    good: dict[str, object] = {"reason": "Pneumonia"}
    new = NewRequest(uuid4(), uuid4(), **(good | values))  # type: ignore[arg-type]
    assert set(rules.problems_of(new, ("", "contact"), ("oxygen",))) == {field}
    assert rules.problems_of(NewRequest(uuid4(), uuid4(), "Pneumonia"), ("",), ()) == {}


def test_a_reason_is_required_and_has_a_length() -> None:
    assert rules.checked_reason(" went  home ", "reason", "Say why.") == "went home"
    for wrong in ("", "x" * 501):
        with pytest.raises(Invalid):
            rules.checked_reason(wrong, "reason", "Say why.")
