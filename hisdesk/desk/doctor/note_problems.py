"""The problem list of a person: what is active, adding one, resolving it, marking it as a mistake. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hisdesk.access.permissions import NOTES_CREATE, NOTES_EDIT
from hisdesk.desk.doctor import words
from hisdesk.desk.doctor.note_codes import CodeSearch
from hisdesk.desk.doctor.overview import scrolled
from hisdesk.desk.doctor.record import Record
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dates import show_date
from hisdesk.desk.kit.dialogs import ReasonDialog
from hisdesk.desk.kit.labels import Label, show_if
from hisdesk.desk.kit.panels import Panel
from hisdesk.desk.kit.theme import theme
from hisdesk.errors import Conflict, UserError
from hisdesk.hospital.notes.actions import mark_error, record_problem, resolve
from hisdesk.hospital.notes.queries import CodeRow, DiagnosisRow


class ProblemPanel(Panel):
    """Follows the record in front. Commands are there for who may use them."""

    def __init__(self, desk: Desk, record: Record, screen: QWidget) -> None:
        super().__init__("Problems", padded=False)
        self._desk, self._record, self._screen = desk, record, screen
        self._shown: tuple[DiagnosisRow, ...] | None = None
        self.search = CodeSearch(desk, "Add a problem", "Alt+M")
        self.search.chosen.connect(self._add)
        holder = QWidget()
        row = QVBoxLayout(holder)
        row.setContentsMargins(*[theme().space("grid")] * 4)
        row.addWidget(self.search)
        self._inside = QWidget()
        self._inside.setProperty("surface", "base")
        self._column = QVBoxLayout(self._inside)
        inset = theme().space("card_padding")
        self._column.setContentsMargins(inset, theme().space("grid"), inset, inset)
        self._column.setSpacing(theme().space("card_padding"))
        self.add(scrolled(self._inside), 1)
        self.add(holder)
        self._add_row = holder
        self.rights_changed()

    def rights_changed(self) -> None:
        """The person may do more or less than before."""
        show_if(self._add_row, self._desk.actor.may(NOTES_CREATE))
        shown, self._shown = self._shown, None
        if shown is not None:
            self.show_problems(shown)

    def forget(self) -> None:
        """Another person is in front."""
        self.search.leave()
        self.show_problems(())

    def show_problems(self, rows: Sequence[DiagnosisRow]) -> None:
        """Shows these; the same again costs nothing."""
        if tuple(rows) == self._shown:
            return
        self._shown = tuple(rows)
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for row in self._shown:
            self._column.addWidget(self._problem(row))
        if not self._shown:
            self._column.addWidget(Label("No problem is recorded", "small", "muted", wrap=True))
        self._column.addStretch(1)
        self.set_count(str(len(self._shown)) if self._shown else "")

    def _problem(self, row: DiagnosisRow) -> QWidget:
        block = QWidget()
        block.setAccessibleName(f"{row.code} {row.title}")
        column = QVBoxLayout(block)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(Label(row.title, "body_strong", wrap=True))
        since = f"since {show_date(row.onset_on)}" if row.onset_on else ""
        noted = f"recorded {show_date(row.recorded_at.astimezone().date())}"
        column.addWidget(Label(" · ".join(p for p in (row.code, since or noted) if p), "small", "secondary", wrap=True))
        if self._desk.actor.may(NOTES_EDIT):
            line = QHBoxLayout()
            line.setContentsMargins(0, 0, 0, 0)
            over = Button("Resolved", "quiet", size="small")
            over.setAccessibleName(f"{row.title}: resolved")
            over.clicked.connect(lambda: self._resolve(row))
            wrong = Button("Mistake…", "quiet", size="small")
            wrong.setAccessibleName(f"{row.title}: entered in error")
            wrong.clicked.connect(lambda: self._ask_why(row))
            line.addWidget(over)
            line.addWidget(wrong)
            line.addStretch(1)
            column.addLayout(line)
        return block

    # -- commands -----------------------------------------------------------------------------------------------

    def _add(self, code: CodeRow) -> None:
        if self._record.patient_id is not None:
            self._write(record_problem, self._record.patient_id, code.code, said=f"{code.title} is on the problem list")

    def _resolve(self, row: DiagnosisRow) -> None:
        self._write(resolve, row.id, row.version, words.today(), said=f"{row.title} is resolved")

    def _ask_why(self, row: DiagnosisRow) -> None:
        dialog = ReasonDialog(
            self._screen,
            f"{row.title} was entered in error?",
            "It leaves the problem list. It stays in the record, with your reason and your name.",
            "Mark as mistake",
            danger=True,
        )
        dialog.given.connect(
            lambda reason: self._write(
                mark_error, row.id, row.version, reason, said=f"{row.title} is marked as a mistake"
            )
        )
        dialog.present()

    def _write(self, action: object, *values: object, said: str) -> None:
        def done(_answer: object) -> None:
            self._desk.messages.done(said)
            self._record.touched.emit([])

        def failed(error: UserError) -> None:
            if isinstance(error, Conflict):
                self._desk.messages.attention(self._screen, "Not changed", str(error))
                self._record.touched.emit([])
            else:
                self._desk.messages.failure(self._screen, error, "Not changed")

        self._desk.tasks.write(self, action, *values, on_done=done, on_error=failed, slot=str(values[0]))  # type: ignore[arg-type]
