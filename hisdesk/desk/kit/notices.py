"""What a message looks like: a notice in place, a toast for what is done. Who says what is decided in `messages`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.controls import Button, IconButton
from hisdesk.desk.kit.icons import pixmap
from hisdesk.desk.kit.panels import paint_notice
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.desk.kit.tokens import token

KINDS = {"error": "critical", "attention": "attention", "info": "info", "held": "held", "ok": "ok"}
"""The kinds of notice and the colour family of each."""


@dataclass(frozen=True)
class Offer:
    """The one command of a message: `Offer("Try again", self.reload, key="F5")`."""

    label: str
    run: Callable[[], object]
    key: str = ""


def announce(widget: QWidget, text: str, *, urgent: bool = False) -> None:
    """Speaks the text through the screen reader, wherever the focus is."""
    event = QAccessibleAnnouncementEvent(widget, text)
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
    QAccessible.updateAccessibility(event)


class Notice(QWidget):
    """A block in place: icon, bold title, one sentence, a command, and a way to put it away."""

    closed = Signal()

    def __init__(
        self,
        kind: str,
        title: str,
        text: str = "",
        offer: Offer | Sequence[Offer] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.kind, self.title, self.text = kind, title, text
        self._family = KINDS[kind]
        self._icon = QLabel(self)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._label(title, "body_strong", self._family))
        if text:
            words.addWidget(self._label(text, "body", "primary"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(theme().space("inline_gap"))
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        offers = [offer] if isinstance(offer, Offer) else list(offer or ())
        self.commands = [self._command(each) for each in offers]
        for button in self.commands:
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self._close = IconButton("ph.x", "Put this message away", size="small", parent=self)
        self._close.clicked.connect(self.closed)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setAccessibleName(f"{title} {text}".strip())
        follow(self._dress)

    @property
    def command(self) -> Button | None:
        """The first command, if it offers one."""
        return self.commands[0] if self.commands else None

    def _command(self, offer: Offer) -> Button:
        button = Button(offer.label, "secondary", key=offer.key, size="small", parent=self)
        button.clicked.connect(offer.run)
        return button

    def _label(self, text: str, role: str, tone: str) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setProperty("role", role)
        label.setProperty("tone", tone)
        return label

    def _dress(self) -> None:
        icon = str(token(f"status.{self._family}.icon"))
        self._icon.setPixmap(pixmap(icon, f"status.{self._family}.fg", theme().px("icon")))
        self._icon.setContentsMargins(0, 2, 0, 0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_notice(painter, QRectF(self.rect()), self._family, self.layoutDirection())


class Notices(QWidget):
    """The place for notices at the top of a screen; no height without one. The newest of a key replaces the older."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._held: dict[str, Notice] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme().space("grid"))
        self.hide()

    @property
    def shown(self) -> list[Notice]:
        """The notices from top to bottom."""
        return list(self._held.values())

    def put(self, key: str, notice: Notice) -> None:
        """Shows a notice under a key."""
        self.clear(key)
        self._held[key] = notice
        notice.closed.connect(lambda: self.clear(key))
        self._column.addWidget(notice)
        self.show()
        notice.show()  # one that was made while another stood here would stay hidden

    def clear(self, key: str | None = None) -> None:
        """Takes one notice away, or all."""
        for each in list(self._held) if key is None else [key]:
            notice = self._held.pop(each, None)
            if notice is not None:
                self._column.removeWidget(notice)
                notice.hide()
                notice.deleteLater()
        self.setVisible(bool(self._held))


class Toast(QWidget):
    """A dark strip at the bottom left of the content, for things that are done. Goes by itself after six seconds."""

    gone = Signal()

    def __init__(self, text: str, undo: Callable[[], object] | None, content: QWidget) -> None:
        super().__init__(content)
        self.text = text
        self._undo, self._content = undo, content
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(theme().space("inline_gap"))
        self._icon = QLabel(self)
        row.addWidget(self._icon)
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("tone", "on_dark")
        row.addWidget(label)
        self.undo_button: Button | None = None
        if undo is not None:
            self.undo_button = Button("Undo", "on_dark", key="Ctrl+Z", size="small", parent=self)
            self.undo_button.setShortcut("Ctrl+Z")
            self.undo_button.clicked.connect(self._undone)
            row.addWidget(self.undo_button)
        close = IconButton("ph.x", "Put this message away", "on_dark", size="small", parent=self)
        close.clicked.connect(self.leave)
        row.addWidget(close)
        self._timer = QTimer(self, singleShot=True, interval=theme().motion("toast_ms"))
        self._timer.timeout.connect(self.leave)
        content.installEventFilter(self)
        follow(self._dress)
        self._timer.start()

    def leave(self) -> None:
        """Goes away now."""
        self.hide()
        self.gone.emit()
        self.deleteLater()

    def _undone(self) -> None:
        undo, self._undo = self._undo, None
        self.leave()
        if undo is not None:
            undo()

    def _dress(self) -> None:
        self._icon.setPixmap(pixmap("ph.check-circle-fill", "banner.text", theme().px("icon")))
        self._settle()

    def _settle(self) -> None:
        content = self._content
        margin = theme().space("page_padding")
        self.adjustSize()
        left = margin
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            left = content.width() - self.width() - margin
        self.move(left, content.height() - self.height() - margin)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.parentWidget():
            self._settle()
        return False

    def enterEvent(self, event: QEvent) -> None:
        self._timer.stop()  # somebody is reading it, or aiming at Undo

    def leaveEvent(self, event: QEvent) -> None:
        self._timer.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colour = theme().colour
        paint.box(painter, QRectF(self.rect()), colour("banner.bg"), colour("banner.line"), theme().radius("control"))
        painter.end()
