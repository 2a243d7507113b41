"""A form that fills a screen: header with its two commands, fields below, messages in place. GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button, ReasonLabel
from hisdesk.desk.kit.form import Field, Form, Heading
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.panels import ScrollPanel
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.errors import Conflict, Invalid, SignedOut, UserError

Checks = Callable[[dict[str, Any]], Mapping[str, str]]
WIDEST = 1_040


class FormPage(QWidget):
    """`wanted(values)` on the primary command; the owner writes, then says `saved()` or `failed(error)`.

    `left` when the form is given up or saved. With a `draft` what is typed is kept for its author.
    """

    wanted = Signal(dict)
    left = Signal()

    def __init__(
        self,
        desk: Desk,
        title: str,
        fields: Sequence[Field | Heading],
        verb: str,
        *,
        subtitle: str = "",
        values: Mapping[str, Any] | None = None,
        columns: int = 3,
        checks: Checks | None = None,
        draft: str = "",
        icon: str = "",
    ) -> None:
        super().__init__()
        self.desk = desk
        self.panel = ScrollPanel(inset="page_padding", parent=self)
        self.form = Form(fields, columns=columns, checks=checks, parent=self.panel.holder)
        self.form.setMaximumWidth(WIDEST)
        self.panel.add_scrolled(self.form)
        self.notices = self.form.notices
        self.what = title
        self._cursor: QWidget | None = None
        self._take: Callable[[Conflict], object] | None = None
        self._title, self._subtitle = Label(title, "title"), Label(subtitle, "body", "muted", elide=True)
        self.discard = Button("Discard", key="Esc")
        self.commit = Button(verb, "primary", icon=icon, key="Ctrl+Return")
        self._lay_out()
        if values:
            self.form.set_values(values)
        if draft:
            self.form.keep_draft(desk.drafts, draft)
        self.discard.clicked.connect(self.form.leave)
        self.commit.clicked.connect(self.form.submit)
        self.form.left.connect(self.left)
        self.form.submitted.connect(self.wanted)
        self.form.dirty_changed.connect(self._say_why)
        self._needs_change = bool(values)
        self._say_why(self.form.dirty)
        follow(self._dress)

    def focus_first(self) -> None:
        """The cursor into the first field."""
        name = next(iter(self.form.fields))
        control = self.form.controls[name]
        control.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_busy(self, busy: bool, word: str = "Saving") -> None:
        """While it is being saved; afterwards the cursor is where it was, so that keys go on working."""
        if busy:
            self._cursor = self.form.focusWidget()
        self.form.set_busy(busy)
        if not busy and self._cursor is not None and isValid(self._cursor):
            self._cursor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.commit.set_busy(busy, word)

    def saved(self) -> None:
        """What was typed is saved: the draft goes and so does the page."""
        self.set_busy(False)
        self.form.saved()
        self.left.emit()

    def on_conflict(self, take: Callable[[Conflict], object]) -> None:
        """`take` gets a conflict before the person decides: it notes the stored version to write against, and leaves in
        `theirs` only what somebody else changed too."""
        self._take = take

    def failed(self, error: UserError) -> bool:
        """Shows what went wrong where it belongs; False: the usual way says it."""
        self.set_busy(False)
        if isinstance(error, SignedOut):
            return True
        if isinstance(error, Invalid) and error.fields:
            self.form.show_errors(error.fields)
            return True
        if isinstance(error, Conflict) and error.theirs and self._take is not None:
            self._take(error)
            if error.theirs:
                self.form.resolve(error, self.what)
            else:
                self.form.submit()  # somebody changed other fields: nothing to decide
            return True
        return False

    def _say_why(self, dirty: bool) -> None:
        self.commit.set_reason("Nothing was changed yet" if self._needs_change and not dirty else "")

    def _lay_out(self) -> None:
        page, gap = theme().space("page_padding"), theme().space("inline_gap")
        self._header = QWidget(self)
        row = QHBoxLayout(self._header)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(gap)
        row.addWidget(self._title)
        row.addWidget(self._subtitle, 1)
        row.addWidget(ReasonLabel(self.commit))
        row.addWidget(self.discard)
        row.addWidget(self.commit)
        column = QVBoxLayout(self)
        column.setContentsMargins(page, 0, page, theme().space("card_padding"))
        column.setSpacing(0)
        column.addWidget(self._header)
        column.addWidget(self.panel, 1)

    def _dress(self) -> None:
        self._header.setFixedHeight(theme().px("screen_header"))
