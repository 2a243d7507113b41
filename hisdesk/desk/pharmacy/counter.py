"""The pharmacy window: what waits at the left, one prescription with its lots, the checks at the right. GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.keys import Keys
from hisdesk.desk.kit.labels import Icon, Label, show_if
from hisdesk.desk.kit.list_screen import ListScreen
from hisdesk.desk.kit.notices import Notices
from hisdesk.desk.kit.panels import ScrollPanel
from hisdesk.desk.kit.states import EmptyState, OfflineState
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.words import moment
from hisdesk.desk.pharmacy import words
from hisdesk.desk.pharmacy.checks_panel import ChecksPanel
from hisdesk.desk.pharmacy.handed_over import HandedOver
from hisdesk.desk.pharmacy.line_card import LineCard, Typed
from hisdesk.desk.pharmacy.papers import Papers
from hisdesk.desk.pharmacy.work_list import spec
from hisdesk.errors import UserError
from hisdesk.hospital.dispensings import queries
from hisdesk.hospital.dispensings.actions import Dispensed, dispense
from hisdesk.hospital.dispensings.queries import WaitingRow
from hisdesk.hospital.medicines import queries as medicines
from hisdesk.hospital.medicines.checks import Facts, Taken, checked
from hisdesk.hospital.medicines.rules import Formulary
from hisdesk.hospital.prescriptions import numbers, rules
from hisdesk.hospital.prescriptions import queries as prescriptions
from hisdesk.hospital.prescriptions.queries import PrescriptionRow
from hisdesk.hospital.stock.rules import Lot
from hisdesk.live.topics import department_topic, patient_topic

LIST_WIDTH, CHECKS_WIDTH = 384, 268
TICK_MS = 20_000


@dataclass(frozen=True)
class Detail:
    """One prescription with all that the window needs."""

    prescription: PrescriptionRow
    lots: dict[UUID, tuple[Lot, ...]]
    facts: Facts
    formulary: Formulary


class Counter(QWidget):
    """The work list and the prescription that is dispensed. `badge` tells how many wait."""

    shows_banner = True
    badge = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.detail: Detail | None = None
        self.row: WaitingRow | None = None
        self.cards: list[LineCard] = []
        self._formulary: Formulary | None = None
        self._typed = False
        self._by_itself = False
        self._kept: dict[UUID, tuple[PrescriptionRow, list[Typed]]] = {}
        self.keys = Keys(self)
        self.list = ListScreen(desk, spec(desk), keys=self.keys)
        self.notices = Notices(self)
        self.handed = HandedOver(Papers(desk, self), self.keys, self)
        self.checks = ChecksPanel()
        self._lay_out()
        self.keys.add("F4", "To the quantities", self._to_quantities)
        self.keys.explain("Return", "Take up the prescription")
        self.keys.add("F9", "To what the checks found", self.checks.focus_unread)
        self.keys.add("Ctrl+Return", "Dispense", self.dispense_button.click)
        self.keys.take("F5", "Read again", self.read_again)
        self.list.table.chosen.connect(self._chosen)
        self.list.table.opened.connect(lambda _row: self._to_quantities())
        self.list.table.clicked.connect(lambda _index: self._taken_up())
        self.list.counted.connect(self._counted)
        self.checks.ticked.connect(self._taken_up)
        self.dispense_button.clicked.connect(self.dispense)
        departments = desk.actor.departments
        self._stock = desk.hub.watch(self, [department_topic(d, "lot") for d in departments], lambda _: self._again())
        self._person = desk.hub.watch(self, (), lambda _: self._again())
        self._minute = QTimer(self, interval=TICK_MS)
        self._minute.timeout.connect(self.list.table.viewport().update)
        self._minute.start()
        self.setFocusProxy(self.list)
        self._refresh()

    # -- what the window calls ----------------------------------------------------------------------------------

    def read_again(self) -> None:
        """F5."""
        self.list.read_again()
        self._again()

    def go_back(self) -> bool:
        """Esc: from the prescription to the list."""
        if self.list.table.hasFocus() or not self.list.rows:
            return False
        self.list.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def rights_changed(self) -> None:
        """The commands say again what is possible."""
        self.list.refresh_commands()
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_banner()

    # -- choosing and reading -----------------------------------------------------------------------------------

    def _chosen(self, row: WaitingRow | None) -> None:
        if row is not None and self.row is not None and row.id == self.row.id:
            self.row = row
            return
        if row is not None and self.row is not None:
            self._by_itself = all(each.id != self.row.id for each in self.list.rows)
        self._keep_typed()
        self.row, self._typed = row, False
        self.notices.clear()
        self._forget()
        if row is not None:
            tables = ("allergy", "allergy_declaration", "prescription", "prescription_line")
            self._person.listen(patient_topic(row.patient_id, t) for t in tables if row.patient_id is not None)
            self._read()

    def _again(self) -> None:
        """Something about it may be others: it is read again, unless somebody is typing quantities into it."""
        if self.row is not None:
            self._read()

    def _read(self) -> None:
        row, known = self.row, self._formulary
        if row is None:
            return

        def read(tx: sa.Connection) -> Detail | None:
            found = prescriptions.prescription(tx, row.id)
            if found is None:
                return None
            person = prescriptions.Person(row.patient_id, None if row.patient_id else row.visit_id)
            formulary = known or medicines.formulary(tx)
            return Detail(found, queries.lots_for(tx, row.id), prescriptions.facts(tx, person), formulary)

        self.desk.tasks.read(self, read, self._received, self._not_received, slot="detail")

    def _received(self, found: Detail | None) -> None:
        if found is None:
            self._forget()
            return
        self._formulary = found.formulary
        if found == self.detail:
            return
        if self._typed and self.detail is not None and found.prescription == self.detail.prescription:
            self.detail = Detail(found.prescription, self.detail.lots, found.facts, found.formulary)
            self._show_checks()  # what is typed stays; the server judges the lots
        else:
            self.detail, self._typed = found, False
            self._show_lines()
            self._put_back()
            self._show_checks()
        self._show_banner()
        self._refresh()

    def _not_received(self, error: UserError) -> bool:
        if self.detail is None:
            self._away.set_words("The prescription could not be read", str(error))
            self._stack.setCurrentWidget(self._away)
        return True

    def _forget(self) -> None:
        self.detail = None
        for card in self.cards:
            self._lines.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = []
        self.checks.forget()
        self._title.set_text("Prescription")
        self._who.set_text("")
        self._stack.setCurrentWidget(self._nothing)
        self._show_banner()
        self._refresh()

    def _keep_typed(self) -> None:
        """What was typed waits for this prescription to be chosen again."""
        if self._typed and self.row is not None and self.detail is not None:
            self._kept[self.row.id] = (self.detail.prescription, [card.typed() for card in self.cards])

    def _put_back(self) -> None:
        if self.row is None or self.detail is None:
            return
        prescription, typed = self._kept.pop(self.row.id, (None, []))
        if prescription == self.detail.prescription:
            by_itself = self._by_itself
            for card, each in zip(self.cards, typed, strict=True):
                card.put_back(each)
            self._by_itself = by_itself

    # -- dispensing ---------------------------------------------------------------------------------------------

    def dispense(self) -> None:
        """Ctrl+Enter: hands out what is chosen."""
        if self.detail is None or self.problem():
            return
        self.notices.clear()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)  # what has the keyboard now is made anew with the answer
        self.dispense_button.set_busy(True, "Dispensing")
        found = self.detail.prescription
        items = tuple(item for card in self.cards for item in card.items())
        self.desk.tasks.write(
            self, dispense, found.id, found.version, items, on_done=self._done, on_error=self._not_done, slot="dispense"
        )

    def problem(self) -> str:
        """Why nothing can be dispensed now; "" when it can."""
        if self.detail is None:
            return "Choose a prescription first"
        for card in self.cards:
            if why := card.problem():
                return why
        if not any(card.items() for card in self.cards):
            return "Nothing is taken yet"
        if self.checks.unread():
            return "Tick what the checks found"
        return "Press Enter to take it up" if self._by_itself else ""

    def _done(self, done: Dispensed) -> None:
        self.dispense_button.set_busy(False)
        name = words.name_of(self.row) if self.row is not None else "the prescription"
        rest = "" if done.status == "dispensed" else ", the rest stays open"
        number = f" · {numbers.shown(self.detail.prescription.number)}" if self.detail is not None else ""
        self.handed.show_entry(done.dispensing_id, f"Dispensed to {name}{rest}{number}")
        self._typed, self._by_itself = False, True
        self.list.read_again()
        self._again()

    def _not_done(self, error: UserError) -> bool:
        """What somebody else took or changed is read again; quantities that were typed stay where they still fit."""
        self.dispense_button.set_busy(False)
        self.desk.messages.failure(self, error, "Not dispensed")
        self._typed = False
        self.list.read_again()
        self._again()
        return True

    # -- showing ------------------------------------------------------------------------------------------------

    def _counted(self, _line: str) -> None:
        waiting = len(self.list.rows)
        self.badge.emit(str(waiting) if waiting else "")
        if not self.list.rows:
            self._chosen(None)
            if self.list.table.hasFocus():  # it is hidden next: the keys shall go on working
                QTimer.singleShot(0, self.list, self.list.setFocus)

    def _show_lines(self) -> None:
        found = self.detail
        if found is None:
            return
        for card in self.cards:
            self._lines.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = []
        for number, line in enumerate(found.prescription.lines, 1):
            card = LineCard(number, line, found.lots.get(line.medicine_id, ()))
            card.changed.connect(self._edited)
            self.cards.append(card)
            self._lines.insertWidget(self._lines.count() - 1, card)
            card.show()
        shown = found.prescription
        self._title.set_text(f"Prescription {numbers.shown(shown.number)}")
        said = (shown.prescriber, moment(shown.signed_at), shown.anonymous_name)
        self._who.set_text(" · ".join(part for part in said if part))
        self._stack.setCurrentWidget(self._paper)

    def _show_checks(self) -> None:
        if self.detail is None:
            return
        lines = self.detail.prescription.lines
        still = [line for line in lines if line.status in rules.OPEN]
        taken = [
            Taken(line.id, line.medicine_id, line.sig.dose_value, line.sig.dose_unit, rules.doses_per_day(line.sig))
            for line in still
        ]
        self.checks.show_findings(lines, checked(self.detail.formulary, self.detail.facts, taken))

    def _to_quantities(self) -> None:
        """Enter, F4: the first quantity, marked, so that another one can be typed at once."""
        self._taken_up()
        edit = next((edit for card in self.cards for edit in card.takes.values()), None)
        if edit is not None:
            edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
            edit.selectAll()

    def _edited(self) -> None:
        self._typed = True
        self._taken_up()

    def _taken_up(self) -> None:
        """Somebody turned to this prescription. One that came up by itself, behind a hand-over or because another
        window was faster, is not dispensed by a second Ctrl+Enter that was meant for the one before."""
        self._by_itself = False
        self._refresh()

    def _refresh(self) -> None:
        for card in self.cards:
            card.refresh()
        why = self.problem()
        self.dispense_button.set_reason(why)
        self._why.set_text(why if self.detail is not None else "")
        show_if(self._why, bool(why) and self.detail is not None)
        show_if(self._why_sign, bool(why) and self.detail is not None)

    def _show_banner(self) -> None:
        """The banner belongs to the frame: it is this person's only while this screen is in front."""
        banner = getattr(self.window(), "banner", None)
        if banner is None or not self.isVisible():
            return
        if self.row is not None:
            facts = self.detail.facts if self.detail is not None else None
            banner.set_person(words.person(self.row), words.allergies(facts), ())
        banner.setVisible(self.row is not None)

    # -- building -----------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        page, gap = theme().space("page_padding"), theme().space("card_padding")
        self.list.setFixedWidth(theme().text_px(LIST_WIDTH))
        self._stack = QStackedWidget()
        self._nothing = EmptyState("No prescription is chosen", "Choose one in the list.", icon="ph.pill")
        self._away = OfflineState("The prescription could not be read", "", "Try again")
        self._away.acted.connect(self._again)
        self._paper = ScrollPanel("")
        self._paper.setProperty("panel", False)
        holder = QWidget(self._paper.holder)
        self._lines = QVBoxLayout(holder)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(gap)
        self._lines.addStretch(1)
        self._paper.add_scrolled(holder, 1)
        for widget in (self._nothing, self._away, self._paper):
            self._stack.addWidget(widget)
        middle = QVBoxLayout()
        middle.setSpacing(theme().space("grid"))
        middle.addLayout(self._head())
        middle.addWidget(self.handed)
        middle.addWidget(self.notices)
        middle.addWidget(self._stack, 1)
        self.checks.setFixedWidth(theme().text_px(CHECKS_WIDTH))
        across = QHBoxLayout(self)
        across.setContentsMargins(0, gap, page, gap)
        across.setSpacing(gap)
        across.addWidget(self.list)
        across.addLayout(middle, 1)
        across.addWidget(self.checks)

    def _head(self) -> QVBoxLayout:
        self.dispense_button = Button("Dispense", "primary", icon="ph.check", key="Ctrl+Return")
        self._title = Label("Prescription", "title")
        self._who = Label("", "small", "secondary", wrap=True)
        self._why_sign = Icon("ph.warning-fill", "status.attention.fg", "icon_inline")
        self._why = Label("", "small", "secondary", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(theme().space("inline_gap"))
        row.addWidget(self._title)
        row.addStretch(1)
        row.addWidget(self.dispense_button)
        reason = QHBoxLayout()
        reason.setSpacing(theme().space("inline_gap"))
        reason.addWidget(self._who, 1)
        reason.addWidget(self._why_sign, 0, Qt.AlignmentFlag.AlignTop)
        reason.addWidget(self._why)
        head = QVBoxLayout()
        head.setSpacing(theme().space("half"))
        head.addLayout(row)
        head.addLayout(reason)
        return head
