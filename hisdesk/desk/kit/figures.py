"""The figures of the day above a list: a number over its word. GUI thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from hisdesk.desk.kit.labels import Label, Rule
from hisdesk.desk.kit.table import count_text
from hisdesk.desk.kit.theme import theme


class Figures(QFrame):
    """A card with a few figures side by side. They are "–" until they are known."""

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self.setAccessibleName("Figures of the day")
        self._numbers: dict[str, Label] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        for name in names:
            if self._numbers:
                row.addWidget(Rule(vertical=True))
            row.addLayout(self._figure(name), 1)

    def _figure(self, name: str) -> QHBoxLayout:
        number = Label("–", "figure")
        number.setAccessibleName(f"{name}: not known yet")
        self._numbers[name] = number
        inset = theme().space("page_padding")
        cell = QHBoxLayout()
        cell.setContentsMargins(inset, theme().space("half"), inset, theme().space("half"))
        cell.setSpacing(theme().space("inline_gap"))
        word = QVBoxLayout()
        word.addWidget(Label(name, "body", "secondary"))
        cell.addWidget(number)
        cell.addLayout(word)
        cell.addStretch(1)
        return cell

    def set_values(self, values: Mapping[str, int], *, more: bool = False) -> None:
        """Shows these numbers; with `more` the list stopped at its bound and every figure is a least one."""
        for name, value in values.items():
            self.set_text(name, count_text(value, more=more))

    def set_text(self, name: str, text: str) -> None:
        """A figure that is no count, with its unit: "12 min"."""
        self._numbers[name].set_text(text)
        self._numbers[name].setAccessibleName(f"{name}: {text}")

    def value(self, name: str) -> str:
        """A figure as it is shown."""
        return self._numbers[name].text()
