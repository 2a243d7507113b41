"""`make bench`: every figure of the front desk against its bare limit in the same run. Takes about half an hour.

python -m tests.bench [--only NAME …] [--people 1000000]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import psycopg2

from tests.bench import people, report
from tests.bench.durable import durable_postgres
from tests.helpers.hospital import make_template
from tests.helpers.search_desk import SearchHospital, search_hospital

FILE = Path("build/bench/bench.json")
LARGE, SMALL = 1_000_000, 100_000


def main(argv: list[str] | None = None) -> int:
    """Prints the table, writes the file; 0 when every figure holds."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", nargs="*", choices=sorted(PARTS), help="these parts only")
    parser.add_argument("--people", type=int, default=LARGE, help="size of the large hospital")
    chosen = parser.parse_args(argv)
    rows: list[report.Row] = []
    for name in chosen.only or PARTS:
        print(f"-- {name}", flush=True)
        rows += report.attempt(name, partial(PARTS[name], chosen.people))
        report.write(rows, FILE)  # what is measured so far survives an interruption
    print(report.table(rows))
    return 0 if all(r["holds"] for r in rows) else 1


def _database(size: int) -> list[report.Row]:
    """Finding, lists and writes, on a large hospital and one of a tenth."""
    from tests.bench import find, writes

    with ExitStack() as stack:
        template = make_template(stack.enter_context(durable_postgres()))
        small = stack.enter_context(search_hospital(template))
        large = stack.enter_context(search_hospital(template))
        _load(small, min(SMALL, size // 10))
        _load(large, size)
        rows = report.attempt("find", lambda: find.measure(small, large))
        return rows + report.attempt("writes", lambda: writes.measure(small, large))


def _load(hospital: SearchHospital, size: int) -> None:
    connection = psycopg2.connect(hospital.url)
    try:
        people.load(connection, size)
    finally:
        connection.close()


def _module(name: str) -> Callable[[int], list[report.Row]]:
    """A part that needs no people: `tests.bench.<name>.measure()`."""

    def run(_size: int) -> list[report.Row]:
        from importlib import import_module

        return list(import_module(f"tests.bench.{name}").measure())

    return run


PARTS: dict[str, Callable[[int], list[report.Row]]] = {
    "start": _module("start"),
    "memory": _module("memory"),
    "sign_in": _module("sign_in"),
    "scan": _module("scan"),
    "table": _module("table"),
    "live": _module("live"),
    "stall": _module("stall"),
    "checks": _module("checks"),
    "race_bed": _module("race_bed"),
    "race_pack": _module("race_pack"),
    "dispense": _module("dispense"),
    "icd10": _module("icd10"),
    "open_chart": _module("open_chart"),
    "timeline": _module("timeline"),
    "drafts_lost": _module("drafts_lost"),
    "boards_60": _module("boards_60"),
    "wall_8h": _module("wall_8h"),
    "database": _database,
}

if __name__ == "__main__":
    sys.exit(main())
