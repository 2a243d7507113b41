"""The key printed on a button, in the status line, in a sentence. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.theme import follow, theme

_HEIGHT = 18
_PADDING = 5
_SIGNS = {
    "Return": "↵",
    "Enter": "↵",
    "Up": "↑",
    "Down": "↓",
    "Left": "←",
    "Right": "→",
    "PgUp": "Page ↑",
    "PgDown": "Page ↓",
    "Tab": "⇥",
}


def key_text(keys: str) -> str:
    """A key sequence in Qt's portable form as it is printed: "Ctrl+Return" → "Ctrl ↵"."""
    if keys == "+" or not keys:
        return keys
    return " ".join(_SIGNS.get(part, part) for part in keys.split("+"))


def cap_size(keys: str) -> QSize:
    """The size of a key cap."""
    height = theme().text_px(_HEIGHT)
    width = paint.text_width(theme().font("caption"), key_text(keys)) + 2 * _PADDING + 2
    return QSize(max(width, height), height)


def paint_cap(painter: QPainter, rect: QRectF, keys: str, text: QColor, border: QColor, fill: QColor | None) -> None:
    """Draws a key cap into `rect` in the colours of what it stands on."""
    paint.box(painter, rect, fill, border, theme().radius("chip"))
    paint.line(painter, rect, key_text(keys), theme().font("caption"), text, paint.CENTRE)


class KeyCap(QWidget):
    """A key cap as a widget of its own, for status line and sentences."""

    def __init__(self, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = keys
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"Key {key_text(keys)}")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        follow(self._dress)

    @property
    def keys(self) -> str:
        return self._keys

    def _dress(self) -> None:
        self.setFixedSize(cap_size(self._keys))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            now = theme()
            paint_cap(
                painter,
                QRectF(self.rect()),
                self._keys,
                now.colour("text.secondary"),
                now.colour("border.strong"),
                now.colour("surface.sunken"),
            )
