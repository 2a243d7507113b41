"""What the paintings of all boards share. All measures are pixels of a 1080-line screen times height / 1080."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QWidget

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.fonts import families
from hisdesk.desk.kit.icons import mirrored, paint_icon
from hisdesk.desk.kit.tokens import token


class Drawing:
    """One paint: the painter and the scale together. Rectangles are as for left-to-right."""

    sizes = ""
    """Where the sizes of its fonts stand among the tokens, for instance "board.hall"."""

    def __init__(self, painter: QPainter, view: QWidget) -> None:
        self.painter = painter
        self.unit = view.height() / 1080
        self.width, self.height = float(view.width()), float(view.height())
        self.direction = view.layoutDirection()
        self.whole = QRectF(0, 0, self.width, self.height)

    def px(self, pixels: float) -> float:
        """Pixels of this screen."""
        return pixels * self.unit

    def font(self, size: str | float, weight: int) -> QFont:
        """A font with a plain zero: the public reads a slashed one as a letter."""
        pixels = token(f"{self.sizes}.{size}.px_at_1080") if isinstance(size, str) else size
        font = QFont(families())
        font.setPixelSize(max(1, round(self.px(pixels))))
        font.setWeight(QFont.Weight(weight))
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def text(
        self, rect: QRectF, text: str, font: QFont, colour: QColor, *, trailing: bool = False, elide: bool = False
    ) -> None:
        """One line in `rect`; shrunk to fit, because no number may be cut."""
        wide = paint.text_width(font, text)
        if wide > rect.width() and not elide:
            font = QFont(font)
            font.setPixelSize(max(1, int(font.pixelSize() * rect.width() / wide)))
        align = paint.trailing(self.direction) if trailing else paint.leading(self.direction)
        paint.line(self.painter, self.place(rect), text, font, colour, align, elide)

    def place(self, rect: QRectF) -> QRectF:
        """Where it lies on the screen."""
        return paint.visual(rect, self.whole, self.direction)

    def icon(self, x: float, middle: float, side: float, name: str, colour: QColor) -> None:
        """A square icon that begins at `x`."""
        box = QRectF(x, middle - side / 2, side, side)
        paint_icon(self.painter, self.place(box), mirrored(name, self.direction), colour)

    def rule(self, x: float, y: float, width: float, colour: QColor) -> None:
        """A thin line."""
        self.painter.fillRect(self.place(QRectF(x, y, width, max(1.0, self.px(2)))), colour)
