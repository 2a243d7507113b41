"""A password being typed: an eye to look at it, and a word when Caps Lock is on."""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from hisdesk.desk.kit.controls import IconButton
from hisdesk.desk.kit.fields import Edit, Field

CAPS_ON = "Caps Lock is on"


class _PasswordEdit(Edit):
    """The line itself, with the eye inside at its end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
            | Qt.InputMethodHint.ImhSensitiveData
        )
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.eye = IconButton("ph.eye", "Show the password", size="small", parent=self)
        self.eye.setFixedWidth(28)
        self.eye.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.eye.setCursor(Qt.CursorShape.ArrowCursor)
        self.eye.clicked.connect(self.toggle)

    def toggle(self) -> None:
        """Shows the password, or hides it again."""
        self.set_shown(self.echoMode() == QLineEdit.EchoMode.Password)

    def set_shown(self, shown: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self.eye.set_icon_name("ph.eye-slash" if shown else "ph.eye")
        name = "Hide the password" if shown else "Show the password"
        self.eye.setAccessibleName(name)
        self.eye.setToolTip(name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        left = 2 if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else self.width() - self.eye.width() - 2
        self.eye.move(left, (self.height() - self.eye.height()) // 2)

    def _make_room(self) -> None:
        self.setTextMargins(0, 0, 30, 0)


class PasswordField(Field):
    """A password with its label. `entered` follows Enter."""

    entered = Signal()

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        self.edit = _PasswordEdit()
        super().__init__(label, self.edit, parent=parent)
        self._refused = False
        self._caps = False
        self.edit.returnPressed.connect(self.entered)
        self.edit.textEdited.connect(self._edited)
        self.edit.installEventFilter(self)

    def value(self) -> str:
        """The password exactly as typed."""
        return self.edit.text()

    def forget(self) -> None:
        """Empties the field and hides what will be typed."""
        self.edit.clear()
        self.edit.set_shown(False)

    def refuse(self, text: str) -> None:
        """Says under the field why it was not accepted, until something else is typed."""
        self._refused = bool(text)
        self.set_error(text)

    def _edited(self) -> None:
        if self._refused:
            self.refuse("")
            self._warn()

    def _warn(self) -> None:
        if not self._refused:
            self.set_message(CAPS_ON if self._caps and self.edit.hasFocus() else "", "attention")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.edit:
            kind = event.type()
            if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                self._caps = caps_after(event, self._caps)
                self._warn()
            elif kind in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
                self._caps = caps_lock() if kind == QEvent.Type.FocusIn else False
                self._warn()
        return False


def caps_after(event: QKeyEvent, known: bool) -> bool:
    """Whether Caps Lock is on, as a key press shows it: a capital without Shift, or a small letter with it."""
    text = event.text()
    if len(text) == 1 and text.isalpha() and text.lower() != text.upper():
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        return text.isupper() != shift
    return not known if event.key() == Qt.Key.Key_CapsLock else known


def caps_lock() -> bool:
    """The state the system tells without a key press; False where it tells nothing."""
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.user32.GetKeyState(0x14) & 1)
    return False
