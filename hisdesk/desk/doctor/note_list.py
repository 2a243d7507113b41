"""The signed notes of a person, the newest first. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget

from hisdesk.desk.doctor import words
from hisdesk.desk.kit.cells import Cell
from hisdesk.desk.kit.dates import show_date
from hisdesk.desk.kit.panels import Panel
from hisdesk.desk.kit.states import EmptyState
from hisdesk.desk.kit.table import Column, ListModel
from hisdesk.desk.kit.table_view import TableView
from hisdesk.hospital.notes.queries import NoteRow


class NoteList(Panel):
    """`chosen(note key)`: one shall be read."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__("Signed notes", padded=False)
        self.model: ListModel[NoteRow] = ListModel(
            (Column("Note", lambda n: _spoken(n), 0, "text", _cell),), lambda note: note.id, self
        )
        self.table: TableView[NoteRow] = TableView(self.model, row_height="row_two_line")
        self.table.setAccessibleName("Signed notes")
        self.table.horizontalHeader().hide()
        self._empty = EmptyState("Nothing is signed yet", "", icon="ph.note")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.table)
        self.add(self._stack, 1)
        self.table.clicked.connect(lambda _index: self._tell())
        self.table.opened.connect(lambda _row: self._tell())

    def show_notes(self, notes: Sequence[NoteRow]) -> None:
        """Shows these."""
        self.model.set_rows(notes)
        self.set_count(str(len(notes)) if notes else "")
        self._stack.setCurrentWidget(self.table if notes else self._empty)

    def _tell(self) -> None:
        row = self.table.row
        if row is not None:
            self.chosen.emit(row.id)


def _cell(note: NoteRow) -> Cell:
    day = show_date(note.signed_at.astimezone().date()) if note.signed_at else ""
    what = note.content.diagnoses[0].title if note.content.diagnoses else note.department
    return Cell(title=f"{day} · {note.author}", subtitle=what)


def _spoken(note: NoteRow) -> str:
    at = words.moment(note.signed_at) if note.signed_at else ""
    return f"{at}, {note.author}, {note.department}"
