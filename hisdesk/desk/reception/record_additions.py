"""What can be added to a record at the desk: an insurance, a document number, somebody to call. GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from hisdesk.access import permissions
from hisdesk.access.action import Action
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dialogs import Dialog
from hisdesk.desk.kit.fields import ComboField, DateField, TextField
from hisdesk.desk.kit.notices import Notice, Notices
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.reception.person_fields import DOCUMENT_OPTIONS
from hisdesk.errors import Invalid, UserError
from hisdesk.hospital.patients import actions, rules

COLUMNS = 2


@dataclass(frozen=True)
class Line:
    """One field of an addition: text, a date, or a choice where there are options."""

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    options: Sequence[tuple[object, str]] = ()


@dataclass(frozen=True)
class Addition:
    """What is asked, how it is checked, and which action keeps it."""

    verb: str
    key: str
    icon: str
    lines: tuple[Line, ...]
    make: Callable[..., Any]
    checked: Callable[[Any], Any]
    action: Action[Any, UUID]
    sealed: bool
    """Whether numbers are encrypted, for which the action wants the station's cipher."""
    done: str


POLICY = Addition(
    "Add insurance…",
    "F4",
    "ph.plus",
    (
        Line("payer", "Insurer", required=True),
        Line("plan", "Plan"),
        Line("member_number", "Member number", "identifier"),
        Line("group_number", "Group number", "identifier"),
        Line("subscriber", "Insured person"),
        Line("effective_on", "Valid from", "date"),
        Line("expires_on", "Valid until", "date"),
    ),
    rules.NewPolicy,
    rules.checked_policy,
    actions.add_policy,
    True,
    "The insurance is in the record",
)
NUMBER = Addition(
    "Add document number…",
    "F6",
    "ph.plus",
    (
        Line("kind", "Document", "choice", required=True, options=DOCUMENT_OPTIONS[1:]),
        Line("number", "Number", "identifier", required=True),
        Line("issuing_state", "Issued by"),
        Line("issued_on", "Issued on", "date"),
        Line("expires_on", "Valid until", "date"),
    ),
    rules.NewIdentifier,
    rules.checked_identifier,
    actions.add_identifier,
    True,
    "The document number is in the record",
)
CONTACT = Addition(
    "Add contact…",
    "F7",
    "ph.plus",
    (
        Line("name", "Name", required=True),
        Line("relation", "Relation"),
        Line("phone", "Phone"),
    ),
    rules.NewContact,
    rules.checked_contact,
    actions.add_contact,
    False,
    "The contact is in the record",
)


class AdditionDialog(Dialog):
    """Asks for one addition. `given(new)` when all is well; it stays open, with what was typed, until it is kept."""

    given = Signal(object)

    def __init__(self, parent: QWidget, addition: Addition, person: str) -> None:
        super().__init__(parent, addition.verb.rstrip("…"), f"To the record of {person}.", wide=True)
        self._addition = addition
        self.notices = Notices(self)
        self.fields = {line.name: _made(line) for line in addition.lines}
        self.body.addWidget(self.notices)
        self.body.addLayout(self._grid())
        self.add_verb("Go back", None, key="Esc")
        self.commit = Button("Add", "primary", key="Ctrl+Return", parent=self)
        self.commit.setShortcut("Ctrl+Return")
        self.commit.clicked.connect(self._give)
        self._buttons.addWidget(self.commit)
        self.first = next(iter(self.fields.values())).control

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Each message under its field; the cursor goes to the first."""
        for name, field in self.fields.items():
            field.set_error(errors.get(name, ""))
        first = next((field for name, field in self.fields.items() if name in errors), None)
        if first is not None:
            first.control.setFocus()
        self.fit()

    def failed(self, error: UserError) -> None:
        """It was not kept: says why, and everything typed stays."""
        self.commit.set_busy(False)
        if isinstance(error, Invalid) and error.fields:
            self.show_errors(error.fields)
        else:
            said = f"{error} What you typed is kept."
            self.notices.put("failed", Notice("error", "Not added", said, parent=self.notices))
            self.fit()

    def _give(self) -> None:
        if self.commit.busy:
            return
        values = {name: field.value() for name, field in self.fields.items()}
        unread = {
            n: f.message for n, f in self.fields.items() if isinstance(f, DateField) and f.text() and not f.value()
        }
        self.notices.clear("failed")
        try:
            new = self._addition.checked(self._addition.make(**values))
        except Invalid as error:
            self.show_errors({**error.fields, **unread})
            return
        self.show_errors(unread)
        if not unread:
            self.commit.set_busy(True, "Adding")
            self.given.emit(new)

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme().space("field_gap"))
        grid.setVerticalSpacing(theme().space("field_gap"))
        for place, field in enumerate(self.fields.values()):
            grid.addWidget(field, place // COLUMNS, place % COLUMNS, Qt.AlignmentFlag.AlignTop)
        for column in range(COLUMNS):
            grid.setColumnStretch(column, 1)
        return grid


class Additions:
    """The commands of one record: their buttons, and the writing. `added` is called when something was kept."""

    def __init__(self, desk: Desk, owner: QWidget, person: Callable[[], tuple[UUID, str] | None]) -> None:
        self._desk, self._owner, self._person = desk, owner, person
        self.added: Callable[[], object] = lambda: None
        self.buttons = {each: Button(each.verb, icon=each.icon, key=each.key, size="small") for each in EVERY}
        for each, button in self.buttons.items():
            button.clicked.connect(partial(self._clicked, each))

    def page(self, shown: QWidget, *additions: Addition) -> QWidget:
        """A page of the record with these commands above it."""
        page = QWidget()
        column, row = QVBoxLayout(page), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        inset = theme().space("card_padding")
        row.setContentsMargins(inset, theme().space("grid"), inset, 0)
        row.setSpacing(theme().space("inline_gap"))
        for each in additions:
            row.addWidget(self.buttons[each])
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(shown, 1)
        return page

    def settle(self) -> None:
        """Who may not change records is told so."""
        reason = "" if self._desk.actor.may(permissions.PATIENTS_EDIT) else "You may not change records"
        for button in self.buttons.values():
            button.set_reason(reason)

    def ask(self, addition: Addition) -> None:
        """Opens the question, when a record is open and may be changed."""
        person = self._person()
        if person is None or self.buttons[addition].reason:
            return
        dialog = AdditionDialog(self._owner, addition, person[1])
        dialog.given.connect(partial(self._write, addition, person[0], dialog))
        dialog.present()

    def _clicked(self, addition: Addition, _checked: bool = False) -> None:
        self.ask(addition)

    def _write(self, addition: Addition, patient_id: UUID, dialog: AdditionDialog, new: object) -> None:
        more = (self._desk.cipher,) if addition.sealed else ()

        def done(_id: UUID) -> None:
            dialog.accept()
            self._desk.messages.done(addition.done)
            self.added()

        def failed(error: UserError) -> bool:
            dialog.failed(error)
            return True

        self._desk.tasks.write(dialog, addition.action, patient_id, new, *more, on_done=done, on_error=failed)


EVERY = (POLICY, NUMBER, CONTACT)


def _made(line: Line) -> Any:
    optional = not line.required
    if line.kind == "date":
        return DateField(line.label, optional=optional)
    if line.kind == "choice":
        return ComboField(line.label, line.options, optional=optional)
    return TextField(line.label, optional=optional, identifier=line.kind == "identifier")
