"""One figure of the home screen as a button, and the grid they stand in. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.icons import mirrored, paint_icon
from hisdesk.desk.kit.style import RING
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.desk.kit.tiles import NOT_KNOWN, Said, Tile

WIDTH, HEIGHT = 170, 112
ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
_OPEN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_UNREAD = Said(NOT_KNOWN)
_LEFT, _RIGHT = 14, 12


def title_width(tile_width: int) -> int:
    """The room that a tile of this width leaves for its title."""
    return tile_width - _LEFT - _RIGHT - theme().px("icon") - 8


def _detail_lines(text: str, font: QFont, width: float) -> list[str]:
    """One line or two: between two remarks where both have room, else as any text."""
    remarks = text.split(" · ")
    if len(remarks) > 1 and paint.text_width(font, text) > width:
        halves = [(" · ".join(remarks[:cut]), " · ".join(remarks[cut:])) for cut in range(len(remarks) - 1, 0, -1)]
        for halved in halves:
            if all(paint.text_width(font, half) <= width for half in halved):
                return list(halved)
    return paint.broken(text, font, width)


class TileView(QAbstractButton):
    """Icon and title, the figure with its unit, a line of detail. Click, Enter and Space open what is behind it.

    `stepped` tells an arrow key. `where` names the screen that it opens, "" for a figure that opens nothing.
    """

    stepped = Signal(object)

    def __init__(self, tile: Tile, where: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tile, self.where = tile, where
        self.said, self.stale = _UNREAD, False
        self.setText(tile.title)
        self.setProperty(RING, theme().radius("card"))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleDescription(f"Opens {where}" if where else "")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.say(_UNREAD)
        follow(self._dress)

    def say(self, said: Said, *, stale: bool = False) -> None:
        """Shows another figure; `stale` mutes it."""
        self.said, self.stale = said, stale
        figure = "not known" if said.figure == NOT_KNOWN else f"{said.figure} {said.unit}".strip()
        self.setAccessibleName(f"{self.tile.title}: {figure}. {said.detail}".strip(" ."))
        opens = f"Opens {self.where}" if self.where else ""
        self.setToolTip("\n".join(part for part in (said.detail, opens) if part))
        self.update()

    def _dress(self) -> None:
        self.setFixedHeight(theme().text_px(HEIGHT))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme().text_px(WIDTH), theme().text_px(HEIGHT))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
        if plain and key in _OPEN:
            self.click()
        elif plain and key in ARROWS:
            self.stepped.emit(key)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.HoverEnter, QEvent.Type.HoverLeave):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            whole, direction = QRectF(self.rect()), self.layoutDirection()
            self._paint_ground(painter, whole, direction)
            inner = whole.adjusted(_LEFT, 10, -_RIGHT, -10)
            self._paint_title(painter, inner, direction)
            self._paint_figure(painter, inner, direction)
            self._paint_detail(painter, inner, direction)

    def _paint_detail(self, painter: QPainter, inner: QRectF, direction: Qt.LayoutDirection) -> None:
        """One line or two; what has no room there is in the tool tip."""
        font, high = theme().font("small"), theme().text_px(16)
        colour = theme().colour("text.muted" if self.stale else "text.secondary")
        top = inner.top() + theme().text_px(20 + 6 + 32)
        for number, text in enumerate(_detail_lines(self.said.detail, font, inner.width())):
            line = QRectF(inner.left(), top + number * high, inner.width(), high)
            paint.line(painter, line, text, font, colour, paint.leading(direction))

    def _paint_ground(self, painter: QPainter, whole: QRectF, direction: Qt.LayoutDirection) -> None:
        colour, radius = theme().colour, theme().radius("card")
        over = self.where and (self.underMouse() or self.isDown())
        fill = colour("surface.hover" if over else "surface.base")
        paint.box(painter, whole, fill, colour("border.strong" if over else "border.hairline"), radius)
        if self.said.tone and not self.stale:
            painter.save()
            painter.setClipRect(
                paint.visual(QRectF(0, 0, theme().line("status_edge"), whole.height()), whole, direction)
            )
            paint.box(painter, whole, colour(f"status.{self.said.tone}.fg"), None, radius)
            painter.restore()

    def _paint_title(self, painter: QPainter, inner: QRectF, direction: Qt.LayoutDirection) -> None:
        high, side, ink = theme().text_px(20), theme().px("icon"), theme().colour("text.secondary")
        icon = QRectF(inner.left(), inner.top() + (high - side) / 2, side, side)
        paint_icon(painter, paint.visual(icon, inner, direction), self.tile.icon, ink)
        word = QRectF(icon.right() + 8, inner.top(), inner.right() - icon.right() - 8, high)
        align = paint.leading(direction)
        paint.line(painter, paint.visual(word, inner, direction), self.tile.title, theme().font("body"), ink, align)
        if self.where:
            way = QRectF(inner.right() - side, inner.top() + theme().text_px(24) + side / 2, side, side)
            name = mirrored("ph.caret-right", direction)
            paint_icon(painter, paint.visual(way, inner, direction), name, theme().colour("text.muted"))

    def _paint_figure(self, painter: QPainter, inner: QRectF, direction: Qt.LayoutDirection) -> None:
        tone = self.said.tone
        muted = self.stale or self.said.figure == NOT_KNOWN
        ink = theme().colour("text.muted" if muted else f"status.{tone}.fg" if tone else "text.primary")
        font, high = theme().font("figure"), theme().text_px(32)
        wide = paint.text_width(font, self.said.figure)
        figure = QRectF(inner.left(), inner.top() + theme().text_px(24), wide, high)
        paint.line(painter, paint.visual(figure, inner, direction), self.said.figure, font, ink, paint.CENTRE)
        if self.said.unit:
            # on the line that the digits stand on
            unit = QRectF(
                figure.right() + 6, figure.top() + theme().text_px(3), inner.right() - figure.right() - 6, high
            )
            unit_ink = theme().colour("text.secondary")
            align = paint.leading(direction)
            body = theme().font("body")
            paint.line(painter, paint.visual(unit, inner, direction), self.said.unit, body, unit_ink, align)


class TileGrid(QWidget):
    """Tiles side by side in columns of one width, as many as have room; a wide tile takes two."""

    def __init__(self, tiles: Sequence[TileView], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles = tuple(tiles)
        for tile in self._tiles:
            tile.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        follow(self._place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._place()

    def _place(self) -> None:
        gap, high = theme().space("card_padding"), theme().text_px(HEIGHT)
        columns = max(1, (self.width() + gap) // (theme().text_px(WIDTH) + gap))
        step = (self.width() + gap) / columns
        row = column = 0
        for tile in self._tiles:
            span = min(columns, 2 if tile.tile.wide else 1)
            if column + span > columns:
                row, column = row + 1, 0
            box = QRectF(column * step, row * (high + gap), span * step - gap, high)
            whole = QRectF(0, 0, self.width(), self.height())
            tile.setGeometry(paint.visual(box, whole, self.layoutDirection()).toRect())
            column += span
        self.setFixedHeight((row + 1) * high + row * gap)
