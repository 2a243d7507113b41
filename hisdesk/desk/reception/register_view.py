"""How a registration is laid out: what is in the way at the top, then the card, the person, the rest. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.labels import Icon, Label, show_if
from hisdesk.desk.kit.notices import Notices
from hisdesk.desk.kit.panels import ScrollPanel
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


class RegisterView(QWidget):
    """Lays itself over the screen that owns it; what stands in its three columns comes later, piece by piece."""

    def __init__(self, screen: QWidget) -> None:
        super().__init__(screen)
        self.header = RegisterHeader()
        self.notices = Notices(self)
        self.notices.setContentsMargins(0, 0, 0, theme().space("card_padding"))
        self.person = ScrollPanel()
        self.area = self.person.area
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)  # large text is wide on a laptop
        aside = QWidget()
        aside.setFixedWidth(theme().sizes("side_panel")[1])
        self._aside = QVBoxLayout(aside)
        self._aside.setContentsMargins(0, 0, 0, 0)
        self._aside.setSpacing(theme().space("card_padding"))
        self._body = QHBoxLayout()
        self._body.setSpacing(theme().space("card_padding"))
        self._body.addWidget(self.person, 1)
        self._body.addWidget(aside)
        page = theme().space("page_padding")
        column = QVBoxLayout(self)
        column.setContentsMargins(page, 0, page, theme().space("card_padding"))
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.notices)
        column.addLayout(self._body, 1)
        outer = QVBoxLayout(screen)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self)

    def put_card(self, card: QWidget) -> None:
        """The column at the left."""
        card.setFixedWidth(theme().sizes("side_panel")[1])
        self._body.insertWidget(0, card)

    def put_aside(self, upper: QWidget, lower: QWidget) -> None:
        """The column at the right."""
        self._aside.addWidget(upper, 1)
        self._aside.addWidget(lower)
