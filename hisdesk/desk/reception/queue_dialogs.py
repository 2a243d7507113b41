"""Dialogs of the queue: add somebody, a walk-in, call, move. Each gives its values; the screen writes. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hisdesk.desk.kit.choices import CheckBox
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dialogs import Dialog
from hisdesk.desk.kit.fields import ComboField, TextField
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.reception.words import PRIORITIES
from hisdesk.errors import Invalid, UserError
from hisdesk.hospital.departments.queries import Department, departments
from hisdesk.hospital.staff.queries import Doctor, doctors
from hisdesk.hospital.visits.actions import NewVisit, checked


@dataclass(frozen=True)
class Places:
    """Where this person may queue somebody, and who works there."""

    departments: tuple[Department, ...]
    doctors: tuple[Doctor, ...]

    def doctors_of(self, department_id: object) -> list[tuple[object, str]]:
        """Options for a choice: any doctor first."""
        own = [d for d in self.doctors if d.department_id == department_id]
        return [(None, "Any doctor"), *((d.id, d.shown) for d in own)]


def read_places(tx: object, own: Sequence[UUID]) -> Places:
    """The person's own departments and their doctors. Two statements."""
    found = departments(tx, ids=list(own))  # type: ignore[arg-type]
    everybody = [d for place in found for d in doctors(tx, place.id)]  # type: ignore[arg-type]
    return Places(tuple(found), tuple(everybody))


class QueueDialog(Dialog):
    """Adds a registered person, or with `walk_in` somebody who gives only a name, to a queue. `given(NewVisit, print)`.

    Nothing is closed before the input is right.
    """

    given = Signal(object, bool)

    def __init__(self, parent: QWidget, desk: Desk, name: str = "", *, patient_id: UUID | None = None) -> None:
        walk_in = patient_id is None
        question = "Add a walk-in to a queue" if walk_in else f"Add {name} to a queue"
        said = "Without a record: the name is called. Register the person as soon as you can." if walk_in else ""
        super().__init__(parent, question, said, wide=True)
        self._desk, self._patient_id = desk, patient_id
        self._places = Places((), ())
        self.name = TextField("Name to call")
        self.phone = TextField("Phone", optional=True)
        self.department = ComboField("Department")
        self.doctor = ComboField("Doctor", [(None, "Any doctor")], optional=True)
        self.priority = ComboField("Priority", PRIORITIES)
        self.reason = TextField("Reason", optional=True)
        self.print_ticket = CheckBox("Print the ticket")
        self.print_ticket.setChecked(True)
        if walk_in:
            self.body.addLayout(_pair(self.name, self.phone))
        else:
            self.name.hide()
            self.phone.hide()
            for hidden in (self.name, self.phone):
                hidden.setParent(self)
        self.body.addLayout(_pair(self.department, self.doctor))
        self.body.addLayout(_pair(self.priority, self.reason))
        self.body.addWidget(self.print_ticket)
        self.add_verb("Go back", None, key="Esc")
        self.commit = Button("Add to queue", "primary", key="Ctrl+Return", parent=self)
        self.commit.setShortcut("Ctrl+Return")
        self.commit.clicked.connect(self._give)
        self._buttons.addWidget(self.commit)
        self.commit.set_reason("Reading your departments")
        self.first = self.name.edit if walk_in else self.priority.combo
        self.department.chosen.connect(self._department_chosen)
        own = desk.actor.departments
        desk.tasks.read(self, lambda tx: read_places(tx, own), self._received, self._not_received, slot="places")

    def _received(self, places: Places) -> None:
        self._places = places
        self.department.set_options([(d.id, d.name) for d in places.departments])
        last = str(self._desk.settings.value("reception/department", ""))
        known = next((d.id for d in places.departments if str(d.id) == last), None)
        if known is not None:
            self.department.set_value(known)
        self._department_chosen()
        self.commit.set_reason("" if places.departments else "You serve no department. Ask your administrator.")

    def _not_received(self, error: UserError) -> None:
        self.department.set_error(str(error))
        self.commit.set_reason(str(error))

    def _department_chosen(self, _value: object = None) -> None:
        self.doctor.set_options(self._places.doctors_of(self.department.value()))

    def _give(self) -> None:
        place = self.department.value()
        if not isinstance(place, UUID):
            return
        doctor = self.doctor.value()
        new = NewVisit(
            department_id=place,
            patient_id=self._patient_id,
            anonymous_name=self.name.value() if self._patient_id is None else "",
            anonymous_phone=self.phone.value() if self._patient_id is None else "",
            doctor_id=doctor if isinstance(doctor, UUID) else None,
            priority=str(self.priority.value()),
            reason=self.reason.value(),
        )
        fields = {"anonymous_name": self.name, "anonymous_phone": self.phone, "reason": self.reason}
        try:
            checked(new)
        except Invalid as error:
            for name, field in fields.items():
                field.set_error(error.fields.get(name, ""))
            first = next((field for name, field in fields.items() if name in error.fields), None)
            if first is not None:
                first.edit.setFocus()
            self.fit()
            return
        self._desk.settings.setValue("reception/department", str(place))
        self.accept()
        self.given.emit(new, self.print_ticket.isChecked())


