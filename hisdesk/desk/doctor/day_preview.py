"""What the selected row of a doctor's list says: why next, how long, the reason, and whether allergies are recorded."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from hisdesk.desk.doctor import words
from hisdesk.desk.doctor.steps import where
from hisdesk.desk.kit.allergy_fact import AllergyFact
from hisdesk.desk.kit.chips import StatusChip
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.tokens import Status as Shown
from hisdesk.desk.kit.tokens import status
from hisdesk.hospital.visits.queries import QueueRow
from hisdesk.hospital.visits.rules import Status, minutes


def shown_status(row: QueueRow) -> Shown:
    """The chip of a visit: its priority while it waits, else its state."""
    if row.status == Status.WAITING and row.priority != "normal":
        urgent = status("visit", "urgent")
        return Shown(urgent.family, urgent.icon, row.priority.capitalize())
    return status("visit", row.status)


class DayPreview(QWidget):
    """One visit. Allergies are read for the one row that is looked at."""

    def __init__(self, desk: Desk, row: QueueRow) -> None:
        super().__init__()
        self._desk, self._row = desk, row
        self._column = QVBoxLayout(self)
        inset = theme().space("page_padding")
        self._column.setContentsMargins(inset, inset, inset, inset)
        self._column.setSpacing(theme().space("half"))
        self._who()
        self.waiting = self._fact("Waiting" if row.status == Status.WAITING else "Now", "")
        self._fact("Why in this place", row.why)
        self._fact("Reason", row.reason or "Not given")
        self._fact("Department", row.department)
        self._fact("Doctor", row.doctor or "Nobody in particular")
        self._fact("Phone", row.anonymous_phone)
        self._column.addSpacing(theme().space("half"))
        self.allergies = AllergyFact(desk, row.patient_id)
        self._column.addWidget(self.allergies)
        self._column.addStretch(1)
        self.tick()

    def tick(self) -> None:
        """A minute more."""
        row = self._row
        if row.status == Status.WAITING:
            text = f"{minutes(words.now() - row.arrived_at)}, arrived {words.clock(row.arrived_at)}"
        else:
            text = where(row, self._desk.actor.user_id)
        self.waiting.set_text(text)

    def _who(self) -> None:
        row = self._row
        self._column.addWidget(Label(row.ticket, "display", identifier=True))
        self._column.addWidget(Label(words.visit_name(row), "subtitle", wrap=True))
        self._column.addWidget(Label(words.visit_facts(row, words.today()), "small", "muted", wrap=True))
        self._column.addSpacing(theme().space("half"))
        self._column.addWidget(StatusChip(shown_status(row)))

    def _fact(self, label: str, text: str) -> Label:
        shown = Label(text, "body", "primary", wrap=True)
        if text or label in ("Waiting", "Now"):
            self._column.addSpacing(theme().space("half"))
            self._column.addWidget(Label(label, "small", "secondary"))
            self._column.addWidget(shown)
        return shown
