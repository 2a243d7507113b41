"""The bed board: rooms as groups of painted tiles, moved in by keyboard, mouse and drag. GUI thread."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QScrollArea, QSizePolicy, QWidget

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.notices import announce
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.desk.ward import tile, words
from hisdesk.hospital.admissions.queries import BedRow
from hisdesk.hospital.beds.rules import Fit

MIME = "application/x-hisdesk-person"
"""What is dragged: "request" or "stay" and its key, never a name."""
TICK_MS = 20_000
_ACROSS = 2
_LEAST_WIDTH, _MOST_WIDTH, _HEIGHT = 144, 190, 134
_HEADING, _GAP, _BETWEEN = 24, 7, 12
_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


@dataclass(frozen=True)
class Room:
    """A room's heading and its beds, where they are on the board."""

    title: str
    note: str
    heading: QRectF
    beds: tuple[tuple[BedRow, QRectF], ...]


def drag_data(kind: str, key: UUID) -> QMimeData:
    """What is carried by a drag of a "request" or a "stay"."""
    data = QMimeData()
    data.setData(MIME, QByteArray(f"{kind} {key}".encode()))
    return data


def dragged(data: QMimeData) -> tuple[str, UUID] | None:
    """What a drag carries, None for something foreign."""
    if not data.hasFormat(MIME):
        return None
    kind, _, key = bytes(data.data(MIME).data()).decode().partition(" ")
    return (kind, UUID(key)) if kind in ("request", "stay") else None


