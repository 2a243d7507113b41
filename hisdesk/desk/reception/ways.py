"""Ways from one screen to another: asked of the window, refused in words."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtWidgets import QWidget

from hisdesk.desk.kit.context import Desk
from hisdesk.errors import Denied

ARRIVALS, REGISTER, RECORD, PATIENTS = (
    "reception.arrivals",
    "reception.register",
    "reception.record",
    "reception.patients",
)


def go(desk: Desk, from_widget: QWidget, screen_id: str, **subject: object) -> QWidget | None:
    """Shows a screen; says why where this person may not. Returns it, or None."""
    window = from_widget.window()
    try:
        return window.open(screen_id, **subject)  # type: ignore[attr-defined]  # the shell's window
    except Denied as error:
        desk.messages.failure(from_widget, error)
        return None


def open_chart(desk: Desk, from_widget: QWidget, patient_id: UUID, reason: str) -> QWidget | None:
    """Opens a person's record; says why where this person may not. Returns the chart, or None."""
    window = from_widget.window()
    try:
        return window.open_chart(patient_id, reason)  # type: ignore[attr-defined]  # the shell's window
    except Denied as error:
        desk.messages.failure(from_widget, error)
        return None
