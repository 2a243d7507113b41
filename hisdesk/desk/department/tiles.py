"""The figures of orders for the home screen: what the department shall do, and what was asked of others."""

from __future__ import annotations

import datetime as dt

from hisdesk.access.figures import Values
from hisdesk.desk.department.ways import ASKED, ORDERS
from hisdesk.desk.kit.tiles import Section, Tile, count, since, some
from hisdesk.desk.kit.words import clock
from hisdesk.hospital.orders.queries import ASKED_FIGURES, WORK_FIGURES

LONG_WAIT = dt.timedelta(hours=4)
_ASKERS = ("physician", "nurse")


def _latest(values: Values, _now: dt.datetime) -> str:
    at = values["asked_done_at"]
    return f"The last at {clock(at)}" if at is not None else "Nothing completed yet today"


HOME = Section(
    "Orders",
    (
        Tile("Pending", "ph.tray", WORK_FIGURES, count("work_pending", some("work_urgent", "urgent")), ORDERS,
             segment="Pending"),
        Tile("Oldest pending", "ph.clock", WORK_FIGURES, since("work_since", "Nothing waits", long=LONG_WAIT), ORDERS,
             segment="Pending"),
        Tile(
            "In progress", "ph.play-circle", WORK_FIGURES,
            count("work_started", some("work_done", "completed today", "Nothing completed yet today")), ORDERS,
            segment="In progress",
        ),
        Tile("Asked, still open", "ph.paper-plane-right", ASKED_FIGURES, count("asked_open"), ASKED, _ASKERS,
             segment="Open"),
        Tile("Answered today", "ph.check-circle", ASKED_FIGURES, count("asked_done", _latest), ASKED, _ASKERS,
             segment="Completed"),
    ),
)  # fmt: skip
