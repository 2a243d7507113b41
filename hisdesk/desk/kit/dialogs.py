"""Dialogs: only to stop or to choose. The question is the title, the buttons are verbs, Esc is the safe way back.

All open without blocking and one at a time: a second one waits until the first is gone.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.icons import pixmap
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.desk.kit.tokens import token

NARROW, WIDE = 440, 560
MIN_REASON = 10

_waiting: list[Dialog] = []
_open: list[weakref.ref[Dialog]] = []


class Dialog(QDialog):
    """A question with its consequence, a body, and verbs. Use `present()`, not `exec()` or `show()`."""

    def __init__(
        self, parent: QWidget | None, question: str, consequence: str = "", *, family: str = "", wide: bool = False
    ) -> None:
        super().__init__(parent)
        self._family = family
        self.setProperty("surface", "raised")
        self.setWindowTitle(question)
        self.setAccessibleName(question)
        self.setAccessibleDescription(consequence)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._sign = QLabel(self)
        self._sign.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._sign.setVisible(bool(family))
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(plain_label(question, "subtitle", "primary", self))
        if consequence:
            words.addWidget(plain_label(consequence, "body", "secondary", self))
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._sign)
        head.addLayout(words, 1)
        self.body = QVBoxLayout()
        self.body.setSpacing(theme().space("grid"))
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(theme().space("inline_gap"))
        self._buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(16)
        column.addLayout(head)
        column.addLayout(self.body)
        column.addLayout(self._buttons)
        self.setFixedWidth(theme().text_px(WIDE if wide else NARROW))
        self.first: QWidget | None = None
        """What has the focus when it opens."""
        follow(self._dress)

    def add_verb(self, label: str, run: Callable[[], object] | None, kind: str = "secondary", key: str = "") -> Button:
        """A button that runs `run` and closes. Without `run` it is the safe way back, the same as Esc."""
        button = Button(label, kind, key=key, parent=self)
        if run is None:
            button.clicked.connect(self.reject)
        else:
            button.clicked.connect(lambda: self._act(run))
        self._buttons.addWidget(button)
        return button

    def present(self) -> None:
        """Opens now, or as soon as the dialog that is open has gone."""
        if _current() is not None:
            _waiting.append(self)
            return
        _open[:] = [weakref.ref(self)]
        self.finished.connect(_next)
        self.open()
        self.activateWindow()

    def _act(self, run: Callable[[], object]) -> None:
        # Closed first: what runs may open the next dialog, and never one over another.
        self.accept()
        run()

    def _dress(self) -> None:
        if self._family:
            icon = str(token(f"status.{self._family}.icon"))
            self._sign.setPixmap(pixmap(icon, f"status.{self._family}.fg", 20))

    def fit(self) -> None:
        """Takes the height that its contents need now, for instance when a message came under a field."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
        self.setFixedHeight(self.heightForWidth(self.width()) if self.hasHeightForWidth() else self.sizeHint().height())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit()
        if self.first is not None:
            self.first.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focus = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focus, Button):
            focus.click()  # Enter presses what has the focus, never a default somewhere else
            return
        super().keyPressEvent(event)


def _current() -> Dialog | None:
    dialog = _open[0]() if _open else None
    return dialog if dialog is not None and isValid(dialog) and dialog.isVisible() else None


def _next() -> None:
    _open.clear()
    while _waiting:
        dialog = _waiting.pop(0)
        if isValid(dialog):
            dialog.present()
            return


def plain_label(text: str, role: str, tone: str, parent: QWidget | None = None) -> QLabel:
    """A wrapped label whose text never becomes markup."""
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("role", role)
    label.setProperty("tone", tone)
    return label


def ask(
    parent: QWidget | None,
    question: str,
    consequence: str,
    verbs: Sequence[tuple[str, Callable[[], object] | None]],
    *,
    danger: bool = False,
) -> Dialog:
    """Asks. The first verb is the safe one (it has the focus, Esc means it); the last one acts, in red if `danger`."""
    dialog = Dialog(parent, question, consequence, family="critical" if danger else "")
    for place, (label, run) in enumerate(verbs):
        last = place == len(verbs) - 1
        kind = ("danger" if danger else "primary") if last and place else "secondary"
        button = dialog.add_verb(label, run, kind, key="" if place else "Esc")
        if place == 0:
            dialog.first = button
            if run is not None:
                dialog.rejected.connect(run)
                button.clicked.disconnect()
                button.clicked.connect(dialog.reject)
    dialog.present()
    return dialog


