"""States of a visit, the order of a queue and the reason for a place in it."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hisdesk.errors import Conflict, Invalid
from hisdesk.hospital.visits import rules
from hisdesk.hospital.visits.rules import Priority, Status

NOW = dt.datetime(2026, 11, 21, 10, 0, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Row:
    minutes: int
    priority: str = "normal"
    status: str = "waiting"

    @property
    def arrived_at(self) -> dt.datetime:
        return NOW - dt.timedelta(minutes=self.minutes)


ALLOWED = {
    ("waiting", "called"), ("waiting", "with doctor"), ("waiting", "cancelled"),
    ("called", "called"), ("called", "with doctor"), ("called", "waiting"), ("called", "cancelled"),
    ("with doctor", "completed"), ("with doctor", "waiting"),
}  # fmt: skip


@pytest.mark.parametrize("wanted", list(Status))
@pytest.mark.parametrize("status", list(Status))
def test_what_may_follow_what(status: Status, wanted: Status) -> None:
    allowed = (str(status), str(wanted)) in ALLOWED
    assert rules.may_become(status, wanted) is allowed
    if allowed:
        rules.require(status, wanted)
    else:
        with pytest.raises(Conflict, match=str(status)):
            rules.require(status, wanted)


@given(st.lists(st.builds(Row, st.integers(0, 600), st.sampled_from([str(p) for p in Priority])), max_size=30))
def test_urgent_before_longest_wait(rows: list[Row]) -> None:
    ordered = sorted(rows, key=rules.place)
    rank = {"emergency": 0, "urgent": 1, "normal": 2}
    for before, after in itertools.pairwise(ordered):
        assert rank[before.priority] <= rank[after.priority]
        if before.priority == after.priority:
            assert before.arrived_at <= after.arrived_at


def test_every_place_has_its_reason() -> None:
    urgent, second, first, last = Row(5, "urgent"), Row(3, "urgent"), Row(65), Row(12)
    waiting = [last, second, first, urgent]
    assert rules.why(urgent, waiting, NOW) == "Urgent, waiting 5 min: the longest of 2"
    assert rules.why(second, waiting, NOW) == "Urgent, waiting 3 min"
    assert rules.why(first, waiting, NOW) == "Longest wait after 2 urgent: 1 h 05"
    assert rules.why(last, waiting, NOW) == "Waiting 12 min"
    assert rules.why(first, [first, last], NOW) == "Longest wait: 1 h 05"
    assert rules.why(Row(1, "emergency"), [Row(1, "emergency")], NOW) == "Emergency, waiting 1 min"
    assert rules.why(Row(5, status="called"), waiting, NOW) == ""


@pytest.mark.parametrize(
    ("seconds", "said"), [(-5, "under 1 min"), (59, "under 1 min"), (60, "1 min"), (3599, "59 min"), (3600, "1 h 00")]
)
def test_a_wait_in_words(seconds: int, said: str) -> None:
    assert rules.minutes(dt.timedelta(seconds=seconds)) == said


def test_reasons_and_priorities() -> None:
    assert rules.checked_reason("  chest \n pain ", 20) == "chest pain"
    with pytest.raises(Invalid):
        rules.checked_reason("x" * 21, 20)
    with pytest.raises(Invalid, match="marked"):
        rules.checked_reason(" ", 20, required="Say why.")
    with pytest.raises(Invalid):
        rules.checked_priority("soon")
