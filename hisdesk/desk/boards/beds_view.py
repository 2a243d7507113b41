"""The bed board on the wall: which bed is free, being cleaned, taken, by whom in initials. No names. GUI thread.

Painted in one go from a frozen state, dark, to be read from two metres and more.
"""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from hisdesk.desk.boards.beds_drawing import BedsDrawing
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
        self._turn = QTimer(self, interval=PAGE_MS)
        self._turn.timeout.connect(self.turn)

    @property
    def state(self) -> BedsState:
        return self._state

    def set_state(self, state: BedsState) -> None:
        """Shows a state."""
        self._state = state
        self._plan_turn()
        self.setAccessibleName(self._spoken())
        self.update()

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

    def draw(self, painter: QPainter) -> None:
        pages, (number, page) = len(self.pages), self.page
        sheet = Sheet(page, number, pages, self._state.live, self.now, self.unit, self.grid, self._small)
        BedsDrawing(painter, self, sheet).all()
