"""Prescribing for the person in front: lines with their checks, kept as a draft, issued as a whole. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from hisdesk.desk.doctor.overview import scrolled
from hisdesk.desk.doctor.prescribing_card import LineCard, acknowledged, without
from hisdesk.desk.doctor.prescribing_dialogs import OverrideDialog
from hisdesk.desk.doctor.prescribing_draft import from_plain, half_written, to_plain
from hisdesk.desk.doctor.prescribing_form import LineForm
from hisdesk.desk.doctor.prescribing_keeper import Content, DraftKeeper
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button, ReasonLabel
from hisdesk.desk.kit.dialogs import Dialog, ask
from hisdesk.desk.kit.fields import ComboField
from hisdesk.desk.kit.labels import show_if
from hisdesk.desk.kit.notices import Notices
from hisdesk.desk.kit.panels import Panel
from hisdesk.desk.kit.states import EmptyState
from hisdesk.desk.kit.theme import theme
from hisdesk.errors import Conflict, UserError
from hisdesk.hospital.medicines.checks import Finding, Outcome, checked
from hisdesk.hospital.medicines.rules import Formulary
from hisdesk.hospital.prescriptions import rules
from hisdesk.hospital.prescriptions.actions import Issued, NewLine, NewOverride, issue, taken, unanswered
from hisdesk.hospital.prescriptions.queries import Known, Person

ADD_KEY, ISSUE_KEY, ANSWER_KEY = "F3", "Alt+I", "F9"
Found = dict[UUID, tuple[Finding, ...]]


class PrescribingPanel(Panel):
    """`issued`: a prescription was signed. `typing(bool)`: a line is being written, or not any more. `shown`: what
    stands here may be another.

    Give it a person with `show_known`; it never reads by itself.
    """

    issued = Signal()
    typing = Signal(bool)
    shown = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__("Prescription", padded=False)
        self.desk = desk
        self.person: Person | None = None
        self.known: Known | None = None
        self.formulary = Formulary(())
        self.lines: tuple[NewLine, ...] = ()
        self.findings: Found = {}
        self.cards: dict[UUID, LineCard] = {}
        self.dialog: Dialog | None = None
        self._checking = False
        self.keeper = DraftKeeper(desk, self._draft, self)
        self.notices = Notices(self)
        self._make()
        self._lay_out()
        self._wire()
        self._show()

    # -- what the page says -------------------------------------------------------------------------------------

    def show_known(self, person: Person, formulary: Formulary, known: Known) -> None:
        """What was read. The draft is taken over for a person who was not in front before; later only the facts."""
        new = person != self.person
        self.person, self.known = person, known
        self.formulary = formulary
        self.form.set_formulary(formulary)
        if new:
            self.keeper.begin(person)
            self.lines = from_plain(known.draft)
            self._go_on(half_written(known.draft))
        self.pharmacy.set_options([(key, name) for key, name in known.pharmacies])
        show_if(self.pharmacy, len(known.pharmacies) > 1)
        self._check()

    def forget(self) -> None:
        """Another person is in front. What was written is at the server."""
        self.keeper.begin(None)
        self.person, self.known = None, None
        self.lines, self.findings = (), {}
        self.notices.clear()
        self._close_form()
        self._show()

    def go_back(self) -> bool:
        """Esc: leaves the line that is being written."""
        if self.form.isHidden():
            return False
        self._leave_form()
        return True

    # -- commands -----------------------------------------------------------------------------------------------

    def add_line(self) -> None:
        """F3: a line is written; one that is being written gets the keyboard back."""
        if not self.form.isHidden():
            self.form.setFocus()
        elif self.known is not None and self.add_button.isEnabled():
            self.form.begin()
            self._open_form()

    def change(self, line: NewLine) -> None:
        """A line is written anew, with what stands in it."""
        self.form.begin(line, self.formulary.by_id.get(line.medicine_id))
        self._open_form()

    def remove(self, line: NewLine) -> None:
        """Takes a line off; it can be brought back for some seconds."""
        before = self.lines
        self._set_lines([each for each in self.lines if each.id != line.id])
        self.desk.messages.done("Line removed", lambda: self._set_lines(before))

    def answer(self) -> None:
        """F9: the keyboard goes to what stands in the way first, stops before cautions."""
        open_ones = [pair for each in (Outcome.STOP, Outcome.CAUTION) for pair in self._unanswered(each)]
        if open_ones:
            line, finding = open_ones[0]
            self.area.ensureWidgetVisible(self.cards[line.id])
            self.cards[line.id].answer_to(finding).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _unanswered(self, outcome: Outcome) -> list[tuple[NewLine, Finding]]:
        return list(unanswered(self.findings, self.lines, (outcome,)))

    def issue(self) -> None:
        """Alt+I: signs all lines; cautions that nobody acknowledged are asked about first."""
        if self.issue_button.reason or self.issue_button.busy:
            return
        left = self._unanswered(Outcome.CAUTION)
        if not left:
            self._issue()
            return
        said = "\n".join(f"{self._name(line)}: {finding.title}" for line, finding in left)
        one = len(left) == 1
        self.dialog = ask(
            self,
            "Acknowledge this caution?" if one else f"Acknowledge these {len(left)} cautions?",
            said,
            [("Go back", None), ("Acknowledge and issue", lambda: self._acknowledge_all(left))],
        )

    def _acknowledge_all(self, left: Sequence[tuple[NewLine, Finding]]) -> None:
        for line, finding in left:
            self._answer(line, acknowledged(finding))
        self._issue()

    def _issue(self) -> None:
        if self.person is None or self.known is None:
            return
        self.notices.clear()
        self.issue_button.set_busy(True, "Issuing")
        self.desk.tasks.write(
            self,
            issue,
            self.person,
            self._pharmacy(),
            self.lines,
            self.known.visit_id,
            on_done=self._done,
            on_error=self._not_done,
            slot="issue",
        )

    def _pharmacy(self) -> UUID:
        """The chosen one; without any the command has a reason and cannot be used."""
        return cast(UUID, self.pharmacy.value())

    def _done(self, done: Issued) -> None:
        self.issue_button.set_busy(False)
        count = f"{done.lines} line{'s' if done.lines != 1 else ''}"
        self.desk.messages.done(f"Prescription issued to {self.pharmacy.combo.currentText()}: {count}")
        self.lines, self.findings = (), {}
        self._show()
        self.issued.emit()

    def _not_done(self, error: UserError) -> None:
        self.issue_button.set_busy(False)
        self.desk.messages.failure(self, error, "Not issued")
        if isinstance(error, Conflict):
            self.issued.emit()  # something was recorded meanwhile: the page reads it

    # -- answers to the checks ----------------------------------------------------------------------------------

    def override(self, line: NewLine, finding: Finding) -> None:
        """Asks why a stop shall not count."""
        subject = ""
        if finding.needs_second and self.person is not None:
            subject = rules.subject(self.person.patient_id, line.medicine_id, finding.about)
        dialog = OverrideDialog(self, self.desk, self._name(line), finding, subject)
        dialog.overridden.connect(lambda given: self._answer(line, given))
        self.dialog = dialog
        dialog.present()

    def _answer(self, line: NewLine, given: NewOverride) -> None:
        """Puts an answer to a line as it is now; a former answer to the same finding goes."""
        self._set_lines(
            [replace(e, overrides=(*without(e, given), given)) if e.id == line.id else e for e in self.lines]
        )

    def _take_back(self, line: NewLine, finding: Finding) -> None:
        gone = acknowledged(finding)
        self._set_lines([replace(e, overrides=without(e, gone)) if e.id == line.id else e for e in self.lines])

    # -- lines --------------------------------------------------------------------------------------------------

    def _taken_over(self, line: NewLine) -> None:
        places = [each.id for each in self.lines]
        lines = list(self.lines)
        if line.id in places:
            lines[places.index(line.id)] = line
        else:
            lines.append(line)
        self._close_form()
        self._set_lines(lines)
        self.add_button.setFocus()

    def _set_lines(self, lines: Sequence[NewLine]) -> None:
        self.lines = tuple(lines)
        self._check()
        self.keeper.keep()

    def _check(self) -> None:
        """Off the GUI thread: a large formulary takes its time."""
        self._checking = self.known is not None and bool(self.lines)
        self._show()
        if self.known is None or not self.lines:
            return
        formulary, facts, asked = self.formulary, self.known.facts, [taken(line) for line in self.lines]
        self.desk.tasks.run(self, lambda: checked(formulary, facts, asked), self._checked, slot="checks")

    def _checked(self, findings: Found) -> None:
        self.findings, self._checking = findings, False
        self._show()

    def _draft(self) -> Content:
        """All that is not issued, the line that is being written among it."""
        return to_plain(self.lines, None if self.form.isHidden() else self.form.state())

    def _not_kept(self, error: UserError) -> None:
        self.desk.messages.failure(self, error, "The draft is not kept", again=self.keeper.keep)

    # -- building -----------------------------------------------------------------------------------------------

    def _make(self) -> None:
        self.add_button = Button("Add line", "secondary", icon="ph.plus", key=ADD_KEY, size="small")
        self.form = LineForm()
        self.form.hide()
        self._holder = QWidget()
        self._holder.setProperty("surface", "base")
        self._list = QVBoxLayout(self._holder)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self._list.addWidget(self.form)  # it scrolls with the lines: a low screen has no room for both
        self._list.addStretch(1)
        self.area: QScrollArea = scrolled(self._holder)
        self.empty = EmptyState(
            "No line yet", f"{ADD_KEY} adds one: find the medicine, then say how it is taken.", icon="ph.pill"
        )
        self.pharmacy = ComboField("Pharmacy")
        self.issue_button = Button("Issue prescription", "primary", icon="ph.paper-plane-tilt", key=ISSUE_KEY)
        self.why = ReasonLabel(self.issue_button)

    def _lay_out(self) -> None:
        self.add_command(self.add_button)
        self.add(self.notices)
        self.add(self.empty, 1)
        self.add(self.area, 1)
        foot = QFrame()
        foot.setProperty("edge", "top")
        foot.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(foot)
        inset = theme().space("card_padding")
        column.setContentsMargins(inset, theme().space("grid"), inset, inset)
        column.setSpacing(theme().space("grid"))
        column.addWidget(self.why)
        column.addWidget(self.pharmacy)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.issue_button)
        column.addLayout(row)
        self.add(foot)

    def _wire(self) -> None:
        self.add_button.clicked.connect(self.add_line)
        self.issue_button.clicked.connect(self.issue)
        self.form.done.connect(self._taken_over)
        self.form.left.connect(self._leave_form)
        self.form.edited.connect(self.keeper.soon)
        self.form.went_to.connect(self.area.ensureWidgetVisible)
        self.keeper.kept.connect(lambda: self.set_note("Draft kept"))
        self.keeper.failed.connect(self._not_kept)

    def _go_on(self, state: dict[str, Any] | None) -> None:
        """A line that was half written is there again, as it was left."""
        if state is not None and self.form.go_on(state):
            self.form.show()
            self.typing.emit(True)
            if self.isVisible():
                self.form.setFocus()

    def _open_form(self) -> None:
        self.form.show()
        self.typing.emit(True)
        self._show()
        self.form.setFocus()
        self.area.verticalScrollBar().setValue(0)

    def _close_form(self) -> None:
        if not self.form.isHidden():
            self.form.hide()
            self.typing.emit(False)
        self._show()

    def _leave_form(self) -> None:
        self._close_form()
        self.keeper.keep()
        self.add_button.setFocus()

    # -- showing ------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        """Cards that say something else are made anew; the others stay."""
        kept = {}
        for place, line in enumerate(self.lines, 1):  # under the form
            medicine, findings = self.formulary.by_id.get(line.medicine_id), self.findings.get(line.id, ())
            card = self.cards.pop(line.id, None)
            if card is None or (card.line, card.medicine, card.findings) != (line, medicine, findings):
                if card is not None:
                    self._drop(card)
                card = self._card(line)
            if self._list.indexOf(card) != place:
                self._list.insertWidget(place, card)
            kept[line.id] = card
        for card in self.cards.values():
            self._drop(card)
        self.cards = kept
        count = len(self.lines)
        self.set_count(str(count) if count else "")
        if not count:
            self.set_note("")
        show_if(self.empty, not count and self.form.isHidden())
        show_if(self.area, bool(count) or not self.form.isHidden())
        self.add_button.set_reason("" if self.known is not None and self.form.isHidden() else self._why_not_add())
        self.issue_button.set_reason(self._why_not_issue())
        self.shown.emit()

    def _card(self, line: NewLine) -> LineCard:
        card = LineCard(line, self.formulary.by_id.get(line.medicine_id), self.findings.get(line.id, ()))
        card.changed.connect(self.change)
        card.removed.connect(self.remove)
        card.replaced.connect(self._replace)
        card.override.connect(self.override)
        card.acknowledged.connect(lambda of, finding: self._answer(of, acknowledged(finding)))
        card.taken_back.connect(self._take_back)
        return card

    def _replace(self, line: NewLine) -> None:
        """Another medicine in the same place."""
        self.change(line)
        self.form.choose_another()

    def _drop(self, card: LineCard) -> None:
        if card.focusWidget() is not None:
            self.add_button.setFocus()  # what had the keyboard goes, also behind a dialog
        self._list.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _why_not_add(self) -> str:
        return "A line is being written" if self.known is not None else "The record is not read yet"

    def _why_not_issue(self) -> str:
        if self.known is None:
            return "The record is not read yet"
        if not self.form.isHidden():
            return "Take over the line that is being written first"
        if not self.lines:
            return "There is no line yet"
        if not self.known.pharmacies:
            return "No pharmacy is set up to send it to"
        if self._checking or any(line.id not in self.findings for line in self.lines):
            return "The checks are not done yet"
        blocked = {line.id: self._name(line) for line, _ in self._unanswered(Outcome.STOP)}
        if blocked:
            names = ", ".join(dict.fromkeys(blocked.values()))
            return f"Cannot issue yet: {len(blocked)} line{' is' if len(blocked) == 1 else 's are'} blocked ({names})"
        return ""

    def _name(self, line: NewLine) -> str:
        medicine = self.formulary.by_id.get(line.medicine_id)
        return medicine.name if medicine is not None else "a medicine that is not in the formulary"
