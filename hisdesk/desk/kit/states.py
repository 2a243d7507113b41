"""What a list shows when it has no rows to show: loading, empty, stale, failed, offline. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
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
        self._foot: tuple[Label, Button] | None = None
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self.show_bars)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self.show_slow)
        self.setAccessibleName(words)
        self.start()

    def start(self) -> None:
        """Begins again: nothing to see yet."""
        self._shown = False
        if self._foot is not None:
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

    @property
    def line(self) -> Label:
        """The remark under the bars."""
        return self._made()[0]

    @property
    def cancel(self) -> Button:
        """The way to stop waiting."""
        return self._made()[1]

    def _made(self) -> tuple[Label, Button]:
        """Most rows are there before anything of this is seen."""
        if self._foot is None:
            line, cancel = Label("", "small", "muted"), Button("Cancel", size="small")
            cancel.clicked.connect(self.cancelled)
            foot = QHBoxLayout()
            foot.addStretch()
            foot.addWidget(line)
            foot.addWidget(cancel)
            foot.addStretch()
            column = QVBoxLayout(self)
            column.addStretch()
            column.addLayout(foot)
            line.show()
            show_if(cancel, False)
            self._foot = line, cancel
        return self._foot

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
        self._icon, self._colour, self._words = icon, colour, (title, sentence)
        self._command, self._command_icon, self._key = command, command_icon, key
        self._offered = bool(command)
        self._button: Button | None = None
        self.setAccessibleName(f"{title}. {sentence}")

    @property
    def title(self) -> str:
        """What is said first."""
        return self._words[0]

    @property
    def sentence(self) -> str:
        """What is said under it."""
        return self._words[1]

    @property
    def button(self) -> Button:
        """The command."""
        if self._button is None:
            self._button = self._fill()
        return self._button

    def set_words(self, title: str, sentence: str) -> None:
        """Says something else."""
        self._words = (title, sentence)
        self.setAccessibleName(f"{title}. {sentence}")
        if self._button is not None:
            self._title.set_text(title)
            self._sentence.set_text(sentence)

    def offer(self, offered: bool) -> None:
        """Shows the command only to who may use it."""
        self._offered = offered
        if self._button is not None:
            show_if(self._button, offered)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._button is None:
            self._button = self._fill()

    def _fill(self) -> Button:
        """Most states are never seen: what is in one is made when it is first shown."""
        self._title = Label(self._words[0], "subtitle", wrap=True)
        self._sentence = Label(self._words[1], "body", "secondary", wrap=True)
        button = Button(self._command, icon=self._command_icon, key=self._key)
        button.clicked.connect(self.acted)
        column = QVBoxLayout(self)
        column.setSpacing(theme().space("grid"))
        column.addStretch(2)
        sign = Icon(self._icon, self._colour, "avatar")
        column.addWidget(sign, 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (self._title, self._sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            column.addWidget(label)
        column.addSpacing(theme().space("half"))
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        for part in (sign, self._title, self._sentence):
            part.show()  # at once: what is put into something visible would only be shown in the next turn
        show_if(button, self._offered)
        return button


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
