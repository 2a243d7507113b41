"""Text on the window: a role of the type scale and a tone, never a colour or a size. Always plain text. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from hisdesk.desk.kit.dates import unbroken
from hisdesk.desk.kit.icons import pixmap
from hisdesk.desk.kit.theme import follow, theme


class Label(QLabel):
    """One piece of text. `identifier` gives numbers the slashed zero; `elide` is for places and free text only."""

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        tone: str = "primary",
        *,
        identifier: bool = False,
        wrap: bool = False,
        elide: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._identifier, self._elide, self._role = identifier, elide, role
        self._whole = text
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setProperty("tone", tone)
        if identifier:
            follow(self._dress)  # a style sheet cannot ask for font features
        else:
            self.setProperty("role", role)
        if elide:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Shows another text."""
        self.setText(text)
        self._shorten()

    def setText(self, text: str) -> None:
        self._whole = text
        copied = self.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
        super().setText(unbroken(text) if self.wordWrap() and not copied else text)

    def setTextInteractionFlags(self, flags: Qt.TextInteractionFlag) -> None:
        super().setTextInteractionFlags(flags)
        self.setText(self._whole)  # what can be copied keeps its plain blanks

    def text(self) -> str:
        """What was given to be shown, however it is wrapped; what is left of it where it is elided."""
        return super().text() if self._elide else self._whole

    def set_tone(self, tone: str) -> None:
        """Another tone: primary, secondary, muted, accent … or a status family."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            restyle(self)

    def _dress(self) -> None:
        self.setFont(theme().font(self._role, identifier=True))

    def _shorten(self) -> None:
        if not self._elide:
            return
        shown = QFontMetrics(self.font()).elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        super().setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")
        self.setAccessibleName(self._whole)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._shorten()


class Icon(QLabel):
    """An icon in a colour of the theme. It is decoration: the word beside it carries the meaning."""

    def __init__(self, name: str, colour: str = "text.secondary", size: str = "icon", parent: QWidget | None = None):
        super().__init__(parent)
        self._name, self._colour, self._size = name, colour, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        follow(self._dress)

    def set_icon(self, name: str, colour: str = "") -> None:
        """Another icon, and another colour where one is given."""
        self._name, self._colour = name, colour or self._colour
        self._dress()

    def _dress(self) -> None:
        size = theme().px(self._size)
        self.setPixmap(pixmap(self._name, self._colour, size))
        self.setFixedSize(size, size)


class Rule(QFrame):
    """A hairline between two things."""

    def __init__(self, vertical: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("rule", True)
        if vertical:
            self.setFixedWidth(theme().line("hairline"))
        else:
            self.setFixedHeight(theme().line("hairline"))


def restyle(widget: QWidget) -> None:
    """Lets the style sheet see a changed property; what was never shown has not seen it yet and will."""
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


def show_if(widget: QWidget, wanted: bool) -> None:
    """Shows or hides, also before the widget has a parent (when `show` would open it as a window)."""
    if wanted and widget.parent() is None:
        widget.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, False)
    else:
        widget.setVisible(wanted)
