"""The panel at the right of a list: what the selected row says, and its commands. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.labels import Label, show_if
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
        self._buttons: list[Button] = []
        self._column.addWidget(self._area, 1)
        self._foot = QFrame()
        self._foot.setProperty("edge", "top")
        self._grid = QGridLayout(self._foot)
        inset = theme().space("card_padding")
        self._grid.setContentsMargins(inset, inset, inset, inset)
        self._grid.setSpacing(theme().space("grid"))
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        self._column.addWidget(self._foot)
        self.show_content(None)

    def show_content(self, content: QWidget | None) -> None:
        """Shows a row's preview (owned from now on); None: no row is selected."""
        shown = content if content is not None else self._nothing()
        shown.setProperty("surface", "base")
        self._area.setWidget(shown)
        show_if(self._foot, bool(self._buttons) and content is not None)

    def set_buttons(self, buttons: Sequence[Button]) -> None:
        """The commands of a row under its preview, in place of those before: two in a line where both fit."""
        for button in self._buttons:
            self._grid.removeWidget(button)
        self._buttons = list(buttons)
        room = self.width() - 2 * theme().space("card_padding") - theme().space("grid") - 2
        left, line = list(buttons), 0
        while left:
            pair = left[:2]
            if len(pair) == 2 and 2 * max(button.sizeHint().width() for button in pair) > room:
                pair = left[:1]
            left = left[len(pair) :]
            for place, button in enumerate(pair):
                self._grid.addWidget(button, line, place, 1, 3 - len(pair))
            line += 1

    def _nothing(self) -> QWidget:
        label = Label("No row is selected", "small", "muted")
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return label
