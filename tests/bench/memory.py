"""Memory of a workstation with somebody signed in, against a PySide6 and psycopg2 window with a table of 100 rows."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

# Nothing of ours is imported up here: the bare window must be bare.


def measure() -> list[dict[str, Any]]:
    """The figure `memory`. Linux only (PSS)."""
    import tempfile

    from tests.bench.report import row
    from tests.bench.station import bench

    with tempfile.TemporaryDirectory() as folder, bench(Path(folder)) as station:
        bare = station.child("tests.bench.memory", "bare")["pss_mb"]
        ours = station.child("tests.bench.memory", "desk")["pss_mb"]
    return [row("memory", f"after sign-in: {ours:.0f} MB, the bare window {bare:.0f} MB", ours / bare, 1.5)]


def pss_mb() -> float:
    """What this process costs the machine, its share of shared pages included."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _bare() -> float:
    import psycopg2
    from PySide6.QtWidgets import QApplication, QTableWidget, QTableWidgetItem

    app = QApplication([])
    with psycopg2.connect(os.environ["BENCH_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute("select mrn, family_name, given_names, birth_date::text, sex from app.patient limit 100")
        rows = cursor.fetchall()
    table = QTableWidget(len(rows), 5)
    for y, values in enumerate(rows):
        for x, value in enumerate(values):
            table.setItem(y, x, QTableWidgetItem(str(value)))
    table.resize(1366, 768)
    table.show()
    app.processEvents()
    table.grab()
    return pss_mb()


def _desk() -> float:
    from tests.bench.signed_in import ready, sign_in, until

    workstation = ready()
    sign_in(workstation)
    home = workstation.window.home
    until(lambda: home is not None and home.session.tasks.pending == 0)
    return pss_mb()


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"pss_mb": _bare() if sys.argv[1] == "bare" else _desk()}) + "\n")
    sys.stdout.flush()
    os._exit(0)  # the threads need not be asked to end
