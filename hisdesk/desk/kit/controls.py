"""Buttons and choices, painted from the theme. GUI thread."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.icons import glyph, mirrored, paint_icon
from hisdesk.desk.kit.keycap import cap_size, key_text, paint_cap
from hisdesk.desk.kit.labels import Icon, Label, show_if
from hisdesk.desk.kit.style import RING
from hisdesk.desk.kit.theme import follow, theme

KINDS = ("primary", "secondary", "quiet", "destructive", "danger", "plain", "on_dark")
"""`danger` is the filled red of a confirming dialog; `on_dark` stands on the banner or a toast; `plain` is for bars."""
SIZES = {"small": "control_small", "normal": "control", "large": "control_large", "touch": "control_touch"}
_PADDING = {"small": 10, "normal": 12, "large": 16, "touch": 20}
_GAP = 8


@dataclass(frozen=True)
class _Ink:
    """The colours of a button in one state."""

    text: QColor
    fill: QColor | None
    border: QColor | None


def _state_of(enabled: bool, down: bool, over: bool) -> str:
    if not enabled:
        return "disabled"
    return "pressed" if down else "hover" if over else "rest"


def button_ink(kind: str, state: str) -> _Ink:
    """The colours of a kind of button: `state` is rest, hover, pressed or disabled."""
    colour = theme().colour
    if state == "disabled":
        quiet = kind in ("quiet", "plain", "on_dark")
        return _Ink(
            colour("text.disabled"),
            None if quiet else colour("surface.disabled"),
            None if quiet else colour("border.strong"),
        )
    if kind == "primary":
        return _Ink(colour("text.on_accent"), colour({"rest": "accent.fill"}.get(state, f"accent.{state}")), None)
    if kind == "danger":
        return _Ink(colour("danger.on"), colour({"rest": "danger.fill"}.get(state, f"danger.{state}")), None)
    if kind == "on_dark":
        fill = None if state == "rest" else colour("banner.hover")
        return _Ink(colour("banner.text"), fill, colour("banner.line"))
    if kind in ("quiet", "plain"):
        fill = {"hover": colour("surface.hover"), "pressed": colour("accent.subtle")}.get(state)
        return _Ink(colour("accent.text" if kind == "quiet" else "text.secondary"), fill, None)
    fills = {"rest": "surface.base", "hover": "surface.hover", "pressed": "surface.selected_inactive"}
    if kind == "destructive":
        return _Ink(colour("status.critical.fg"), colour(fills[state]), colour("danger.fill"))
    border = "border.control" if state == "rest" else "border.control_hover"
    return _Ink(colour("text.primary"), colour(fills[state]), colour(border))


class Button(QPushButton):
    """A command: icon, words, and the key that does the same. `reason_changed` follows `set_reason`."""

    reason_changed = Signal(str)

    def __init__(
        self,
        text: str,
        kind: str = "secondary",
        *,
        icon: str = "",
        key: str = "",
        size: str = "normal",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        if kind not in KINDS:
            raise ValueError(f"no such kind of button: {kind}")
        if icon:
            glyph(icon)  # a wrong name fails here, not while painting
        self._kind, self._icon, self._key, self._size = kind, icon, key, size
        self._busy = ""
        self._reason = ""
        self._kept = QSize()
        self.setProperty("kind", kind)
        self.setProperty(RING, theme().radius("control"))
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        if key and text:
            self.setAccessibleDescription(f"Key {key_text(key)}")
        follow(self._dress)

    # what screens say

    @property
    def kind(self) -> str:
        return self._kind

    @property
    def key(self) -> str:
        return self._key

    @property
    def busy(self) -> bool:
        return bool(self._busy)

    @property
    def reason(self) -> str:
        """Why it cannot be used now; empty when it can."""
        return self._reason

    def set_icon_name(self, name: str) -> None:
        """Another icon (`ph.…`), or none."""
        self._icon = name
        self.updateGeometry()
        self.update()

    def set_busy(self, busy: bool, word: str = "Saving") -> None:
        """While busy it says `word`, keeps its width and its focus, and ignores clicks and keys."""
        if busy and not self._busy:
            self._kept = self.sizeHint()
        self._busy = word if busy else ""
        self.blockSignals(busy)
        self.setAccessibleDescription(word if busy else self._description())
        self.updateGeometry()
        self.update()

    def set_reason(self, reason: str) -> None:
        """Disables with a reason that is spoken and shown as tool tip; an empty reason enables."""
        self._reason = reason
        self.setEnabled(not reason)
        self.setToolTip(reason)
        self.setAccessibleDescription(self._description())
        self.reason_changed.emit(reason)

    def _description(self) -> str:
        parts = ([self._reason] if self._reason else []) + ([f"Key {key_text(self._key)}"] if self._key else [])
        return ". ".join(parts)

    # how it looks

    def _dress(self) -> None:
        self.setFixedHeight(theme().px(SIZES[self._size]))
        self.updateGeometry()
        self.update()

    def _font(self) -> str:
        return "subtitle" if self._size in ("large", "touch") else "body_strong"

    def sizeHint(self) -> QSize:
        height = theme().px(SIZES[self._size])
        width = self._contents_width(self.text(), self._icon) + 2 * _PADDING[self._size]
        if self._icon and not self.text() and not self._key:
            width = height
        if self._busy:
            busy = self._contents_width(self._busy, "ph.spinner", with_key=False) + 2 * _PADDING[self._size]
            width = max(self._kept.width(), busy)
        return QSize(width, height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _contents_width(self, text: str, icon: str, with_key: bool = True) -> int:
        parts = []
        if icon:
            parts.append(theme().px("icon"))
        if text:
            parts.append(paint.text_width(theme().font(self._font()), text))
        if self._key and with_key:
            parts.append(cap_size(self._key).width())
        return sum(parts) + _GAP * max(0, len(parts) - 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        state = _state_of(self.isEnabled(), self.isDown() or self.isChecked(), self.underMouse())
        ink = button_ink(self._kind, "rest" if self._busy else state)
        with QPainter(self) as painter:
            paint.box(painter, QRectF(self.rect()), ink.fill, ink.border, theme().radius("control"))
            text, icon = (self._busy, "ph.spinner") if self._busy else (self.text(), self._icon)
            self._paint_contents(painter, ink, text, icon)

    def _paint_contents(self, painter: QPainter, ink: _Ink, text: str, icon: str) -> None:
        key = "" if self._busy else self._key
        whole = QRectF(self.rect())
        width = self._contents_width(text, icon, with_key=bool(key))
        x = (whole.width() - width) / 2
        direction = self.layoutDirection()

        def place(wide: float, high: float) -> QRectF:
            return paint.visual(QRectF(x, (whole.height() - high) / 2, wide, high), whole, direction)

        if icon:
            side = theme().px("icon")
            paint_icon(painter, place(side, side), mirrored(icon, direction), ink.text)
            x += side + _GAP
        if text:
            font = theme().font(self._font())
            wide = paint.text_width(font, text)
            paint.line(painter, place(wide, whole.height()), text, font, ink.text, paint.CENTRE)
            x += wide + _GAP
        if key:
            cap = cap_size(key)
            on_fill = self._kind in ("primary", "danger", "on_dark")
            plain = not self.isEnabled() or not on_fill
            border = theme().colour("border.strong") if plain else ink.text
            fill = theme().colour("surface.sunken") if plain and self.isEnabled() else None
            tone = theme().colour("text.secondary") if plain and self.isEnabled() else ink.text
            paint_cap(painter, place(cap.width(), cap.height()), key, tone, border, fill)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()


class IconButton(Button):
    """A command that is only an icon, for bars that are short of room. `name` is spoken and shown as tool tip."""

    def __init__(
        self, icon: str, name: str, kind: str = "quiet", *, size: str = "normal", parent: QWidget | None = None
    ) -> None:
        super().__init__("", kind, icon=icon, size=size, parent=parent)
        self.setAccessibleName(name)
        self.setToolTip(name)


class ReasonLabel(QWidget):
    """The sentence beside a disabled button: what blocks it. Follows the button's reason and hides without one."""

    def __init__(self, button: Button, family: str = "attention", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        icon = "ph.warning-octagon-fill" if family == "critical" else "ph.warning-fill"
        self._text = Label("", "small", "secondary")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().space("inline_gap"))
        row.addWidget(Icon(icon, f"status.{family}.fg", "icon_inline"))
        row.addWidget(self._text)
        button.reason_changed.connect(self.set_text)
        self.set_text(button.reason)

    def set_text(self, text: str) -> None:
        """Shows a reason; an empty one hides the line."""
        self._text.set_text(text)
        self.setAccessibleName(text)
        show_if(self, bool(text))
