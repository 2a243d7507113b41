"""One tile of the bed board, painted. GUI thread."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.icons import paint_icon
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.ward import words
from hisdesk.hospital.admissions.queries import BedRow
from hisdesk.hospital.beds.rules import Fit

_INSET, _LINE = 9, 17


@dataclass(frozen=True)
class Look:
    """How a tile stands on the board: chosen, looked at while somebody is placed, old."""

    selected: bool = False
    focused: bool = False
    fit: Fit | None = None
    verb: str = ""
    who: str = ""
    stale: bool = False


def paint_tile(
    painter: QPainter, rect: QRectF, row: BedRow, look: Look, moment: dt.datetime, direction: Qt.LayoutDirection
) -> None:
    """Draws the tile into `rect`."""
    said = words.tile(row, moment)
    painter.save()
    dim = look.fit is not None and not look.fit.fits
    if dim:
        painter.setOpacity(0.55)
    _ground(painter, rect, said, look, direction)
    painter.setOpacity(1.0)
    if look.fit is not None:
        _placing(painter, rect, row, said, look, direction)
    else:
        _contents(painter, rect, row, said, look, direction)
    if look.selected:
        ring = theme().colour("focus" if look.focused else "border.control")
        radius, width = theme().radius("control") + 2, theme().line("focus")
        paint.box(painter, rect.adjusted(-2, -2, 2, 2), None, ring, radius, width)
    painter.restore()


def _ground(painter: QPainter, rect: QRectF, said: words.Tile, look: Look, direction: Qt.LayoutDirection) -> None:
    colour, radius, family = theme().colour, theme().radius("control"), said.state.family
    filled = said.filled and not look.stale
    fill = colour(f"status.{family}.bg") if filled else colour("surface.base")
    border = colour(f"status.{family}.border") if filled else colour("border.strong")
    fits = look.fit is not None and look.fit.fits
    if fits:
        border = colour("accent.fill")
    paint.box(painter, rect, fill, border, radius, 2 if fits else 1, dashed=fits)
    edge = paint.visual(QRectF(rect.left(), rect.top(), theme().line("status_edge"), rect.height()), rect, direction)
    painter.save()
    painter.setClipRect(edge)
    paint.box(painter, rect, colour("text.muted" if look.stale else f"status.{family}.fg"), None, radius)
    painter.restore()


def _ink(tone: str, look: Look) -> QColor:
    colour = theme().colour
    if look.stale:
        return colour("text.muted")
    if tone in ("primary", "secondary", "muted"):
        return colour(f"text.{tone}")
    return colour(f"status.{tone}.fg")


def _head(
    painter: QPainter, inner: QRectF, row: BedRow, said: words.Tile, look: Look, direction: Qt.LayoutDirection
) -> None:
    """Label, state as icon and word, flags at the other end."""
    high, side = float(theme().text_px(_LINE)), float(theme().px("icon_inline"))
    font, small = theme().font("body_strong"), theme().font("small")
    ink = _ink(said.state.family if said.filled else "secondary", look)
    wide = paint.text_width(font, row.label)
    label = QRectF(inner.left(), inner.top(), wide + 2, high)
    paint.line(painter, paint.visual(label, inner, direction), row.label, font, _ink("primary", look), paint.CENTRE)
    icon = QRectF(label.right() + 5, inner.top() + (high - side) / 2, side, side)
    paint_icon(painter, paint.visual(icon, inner, direction), said.state.icon, ink)
    word = QRectF(icon.right() + 4, inner.top(), inner.right() - icon.right() - 4, high)
    align = paint.leading(direction)
    paint.line(painter, paint.visual(word, inner, direction), said.state.word, small, ink, align)
    for number, flag in enumerate(said.flags):
        at = QRectF(inner.right() - (number + 1) * (side + 3), inner.top() + (high - side) / 2, side, side)
        paint_icon(painter, paint.visual(at, inner, direction), flag, _ink("primary", look))


def _contents(
    painter: QPainter, rect: QRectF, row: BedRow, said: words.Tile, look: Look, direction: Qt.LayoutDirection
) -> None:
    inner = rect.adjusted(_INSET + 1, _INSET - 2, -_INSET, -_INSET + 3)
    high, align = float(theme().text_px(_LINE)), paint.leading(direction)
    _head(painter, inner, row, said, look, direction)
    top = inner.top() + high + 2
    if said.name:
        top = _name(painter, inner, top, high, said.name, look, align)
    room = inner.bottom() - high - top
    for line in said.lines[: max(0, int(room // (high - 1)))]:
        box = QRectF(inner.left(), top, inner.width(), high)
        paint.line(painter, box, line.text, theme().font("small"), _ink(line.tone, look), align, elide=True)
        top += high - 1
    _foot(painter, inner, high, said, look, direction)


def _name(
    painter: QPainter, inner: QRectF, top: float, high: float, name: str, look: Look, align: Qt.AlignmentFlag
) -> float:
    """A name is never cut: a long one takes a smaller line, then two."""
    for role in ("body_strong", "small_strong"):
        font = theme().font(role)
        if QFontMetricsF(font).horizontalAdvance(name) <= inner.width():
            box = QRectF(inner.left(), top, inner.width(), high)
            paint.line(painter, box, name, font, _ink("primary", look), align)
            return top + high
    font = theme().font("small_strong")
    parts = paint.broken(name, font, inner.width())
    if parts[-1].endswith("…"):
        parts = paint.broken(name.rpartition(",")[0] or name, font, inner.width())
    for part in parts:
        box = QRectF(inner.left(), top, inner.width(), high)
        paint.line(painter, box, part, font, _ink("primary", look), align)
        top += high - 2
    return top + 2


def _foot(
    painter: QPainter, inner: QRectF, high: float, said: words.Tile, look: Look, direction: Qt.LayoutDirection
) -> None:
    bottom = QRectF(inner.left(), inner.bottom() - high, inner.width(), high)
    small = theme().font("small")
    taken = 0.0
    if said.right.text:
        side = float(theme().px("icon_inline"))
        wide = paint.text_width(small, said.right.text) + 2
        taken = wide + side + 4
        text = QRectF(bottom.right() - wide, bottom.top(), wide, high)
        icon = QRectF(text.left() - side - 4, bottom.top() + (high - side) / 2, side, side)
        ink = _ink(said.right.tone, look)
        paint_icon(painter, paint.visual(icon, bottom, direction), "ph.house-line", ink)
        paint.line(painter, paint.visual(text, bottom, direction), said.right.text, small, ink, paint.CENTRE)
    if said.left.text:
        font = theme().font("small_strong") if said.left.tone not in ("secondary", "muted") else small
        box = paint.visual(bottom.adjusted(0, 0, -taken, 0), bottom, direction)
        align = paint.leading(direction)
        paint.line(painter, box, said.left.text, font, _ink(said.left.tone, look), align, elide=True)
    if said.share is not None:
        _bar(painter, QRectF(bottom.left(), bottom.top() - 8, bottom.width(), 5), said.share, direction)


def _bar(painter: QPainter, rect: QRectF, share: float, direction: Qt.LayoutDirection) -> None:
    colour = theme().colour
    paint.box(painter, rect, colour("status.attention.border"), None, 2.5)
    done = paint.visual(QRectF(rect.left(), rect.top(), rect.width() * share, rect.height()), rect, direction)
    if share > 0:
        paint.box(painter, done, colour("status.attention.fg"), None, 2.5)


def _placing(
    painter: QPainter, rect: QRectF, row: BedRow, said: words.Tile, look: Look, direction: Qt.LayoutDirection
) -> None:
    """While somebody is placed: what speaks for the bed or against it, in the middle of the tile."""
    fit = look.fit
    if fit is None:
        return
    inner = rect.adjusted(_INSET + 1, _INSET - 2, -_INSET, -_INSET + 3)
    high, align = float(theme().text_px(_LINE)), paint.leading(direction)
    _head(painter, inner, row, said, look, direction)
    first = (look.verb, theme().colour("accent.text")) if fit.fits else ("Does not fit", _ink("secondary", look))
    at = QPointF(inner.left(), inner.top() + high + 2)
    box = QRectF(at.x(), at.y(), inner.width(), high)
    paint.line(painter, box, first[0], theme().font("body_strong"), first[1], align, elide=True)
    words_of = ", ".join(fit.problems or fit.reasons)
    text = words_of[:1].upper() + words_of[1:]
    for number, part in enumerate(paint.broken(text, theme().font("small"), inner.width())):
        box = QRectF(at.x(), at.y() + (number + 1) * high, inner.width(), high)
        paint.line(painter, box, part, theme().font("small"), _ink("secondary", look), align)
    foot = QRectF(inner.left(), inner.bottom() - high, inner.width(), high)
    last = f"for {look.who}" if fit.fits else said.name
    paint.line(painter, foot, last, theme().font("small"), _ink("secondary", look), align, elide=True)
