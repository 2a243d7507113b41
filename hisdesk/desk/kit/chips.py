"""States as icon, word and colour, in this order; and small counts. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.icons import paint_icon
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.desk.kit.tokens import Status

_HEIGHT = 22
_GAP = 6
_PADDING = 7


def chip_size(state: Status, boxed: bool = True) -> QSize:
    """The size of a chip, with its border and padding when it is boxed."""
    icon = theme().px("icon_inline") + _GAP if state.icon else 0
    width = icon + paint.text_width(theme().font("small_strong"), state.word)
    return QSize(width + (2 * _PADDING if boxed else 0), theme().text_px(_HEIGHT))


def paint_chip(
    painter: QPainter,
    at: QPointF,
    state: Status,
    direction: Qt.LayoutDirection,
    boxed: bool = True,
    muted: bool = False,
) -> QRectF:
    """Draws a chip with its top left at `at` and returns where it is. `muted` is for stale rows."""
    rect = QRectF(at, chip_size(state, boxed).toSizeF())
    colour = theme().colour
    ink = colour("text.muted") if muted else colour(f"status.{state.family}.fg")
    if boxed:
        fill = None if muted else colour(f"status.{state.family}.bg")
        border = colour("border.strong") if muted else colour(f"status.{state.family}.border")
        paint.box(painter, rect, fill, border, theme().radius("chip"))
    inner = rect.adjusted(_PADDING, 0, -_PADDING, 0) if boxed else rect
    side = theme().px("icon_inline") if state.icon else 0
    if state.icon:
        box = QRectF(inner.left(), inner.center().y() - side / 2, side, side)
        paint_icon(painter, paint.visual(box, rect, direction), state.icon, ink)
    text = inner.adjusted(side + _GAP if side else 0, 0, 2, 0)
    font = theme().font("small_strong")
    paint.line(painter, paint.visual(text, rect, direction), state.word, font, ink, paint.leading(direction))
    return rect


class StatusChip(QWidget):
    """A state on the window. `boxed=False` shows icon and word without the box."""

    def __init__(self, state: Status, *, boxed: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._boxed = state, boxed
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        follow(self._dress)

    @property
    def state(self) -> Status:
        return self._state

    def set_state(self, state: Status) -> None:
        """Shows another state."""
        self._state = state
        self._dress()

    def _dress(self) -> None:
        self.setAccessibleName(self._state.word)
        self.setFixedSize(chip_size(self._state, self._boxed))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_chip(painter, QPointF(0, 0), self._state, self.layoutDirection(), self._boxed)


def badge_size(text: str, tight: bool = False) -> QSize:
    """The size of a count; `tight` for one that sits on an icon."""
    height = theme().text_px(16 if tight else 18)
    return QSize(max(height, paint.text_width(theme().font("caption"), text) + (8 if tight else 16)), height)


def paint_badge(painter: QPainter, rect: QRectF, text: str, fill: QColor, ink: QColor) -> None:
    """Draws a count in a pill."""
    paint.box(painter, rect, fill, None, rect.height() / 2)
    paint.line(painter, rect, text, theme().font("caption"), ink, paint.CENTRE)


class Badge(QWidget):
    """A count in a pill. Tones: `plain` beside a title, `accent` on the rail, `danger` for what must be seen."""

    def __init__(self, text: str = "", tone: str = "plain", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._tone = text, tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        follow(self._dress)

    @property
    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        """Shows another count; nothing is drawn for an empty one."""
        self._text = text
        self._dress()

    def _dress(self) -> None:
        self.setAccessibleName(self._text)
        self.setFixedSize(badge_size(self._text))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._text:
            return
        with QPainter(self) as painter:
            fill, ink = badge_ink(self._tone)
            paint_badge(painter, QRectF(self.rect()), self._text, fill, ink)


def badge_ink(tone: str) -> tuple[QColor, QColor]:
    """Fill and text of a badge."""
    colour = theme().colour
    if tone == "accent":
        return colour("accent.fill"), colour("text.on_accent")
    if tone == "danger":
        return colour("danger.fill"), colour("danger.on")
    return colour("surface.hover"), colour("text.secondary")
