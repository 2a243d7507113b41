"""Prescribing for somebody without a record: the visit and the name given there are all that is known. GUI thread."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from hisdesk.desk.doctor import ways
from hisdesk.desk.doctor.prescribing import ADD_KEY, ANSWER_KEY, ISSUE_KEY, PrescribingPanel
from hisdesk.desk.doctor.prescription_list import PrescriptionList
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.keys import Keys
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.notices import Notices
from hisdesk.desk.kit.panels import Notice
from hisdesk.desk.kit.states import EmptyState, OfflineState
from hisdesk.desk.kit.theme import theme
from hisdesk.errors import UserError
from hisdesk.hospital.medicines import queries as medicines
from hisdesk.hospital.medicines.rules import Formulary
from hisdesk.hospital.prescriptions import queries
from hisdesk.hospital.prescriptions.queries import Known, Person, PrescriptionRow

WARNING = "Nothing is known about this person: no allergies, no other medicines, no age. Ask before you prescribe."


class WalkIn(QWidget):
    """The same two columns as in a chart, for a visit. `show_subject` says for which."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.person: Person | None = None
        self._formulary: Formulary | None = None
        self.notices = Notices(self)
        self.title = Label("", "title")
        self.list = PrescriptionList(desk)
        self.panel = PrescribingPanel(desk)
        self._lay_out()
        self.list.changed.connect(self.read_again)
        self.panel.issued.connect(self.read_again)
        self.keys = Keys(self)
        self.keys.add(ADD_KEY, "Add a line to the prescription", self.panel.add_line)
        self.keys.add(ISSUE_KEY, "Issue the prescription", self.panel.issue)
        self.keys.add(ANSWER_KEY, "Answer what the checks say", self.panel.answer)

    def show_subject(self, *, visit: UUID | None = None, name: str = "", ticket: str = "") -> None:
        """This visit; the one before is forgotten, its draft is at the server."""
        if visit is not None and self.person != Person(visit_id=visit):
            self.person, self._formulary = Person(visit_id=visit), None
            self.list.forget()
            self.panel.forget()
        self.title.set_text(f"{name}, {ticket}" if ticket else name)
        self.read_again()
        self.panel.add_button.setFocus()

    def read_again(self) -> None:
        """F5."""
        person, known = self.person, self._formulary
        if person is not None:
            self.desk.tasks.read(
                self,
                lambda tx: (
                    known or medicines.formulary(tx),
                    queries.known(tx, person),
                    queries.of_person(tx, person),
                ),
                lambda found: self._received(person, *found),
                self._not_received,
                slot="walk-in",
            )

    def go_back(self) -> bool:
        """Esc leaves the line that is being written."""
        return self.panel.go_back()

    def rights_changed(self) -> None:
        """The person may do more or less than before."""
        self.list.rights_changed()

    def _received(self, person: Person, known: Formulary, facts: Known, rows: list[PrescriptionRow]) -> None:
        if person != self.person:
            return
        self._formulary = known
        self._stack.setCurrentWidget(self._both)
        self.list.show_rows(rows)
        self.panel.show_known(person, known, facts)

    def _not_received(self, error: UserError) -> bool:
        if self._formulary is None:
            self._away.set_words("The medicines could not be read", str(error))
            self._stack.setCurrentWidget(self._away)
        return True

    def _lay_out(self) -> None:
        self._nobody = EmptyState(
            "No visit is chosen",
            "Choose somebody without a record in your list.",
            "Go to the list",
            icon="ph.user-focus",
        )
        self._nobody.acted.connect(lambda: ways.go_to_list(self))
        self._away = OfflineState("The medicines could not be read", "", "Try again")
        self._away.acted.connect(self.read_again)
        self._both = QWidget()
        page, gap = theme().space("page_padding"), theme().space("card_padding")
        column = QVBoxLayout(self._both)
        column.setContentsMargins(page, gap, page, gap)
        column.setSpacing(gap)
        column.addWidget(self.title)
        column.addWidget(Notice("attention", "Without a record", WARNING))
        row = QHBoxLayout()
        row.setSpacing(gap)
        row.addWidget(self.list, 1)
        row.addWidget(self.panel, 1)
        column.addLayout(row, 1)
        self._stack = QStackedWidget()
        for widget in (self._nobody, self._both, self._away):
            self._stack.addWidget(widget)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.notices)
        whole.addWidget(self._stack, 1)
        self.setFocusProxy(self.panel.add_button)
