"""The rail at the side: where one can go. Icons over words, one chosen, a badge each. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.chips import badge_ink, badge_size, paint_badge
from hisdesk.desk.kit.icons import glyph, paint_icon
from hisdesk.desk.kit.style import RING
from hisdesk.desk.kit.theme import follow, theme

_MOST = 7


@dataclass(frozen=True)
class RailItem:
    """One place to go: its id, its icon (`ph.…`) and its word."""

    id: str
    icon: str
    word: str


class RailButton(QToolButton):
    """Icon 20 over an 11 px word; when chosen, a 3 px mark and the filled icon."""

    def __init__(self, item: RailItem, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        glyph(item.icon)
        self.item = item
        self.badge = ""
        self.setText(item.word)
        self.setAccessibleName(item.word)
        self.setProperty(RING, theme().radius("control"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow(self._dress)

    def set_badge(self, text: str) -> None:
        """A count at the icon; nothing removes it."""
        self.badge = text
        self.setAccessibleDescription(text)
        self.update()

    def _dress(self) -> None:
        self.setFixedHeight(theme().text_px(52))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme().px("rail_width") - 6, theme().text_px(52))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint_item(painter)

    def _paint_item(self, painter: QPainter) -> None:
        rect, colour, chosen = QRectF(self.rect()), theme().colour, self.isChecked()
        if chosen:
            paint.box(painter, rect, colour("surface.base"), None, theme().radius("control"))
        elif self.underMouse():
            paint.box(painter, rect, colour("surface.hover"), None, theme().radius("control"))
        ink = colour("accent.text" if chosen else "text.secondary")
        side = theme().px("icon_nav")
        box = QRectF((rect.width() - side) / 2, rect.height() * 0.16, side, side)
        paint_icon(painter, box, filled(self.item.icon) if chosen else self.item.icon, ink)
        font = theme().font("caption")
        if chosen:
            font.setWeight(font.Weight.DemiBold)
        if paint.text_width(font, self.item.word) > rect.width() - 2 * theme().line("status_edge"):
            font.setWeight(font.Weight.Normal)  # a long word keeps off the mark at the edge
        word = QRectF(0, rect.height() * 0.57, rect.width(), rect.height() * 0.34)
        paint.line(painter, word, self.item.word, font, ink, paint.CENTRE)
        if self.badge:
            size = badge_size(self.badge, tight=True)
            at = QRectF(box.right() - 2, box.top() - 6, size.width(), size.height())
            fill, text = badge_ink("accent")
            paint_badge(painter, paint.visual(at, rect, self.layoutDirection()), self.badge, fill, text)


def filled(icon: str) -> str:
    """The filled form of an icon where there is one."""
    try:
        glyph(f"{icon}-fill")
    except KeyError:
        return icon
    return f"{icon}-fill"


class Rail(QWidget):
    """At most seven places, Help at the foot. `chosen` tells the id; `help_wanted` is the foot."""

    chosen = Signal(str)
    help_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: dict[str, RailButton] = {}
        self._group = QButtonGroup(self)
        self._items = QVBoxLayout()
        self._items.setSpacing(2)
        self.help = RailButton(RailItem("help", "ph.question", "Help"))
        self.help.clicked.connect(lambda: self.help_wanted.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(3, 8, 3, 8)
        column.addLayout(self._items)
        column.addStretch()
        column.addWidget(self.help)
        self.setAccessibleName("Places")
        follow(self._dress)

    def set_items(self, items: Sequence[RailItem]) -> None:
        """The places of the signed-in person. Raises ValueError for more than seven."""
        if len(items) > _MOST:
            raise ValueError(f"the rail holds at most {_MOST} places")
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._items.removeWidget(button)
            button.deleteLater()
        self._buttons = {}
        for item in items:
            button = RailButton(item, self)
            button.setCheckable(True)
            button.clicked.connect(lambda _checked=False, name=item.id: self.chosen.emit(name))
            self._group.addButton(button)
            self._items.addWidget(button)
            self._buttons[item.id] = button

    def choose(self, name: str) -> None:
        """Marks a place without a signal; an unknown one unmarks nothing."""
        if name in self._buttons:
            self._buttons[name].setChecked(True)
            self.update()

    def current(self) -> str:
        """The marked place, empty when none is."""
        return next((name for name, button in self._buttons.items() if button.isChecked()), "")

    def set_badge(self, name: str, text: str) -> None:
        """A count at a place."""
        self._buttons[name].set_badge(text)

    def button(self, name: str) -> RailButton:
        """The button of a place, for tests and tours."""
        return self._buttons[name]

    def _dress(self) -> None:
        self.setFixedWidth(theme().px("rail_width"))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down go along the places, as in a list."""
        buttons = list(self._buttons.values())
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        at = next((i for i, button in enumerate(buttons) if button.hasFocus()), None)
        step = steps.get(Qt.Key(event.key()))
        if at is None or step is None:
            super().keyPressEvent(event)
            return
        buttons[(at + step) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            whole, colour = QRectF(self.rect()), theme().colour
            painter.fillRect(whole, colour("surface.rail"))
            line = QRectF(whole.right() - 1, 0, 1, whole.height())
            painter.fillRect(paint.visual(line, whole, self.layoutDirection()), colour("border.hairline"))
            for button in self._buttons.values():
                if button.isChecked():
                    high = theme().text_px(32)
                    mark = QRectF(0, button.y() + (button.height() - high) / 2, theme().line("status_edge"), high)
                    painter.fillRect(paint.visual(mark, whole, self.layoutDirection()), colour("accent.fill"))
