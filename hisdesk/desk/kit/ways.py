"""Ways from one screen to another: asked of the window, refused in words. GUI thread."""

from __future__ import annotations

from typing import Protocol, cast
from uuid import UUID

from PySide6.QtWidgets import QWidget

from hisdesk.desk.kit.context import Desk
from hisdesk.errors import Denied


class Window(Protocol):
    """What a screen may ask of the window around it; the shell has it."""

    def open(self, screen_id: str, **subject: object) -> QWidget: ...

    def open_chart(self, patient_id: UUID, reason: str = "") -> QWidget: ...

    def may_open(self, screen_id: str) -> bool: ...


def window_of(screen: QWidget) -> Window:
    """The window around a screen."""
    return cast("Window", screen.window())


def go(desk: Desk, from_widget: QWidget, screen_id: str, **subject: object) -> QWidget | None:
    """Shows a screen; says why where this person may not. Returns it, or None."""
    try:
        return window_of(from_widget).open(screen_id, **subject)
    except Denied as error:
        desk.messages.failure(from_widget, error)
        return None


def open_chart(desk: Desk, from_widget: QWidget, patient_id: UUID, reason: str) -> QWidget | None:
    """Opens a person's record; says why where this person may not. Returns the chart, or None."""
    try:
        return window_of(from_widget).open_chart(patient_id, reason)
    except Denied as error:
        desk.messages.failure(from_widget, error)
        return None
