"""The style under the style sheet, and the ring that shows where the keyboard is. GUI thread.

The style is plain Fusion: a QProxyStyle written in Python would be asked thousands of times while a window opens. The
ring keeps its own gap for the same reason, where QFocusFrame would ask the style for it.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QStyleFactory, QWidget
from shiboken6 import isValid

from hisdesk.desk.kit.look import Look

RING = "ring"
"""Dynamic property of a control that wants the ring; its value is the corner radius in pixels."""
_MARGIN = 4
_MOVES = frozenset({QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.ParentChange})


class FocusRing(QWidget):
    """Two pixels of focus colour, two pixels away from the control; follows it, lets the mouse through."""

    def __init__(self, target: QWidget, look: Look) -> None:
        self._target, self._look = target, look
        self._left = False
        self._ground = _ground_of(target)
        super().__init__(self._ground)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        widget: QWidget | None = target
        while widget is not None and widget is not self._ground:
            widget.installEventFilter(self)
            widget = widget.parentWidget()
        self.place()
        self.raise_()

    @property
    def target(self) -> QWidget:
        """The control that has the ring."""
        return self._target

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self.place()
        return False

    def place(self) -> None:
        """Goes around the control where it is now."""
        if self._left or not isValid(self._target) or not self._target.isVisible():
            self.hide()
            return
        at = self._target.mapTo(self._ground, QPoint(0, 0))
        size = self._target.size()
        self.setGeometry(at.x() - _MARGIN, at.y() - _MARGIN, size.width() + 2 * _MARGIN, size.height() + 2 * _MARGIN)
        self.show()

    def leave(self) -> None:
        """Goes at once and for good, also where the window is moved before it is deleted."""
        self._left = True
        self.hide()
        self.deleteLater()

    def paintEvent(self, event: QPaintEvent) -> None:
        width = self._look.line("focus")
        radius = float(self._target.property(RING) or 0) + _MARGIN - width / 2
        inset = width / 2
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._look.colour("focus"), width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), radius, radius)


def _ground_of(target: QWidget) -> QWidget:
    """Where the ring is drawn: the window, or the scrolled page, so that no nearer edge cuts it off."""
    widget = target.parentWidget()
    while widget is not None and not widget.isWindow():
        above = widget.parentWidget()
        area = above.parentWidget() if above is not None else None
        if isinstance(area, QAbstractScrollArea) and area.viewport() is above:
            return widget
        widget = above
    return widget if widget is not None else target


class RingKeeper(QObject):
    """Moves the one ring to the control that the keyboard reached; a mouse click needs none."""

    def __init__(self, app: QApplication, look: Look) -> None:
        super().__init__(app)
        self._look = look
        self._ring: FocusRing | None = None
        app.focusChanged.connect(self._moved)

    def _moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        wants = new is not None and new.property(RING) is not None
        by_mouse = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        self.show_on(new if wants and not by_mouse else None)

    def show_on(self, target: QWidget | None) -> None:
        """Puts the ring around a control, or takes it away."""
        if self._ring is not None and isValid(self._ring):  # it dies with the window that holds its control
            self._ring.leave()
        self._ring = FocusRing(target, self._look) if target is not None else None


def install(app: QApplication, look: Look) -> None:
    """Sets the style and the focus ring on the application, once."""
    if app.findChild(RingKeeper) is None:
        app.setStyle(QStyleFactory.create("Fusion"))
        RingKeeper(app, look)
