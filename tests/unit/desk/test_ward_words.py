"""What the tiles of the bed board say."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest

from hisdesk.desk.ward import choosing, panels, words
from hisdesk.desk.ward.words import Line
from hisdesk.hospital.admissions.queries import BedRow, RequestRow

NOW = dt.datetime(2026, 3, 17, 10, 42, tzinfo=dt.UTC)
KEY = UUID(int=1)
FREE = BedRow(
    bed_id=KEY, label="1A", department_id=KEY, ward="Medical ward", room_id=KEY, room="Room 1", room_sex="female",
    room_isolation=False, distance_m=6, equipment=("oxygen",), status="U", hold="", hold_reason="",
    since=NOW, version=1, stay_id=None, stay_version=None, from_at=None, request_id=None, request_version=None,
    patient_id=None, family="", given="", born=None, sex="unknown", mrn="", reason="", isolation="", needs=(),
    doctor="", admitted_at=None, expected_on=None, leaves_at=None, cots=0, open_items=0, task_id=None,
    task_version=None, task_kind="", task_status="", cleaner="", asked_at=None, started_at=None, target_minutes=None,
    news2=None, news2_single_3=False, measured_at=None,
)  # fmt: skip
TAKEN = replace(
    FREE, status="O", stay_id=KEY, patient_id=KEY, family="Eldermere", given="Sabine", born=dt.date(1951, 5, 1),
    sex="female", reason="Heart failure", doctor="Dr Anna Weber", admitted_at=NOW - dt.timedelta(days=5),
    expected_on=dt.date(2026, 3, 19), open_items=7,
)  # fmt: skip
DIRTY = replace(
    FREE, status="H", task_id=KEY, task_kind="clean", task_status="offered", cleaner="Una Larkmoor", asked_at=NOW,
    target_minutes=30,
)  # fmt: skip
ASKED = RequestRow(
    id=KEY, patient_id=KEY, family="Harkwell", given="Bevan", born=dt.date(1972, 1, 1), sex="male", mrn="",
    department_id=KEY, ward="Medical ward", urgency="urgent", reason="chest pain", isolation="",
    equipment=("oxygen",), expected_days=3, doctor="", requested_by="", requested_at=NOW - dt.timedelta(minutes=24),
    status="requested", bed_id=None, bed="", cancelled_reason="", version=1,
)  # fmt: skip


def test_who_lies_there_with_age_day_reason_doctor_and_day_of_going_home() -> None:
    tile = words.tile(TAKEN, NOW)
    assert (tile.name, [line.text for line in tile.lines]) == (
        "ELDERMERE, S.", ["74y F · day 6", "Heart failure", "Dr Anna Weber"])  # fmt: skip
    assert tile.right == Line("19-Mar") and tile.left == Line("") and not tile.filled


def test_who_goes_home_today_says_what_is_left_or_that_nothing_is() -> None:
    today = replace(TAKEN, expected_on=NOW.date())
    assert words.tile(today, NOW).left == Line("7 to do", "attention")
    assert words.tile(today, NOW).right == Line("today", "attention")
    ready = replace(today, open_items=0, leaves_at=NOW.replace(hour=14, minute=0))
    assert words.tile(ready, NOW).left == Line("Ready", "ok")
    assert words.tile(ready, NOW).right.tone == "ok"
    assert [row.title for row in panels.home_rows([today, TAKEN], NOW)] == ["1A ELDERMERE, S."]


@pytest.mark.parametrize(
    ("news2", "single_3", "hours", "said"),
    [
        (2, False, 1, Line("NEWS2 2")),
        (4, True, 1, Line("NEWS2 4", "critical")),
        (5, False, 1, Line("NEWS2 5", "critical")),
        (None, False, 1, Line("NEWS2 incomplete", "attention")),
        (7, False, 25, Line("")),
    ],
)
def test_the_score_of_the_last_day(news2: int | None, single_3: bool, hours: int, said: Line) -> None:
    measured = NOW - dt.timedelta(hours=hours)
    row = replace(TAKEN, news2=news2, news2_single_3=single_3, measured_at=measured)
    assert words.tile(row, NOW).left == said


def test_a_dirty_bed_says_who_cleans_and_how_far() -> None:
    assert words.tile(DIRTY, NOW).left == Line("Offered to Una Larkmoor")
    late = words.tile(replace(DIRTY, task_status="waiting", cleaner=""), NOW + dt.timedelta(minutes=11))
    assert late.left == Line("Nobody is free", "critical")
    running = words.tile(replace(DIRTY, task_status="started", started_at=NOW), NOW + dt.timedelta(minutes=18))
    assert (running.left.text, running.share) == ("18 of 30 min", 0.6)


def test_free_closed_blocked_and_reserved_beds_are_filled() -> None:
    free = words.tile(FREE, NOW)
    assert free.filled and free.state.word == "Free" and free.left == Line("Female")
    assert free.lines[1] == Line("Oxygen")
    closed = words.tile(replace(FREE, status="C", hold_reason="Ceiling leak"), NOW)
    assert closed.filled and closed.lines == (Line("Ceiling leak"),)
    assert words.tile(replace(FREE, hold="blocked", hold_reason="Kept"), NOW).state.word == "Blocked"
    kept = replace(TAKEN, status="U", hold="reserved", stay_id=None)
    assert words.tile(kept, NOW).name == "ELDERMERE, S." and "day" not in words.tile(kept, NOW).spoken


def test_a_newborn_is_named_after_the_mother() -> None:
    assert words.short_name("Eldermere", "Baby of Sabine") == "Baby of ELDERMERE"
    assert words.name(replace(ASKED, given="Baby of Ann")) == "Baby of HARKWELL, Ann"


def test_who_waits_shows_the_best_beds_and_why_free_ones_are_none() -> None:
    male = replace(FREE, bed_id=UUID(int=2), label="2D", room_sex="male")
    fits = choosing.for_request([FREE, male], ASKED)
    row = panels.request_row(ASKED, NOW, fits)
    assert row.chip is not None and row.chip.word == "Urgent"
    assert [line.text for line in row.lines] == [
        "54y M · chest pain · oxygen · 24 min",
        "1. 2D: male room, oxygen, 6 m from the nurses",
        "Not 1A: female room.",
    ]
    nowhere = panels.request_row(ASKED, NOW, choosing.for_request([FREE], ASKED))
    assert nowhere.lines[-1] == Line("No free bed fits. Not 1A: female room.", "attention")


def test_a_swap_needs_two_who_fit() -> None:
    male = replace(TAKEN, bed_id=UUID(int=2), label="2D", room_sex="male", sex="male", stay_id=UUID(int=2))
    (fit, *_) = [fit for fit in choosing.for_swap([TAKEN, male, FREE], TAKEN) if fit.label == "2D"]
    assert fit.problems == ("male room", "1A: female room")


@pytest.mark.parametrize(("minutes", "said"), [(24, "24 min"), (130, "2 h"), (60 * 72, "3 d")])
def test_a_wait_in_the_unit_that_people_use(minutes: int, said: str) -> None:
    assert words.since(NOW - dt.timedelta(minutes=minutes), NOW) == said
