"""Patients: one big box, the people it finds, and what to do with the chosen one. GUI thread."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from hisdesk.access import permissions
from hisdesk.desk.kit.cells import Cell
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.fields import SearchField
from hisdesk.desk.kit.keys import Keys
from hisdesk.desk.kit.labels import Label, show_if
from hisdesk.desk.kit.notices import Notices
from hisdesk.desk.kit.panels import Panel
from hisdesk.desk.kit.states import EmptyState, ErrorState, Skeleton
from hisdesk.desk.kit.table import Column, ListModel, count_text
from hisdesk.desk.kit.table_view import TableView
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.tokens import Status, family_status
from hisdesk.desk.reception import ways, words
from hisdesk.errors import UserError
from hisdesk.hospital.patients import mrn
from hisdesk.hospital.patients.queries import MOST_FOUND, Found, find

DEBOUNCE_MS = 200
FEWEST = 3
ASK = "Name, phone, MRN, document or birth date"
PURPOSES = {"": "Find a patient", "queue": "Whom to add to a queue?"}


def _state(found: Found) -> Status | None:
    word = words.RECORD_STATES.get(found.status)
    return family_status("held" if found.status == "blacklisted" else "attention", word) if word else None


def _name(found: Found) -> str:
    return words.full_name(found.family_name, found.given_names, found.title)


def _phone(found: Found) -> str:
    return f"ends {found.phone_end}" if found.phone_end else "–"


COLUMNS: tuple[Column[Found], ...] = (
    Column(
        "Patient",
        _name,
        330,
        "person",
        lambda f: Cell(
            title=_name(f),
            subtitle=f"{words.born(f.born, f.estimated, words.today())} · {words.SEXES.get(f.sex, f.sex)}",
        ),
    ),
    Column("MRN", lambda f: mrn.shown(f.mrn), 130, "strong_identifier"),
    Column("Phone", _phone, 120),
    Column("Record", lambda f: words.RECORD_STATES.get(f.status, ""), 190, "chip", lambda f: Cell(status=_state(f))),
    Column("Found by", lambda f: f.matched, 0),
)


class Patients(QWidget):
    """Typing finds; Enter opens the record. With the purpose "queue" it opens the record's queue dialog at once."""

    header_changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.notices = Notices(self)
        self.purpose = ""
        self._asked: str | None = None
        self._open_when_found = False
        self.box = SearchField(ASK)
        self.model: ListModel[Found] = ListModel(COLUMNS, lambda f: f.id, self)
        self.table = TableView(self.model, row_height="row_two_line")
        self.table.setAccessibleName("People found")
        self._wait = QTimer(self, singleShot=True, interval=DEBOUNCE_MS)
        self._wait.timeout.connect(self._ask)
        self._lay_out()
        self._wire()
        self._show_calm()

    def show_subject(self, *, purpose: str = "", text: str = "") -> None:
        """Begins a search for a purpose."""
        self.purpose = purpose
        self._title.set_text(PURPOSES[purpose])
        self.box.setText(text)
        self.box.setFocus(Qt.FocusReason.OtherFocusReason)
        self._typed(text)

    def go_back(self) -> bool:
        """Esc: empties the box first."""
        if self.box.text():
            self.box.clear()
            self.box.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        self.purpose = ""
        self._title.set_text(PURPOSES[""])
        return False

    def read_again(self) -> None:
        """F5: asks the same again."""
        self._asked = None
        self._ask()

    def rights_changed(self) -> None:
        """Registering may have come or gone."""
        show_if(self.register, self.desk.actor.may(permissions.PATIENTS_CREATE))

    # -- finding ------------------------------------------------------------------------------------------------

    def _typed(self, text: str) -> None:
        self._open_when_found = False
        self._asked = None
        if sum(c.isalnum() for c in text) < FEWEST:
            self._wait.stop()
            self._show_calm()
        else:
            self._wait.start()

    def _ask(self) -> None:
        text = self.box.text().strip()
        self._wait.stop()
        if sum(c.isalnum() for c in text) < FEWEST or text == self._asked:
            return
        self._asked = text
        if not self.model.rows:
            self._loading.start()
            self._pages.setCurrentWidget(self._loading)
        db, actor, cipher = self.desk.db, self.desk.actor, self.desk.cipher
        self.desk.tasks.run(
            self,
            lambda: find(db, actor, text, cipher),
            partial(self._found, text),
            partial(self._failed, text),
            slot="find",
        )

    def _found(self, text: str, found: list[Found]) -> None:
        if text != self._asked:
            return
        self._loading.stop()
        self.model.set_rows(found, flash=False)
        more = len(found) >= MOST_FOUND
        people = "person" if len(found) == 1 else "people"
        self._count.set_text(f"{count_text(len(found))}{'+' if more else ''} {people}" if found else "")
        self._foot.set_text("Only the best matches are shown; type more of the name" if more else "Best match first")
        if found:
            self._pages.setCurrentWidget(self.table)
            self.table.select(found[0].id)
        else:
            digits = sum(c.isdigit() for c in text) == mrn.LENGTH and not any(c.isalpha() for c in text)
            wrong = digits and mrn.parse(text) is None
            why = "The check digit of this MRN does not fit: compare the number." if wrong else "Check the spelling."
            self._nobody.set_words("No one found", f"{why} Former names and phone numbers are looked through, too.")
            self._pages.setCurrentWidget(self._nobody)
        if self._open_when_found and len(found) == 1:
            self._open(found[0])
        self._open_when_found = False

    def _failed(self, text: str, error: UserError) -> bool:
        if text == self._asked:
            self._asked = None
            self._loading.stop()
            self.model.set_rows([], flash=False)
            self._error.set_words("Nobody could be looked for", str(error))
            self._pages.setCurrentWidget(self._error)
        return True

    def _show_calm(self) -> None:
        self.model.set_rows([], flash=False)
        self._count.set_text("")
        self._foot.set_text("")
        self._pages.setCurrentWidget(self._calm)

    # -- choosing -----------------------------------------------------------------------------------------------

    def _open(self, found: Found) -> None:
        purpose, self.purpose = self.purpose, ""
        self._title.set_text(PURPOSES[""])
        chart = ways.open_chart(self.desk, self, found.id, f"Search: {found.matched}" if found.matched else "Search")
        if purpose == "queue" and chart is not None:
            queue = getattr(chart, "queue_when_open", None)
            if callable(queue):
                queue()

    def _register(self) -> None:
        ways.go(self.desk, self, ways.REGISTER, text=self.box.text().strip())

    def _enter(self) -> None:
        row = self.table.row
        if self._wait.isActive():
            self._open_when_found = True  # a scanner sends Enter right behind the number
            self._ask()
        elif self.desk.tasks.pending and self._asked is not None and not self.model.rows:
            self._open_when_found = True
        elif row is not None:
            self._open(row)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows in the box move in the list, so that the hands stay where they are."""
        if watched is self.box and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self._move(1 if event.key() == Qt.Key.Key_Down else -1)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._enter()
                return True
        return super().eventFilter(watched, event)

    def _move(self, step: int) -> None:
        rows = self.model.rows
        if rows:
            place = self.table.currentIndex().row() + step
            self.table.select(rows[min(max(place, 0), len(rows) - 1)].id)

    # -- building -----------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        page = theme().space("page_padding")
        column = QVBoxLayout(self)
        column.setContentsMargins(page, 0, page, theme().space("card_padding"))
        column.setSpacing(0)
        self._title = Label(PURPOSES[""], "title")
        self._count = Label("", "body", "muted")
        self.register = Button("Register new", "primary", icon="ph.user-plus", key="F3")
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().space("inline_gap"))
        row.addWidget(self._title)
        row.addWidget(self._count)
        row.addStretch(1)
        row.addWidget(self.register)
        head.setFixedHeight(theme().px("screen_header"))
        column.addWidget(head)
        column.addWidget(self.notices)
        panel = Panel("", padded=False)
        top = QHBoxLayout()
        top.setContentsMargins(*[theme().space("card_padding")] * 4)
        top.addWidget(self.box)
        panel.add(top)
        self._pages = QStackedWidget()
        self._loading = Skeleton("Looking for people", row="row_two_line")
        self._loading.stop()
        self._calm = EmptyState(
            "Type at least three characters",
            "A name, also misspelt or a former one, a phone number, an MRN, a document number or a birth date.",
            icon="ph.magnifying-glass",
        )
        self._nobody = EmptyState("No one found", "", "Register new", command_icon="ph.user-plus", key="F3")
        self._error = ErrorState("Nobody could be looked for", "")
        for each in (self.table, self._loading, self._calm, self._nobody, self._error):
            self._pages.addWidget(each)
        panel.add(self._pages, 1)
        self._foot = Label("", "small", "muted")
        panel.set_footer(self._foot)
        column.addWidget(panel, 1)
        self.rights_changed()

    def _wire(self) -> None:
        self.keys = Keys(self)
        self.keys.explain("Return", "Open the record")
        self.keys.add("F3", "Register a new person with this name", self.register.click)
        self.keys.add("Ctrl+F", "Go to the box", partial(self.box.setFocus, Qt.FocusReason.ShortcutFocusReason))
        self.keys.explain("Up", "The person above")
        self.keys.explain("Down", "The person below")
        self.box.textChanged.connect(self._typed)
        self.box.installEventFilter(self)
        self.table.opened.connect(self._open)
        self.register.clicked.connect(self._register)
        self._nobody.acted.connect(self._register)
        self._error.acted.connect(self.read_again)
        self._loading.cancelled.connect(self._show_calm)
        self.setFocusProxy(self.box)

    def chosen(self) -> UUID | None:
        """The selected person."""
        row = self.table.row
        return row.id if row is not None else None
