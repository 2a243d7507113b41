"""The chart: one person's record under the banner, live, opened with a log entry. GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from hisdesk.access.permissions import (
    ALLERGIES_VIEW,
    DOCUMENTS_VIEW,
    NOTES_CREATE,
    NOTES_VIEW,
    ORDERS_VIEW,
    PRESCRIPTIONS_VIEW,
    VISITS_EDIT,
    VITALS_VIEW,
)
from hisdesk.desk.doctor import ways, words
from hisdesk.desk.doctor.admission import Admission
from hisdesk.desk.doctor.allergies_page import AllergiesPage
from hisdesk.desk.doctor.documents_page import DocumentsPage
from hisdesk.desk.doctor.medicines_page import MedicinesPage
from hisdesk.desk.doctor.note_editor import NoteEditor
from hisdesk.desk.doctor.note_page import NotePage
from hisdesk.desk.doctor.orders_page import OrdersPage
from hisdesk.desk.doctor.overview import Overview
from hisdesk.desk.doctor.prescribing import PrescribingPanel
from hisdesk.desk.doctor.prescription_side import PrescriptionSide
from hisdesk.desk.doctor.record import Record
from hisdesk.desk.doctor.steps import Steps
from hisdesk.desk.doctor.timeline_page import TimelinePage
from hisdesk.desk.doctor.visit_bar import VisitBar, of_interest
from hisdesk.desk.doctor.vitals_page import VitalsPage
from hisdesk.desk.kit.banner import Allergies
from hisdesk.desk.kit.choices import Tabs
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.dialogs import Dialog, ask
from hisdesk.desk.kit.keys import Keys
from hisdesk.desk.kit.notices import Notices
from hisdesk.desk.kit.pieces import InPieces
from hisdesk.desk.kit.states import EmptyState, ErrorState, OfflineState, Skeleton, StaleStrip
from hisdesk.desk.kit.theme import follow, theme

TWICE_MS = 1_000
TYPING, ORDERING = "Allergy not saved yet", "Order not placed yet"
ORDERS = "Orders"
MEDICINES, PRESCRIBING = "Medicines", "Line not taken over yet"
OVERVIEW, NOTE, ALLERGIES = "Overview", "Note", "Allergies"
TIMELINE, DOCUMENTS = "Timeline", "Documents"
VITALS, MEASURING = "Vital signs", "Vital signs not recorded yet"


class Chart(InPieces):
    """Tabs over one record. `open_patient` is what the shell calls; without it the screen says how to open one."""

    shows_banner = True

    def __init__(self, desk: Desk, *, at_once: bool = True) -> None:
        self.desk = desk
        super().__init__(at_once=at_once)

    def build(self) -> Iterator[None]:
        desk = self.desk
        self.keys = Keys(self)
        self.notices = Notices(self)
        self.record = Record(desk, self)
        self.steps = Steps(desk, self, self.record.read_again)
        self.bar = VisitBar(desk, self.steps)
        may = desk.actor.may
        before = sum(map(may, (NOTES_VIEW, ALLERGIES_VIEW)))
        self.overview = Overview(f"Alt+{before + 2}")
        self.pages: dict[str, QWidget] = {}
        self._stack = QStackedWidget(self)
        self._add_page(OVERVIEW, self.overview)
        yield
        self.note: NotePage | None = None
        if may(NOTES_VIEW):
            editor = NoteEditor(desk)
            yield
            self.note = NotePage(desk, self.record, editor)
            self._add_page(NOTE, self.note)
        yield
        self.allergies = AllergiesPage(desk, self.record)
        yield
        self.timeline = TimelinePage(desk, self.record)
        self.documents = DocumentsPage(desk, self.record)
        if may(ALLERGIES_VIEW):
            self._add_page(ALLERGIES, self.allergies)
        self._add_page(TIMELINE, self.timeline)
        if may(DOCUMENTS_VIEW):
            self._add_page(DOCUMENTS, self.documents)
        yield
        self.orders = OrdersPage(desk, self.record)
        if may(ORDERS_VIEW):
            self._add_page(ORDERS, self.orders)
        yield
        panel = PrescribingPanel(desk)
        yield
        self.medicines = MedicinesPage(desk, self.record, panel)
        if may(PRESCRIPTIONS_VIEW):
            self._add_page(MEDICINES, self.medicines)
            self._put_beside_the_note()
        yield
        self.vitals = VitalsPage(desk, self.record)
        if may(VITALS_VIEW):
            self._add_page(VITALS, self.vitals)
        yield
        self._banner: Any = None
        self.dialog: Dialog | None = None
        self._written_in: UUID | None = None
        self._lay_out()
        self._wire()
        self._show()

    # -- what the shell calls -----------------------------------------------------------------------------------

    def open_patient(self, patient_id: UUID, reason: str) -> None:
        """Opens this person's record; it is logged with the reason."""
        self.notices.clear()
        if patient_id != self.record.patient_id:
            self.tabs.setCurrentIndex(0)
        self.record.open(patient_id, reason)

    def read_again(self) -> None:
        """F5."""
        self.record.read_again()
        self.record.touched.emit([])

    def go_back(self) -> bool:
        """Esc closes what is being typed first."""
        if self.tab == MEDICINES:
            return self.medicines.go_back()
        if self.tab == VITALS:
            return self.vitals.go_back()
        return self.orders.go_back() if self.tab == ORDERS else self.allergies.go_back()

    def rights_changed(self) -> None:
        """The person may do more or less than before."""
        self.vitals.rights_changed()
        self.allergies.rights_changed()
        self.orders.rights_changed()
        self.medicines.rights_changed()
        if self.note is not None:
            self.note.rights_changed()
        self._show()

    def keep_draft(self) -> None:
        """The window is left: a note that is being written goes on its way."""
        if self.note is not None:
            self.note.keep_draft()

    # -- building -----------------------------------------------------------------------------------------------

    def _add_page(self, title: str, page: QWidget) -> None:
        """The next of the tabs. At once: all pages together would be felt."""
        self.pages[title] = page
        self._stack.addWidget(page)

    def _put_beside_the_note(self) -> None:
        """What is prescribed stands in the note's right column too."""
        if self.note is None:
            return
        side = PrescriptionSide(self.desk, self.record, self.medicines)
        self.note.set_side(side)
        side.line_wanted.connect(lambda: self._prescribe(self.medicines.panel.add_line))
        side.answer_wanted.connect(lambda: self._prescribe(self.medicines.panel.answer))
        side.issue_wanted.connect(lambda: self._prescribe(self.medicines.issue))

    def _prescribe(self, act: Callable[[], object]) -> None:
        self.show_tab(MEDICINES)
        act()

    def _lay_out(self) -> None:
        self.tabs = Tabs(tuple(self.pages))
        self.tabs.setAccessibleName("Parts of the record")
        self._head = QFrame()
        self._head.setProperty("surface", "base")
        self._head.setProperty("edge", "bottom")
        row = QHBoxLayout(self._head)
        page = theme().space("page_padding")
        row.setContentsMargins(theme().space("card_padding"), 0, page, 0)
        row.addWidget(self.tabs)
        row.addStretch(1)
        row.addWidget(self.bar)
        self.strip = StaleStrip("")
        self._make_states()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for item in (self._head, self.strip):
            column.addWidget(item)
        self.notices.setContentsMargins(page, theme().space("card_padding"), page, 0)
        column.addWidget(self.notices)
        column.addWidget(self._stack, 1)
        self.setFocusProxy(self.tabs)
        follow(self._dress)

    def _dress(self) -> None:
        self._head.setFixedHeight(theme().px("tab_height") + 1)

    def _make_states(self) -> None:
        self._nobody = EmptyState(
            "No record is open",
            "Choose somebody in your list and press Enter, or search with Ctrl+K.",
            "Go to the list",
            icon="ph.user-focus",
        )
        self._loading = Skeleton("Reading the record", row="row_two_line")
        self._closed = ErrorState(words.CLOSED_TITLE, "")
        self._failed = OfflineState("The record could not be read", "", "Try again")
        self._states = {
            "none": self._nobody,
            "opening": self._loading,
            "closed": self._closed,
            "failed": self._failed,
        }
        for widget in self._states.values():
            self._stack.addWidget(widget)
        self._nobody.acted.connect(lambda: ways.go_to_list(self))
        self._loading.cancelled.connect(lambda: ways.go_to_list(self))
        self._loading.stop()
        self._closed.acted.connect(self.record.open_again)
        self._failed.acted.connect(self.record.open_again)

    def _wire(self) -> None:
        if self.desk.actor.may(VISITS_EDIT):
            key = self.keys.add("Ctrl+Return", "Complete the visit", self._complete)
            # It saves what is typed there, then. Pressed twice it is still meant for that, not for the visit.
            self._just_saved = QTimer(self, singleShot=True, interval=TWICE_MS)
            for page in self._typed_in:
                page.typing.connect(lambda _: key.setEnabled(not self._unsaved()))
            for page in (self.vitals, self.allergies, self.orders):  # lines that were not issued are asked about
                page.typing.connect(lambda on: None if on else self._just_saved.start())
            self.keys.add("F2", "Start the visit", self._start)
        if VITALS in self.pages:
            self.vitals.add_keys(self.keys, lambda: self.show_tab(VITALS))
        if ALLERGIES in self.pages:
            self.allergies.add_keys(self.keys, lambda: self.show_tab(ALLERGIES))
        if ORDERS in self.pages:
            self.orders.add_keys(self.keys, lambda: self.show_tab(ORDERS))
        if MEDICINES in self.pages:
            self.medicines.add_keys(self.keys, lambda: self.show_tab(MEDICINES))
        for number, title in enumerate(self.pages):
            self.keys.add(f"Alt+{number + 1}", title, partial(self.show_tab, title), group="Tabs")
        for page in self._typed_in:
            page.typing.connect(lambda _: self.bar.block(self._unsaved()))
        self.tabs.currentChanged.connect(lambda _: self._show())
        self.record.changed.connect(self._show)
        self.overview.timeline_wanted.connect(lambda: self.show_tab(TIMELINE))
        self.admission = Admission(self.desk, self.record, self.bar, self.overview, self.keys)
        self.bar.completed.connect(lambda: ways.go_to_list(self))
        self.bar.first = self._prescription_first
        if self.note is not None:
            self.bar.completed.connect(self.note.visit_completed)
            self.note.completed.connect(lambda: ways.go_to_list(self))
            self.note.signing.connect(self._signing)

    @property
    def _typed_in(self) -> tuple[VitalsPage | AllergiesPage | OrdersPage | MedicinesPage, ...]:
        """The pages with a form of their own beside the visit."""
        return self.vitals, self.allergies, self.orders, self.medicines

    # -- showing ------------------------------------------------------------------------------------------------

    def show_tab(self, title: str) -> None:
        """Brings a tab to the front and gives it the keyboard."""
        if title in self.pages:
            self.tabs.setCurrentIndex(tuple(self.pages).index(title))
            self.pages[title].setFocus()

    @property
    def tab(self) -> str:
        """The title of the tab in front."""
        return tuple(self.pages)[max(0, self.tabs.currentIndex())]

    @property
    def page(self) -> str:
        """What is shown: "none", "opening", "open", "closed" or "failed"."""
        return self.record.state

    def _show(self) -> None:
        record = self.record
        state = record.state
        self.tabs.setEnabled(state == "open")
        self.bar.setVisible(state == "open" and record.around is not None)
        if state == "opening" and self._stack.currentWidget() is not self._loading:
            self._loading.start()
        elif state != "opening":
            self._loading.stop()
        if state == "closed":
            self._closed.set_words(words.CLOSED_TITLE, words.closed_sentence(str(record.error)))
        elif state == "failed":
            self._failed.set_words("The record could not be read", str(record.error))
        self._stack.setCurrentWidget(self._states.get(state) or self.pages[self.tab])
        if record.chart is not None:
            self.overview.show_chart(record.chart)
        if record.around is not None:
            self.overview.show_events(record.around.events)
            visit = of_interest(record.around.visits, self.desk.actor.user_id)
            self.bar.show_visit(visit)
            if self.note is not None:
                self.note.show_visit(visit)
                self._begin_writing(self.note)
        since = record.away_since
        said = f"Not read since {words.clock(since)}: what stands here may be old. Asking every 10 s" if since else ""
        self.strip.set_text(said)
        self._show_banner()

    def banner_allergies(self) -> Allergies:
        """The allergy block: what is known, or since when it cannot be read."""
        chart = self.record.chart
        known = chart.banner.allergies if chart is not None else None
        if self.record.away_since is not None:
            return words.unavailable(self.record.away_since, known)
        if known is None:
            return words.unavailable(words.now(), None)
        return words.allergies(known)

    def _show_banner(self) -> None:
        """The banner belongs to the frame: it is this person's only while this screen is in front."""
        if not self.isVisible():
            return
        banner = getattr(self.window(), "banner", None)
        if banner is None:
            return
        if self._banner is not banner:
            self._banner = banner
            banner.clicked_allergies.connect(self._allergies_clicked)
        chart = self.record.chart
        if chart is not None:
            banner.set_person(words.person(chart.banner), self.banner_allergies(), words.alerts(chart.banner))
        banner.setVisible(chart is not None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_banner()

    def _allergies_clicked(self) -> None:
        if self.isVisible():
            self.show_tab(ALLERGIES)

    # -- the visit ----------------------------------------------------------------------------------------------

    def _begin_writing(self, note: NotePage) -> None:
        """Once for a visit that has begun with this doctor: whoever starts it wants to write."""
        visit = note.visit
        mine = visit is not None and visit.doctor_id == self.desk.actor.user_id and self.desk.actor.may(NOTES_CREATE)
        if mine and visit is not None and visit.id != self._written_in:
            self._written_in = visit.id
            if self.tab == OVERVIEW:
                self.show_tab(NOTE)

    def _signing(self, on: bool) -> None:
        """With a note, the visit is completed by signing it."""
        self.bar.complete_by(self.note.sign if on and self.note is not None else None)

    def _prescription_first(self, go_on: Callable[[], object]) -> None:
        """Lines that the pharmacy would never see are not left behind unnoticed."""
        count = self.medicines.not_issued
        if not count:
            go_on()
            return
        lines = "One line is" if count == 1 else f"{count} lines are"
        self.dialog = ask(
            self,
            "Complete the visit without issuing the prescription?",
            f"{lines} written but not issued: no pharmacy sees them. They stay in your draft for this person.",
            [("Go back", None), ("Complete without it", go_on)],
        )

    def _unsaved(self) -> str:
        """What is being typed beside the visit."""
        if self.vitals.panel is not None:
            return MEASURING
        if self.allergies.panel is not None:
            return TYPING
        if self.medicines.unsaved:
            return PRESCRIBING
        return ORDERING if self.orders.panel is not None else ""

    def _complete(self) -> None:
        if self.bar.complete.isVisible() and not self._just_saved.isActive():
            self.bar.complete.click()

    def _start(self) -> None:
        if self.bar.start.isVisible():
            self.bar.start.click()
