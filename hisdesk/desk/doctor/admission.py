"""Asking a ward for a bed, from an open record. GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from hisdesk.access.permissions import ADMISSIONS_CREATE
from hisdesk.desk.doctor.overview import Overview
from hisdesk.desk.doctor.record import Record
from hisdesk.desk.doctor.visit_bar import VisitBar
from hisdesk.desk.doctor.words import clock
from hisdesk.desk.kit.choices import CheckBox
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dialogs import Dialog, ReasonDialog
from hisdesk.desk.kit.fields import AreaField, ComboField, Field, TextField
from hisdesk.desk.kit.keys import Keys
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.theme import theme
from hisdesk.errors import Invalid, UserError
from hisdesk.hospital.admissions import actions, queries, rules
from hisdesk.hospital.admissions.queries import RequestRow
from hisdesk.hospital.admissions.rules import NewRequest
from hisdesk.hospital.beds.rules import EQUIPMENT, ISOLATIONS
from hisdesk.hospital.departments.queries import Department, departments

KEY = "Ctrl+Shift+B"
URGENCIES = (("normal", "Normal"), ("urgent", "Urgent"), ("emergency", "Emergency"))
_OPEN = (*rules.WAITING, rules.Status.ADMITTED)


@dataclass(frozen=True)
class Around:
    """Where somebody could go, and what was asked before. Two statements."""

    wards: tuple[Department, ...]
    requests: tuple[RequestRow, ...]


def read_around(tx: sa.Connection, patient_id: UUID) -> Around:
    """The wards in use, and this person's admissions."""
    return Around(tuple(departments(tx, kinds=("ward",))), tuple(queries.requests_of(tx, patient_id)))


class Admission(QObject):
    """The command of a chart. It is there for who may ask; `dialog` is the one that was opened last."""

    def __init__(self, desk: Desk, record: Record, bar: VisitBar, overview: Overview, keys: Keys) -> None:
        super().__init__(overview)
        self._desk, self._record, self._bar, self._overview = desk, record, bar, overview
        self.dialog: AdmissionDialog | None = None
        if desk.actor.may(ADMISSIONS_CREATE):
            overview.offer_admission(KEY)
            overview.admission_wanted.connect(self.ask)
            keys.add(KEY, "Ask for an admission", self.ask)

    def ask(self) -> None:
        """Opens the dialog for the person whose record is open."""
        patient_id = self._record.patient_id
        if self._record.state != "open" or patient_id is None:
            return
        visit = self._bar.row
        reason = visit.reason if visit is not None else ""
        self.dialog = AdmissionDialog(self._overview, self._desk, patient_id, visit.id if visit else None, reason)
        self.dialog.asked.connect(self._asked)
        self.dialog.present()

    def _asked(self, text: str) -> None:
        self._record.read_again()
        self._desk.messages.done(text)


