"""The states of a cleaning task and its clock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hisdesk.errors import Conflict
from hisdesk.hospital.cleaning import rules
from hisdesk.hospital.cleaning.rules import Status

ASKED = dt.datetime(2026, 3, 17, 10, 0, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Task:
    status: str = "offered"
    started_at: dt.datetime | None = None
    target_minutes: int = 30
    asked_at: dt.datetime = ASKED


def after(minutes: float) -> dt.datetime:
    return ASKED + dt.timedelta(minutes=minutes)


@given(st.integers(0, 500), st.integers(1, 120))
def test_the_clock_counts_from_the_start_and_never_past_whole(minutes: int, target: int) -> None:
    task = Task("started", ASKED, target)
    now = after(minutes)
    assert rules.clock(task, now) == f"{minutes} of {target} min"
    assert rules.share_done(task, now) == min(1.0, minutes / target)
    assert rules.is_late(task, now) == (minutes > target)


def test_before_it_is_begun_the_clock_counts_from_the_asking() -> None:
    assert rules.clock(Task(), after(0.5)) == "asked just now"
    assert rules.clock(Task(), after(6)) == "asked 6 min ago" and rules.share_done(Task(), after(6)) == 0
    assert not rules.is_late(Task(), after(9)) and rules.is_late(Task("waiting"), after(11))
    assert not rules.is_late(Task("done"), after(600))


@pytest.mark.parametrize("status", list(Status))
def test_only_what_has_begun_can_be_finished_and_what_has_begun_is_not_handed_on(status: Status) -> None:
    assert rules.may_become(status, Status.DONE) == (status == Status.STARTED)
    assert not (rules.may_decline(status) and rules.may_become(status, Status.DONE))
    assert rules.may_give(status) == (status in (Status.WAITING, Status.OFFERED, Status.ACCEPTED))
    if status != Status.STARTED:
        with pytest.raises(Conflict, match="Start the task first"):
            rules.require(status, Status.DONE)
