"""One line of a prescription with what the checks say about it. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from hisdesk.desk.kit.chips import StatusChip
from hisdesk.desk.kit.controls import Button, IconButton
from hisdesk.desk.kit.labels import Icon, Label
from hisdesk.desk.kit.medication_line import MedicationLine, parts_of
from hisdesk.desk.kit.panels import paint_notice
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.tokens import Status, family_status
from hisdesk.hospital.medicines.checks import Finding, Outcome
from hisdesk.hospital.medicines.rules import Medicine
from hisdesk.hospital.prescriptions import rules
from hisdesk.hospital.prescriptions.actions import NewLine, NewOverride

Answers = dict[tuple[str, str, UUID | None], NewOverride]

WHO = "A physician with a written reason"
WHO_TWO = "A physician with a written reason; for anaphylaxis a second physician confirms"


class LineCard(QFrame):
    """What stands on the prescription. The signals carry the line, or the line and what it answers."""

    changed = Signal(object)
    removed = Signal(object)
    replaced = Signal(object)
    override = Signal(object, object)
    acknowledged = Signal(object, object)
    taken_back = Signal(object, object)

    def __init__(self, line: NewLine, medicine: Medicine | None, findings: Sequence[Finding]) -> None:
        super().__init__()
        self.line, self.medicine, self.findings = line, medicine, tuple(findings)
        self.buttons: dict[str, Button] = {}
        self.setProperty("edge", "bottom")
        self._column = QVBoxLayout(self)
        inset = theme().space("card_padding")
        self._column.setContentsMargins(inset, inset, inset, inset)
        self._column.setSpacing(theme().space("grid"))
        answers = {(o.kind, o.outcome, o.about): o for o in line.overrides}
        self._head(answers)
        for finding in self.findings:
            answer = answers.get(finding.key)
            if finding.outcome == Outcome.STOP and answer is None:
                self._column.addWidget(self._stop(finding))
            elif finding.outcome in (Outcome.STOP, Outcome.CAUTION):
                self._column.addWidget(self._remark(finding, answer))
        self._rest()

    def answer_to(self, finding: Finding) -> Button:
        """The first command that answers it."""
        return next(button for name, button in self.buttons.items() if name.endswith(finding.title))

    def _head(self, answers: Answers) -> None:
        line, medicine = self.line, self.medicine
        name = medicine.name if medicine is not None else "A medicine that is not in the formulary any more"
        form = f"{medicine.form} {medicine.strength}" if medicine is not None else ""
        unit = medicine.unit if medicine is not None else ""
        self.text = MedicationLine(parts_of(name, form, line.sig, line.quantity if unit else None, unit))
        self.chip = StatusChip(state_of(self.findings, answers))
        row = QHBoxLayout()
        row.setSpacing(theme().space("inline_gap"))
        row.addWidget(self.text, 1)
        side = QVBoxLayout()
        side.setSpacing(theme().space("half"))
        side.addWidget(self.chip, 0, Qt.AlignmentFlag.AlignTrailing)
        commands = QHBoxLayout()
        commands.setSpacing(0)
        commands.addStretch(1)
        for word, icon, signal in (
            (f"Change {name}", "ph.pencil-simple", self.changed),
            (f"Remove {name}", "ph.trash", self.removed),
        ):
            button = IconButton(icon, word, size="small")
            button.clicked.connect(lambda _=False, s=signal: s.emit(self.line))
            self.buttons[word.split()[0]] = button
            commands.addWidget(button)
        side.addLayout(commands)
        side.addStretch(1)
        row.addLayout(side)
        self._column.addLayout(row)
        for said in (line.instructions, f"Another quantity: {line.quantity_reason}" if line.quantity_reason else ""):
            if said:
                self._column.addWidget(Label(said, "small", "secondary", wrap=True))

    def _stop(self, finding: Finding) -> QWidget:
        box = _StopBox(finding)
        for word, kind, icon, signal in (
            ("Replace…", "secondary", "ph.swap", self.replaced),
            ("Remove", "secondary", "", self.removed),
        ):
            button = Button(word, kind, icon=icon, size="small")
            button.clicked.connect(lambda _=False, s=signal: s.emit(self.line))
            box.row.addWidget(button)
            self.buttons[f"{word} {finding.title}"] = button
        box.row.addStretch(1)
        override = Button("Override…", "destructive", size="small")
        override.clicked.connect(lambda: self.override.emit(self.line, finding))
        self.buttons[f"Override {finding.title}"] = override
        box.row.addWidget(override)
        return box

    def _remark(self, finding: Finding, answer: NewOverride | None) -> QWidget:
        """A caution with its acknowledgement, or a stop that was overridden."""
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().space("inline_gap"))
        row.addWidget(Icon("ph.warning-fill", "status.attention.fg"), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(finding.title, "body_strong", wrap=True))
        if finding.text:
            words.addWidget(Label(finding.text, "body", wrap=True))
        if answer is not None and finding.outcome == Outcome.STOP:
            second = ", confirmed by a second physician" if answer.confirmation_id else ""
            said = f"Overridden{second}: {rules.REASONS[answer.reason].lower()}. {answer.sentence}"
            words.addWidget(Label(said, "body", "secondary", wrap=True))
        word, signal = ("Acknowledge", self.acknowledged) if answer is None else ("Take back", self.taken_back)
        words.addSpacing(theme().space("half"))
        foot = QHBoxLayout()
        foot.setSpacing(theme().space("inline_gap"))
        if answer is not None and finding.outcome == Outcome.CAUTION:
            foot.addWidget(Label("Acknowledged", "small_strong", "secondary"))
        button = Button(word, size="small")
        button.setAccessibleName(f"{word}: {finding.title}")
        button.clicked.connect(lambda: signal.emit(self.line, finding))
        self.buttons[f"{word} {finding.title}"] = button
        foot.addWidget(button)
        foot.addStretch(1)
        words.addLayout(foot)
        row.addLayout(words, 1)
        return line

    def _rest(self) -> None:
        """What was not checked, each with why; what was, in one line."""
        for finding in self.findings:
            if finding.outcome == Outcome.NOT_CHECKED:
                row = QHBoxLayout()
                row.setSpacing(theme().space("inline_gap"))
                row.addWidget(Icon("ph.question", "text.secondary", "icon_inline"), 0, Qt.AlignmentFlag.AlignTop)
                row.addWidget(Label(f"{finding.title}: {finding.text}", "small", "secondary", wrap=True), 1)
                self._column.addLayout(row)
        well = [finding.title for finding in self.findings if finding.outcome == Outcome.OK]
        if well:
            row = QHBoxLayout()
            row.setSpacing(theme().space("inline_gap"))
            row.addWidget(Icon("ph.check", "status.ok.fg", "icon_inline"), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(Label(" · ".join(well), "small", "secondary", wrap=True), 1)
            self._column.addLayout(row)


class _StopBox(QFrame):
    """A stop: what, which reaction, when, by whom, and who can clear it."""

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self.row = QHBoxLayout()
        self.row.setSpacing(theme().space("inline_gap"))
        words = QVBoxLayout()
        words.setSpacing(theme().space("half"))
        words.addWidget(Label(finding.title, "body_strong", "critical", wrap=True))
        words.addWidget(Label(finding.text, "body", wrap=True))
        who = WHO_TWO if finding.needs_second else WHO
        words.addWidget(Label(f"Who can clear it: {who[:1].lower()}{who[1:]}.", "small", "secondary", wrap=True))
        words.addSpacing(theme().space("half"))
        words.addLayout(self.row)
        row = QHBoxLayout(self)
        inset = theme().space("card_padding")
        row.setContentsMargins(inset, theme().space("grid"), inset, theme().space("grid"))
        row.setSpacing(theme().space("card_padding"))
        row.addWidget(Icon("ph.warning-octagon-fill", "status.critical.fg"), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.setAccessibleName(f"{finding.title}. {finding.text}")

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_notice(painter, QRectF(self.rect()), "critical", self.layoutDirection())


def state_of(findings: Sequence[Finding], answers: Answers) -> Status:
    """The chip of a line: blocked, overridden, what the caution is, partly checked, ready."""
    if any(f.outcome == Outcome.STOP and f.key not in answers for f in findings):
        return family_status("critical", "Blocked")
    if any(f.outcome == Outcome.STOP for f in findings):
        return family_status("attention", "Overridden")
    caution = next((f for f in findings if f.outcome == Outcome.CAUTION), None)
    if caution is not None:
        return family_status("attention", caution.kind.capitalize())
    if any(f.outcome == Outcome.NOT_CHECKED for f in findings):
        return Status("neutral", "ph.question", "Not all checked")
    return family_status("ok", "Ready") if findings else Status("neutral", "ph.hourglass-medium", "Checking")


def acknowledged(finding: Finding) -> NewOverride:
    """A caution that was read."""
    return NewOverride(finding.kind, finding.outcome, f"{finding.title}. {finding.text}".strip(), finding.about)


def without(line: NewLine, given: NewOverride) -> tuple[NewOverride, ...]:
    """The line's answers, less one to the same finding."""
    same = (given.kind, given.outcome, given.about)
    return tuple(each for each in line.overrides if (each.kind, each.outcome, each.about) != same)