class ReasonDialog(Dialog):
    """Asks for a reason that is kept in the record; `given(text)` when there is one of at least ten characters."""

    given = Signal(str)

    def __init__(
        self,
        parent: QWidget | None,
        question: str,
        consequence: str,
        verb: str,
        *,
        danger: bool = False,
        label: str = "Reason, kept in the record",
        min_length: int = MIN_REASON,
    ) -> None:
        super().__init__(parent, question, consequence, family="critical" if danger else "")
        self._least = min_length
        self.field = QPlainTextEdit(self)
        self.field.setTabChangesFocus(True)
        self.field.setAccessibleName(label)
        self.field.setFixedHeight(theme().text_px(72))
        self.field.textChanged.connect(self._check)
        self._why = plain_label("", "small", "muted", self)
        column = QVBoxLayout()
        column.setSpacing(theme().space("half"))
        column.addWidget(plain_label(label, "small", "secondary", self))
        column.addWidget(self.field)
        column.addWidget(self._why)
        self.body.addLayout(column)
        self.add_verb("Go back", None, key="Esc")
        self.commit = self.add_verb(verb, self._give, "danger" if danger else "primary", key="Ctrl+Return")
        self.commit.setShortcut("Ctrl+Return")
        self.first = self.field
        self._check()

    @property
    def reason(self) -> str:
        """What was typed, without spaces around it."""
        return self.field.toPlainText().strip()

    def _check(self) -> None:
        missing = self._least - len(self.reason)
        said = f"At least {self._least} characters" + (f", {missing} more" if 0 < missing < self._least else "")
        self._why.setText(said if missing > 0 else " ")
        self.commit.set_reason(said if missing > 0 else "")

    def _give(self) -> None:
        self.given.emit(self.reason)


@dataclass(frozen=True)
class Differing:
    """One field of which two people have different versions."""

    name: str
    label: str
    mine: str
    theirs: str


class ConflictDialog(Dialog):
    """Both versions side by side; each field is decided. `resolved(dict)`: field name → "mine" or "theirs"."""

    resolved = Signal(dict)

    def __init__(
        self,
        parent: QWidget | None,
        what: str,
        fields: Sequence[Differing],
        *,
        who: str = "",
        when: str = "",
        verbs: tuple[str, str] = ("Keep theirs", "Keep mine"),
    ) -> None:
        by = " ".join(part for part in (who, f"at {when}" if when else "") if part)
        said = f"{by} saved it first. " if by else "Somebody else saved it first. "
        super().__init__(
            parent,
            f"{what} was changed while you typed",
            said + "Choose for each field.",
            family="attention",
            wide=True,
        )
        self.fields = tuple(field for field in fields if field.mine != field.theirs)
        self.choices: dict[str, str] = {}
        self._verbs = verbs
        self._buttons_of: dict[str, dict[str, Button]] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(theme().space("grid"))
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        theirs_head = f"{who or 'Stored now'}{f', {when}' if when else ''}"
        grid.addWidget(plain_label(theirs_head, "small", "muted", self), 0, 0)
        grid.addWidget(plain_label("You", "small", "muted", self), 0, 1)
        for row, field in enumerate(self.fields):
            self._add_field(grid, 1 + row * 3, field)
        self.body.addLayout(grid)
        self._why = plain_label("", "small", "muted", self)
        self.body.addWidget(self._why)
        self.add_verb("Go back", None, key="Esc")
        self.commit = self.add_verb("Save these", self._resolve, "primary", key="Ctrl+Return")
        self.commit.setShortcut("Ctrl+Return")
        first = self._buttons_of[self.fields[0].name]["theirs"] if self.fields else self.commit
        self.first = first
        self._check()

    def choose(self, name: str, side: str) -> None:
        """Keeps "mine" or "theirs" for a field."""
        self.choices[name] = side
        for each, button in self._buttons_of[name].items():
            button.setChecked(each == side)
            button.set_icon_name("ph.check" if each == side else "")
        self._check()

    def _add_field(self, grid: QGridLayout, row: int, field: Differing) -> None:
        rule = QFrame(self)
        rule.setProperty("rule", "true")
        rule.setFixedHeight(1)
        grid.addWidget(rule, row, 0, 1, 2)
        sides = self._buttons_of[field.name] = {}
        for column, (side, text, verb) in enumerate(
            (("theirs", field.theirs, self._verbs[0]), ("mine", field.mine, self._verbs[1]))
        ):
            cell = QVBoxLayout()
            cell.setSpacing(2)
            cell.addWidget(plain_label(field.label, "small", "secondary", self))
            value = plain_label(text or "(empty)", "body_strong", "primary" if text else "muted", self)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            cell.addWidget(value)
            cell.addStretch(1)
            grid.addLayout(cell, row + 1, column)
            button = Button(verb, size="small", parent=self)
            button.setCheckable(True)
            button.setAccessibleName(f"{verb}: {field.label} {text or 'empty'}")
            button.clicked.connect(lambda _=False, n=field.name, s=side: self.choose(n, s))
            grid.addWidget(button, row + 2, column, Qt.AlignmentFlag.AlignLeading)
            sides[side] = button

    def _check(self) -> None:
        left = len(self.fields) - len(self.choices)
        said = f"{left} field{'s' if left != 1 else ''} to decide" if left else ""
        self._why.setText(said or " ")
        self.commit.set_reason(said)

    def _resolve(self) -> None:
        self.resolved.emit(dict(self.choices))
