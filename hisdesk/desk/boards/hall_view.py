"""The hall display: which number is called, to which room, who is next. No names, ever. GUI thread.

Painted in one go from a frozen state.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from hisdesk.desk.boards.ages import age_words
from hisdesk.desk.boards.drawing import Drawing
from hisdesk.desk.boards.window import BoardWindow
from hisdesk.desk.kit import paint
from hisdesk.desk.kit.theme import theme

NEW_CALL_S = 10
_MARGIN, _HEADER, _FOOTER, _SPLIT = 48, 112, 88, 1060
_MOST_NEXT, _MOST_BEFORE = 5, 2


@dataclass(frozen=True)
class Call:
    """A number that was called: its ticket, the room, when."""

    ticket: str
    room: str
    called_at: datetime


@dataclass(frozen=True)
class Waiting:
    """A number that is next, and where it will go."""

    ticket: str
    room: str = ""


@dataclass(frozen=True)
class HallState:
    """Everything the display shows. `calling` is newest first; `age_s` is the age of the last confirmed read."""

    title: str
    calling: tuple[Call, ...] = ()
    next: tuple[Waiting, ...] = ()
    wait_hint: tuple[str, str] | None = None
    """Two lines, for instance ("Waiting without a booking:", "about 35 minutes")."""
    live: str = "live"
    age_s: int = 0
    notice: str = "Urgent patients are seen first. Feeling worse? Tell the desk."
    subtitle: str = "Please wait for your ticket number"


class HallView(BoardWindow):
    """The whole screen."""

    announced = Signal(str)
    """A ticket is newly called: the board plays its sound and a screen reader hears it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("hisdesk · hall display", parent)
        self._state = HallState("Waiting area", live="stale")
        self._new: dict[tuple[str, datetime], datetime] = {}
        self._shown_before = False
        self._calm = QTimer(self, singleShot=True)
        self._calm.timeout.connect(self.update)

    # what the board says

    @property
    def state(self) -> HallState:
        return self._state

    def set_state(self, state: HallState) -> None:
        """Shows a state. A call that was not there before stands out for 10 s at least, but not when first read."""
        known = {(call.ticket, call.called_at) for call in self._state.calling}
        fresh = [call for call in state.calling if (call.ticket, call.called_at) not in known]
        self._state = state
        if self._shown_before:
            for call in fresh:
                self._new[(call.ticket, call.called_at)] = self.now
                self.announced.emit(f"{call.ticket}, {call.room}")
            if fresh:
                self._calm.start(NEW_CALL_S * 1000)
        self._shown_before = self._shown_before or not self.stale
        self.setAccessibleName(self._spoken())
        self.update()

    def set_time(self, now: datetime) -> None:
        """Calls stop standing out."""
        super().set_time(now)
        since = {key: at for key, at in self._new.items() if (now - at).total_seconds() < NEW_CALL_S}
        if since != self._new:
            self._new = since
            self.update()

    def is_new(self, call: Call) -> bool:
        """Whether this call still stands out."""
        return (call.ticket, call.called_at) in self._new

    @property
    def stale(self) -> bool:
        """Whether what is shown may no longer be true."""
        return self._state.live != "live"

    def _spoken(self) -> str:
        calls = ", ".join(f"{call.ticket} to {call.room}" for call in self._state.calling[:1])
        return f"{self._state.title}. Now calling {calls}" if calls else f"{self._state.title}. Nobody is called"

    def draw(self, painter: QPainter, dirty: QRect) -> None:
        _Painting(painter, self).all()


