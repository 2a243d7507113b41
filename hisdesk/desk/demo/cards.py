"""One demo person on a card: who they are, what to type, and a button that opens their window."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from hisdesk.desk.kit.avatar import Avatar
from hisdesk.desk.kit.controls import Button, IconButton
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.theme import theme

COPIED_MS = 1500


class Person(Protocol):
    """What the chooser needs to know of a member of the demo staff."""

    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def user_name(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def station_code(self) -> str: ...


def role_words(role: str) -> str:
    """A role's name as people say it: "facility_head" → "Facility head"."""
    return role.replace("_", " ").capitalize()


class PersonCard(QFrame):
    """`opened(person)`: their window is wanted."""

    opened = Signal(object)

    def __init__(self, person: Person, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.person = person
        self.setProperty("panel", True)
        self.setAccessibleName(f"{person.name}, {role_words(person.role)}")
        column = QVBoxLayout(self)
        inset = theme().space("card_padding")
        column.setContentsMargins(inset, inset, inset, inset)
        column.setSpacing(theme().space("grid"))
        column.addLayout(self._make_head())
        column.addLayout(self._make_words())

    def _make_head(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(self.person.name, "body_strong"))
        where = f"{role_words(self.person.role)} · {self.person.station_code}"
        words.addWidget(Label(where, "small", "secondary"))
        self.button = Button("Sign in as", "secondary", icon="ph.sign-in", size="small")
        self.button.setAccessibleName(f"Sign in as {self.person.name}")
        self.button.clicked.connect(lambda: self.opened.emit(self.person))
        row = QHBoxLayout()
        row.setSpacing(theme().space("inline_gap"))
        row.addWidget(Avatar(self.person.name))
        row.addLayout(words, 1)
        row.addWidget(self.button)
        return row

    def _make_words(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme().space("inline_gap"))
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        self.copy = IconButton("ph.copy", f"Copy the password of {self.person.name}", size="small")
        self.copy.clicked.connect(self._copy)
        for row, (label, value) in enumerate((("User", self.person.user_name), ("Password", self.person.password))):
            shown = Label(value, "body", identifier=True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(Label(label, "small", "muted"), row, 0)
            grid.addWidget(shown, row, 1)
        grid.addWidget(self.copy, 0, 2, 2, 1)
        return grid

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.person.password)
        self.copy.set_icon_name("ph.check")
        QTimer.singleShot(COPIED_MS, self.copy, lambda: self.copy.set_icon_name("ph.copy"))
