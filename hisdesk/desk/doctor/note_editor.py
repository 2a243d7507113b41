"""Where a note is written: five sections, coded diagnoses under the assessment, the next visit. GUI thread."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hisdesk.desk.doctor.note_codes import ChosenCodes, CodeSearch
from hisdesk.desk.doctor.note_text import NAMES, Sections
from hisdesk.desk.doctor.overview import scrolled
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.fields import DateField
from hisdesk.desk.kit.theme import theme
from hisdesk.hospital.notes.rules import Content

CODE_KEY = "Alt+D"
_DATE = 220


class NoteEditor(QWidget):
    """`edited(Content)`: what stands there now. `show_content` shows another text without `edited`."""

    edited = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._showing = False
        self.sections = Sections()
        self.codes = ChosenCodes()
        self.search = CodeSearch(desk, "Add a diagnosis: a few letters, or a code", CODE_KEY)
        self.next_visit = DateField("Next visit", optional=True)
        coded = QWidget()
        column = QVBoxLayout(coded)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space("half"))
        column.addWidget(self.codes)
        column.addWidget(self.search)
        self.sections.grid.addWidget(coded, self.sections.row_after("assessment"), 1)
        self.next_visit.setMaximumWidth(theme().text_px(_DATE))
        self.sections.grid.addWidget(self.next_visit, self.sections.row_after("treatment"), 1)
        inside = QWidget()
        inside.setProperty("surface", "base")
        holder = QVBoxLayout(inside)
        inset = theme().space("card_padding")
        holder.setContentsMargins(inset, inset, inset, inset)
        holder.addWidget(self.sections)
        holder.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(inside))
        self.setFocusProxy(self.sections.edits["subjective"])
        self.search.chosen.connect(self.codes.add)
        for signal in (self.sections.edited, self.codes.edited, self.next_visit.changed):
            signal.connect(self._edited)

    def content(self) -> Content:
        """What stands there."""
        return Content(**self.sections.texts(), diagnoses=self.codes.coded, next_visit_on=self.next_visit.value())

    def show_content(self, content: Content) -> None:
        """Shows this text; what is alike is not touched, nor is the cursor."""
        self._showing = True
        for name, edit in self.sections.edits.items():
            edit.show_text(getattr(content, name))
        self.codes.show_codes(content.diagnoses)
        self.next_visit.set_value(content.next_visit_on)
        self.show_errors({})
        self._showing = False

    def show_errors(self, fields: Mapping[str, str]) -> None:
        """What is wrong stands under its section."""
        for name in NAMES:
            self.sections.set_error(name, fields.get(name, ""))
        if "next_visit_on" in fields:
            self.next_visit.set_message(fields["next_visit_on"])

    def go_to(self, name: str) -> None:
        """Puts the cursor into a section."""
        self.sections.edits[name].setFocus()

    def _edited(self) -> None:
        if not self._showing:
            self.show_errors({})
            self.edited.emit(self.content())
