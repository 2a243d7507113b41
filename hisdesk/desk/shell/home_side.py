"""The right side of the home screen: what this person did last, and the keys of their work. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.icons import paint_icon
from hisdesk.desk.kit.keycap import cap_size, key_text, paint_cap
from hisdesk.desk.kit.labels import Label, show_if
from hisdesk.desk.kit.panels import Panel
from hisdesk.desk.kit.style import RING
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.desk.shell.deeds import Line

_INSET, _TOP, _LINE, _TALLEST, _KEY_ROW = 6, 3, 19, 1_000, 22
MOST_SHOWN = 8


class DeedRow(QAbstractButton):
    """What was done, to whom and when; a click or Enter opens the record where there is one to open."""

    def __init__(self, line: Line, opens: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line, self.opens, self._wrap = line, opens, 0
        self.setText(line.what)
        self.setAccessibleName(", ".join(part for part in (line.what, line.who, line.at) if part))
        self.setAccessibleDescription("Opens the record" if opens else "")
        self.setToolTip(line.who)
        self.setProperty(RING, theme().radius("control"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if opens else Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        follow(self._dress)

    def _dress(self) -> None:
        """A name is never cut: a long one takes another line."""
        left = _INSET + theme().px("icon") + 8
        room = QRect(0, 0, max(1, self.width() - left - _INSET), _TALLEST)
        metrics = QFontMetrics(theme().font("small"))
        endless = any(metrics.horizontalAdvance(word) > room.width() for word in self.line.who.split())
        self._wrap = int(Qt.TextFlag.TextWrapAnywhere if endless else Qt.TextFlag.TextWordWrap)
        named = metrics.boundingRect(room, self._wrap, self.line.who).height()
        self.setFixedHeight(theme().text_px(_LINE) + (named if self.line.who else 0) + 2 * _TOP)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme().text_px(240), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._dress()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        whole, direction, colour = QRectF(self.rect()), self.layoutDirection(), theme().colour
        with QPainter(self) as painter:
            if self.opens and self.underMouse():
                paint.box(painter, whole, colour("surface.hover"), None, theme().radius("control"))
            inner = whole.adjusted(_INSET, _TOP, -_INSET, -_TOP)
            high, side, small = theme().text_px(_LINE), theme().px("icon"), theme().font("small")
            icon = QRectF(inner.left(), inner.top() + (high - side) / 2, side, side)
            paint_icon(painter, paint.visual(icon, inner, direction), self.line.icon, colour("text.secondary"))
            wide = paint.text_width(small, self.line.at)
            at = QRectF(inner.right() - wide, inner.top(), wide, high)
            muted = colour("text.muted")
            paint.line(painter, paint.visual(at, inner, direction), self.line.at, small, muted, paint.CENTRE)
            what = QRectF(icon.right() + 8, inner.top(), at.left() - icon.right() - 16, high)
            align, primary = paint.leading(direction), colour("text.primary")
            body = theme().font("body")
            paint.line(painter, paint.visual(what, inner, direction), self.line.what, body, primary, align, True)
            who = QRectF(what.left(), what.bottom(), inner.right() - what.left(), inner.bottom() - what.bottom())
            painter.setFont(small)
            painter.setPen(colour("text.secondary"))
            aligned = (align & Qt.AlignmentFlag.AlignHorizontal_Mask) | Qt.AlignmentFlag.AlignAbsolute
            painter.drawText(paint.visual(who, inner, direction), int(aligned) | self._wrap, self.line.who)


class DeedsPanel(Panel):
    """The last things done. `opened` tells whose record is wanted."""

    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Done by you", parent=parent)
        self.body_layout.setSpacing(2)
        inset = theme().space("half")
        self.body_layout.setContentsMargins(inset, inset, inset, theme().space("grid"))
        self._nothing = Label("", "small", "secondary", wrap=True)
        self._nothing.setContentsMargins(theme().space("grid"), theme().space("half"), 0, 0)
        self.add(self._nothing)
        self._rows: list[DeedRow] = []
        self._shown: tuple[tuple[Line, ...], bool] | None = None

    def show_lines(self, lines: Sequence[Line], *, may_open: bool) -> None:
        """Shows these, the latest first."""
        wanted = tuple(lines[:MOST_SHOWN]), may_open
        if wanted == self._shown:
            return
        self._shown = wanted
        for row in self._rows:
            self.body_layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [DeedRow(line, may_open and line.person is not None, self.body) for line in wanted[0]]
        for row in self._rows:
            self.add(row)
            row.clicked.connect(lambda _on=False, person=row.line.person, opens=row.opens: self._clicked(person, opens))
            row.show()
        self._nothing.set_text("" if self._rows else "What you enter and decide stands here, the last first.")
        show_if(self._nothing, not self._rows)

    def show_unknown(self) -> None:
        """Nothing was read yet and nothing can be."""
        if self._shown is None:
            self._nothing.set_text("Not available")

    def _clicked(self, person: UUID | None, opens: bool) -> None:
        if opens:
            self.opened.emit(person)

    @property
    def rows(self) -> list[DeedRow]:
        """What is shown, from the top."""
        return list(self._rows)


class KeyRows(QWidget):
    """Key caps under each other and what they do, painted: as widgets they would be felt when the screen opens."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keys: tuple[tuple[str, str], ...] = ()
        follow(self._dress)

    def set_keys(self, keys: Sequence[tuple[str, str]]) -> None:
        """Shows these (key, what it does)."""
        self.keys = tuple(keys)
        self.setAccessibleName(", ".join(f"{key_text(key)}: {what}" for key, what in self.keys))
        self._dress()

    def _dress(self) -> None:
        self.setFixedHeight(len(self.keys) * theme().text_px(_KEY_ROW))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        whole, direction, colour = QRectF(self.rect()), self.layoutDirection(), theme().colour
        high = theme().text_px(_KEY_ROW)
        column = max((cap_size(key).width() for key, _ in self.keys), default=0) + theme().space("card_padding")
        ink, border, fill = colour("text.secondary"), colour("border.strong"), colour("surface.sunken")
        with QPainter(self) as painter:
            for number, (key, what) in enumerate(self.keys):
                size, top = cap_size(key), number * high
                cap = QRectF(0, top + (high - size.height()) / 2, size.width(), size.height())
                paint_cap(painter, paint.visual(cap, whole, direction), key, ink, border, fill)
                words = QRectF(column, top, whole.width() - column, high)
                align, body = paint.leading(direction), theme().font("body")
                paint.line(painter, paint.visual(words, whole, direction), what, body, ink, align, elide=True)


class KeysPanel(Panel):
    """The keys of somebody's work."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Keys of your work", parent=parent)
        self.rows = KeyRows(self.body)
        self.add(self.rows)


def side(*panels: Panel) -> QWidget:
    """The panels under each other, at the top."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme().space("card_padding"))
    for panel in panels:
        column.addWidget(panel)
    column.addStretch(1)
    return holder
