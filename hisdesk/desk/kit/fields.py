"""Fields of a form: label above, unit inside at the right, message under the field. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.dates import parse_date, show_age, show_date
from hisdesk.desk.kit.icons import glyph, paint_icon
from hisdesk.desk.kit.keycap import cap_size, paint_cap
from hisdesk.desk.kit.labels import Icon, Label, restyle, show_if
from hisdesk.desk.kit.theme import follow, theme

_INSIDE = 10
STATES = ("", "error", "attention")


class Edit(QLineEdit):
    """One line of text with a unit, an icon or a key cap drawn inside."""

    def __init__(self, *, icon: str = "", unit: str = "", key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if icon:
            glyph(icon)
        self._icon, self._unit, self._key = icon, unit, key
        self._identifier = False
        follow(self._dress)

    def set_unit(self, unit: str) -> None:
        """The unit, or another short remark, at the right inside the field."""
        self._unit = unit
        self._make_room()
        self.update()

    def set_identifier(self) -> None:
        """The text is a number that is read aloud: slashed zero, unambiguous I l 1."""
        self._identifier = True
        self._dress()

    def set_state(self, state: str) -> None:
        """`error`, `attention` or nothing."""
        if (self.property("state") or "") != state:
            self.setProperty("state", state)
            restyle(self)

    def _dress(self) -> None:
        self.setFixedHeight(theme().px("control"))
        if self._identifier:
            self.setFont(theme().font("body", identifier=True))
        self._make_room()
        self.update()

    def _make_room(self) -> None:
        left = theme().px("icon") + 8 if self._icon else 0
        right = paint.text_width(theme().font("body"), self._unit) + 8 if self._unit else 0
        right += cap_size(self._key).width() + 4 if self._key else 0
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            left, right = right, left
        self.setTextMargins(left, 0, right, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not (self._icon or self._unit or self._key):
            return
        with QPainter(self) as painter:
            self._paint_extras(painter)

    def _paint_extras(self, painter: QPainter) -> None:
        whole, direction, colour = QRectF(self.rect()), self.layoutDirection(), theme().colour
        muted = colour("text.muted" if self.isEnabled() else "text.disabled")
        if self._icon:
            side = theme().px("icon")
            box = QRectF(_INSIDE, (whole.height() - side) / 2, side, side)
            paint_icon(painter, paint.visual(box, whole, direction), self._icon, muted)
        right = whole.right() - _INSIDE + 1
        if self._key:
            cap = cap_size(self._key)
            right -= cap.width() - 3
            box = QRectF(right, (whole.height() - cap.height()) / 2, cap.width(), cap.height())
            box = paint.visual(box, whole, direction)
            paint_cap(painter, box, self._key, colour("text.secondary"), colour("border.strong"), None)
            right -= 6
        if self._unit:
            box = paint.visual(QRectF(whole.left(), 0, right - whole.left(), whole.height()), whole, direction)
            paint.line(painter, box, self._unit, theme().font("body"), muted, paint.trailing(direction))


class _Message(QWidget):
    """The sentence under a field, with its sign; made when there is first something to say."""

    def __init__(self) -> None:
        super().__init__()
        self.words = Label("", "small", "muted", wrap=True)
        self._sign = Icon("ph.warning-fill", "status.attention.fg", "icon_inline")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().space("half") + 1)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)

    def say(self, text: str, state: str) -> None:
        tone = {"error": "critical", "attention": "attention", "": "muted"}[state]
        self.words.set_text(text)
        self.words.set_tone(tone)
        if state:
            icon = "ph.warning-octagon-fill" if state == "error" else "ph.warning-fill"
            self._sign.set_icon(icon, f"status.{tone}.fg")
        show_if(self._sign, bool(state))
        show_if(self, bool(text))


class Field(QWidget):
    """Label, control and message, as one. Subclasses give the control; `message` families are shown in colour."""

    def __init__(self, label: str, control: QWidget, *, optional: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._control = control
        self._help = ""
        self.label = Label(label, "small", "secondary")
        self.label.setBuddy(control)
        self._optional: Label | None = None
        self._message: _Message | None = None
        self._head = QHBoxLayout()
        self._head.setSpacing(theme().space("inline_gap"))
        self._head.addWidget(self.label)
        self._head.addStretch()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme().space("label_to_field"))
        self._column.addLayout(self._head)
        self._column.addWidget(control)
        control.setAccessibleName(label)
        self.setFocusProxy(control)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_optional(optional)

    @property
    def control(self) -> QWidget:
        """The control inside, for focus and completers."""
        return self._control

    @property
    def message(self) -> str:
        return self._message.words.text() if self._message is not None else ""

    def set_optional(self, optional: bool) -> None:
        """Says "optional" beside the label; required is the rule and has no mark."""
        if self._optional is None and optional:
            self._optional = Label("optional", "small", "muted")
            self._head.insertWidget(1, self._optional)
        elif self._optional is not None:
            self._optional.set_text("optional" if optional else "")

    def set_help(self, text: str) -> None:
        """A sentence that stands under the field while nothing is wrong."""
        self._help = text
        if not self._state():
            self.set_message("")

    def set_message(self, text: str, state: str = "error") -> None:
        """A sentence under the field: `error`, `attention`, or the help again when empty."""
        if state not in STATES:
            raise ValueError(f"no such state of a field: {state}")
        said, shown = text or self._help, state if text else ""
        if self._message is None and said:
            self._message = _Message()
            self._column.addWidget(self._message)
        if self._message is not None:
            self._message.say(said, shown)
        self._control.setAccessibleDescription(said)
        self._mark(shown)

    def set_error(self, text: str) -> None:
        """What is wrong, or nothing."""
        self.set_message(text, "error")

    def _state(self) -> str:
        return str(self._control.property("state") or "")

    def _mark(self, state: str) -> None:
        if self._state() != state:
            self._control.setProperty("state", state)
            restyle(self._control)


class TextField(Field):
    """One line. `changed` follows typing, `finished` the leaving of the field."""

    changed = Signal(str)
    finished = Signal()

    def __init__(
        self,
        label: str,
        *,
        optional: bool = False,
        unit: str = "",
        identifier: bool = False,
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        self.edit = Edit(unit=unit, icon=icon)
        super().__init__(label, self.edit, optional=optional, parent=parent)
        if identifier:
            self.edit.set_identifier()
        self.edit.textChanged.connect(self.changed)
        self.edit.editingFinished.connect(self.finished)

    def value(self) -> str:
        """The text without outer spaces."""
        return self.edit.text().strip()

    def set_value(self, text: str) -> None:
        """Shows a text and moves the cursor to its start."""
        self.edit.setText(text)
        self.edit.setCursorPosition(0)


class AreaField(Field):
    """Several lines of free text."""

    changed = Signal(str)

    def __init__(self, label: str, *, optional: bool = False, lines: int = 3, parent: QWidget | None = None) -> None:
        self.edit = QPlainTextEdit()
        self._lines = lines
        self.edit.setTabChangesFocus(True)
        super().__init__(label, self.edit, optional=optional, parent=parent)
        self.edit.textChanged.connect(lambda: self.changed.emit(self.edit.toPlainText()))
        follow(self._dress)

    def _dress(self) -> None:
        self.edit.setFixedHeight(theme().text_px(20) * self._lines + 14)

    def value(self) -> str:
        """The text without outer blank."""
        return self.edit.toPlainText().strip()

    def set_value(self, text: str) -> None:
        """Shows a text."""
        self.edit.setPlainText(text)


class Combo(QComboBox):
    """A list to choose from, with our own arrow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxVisibleItems(12)
        follow(self._dress)

    def _dress(self) -> None:
        self.setFixedHeight(theme().px("control"))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            whole, side = QRectF(self.rect()), theme().px("icon_inline")
            box = QRectF(whole.right() - _INSIDE - side, (whole.height() - side) / 2, side, side)
            ink = theme().colour("text.secondary" if self.isEnabled() else "text.disabled")
            paint_icon(painter, paint.visual(box, whole, self.layoutDirection()), "ph.caret-down", ink)


