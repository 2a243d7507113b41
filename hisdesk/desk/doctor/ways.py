"""The screens of the consulting room by their ids, and the ways to them."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from hisdesk.desk.kit.ways import go, open_chart, window_of

__all__ = ("go", "open_chart")  # the same at every workstation

DAY, QUEUE, CHART, WALK_IN = "doctor.day", "doctor.queue", "doctor.chart", "doctor.walk_in"


def go_to_list(from_widget: QWidget) -> bool:
    """Shows the list that this person works from; False where they have none."""
    window = window_of(from_widget)
    for screen_id in (DAY, QUEUE):
        if window.may_open(screen_id):
            window.open(screen_id)
            return True
    return False
