"""The checks at the window, each with its result, also when good; what is grave is ticked. GUI thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hisdesk.desk.kit.choices import CheckBox
from hisdesk.desk.kit.labels import Icon, Label
from hisdesk.desk.kit.panels import ScrollPanel
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.pharmacy.words import OUTCOMES
from hisdesk.hospital.medicines.checks import Finding, Outcome
from hisdesk.hospital.prescriptions.queries import LineRow

GRAVE = (Outcome.STOP, Outcome.CAUTION)


class ChecksPanel(ScrollPanel):
    """`ticked`: something grave was read, or its tick taken back."""

    ticked = Signal()

    def __init__(self) -> None:
        super().__init__("Checks")
        self.boxes: list[CheckBox] = []
        self._shown: QWidget | None = None

    def show_findings(self, lines: Sequence[LineRow], findings: Mapping[UUID, tuple[Finding, ...]]) -> None:
        """The results of every line that is still open, by its number; ticks begin empty."""
        self.boxes = []
        shown = QWidget(self.holder)
        shown.setProperty("surface", "base")
        column = QVBoxLayout(shown)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space("grid"))
        for number, line in enumerate(lines, 1):
            if line.id not in findings:
                continue
            column.addWidget(Label(f"{number}  {line.medicine}", "small_strong", "secondary", wrap=True))
            for finding in findings[line.id]:
                column.addWidget(self._row(finding))
        column.addStretch(1)
        self._replace(shown)

    def forget(self) -> None:
        """Nothing is chosen."""
        self.boxes = []
        self._replace(None)

    def unread(self) -> bool:
        """Whether something grave is not ticked yet."""
        return any(not box.isChecked() for box in self.boxes)

    def focus_unread(self) -> None:
        """The cursor to the first thing that is not ticked yet; Space ticks it, Tab goes on."""
        box = next((box for box in self.boxes if not box.isChecked()), None)
        if box is not None:
            box.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _replace(self, shown: QWidget | None) -> None:
        if self._shown is not None:
            self._inside.removeWidget(self._shown)
            self._shown.hide()
            self._shown.deleteLater()
        self._shown = shown
        if shown is not None:
            self.add_scrolled(shown, 1)
            shown.show()

    def _row(self, finding: Finding) -> QWidget:
        row = QWidget()
        across = QHBoxLayout(row)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(theme().space("inline_gap"))
        across.addWidget(Icon(*OUTCOMES[finding.outcome], "icon_inline"), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(theme().space("half") // 2)
        words.addWidget(Label(finding.title, "body_strong" if finding.outcome in GRAVE else "body", wrap=True))
        if finding.text:
            words.addWidget(Label(finding.text, "small", "secondary", wrap=True))
        if finding.outcome in GRAVE:
            box = CheckBox("I have read this")
            box.setAccessibleDescription(f"{finding.title}. {finding.text}")
            box.toggled.connect(lambda _: self.ticked.emit())
            self.boxes.append(box)
            words.addWidget(box)
        across.addLayout(words, 1)
        row.setAccessibleName(f"{finding.outcome}: {finding.title}. {finding.text}")
        return row
