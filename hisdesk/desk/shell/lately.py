"""The people who were lately at this station, to choose one's own name with one click or one arrow key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.avatar import initials
from hisdesk.desk.kit.labels import Label, show_if
from hisdesk.desk.kit.style import RING
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.desk.shell.memory import SHOWN_LATELY, Lately


class _Card(QAbstractButton):
    """One person: initials, name, role."""

    def __init__(self, person: Lately, parent: QWidget) -> None:
        super().__init__(parent)
        self.person = person
        self.setCheckable(True)
        self.setText(person.name)
        self.setAccessibleName(f"{person.name}, {person.role}")
        self.setProperty(RING, theme().radius("card"))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setToolTip(person.user_name)
        follow(self._dress)

    def _dress(self) -> None:
        self.setFixedHeight(theme().text_px(64))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme().text_px(208), theme().text_px(64))

    def paintEvent(self, event: QPaintEvent) -> None:
        colour, whole, direction = theme().colour, QRectF(self.rect()), self.layoutDirection()
        chosen = self.isChecked()
        with QPainter(self) as painter:
            fill = "accent.subtle" if chosen else "surface.hover" if self.underMouse() else "surface.base"
            border = colour("accent.fill" if chosen else "border.strong")
            paint.box(painter, whole, colour(fill), border, theme().radius("card"), 2 if chosen else 1)
            side = theme().px("avatar")
            round_box = QRectF(12, (whole.height() - side) / 2, side, side)
            round_box = paint.visual(round_box, whole, direction)
            paint.box(painter, round_box, colour("surface.base" if chosen else "accent.subtle"), None, side / 2)
            small = theme().font("small")
            small.setWeight(small.Weight.DemiBold)
            paint.line(painter, round_box, initials(self.person.name), small, colour("accent.text"), paint.CENTRE)
            self._paint_words(painter, 12 + side + 10)

    def _paint_words(self, painter: QPainter, x: float) -> None:
        colour, whole, direction = theme().colour, QRectF(self.rect()), self.layoutDirection()
        width, middle = whole.width() - x - 8, whole.height() / 2
        line = theme().text_px(20)
        name = paint.visual(QRectF(x, middle - line, width, line), whole, direction)
        role = paint.visual(QRectF(x, middle, width, line - 1), whole, direction)
        align = paint.leading(direction)
        # A long name of a colleague may be cut here: the user name below it is what counts.
        paint.line(painter, name, self.person.name, theme().font("body_strong"), colour("text.primary"), align, True)
        paint.line(painter, role, self.person.role, theme().font("small"), colour("text.secondary"), align, True)


class LatelyHere(QWidget):
    """The cards with their heading; hidden when nobody was here. `chosen` tells the user name."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, theme().space("page_padding"))
        column.setSpacing(theme().space("grid"))
        heading = Label("Lately at this station", "small", "secondary")
        column.addWidget(heading)
        self._row = QHBoxLayout()
        self._row.setSpacing(theme().space("grid"))
        column.addLayout(self._row)
        self._group = QButtonGroup(self)
        self._cards: list[_Card] = []

    def set_people(self, people: Sequence[Lately]) -> None:
        """Shows the newest of these."""
        for card in self._cards:
            self._group.removeButton(card)
            self._row.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = [_Card(person, self) for person in people[:SHOWN_LATELY]]
        for card in self._cards:
            self._group.addButton(card)
            self._row.addWidget(card, 1)
            card.clicked.connect(lambda _on, name=card.person.user_name: self.chosen.emit(name))
        if len(self._cards) == 1:
            self._row.setStretch(0, 1)
        show_if(self, bool(self._cards))

    def mark(self, user_name: str) -> None:
        """Marks the card of the name that is in the field, if there is one."""
        self._group.setExclusive(False)
        for card in self._cards:
            card.setChecked(card.person.user_name == user_name)
        self._group.setExclusive(True)

    @property
    def people(self) -> list[str]:
        """The user names on the cards."""
        return [card.person.user_name for card in self._cards]
