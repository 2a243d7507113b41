"""Ways from one screen to another: asked of the window, refused in words."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtWidgets import QWidget

from hisdesk.desk.kit.context import Desk
from hisdesk.errors import Denied

DAY, QUEUE, CHART = "doctor.day", "doctor.queue", "doctor.chart"


def open_chart(desk: Desk, from_widget: QWidget, patient_id: UUID, reason: str) -> QWidget | None:
    """Opens a person's record; says why where this person may not. Returns the chart, or None."""
    window = from_widget.window()
    try:
        return window.open_chart(patient_id, reason)  # type: ignore[attr-defined]  # the shell's window
    except Denied as error:
        desk.messages.failure(from_widget, error)
        return None


def go_to_list(from_widget: QWidget) -> bool:
    """Shows the list that this person works from; False where they have none."""
    window = from_widget.window()
    for screen_id in (DAY, QUEUE):
        if window.may_open(screen_id):  # type: ignore[attr-defined]  # the shell's window
            window.open(screen_id)  # type: ignore[attr-defined]  # the shell's window
            return True
    return False
