"""What is typed about a new allergy, and why one no longer stands. GUI thread."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hisdesk.desk.doctor import words
from hisdesk.desk.doctor.overview import scrolled
from hisdesk.desk.kit.choices import CheckBox
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dialogs import ReasonDialog
from hisdesk.desk.kit.form import Field, Form
from hisdesk.desk.kit.panels import Panel
from hisdesk.desk.kit.theme import theme
from hisdesk.errors import Invalid, UserError
from hisdesk.hospital.allergies.actions import Recorded, record
from hisdesk.hospital.allergies.rules import CATEGORIES, SEVERITIES, NewAllergy, checked


def _fields() -> list[Field]:
    return [
        Field("substance", "Allergic to", help="The substance or the group, for instance penicillin"),
        Field("category", "Kind", "choice", options=[(c, c.capitalize()) for c in CATEGORIES]),
        Field("severity", "Severity", "choice", options=[(s, s.capitalize()) for s in SEVERITIES]),
        Field("reaction", "Reaction", required=False, max_length=500, help="What happened, for instance rash"),
        Field("noted_on", "Noted on", "date", required=False, validate=_not_in_the_future),
    ]


def _not_in_the_future(day: dt.date | None) -> str | None:
    return "This day is in the future" if day is not None and day > words.today() else None


class AllergyPanel(Panel):
    """The form at the right of the list. `recorded`: it is saved; `left`: it was given up."""

    recorded = Signal(object)
    left = Signal()

    def __init__(self, desk: Desk, patient_id: UUID) -> None:
        super().__init__("Add allergy", padded=False)
        self._desk, self._patient_id = desk, patient_id
        self.form = Form(_fields(), columns=1, checks=_checks)
        inset = theme().space("card_padding")
        self.form.setContentsMargins(inset, inset, inset, inset)
        self.form.setProperty("surface", "base")
        self.form.keep_draft(desk.drafts, f"allergy/{patient_id}")
        self.save = Button("Record", "secondary", icon="ph.check", key="Ctrl+Return")
        self.back = Button("Leave", "quiet", key="Esc")
        self.save.clicked.connect(self.form.submit)
        self.back.clicked.connect(self.form.leave)
        self.form.submitted.connect(self._submitted)
        self.form.left.connect(self.left)
        self.add(scrolled(self.form), 1)
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(inset, inset, inset, inset)
        row.addWidget(self.back)
        row.addStretch(1)
        row.addWidget(self.save)
        self.add(foot)
        self.setFixedWidth(theme().sizes("side_panel")[1])
        self.setFocusProxy(self.form.controls["substance"])

    def _submitted(self, values: dict[str, Any]) -> None:
        self.form.set_busy(True)
        self.save.set_busy(True)
        new = NewAllergy(**values)
        self._desk.tasks.write(
            self, record, self._patient_id, new, on_done=self._done, on_error=self._not_done, slot="record"
        )

    def _done(self, done: Recorded) -> None:
        self.save.set_busy(False)
        self.form.saved()
        self.recorded.emit(done)

    def _not_done(self, error: UserError) -> None:
        self.save.set_busy(False)
        self.form.set_busy(False)
        if isinstance(error, Invalid) and error.fields:
            self.form.show_errors(error.fields)
        else:
            self._desk.messages.failure(self.form, error, "Not recorded")


def _checks(values: dict[str, Any]) -> dict[str, str]:
    try:
        checked(NewAllergy(**values), words.today())
    except Invalid as error:
        return error.fields
    return {}


class RefuteDialog(ReasonDialog):
    """Why an allergy no longer stands. `refuted(reason, by_mistake)`."""

    refuted = Signal(str, bool)

    def __init__(self, parent: QWidget, substance: str) -> None:
        super().__init__(
            parent,
            f"Refute the allergy to {substance}?",
            "It no longer warns anybody. It stays in the record, with your reason and your name.",
            "Refute",
            danger=True,
        )
        self.mistake = CheckBox("It was recorded by mistake (another person, a typing error)")
        self.body.addWidget(self.mistake)
        self.given.connect(lambda reason: self.refuted.emit(reason, self.mistake.isChecked()))
