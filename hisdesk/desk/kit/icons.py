"""Phosphor icons in the colours of the theme. GUI thread.

The font and its list of names are read straight from qtawesome's files: importing qtawesome costs 39 MB and, on first
use, loads a dozen fonts of which one is wanted; this way it is 3 MB.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPainter, QPixmap

from hisdesk.desk.kit.theme import theme

_BOLD_BELOW = 14
_WEIGHTS = ("-fill", "-bold", "-light", "-thin", "-duotone")
_pixmaps: dict[tuple[str, int, int, float], QPixmap] = {}


def _fonts_folder() -> Path:
    spec = find_spec("qtawesome")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("qtawesome, which carries the icons, is not installed")
    return Path(spec.origin).parent / "fonts"


@cache
def _glyphs() -> dict[str, str]:
    (path,) = _fonts_folder().glob("phosphor-charmap-*.json")
    with path.open(encoding="utf-8") as file:
        return {name: chr(int(code, 16)) for name, code in json.load(file).items()}


@cache
def _family() -> str:
    (path,) = _fonts_folder().glob("phosphor-[0-9]*.ttf")
    handle = QFontDatabase.addApplicationFont(str(path))
    if handle < 0:
        raise RuntimeError(f"the icon font {path.name} cannot be read")
    return QFontDatabase.applicationFontFamilies(handle)[0]


def glyph(name: str, size: int = 16) -> str:
    """The character of an icon, `ph.user` or `user`. Regular icons turn bold below 14 px. Raises KeyError."""
    bare = name.removeprefix("ph.")
    glyphs = _glyphs()
    if bare not in glyphs:
        raise KeyError(f"no icon {name!r} in Phosphor 1.3")
    if size < _BOLD_BELOW and not bare.endswith(_WEIGHTS):
        bare = f"{bare}-bold"
    return glyphs[bare]


def paint_icon(painter: QPainter, rect: QRectF, name: str, colour: QColor) -> None:
    """Draws an icon into a square, sharp at any scale. Directions are not mirrored: ask `mirrored` for arrows."""
    size = round(min(rect.width(), rect.height()))
    if size <= 0:
        return
    font = QFont(_family())
    font.setPixelSize(size)
    font.setStyleStrategy(QFont.StyleStrategy.NoFontMerging)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setFont(font)
    painter.setPen(colour)
    square = QRectF(QPointF(0, 0), QSizeF(size, size))
    square.moveCenter(rect.center())
    painter.drawText(square, Qt.AlignmentFlag.AlignCenter, glyph(name, size))
    painter.restore()


def mirrored(name: str, direction: Qt.LayoutDirection) -> str:
    """The icon for the reading direction: arrows and carets that point left or right change sides."""
    if direction != Qt.LayoutDirection.RightToLeft:
        return name
    if "left" in name:
        return name.replace("left", "right")
    return name.replace("right", "left")


def _tint(colour: str) -> QColor:
    """A colour by its path; `board.…` and `hall.…` name the displays' own colours."""
    if colour.startswith("board."):
        return theme().board(colour.removeprefix("board."))
    if colour.startswith("hall."):
        return theme().hall(colour.removeprefix("hall."))
    return theme().colour(colour)


def pixmap(name: str, colour: str = "text.primary", size: int = 16) -> QPixmap:
    """A picture of an icon, `size` logical pixels, sharp on the densest screen. Each is made once."""
    app = QGuiApplication.instance()
    ratio = app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0
    ink = _tint(colour)
    key = (name, ink.rgba(), size, ratio)
    if key not in _pixmaps:
        made = QPixmap(round(size * ratio), round(size * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        paint_icon(painter, QRectF(0, 0, size, size), name, ink)
        painter.end()
        _pixmaps[key] = made
    return _pixmaps[key]
