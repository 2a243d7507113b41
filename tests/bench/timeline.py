"""Scrolling through a long life: 1,000 steps of the wheel down a timeline of 5,000 events, pages fetched on the way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from hisdesk.desk.demo.tour_player import GapMeter
from hisdesk.desk.doctor.chart import TIMELINE
from hisdesk.desk.kit.table_view import TableView
from tests.bench.report import Row, percentile, row
from tests.bench.rooms import room
from tests.bench.signed_in import until

VISITS, VITALS = 400, 1_400
STEPS = 1_000
STEP = 120
"""One notch of a wheel, in eighths of a degree."""
PAINT_MS, STALL_MS = 16.7, 50.0


def measure() -> list[Row]:
    """The figures `timeline` (a paint, p99) and `timeline_stall` (the longest gap of a 5 ms timer)."""
    with room(visits=VISITS, vitals=VITALS) as (sat, (person,)):
        chart = sat.open_chart(person.patient_id)
        meter = GapMeter()
        with _watched() as paints:  # before the table is made, which asks once who paints it
            chart.show_tab(TIMELINE)
            until(lambda: chart.timeline.table is not None and chart.timeline.table.isVisible())
            sat.settle()
            paints.clear()
            meter.start()
            for _ in range(STEPS):
                _turn(chart.timeline.table, paints)
            meter.stop()
        seen = len(chart.timeline.model.rows) if chart.timeline.model else 0
    return [
        row("timeline", f"a paint among {len(paints)} of a timeline, {seen} of {person.events} events fetched, p99",
            percentile(paints, 0.99) * 1000, PAINT_MS, "ms"),
        row("timeline_stall", "the longest time without an answer meanwhile", meter.longest_ms, STALL_MS, "ms"),
    ]  # fmt: skip


@contextmanager
def _watched() -> Iterator[list[float]]:
    """The seconds that each paint of a table takes."""
    paint, paints = TableView.paintEvent, list[float]()

    def timed(self: Any, event: QPaintEvent) -> None:
        began = time.perf_counter()
        paint(self, event)
        paints.append(time.perf_counter() - began)

    TableView.paintEvent = timed  # type: ignore[method-assign]
    yield paints
    TableView.paintEvent = paint  # type: ignore[method-assign]


def _turn(table: TableView[Any] | None, paints: list[float]) -> None:
    """One notch down, until that is painted; at the foot of what was fetched it waits for the next page first."""
    if table is None:
        raise RuntimeError("there is no timeline")
    bar, painted = table.verticalScrollBar(), len(paints)
    until(lambda: bar.value() < bar.maximum())
    middle = QPointF(table.viewport().rect().center())
    event = QWheelEvent(
        middle,
        QPointF(table.viewport().mapToGlobal(middle.toPoint())),
        QPoint(),
        QPoint(0, -STEP),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(table.viewport(), event)
    until(lambda: len(paints) > painted)
