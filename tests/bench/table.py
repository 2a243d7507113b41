"""A table of a million rows against one of ten thousand: how soon it stands there, and what it costs in memory."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.bench.report import Row, row

LARGE, SMALL = 1_000_000, 10_000
ROUNDS = 7
OPENINGS = 15
PAGES = 14
"""As far as somebody scrolls: beyond the window of rows that the model holds."""


def measure() -> list[Row]:
    """Both figures; every opening in a process of its own, the two sizes turn by turn (about a minute)."""
    from tests.bench.durable import durable_postgres
    from tests.helpers import servers

    with durable_postgres() as address, servers.scratch_database(address) as name:
        url = address.url(name).replace("postgresql://", "postgresql+psycopg2://", 1)
        _fill(url)
        found: dict[int, list[dict[str, float]]] = {LARGE: [], SMALL: []}
        for turn in range(ROUNDS):
            for size in (LARGE, SMALL) if turn % 2 else (SMALL, LARGE):
                found[size].append(_child(url, size))

    def median(size: int, what: str) -> float:
        return statistics.median(each[what] for each in found[size])

    opened = median(LARGE, "open_s") / median(SMALL, "open_s")
    memory = median(LARGE, "memory_kb") / median(SMALL, "memory_kb")
    return [
        row("table_1m", "table of 1M rows: open until the first rows are painted, against 10k rows"
            f" ({median(LARGE, 'open_s') * 1000:.1f} ms and {median(SMALL, 'open_s') * 1000:.1f} ms)", opened, 1.2),
        row("table_1m_memory", f"table of 1M rows: memory after scrolling {PAGES} pages, against 10k rows"
            f" ({median(LARGE, 'memory_kb') / 1024:.1f} MB and {median(SMALL, 'memory_kb') / 1024:.1f} MB)",
            memory, 1.1),
    ]  # fmt: skip


def _fill(url: str) -> None:
    """Two tables of the same shape: a sort key that repeats, an id that settles it, and some text."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        for size in (LARGE, SMALL):
            connection.exec_driver_sql(
                f"create table rows_{size} (id bigint primary key, at timestamptz not null, name text not null, "
                "phone text not null, note text not null)"
            )
            connection.exec_driver_sql(
                f"insert into rows_{size} select g, timestamptz '2020-01-01' + (g / 7) * interval '1 min', "
                f"'MARROWAY, Ilsabet ' || g, '+1 555 ' || g, 'Follow-up' from generate_series(1, {size}) g"
            )
            connection.exec_driver_sql(f"create index on rows_{size} (at, id)")
            connection.exec_driver_sql(f"vacuum analyze rows_{size}")


def _child(url: str, size: int) -> dict[str, float]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "BENCH_URL": url}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.table", str(size)],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


# -- in the process that is measured --------------------------------------------------------------------------------


def _opened(size: int) -> dict[str, float]:
    """Median seconds of an opening, and the growth of the process's own memory in kB from no table to one in use."""
    from PySide6.QtCore import QEvent, QEventLoop, QObject

    from hisdesk import app
    from hisdesk.db.database import Database
    from hisdesk.desk.kit.paged import PagedModel
    from hisdesk.desk.kit.table import Column
    from hisdesk.desk.kit.table_view import TableView
    from hisdesk.desk.kit.tasks import Tasks
    from hisdesk.desk.kit.theme import theme

    theme().apply(app.application(), "light")
    db = Database(os.environ["BENCH_URL"])
    tasks = Tasks(db, None)
    columns: list[Column[Any]] = [
        Column("Number", lambda r: str(r.id), 90, "identifier"),
        Column("When", lambda r: f"{r.at:%d-%b-%Y %H:%M}", 150),
        Column("Name", lambda r: r.name, 260, "strong"),
        Column("Phone", lambda r: r.phone, 150),
        Column("Note", lambda r: r.note, 0, "wrap"),
    ]
    painted = QEventLoop()

    class Filter(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's own name)
            view = watched.parent()
            if event.type() == QEvent.Type.Paint and isinstance(view, TableView) and view.model().rowCount():
                painted.quit()  # returns when this paint has been done
            return False

    watch = Filter()

    def opened() -> tuple[float, TableView[Any]]:
        began = time.perf_counter()
        model: PagedModel[Any] = PagedModel(tasks, columns, lambda r: r.id, lambda r: (r.at, r.id), _fetch(size))
        view: TableView[Any] = TableView(model)
        model.setParent(view)
        view.viewport().installEventFilter(watch)
        view.resize(1366, 768)
        view.show()
        model.open()
        painted.exec()
        return time.perf_counter() - began, view

    before = _own_kb()
    opened()[1].deleteLater()  # the first pays for fonts, connection and imports
    times = []
    for _ in range(OPENINGS):
        seconds, view = opened()
        times.append(seconds)
        if len(times) < OPENINGS:
            view.close()
            view.deleteLater()
    _scroll(view)
    answer = {"open_s": statistics.median(times), "memory_kb": float(_own_kb() - before)}
    view.close()
    tasks.close()
    db.close()
    return answer


def _scroll(view: Any) -> None:
    """Down page by page, as far as `PAGES`; the model lets go of what is far above."""
    from PySide6.QtCore import QEventLoop

    loop = QEventLoop()
    model = view.model()
    model.loading.connect(lambda busy: None if busy else loop.quit())
    for _ in range(PAGES):
        model.fetchMore()
        loop.exec()
        view.scrollToBottom()
        view.viewport().repaint()


def _fetch(size: int) -> Any:
    """Rows after or before a key, by that key's index; never by counting."""

    def fetch(connection: sa.Connection, key: Any, limit: int, direction: str) -> Sequence[Any]:
        sign, order = (">", "") if direction == "after" else ("<", " desc")
        where = "" if key is None else f"where (at, id) {sign} (%(at)s, %(id)s)"
        values = {"limit": limit} | ({} if key is None else {"at": key[0], "id": key[1]})
        rows = connection.exec_driver_sql(
            f"select id, at, name, phone, note from rows_{size} {where} "
            f"order by at{order}, id{order} limit %(limit)s", values,
        ).all()  # fmt: skip
        return rows if direction == "after" else rows[::-1]

    return fetch


def _own_kb() -> int:
    """Memory that only this process holds (USS), kB. Linux."""
    import gc

    gc.collect()
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean", "Private_Dirty")))


if __name__ == "__main__":
    print(json.dumps(_opened(int(sys.argv[1]))))  # noqa: T201 (read by `measure`)