class BoardView(QWidget):
    """The tiles. `chosen(bed_id)` follows the selection, `opened(bed_id)` Enter and a double click; `placed(kind, key,
    bed_id)` a drop, or Enter while `place` shows where somebody fits; `left` Esc there. `carried(kind, key)` asks for
    the fits of what is dragged over it, None when it has gone."""

    chosen = Signal(object)
    opened = Signal(object)
    placed = Signal(str, object, object)
    left = Signal()
    carried = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[BedRow, ...] = ()
        self.selected: UUID | None = None
        self.fits: Mapping[UUID, Fit] = {}
        self.placing: tuple[str, UUID] | None = None
        self.who = ""
        self.stale = False
        self.moment: Callable[[], dt.datetime] = words.now
        self._verb = "Drop to reserve"
        self._rooms: list[Room] = []
        self._over: UUID | None = None
        self._pressed: tuple[QPoint, BedRow] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Beds")
        self._minute = QTimer(self, interval=TICK_MS)
        self._minute.timeout.connect(self.update)
        self._minute.start()
        follow(self._arrange)

    # -- what the screen says -----------------------------------------------------------------------------------

    def show_beds(self, rows: Sequence[BedRow]) -> None:
        """Shows these, in this order; the selection stays where it was."""
        if tuple(rows) != self.rows:
            self.rows = tuple(rows)
            self._arrange()
        if self.selected not in {row.bed_id for row in self.rows}:
            self._select(self.rows[0].bed_id if self.rows else None, quiet=True)
        self.update()

    def place(self, what: tuple[str, UUID] | None, who: str, fits: Mapping[UUID, Fit], verb: str) -> None:
        """Outlines the beds that fit `what` and says why others do not; Enter places. None ends it."""
        self.placing, self.who, self.fits, self._verb = what, who, fits, verb
        if what is not None:
            first = next((fit.bed_id for fit in fits.values() if fit.fits), None)
            if first is not None:
                self._select(first)
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.update()

    def show_fits(self, who: str, fits: Mapping[UUID, Fit], verb: str) -> None:
        """The same for what is being dragged over the board."""
        self.who, self.fits, self._verb = who, fits, verb
        self.update()

    def set_stale(self, stale: bool) -> None:
        """Muted while what stands here may be old."""
        if stale != self.stale:
            self.stale = stale
            self.update()

    @property
    def row(self) -> BedRow | None:
        """The selected bed."""
        return next((row for row in self.rows if row.bed_id == self.selected), None)

    def rect_of(self, bed_id: UUID) -> QRectF:
        """Where a bed is painted."""
        return next((rect for room in self._rooms for row, rect in room.beds if row.bed_id == bed_id), QRectF())

    # -- layout -------------------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        text, width = theme().text_px, max(1, self.width())
        least = 2 * text(_LEAST_WIDTH) + _GAP + _BETWEEN
        across = max(1, (width + _BETWEEN) // least)
        group = (width - (across - 1) * _BETWEEN) / across
        side = min(float(text(_MOST_WIDTH)), (group - _GAP) / _ACROSS)
        high, heading = float(text(_HEIGHT)), float(text(_HEADING))
        self._rooms, top, tallest, column = [], 0.0, 0.0, 0
        for _, beds in groupby(self.rows, key=lambda row: row.room_id):
            listed = list(beds)
            if column == across:
                column, top, tallest = 0, top + tallest + _BETWEEN, 0.0
            left = column * (2 * side + _GAP + _BETWEEN)
            self._rooms.append(self._room(listed, left, top, side, high, heading))
            deep = (len(listed) + _ACROSS - 1) // _ACROSS
            tallest = max(tallest, heading + deep * (high + _GAP) - _GAP)
            column += 1
        self.setMinimumHeight(int(top + tallest) + 4)
        self.updateGeometry()
        self.update()

    def _room(self, beds: list[BedRow], left: float, top: float, side: float, high: float, heading: float) -> Room:
        placed = []
        for number, row in enumerate(beds):
            x = left + (number % _ACROSS) * (side + _GAP)
            y = top + heading + (number // _ACROSS) * (high + _GAP)
            placed.append((row, QRectF(round(x), round(y), int(side), int(high))))
        box = QRectF(left, top, 2 * side + _GAP, heading)
        return Room(beds[0].room, words.room_line(beds), box, tuple(placed))

    def sizeHint(self) -> QSize:
        return QSize(3 * (2 * _LEAST_WIDTH + _GAP + _BETWEEN), self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._arrange()

    # -- painting -----------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        moment, whole, direction = self.moment(), QRectF(self.rect()), self.layoutDirection()
        with QPainter(self) as painter:
            for room in self._rooms:
                self._paint_heading(painter, room, paint.visual(room.heading, whole, direction))
                for row, rect in room.beds:
                    seen = paint.visual(rect, whole, direction)
                    if seen.intersects(QRectF(event.rect())):
                        tile.paint_tile(painter, seen, row, self._look(row), moment, direction)

    def _look(self, row: BedRow) -> tile.Look:
        fit = self.fits.get(row.bed_id)
        aimed = row.bed_id == (self._over or self.selected)
        return tile.Look(
            selected=row.bed_id == self.selected,
            focused=self.hasFocus(),
            fit=fit,
            verb=self._verb if aimed else "Fits",
            who=self.who,
            stale=self.stale,
        )

    def _paint_heading(self, painter: QPainter, room: Room, rect: QRectF) -> None:
        colour, strong = theme().colour, theme().font("small_strong")
        wide = paint.text_width(strong, room.title)
        direction = self.layoutDirection()
        title = paint.visual(QRectF(rect.left(), rect.top(), wide + 2, rect.height()), rect, direction)
        note = paint.visual(rect.adjusted(wide + 8, 0, 0, 0), rect, direction)
        paint.line(painter, title, room.title, strong, colour("text.primary"), paint.leading(direction))
        align = paint.leading(direction)
        paint.line(painter, note, room.note, theme().font("small"), colour("text.muted"), align, elide=True)

    # -- keyboard -----------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            self._step(*_STEPS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.selected is not None:
            if self.placing is not None:
                self.placed.emit(*self.placing, self.selected)
            else:
                self.opened.emit(self.selected)
        elif key == Qt.Key.Key_Escape and self.placing is not None:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _step(self, across: int, down: int) -> None:
        """The nearest tile in that direction; sideways counts little against it."""
        here = self.rect_of(self.selected).center() if self.selected else QPointF()
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            across = -across
        best: tuple[float, UUID] | None = None
        for room in self._rooms:
            for row, rect in room.beds:
                away = rect.center() - here
                along = away.x() * across + away.y() * down
                aside = abs(away.y() if across else away.x())
                if along > 1 and (best is None or along + 3 * aside < best[0]):
                    best = (along + 3 * aside, row.bed_id)
        if best is not None:
            self._select(best[1])

    def select(self, bed_id: UUID) -> None:
        """Selects a bed, as the arrow keys do."""
        self._select(bed_id)

    def _select(self, bed_id: UUID | None, *, quiet: bool = False) -> None:
        if bed_id == self.selected and not quiet:
            return
        self.selected = bed_id
        row = self.row
        said = f"Bed {row.label}, {words.tile(row, self.moment()).spoken}" if row else ""
        fit = self.fits.get(row.bed_id) if row and self.fits else None
        if fit is not None:
            said = f"{'Fits' if fit.fits else 'Does not fit'}, {fit.words}. {said}"
        self.setAccessibleDescription(said)
        if said and self.hasFocus():
            announce(self, said)
        if row is not None:
            self._bring_into_view(self.rect_of(row.bed_id))
        self.chosen.emit(bed_id)
        self.update()

    def _bring_into_view(self, rect: QRectF) -> None:
        at: QWidget | None = self.parentWidget()
        while at is not None and not isinstance(at, QScrollArea):
            at = at.parentWidget()
        if at is not None:
            centre = rect.center()
            at.ensureVisible(int(centre.x()), int(centre.y()), int(rect.width() / 2) + 8, int(rect.height() / 2) + 30)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    # -- mouse and drag -----------------------------------------------------------------------------------------

    def _at(self, point: QPointF) -> BedRow | None:
        whole, direction = QRectF(self.rect()), self.layoutDirection()
        for room in self._rooms:
            for row, rect in room.beds:
                if paint.visual(rect, whole, direction).contains(point):
                    return row
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._at(event.position())
        self._pressed = (event.position().toPoint(), row) if row is not None else None
        if row is not None:
            self._select(row.bed_id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        start, row = self._pressed
        if (event.position().toPoint() - start).manhattanLength() < QApplication.startDragDistance():
            return
        self._pressed = None
        if row.stay_id is not None:
            carry(self, "stay", row.stay_id)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is not None and self.placing is not None and self._at(event.position()) == pressed[1]:
            self.placed.emit(*self.placing, pressed[1].bed_id)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self._at(event.position())
        if row is not None and self.placing is None:
            self.opened.emit(row.bed_id)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        what = dragged(event.mimeData())
        if what is not None:
            self.carried.emit(what)
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        row = self._at(event.position())
        fit = self.fits.get(row.bed_id) if row is not None else None
        self._over = row.bed_id if row is not None else None
        if fit is not None and fit.fits:
            event.acceptProposedAction()
        else:
            event.ignore()
        self.update()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._over = None
        self.carried.emit(None)

    def dropEvent(self, event: QDropEvent) -> None:
        what, row = dragged(event.mimeData()), self._at(event.position())
        self._over = None
        self.carried.emit(None)
        if what is not None and row is not None:
            event.acceptProposedAction()
            self.placed.emit(*what, row.bed_id)


def carry(source: QWidget, kind: str, key: UUID) -> None:
    """Begins a drag of a request or of somebody in bed."""
    drag = QDrag(source)
    drag.setMimeData(drag_data(kind, key))
    drag.exec(Qt.DropAction.MoveAction)
