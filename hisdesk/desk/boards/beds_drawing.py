"""How the bed board is painted. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QWidget

from hisdesk.desk.boards.beds_state import BedTile, Sheet, Words
from hisdesk.desk.boards.drawing import Drawing
from hisdesk.desk.kit import paint
from hisdesk.desk.kit.dates import show_date
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.tokens import token

_HEADER, _SECOND, _FOOTER, _BETWEEN, _GROUP = 104, 84, 72, 16, 44
_INSET, _LABEL, _ICON, _RADIUS = 18, 64, 10, 8
Parts = tuple[QRect, ...]
"""Where the header lies, the foot, and each tile."""
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class BedsDrawing(Drawing):
    """One paint: the drawing and the page together."""

    sizes = "board.wall"

    def __init__(self, painter: QPainter, view: QWidget, sheet: Sheet, dirty: QRect) -> None:
        super().__init__(painter, view)
        self._dirty = QRectF(dirty)
        self.sheet, self.page, self.unit, self.grid = sheet, sheet.page, sheet.unit, sheet.grid
        self.colour = theme().board
        self.margin, self.gap = self.px(token("board.wall.margin_px")), self.px(token("board.wall.gap_px"))
        size = token(f"board.wall.{'on_43in.' if sheet.small else ''}state.px_at_1080")
        self.words, self.strong = self.font(size, 500), self.font(size, 600)
        self.line = self.px(size * 1.25)

    def all(self) -> Parts:
        """Everything that has to be painted anew. Where the parts lie, the tiles in their order."""
        self.painter.fillRect(self._dirty, self.colour("surface.canvas"))
        header = self._header()
        top, footer = header + self.px(_BETWEEN), self.height - self.px(_FOOTER)
        boxes = self._boxes(top, footer - self.px(_BETWEEN))
        for box, tile in zip(boxes, self.page.tiles, strict=True):
            if box.intersects(self._dirty):
                self._tile(box, tile)
        if not boxes:
            self._message(top, footer)
        self._footer()
        lie = (QRectF(0, 0, self.width, header), QRectF(0, footer, self.width, self.height - footer), *boxes)
        return tuple(box.toAlignedRect() for box in lie)

    # -- the header ------------------------------------------------------------------------------------------------

    def _header(self) -> float:
        """Ward, figures, clock; where they have no room beside each other, the figures stand below. Its height."""
        title, day, clock = self.font("header", 700), self.font(34, 400), self.font("figure", 700)
        now = self.sheet.now
        date, time = f"{_DAYS[now.weekday()]} {show_date(now.date())}", f"{now:%H:%M}"
        clock_wide = paint.text_width(clock, time)
        right = clock_wide + self.px(28) + paint.text_width(day, date)
        figures = self._figures_width()
        room = self.width - 2 * self.margin - right - self.px(_GROUP)
        title_wide = min(paint.text_width(title, self.page.title), room)
        beside = not figures or title_wide + self.px(_GROUP) + figures <= room
        high = self.px(_HEADER)
        whole = high if beside else high + self.px(_SECOND)
        self.painter.fillRect(QRectF(0, 0, self.width, whole), self.colour("surface.header"))
        white, grey = self.colour("text.primary"), self.colour("text.secondary")
        self.text(QRectF(self.margin, 0, title_wide, high), self.page.title, title, white, elide=True)
        x = self.width - self.margin - clock_wide
        self.text(QRectF(x, 0, clock_wide, high), time, clock, white, trailing=True)
        x -= self.px(28) + paint.text_width(day, date)
        self.text(QRectF(x, self.px(6), paint.text_width(day, date), high), date, day, grey)
        if beside:
            self._figures(self.margin + title_wide + self.px(_GROUP + 16), 0, high)
        else:
            self._figures(self.margin, high - self.px(18), self.px(_SECOND))
        return whole

    def _figures_width(self) -> float:
        figure, word = self.font("figure", 700), self.font(34, 400)
        wide = [
            paint.text_width(figure, str(n)) + self.px(14) + paint.text_width(word, w) for n, w in self.page.figures
        ]
        return sum(wide) + self.px(_GROUP) * max(0, len(wide) - 1)

    def _figures(self, x: float, top: float, high: float) -> None:
        """What counts a bed that may no longer be believed is as grey as the bed."""
        figure, word = self.font("figure", 700), self.font(34, 400)
        ink = self.colour("text.stale" if self.page.old else "text.primary")
        grey = self.colour("text.stale" if self.page.old else "text.secondary")
        for number, what in self.page.figures:
            wide = paint.text_width(figure, str(number))
            self.text(QRectF(x, top, wide, high), str(number), figure, ink)
            x += wide + self.px(14)
            wide = paint.text_width(word, what)
            self.text(QRectF(x, top + self.px(6), wide, high), what, word, grey)
            x += wide + self.px(_GROUP)

    # -- the beds --------------------------------------------------------------------------------------------------

    def _boxes(self, top: float, bottom: float) -> list[QRectF]:
        columns, rows = self.grid
        wide = (self.width - 2 * self.margin - (columns - 1) * self.gap) / columns
        high = (bottom - top - (rows - 1) * self.gap) / rows
        boxes = []
        for number in range(len(self.page.tiles)):
            row, column = divmod(number, columns)
            x, y = self.margin + column * (wide + self.gap), top + row * (high + self.gap)
            boxes.append(self.place(QRectF(round(x), round(y), round(wide), round(high))))
        return boxes

    def _tile(self, placed: QRectF, tile: BedTile) -> None:
        box = self.place(placed)  # back to left-to-right, as all else is measured
        family = tile.state.family
        fill = self.colour(f"status.{family}.bg" if tile.filled else "surface.tile")
        border = self.colour(f"status.{family}.border" if tile.filled else "border.tile")
        if tile.stale:
            fill, border = self.colour("surface.stale"), self.colour("border.stale")
        line = max(1.0, self.px(2.5))
        paint.box(self.painter, self.place(box), fill, border, self.px(_RADIUS), line, dashed=tile.stale)
        inset = self.px(_INSET)
        inner = box.adjusted(inset, self.px(8), -inset, -self.px(10))
        self._names(QRectF(inner.left(), inner.top(), inner.width(), self.px(_LABEL)), tile)
        word = QRectF(inner.left(), inner.top() + self.px(_LABEL), inner.width(), self.line)
        state = Words(tile.state.word, tile.state.icon, family if tile.filled else "primary")
        self._words(word, state, self.strong, tile)
        self._lines(QRectF(inner.left(), word.bottom(), inner.width(), inner.bottom() - word.bottom()), tile)

    def _names(self, row: QRectF, tile: BedTile) -> None:
        """Bed and initials: neither is ever cut."""
        ink = self.colour("text.stale" if tile.stale else "text.primary")
        bed, who = self.font("bed", 700), self.font("initials", 600)
        wide = min(paint.text_width(bed, tile.label), row.width() * (0.5 if tile.who else 1))
        self.text(QRectF(row.left(), row.top(), wide, row.height()), tile.label, bed, ink)
        left = row.left() + wide + self.px(14)
        self.text(QRectF(left, row.top(), row.right() - left, row.height()), tile.who, who, ink, trailing=True)

    def _lines(self, room: QRectF, tile: BedTile) -> None:
        """From the bottom up; the age takes the place of everything that may no longer be true."""
        lines, beside = tile.lines, tile.beside
        if tile.age:
            old = Words(f"{tile.age} old", "ph.clock-counter-clockwise", "attention")
            lines, beside = (old,), None
        if len(lines) == 1 and lines[0].tone == "muted":  # free text, on two lines where it is long
            lines = tuple(Words(part, tone="muted") for part in paint.broken(lines[0].text, self.words, room.width()))
        fit = max(1, int((room.height() + 1) // self.line))
        for number, words in enumerate(reversed(lines[:fit])):
            y = room.bottom() - (number + 1) * self.line
            taken = self._words(QRectF(room.left(), y, room.width(), self.line), words, self.words, tile)
            if number == 0 and beside is not None:
                self._beside(QRectF(room.left() + taken, y, room.width() - taken, self.line), beside, tile)

    def _beside(self, room: QRectF, words: Words, tile: BedTile) -> None:
        """At the other end of the last line, where it has room."""
        wide = self._wide(words, self.words)
        if wide + self.px(20) <= room.width():
            self._words(QRectF(room.right() - wide, room.top(), wide, room.height()), words, self.words, tile)

    def _words(self, row: QRectF, words: Words, font: QFont, tile: BedTile) -> float:
        """Icon and text at the beginning of the row. The width that they took."""
        ink, x = self._ink(words.tone, tile), row.left()
        if words.icon:
            side = self.line * 0.8
            self.icon(x, row.center().y(), side, words.icon, ink)
            x += side + self.px(_ICON)
        free_text = words.tone == "muted"
        self.text(QRectF(x, row.top(), row.right() - x, row.height()), words.text, font, ink, elide=free_text)
        return self._wide(words, font)

    def _wide(self, words: Words, font: QFont) -> float:
        return (self.line * 0.8 + self.px(_ICON) if words.icon else 0.0) + paint.text_width(font, words.text) + 1

    def _ink(self, tone: str, tile: BedTile) -> QColor:
        if tile.stale:
            return self.colour("text.stale")
        if tone in ("primary", "secondary", "muted"):
            return self.colour(f"text.{tone}")
        return self.colour(f"status.{tone}.fg")

    def _message(self, top: float, bottom: float) -> None:
        """Why there is no bed to be seen."""
        middle, wide = (top + bottom) / 2, self.width - 4 * self.margin
        for words, font, y, ink in (
            (self.page.message, self.font("bed", 600), middle - self.px(76), "text.primary"),
            (self.page.hint, self.font(34, 400), middle + self.px(8), "text.secondary"),
        ):
            taken = min(float(paint.text_width(font, words)), wide)
            row = QRectF((self.width - taken) / 2, y, taken, self.px(68))
            self.text(row, words, font, self.colour(ink))

    # -- the foot --------------------------------------------------------------------------------------------------

    def _footer(self) -> None:
        high, side = self.px(_FOOTER), self.px(34)
        top = self.height - high
        self.painter.fillRect(QRectF(0, top, self.width, max(1.0, self.px(2))), self.colour("border.tile"))
        font, x, end = self.font(34, 500), self.margin, self.width - self.margin
        if self.sheet.pages > 1:
            mark = f"Page {self.sheet.number + 1} of {self.sheet.pages}"
            wide = paint.text_width(font, mark)
            self.text(QRectF(end - wide, top, wide, high), mark, font, self.colour("text.secondary"), trailing=True)
            end -= wide + self.px(_GROUP)
        live = self.sheet.live
        said = [Words(live.word, live.icon, live.family)]
        if self.page.notice:
            said.append(Words(self.page.notice, "ph.clock-counter-clockwise", "attention"))
        for words in said:
            ink = self.colour(f"status.{words.tone}.fg")
            self.icon(x, top + high / 2, side, words.icon, ink)
            x += side + self.px(_ICON)
            taken = min(float(paint.text_width(font, words.text)), end - x)
            self.text(QRectF(x, top, taken, high), words.text, font, ink)
            x += taken + self.px(30)
