"""Forms: described by frozen fields, checked in place, kept while they are typed. GUI thread."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget
from shiboken6 import isValid

from hisdesk.desk.kit import fields as controls
from hisdesk.desk.kit import focus
from hisdesk.desk.kit.choices import CheckBox
from hisdesk.desk.kit.dates import show_date
from hisdesk.desk.kit.dialogs import ConflictDialog, Dialog, Differing, ask
from hisdesk.desk.kit.drafts import Drafts
from hisdesk.desk.kit.form_drafts import FormDrafts
from hisdesk.desk.kit.keys import Keys
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.notices import Notice, Notices
from hisdesk.desk.kit.theme import theme
from hisdesk.errors import Conflict

Kind = Literal["text", "phone", "email", "identifier", "date", "birth_date", "choice", "check", "multiline"]
Check = Callable[[Any], "str | None"]
"""Says what is wrong with a value, or None."""


@dataclass(frozen=True)
class Field:
    """One field. Required is the rule; with `required=False` the word "optional" stands beside the label."""

    name: str
    label: str
    kind: Kind = "text"
    required: bool = True
    max_length: int = 200
    validate: Check | None = None
    unit: str = ""
    help: str = ""
    options: Sequence[tuple[object, str]] = ()
    """For a choice: (value, words); a value of None reads "not asked", "not known"."""
    span: int = 1
    lines: int = 3


@dataclass(frozen=True)
class Heading:
    """A heading between fields; starts a new line."""

    text: str


class Form(QWidget):
    """Fields on one grid. `submitted(values)` on Ctrl+Enter when all is well; `left` when it was given up.

    Screens put their own buttons around it and say `set_busy`, `show_errors` and `saved` as the write goes on.
    """

    changed = Signal()
    dirty_changed = Signal(bool)
    submitted = Signal(dict)
    left = Signal()

    def __init__(
        self,
        fields: Sequence[Field | Heading],
        *,
        columns: int = 2,
        checks: Callable[[dict[str, Any]], Mapping[str, str]] | None = None,
        keys_on: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`checks` looks at all values together and answers messages by field name.

        `keys_on` is the screen on which Ctrl+Enter and Esc work; without it they work inside the form. `keys` is then
        the screen's list, for its other keys.
        """
        super().__init__(parent)
        self.notices = Notices(self)
        self.fields = {field.name: field for field in fields if isinstance(field, Field)}
        self.controls: dict[str, Any] = {}
        self._checks = checks
        self._baseline: dict[str, Any] = {}
        self._dirty = False
        self._filling = False
        self._drafts = FormDrafts(self.notices, lambda values: self.set_values(values, clean=False))
        self._question: Dialog | None = None
        self._cursor: QWidget | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space("field_gap"))
        column.addWidget(self.notices)
        column.addLayout(self._grid(fields, columns))
        column.addStretch(1)
        self.keys = Keys(keys_on or self)
        self.keys.add("Ctrl+Return", "Save the form", self.submit)
        self.keys.add("Esc", "Leave the form", self.leave)
        self._baseline = self.plain_values()

    # -- values -------------------------------------------------------------------------------------------------

    def values(self) -> dict[str, Any]:
        """What stands in the form: text, date or None, bool, the value of a choice."""
        return {name: self._value(name) for name in self.fields}

    def plain_values(self) -> dict[str, Any]:
        """The same as a draft keeps it: what was typed, also where it is not a date (yet)."""
        values = {}
        for name, control in self.controls.items():
            values[name] = control.text() if isinstance(control, controls.DateField) else self._value(name)
        return values

    def set_values(self, values: Mapping[str, Any], *, clean: bool = True) -> None:
        """Shows these values; dates may be ISO text or as typed. With `clean` they count as saved."""
        self._filling = True
        for name, value in values.items():
            if name in self.controls:
                self._set(name, value)
        self._filling = False
        if clean:
            self._baseline = self.plain_values()
        self._after_change()

    @property
    def dirty(self) -> bool:
        """Whether something was typed that is not saved."""
        return self._dirty

    # -- checking -----------------------------------------------------------------------------------------------

    def check(self) -> dict[str, str]:
        """What is wrong, by field name; {} when all is well."""
        errors = {name: message for name, field in self.fields.items() if (message := self._wrong(field))}
        if not errors and self._checks is not None:
            errors = dict(self._checks(self.values()))
        return errors

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Puts each message under its field, the rest on top, and the focus into the first bad field."""
        for name in self.fields:
            self._say(name, errors.get(name, ""))
        others = [text for name, text in errors.items() if name not in self.fields]
        self.notices.clear("errors")
        if others:
            self.notices.put("errors", Notice("error", "Not saved", " ".join(others), parent=self.notices))
        first = next((name for name in self.fields if name in errors), None)
        if first is not None:
            self._focus_widget(first).setFocus(Qt.FocusReason.OtherFocusReason)

    def submit(self) -> bool:
        """Emits `submitted` when all is well, else shows what is not. Returns which."""
        if not self.isEnabled():
            return False
        errors = self.check()
        self.show_errors(errors)
        if errors:
            return False
        self.submitted.emit(self.values())
        return True

    def set_busy(self, busy: bool) -> None:
        """While it is being saved nothing can be typed; afterwards the cursor is where it was."""
        if busy and self.isEnabled():
            self._cursor = focus.park(self)
        self.setEnabled(not busy)
        if not busy and self._cursor is not None:
            if isValid(self._cursor) and self._cursor.isVisible() and not self._elsewhere():
                self._cursor.setFocus(Qt.FocusReason.OtherFocusReason)
            self._cursor = None

    def _elsewhere(self) -> bool:
        """Whether the person went on somewhere else meanwhile."""
        at = self.window().focusWidget()
        return at is not None and not at.isAncestorOf(self)

    def saved(self) -> None:
        """What stands in the form is saved: the draft goes, the form is clean."""
        self.set_busy(False)
        self._baseline = self.plain_values()
        self.show_errors({})
        self._drafts.remove()
        self._after_change(keep=False)

    def leave(self) -> Dialog | None:
        """Emits `left`; asks first when something was typed. Returns the question, if there is one."""
        if not self.dirty:
            self.left.emit()
            return None
        if self._question is not None and isValid(self._question) and self._question.isVisible():
            return self._question
        self._question = ask(
            self,
            "Throw away what you typed?",
            "It was not saved. It cannot be brought back.",
            [("Keep typing", None), ("Throw away", self._throw_away)],
            danger=True,
        )
        return self._question

    def resolve(self, conflict: Conflict, what: str, *, who: str = "", when: str = "") -> ConflictDialog:
        """Shows both versions; the chosen values are put into the form and submitted again.

        The screen writes against the stored version from now on: it takes it from `conflict.theirs` before this.
        """
        mine = self.values()
        pairs = [
            Differing(name, self.fields[name].label, self.shown(name, mine[name]), self.shown(name, theirs))
            for name, theirs in conflict.theirs.items()
            if name in self.fields and mine[name] != theirs
        ]

        def take(choices: dict[str, str]) -> None:
            theirs = {name: conflict.theirs[name] for name, side in choices.items() if side == "theirs"}
            self.set_values(theirs, clean=False)
            self.submit()

        dialog = ConflictDialog(self, what, pairs, who=who, when=when)
        dialog.resolved.connect(take)
        dialog.present()
        return dialog

    def shown(self, name: str, value: object) -> str:
        """A value as people read it."""
        if isinstance(value, dt.date):
            return show_date(value)
        if isinstance(value, bool):
            return "Yes" if value else "No"
        for option, words in self.fields[name].options:
            if option == value:
                return words
        return "" if value is None else str(value)

    # -- drafts -------------------------------------------------------------------------------------------------

    def keep_draft(self, drafts: Drafts, key: str) -> None:
        """Keeps what is typed from now on, and offers what was typed last time. Call it after `set_values`."""
        self._drafts.begin(drafts, key, self._baseline)

    def leave_draft(self) -> None:
        """Another record comes into this form: what was typed for the one before stays kept, and is not touched."""
        self._drafts.end()
        self.notices.clear()

    def _throw_away(self) -> None:
        self._drafts.remove()
        self.set_values(self._baseline)
        self.left.emit()

    # -- inside -------------------------------------------------------------------------------------------------

    def _grid(self, fields: Sequence[Field | Heading], columns: int) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme().space("grid"))
        grid.setVerticalSpacing(theme().space("field_gap"))
        row = place = 0
        for field in fields:
            span = columns if isinstance(field, Heading) else min(field.span, columns)
            if place + span > columns:
                row, place = row + 1, 0
            if isinstance(field, Heading):
                grid.addWidget(Label(field.text, "subtitle"), row, 0, 1, columns)
            else:
                control = self._make(field)
                self.controls[field.name] = control
                bottom = Qt.AlignmentFlag.AlignBottom if field.kind == "check" else Qt.AlignmentFlag.AlignTop
                grid.addWidget(control, row, place, 1, span, bottom)
            place += span
        for column in range(columns):
            grid.setColumnStretch(column, 1)
        return grid

    def _make(self, field: Field) -> QWidget:
        optional = not field.required
        control: Any
        if field.kind == "check":
            control = CheckBox(field.label, self)
            control.toggled.connect(self._changed)
            return control
        if field.kind in ("date", "birth_date"):
            control = controls.DateField(field.label, optional=optional, birth=field.kind == "birth_date")
            control.edit.textChanged.connect(lambda _: self._changed(field.name))
        elif field.kind == "choice":
            control = controls.ComboField(field.label, field.options, optional=optional)
            control.chosen.connect(lambda _: self._changed(field.name))
        elif field.kind == "multiline":
            control = controls.AreaField(field.label, optional=optional, lines=field.lines)
            control.changed.connect(lambda _: self._changed(field.name))
        else:
            identifier = field.kind == "identifier"
            control = controls.TextField(field.label, optional=optional, unit=field.unit, identifier=identifier)
            control.changed.connect(lambda _: self._changed(field.name))
            if field.kind == "text" and not field.unit:
                control.changed.connect(lambda text: _follow_direction(control.edit, text))
        if field.help:
            control.set_help(field.help)
        control.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return control

    def _value(self, name: str) -> Any:
        control = self.controls[name]
        return control.isChecked() if isinstance(control, CheckBox) else control.value()

    def _set(self, name: str, value: Any) -> None:
        control = self.controls[name]
        if isinstance(control, CheckBox):
            control.setChecked(bool(value))
        elif isinstance(control, controls.DateField):
            _set_date(control, value)
        else:
            control.set_value(value if isinstance(control, controls.ComboField) else str(value or ""))

    def _wrong(self, field: Field) -> str:
        control, value = self.controls[field.name], self._value(field.name)
        if isinstance(control, controls.DateField) and value is None and control.text():
            return control.message
        if value in ("", None) or (field.kind == "check" and not value):
            return needed(field) if field.required and field.kind != "check" else ""
        if isinstance(value, str) and len(value) > field.max_length:
            return f"At most {field.max_length} characters, these are {len(value)}"
        return (field.validate(value) or "") if field.validate is not None else ""

    def _say(self, name: str, message: str) -> None:
        control = self.controls[name]
        if isinstance(control, CheckBox):
            control.setAccessibleDescription(message)
            control.setToolTip(message)
        else:
            control.set_error(message)

    def _focus_widget(self, name: str) -> QWidget:
        control = self.controls[name]
        return control if isinstance(control, CheckBox) else control.control

    def _changed(self, name: str | bool = "") -> None:
        if self._filling:
            return
        if isinstance(name, str) and name and not isinstance(self.controls[name], controls.DateField):
            self._say(name, "")  # the complaint was about what stood there before
        self._after_change()

    def _after_change(self, *, keep: bool = True) -> None:
        values = self.plain_values()
        dirty = values != self._baseline
        if keep:
            self._drafts.keep(values, dirty=dirty, was_dirty=self._dirty)
        self.changed.emit()
        if dirty != self._dirty:
            self._dirty = dirty
            self.dirty_changed.emit(dirty)


def needed(field: Field) -> str:
    """What to do about a required field that is empty: "Choose one", "Enter the family name"."""
    by_kind = {"choice": "Choose one", "date": "Enter a date", "birth_date": "Enter a birth date"}
    label = field.label if field.label[1:2].isupper() else field.label[:1].lower() + field.label[1:]
    return by_kind.get(field.kind, f"Enter the {label}")


def _set_date(control: controls.DateField, value: dt.date | str | None) -> None:
    if isinstance(value, str):
        try:
            value = dt.date.fromisoformat(value)
        except ValueError:
            control.edit.setText(str(value))
            control.edit.set_unit("")  # an age would belong to the date that stood here before
            control.value()
            return
    control.set_value(value)


def _follow_direction(edit: QLineEdit, text: str) -> None:
    """A name in Arabic or Hebrew runs from the right, whatever the language of the program."""
    for character in text:
        strong = unicodedata.bidirectional(character)
        if strong in ("L", "R", "AL"):
            edit.setLayoutDirection(Qt.LayoutDirection.LeftToRight if strong == "L" else Qt.LayoutDirection.RightToLeft)
            return
    edit.unsetLayoutDirection()
