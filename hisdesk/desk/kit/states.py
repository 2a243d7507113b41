"""What a list shows when it has no rows to show: loading, empty, stale, failed, offline. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.labels import Icon, Label, show_if
from hisdesk.desk.kit.theme import follow, theme

QUIET_MS = 200
PATIENCE_MS = 5_000
_BARS = ((0.34, 0.30, 0.18), (0.46, 0.22, 0.18), (0.30, 0.34, 0.18), (0.40, 0.26, 0.18))


class Skeleton(QWidget):
    """Grey bars where rows will stand. Nothing for 200 ms; after 5 s it says so and offers to cancel.

    `words` names what is read: "Reading the list".
    """

    cancelled = Signal()

    def __init__(self, words: str = "Reading the list", row: str = "row", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._row = words, row
        self._shown = False
        self.line = Label("", "small", "muted")
        self.cancel = Button("Cancel", size="small")
        self.cancel.clicked.connect(self.cancelled)
        foot = QHBoxLayout()
        foot.addStretch()
        foot.addWidget(self.line)
        foot.addWidget(self.cancel)
        foot.addStretch()
        column = QVBoxLayout(self)
        column.addStretch()
        column.addLayout(foot)
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self.show_bars)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self.show_slow)
        self.setAccessibleName(words)
        self.start()

    def start(self) -> None:
        """Begins again: nothing to see yet."""
        self._shown = False
        self.line.set_text("")
        self.cancel.hide()
        self._quiet.start()
        self._patience.start()
        self.update()

    def stop(self) -> None:
        """The rows are there: no timer is left running."""
        self._quiet.stop()
        self._patience.stop()

    def show_bars(self) -> None:
        """The bars, as after 200 ms."""
        self._shown = True
        self.line.set_text(self._words)
        self.update()

    def show_slow(self) -> None:
        """The remark that it takes long, as after 5 s."""
        self.show_bars()
        self.line.set_text(f"{self._words} takes longer than usual")
        self.cancel.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._shown:
            return
        with QPainter(self) as painter:
            height = theme().px(self._row)
            for number in range(max(1, (self.height() - 2 * height) // height)):
                self._paint_row(painter, number, height)

    def _paint_row(self, painter: QPainter, number: int, height: int) -> None:
        whole, bar = QRectF(self.rect()), theme().text_px(10)
        inset = theme().space("card_padding")
        room = whole.width() - 2 * inset
        x = float(inset)
        for share in _BARS[number % len(_BARS)]:
            width = room * share
            rect = QRectF(x, number * height + (height - bar) / 2, width, bar)
            rect = paint.visual(rect, whole, self.layoutDirection())
            paint.box(painter, rect, theme().colour("surface.hover"), None, bar / 2)
            x += width + room * 0.06


class _CentredState(QWidget):
    """Icon, title, sentence, one command, in the middle. `acted` tells that the command was used."""

    acted = Signal()

    def __init__(
        self,
        icon: str,
        colour: str,
        title: str,
        sentence: str,
        command: str = "",
        *,
        command_icon: str = "",
        key: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.title = Label(title, "subtitle", wrap=True)
        self.sentence = Label(sentence, "body", "secondary", wrap=True)
        self.button = Button(command, icon=command_icon, key=key)
        self.button.clicked.connect(self.acted)
        column = QVBoxLayout(self)
        column.setSpacing(theme().space("grid"))
        column.addStretch(2)
        column.addWidget(Icon(icon, colour, "avatar"), 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (self.title, self.sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            column.addWidget(label)
        column.addSpacing(theme().space("half"))
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        show_if(self.button, bool(command))
        self.setAccessibleName(f"{title}. {sentence}")

    def set_words(self, title: str, sentence: str) -> None:
        """Says something else."""
        self.title.set_text(title)
        self.sentence.set_text(sentence)
        self.setAccessibleName(f"{title}. {sentence}")


class EmptyState(_CentredState):
    """What is true, how rows arrive, one command."""

    def __init__(
        self,
        title: str,
        sentence: str,
        command: str = "",
        *,
        icon: str = "ph.check-circle",
        command_icon: str = "",
        key: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            icon, "status.ok.fg", title, sentence, command, command_icon=command_icon, key=key, parent=parent
        )


class ErrorState(_CentredState):
    """The cause in words, its reference, and Try again."""

    def __init__(self, title: str, sentence: str, reference: str = "", parent: QWidget | None = None) -> None:
        words = f"{sentence} Reference {reference}." if reference else sentence
        super().__init__(
            "ph.warning-octagon",
            "status.critical.fg",
            title,
            words,
            "Try again",
            command_icon="ph.arrow-clockwise",
            key="F5",
            parent=parent,
        )


class OfflineState(_CentredState):
    """What works from the local copy, and how many changes wait."""

    def __init__(self, title: str, sentence: str, command: str = "What works now", parent: QWidget | None = None):
        super().__init__("ph.cloud-slash", "status.held.fg", title, sentence, command, parent=parent)


class StaleStrip(QFrame):
    """The amber strip above rows that may no longer be true: how old, and what is being done."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = Label(text, "small_strong", "attention")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme().space("card_padding"), 0, theme().space("card_padding"), 0)
        row.setSpacing(theme().space("inline_gap"))
        row.addWidget(Icon("ph.clock-counter-clockwise", "status.attention.fg"))
        row.addWidget(self._words)
        row.addStretch()
        follow(self._dress)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """For instance "4 min old: asking every 10 s"; nothing hides the strip."""
        self._words.set_text(text)
        self.setAccessibleName(text)
        show_if(self, bool(text))

    def _dress(self) -> None:
        self.setFixedHeight(theme().text_px(32))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme().colour("status.attention.bg"))
            line = QRectF(0, self.height() - 1, self.width(), 1)
            painter.fillRect(line, theme().colour("status.attention.border"))
