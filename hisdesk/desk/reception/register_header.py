"""The line over a registration: what keeps it from being saved, and the two ways out. GUI thread."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.labels import Icon, Label, show_if
from hisdesk.desk.kit.theme import follow, theme


class RegisterHeader(QWidget):
    """Title, the reason for a block, Cancel, Register."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reason = Label("", "small", "secondary")
        self._sign = Icon("ph.warning-fill", "status.attention.fg", "icon_inline")
        self.cancel = Button("Cancel", key="Esc")
        self.commit = Button("Register", "primary", icon="ph.user-plus", key="Ctrl+Return")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().space("inline_gap"))
        row.addWidget(Label("Register a patient", "title"))
        row.addStretch(1)
        for widget in (self._sign, self.reason, self.cancel, self.commit):
            row.addWidget(widget)
        follow(self._dress)

    def say(self, reason: str) -> None:
        """What is in the way, or nothing."""
        self.reason.set_text(reason)
        show_if(self.reason, bool(reason))
        show_if(self._sign, bool(reason))

    def _dress(self) -> None:
        self.setFixedHeight(theme().px("screen_header"))