class _Painting(Drawing):
    """One paint: the drawing and the state together."""

    sizes = "board.hall"

    def __init__(self, painter: QPainter, view: HallView) -> None:
        super().__init__(painter, view)
        self.view, self.state = view, view.state
        self.colour = theme().hall
        self.split = self.width * _SPLIT / 1920

    def all(self) -> None:
        self.painter.fillRect(self.whole, self.colour("surface.canvas"))
        self._header()
        self._calls()
        self._next()
        self._footer()

    def _header(self) -> None:
        high, margin = self.px(_HEADER), self.px(_MARGIN)
        self.painter.fillRect(QRectF(0, 0, self.width, high), self.colour("surface.header"))
        title, clock = self.font("header", 700), self.font(72, 700)
        wide = paint.text_width(title, self.state.title)
        self.text(QRectF(margin, 0, wide, high), self.state.title, title, self.colour("text.on_header"))
        time = f"{self.view.now:%H:%M}"
        clock_width = paint.text_width(clock, time)
        at = QRectF(self.width - margin - clock_width, 0, clock_width, high)
        self.text(at, time, clock, self.colour("text.on_header"), trailing=True)
        x = margin + wide + self.px(34)
        rest = QRectF(x, 0, at.left() - x - margin, high)
        secondary = self.colour("text.on_header_secondary")
        self.text(rest, self.state.subtitle, self.font(44, 400), secondary, elide=True)

    def _calls(self) -> None:
        top, bottom = self.px(_HEADER), self.height - self.px(_FOOTER)
        ground = QRectF(0, top, self.split, bottom - top)
        call_ground = self._muted(self.colour("surface.call"))
        self.painter.fillRect(self.place(ground), call_ground)
        margin, secondary = self.px(_MARGIN), self.colour("text.on_call_secondary")
        middle = top + self.px(58)
        self.icon(margin + self.px(2), middle, self.px(50), "ph.megaphone-fill", secondary)
        heading = QRectF(self.px(120), middle - self.px(32), self.split - self.px(120), self.px(64))
        self.text(heading, "Now calling" if self.state.calling else "Nobody is called", self.font(50, 600), secondary)
        if not self.state.calling:
            return
        box = QRectF(margin, top + self.px(108), self.split - 2 * margin, self.px(480))
        self._call_box(box, self.state.calling[0])
        y = box.bottom() + self.px(24)
        for call in self.state.calling[1 : 1 + _MOST_BEFORE]:
            self._call_row(call, y)
            y += self.px(118)

    def _muted(self, colour: QColor) -> QColor:
        """Stale data loses its colour; the words say its age."""
        if not self.view.stale:
            return colour
        grey = self.colour("status.neutral.fg")
        return paint.mix(colour, grey, 0.85)

    def _call_box(self, box: QRectF, call: Call) -> None:
        new = self.view.is_new(call)
        fill = self._muted(self.colour("surface.call_new"))
        ink, radius = self.colour("text.on_call"), self.px(16)
        if new:  # inverted: the loudest thing in the hall, without motion
            fill, ink = self.colour("surface.base"), self.colour("surface.call_new")
        paint.box(self.painter, self.place(box), fill, self.colour("text.on_call"), radius, max(1.0, self.px(4)))
        inner = self.px(52)
        ticket = QRectF(box.left() + inner, box.top() + self.px(30), box.width() - 2 * inner, self.px(290))
        self.text(ticket, call.ticket, self.font("call", 700), ink)
        middle = box.top() + self.px(352)
        self.icon(box.left() + inner - self.px(8), middle, self.px(88), "ph.arrow-right-bold", ink)
        left = box.left() + inner + self.px(96)
        room = QRectF(left, middle - self.px(56), box.right() - left - inner, self.px(112))
        self.text(room, call.room, self.font("room", 600), ink)

    def _call_row(self, call: Call, y: float) -> None:
        margin, high = self.px(_MARGIN), self.px(118)
        right = self.split - margin
        line = paint.mix(self._muted(self.colour("surface.call")), self.colour("text.on_call_secondary"), 0.35)
        self.rule(margin, y, right - margin, line)
        ink = self.colour("text.on_call")
        at = self.font(46, 500)
        clock = paint.text_width(at, "00:00")
        ticket = self.font("list", 700)
        self.text(QRectF(margin, y, self.px(300), high), call.ticket, ticket, ink)
        room = QRectF(margin + self.px(330), y, right - clock - self.px(20) - margin - self.px(330), high)
        self.text(room, call.room, self.font(60, 600), ink)
        when = QRectF(right - clock, y, clock, high)
        self.text(when, f"{call.called_at:%H:%M}", at, self.colour("text.on_call_secondary"), trailing=True)

    def _next(self) -> None:
        left, right = self.split + self.px(_MARGIN), self.width - self.px(_MARGIN)
        top = self.px(_HEADER)
        secondary = self.colour("text.secondary")
        heading = QRectF(left, top + self.px(26), right - left, self.px(64))
        self.text(heading, "Next" if self.state.next else "Nobody is waiting", self.font(50, 600), secondary)
        hint = self.px(160) if self.state.wait_hint or self.view.stale else 0.0
        room = self.height - self.px(_FOOTER) - top - self.px(102) - hint - self.px(40)
        high = self.px(104)
        most = max(1, min(_MOST_NEXT, int(room // high)))
        y = top + self.px(102)
        for waiting in self.state.next[:most]:
            self._next_row(waiting, left, right, y, high)
            y += high
        rest = len(self.state.next) - most
        if rest > 0:
            more = QRectF(left, y + self.px(4), right - left, self.px(48))
            self.text(more, f"and {rest} more", self.font("footer", 500), secondary)
            y += self.px(44)
        self._hint(QRectF(left, y + self.px(32), right - left, self.px(152)))

    def _next_row(self, waiting: Waiting, left: float, right: float, y: float, high: float) -> None:
        ink = self.colour("text.secondary" if self.view.stale else "text.primary")
        ticket = self.font("list", 700)
        wide = max(self.px(270), paint.text_width(ticket, waiting.ticket) + self.px(30))
        self.text(QRectF(left, y, wide, high), waiting.ticket, ticket, ink)
        room = QRectF(left + wide, y, right - left - wide, high)
        self.text(room, waiting.room, self.font(46, 500), self.colour("text.secondary"), elide=True)
        line = paint.mix(self.colour("surface.canvas"), self.colour("status.neutral.border"), 0.25)
        self.rule(left, y + high, right - left, line)

    def _hint(self, box: QRectF) -> None:
        """The wait, or how old everything is: the more important of the two."""
        lines = self.state.wait_hint
        icon = "ph.clock-fill"
        if self.view.stale:
            lines = (f"No news for {age_words(self.state.age_s)}:", "please ask at the desk")
            icon = "ph.clock-counter-clockwise-bold"
        if lines is None:
            return
        ink = self.colour("status.attention.fg")
        border = self.colour("status.attention.border")
        fill = self.colour("status.attention.bg")
        paint.box(
            self.painter, self.place(box), fill, border, self.px(16), max(1.0, self.px(4)), dashed=self.view.stale
        )
        self.icon(box.left() + self.px(36), box.top() + self.px(50), self.px(44), icon, ink)
        for number, words in enumerate(lines):
            x = box.left() + self.px(100)
            row = QRectF(x, box.top() + self.px(22 + 54 * number), box.right() - x - self.px(24), self.px(54))
            self.text(row, words, self.font(42, 600), ink)

    def _footer(self) -> None:
        high, margin = self.px(_FOOTER), self.px(_MARGIN)
        top = self.height - high
        self.painter.fillRect(QRectF(0, top, self.width, high), self.colour("surface.base"))
        middle, side = top + high / 2, self.px(40)
        words = f"{age_words(self.state.age_s)} old" if self.view.stale else "Live"
        family = "attention" if self.view.stale else "ok"
        icon = "ph.clock-counter-clockwise" if self.view.stale else "ph.broadcast"
        ink, font = self.colour(f"status.{family}.fg"), self.font("footer", 600)
        wide = paint.text_width(font, words)
        x = self.width - margin - wide
        self.text(QRectF(x, top, wide, high), words, font, ink, trailing=True)
        self.icon(x - side - self.px(14), middle, side, icon, ink)
        secondary = self.colour("text.secondary")
        self.icon(margin, middle, side, "ph.info", secondary)
        left = margin + side + self.px(18)
        notice = QRectF(left, top, x - side - self.px(40) - left, high)
        self.text(notice, self.state.notice, self.font("footer", 400), secondary, elide=True)
        self.painter.setPen(QPen(Qt.PenStyle.NoPen))
