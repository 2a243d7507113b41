"""The panel at the right of a list: what the selected row says, and its commands. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.labels import show_if
from hisdesk.desk.kit.theme import theme


class Preview(QFrame):
    """The panel at the right: what the selected row says, scrolled alone, over its commands."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self.setAccessibleName("Selected row")
        self.setFixedWidth(theme().sizes("side_panel")[0])
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(0)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._column.addWidget(self._area, 1)
        self._foot = QFrame()
        self._foot.setProperty("edge", "top")
        self._rows = QVBoxLayout(self._foot)
        inset = theme().space("card_padding")
        self._rows.setContentsMargins(inset, inset, inset, inset)
        self._rows.setSpacing(theme().space("grid"))
        self._column.addWidget(self._foot)

    def show_content(self, content: QWidget | None, buttons: Sequence[Button]) -> None:
        """Shows a row's preview (owned from now on) and its commands, two in a row."""
        shown = content if content is not None else QWidget()
        shown.setProperty("surface", "base")
        self._area.setWidget(shown)
        if buttons and self._rows.count() == 0:
            for start in range(0, len(buttons), 2):
                line = QHBoxLayout()
                line.setSpacing(theme().space("grid"))
                for button in buttons[start : start + 2]:
                    line.addWidget(button, 1)
                self._rows.addLayout(line)
        show_if(self._foot, bool(buttons) and content is not None)
