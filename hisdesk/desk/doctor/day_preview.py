"""What the selected row of a doctor's list says: why next, how long, the reason, and whether allergies are recorded."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from hisdesk.desk.doctor import words
from hisdesk.desk.doctor.steps import where
from hisdesk.desk.kit.chips import StatusChip
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.tokens import Status as Shown
from hisdesk.desk.kit.tokens import status
from hisdesk.errors import UserError
from hisdesk.hospital.patients.queries import Banner, banner
from hisdesk.hospital.visits.queries import QueueRow
from hisdesk.hospital.visits.rules import Status, minutes
from hisdesk.live.change import Change
from hisdesk.live.topics import patient_topic

ALLERGY_WORDS = {
    "known": "Known allergies",
    "none_known": "No known allergies",
    "not_recorded": "Allergies not recorded",
    "unavailable": "Allergies unavailable",
}
WATCHED = ("allergy", "allergy_declaration")


def shown_status(row: QueueRow) -> Shown:
    """The chip of a visit: its priority while it waits, else its state."""
    if row.status == Status.WAITING and row.priority != "normal":
        urgent = status("visit", "urgent")
        return Shown(urgent.family, urgent.icon, row.priority.capitalize())
    return status("visit", row.status)


class DayPreview(QWidget):
    """One visit. Allergies are read here, for the one row that is looked at; they follow changes."""

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
        self.chip = StatusChip(status("allergy", "Allergies unavailable"))
        self.allergies = Label("", "body", "primary", wrap=True)
        self._add_allergies()
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

    def _add_allergies(self) -> None:
        self._column.addSpacing(theme().space("half"))
        self._column.addWidget(Label("Allergies", "small", "secondary"))
        patient_id = self._row.patient_id
        if patient_id is None:
            self._column.addWidget(Label("Without a record nothing can be known. Ask.", wrap=True))
            return
        self._column.addWidget(self.chip)
        self._column.addWidget(self.allergies)
        self.chip.hide()
        self.allergies.set_text("Reading")
        self._desk.hub.watch(self, [patient_topic(patient_id, table) for table in WATCHED], self._changed)
        self._read()

    def _changed(self, _changes: list[Change]) -> None:
        self._read()

    def _read(self) -> None:
        patient_id = self._row.patient_id
        if patient_id is not None:
            self._desk.tasks.read(self, lambda tx: banner(tx, patient_id), self._received, self._not_received)

    def _received(self, found: Banner) -> None:
        known = words.allergies(found.allergies)
        self._show(ALLERGY_WORDS[known.kind], ", ".join(known.names) or known.detail)

    def _not_received(self, error: UserError) -> None:
        self._show(ALLERGY_WORDS["unavailable"], str(error))

    def _show(self, word: str, text: str) -> None:
        self.chip.set_state(status("allergy", word))
        self.chip.show()
        self.allergies.set_text(text)
