"""The screen of those who clean by its id."""

from __future__ import annotations

TASKS = "housekeeping.tasks"
