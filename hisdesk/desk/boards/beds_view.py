"""The bed board on the wall: which bed is free, being cleaned, taken, by whom in initials. No names. GUI thread.

Painted in one go from a frozen state, dark, to be read from two metres and more.
"""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QRect, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from hisdesk.desk.boards.beds_drawing import BedsDrawing, Parts
from hisdesk.desk.boards.beds_state import BedsState, Sheet, WardPage
from hisdesk.desk.boards.window import BoardWindow
from hisdesk.desk.kit.tokens import token

PAGE_MS = 12_000
_SMALL_IN = 50


class BedsView(BoardWindow):
    """The whole screen. More beds than fit are shown page by page; a tile is never made smaller for them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("hisdesk · bed board", parent)
        self._state = BedsState((WardPage("Bed board", message="Connecting to the hospital"),))
        self._turned = 0
        self._small = False
        self._parts: Parts = ()
        self._turn = QTimer(self, interval=PAGE_MS)
        self._turn.timeout.connect(self.turn)

    @property
    def state(self) -> BedsState:
        return self._state

    def set_state(self, state: BedsState) -> None:
        """Shows a state; paints only what differs."""
        before = self._sheet()
        self._state = state
        self._plan_turn()
        self.setAccessibleName(self._spoken())
        self._repaint(before, self._sheet())

    def _repaint(self, before: Sheet, after: Sheet) -> None:
        was, now = before.page, after.page
        if len(self._parts) != len(now.tiles) + 2 or len(was.tiles) != len(now.tiles) or not now.tiles:
            self.update()
            return
        header, footer, *boxes = self._parts
        if (was.title, was.figures, was.old) != (now.title, now.figures, now.old):
            self.update(header)
        if (was.notice, before.live, before.pages) != (now.notice, after.live, after.pages):
            self.update(footer)
        for box, old, new in zip(boxes, was.tiles, now.tiles, strict=True):
            if old != new:
                self.update(box)

    def present(self, screen: int = 1, *, windowed: bool = False) -> None:
        super().present(screen, windowed=windowed)
        size = self.screen().physicalSize()
        inches = math.hypot(size.width(), size.height()) / 25.4
        self._small = not windowed and 0 < inches < _SMALL_IN
        self._plan_turn()

    @property
    def small(self) -> bool:
        """Whether the monitor is so small that the states are written larger, with fewer beds on it."""
        return self._small

    @property
    def unit(self) -> float:
        """Pixels here for one of a 1080-line screen."""
        width, height = self.width(), self.height()
        return min(height / 1080, width / 1920) if width * 3 > height * 4 else min(width, height) / 1080

    @property
    def grid(self) -> tuple[int, int]:
        """Columns and rows of tiles: what the tokens say, or what fits a monitor that stands upright."""
        columns, rows = token("board.wall.on_43in.grid" if self._small else "board.wall.grid")
        if self.width() * 3 > self.height() * 4:
            return columns, rows
        upright = max(1, columns // 2)
        return upright, max(1, int(self.height() / self.unit / 1080 * rows))

    @property
    def pages(self) -> list[WardPage]:
        """The wards, each in as many pages as it takes."""
        most = math.prod(self.grid)
        pages = []
        for ward in self._state.wards:
            starts = range(0, max(1, len(ward.tiles)), most)
            cut = (ward.tiles[start : start + most] for start in starts)
            pages += [replace(ward, tiles=tiles) for tiles in cut]
        return pages

    @property
    def page(self) -> tuple[int, WardPage]:
        """The page in front and its number, counted from 0."""
        pages = self.pages
        number = self._turned % len(pages)
        return number, pages[number]

    def turn(self) -> None:
        """The next page."""
        self._turned += 1
        self.setAccessibleName(self._spoken())
        self.update()

    def _plan_turn(self) -> None:
        if len(self.pages) < 2:
            self._turn.stop()
        elif not self._turn.isActive():
            self._turn.start()

    def resizeEvent(self, event: object) -> None:
        self._plan_turn()

    def _spoken(self) -> str:
        _, page = self.page
        said = [page.title, *(f"{number} {word}" for number, word in page.figures), page.message]
        said += [tile.spoken for tile in page.tiles]
        return ". ".join(part for part in (*said, self._state.live.word, page.notice) if part)

    def _sheet(self) -> Sheet:
        pages, (number, page) = len(self.pages), self.page
        return Sheet(page, number, pages, self._state.live, self.now, self.unit, self.grid, self._small)

    def draw(self, painter: QPainter, dirty: QRect) -> None:
        parts = BedsDrawing(painter, self, self._sheet(), dirty).all()
        if parts != self._parts:  # for instance, the figures went into a line of their own
            self._parts = parts
            QTimer.singleShot(0, self, self.update)
