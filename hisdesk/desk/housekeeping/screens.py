"""The screen of those who clean."""

from __future__ import annotations

from hisdesk.access.permissions import CLEANING_EDIT
from hisdesk.desk.housekeeping.tasks import Tasks
from hisdesk.desk.housekeeping.ways import TASKS
from hisdesk.desk.shell.registry import Screen

SCREENS = (Screen(TASKS, "My tasks", "ph.sparkle", CLEANING_EDIT, ("housekeeping",), Tasks, ("housekeeping",)),)
