"""Panels on the canvas, and messages in place. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.chips import Badge
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.labels import Icon, Label, restyle, show_if
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.desk.kit.tokens import token

_TITLE_BAR = 40


class _TitleBar(QFrame):
    """Title, count and remark at the left, commands at the right; count and remark are made when there are any."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("edge", "bottom")
        self.title = Label("", "subtitle")
        self._count: Badge | None = None
        self._note: Label | None = None
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(theme().space("card_padding"), 0, theme().space("card_padding"), 0)
        self.row.setSpacing(theme().space("inline_gap"))
        self.row.addWidget(self.title)
        self.row.addStretch()

    def set_count(self, count: str) -> None:
        if self._count is None and count:
            self._count = Badge("")
            self.row.insertWidget(1, self._count)
        if self._count is not None:
            self._count.set_text(count)
            show_if(self._count, bool(count))

    def set_note(self, text: str) -> None:
        if self._note is None and text:
            self._note = Label("", "small", "muted")
            self.row.insertWidget(1 if self._count is None else 2, self._note)
        if self._note is not None:
            self._note.set_text(text)


class Panel(QFrame):
    """A card with an optional 40 px title bar, a body and an optional footer of 32 px."""

    def __init__(self, title: str = "", *, padded: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self.setAccessibleName(title)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(0)
        self._bar: _TitleBar | None = None
        self.body = QWidget()
        self.body_layout = QVBoxLayout(self.body)
        inset = theme().space("card_padding") if padded else 0
        self.body_layout.setContentsMargins(inset, inset, inset, inset)
        self.body_layout.setSpacing(theme().space("field_gap") if padded else 0)
        self._column.addWidget(self.body, 1)
        self._footer: QFrame | None = None
        if title:
            self.set_title(title)
        follow(self._dress)

    def _title_bar(self) -> _TitleBar:
        if self._bar is None:
            self._bar = _TitleBar()
            self._column.insertWidget(0, self._bar)
            self._dress()
            show_if(self._bar, False)
        return self._bar

    def _dress(self) -> None:
        if self._bar is not None:
            self._bar.setFixedHeight(theme().text_px(_TITLE_BAR) + 1)
        if self._footer is not None:
            self._footer.setFixedHeight(theme().text_px(32))

    def set_title(self, title: str) -> None:
        """Another title; without one there is no bar."""
        self.setAccessibleName(title)
        if title or self._bar is not None:
            self._title_bar().title.set_text(title)
            show_if(self._title_bar(), bool(title))

    def set_count(self, count: str) -> None:
        """A count in a pill beside the title."""
        if count or self._bar is not None:
            self._title_bar().set_count(count)

    def set_note(self, text: str) -> None:
        """A muted remark beside the title."""
        if text or self._bar is not None:
            self._title_bar().set_note(text)

    def add_command(self, widget: QWidget) -> None:
        """A command at the right of the title bar."""
        self._title_bar().row.addWidget(widget)

    def add(self, item: QWidget | QLayout, stretch: int = 0) -> None:
        """Appends to the body."""
        if isinstance(item, QLayout):
            self.body_layout.addLayout(item, stretch)
        else:
            self.body_layout.addWidget(item, stretch)

    def set_footer(self, left: QWidget, right: QWidget | None = None) -> None:
        """The line at the foot: the sort rule at the left, "9 of 9 shown" at the right. Once."""
        self._footer = QFrame()
        self._footer.setProperty("edge", "top")
        row = QHBoxLayout(self._footer)
        row.setContentsMargins(theme().space("card_padding"), 0, theme().space("card_padding"), 0)
        row.addWidget(left)
        row.addStretch()
        if right is not None:
            row.addWidget(right)
        self._column.addWidget(self._footer)
        self._dress()


class ScrollPanel(Panel):
    """A card whose inside scrolls up and down. Make what goes in with `holder` as its parent."""

    def __init__(self, title: str = "", *, inset: str = "card_padding", parent: QWidget | None = None) -> None:
        super().__init__(title, padded=False, parent=parent)
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.holder = QWidget()
        self.holder.setProperty("surface", "base")
        self._inside = QVBoxLayout(self.holder)
        self._inside.setContentsMargins(*[theme().space(inset)] * 4)
        self.area.setWidget(self.holder)
        self.add(self.area, 1)

    def add_scrolled(self, item: QWidget, stretch: int = 0) -> None:
        """Appends to what scrolls."""
        self._inside.addWidget(item, stretch)


class Notice(QFrame):
    """A message in place: 3 px edge, icon, title, one sentence, commands. `acted` tells which command."""

    acted = Signal(str)

    def __init__(
        self,
        family: str,
        title: str,
        sentence: str = "",
        *,
        icon: str = "",
        commands: tuple[tuple[str, str], ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        """`commands` are (id, words). The family is one of the six of the tokens."""
        super().__init__(parent)
        self._family, self._given_icon = family, icon
        self._sign = Icon("ph.circle", "text.secondary")
        self._title = Label(title, "body_strong", family, wrap=True)
        self._sentence = Label(sentence, "body", "primary", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(theme().space("half") // 2)
        words.addWidget(self._title)
        words.addWidget(self._sentence)
        self.buttons: dict[str, Button] = {}
        if commands:
            words.addSpacing(theme().space("half"))
            words.addLayout(self._make_commands(commands))
        row = QHBoxLayout(self)
        inset = theme().space("card_padding")
        row.setContentsMargins(inset, theme().space("grid"), inset, theme().space("grid"))
        row.setSpacing(theme().space("card_padding"))
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.set_message(title, sentence, family, icon)
        follow(self._dress)

    def _make_commands(self, commands: tuple[tuple[str, str], ...]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme().space("inline_gap"))
        for name, words in commands:
            button = Button(words, size="small")
            button.clicked.connect(lambda _checked=False, name=name: self.acted.emit(name))
            self.buttons[name] = button
            row.addWidget(button)
        row.addStretch()
        return row

    def set_message(self, title: str, sentence: str = "", family: str = "", icon: str = "") -> None:
        """Says something else, in another family where one is given."""
        self._family = family or self._family
        self._title.set_text(title)
        self._title.set_tone(self._family)
        self._sentence.set_text(sentence)
        show_if(self._sentence, bool(sentence))
        self._sign.set_icon(self._sign_name(icon), f"status.{self._family}.fg")
        self.setAccessibleName(f"{title}. {sentence}".strip())
        self.update()

    def _sign_name(self, icon: str) -> str:
        return icon or self._given_icon or str(token(f"status.{self._family}.icon"))

    def _dress(self) -> None:
        restyle(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_notice(painter, QRectF(self.rect()), self._family, self.layoutDirection())


def paint_notice(painter: QPainter, rect: QRectF, family: str, direction: Qt.LayoutDirection) -> None:
    """The box of a message: tinted, bordered, with the 3 px edge where reading begins."""
    colour = theme().colour
    painter.save()
    paint.box(
        painter,
        rect,
        colour(f"status.{family}.bg"),
        colour(f"status.{family}.border"),
        theme().radius("control"),
    )
    width = theme().line("status_edge")
    edge = paint.visual(QRectF(rect.left(), rect.top(), width, rect.height()), rect, direction)
    painter.setClipRect(edge)
    paint.box(painter, rect, colour(f"status.{family}.fg"), None, theme().radius("control"))
    painter.restore()
