"""Opening the chart of somebody with five years of history: how many statements, how soon its rows are here and seen.

The bare operation asks for the same rows without session and policies; it writes the opening down as well, because
that is committed before anything may be read.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from itertools import cycle, islice

import sqlalchemy as sa
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from hisdesk.access.action import new_id
from hisdesk.desk.doctor.record import Record
from hisdesk.hospital.patients import queries as patients
from hisdesk.hospital.timeline import queries as timeline
from hisdesk.hospital.visits import queries as visits
from tests.bench.histories import Lived
from tests.bench.report import Row, paired, row, timed
from tests.bench.rooms import room
from tests.bench.signed_in import until
from tests.desk.doctor.conftest import Room, statements

VISITS, VITALS = 60, 120
"""Five years: a visit every month, vital signs twice as often."""
ROUNDS, WARM = 40, 6
STATEMENTS, SEEN_MS = 3, 200.0


def measure() -> list[Row]:
    """The figures `open_chart`, `open_chart_asks` and `open_chart_seen`; two charts take turns, as people come in."""
    with room(people=2, visits=VISITS, vitals=VITALS) as (sat, waiting), sat.hospital.superuser().connect() as root:
        root.exec_driver_sql("update auth.setting set value = 1000 where name = 'openings_per_minute'")
        root.exec_driver_sql("create table public.bare_opening (id uuid primary key, patient_id uuid)")
        with statements(sat.tasks.db) as sent:
            _seen(sat, waiting[0])
            sat.settle()
        record = Record(sat.session.desk, QObject(sat.home))
        ratio = paired(_turns(waiting, lambda who: _opened(record, who)), _turns(waiting, lambda who: _bare(root, who)),
                       ROUNDS, WARM)  # fmt: skip
        seen = [timed(lambda who=each: _seen(sat, who)) for each in islice(cycle(waiting), WARM + ROUNDS)]  # type: ignore[misc]
    return [
        row("open_chart", f"rows of a chart of {waiting[0].events} events, against the bare queries", ratio, 3.0),
        row("open_chart_asks", "statements beside the opening, begin and commit", len(sent), STATEMENTS, ""),
        row("open_chart_seen", "the same chart, from Enter to painted, median",
            statistics.median(seen[WARM:]) * 1000, SEEN_MS, "ms"),
    ]  # fmt: skip


def _turns(people: list[Lived], act: Callable[[Lived], object]) -> Callable[[], object]:
    turn = cycle(people)
    return lambda: act(next(turn))


def _opened(record: Record, who: Lived) -> None:
    """Until everything that a chart shows is here, through the tasks of the window."""
    record.open(who.patient_id, "My day")
    until(lambda: record.around is not None)


def _seen(sat: Room, who: Lived) -> None:
    """As Enter on a list does it, until the banner, the facts and the newest events are painted."""
    sat.home.open_chart(who.patient_id, "My day")
    record = sat.chart.record
    until(lambda: record.patient_id == who.patient_id and record.around is not None)
    QApplication.processEvents()


def _bare(root: sa.Connection, who: Lived) -> None:
    root.exec_driver_sql("insert into public.bare_opening values (%s, %s)", (new_id(), who.patient_id))
    patients.chart(root, who.patient_id)
    timeline.page(root, who.patient_id, size=20)
    visits.open_visits(root, who.patient_id)
