"""Beside the note: the prescription that is being written, with what its checks say, and what the person takes.

It shows what the Medicines tab holds and reads for it, so that there is one draft with one set of checks. GUI thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from hisdesk.access.permissions import PRESCRIPTIONS_CREATE
from hisdesk.desk.doctor.medicines_page import MedicinesPage
from hisdesk.desk.doctor.overview import scrolled
from hisdesk.desk.doctor.prescribing import ADD_KEY, ANSWER_KEY, ISSUE_KEY
from hisdesk.desk.doctor.prescribing_card import Answers, state_of
from hisdesk.desk.doctor.record import Record
from hisdesk.desk.doctor.tab_page import TabPage
from hisdesk.desk.kit.chips import StatusChip
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dates import show_date
from hisdesk.desk.kit.labels import Icon, Label, show_if
from hisdesk.desk.kit.medication_line import MedicationLine, parts_of
from hisdesk.desk.kit.panels import Panel
from hisdesk.desk.kit.theme import theme
from hisdesk.errors import UserError
from hisdesk.hospital.medicines.checks import Finding, Outcome
from hisdesk.hospital.medicines.rules import Formulary
from hisdesk.hospital.prescriptions.actions import NewLine
from hisdesk.hospital.prescriptions.queries import Current, Known


class PrescriptionSide(TabPage):
    """`line_wanted`, `answer_wanted`, `issue_wanted`: what is done on the Medicines tab."""

    line_wanted = Signal()
    answer_wanted = Signal()
    issue_wanted = Signal()
    tables = MedicinesPage.tables

    def __init__(self, desk: Desk, record: Record, medicines: MedicinesPage) -> None:
        super().__init__(desk, record)
        self.medicines = medicines
        self._failed = ""
        self._shown: object = None
        self._make()
        self._lay_out()
        medicines.panel.shown.connect(self._show)
        self._show()

    def read(self) -> None:
        """Two statements, one where the formulary is at hand."""
        patient_id = self.of
        if patient_id is not None:
            self.desk.tasks.read(
                self, self.medicines.reading(patient_id), partial(self._received, patient_id), self._not_received,
                slot="side",
            )  # fmt: skip

    def forget(self) -> None:
        self._failed = ""

    def _received(self, patient_id: UUID, found: tuple[Formulary, Known]) -> None:
        if patient_id == self.of:
            self._failed = ""
            self.medicines.take(patient_id, *found)

    def _not_received(self, error: UserError) -> bool:
        self.stale = True
        if self.medicines.panel.known is None:
            self._failed = str(error)
            self._show()
        return True

    # -- building -----------------------------------------------------------------------------------------------

    def _make(self) -> None:
        self.add_button = Button("Add line", "secondary", icon="ph.plus", key=ADD_KEY, size="small")
        self.add_button.clicked.connect(self.line_wanted)
        self.issue_button = Button("Issue prescription", "secondary", icon="ph.paper-plane-tilt", key=ISSUE_KEY)
        self.issue_button.clicked.connect(self.issue_wanted)
        self.why = Label("", "small", "secondary", wrap=True)
        self.lines = _Cards("Prescription")
        self.lines.add_command(self.add_button)
        self.current = _Cards("Current medicines")
        self.foot = QFrame()
        self.foot.setProperty("edge", "top")

    def _lay_out(self) -> None:
        self.setFixedWidth(theme().sizes("side_panel")[1])
        column = QVBoxLayout(self.foot)
        inset = theme().space("card_padding")
        column.setContentsMargins(inset, theme().space("grid"), inset, inset)
        column.setSpacing(theme().space("grid"))
        column.addWidget(self.why)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.issue_button)
        column.addLayout(row)
        self.lines.add(self.foot)
        both = QVBoxLayout(self)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(theme().space("card_padding"))
        both.addWidget(self.lines, 3)
        both.addWidget(self.current, 2)

    # -- showing ------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        """The same again costs nothing."""
        panel = self.medicines.panel
        show_if(self.lines, self.desk.actor.may(PRESCRIPTIONS_CREATE))
        show_if(self.foot, bool(panel.lines))
        self.issue_button.set_reason(panel.issue_button.reason)
        self.why.set_text(panel.issue_button.reason)
        show_if(self.why, bool(panel.issue_button.reason))
        self.add_button.set_reason("" if panel.known is not None else "The record is not read yet")
        wanted = (panel.lines, panel.findings, panel.known, self._failed, not panel.form.isHidden())
        if wanted == self._shown:
            return
        self._shown = wanted
        self.lines.fill([self._line(each) for each in panel.lines], self._empty(f"No line yet. {ADD_KEY} adds one."))
        current = panel.known.current if panel.known is not None else ()
        self.current.fill(
            [self._taken(each) for each in current], self._empty("Nothing prescribed here is being taken.")
        )

    def _empty(self, known: str) -> str:
        """Nothing is not the same as not read."""
        if self._failed:
            return f"Could not be read. {self._failed}"
        if self.medicines.panel.known is None:
            return "Being read"
        return known

    def _line(self, line: NewLine) -> QWidget:
        panel = self.medicines.panel
        medicine, findings = panel.formulary.by_id.get(line.medicine_id), panel.findings.get(line.id, ())
        answers: Answers = {(o.kind, o.outcome, o.about): o for o in line.overrides}
        name = medicine.name if medicine is not None else "A medicine that is not in the formulary any more"
        unit = medicine.unit if medicine is not None else ""
        card, column = _card()
        chip = StatusChip(state_of(findings, answers))
        column.addWidget(chip, 0, Qt.AlignmentFlag.AlignLeading)
        form = medicine.form if medicine is not None else ""
        column.addWidget(MedicationLine(parts_of(name, form, line.sig, line.quantity if unit else None, unit)))
        open_ones = [f for f in findings if f.outcome in (Outcome.STOP, Outcome.CAUTION) and f.key not in answers]
        for finding in open_ones:
            column.addLayout(_remark(finding))
        if open_ones:
            answer = Button("Answer…", "quiet", key=ANSWER_KEY, size="small")
            answer.setAccessibleName(f"Answer what the checks say about {name}")
            answer.clicked.connect(self.answer_wanted)
            column.addWidget(answer, 0, Qt.AlignmentFlag.AlignTrailing)
        return card

    def _taken(self, each: Current) -> QWidget:
        medicine = self.medicines.panel.formulary.by_id.get(each.medicine_id)
        name = medicine.name if medicine is not None else "A medicine that is not in the formulary any more"
        card, column = _card()
        column.addWidget(
            MedicationLine(parts_of(name, medicine.form if medicine is not None else "", each.sig, None, ""))
        )
        column.addWidget(Label(f"since {show_date(each.since)}", "small", "secondary"))
        return card


class _Cards(Panel):
    """Cards under each other that scroll, or a sentence where there is none."""

    def __init__(self, title: str) -> None:
        super().__init__(title, padded=False)
        holder = QWidget()
        holder.setProperty("surface", "base")
        self._column = QVBoxLayout(holder)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self._cards: list[QWidget] = []
        self.add(scrolled(holder), 1)

    def fill(self, cards: Sequence[QWidget], empty: str) -> None:
        """These in place of those before."""
        for old in self._cards:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.set_count(str(len(cards)) if cards else "")
        self._cards = list(cards) or [_sentence(empty)]
        for place, card in enumerate(self._cards):
            self._column.insertWidget(place, card)


def _sentence(text: str) -> QWidget:
    label = Label(text, "small", "muted", wrap=True)
    label.setContentsMargins(*[theme().space("card_padding")] * 4)
    return label


def _card() -> tuple[QFrame, QVBoxLayout]:
    card = QFrame()
    card.setProperty("edge", "bottom")
    column = QVBoxLayout(card)
    column.setContentsMargins(*[theme().space("card_padding")] * 4)
    column.setSpacing(theme().space("half"))
    return card, column


def _remark(finding: Finding) -> QHBoxLayout:
    """What stands in the way, in one line."""
    stop = finding.outcome == Outcome.STOP
    row = QHBoxLayout()
    row.setSpacing(theme().space("inline_gap"))
    family = "critical" if stop else "attention"
    icon = "ph.warning-octagon-fill" if stop else "ph.warning-fill"
    row.addWidget(Icon(icon, f"status.{family}.fg"), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Label(finding.title, "small_strong", family, wrap=True), 1)
    return row
