"""Beside a field: the piece of the card it was read from, and how sure that is. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.labels import Icon, Label, show_if
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.desk.reception.card_values import Read

CROP_WIDTH = 108
STATES = {
    "sure": ("ok", "ph.check-circle-fill"),
    "accepted": ("ok", "ph.check-circle-fill"),
    "unsure": ("attention", "ph.warning-fill"),
    "typed": ("neutral", "ph.pencil-simple"),
}


class Crop(QWidget):
    """The piece of the picture, as large as it fits, never larger than it is legible."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        follow(self._dress)

    def set_image(self, image: QImage | None) -> None:
        """Another piece, or none."""
        self.image = image
        self.update()

    def _dress(self) -> None:
        self.setFixedSize(theme().text_px(CROP_WIDTH), theme().px("control"))

    def sizeHint(self) -> QSize:
        return QSize(theme().text_px(CROP_WIDTH), theme().px("control"))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.image is None or self.image.isNull():
            return
        with QPainter(self) as painter:
            frame, colour = QRectF(self.rect()), theme().colour
            paint.box(painter, frame, colour("surface.sunken"), colour("border.strong"), theme().radius("control"))
            room = frame.adjusted(3, 3, -3, -3)
            scale = min(room.width() / self.image.width(), room.height() / self.image.height())
            at = QRectF(0, 0, self.image.width() * scale, self.image.height() * scale)
            at.moveCenter(room.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(at, self.image)


class ProofRow(QWidget):
    """Proof for the field of its row that needs it most: crop, icon, source and confidence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.crop = Crop()
        self._sign = Icon("ph.circle", "text.muted", "icon_inline")
        self.words = Label("", "small_strong", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().space("grid"))
        row.addWidget(self.crop)
        row.addWidget(self._sign)
        row.addWidget(self.words, 1)
        self.setFixedWidth(theme().text_px(CROP_WIDTH + 104))
        self.show_proof(None, "")

    def show_proof(self, read: Read | None, state: str) -> None:
        """What was read and what became of it: sure, unsure, accepted, typed; nothing without a card."""
        self.crop.set_image(read.crop if read is not None else None)
        known = read is not None and state in STATES
        show_if(self._sign, known)
        if read is None or not known:
            self.words.set_text("")
            self.setAccessibleName("")
            return
        family, icon = STATES[state]
        text = {"typed": "typed", "accepted": f"{read.proof}, seen"}.get(state, read.proof)
        self.words.set_text(text)
        self.words.set_tone(family)
        self._sign.set_icon(icon, f"status.{family}.fg")
        self.setAccessibleName(f"Read as {read.value}, {text}")
