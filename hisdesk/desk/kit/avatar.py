"""The round initials of a member of staff. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.theme import follow, theme

_TITLES = frozenset({"dr", "prof", "sr", "mr", "mrs", "ms", "mx"})


def initials(name: str) -> str:
    """At most two letters of a display name, without its title: "Dr A. Oakhollow" → "AO"."""
    words = [word.strip(".,") for word in name.split() if word.strip(".,").lower() not in _TITLES and word.strip(".,")]
    if not words:
        return ""
    first, last = words[0][0], words[-1][0] if len(words) > 1 else ""
    return (first + last).upper()


class Avatar(QWidget):
    """Initials in a circle. The name stands beside it; this is decoration."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        follow(self._dress)

    def set_name(self, name: str) -> None:
        """Another person."""
        self._name = name
        self.update()

    def _dress(self) -> None:
        side = theme().px("avatar")
        self.setFixedSize(side, side)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            rect, colour = QRectF(self.rect()), theme().colour
            paint.box(painter, rect, colour("accent.subtle"), None, rect.width() / 2)
            font = theme().font("caption")
            font.setWeight(font.Weight.DemiBold)
            paint.line(painter, rect, initials(self._name), font, colour("accent.text"), paint.CENTRE)
