"""A first password: made, and shown once to whoever made it. GUI thread."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from hisdesk.access.sign_in import Credential, new_credential, new_password
from hisdesk.desk.admin.staff_rows import facts
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dialogs import Dialog
from hisdesk.desk.kit.labels import Label


@dataclass(frozen=True)
class FirstPassword:
    """A password and what the server keeps of it."""

    password: str = field(repr=False)
    credential: Credential = field(repr=False)


def make_first_password() -> FirstPassword:
    """A new one. Takes about a quarter of a second, by design: not for the GUI thread."""
    password = new_password()
    return FirstPassword(password, new_credential(password))


class FirstPasswordDialog(Dialog):
    """Shows the password until it is closed; there is no way to see it again."""

    def __init__(self, parent: QWidget | None, name: str, user_name: str, password: str) -> None:
        super().__init__(
            parent,
            f"First password of {name}",
            "It is shown only now. At the first sign-in it has to be changed.",
            family="info",
        )
        self.body.addLayout(facts([("User name", user_name)]))
        self.password = Label(password, "title", identifier=True)
        self.password.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.password.setAccessibleName(f"First password: {password}")
        self.body.addWidget(self.password)
        self.said = Label("Copy it or write it down before you close this.", "small", "muted", wrap=True)
        self.body.addWidget(self.said)
        self.copy = Button("Copy", icon="ph.copy", key="Ctrl+C", parent=self)
        self.copy.setShortcut("Ctrl+C")
        self.copy.clicked.connect(self._copy)
        self._buttons.addWidget(self.copy)
        self.add_verb("Close", None, "primary", key="Esc")
        self.first = self.copy

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.password.text())
        self.said.set_text("Copied. Paste it where only this person reads it.")
