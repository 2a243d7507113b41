"""A short list at the side of the board: who waits, who goes home today, what is cleaned. Painted. GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.chips import chip_size, paint_chip
from hisdesk.desk.kit.icons import paint_icon
from hisdesk.desk.kit.notices import announce
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.desk.kit.tokens import Status
from hisdesk.desk.ward.words import Line

NO_LINE = Line("")
_TITLE, _LINE, _PADDING, _INSET = 22, 17, 8, 12


@dataclass(frozen=True)
class SideRow:
    """A row: sign, title, a remark or a chip at the other end, and lines that wrap onto two."""

    key: UUID
    title: str
    lines: tuple[Line, ...] = ()
    note: Line = NO_LINE
    chip: Status | None = None
    sign: tuple[str, str] = ("", "")
    """An icon and the family of its colour."""

    @property
    def spoken(self) -> str:
        """The row for a screen reader."""
        said = (self.title, self.chip.word if self.chip else "", self.note.text, *(line.text for line in self.lines))
        return ", ".join(part for part in said if part)


class SideList(QWidget):
    """`chosen(key)` follows the selection (None: nobody), `opened(key)` Enter and a double click. `carried` is called
    with the key of a row that is dragged away."""

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(
        self, name: str, empty: str, carried: Callable[[UUID], object] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.rows: tuple[SideRow, ...] = ()
        self.selected: UUID | None = None
        self.stale = False
        self._empty, self._carried = empty, carried
        self._pressed: tuple[QPoint, UUID] | None = None
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow(self._arrange)

    def show_rows(self, rows: Sequence[SideRow]) -> None:
        """Shows these; the selection stays where it was."""
        if tuple(rows) != self.rows:
            self.rows = tuple(rows)
            self._arrange()
        if self.selected is not None and self.selected not in {row.key for row in self.rows}:
            self.select(None)

    def set_stale(self, stale: bool) -> None:
        """Muted while what stands here may be old."""
        if stale != self.stale:
            self.stale = stale
            self.update()

    def select(self, key: UUID | None) -> None:
        """Selects a row, or nobody."""
        if key == self.selected:
            return
        self.selected = key
        row = next((each for each in self.rows if each.key == key), None)
        self.setAccessibleDescription(row.spoken if row else "")
        if row is not None and self.hasFocus():
            announce(self, row.spoken)
        self._arrange()
        self.chosen.emit(key)

    # -- layout -------------------------------------------------------------------------------------------------

    def _lines(self, row: SideRow) -> list[tuple[str, str]]:
        left = self._indent(row)
        width = max(20.0, self.width() - left - _INSET)
        found = []
        for line in row.lines:
            font = theme().font("small")
            found += [(part, line.tone) for part in paint.broken(line.text, font, width)]
        return found

    def _indent(self, row: SideRow) -> float:
        return float(_INSET + (theme().px("icon") + 8 if row.sign[0] or self._carried else 0))

    def _height(self, row: SideRow) -> float:
        text = theme().text_px
        return 2 * _PADDING + text(_TITLE) + len(self._lines(row)) * text(_LINE)

    def _arrange(self) -> None:
        high = sum(self._height(row) for row in self.rows) or 2 * _PADDING + theme().text_px(_TITLE)
        self.setFixedHeight(int(high))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._arrange()

    # -- painting -----------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        colour, direction = theme().colour, self.layoutDirection()
        with QPainter(self) as painter:
            if not self.rows:
                box = QRectF(self.rect()).adjusted(_INSET, 0, -_INSET, 0)
                font = theme().font("small")
                paint.line(painter, box, self._empty, font, colour("text.muted"), paint.leading(direction))
            top = 0.0
            for row in self.rows:
                rect = QRectF(0, top, self.width(), self._height(row))
                self._paint_row(painter, row, rect)
                top = rect.bottom()
                if row is not self.rows[-1]:
                    painter.fillRect(QRectF(0, top - 1, self.width(), 1), colour("border.hairline"))

    def _paint_row(self, painter: QPainter, row: SideRow, rect: QRectF) -> None:
        colour, direction, text = theme().colour, self.layoutDirection(), theme().text_px
        if row.key == self.selected:
            painter.fillRect(rect, colour("surface.selected" if self.hasFocus() else "surface.selected_inactive"))
            if self.hasFocus():
                ring = rect.adjusted(2, 2, -2, -2)
                paint.box(painter, ring, None, colour("focus"), theme().radius("control"), theme().line("focus"))
        left, side = self._indent(row), float(theme().px("icon"))
        title = QRectF(left, rect.top() + _PADDING, rect.width() - left - _INSET, text(_TITLE))
        sign, family = row.sign if row.sign[0] else ("ph.dots-six-vertical", "neutral") if self._carried else ("", "")
        if sign:
            at = QRectF(_INSET, title.center().y() - side / 2, side, side)
            ink = colour("text.muted") if self.stale else colour(f"status.{family}.fg")
            paint_icon(painter, paint.visual(at, rect, direction), sign, ink)
        self._paint_title(painter, row, rect, title)
        top = title.bottom()
        for part, tone in self._lines(row):
            box = paint.visual(QRectF(left, top, rect.width() - left - _INSET, text(_LINE)), rect, direction)
            paint.line(painter, box, part, theme().font("small"), self._ink(tone), paint.leading(direction))
            top += text(_LINE)

    def _paint_title(self, painter: QPainter, row: SideRow, rect: QRectF, title: QRectF) -> None:
        direction, taken = self.layoutDirection(), 0.0
        if row.chip is not None:
            size = chip_size(row.chip)
            box = QRectF(title.right() - size.width(), title.top(), size.width(), size.height())
            at = paint.visual(box, rect, direction).topLeft()
            paint_chip(painter, at, row.chip, direction, muted=self.stale)
            taken = size.width() + 6.0
        elif row.note.text:
            font = theme().font("small")
            taken = paint.text_width(font, row.note.text) + 6.0
            box = paint.visual(QRectF(title.right() - taken, title.top(), taken, title.height()), rect, direction)
            paint.line(painter, box, row.note.text, font, self._ink(row.note.tone), paint.trailing(direction))
        box = paint.visual(title.adjusted(0, 0, -taken, 0), rect, direction)
        font = theme().font("body_strong")
        if paint.text_width(font, row.title) > box.width():
            font = theme().font("small_strong")
        ink = theme().colour("text.muted" if self.stale else "text.primary")
        paint.line(painter, box, row.title, font, ink, paint.leading(direction), elide=True)

    def _ink(self, tone: str) -> QColor:
        colour = theme().colour
        if self.stale:
            return colour("text.muted")
        return colour(f"text.{tone}" if tone in ("primary", "secondary", "muted") else f"status.{tone}.fg")

    # -- keyboard and mouse -------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        keys = [row.key for row in self.rows]
        if step is not None and keys:
            place = keys.index(self.selected) + step if self.selected in keys else 0
            self.select(keys[min(max(0, place), len(keys) - 1)])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.selected is not None:
            self.opened.emit(self.selected)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.selected is None and self.rows and event.reason() != Qt.FocusReason.MouseFocusReason:
            self.select(self.rows[0].key)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _at(self, y: float) -> UUID | None:
        top = 0.0
        for row in self.rows:
            top += self._height(row)
            if y < top:
                return row.key
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        key = self._at(event.position().y())
        self._pressed = (event.position().toPoint(), key) if key is not None else None
        if key is not None:
            self.select(key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or self._carried is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        start, key = self._pressed
        if (event.position().toPoint() - start).manhattanLength() >= QApplication.startDragDistance():
            self._pressed = None
            self._carried(key)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        key = self._at(event.position().y())
        if key is not None:
            self.opened.emit(key)
