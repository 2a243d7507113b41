"""The chart's medicines: what was prescribed so far, and the prescription that is being written. GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from hisdesk.access.permissions import PRESCRIPTIONS_CREATE
from hisdesk.desk.doctor.prescribing import ADD_KEY, ANSWER_KEY, ISSUE_KEY, PrescribingPanel
from hisdesk.desk.doctor.prescription_list import PrescriptionList
from hisdesk.desk.doctor.record import Record
from hisdesk.desk.doctor.tab_page import TabPage
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.keys import Keys
from hisdesk.desk.kit.labels import show_if
from hisdesk.desk.kit.states import OfflineState
from hisdesk.desk.kit.theme import theme
from hisdesk.errors import UserError
from hisdesk.hospital.medicines import queries as medicines
from hisdesk.hospital.medicines.rules import Formulary
from hisdesk.hospital.prescriptions import queries
from hisdesk.hospital.prescriptions.queries import Known, Person, PrescriptionRow

Read = tuple[Formulary, Known, list[PrescriptionRow]]


class MedicinesPage(TabPage):
    """Two columns: the list at the left, the prescription at the right for whoever may prescribe.

    `typing(bool)`: a line is being written, or not any more.
    """

    typing = Signal(bool)
    tables = frozenset({"prescription", "prescription_line", "allergy", "allergy_declaration"})

    def __init__(self, desk: Desk, record: Record, panel: PrescribingPanel) -> None:
        super().__init__(desk, record)
        self.list = PrescriptionList(desk)
        self.panel = panel
        self._formulary: Formulary | None = None
        self._lay_out()
        self.list.changed.connect(self.read_anew)
        self.panel.issued.connect(self.read_anew)
        self.panel.typing.connect(self.typing)
        self.panel.typing.connect(lambda on: self.setFocusProxy(self.panel.form if on else self.panel.add_button))
        self.rights_changed()

    def add_keys(self, keys: Keys, show: Callable[[], None]) -> None:
        """The chart's keys for this tab; `show` brings it to the front."""
        if not self.desk.actor.may(PRESCRIPTIONS_CREATE):
            return

        def begin() -> None:
            show()
            self.panel.add_line()

        def issue() -> None:
            if self.panel.lines:
                show()
            self.issue()

        keys.add(ADD_KEY, "Add a line to the prescription", begin, group="Prescription")

        def answer() -> None:
            show()
            self.panel.answer()

        keys.add(ISSUE_KEY, "Issue the prescription", issue, group="Prescription")
        keys.add(ANSWER_KEY, "Answer what the checks say", answer, group="Prescription")

    def issue(self) -> None:
        """Alt+I."""
        if self.panel.isVisible():
            self.panel.issue()

    def rights_changed(self) -> None:
        """Only who may prescribe has the panel."""
        show_if(self.panel, self.desk.actor.may(PRESCRIPTIONS_CREATE))
        self.list.rights_changed()

    @property
    def unsaved(self) -> bool:
        """Whether a line is being written."""
        return not self.panel.form.isHidden()

    def go_back(self) -> bool:
        """Esc leaves the line that is being written."""
        return self.panel.go_back()

    def reading(self, patient_id: UUID) -> Callable[[sa.Connection], tuple[Formulary, Known]]:
        """What a prescription begins with, for whoever shows it beside something else; answered to `take`."""
        formulary, person = self._formulary, Person(patient_id)
        return lambda tx: (formulary or medicines.formulary(tx), queries.known(tx, person))

    def take(self, patient_id: UUID, formulary: Formulary, known: Known) -> None:
        """That was read for the prescription; what was prescribed so far is read when this tab is in front."""
        if patient_id == self.of:
            self._formulary = formulary
            self.panel.show_known(Person(patient_id), formulary, known)

    def read_anew(self) -> None:
        """What this station wrote is read at once; the others hear of it."""
        self.stale = True
        self.read_if_wanted()

    @property
    def not_issued(self) -> int:
        """How many lines were written and not issued yet, as far as it is known."""
        return len(self.panel.lines)

    def read(self) -> None:
        """The formulary is read once for a person, the rest whenever something about them changed."""
        patient_id = self.of
        if patient_id is not None:
            known = self._formulary
            self.desk.tasks.read(
                self,
                lambda tx: _read(tx, patient_id, known),
                partial(self._received, patient_id),
                self._not_received,
                slot="medicines",
            )

    def forget(self) -> None:
        self._formulary = None
        self.list.forget()
        self.panel.forget()

    def _received(self, patient_id: UUID, found: Read) -> None:
        if patient_id != self.of:
            return
        self._formulary, known, rows = found
        self._stack.setCurrentWidget(self._both)
        self.list.show_rows(rows)
        self.panel.show_known(Person(patient_id), self._formulary, known)

    def _not_received(self, error: UserError) -> bool:
        self.stale = True
        if self._formulary is None:
            self._away.set_words("The medicines could not be read", str(error))
            self._stack.setCurrentWidget(self._away)
        return True

    def _lay_out(self) -> None:
        self._both = QWidget()
        self._both.setProperty("surface", "canvas")
        row = QHBoxLayout(self._both)
        page = theme().space("page_padding")
        row.setContentsMargins(page, theme().space("card_padding"), page, theme().space("card_padding"))
        row.setSpacing(theme().space("card_padding"))
        row.addWidget(self.list, 1)
        row.addWidget(self.panel, 1)
        self._away = OfflineState("The medicines could not be read", "", "Try again")
        self._away.acted.connect(self.read_anew)
        self._stack = QStackedWidget()
        for widget in (self._both, self._away):
            self._stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self.setFocusProxy(self.panel.add_button)


def _read(tx: sa.Connection, patient_id: UUID, known: Formulary | None) -> Read:
    """Three statements, two where the formulary is at hand."""
    person = Person(patient_id)
    return known or medicines.formulary(tx), queries.known(tx, person), queries.of_person(tx, person)
