"""A new password of one's own, asked before anything else when somebody else chose the present one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.shell.password import PasswordField

if TYPE_CHECKING:
    from hisdesk.access.sign_in import SignedIn

SHORTEST = 10
RULE = f"At least {SHORTEST} characters, and not your user name. A few words in a row are easiest to remember."


def weakness(new: str, user_name: str, old: str) -> str:
    """What is wrong with a new password, "" when nothing is."""
    if len(new) < SHORTEST:
        return f"{len(new)} of at least {SHORTEST} characters"
    if user_name.lower() in new.lower():
        return "It contains your user name"
    if new == old:
        return "It is the password you have now"
    if len(set(new)) < 4:
        return "It repeats the same few characters"
    return ""


class ChangePassword(QWidget):
    """`asked(old, new)` once the rule is kept; the answer is told back by `refuse`. `left`: Esc, nothing changed."""

    asked = Signal(str, str)
    left = Signal()

    def __init__(self, signed: SignedIn, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.signed = signed
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", "canvas")
        self.old, self.new = PasswordField("Present password", self), PasswordField("New password", self)
        self.again = PasswordField("New password again", self)
        self.new.set_help(RULE)
        form = self._make_form()
        row, column = QHBoxLayout(), QVBoxLayout(self)
        row.addStretch(1)
        row.addWidget(form)
        row.addStretch(1)
        column.addStretch(2)
        column.addLayout(row)
        column.addStretch(3)
        self.old.entered.connect(lambda: self.new.control.setFocus(Qt.FocusReason.TabFocusReason))
        self.new.entered.connect(lambda: self.again.control.setFocus(Qt.FocusReason.TabFocusReason))
        self.again.entered.connect(self._ask)

    @property
    def new_password(self) -> str:
        """What was typed as the new one."""
        return self.new.value()

    def _make_form(self) -> QWidget:
        form = QWidget(self)
        form.setFixedWidth(theme().text_px(424))
        column = QVBoxLayout(form)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space("page_padding"))
        must = self.signed.must_change
        column.addWidget(Label("Choose your own password" if must else "Change your password", "display", wrap=True))
        why = "The present one was given to you by somebody else. " if must else ""
        who = f"{why}You are signed in as {self.signed.actor.name} ({self.signed.actor.user_name})."
        if not must:
            who += " Save what you are typing first: unsaved text cannot be opened with a new password."
        column.addWidget(Label(who, "body", "secondary", wrap=True))
        for field in (self.old, self.new, self.again):
            column.addWidget(field)
        self.button = Button("Change password", "primary", key="Return", size="large", parent=form)
        self.button.clicked.connect(self._ask)
        self.back = Button("Go back" if not must else "Sign out", "quiet", key="Esc", parent=form)
        self.back.clicked.connect(self.left)
        column.addWidget(self.button)
        below = QHBoxLayout()
        below.addWidget(self.back)
        below.addStretch(1)
        column.addLayout(below)
        return form

    def refuse(self, text: str) -> None:
        """Says what the server answered; the new password stays typed."""
        self.button.set_busy(False)
        self.old.forget()
        self.old.refuse(text)
        self.old.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask(self) -> None:
        if self.button.busy:
            return
        weak = weakness(self.new.value(), self.signed.actor.user_name, self.old.value())
        differs = "" if self.new.value() == self.again.value() else "The two are not the same"
        missing = "" if self.old.value() else "Type your present password"
        wrong = [(self.old, missing), (self.new, weak), (self.again, differs)]
        for field, text in wrong:
            field.refuse(text)
        first = next((field for field, text in wrong if text), None)
        if first is not None:
            first.control.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.button.set_busy(True, "Changing")
        self.asked.emit(self.old.value(), self.new.value())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.old.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
