"""Fusion with our measures, and the ring that shows where the keyboard is. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFocusFrame, QProxyStyle, QStyle, QStyleFactory, QStyleOption, QWidget
from shiboken6 import isValid

from hisdesk.desk.kit.theme import theme

RING = "ring"
"""Dynamic property of a control that wants the ring; its value is the corner radius in pixels."""
_RING_MARGIN = 4


class DeskStyle(QProxyStyle):
    """Fusion, with the focus ring's gap, quick tool tips and no marching-ants focus rectangle."""

    def __init__(self) -> None:
        super().__init__(QStyleFactory.create("Fusion"))

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        if metric in (QStyle.PixelMetric.PM_FocusFrameHMargin, QStyle.PixelMetric.PM_FocusFrameVMargin):
            return _RING_MARGIN
        if metric == QStyle.PixelMetric.PM_SmallIconSize:
            return theme().px("icon")
        return super().pixelMetric(metric, option, widget)

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        data: object = None,
    ) -> int:
        if hint == QStyle.StyleHint.SH_ToolTip_WakeUpDelay:
            return 400
        if hint == QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons:
            return 0
        if hint == QStyle.StyleHint.SH_ComboBox_Popup:
            return 0
        if hint == QStyle.StyleHint.SH_ItemView_ActivateItemOnSingleClick:
            return 0
        if hint == QStyle.StyleHint.SH_EtchDisabledText:
            return 0
        return super().styleHint(hint, option, widget, data)  # type: ignore[arg-type]

    def drawPrimitive(
        self, element: QStyle.PrimitiveElement, option: QStyleOption, painter: QPainter, widget: QWidget | None = None
    ) -> None:
        if element == QStyle.PrimitiveElement.PE_FrameFocusRect:
            return
        super().drawPrimitive(element, option, painter, widget)


class FocusRing(QFocusFrame):
    """Two pixels of focus colour, two pixels away from the control."""

    def paintEvent(self, event: QPaintEvent) -> None:
        target = self.widget()
        width = theme().line("focus")
        radius = float(target.property(RING) or 0) + _RING_MARGIN - width / 2
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme().colour("focus"), width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            inset = width / 2
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), radius, radius)


class RingKeeper(QObject):
    """Moves the one ring to the control that the keyboard reached; a mouse click needs none."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._ring: FocusRing | None = None
        app.focusChanged.connect(self._moved)

    def _moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        wants = new is not None and new.property(RING) is not None
        by_mouse = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        self.show_on(new if wants and not by_mouse else None)

    def show_on(self, target: QWidget | None) -> None:
        """Puts the ring around a control, or takes it away."""
        if self._ring is not None and isValid(self._ring):  # it dies with the window that holds its control
            self._ring.hide()
            self._ring.deleteLater()
        self._ring = None
        if target is not None:
            self._ring = FocusRing(target)
            self._ring.setWidget(target)


def install(app: QApplication) -> None:
    """Sets the style and the focus ring on the application, once."""
    if app.findChild(RingKeeper) is None:
        app.setStyle(DeskStyle())
        RingKeeper(app)
