"""What happens after registering: the queue, and the ticket. GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from PySide6.QtWidgets import QHBoxLayout, QWidget

from hisdesk.access import permissions
from hisdesk.desk.kit.choices import CheckBox
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.fields import ComboField
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.panels import Panel
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.reception.words import PRIORITIES
from hisdesk.errors import UserError
from hisdesk.hospital.departments.queries import Department, departments


@dataclass(frozen=True)
class After:
    """What is wanted: None for the department when nobody is to be queued."""

    department_id: UUID | None
    priority: str
    print_ticket: bool


class AfterPanel(Panel):
    """Ticks and choices; the last department stays chosen on this station."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._desk = desk
        self.queue = CheckBox("Add to a queue (Alt+Q)")
        self.queue.setChecked(True)
        self.department = ComboField("Department")
        self.priority = ComboField("Priority", PRIORITIES)
        self.print_ticket = CheckBox("Print the ticket")
        self.print_ticket.setChecked(True)
        row = QHBoxLayout()
        row.setSpacing(theme().space("grid"))
        row.addWidget(self.department, 3)
        row.addWidget(self.priority, 2)
        self.add(Label("After registering", "small_strong", "secondary"))
        self.add(self.queue)
        self.add(row)
        self.add(self.print_ticket)
        self.queue.toggled.connect(self._queue_toggled)
        own = desk.actor.departments
        may = desk.actor.may(permissions.VISITS_CREATE)
        if may and own:
            desk.tasks.read(self, lambda tx: departments(tx, ids=own), self._received, self._failed, slot="departments")
        else:
            self.queue.setChecked(False)
            self.queue.setEnabled(False)
            self.queue.setToolTip("You serve no department. Ask your administrator.")

    def wanted(self) -> After:
        """What is to happen."""
        place = self.department.value()
        known = self.queue.isChecked() and isinstance(place, UUID)
        chosen = place if known and isinstance(place, UUID) else None
        return After(chosen, str(self.priority.value()), self.print_ticket.isChecked())

    def done(self) -> None:
        """Somebody was registered: the next person is normal again, the department stays."""
        if isinstance(self.department.value(), UUID):
            self._desk.settings.setValue("reception/department", str(self.department.value()))
        self.priority.set_value("normal")

    def _received(self, found: list[Department]) -> None:
        self.department.set_options([(place.id, place.name) for place in found])
        last = str(self._desk.settings.value("reception/department", ""))
        known = next((place.id for place in found if str(place.id) == last), None)
        if known is not None:
            self.department.set_value(known)

    def _failed(self, error: UserError) -> None:
        self.department.set_error(f"Departments could not be read: {error}")

    def _queue_toggled(self, on: bool) -> None:
        for widget in (self.department, self.priority, self.print_ticket):
            widget.setEnabled(on)