class CallDialog(Dialog):
    """Asks for the room a number is called to; the last one is offered. `given(room)`."""

    given = Signal(str)

    def __init__(self, parent: QWidget, desk: Desk, ticket: str, name: str, room: str = "") -> None:
        super().__init__(parent, f"Call {ticket}", f"{name}. The display shows the number and the room.")
        self._desk = desk
        self.room = TextField("Room")
        self.room.set_value(room or str(desk.settings.value("reception/room", "")))
        self.body.addWidget(self.room)
        self.add_verb("Go back", None, key="Esc")
        self.commit = self.add_verb("Call", self._give, "primary", key="Return")
        self.room.changed.connect(self._check)
        self.room.edit.returnPressed.connect(self.commit.click)
        self.first = self.room.edit
        self._check()

    def _check(self, _text: str = "") -> None:
        room = self.room.value()
        too_long = f"{len(room)} characters; at most 40 fit" if len(room) > 40 else ""
        self.room.set_error(too_long)
        self.commit.set_reason(too_long or ("" if room else "Enter the room that the person shall come to"))

    def _give(self) -> None:
        self._desk.settings.setValue("reception/room", self.room.value())
        self.given.emit(self.room.value())


class MoveDialog(Dialog):
    """Another priority or another doctor for a visit. `given(priority, doctor_id)`."""

    given = Signal(str, object)

    def __init__(
        self, parent: QWidget, desk: Desk, ticket: str, department_id: UUID, priority: str, doctor_id: UUID | None
    ) -> None:
        super().__init__(parent, f"Move {ticket}", "Urgent people come first, then who waits longest.")
        self.priority = ComboField("Priority", PRIORITIES)
        self.priority.set_value(priority)
        self.doctor = ComboField("Doctor", [(doctor_id, "Reading who works here")])
        self._doctor_id = doctor_id
        self.body.addWidget(self.priority)
        self.body.addWidget(self.doctor)
        self.add_verb("Go back", None, key="Esc")
        self.commit = self.add_verb("Move", self._give, "primary", key="Ctrl+Return")
        self.commit.setShortcut("Ctrl+Return")
        self.first = self.priority.combo
        desk.tasks.read(self, lambda tx: doctors(tx, department_id), self._received, self._not_received, slot="doctors")

    def _received(self, found: list[Doctor]) -> None:
        options: list[tuple[object, str]] = [(None, "Any doctor"), *((d.id, d.shown) for d in found)]
        self.doctor.set_options(options)
        self.doctor.set_value(self._doctor_id)

    def _not_received(self, error: UserError) -> None:
        self.doctor.set_error(f"Doctors could not be read: {error}")

    def _give(self) -> None:
        self.given.emit(str(self.priority.value()), self.doctor.value())


def _pair(left: QWidget, right: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme().space("field_gap"))
    row.addWidget(left, 1)
    row.addWidget(right, 1)
    return row
