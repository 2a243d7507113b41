"""A card on the window, with a numbered box around everything that was read. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.scanning.reading import Box

ZOOMS = (1.0, 2.0, 3.5)


@dataclass(frozen=True)
class Mark:
    """A box in pixels of the picture. `number` is the one before the field's label; `unsure` dashes it."""

    name: str
    box: Box
    number: str
    unsure: bool = False


class CardPicture(QWidget):
    """Shows a picture as large as it fits, turned by quarter turns, zoomed around the chosen box."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image: QImage | None = None
        self.turns = 0
        self.zoom = ZOOMS[0]
        self.chosen = ""
        self._marks: tuple[Mark, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Picture of the card")
        follow(self._dress)

    def show_picture(self, image: QImage | None, marks: Sequence[Mark] = (), turns: int = 0) -> None:
        """Another picture; None leaves an empty frame."""
        self.image, self._marks, self.turns, self.zoom = image, tuple(marks), turns, ZOOMS[0]
        read = f"{len(self._marks)} fields were read from it" if self._marks else "nothing was read from it"
        self.setAccessibleDescription("No picture" if image is None else read)
        self.update()

    def set_marks(self, marks: Sequence[Mark], chosen: str = "") -> None:
        """What is marked, and around what the zoom is centred."""
        self._marks, self.chosen = tuple(marks), chosen
        self.update()

    def turn(self) -> None:
        """A quarter turn to the right."""
        self.turns = (self.turns + 1) % 4
        self.update()

    def next_zoom(self) -> float:
        """Larger, and whole again after the largest."""
        self.zoom = ZOOMS[(ZOOMS.index(self.zoom) + 1) % len(ZOOMS)]
        self.update()
        return self.zoom

    def sizeHint(self) -> QSize:
        return QSize(312, theme().text_px(196))

    def _dress(self) -> None:
        self.setFixedHeight(theme().text_px(196))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            frame, colour = QRectF(self.rect()), theme().colour
            paint.box(painter, frame, colour("surface.sunken"), colour("border.strong"), theme().radius("card"))
            if self.image is None or self.image.isNull():
                paint.line(painter, frame, "Nothing read yet", theme().font("body"), colour("text.muted"), paint.CENTRE)
                return
            painter.setClipRect(frame.adjusted(1, 1, -1, -1))
            way = self._way(self.image)
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setTransform(way)
            painter.drawImage(QPointF(0, 0), self.image)
            painter.restore()
            for mark in self._marks:
                self._paint_mark(painter, way, mark)

    def _way(self, image: QImage) -> QTransform:
        """From pixels of the picture to the widget."""
        wide, high = image.width(), image.height()
        across, up = (high, wide) if self.turns % 2 else (wide, high)
        scale = min((self.width() - 8) / across, (self.height() - 8) / up) * self.zoom
        centre = QPointF(wide / 2, high / 2)
        focus = next((mark.box for mark in self._marks if mark.name == self.chosen), None)
        if focus is not None and self.zoom > 1:
            centre = QPointF(focus[0] + focus[2] / 2, focus[1] + focus[3] / 2)
        way = QTransform()
        way.translate(self.width() / 2, self.height() / 2)
        way.rotate(90 * self.turns)
        way.scale(scale, scale)
        way.translate(-centre.x(), -centre.y())
        return way

    def _paint_mark(self, painter: QPainter, way: QTransform, mark: Mark) -> None:
        family = "attention" if mark.unsure else "info"
        rect = way.mapRect(QRectF(*mark.box)).adjusted(-3, -3, 3, 3)
        ink = theme().colour(f"status.{family}.fg")
        chosen = mark.name == self.chosen
        paint.box(painter, rect, None, ink, 3, width=2 if chosen else 1, dashed=mark.unsure)
        if not mark.number:
            return
        side = theme().text_px(13)
        flag = QRectF(min(rect.right() + 1, self.width() - side - 2), max(1.0, rect.top() - 3), side, side)
        paint.box(painter, flag, ink, None, 3)
        ground = theme().colour("surface.base")
        paint.line(painter, flag, mark.number, theme().font("caption"), ground, Qt.AlignmentFlag.AlignCenter)