class ComboField(Field):
    """One of a list; typing jumps to it. `chosen` tells the value when a person or the program changes it."""

    chosen = Signal(object)

    def __init__(
        self,
        label: str,
        options: Sequence[tuple[object, str]] = (),
        *,
        optional: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`options` are (value, words)."""
        self.combo = Combo()
        super().__init__(label, self.combo, optional=optional, parent=parent)
        self.set_options(options)
        self.combo.currentIndexChanged.connect(lambda _index: self.chosen.emit(self.value()))

    def set_options(self, options: Sequence[tuple[object, str]]) -> None:
        """Another list; the value stays when it is still there."""
        kept = self.value()
        self.combo.clear()
        for value, words in options:
            self.combo.addItem(words, value)
        self.set_value(kept)

    def value(self) -> object:
        """The chosen value, None when nothing is."""
        return self.combo.currentData()

    def set_value(self, value: object) -> None:
        """Chooses; a value that is not in the list chooses the first entry."""
        index = next((i for i in range(self.combo.count()) if self.combo.itemData(i) == value), 0)
        self.combo.setCurrentIndex(index if self.combo.count() else -1)


class DateField(Field):
    """A date typed freely and shown as 23-Jun-1984, with the age for a birth date."""

    changed = Signal(object)

    def __init__(
        self,
        label: str,
        *,
        optional: bool = False,
        birth: bool = False,
        today: date | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self.edit = Edit()
        self._birth, self._today, self._optional_date = birth, today, optional
        self._value: date | None = None
        self._kept_text = ""
        super().__init__(label, self.edit, optional=optional, parent=parent)
        self.edit.editingFinished.connect(self._read)
        self.edit.textEdited.connect(lambda _text: self.edit.set_unit(""))

    def value(self) -> date | None:
        """The date, None when the field is empty or cannot be read (then `message` says why)."""
        self._read()
        return self._value

    def text(self) -> str:
        """What stands in the field, also when it is not a date."""
        return self.edit.text().strip()

    def set_value(self, value: date | None) -> None:
        """Shows a date."""
        self._value = value
        self._show()
        self.set_message("")

    def _now(self) -> date:
        return self._today or date.today()  # noqa: DTZ011 (the calendar of the desk)

    def _show(self) -> None:
        self._kept_text = show_date(self._value) if self._value else ""
        self.edit.setText(self._kept_text)
        self.edit.set_unit(show_age(self._value, self._now()) if self._value and self._birth else "")

    def _read(self) -> None:
        text = self.text()
        if text == self._kept_text:
            return
        before = self._value
        try:
            self._value = parse_date(text, self._now(), past=self._birth) if text else None
            if self._birth and self._value and self._value > self._now():
                raise ValueError("A birth date cannot be in the future")
        except ValueError as wrong:
            self._value, self._kept_text = None, text
            self.set_message(str(wrong))
        else:
            self.set_message("")
            self._show()
        if self._value != before:
            self.changed.emit(self._value)


class SearchField(Edit):
    """A box to search or filter, with its magnifier and key. `Esc` empties it, then gives the focus back."""

    left = Signal()

    def __init__(
        self, placeholder: str, key: str = "", icon: str = "ph.magnifying-glass", parent: QWidget | None = None
    ):
        super().__init__(icon=icon, key=key, parent=parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.ShortcutFocusReason, Qt.FocusReason.TabFocusReason):
            self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.text():
                self.clear()
            else:
                self.left.emit()
            return
        super().keyPressEvent(event)