class AdmissionDialog(Dialog):
    """What the ward must know to find a bed. `asked(words)` when it is stored; nothing is closed before that."""

    asked = Signal(str)

    def __init__(self, parent: QWidget, desk: Desk, patient_id: UUID, visit_id: UUID | None, reason: str) -> None:
        said = "The ward sees it at once, with the beds that fit, and knows the person from then on."
        super().__init__(parent, "Ask for an admission", said, wide=True)
        self._desk, self._patient_id, self._visit_id = desk, patient_id, visit_id
        self.current: RequestRow | None = None
        self.ward = ComboField("Ward")
        self.urgency = ComboField("Urgency", URGENCIES)
        self.reason = AreaField("Reason for the admission", lines=2)
        self.reason.edit.setPlainText(reason)
        kinds = [(kind, f"{kind.capitalize()} isolation" if kind else "None") for kind in ISOLATIONS]
        self.isolation = ComboField("Isolation", kinds)
        self.days = TextField("Expected stay", unit="days")
        self.days.set_value("3")
        self.equipment = {item: CheckBox(item.capitalize()) for item in EQUIPMENT}
        self.fields: dict[str, Field] = {
            "reason": self.reason,
            "urgency": self.urgency,
            "isolation": self.isolation,
            "expected_days": self.days,
        }
        self._lay_out()
        self.add_verb("Go back", None, key="Esc")
        self.take_back = self.add_verb("Take back…", self._take_back, "destructive")
        self.take_back.hide()
        self.commit = Button("Ask for a bed", "primary", key="Ctrl+Return", parent=self)
        self.commit.setShortcut("Ctrl+Return")
        self.commit.clicked.connect(self._give)
        self._buttons.addWidget(self.commit)
        self.commit.set_reason("Reading the wards")
        self.first = self.ward.combo
        query = partial(read_around, patient_id=patient_id)
        desk.tasks.read(self, query, self._received, self._not_read, slot="wards")

    def _lay_out(self) -> None:
        self.known = Label("Reading the wards", "body_strong", "secondary", wrap=True)
        self.body.addWidget(self.known)
        self.body.addLayout(_pair(self.ward, self.urgency))
        self.body.addWidget(self.reason)
        self.body.addLayout(_pair(self.isolation, self.days))
        self.body.addWidget(Label("Needed at the bed", "small", "secondary"))
        grid = QGridLayout()
        for number, tick in enumerate(self.equipment.values()):
            grid.addWidget(tick, number // 3, number % 3)
        self.body.addLayout(grid)

    def _received(self, around: Around) -> None:
        self.ward.set_options([(each.id, each.name) for each in around.wards])
        last = str(self._desk.settings.value("doctor/ward", ""))
        known = next((each.id for each in around.wards if str(each.id) == last), None)
        if known is not None:
            self.ward.set_value(known)
        self.current = next((row for row in around.requests if row.status in _OPEN), None)
        self.known.set_text(state_words(self.current))
        self.known.set_tone("info" if self.current is not None else "secondary")
        self.take_back.setVisible(self.current is not None and self.current.status in rules.WAITING)
        nowhere = "" if around.wards else "There is no ward to ask"
        self.commit.set_reason(nowhere or ("This person has an admission already" if self.current is not None else ""))
        self.fit()

    def _not_read(self, error: UserError) -> None:
        self.ward.set_error(str(error))
        self.commit.set_reason(str(error))
        self.fit()

    def _give(self) -> None:
        ward, days = self.ward.value(), self.days.value()
        if not isinstance(ward, UUID):
            return
        new = NewRequest(
            patient_id=self._patient_id,
            department_id=ward,
            reason=self.reason.value(),
            urgency=str(self.urgency.value()),
            isolation=str(self.isolation.value()),
            equipment=tuple(item for item, tick in self.equipment.items() if tick.isChecked()),
            expected_days=int(days) if days.isdigit() else 0,
            from_visit_id=self._visit_id,
        )
        problems = rules.problems_of(new, ISOLATIONS, EQUIPMENT)
        self._mark(problems)
        if problems:
            return
        self._desk.settings.setValue("doctor/ward", str(ward))
        self.commit.set_busy(True)
        said = f"{self.ward.combo.currentText()} was asked for a bed"
        self._desk.tasks.write(
            self, actions.request_admission, new, on_done=lambda _asked: self._done(said), on_error=self._failed
        )

    def _done(self, text: str) -> None:
        self.accept()
        self.asked.emit(text)

    def _failed(self, error: UserError) -> None:
        self.commit.set_busy(False)
        fields = error.fields if isinstance(error, Invalid) else {}
        self._mark(fields if set(fields) <= set(self.fields) and fields else {"reason": str(error)})

    def _mark(self, problems: dict[str, str]) -> None:
        for name, field in self.fields.items():
            field.set_error(problems.get(name, ""))
        self.fit()

    def _take_back(self) -> None:
        row, parent = self.current, self.parentWidget()
        if row is None or parent is None:
            return
        dialog = ReasonDialog(
            parent, "Take back the request for a bed?", f"{row.ward} looks for no bed any more.", "Take back",
            danger=True,
        )  # fmt: skip
        dialog.given.connect(partial(self._cancel, parent, row))
        dialog.present()

    def _cancel(self, owner: QWidget, row: RequestRow, why: str) -> None:
        desk = self._desk
        desk.tasks.write(
            owner, actions.cancel_request, row.id, row.version, why,
            on_done=lambda _asked: desk.messages.done("The request for a bed was taken back"),
            on_error=lambda error: desk.messages.failure(owner, error, "Not taken back"),
        )  # fmt: skip


def state_words(row: RequestRow | None) -> str:
    """What is known of this person's admission now."""
    if row is None:
        return "No admission was asked for."
    asked = f"{row.ward} was asked by {row.requested_by or 'the server'} at {clock(row.requested_at)}"
    if row.status == rules.Status.ASSIGNED:
        return f"{asked}; bed {row.bed} is kept."
    return f"In a bed of {row.ward}." if row.status == rules.Status.ADMITTED else f"{asked}; no bed yet."


def _pair(left: QWidget, right: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme().space("field_gap"))
    row.addWidget(left, 1)
    row.addWidget(right, 1)
    return row
