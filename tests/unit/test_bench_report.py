"""The bench's rows say honestly what holds, what is missed and what could not be measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench import report


@pytest.mark.parametrize(
    ("value", "limit", "at_least", "holds"),
    [
        (2.0, 2.0, False, True),
        (2.001, 2.0, False, False),
        (0.7, 0.7, True, True),
        (0.6999, 0.7, True, False),  # 0.700 when rounded for people, but missed all the same
    ],
)
def test_a_limit_is_a_most_or_a_least(value: float, limit: float, at_least: bool, holds: bool) -> None:
    assert report.row("id", "what", value, limit, at_least=at_least)["holds"] is holds


def test_a_row_has_the_fields_of_the_file() -> None:
    made = report.row("save", "a save", 3.14159, 4.0)
    assert made == {"id": "save", "what": "a save", "value": 3.142, "unit": "×", "limit": 4.0, "holds": True}


def test_the_table_names_what_is_missed_and_only_that() -> None:
    rows = [report.row("start", "start", 1.0, 2.0), report.row("save", "a save", 5.0, 4.0)]
    lines = report.table(rows).splitlines()
    assert [line for line in lines if line.startswith("✗")] == [line for line in lines if " save " in line]
    assert lines[-1] == "2 figures, 1 missed: save"
    assert report.table(rows[:1]).splitlines()[-1] == "1 figures, 0 missed"


def test_a_part_that_raises_is_a_row_that_does_not_hold(capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> list[report.Row]:
        raise RuntimeError("no camera\nand much more")

    (row,) = report.attempt("scan", broken)
    assert (row["id"], row["what"], row["holds"]) == ("scan", "RuntimeError: no camera", False)
    assert "and much more" in capsys.readouterr().err


def test_a_server_that_never_started_is_a_row_too() -> None:
    (row,) = report.attempt("live", lambda: pytest.fail("never happened: broker up"))
    assert not row["holds"]
    assert "broker up" in row["what"]


def test_the_95th_of_100_values() -> None:
    assert report.percentile(range(100, 0, -1), 0.95) == 96
    assert report.percentile([7.0], 0.95) == 7.0


def test_the_file_is_a_json_list(tmp_path: Path) -> None:
    rows = [report.row("live", "× bare", 1.5, 2.0)]
    report.write(rows, tmp_path / "build" / "bench.json")
    assert json.loads((tmp_path / "build" / "bench.json").read_text()) == rows
