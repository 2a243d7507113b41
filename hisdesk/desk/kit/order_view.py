"""One order beside a list: what is asked, for whom, why in this place, by whom, what came of it. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hisdesk.desk.kit import order_words as words
from hisdesk.desk.kit.allergy_fact import AllergyFact
from hisdesk.desk.kit.chips import StatusChip
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.words import today
from hisdesk.hospital.orders.queries import OrderRow
from hisdesk.hospital.orders.rules import Kind, Priority, Status


class OrderView(QWidget):
    """The order in words. `person` shows whom it is for, with allergies; a chart has them in its banner."""

    def __init__(self, desk: Desk, row: OrderRow, *, person: bool = True) -> None:
        super().__init__()
        self._desk, self._row = desk, row
        self._column = QVBoxLayout(self)
        inset = theme().space("page_padding")
        self._column.setContentsMargins(inset, inset, inset, inset)
        self._column.setSpacing(theme().space("half"))
        self.allergies: AllergyFact | None = None
        self._what()
        if person:
            self._whom()
        self._fact("Result" if row.kind == Kind.DIAGNOSTIC_REQUEST else "What was done", row.completion_note, copy=True)
        self._fact("Why it was cancelled", row.cancelled_reason)
        if row.to_department_id in desk.actor.departments:
            self._fact("Why in this place", row.why)
        self._when()
        self._column.addStretch(1)

    def _what(self) -> None:
        row = self._row
        self._column.addWidget(StatusChip(words.shown_status(row)))
        self._column.addSpacing(theme().space("half"))
        self._column.addWidget(Label(row.title, "subtitle", wrap=True))
        priority = "" if row.priority == Priority.ROUTINE else f"{row.priority.capitalize()} · "
        said = f"{priority}{words.KINDS[Kind(row.kind)]} to {row.to_department}"
        self._column.addWidget(Label(said, "small", "secondary", wrap=True))
        if row.text:
            self._column.addSpacing(theme().space("half"))
            self._column.addWidget(Label(row.text, wrap=True))

    def _whom(self) -> None:
        row = self._row
        self._fact("Patient", words.person_name(row), "body_strong")
        self._column.addWidget(Label(words.person_facts(row, today()), "small", "secondary", wrap=True))
        if row.mrn:
            self._column.addSpacing(theme().space("half"))
            self.allergies = AllergyFact(self._desk, row.patient_id)
            self._column.addWidget(self.allergies)

    def _when(self) -> None:
        row, day = self._row, today()
        asked = " · ".join(
            part for part in (row.asked_by, row.from_department, words.at_time(row.asked_at, day)) if part
        )
        self._fact("Asked by", asked)
        if row.started_at is not None:
            self._fact("Started by", f"{row.started_by or 'Somebody'} · {words.at_time(row.started_at, day)}")
        if row.status in (Status.COMPLETED, Status.CANCELLED):
            verb = "Completed by" if row.status == Status.COMPLETED else "Cancelled by"
            who = row.completed_by if row.status == Status.COMPLETED else row.cancelled_by
            self._fact(verb, f"{who or 'Somebody'} · {words.at_time(row.changed_at, day)}")

    def _fact(self, label: str, text: str, role: str = "body", *, copy: bool = False) -> None:
        if not text:
            return
        self._column.addSpacing(theme().space("grid"))
        self._column.addWidget(Label(label, "small", "secondary"))
        shown = Label(text, role, wrap=True)
        if copy:
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._column.addWidget(shown)
