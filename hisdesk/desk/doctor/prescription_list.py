"""What was prescribed to the person so far, the latest first, with what became of it. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from hisdesk.access.permissions import PRESCRIPTIONS_EDIT
from hisdesk.desk.doctor import words
from hisdesk.desk.kit.chips import StatusChip
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dialogs import ReasonDialog
from hisdesk.desk.kit.labels import Label, show_if
from hisdesk.desk.kit.medication_line import MedicationLine, Part, parts_of
from hisdesk.desk.kit.panels import ScrollPanel
from hisdesk.desk.kit.states import EmptyState
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.tokens import Status, status
from hisdesk.errors import Conflict, UserError
from hisdesk.hospital.medicines.rules import counted, number
from hisdesk.hospital.prescriptions import rules
from hisdesk.hospital.prescriptions.actions import Cancelled, cancel
from hisdesk.hospital.prescriptions.queries import LineRow, OverrideRow, PrescriptionRow

AT_ONCE = 10
_SHOWN = {"partly dispensed": "part dispensed"}


class PrescriptionList(ScrollPanel):
    """`changed`: a prescription was cancelled here, or somebody else was faster."""

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__("Prescribed so far", inset="card_padding")
        self.desk = desk
        self.dialog: ReasonDialog | None = None
        self.cancel_buttons: dict[str, Button] = {}
        self._rows: tuple[PrescriptionRow, ...] | None = None
        self._most = AT_ONCE
        self._shown: QWidget | None = None
        self.empty = EmptyState(
            "Nothing was prescribed yet", "What is issued here stands in this list.", icon="ph.pill"
        )
        self.more = Button("Show earlier ones", "quiet")
        self.more.clicked.connect(self._show_more)
        self.add_scrolled(self.empty)
        self.add_scrolled(self.more)
        self._inside.addStretch(1)
        self.show_rows(())

    def show_rows(self, rows: Sequence[PrescriptionRow]) -> None:
        """Shows these; the same again costs nothing."""
        if tuple(rows) == self._rows:
            return
        self._rows = tuple(rows)
        self._build()

    def forget(self) -> None:
        """Another person is in front."""
        self._most = AT_ONCE
        self.show_rows(())

    def rights_changed(self) -> None:
        """Only what this person may do."""
        self._build()

    def _show_more(self) -> None:
        self._most += AT_ONCE
        self._build()

    def _build(self) -> None:
        if self._shown is not None:
            self._inside.removeWidget(self._shown)
            self._shown.hide()
            self._shown.deleteLater()
        rows = self._rows or ()
        self.cancel_buttons = {}
        self._shown = QWidget(self.holder)
        self._shown.setProperty("surface", "base")
        column = QVBoxLayout(self._shown)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space("card_padding"))
        for row in rows[: self._most]:
            column.addWidget(self._block(row))
        self._inside.insertWidget(0, self._shown)
        self._shown.show()
        self.set_count(str(len(rows)) if rows else "")
        show_if(self.empty, not rows)
        show_if(self.more, len(rows) > self._most)

    def _block(self, row: PrescriptionRow) -> QWidget:
        block = QFrame()
        block.setProperty("edge", "bottom")
        column = QVBoxLayout(block)
        column.setContentsMargins(0, 0, 0, theme().space("card_padding"))
        column.setSpacing(theme().space("half"))
        head = QHBoxLayout()
        head.setSpacing(theme().space("inline_gap"))
        head.addWidget(Label(words.moment(row.signed_at), "small_strong"))
        head.addWidget(
            Label(" · ".join(p for p in (row.prescriber, row.pharmacy) if p), "small", "secondary", elide=True), 1
        )
        head.addWidget(StatusChip(status_of(row.status)))
        column.addLayout(head)
        for line in row.lines:
            column.addWidget(_line(line, one=len(row.lines) == 1))
        if row.status in rules.OPEN and self.desk.actor.may(PRESCRIPTIONS_EDIT):
            button = Button("Cancel…", "destructive", size="small")
            button.setAccessibleName(f"Cancel the prescription of {words.moment(row.signed_at)}")
            button.clicked.connect(lambda _=False, r=row: self._ask(r))
            self.cancel_buttons[str(row.id)] = button
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignTrailing)
        return block

    def _ask(self, row: PrescriptionRow) -> None:
        some = any(line.dispensed_quantity > 0 for line in row.lines)
        what = "What is not dispensed yet is cancelled" if some else "Nothing of it will be dispensed"
        self.dialog = ReasonDialog(
            self, "Cancel this prescription?", f"{what}. The pharmacy sees your reason.", "Cancel prescription",
            danger=True,
        )  # fmt: skip
        self.dialog.given.connect(lambda reason: self._cancel(row, reason))
        self.dialog.present()

    def _cancel(self, row: PrescriptionRow, reason: str) -> None:
        self.desk.tasks.write(
            self, cancel, row.id, row.version, reason, on_done=self._done, on_error=self._not_done, slot=str(row.id)
        )

    def _done(self, done: Cancelled) -> None:
        self.desk.messages.done(f"Cancelled: {done.lines} line{'s' if done.lines != 1 else ''}")
        self.changed.emit()

    def _not_done(self, error: UserError) -> None:
        self.desk.messages.failure(self, error, "Not cancelled")
        if isinstance(error, Conflict):
            self.changed.emit()


def status_of(word: str) -> Status:
    """A prescription's or line's status as it is shown."""
    return status("prescription", _SHOWN.get(word, word))


def line_parts(row: LineRow) -> tuple[Part, ...]:
    """A stored line as it is painted."""
    return parts_of(row.medicine, row.form, row.sig, row.quantity, row.quantity_unit)


def _line(row: LineRow, *, one: bool) -> QWidget:
    line = QWidget()
    column = QVBoxLayout(line)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    head = QHBoxLayout()
    head.addWidget(MedicationLine(line_parts(row), muted=row.status == rules.Status.CANCELLED), 1)
    if not one:
        head.addWidget(StatusChip(status_of(row.status), boxed=False), 0, Qt.AlignmentFlag.AlignTop)
    column.addLayout(head)
    for said in _said(row):
        column.addWidget(Label(said, "small", "secondary", wrap=True))
    return line


def _said(row: LineRow) -> list[str]:
    said = [row.instructions, f"Another quantity: {row.quantity_reason}" if row.quantity_reason else ""]
    if row.status == rules.Status.PARTLY_DISPENSED:
        left = row.quantity - row.dispensed_quantity
        said.append(f"{counted(row.dispensed_quantity, row.quantity_unit)} dispensed, {number(left)} to come")
    if row.cancelled_reason:
        said.append(f"Cancelled: {row.cancelled_reason}")
    said += [override_words(each) for each in row.overrides]
    return [text for text in said if text]


def override_words(row: OverrideRow) -> str:
    """A stop that was overridden or a caution that was acknowledged, with by whom."""
    if row.outcome == "caution":
        return f"Acknowledged by {row.by}: {row.finding}"
    second = f", confirmed by {row.confirmed_by}" if row.confirmed_by else ""
    return f"Overridden by {row.by}{second}: {rules.REASONS[row.reason].lower()}. {row.sentence} ({row.finding})"
