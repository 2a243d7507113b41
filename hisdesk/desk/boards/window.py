"""What the windows of all boards have in common: the whole of a monitor, no pointer, two keys. GUI thread."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hisdesk.desk.kit.theme import follow


class BoardWindow(QWidget):
    """A board painted in one go. Esc asks to leave (`left`), F11 changes between full screen and a window."""

    left = Signal()
    painted = Signal()
    """The first paint is on the screen."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.now = datetime.now().astimezone()
        self._was_painted = False
        self.setWindowTitle(title)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        follow(self._dress)

    def _dress(self) -> None:
        self.update()

    def present(self, screen: int = 1, *, windowed: bool = False) -> None:
        """Opens on that monitor, counted from 1; the last one where there are fewer."""
        if windowed:
            self.resize(1280, 720)
            self.show()
            return
        screens = QGuiApplication.screens()
        self.setGeometry(screens[min(screen, len(screens)) - 1].geometry())
        self.showFullScreen()

    def set_time(self, now: datetime) -> None:
        """The clock of the board, which shows minutes; called each second."""
        before, self.now = self.now, now
        if (before.minute, before.date()) != (now.minute, now.date()):
            self.update()

    def draw(self, painter: QPainter, dirty: QRect) -> None:
        """Paints everything that lies in `dirty`."""
        raise NotImplementedError

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.draw(painter, event.rect())
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() == Qt.Key.Key_F11:
            self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        else:
            super().keyPressEvent(event)
