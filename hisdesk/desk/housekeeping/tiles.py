"""The figures of those who clean for the home screen."""

from __future__ import annotations

import datetime as dt

from hisdesk.desk.housekeeping.ways import TASKS
from hisdesk.desk.kit.tiles import Section, Tile, count, since, some
from hisdesk.hospital.cleaning.queries import TASK_FIGURES

LONG_WAIT = dt.timedelta(minutes=30)

HOME = Section(
    "Cleaning",
    (
        Tile(
            "Tasks for me", "ph.sparkle", TASK_FIGURES, count("tasks_waiting", some("tasks_deep", "deep clean")), TASKS
        ),
        Tile("Longest wait", "ph.clock", TASK_FIGURES, since("tasks_since", "Nothing waits", long=LONG_WAIT), TASKS),
        Tile("Started", "ph.play-circle", TASK_FIGURES, count("tasks_started"), TASKS),
        Tile("Done in 24 h", "ph.check-circle", TASK_FIGURES, count("tasks_done"), TASKS),
    ),
)
