"""One row of a bench, and the table and file that all rows end in."""

from __future__ import annotations

import json
import statistics
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

Row = dict[str, Any]


def row(key: str, what: str, value: float, limit: float, unit: str = "×", *, at_least: bool = False) -> Row:
    """A figure and whether it holds: at most `limit`, or at least."""
    holds = value >= limit if at_least else value <= limit
    return {"id": key, "what": what, "value": round(value, 3), "unit": unit, "limit": limit, "holds": holds}


def timed(run: Callable[[], object]) -> float:
    """Seconds that one call took."""
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def paired(ours: Callable[[], object], bare: Callable[[], object], rounds: int = 60, warm: int = 5) -> float:
    """Median of ours against median of bare; the two take turns, so that both meet the same load."""
    for _ in range(warm):
        ours()
        bare()
    pairs = [(timed(ours), timed(bare)) for _ in range(rounds)]
    return statistics.median(p[0] for p in pairs) / statistics.median(p[1] for p in pairs)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def attempt(name: str, measure: Callable[[], Iterable[Row]]) -> list[Row]:
    """The rows of a part; when it raises, one row that does not hold and says why, so that no other part is lost."""
    try:
        return list(measure())
    except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 (whatever it is; some fail as a test would)
        traceback.print_exc()
        first = (str(error).strip().splitlines() or [""])[0]
        return [{**row(name, f"{type(error).__name__}: {first}", 0.0, 0.0, "–"), "holds": False}]


def write(rows: Sequence[Row], file: Path) -> None:
    """The rows as a JSON list, for the machine."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(list(rows), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def table(rows: Sequence[Row]) -> str:
    """The rows as text, for people; what misses its figure says so."""
    lines = [f"{'':2} {'id':<15} {'value':>10} {'limit':>14}  what"]
    for r in rows:
        sign = "  " if r["holds"] else "✗ "
        lines.append(f"{sign} {r['id']:<15} {r['value']:>8} {r['unit']:<5} {r['limit']:>8}  {r['what']}")
    missed = [r["id"] for r in rows if not r["holds"]]
    lines.append(f"{len(rows)} figures, {len(missed)} missed" + (f": {', '.join(missed)}" if missed else ""))
    return "\n".join(lines)
