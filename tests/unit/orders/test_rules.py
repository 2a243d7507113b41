"""Kinds and states of an order, the order of a work list, its figures and its words."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hisdesk.errors import Conflict, Invalid
from hisdesk.hospital.orders import rules
from hisdesk.hospital.orders.rules import Priority, Status

NOW = dt.datetime(2026, 11, 21, 10, 0, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Row:
    minutes: int
    priority: str = "routine"
    status: str = "pending"
    waited: int | None = None

    @property
    def asked_at(self) -> dt.datetime:
        return NOW - dt.timedelta(minutes=self.minutes)

    @property
    def started_at(self) -> dt.datetime | None:
        return None if self.waited is None else self.asked_at + dt.timedelta(minutes=self.waited)


ALLOWED = {
    ("pending", "in progress"), ("pending", "cancelled"),
    ("in progress", "completed"), ("in progress", "cancelled"), ("in progress", "pending"),
}  # fmt: skip


@pytest.mark.parametrize("wanted", list(Status))
@pytest.mark.parametrize("status", list(Status))
def test_what_may_follow_what(status: Status, wanted: Status) -> None:
    allowed = (str(status), str(wanted)) in ALLOWED
    assert rules.may_become(status, wanted) is allowed
    if allowed:
        rules.require(status, wanted)
    else:
        with pytest.raises(Conflict, match=f"already “{status}”"):
            rules.require(status, wanted)


def test_nothing_follows_a_final_state() -> None:
    assert [s for s in Status if not rules.NEXT[s]] == list(rules.FINAL)
    assert set(rules.OPEN) | set(rules.FINAL) == set(Status)


@given(st.lists(st.builds(Row, st.integers(0, 9000), st.sampled_from([str(p) for p in Priority])), max_size=30))
def test_emergencies_first_then_what_was_asked_first(rows: list[Row]) -> None:
    rank = {"emergency": 0, "urgent": 1, "routine": 2}
    for before, after in itertools.pairwise(sorted(rows, key=rules.place)):
        assert rank[before.priority] <= rank[after.priority]
        if before.priority == after.priority:
            assert before.asked_at <= after.asked_at


def test_every_place_has_its_reason() -> None:
    old, young, alone = Row(90), Row(5), Row(3, "urgent")
    pending = [young, alone, old]
    assert rules.why(old, pending, NOW) == "Asked 1 h 30 ago: the oldest of 2"
    assert rules.why(young, pending, NOW) == "Asked 5 min ago"
    assert rules.why(alone, pending, NOW) == "Urgent, asked 3 min ago"
    assert rules.why(Row(5, status="in progress"), pending, NOW) == ""


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(-1, "under 1 min"), (0, "under 1 min"), (59, "59 min"), (60, "1 h 00"), (1439, "23 h 59"), (1440, "1 day"),
     (2880, "2 days")],
)  # fmt: skip
def test_a_span_in_words(minutes: int, said: str) -> None:
    assert rules.spell(dt.timedelta(minutes=minutes)) == said


def test_the_figures_of_a_work_list() -> None:
    rows = [Row(60), Row(50, status="in progress", waited=10), Row(40, status="completed", waited=20),
            Row(30, status="completed", waited=4), Row(20, status="cancelled")]  # fmt: skip
    found = rules.figures(rows)
    assert (found.pending, found.in_progress, found.completed, found.cancelled) == (1, 1, 2, 1)
    assert found.wait == dt.timedelta(minutes=10)
    assert rules.figures([Row(60)]).wait is None


def test_what_cannot_be_stored_is_said_by_field() -> None:
    assert rules.problems_of("referral", "x" * 120, "y" * 4000, "urgent") == {}
    assert set(rules.problems_of("prescription", "", "y" * 4001, "soon")) == {"kind", "title", "text", "priority"}
    assert "121 characters" in rules.problems_of("referral", "x" * 121, "", "routine")["title"]


def test_notes_and_reasons() -> None:
    assert rules.checked_note("  walked 20 m\nno pain \n") == "walked 20 m\nno pain"
    assert rules.checked_reason(" asked \n twice ") == "asked twice"
    for check, most in ((rules.checked_note, rules.LONGEST_TEXT), (rules.checked_reason, rules.LONGEST_REASON)):
        with pytest.raises(Invalid):
            check(" \n")
        with pytest.raises(Invalid):
            check("x" * (most + 1))
        assert check("x" * most)
