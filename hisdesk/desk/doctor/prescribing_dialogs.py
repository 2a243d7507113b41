"""Why a stop is overridden, and the second physician's sign-in where one is needed. GUI thread."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from hisdesk.access.confirming import confirm
from hisdesk.access.permissions import PRESCRIPTIONS_CREATE
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dialogs import Dialog
from hisdesk.desk.kit.fields import AreaField, ComboField, TextField
from hisdesk.desk.kit.labels import Label, show_if
from hisdesk.errors import UserError
from hisdesk.hospital.medicines.checks import Finding
from hisdesk.hospital.prescriptions import rules
from hisdesk.hospital.prescriptions.actions import NewOverride

LEAST = 10


class OverrideDialog(Dialog):
    """`overridden(NewOverride)`. With `subject`, a second physician signs in here and confirms exactly that."""

    overridden = Signal(object)

    def __init__(self, parent: QWidget, desk: Desk, medicine: str, finding: Finding, subject: str = "") -> None:
        consequence = f"{finding.title}. {finding.text} Your reason and your name are shown to the pharmacist."
        super().__init__(parent, f"Prescribe {medicine} all the same?", consequence, family="critical", wide=True)
        self._desk, self._finding, self._subject = desk, finding, subject
        options: list[tuple[object, str]] = [(None, "Choose a reason"), *rules.REASONS.items()]
        self.reason = ComboField("Reason", options)
        self.sentence = AreaField("In a sentence, kept in the record", lines=2)
        self.name = TextField("Second physician: user name")
        self.password = TextField("Second physician: password")
        self.password.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.said = Label("", "small", "critical", wrap=True)
        for widget in (self.reason, self.sentence):
            self.body.addWidget(widget)
        if subject:
            words = "Anaphylaxis is recorded: a second physician reads this and signs in here to confirm it."
            self.body.addWidget(Label(words, "body", "secondary", wrap=True))
            for field in (self.name, self.password):
                self.body.addWidget(field)
        self.body.addWidget(self.said)
        self.add_verb("Go back", None, key="Esc")
        self.commit = Button("Confirm and override" if subject else "Override", "danger", parent=self)
        self.commit.clicked.connect(self._commit)
        self._buttons.addWidget(self.commit)
        self.first = self.reason.combo
        self.reason.chosen.connect(lambda _: self._check())
        for changed in (self.sentence.changed, self.name.changed, self.password.changed):
            changed.connect(lambda _: self._check())
        self._check()

    def _check(self) -> None:
        missing = ""
        if self.reason.value() is None:
            missing = "Choose a reason"
        elif len(self.sentence.value()) < LEAST:
            missing = f"Say why in at least {LEAST} characters"
        elif self._subject and not (self.name.value() and self.password.edit.text()):
            missing = "A second physician must sign in"
        self.commit.set_reason(missing)
        self._say(missing, "muted")

    def _say(self, text: str, tone: str) -> None:
        self.said.set_tone(tone)
        self.said.set_text(text)
        show_if(self.said, bool(text))
        if self.isVisible():
            self.fit()

    def _commit(self) -> None:
        if not self._subject:
            self._give(None)
            return
        db, actor, subject = self._desk.db, self._desk.actor, self._subject
        name, password = self.name.value(), self.password.edit.text()
        self.commit.set_busy(True, "Confirming")
        self._desk.tasks.run(
            self,
            lambda: confirm(db, actor, name, password, PRESCRIPTIONS_CREATE, subject),
            self._give,
            self._refused,
            slot="confirm",
        )

    def _refused(self, error: UserError) -> bool:
        self.commit.set_busy(False)
        self.password.edit.clear()
        self._say(str(error), "critical")
        self.password.setFocus()
        return True

    def _give(self, confirmation_id: UUID | None) -> None:
        finding = self._finding
        given = NewOverride(
            finding.kind,
            finding.outcome,
            f"{finding.title}. {finding.text}".strip(),
            finding.about,
            str(self.reason.value()),
            self.sentence.value(),
            confirmation_id,
        )
        self.commit.set_busy(False)
        self.accept()
        self.overridden.emit(given)
