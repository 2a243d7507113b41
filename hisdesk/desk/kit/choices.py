"""Choosing: ticks, segments with counts, tabs. Painted from the theme. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QTabBar,
    QWidget,
)

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.chips import badge_ink, badge_size, paint_badge
from hisdesk.desk.kit.icons import paint_icon
from hisdesk.desk.kit.style import RING
from hisdesk.desk.kit.theme import follow, theme

_BOX = 18
_GAP = 8


def paint_tick(painter: QPainter, rect: QRectF, on: bool, enabled: bool = True, over: bool = False) -> None:
    """Draws a tick box into a square."""
    colour = theme().colour
    if not enabled:
        paint.box(painter, rect, colour("surface.disabled"), colour("border.strong"), theme().radius("chip"))
    elif on:
        paint.box(painter, rect, colour("accent.hover" if over else "accent.fill"), None, theme().radius("chip"))
    else:
        border = colour("border.control_hover" if over else "border.control")
        paint.box(painter, rect, colour("surface.base"), border, theme().radius("chip"))
    if on:
        inner = rect.adjusted(3, 3, -3, -3)
        paint_icon(painter, inner, "ph.check-bold", colour("text.on_accent" if enabled else "text.disabled"))


class CheckBox(QCheckBox):
    """A tick with its words. Space toggles."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty(RING, theme().radius("chip"))
        follow(self._dress)

    def _dress(self) -> None:
        self.setMinimumHeight(theme().text_px(24))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = theme().text_px(_BOX) + _GAP + paint.text_width(theme().font("body"), self.text())
        return QSize(width + 2, theme().text_px(24))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        whole, direction, side = QRectF(self.rect()), self.layoutDirection(), theme().text_px(_BOX)
        mark = paint.visual(QRectF(1, (self.height() - side) // 2, side, side), whole, direction)
        words = paint.visual(whole.adjusted(side + _GAP + 1, 0, 0, 0), whole, direction)
        ink = theme().colour("text.primary" if self.isEnabled() else "text.disabled")
        with QPainter(self) as painter:
            paint_tick(painter, mark, self.isChecked(), self.isEnabled(), self.underMouse())
            paint.line(painter, words, self.text(), theme().font("body"), ink, paint.leading(direction))


@dataclass(frozen=True)
class Segment:
    """One choice of a Segmented: its value, its words, a count (already as text) and an icon."""

    value: str
    text: str
    count: str = ""
    icon: str = ""


class _SegmentButton(QPushButton):
    def __init__(self, segment: Segment, first: bool, parent: QWidget) -> None:
        super().__init__(segment.text, parent)
        self.segment, self._first = segment, first
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setProperty(RING, theme().radius("control"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def set_count(self, count: str) -> None:
        self.segment = Segment(self.segment.value, self.segment.text, count, self.segment.icon)
        self.setAccessibleDescription(count)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = paint.text_width(theme().font("body_strong"), self.segment.text) + 22
        if self.segment.count:
            width += badge_size(self.segment.count).width() + _GAP
        if self.segment.icon:
            width += theme().px("icon") + _GAP
        return QSize(width, theme().px("control"))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            colour, whole, direction = theme().colour, QRectF(self.rect()), self.layoutDirection()
            fill = "accent.subtle" if self.isChecked() else "surface.hover" if self.underMouse() else "surface.base"
            painter.fillRect(whole, colour(fill))
            if not self._first:
                edge = paint.visual(QRectF(0, 0, 1, whole.height()), whole, direction)
                painter.fillRect(edge, colour("border.strong"))
            ink = colour("accent.text" if self.isChecked() else "text.primary")
            x = 11.0
            if self.segment.icon:
                side = theme().px("icon")
                box = QRectF(x, (whole.height() - side) / 2, side, side)
                paint_icon(painter, paint.visual(box, whole, direction), self.segment.icon, ink)
                x += side + _GAP
            font = theme().font("body_strong" if self.isChecked() else "body")
            wide = paint.text_width(font, self.segment.text)
            text = paint.visual(QRectF(x, 0, wide, whole.height()), whole, direction)
            paint.line(painter, text, self.segment.text, font, ink, paint.CENTRE)
            if self.segment.count:
                size = badge_size(self.segment.count)
                at = QPointF(whole.width() - 11 - size.width(), (whole.height() - size.height()) / 2)
                badge = paint.visual(QRectF(at, size.toSizeF()), whole, direction)
                plain, text_ink = badge_ink("plain")
                back = colour("surface.base") if self.isChecked() else plain
                paint_badge(painter, badge, self.segment.count, back, ink if self.isChecked() else text_ink)


class Segmented(QWidget):
    """States with their counts, one chosen; arrow keys move. `chosen` tells the value."""

    chosen = Signal(str)

    def __init__(self, segments: Sequence[Segment], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, _SegmentButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        for segment in segments:
            button = _SegmentButton(segment, not self._buttons, self)
            self._group.addButton(button)
            self._buttons[segment.value] = button
            row.addWidget(button)
            button.toggled.connect(lambda on, value=segment.value: self.chosen.emit(value) if on else None)
        if segments:
            next(iter(self._buttons.values())).setChecked(True)
        follow(self._dress)

    def value(self) -> str:
        """The chosen value."""
        return next((value for value, button in self._buttons.items() if button.isChecked()), "")

    def set_value(self, value: str) -> None:
        """Chooses a segment."""
        self._buttons[value].setChecked(True)

    def set_count(self, value: str, count: str) -> None:
        """Shows a count, already written as people read it ("31", "1,000+")."""
        self._buttons[value].set_count(count)

    def _dress(self) -> None:
        self.setFixedHeight(theme().px("control"))
        for button in self._buttons.values():
            button.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            colour = theme().colour
            paint.box(painter, QRectF(self.rect()), colour("surface.base"), colour("border.control"), 3)


class Tabs(QTabBar):
    """The tabs of a chart, each with an optional count. Alt+1…9 belong to the screen; arrow keys move."""

    def __init__(self, titles: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: dict[int, str] = {}
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(True)
        self._by_mouse = False
        for title in titles:
            self.addTab(title)
        follow(self._dress)

    def set_count(self, index: int, count: str) -> None:
        """A count beside the title, for instance "6" or "2 new"."""
        self._counts[index] = count
        self.setAccessibleTabName(index, f"{self.tabText(index)} {count}".strip())
        self.setTabText(index, self.tabText(index))  # makes the bar measure again
        self.update()

    def _dress(self) -> None:
        self.setFixedHeight(theme().px("tab_height"))
        self.updateGeometry()
        self.update()

    def tabSizeHint(self, index: int) -> QSize:
        width = paint.text_width(theme().font("body_strong"), self.tabText(index)) + 24
        count = self._counts.get(index, "")
        if count:
            width += badge_size(count).width() + _GAP
        return QSize(width, theme().px("tab_height"))

    def minimumTabSizeHint(self, index: int) -> QSize:
        return self.tabSizeHint(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            base = QRectF(0, self.height() - 1, self.width(), 1)
            painter.fillRect(base, theme().colour("border.hairline"))
            for index in range(self.count()):
                self._paint_tab(painter, index)
            if self.hasFocus() and not self._by_mouse:
                self._paint_ring(painter)

    def _paint_ring(self, painter: QPainter) -> None:
        """Around the one tab that the arrow keys leave, inside the bar: a ring outside it would cut its neighbours."""
        width = theme().line("focus")
        ring = QRectF(self.tabRect(self.currentIndex())).adjusted(3, 4, -3, -6)
        paint.box(painter, ring, None, theme().colour("focus"), theme().radius("control"), width)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_mouse = event.reason() == Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._by_mouse = False
        super().keyPressEvent(event)
        self.update()

    def _paint_tab(self, painter: QPainter, index: int) -> None:
        colour, rect = theme().colour, QRectF(self.tabRect(index))
        current, direction = index == self.currentIndex(), self.layoutDirection()
        over = self.underMouse() and rect.contains(QPointF(self.mapFromGlobal(self.cursor().pos())))
        ink = colour("accent.text" if current else "text.primary" if over else "text.secondary")
        if not self.isTabEnabled(index):
            ink = colour("text.disabled")
        font = theme().font("body_strong" if current else "body")
        wide = paint.text_width(font, self.tabText(index))
        text = QRectF(rect.left() + 12, rect.top(), wide, rect.height())
        paint.line(painter, paint.visual(text, rect, direction), self.tabText(index), font, ink, paint.CENTRE)
        count = self._counts.get(index, "")
        if count:
            size = badge_size(count)
            at = QPointF(rect.right() - 12 - size.width(), rect.center().y() - size.height() / 2)
            fill, tone = badge_ink("plain")
            paint_badge(painter, paint.visual(QRectF(at, size.toSizeF()), rect, direction), count, fill, tone)
        if current:
            painter.setPen(QPen(Qt.PenStyle.NoPen))
            painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 2), colour("accent.fill"))
