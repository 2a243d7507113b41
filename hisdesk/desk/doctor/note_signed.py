"""A signed note: locked, with who signed it and when, and what was added later. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from hisdesk.desk.doctor import words
from hisdesk.desk.doctor.note_dialogs import shown
from hisdesk.desk.doctor.overview import scrolled
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.theme import theme
from hisdesk.hospital.notes.queries import AddendumRow, NoteRow


class SignedNote(QWidget):
    """`show_note` shows another one; the same again costs nothing. Text can be marked and copied, never changed."""

    def __init__(self) -> None:
        super().__init__()
        self.row: NoteRow | None = None
        self._inside = QWidget()
        self._inside.setProperty("surface", "base")
        self._column = QVBoxLayout(self._inside)
        inset = theme().space("card_padding")
        self._column.setContentsMargins(inset, inset, inset, inset)
        self._column.setSpacing(theme().space("card_padding"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scrolled(self._inside))

    def show_note(self, row: NoteRow) -> None:
        if row == self.row:
            return
        self.row = row
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        at = words.moment(row.signed_at) if row.signed_at else ""
        where = f" · {row.department}" if row.department else ""
        self._column.addWidget(
            Label(f"Signed {at} by {row.author or 'not known'}{where}", "small", "secondary", wrap=True)
        )
        grid_holder = QWidget()
        grid = QGridLayout(grid_holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme().space("card_padding"))
        grid.setVerticalSpacing(theme().space("card_padding"))
        grid.setColumnMinimumWidth(0, theme().text_px(84))
        grid.setColumnStretch(1, 1)
        for number, (title, text) in enumerate(pair for pair in shown(row.content).values() if pair[1]):
            grid.addWidget(Label(title, "body_strong", "secondary"), number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(_text(text, title), number, 1)
        self._column.addWidget(grid_holder)
        for addendum in row.addenda:
            self._column.addWidget(_addendum(addendum))
        self._column.addStretch(1)


def _text(text: str, title: str) -> Label:
    label = Label(text, "body", wrap=True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setAccessibleName(f"{title}: {text}")
    return label


def _addendum(row: AddendumRow) -> QWidget:
    block = QFrame()
    block.setProperty("edge", "top")
    column = QVBoxLayout(block)
    column.setContentsMargins(0, theme().space("card_padding"), 0, 0)
    column.setSpacing(theme().space("half"))
    kind = row.kind.capitalize()
    said = f"{words.moment(row.written_at)} by {row.author or 'not known'}. Reason: {row.reason}"
    column.addWidget(Label(kind, "body_strong"))
    column.addWidget(Label(said, "small", "secondary", wrap=True))
    column.addWidget(_text(row.text, kind))
    return block
