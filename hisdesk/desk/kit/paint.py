"""Small drawing steps that the painted controls and delegates share. GUI thread; nothing is stored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import bidirectional

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from hisdesk.desk.kit.dates import unbroken

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
CENTRE = Qt.AlignmentFlag.AlignCenter


def box(
    painter: QPainter,
    rect: QRectF,
    fill: QColor | None = None,
    border: QColor | None = None,
    radius: float = 0,
    width: float = 1,
    dashed: bool = False,
) -> None:
    """A rounded box whose border lies wholly inside `rect`, sharp on whole pixels."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    if border is not None:
        pen = QPen(border, width)
        if dashed:
            pen.setStyle(Qt.PenStyle.CustomDashLine)
            pen.setDashPattern([3, 2])
        painter.setPen(pen)
        inset = width / 2
        rect = rect.adjusted(inset, inset, -inset, -inset)
        radius = max(0.0, radius - inset)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect, radius, radius)
    painter.restore()


def text_width(font: QFont, text: str) -> int:
    """The width of one line in whole pixels, never too small for it."""
    metrics = QFontMetricsF(font)
    return int(metrics.horizontalAdvance(text) + 0.999) if text else 0


def line(
    painter: QPainter,
    rect: QRectF,
    text: str,
    font: QFont,
    colour: QColor,
    align: Qt.AlignmentFlag = LEFT,
    elide: bool = False,
) -> None:
    """One line of text. `align` is visual (not mirrored). `elide` is for places and free text only."""
    if elide:
        text = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.setFont(font)
    painter.setPen(colour)
    painter.setLayoutDirection(reading(text))
    painter.drawText(rect, int(align) | Qt.TextFlag.TextSingleLine, text)


def reading(text: str) -> Qt.LayoutDirection:
    """The direction of a text by its first letter: dates, doses and numbers read left-to-right in every language."""
    for sign in text:
        kind = bidirectional(sign)
        if kind in ("R", "AL"):
            return Qt.LayoutDirection.RightToLeft
        if kind == "L":
            break
    return Qt.LayoutDirection.LeftToRight


def lines(
    painter: QPainter, rect: QRectF, texts: Sequence[tuple[str, QFont, QColor]], step: float, align: Qt.AlignmentFlag
) -> None:
    """Several single lines under each other, centred together, `step` apart or less where `rect` is too low."""
    step = min(step, rect.height() / max(1, len(texts)))
    top = rect.top() + (rect.height() - step * len(texts)) / 2
    for number, (text, font, colour) in enumerate(texts):
        line(painter, QRectF(rect.left(), top + number * step, rect.width(), step), text, font, colour, align)


def broken(text: str, font: QFont, width: float, between: str = "") -> list[str]:
    """The text on one line if it fits, else on two; the rest is elided.

    It breaks after a blank or a hyphen, where it can not within a date or an amount, or only after the sign `between`.
    """
    metrics = QFontMetricsF(font)
    if metrics.horizontalAdvance(text) <= width:
        return [text]
    if not between:
        whole = _two_lines(unbroken(text), metrics, width, between)
        if not whole[-1].endswith("…"):
            return whole  # where not all of it has room that way, reading it all comes first
    return _two_lines(text, metrics, width, between)


def _two_lines(text: str, metrics: QFontMetricsF, width: float, between: str) -> list[str]:
    pattern = rf"[^{between}]+{between}?\s*" if between else r"[^ \n-]*-+|[^ \n-]+[ \n]*|[ \n]+"
    pieces, first = re.findall(pattern, text), ""
    while pieces and metrics.horizontalAdvance((first + pieces[0]).rstrip()) <= width:
        first += pieces.pop(0)
    if not first:  # one endless word
        fits = next((n for n in range(len(text), 0, -1) if metrics.horizontalAdvance(text[:n]) <= width), 1)
        first, pieces = text[:fits], [text[fits:]]
    rest = metrics.elidedText("".join(pieces), Qt.TextElideMode.ElideRight, width)
    return [first.rstrip(), rest] if rest else [first.rstrip()]


def visual(rect: QRectF, inside: QRectF, direction: Qt.LayoutDirection) -> QRectF:
    """A logical rectangle as it lies on the screen: mirrored within `inside` for right-to-left."""
    if direction != Qt.LayoutDirection.RightToLeft:
        return rect
    mirrored = QRectF(rect)
    mirrored.moveLeft(inside.left() + inside.right() - rect.right())
    return mirrored


def leading(direction: Qt.LayoutDirection) -> Qt.AlignmentFlag:
    """The side where reading begins."""
    return RIGHT if direction == Qt.LayoutDirection.RightToLeft else LEFT


def trailing(direction: Qt.LayoutDirection) -> Qt.AlignmentFlag:
    """The side where reading ends."""
    return LEFT if direction == Qt.LayoutDirection.RightToLeft else RIGHT


def mix(under: QColor, over: QColor, share: float) -> QColor:
    """A colour between two: 0 gives `under`, 1 gives `over`."""
    share = min(1.0, max(0.0, share))
    return QColor(
        round(under.red() + (over.red() - under.red()) * share),
        round(under.green() + (over.green() - under.green()) * share),
        round(under.blue() + (over.blue() - under.blue()) * share),
    )
