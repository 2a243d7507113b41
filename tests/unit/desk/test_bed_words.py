"""What a tile of the bed board says."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from hisdesk.desk.boards import bed_words
from hisdesk.desk.boards.beds_state import Words
from hisdesk.hospital.beds.queries import BoardBed

NOW = dt.datetime(2026, 3, 17, 10, 42).astimezone()
TODAY = NOW.date()
EMPTY = BoardBed(UUID(int=1), UUID(int=2), "Ward 1", "Room 1", "1A", "none", (), "U", "", "", NOW, "", "", None, None,
                 None, "", None, None, 1)  # fmt: skip


def bed(status: str, **more: Any) -> BoardBed:
    return replace(EMPTY, status=status, **more)


def days(number: int) -> dt.date:
    return TODAY + dt.timedelta(days=number)


def minutes_ago(number: int) -> dt.datetime:
    return NOW - dt.timedelta(minutes=number)


@pytest.mark.parametrize(
    ("shown", "state", "lines"),
    [
        (bed("U"), "Free", ()),
        (bed("U", sex="female"), "Free", ("Female",)),
        (bed("U", sex="male", equipment=("oxygen",)), "Free", ("Male, oxygen",)),
        (bed("U", equipment=("oxygen", "suction")), "Free", ("Oxygen, suction",)),
        (bed("U", sex="female", equipment=("oxygen", "air mattress", "dialysis", "monitor")), "Free",
         ("Female, oxygen", "air mattress +2")),
        (bed("U", hold="reserved", reserved_at=minutes_ago(12)), "Reserved", ("Since 10:30",)),
        (bed("U", hold="blocked", hold_reason="Kept for a relative"), "Blocked", ("Kept for a relative",)),
        (bed("C", hold_reason="Ceiling leak"), "Closed", ("Ceiling leak",)),
        (bed("H", since=minutes_ago(37)), "Cleaning", ("37 min",)),
        (bed("K", since=minutes_ago(150)), "Contaminated", ("2 h",)),
        (bed("H", cleaning="waiting"), "Cleaning", ("Waiting",)),
        (bed("H", cleaning="offered"), "Cleaning", ("Waiting",)),
        (bed("H", cleaning="accepted"), "Cleaning", ("On the way",)),
        (bed("K", cleaning="started", cleaning_started_at=minutes_ago(18), cleaning_minutes=45), "Contaminated",
         ("18 of 45 min",)),
        (bed("O"), "Occupied", ()),
        (bed("O", leaves_at=NOW.replace(hour=14, minute=5)), "Occupied", ("14:05",)),
        (bed("O", leaves_at=NOW + dt.timedelta(days=2)), "Occupied", ("Thu",)),
        (bed("O", expected_on=TODAY), "Occupied", ("Today",)),
        (bed("O", expected_on=days(-2)), "Occupied", ("Today",)),
        (bed("O", expected_on=days(6)), "Occupied", ("Mon",)),
        (bed("O", expected_on=days(7)), "Occupied", ("24-Mar",)),
        (bed("I", isolation="droplet"), "Isolated", ("Droplet",)),
    ],
)  # fmt: skip
def test_state_and_lines(shown: BoardBed, state: str, lines: tuple[str, ...]) -> None:
    tile = bed_words.tile(shown, NOW)
    assert tile.state.word == state
    assert tuple(line.text for line in tile.lines) == lines


def test_every_state_has_its_own_icon_and_word() -> None:
    states = [bed_words.shown_state(bed(letter)) for letter in "UOHKIC"]
    states += [bed_words.shown_state(bed("U", hold=hold)) for hold in ("reserved", "blocked")]
    assert len({(state.icon, state.word) for state in states}) == len({state.icon for state in states}) == 8


def test_a_bed_that_is_kept_while_it_is_cleaned_says_both() -> None:
    kept = bed("H", hold="reserved", cleaning="started", cleaning_started_at=minutes_ago(48), cleaning_minutes=30)
    tile = bed_words.tile(kept, NOW)
    assert tile.state.word == "Reserved"
    assert tile.lines == (Words("48 of 30 min", "ph.paint-brush-household", "critical"),)


def test_an_isolated_person_going_home_has_both_in_one_line() -> None:
    tile = bed_words.tile(bed("I", isolation="contact", expected_on=days(2)), NOW)
    assert [line.text for line in tile.lines] == ["Contact"]
    assert tile.beside == Words("Thu", "ph.house-line")


def test_who_should_have_left_by_now_is_marked() -> None:
    tile = bed_words.tile(bed("O", leaves_at=minutes_ago(5)), NOW)
    assert tile.lines[0].tone == "attention"
    assert bed_words.tile(bed("O", leaves_at=NOW + dt.timedelta(minutes=5)), NOW).lines[0].tone == "ok"


def test_the_figures_of_a_ward() -> None:
    beds = [
        bed("U"),
        bed("U", hold="reserved"),
        bed("U", hold="blocked", hold_reason="x"),
        bed("H"),
        bed("K"),
        bed("O", expected_on=TODAY),
        bed("I", leaves_at=NOW),
        bed("O", expected_on=days(1)),
    ]
    assert bed_words.figures(beds, 3, NOW) == ((1, "free"), (2, "cleaning"), (2, "home today"), (3, "waiting"))


@pytest.mark.parametrize(
    ("labels", "of", "said"),
    [
        (["5A", "5B"], 24, "5A, 5B: no news for 4 min, shown grey"),
        (["1A", "1B"], 2, "All beds: no news for 4 min, shown grey"),
        ([f"{n}A" for n in range(9)], 24, "9 beds: no news for 4 min, shown grey"),
        (["1A"], 1, "1A: no news for 4 min, shown grey"),
        ([], 0, "No news for 4 min"),
    ],
)
def test_what_is_old_is_said_at_the_foot(labels: list[str], of: int, said: str) -> None:
    assert bed_words.old_beds(labels, of, "4 min") == said
