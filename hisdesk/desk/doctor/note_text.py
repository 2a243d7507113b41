"""One section of a note: its name at the left, text that grows with what is typed, abbreviations. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QGridLayout, QPlainTextEdit, QWidget

from hisdesk.desk.doctor.note_shortcuts import expanded
from hisdesk.desk.kit.labels import Label, show_if
from hisdesk.desk.kit.theme import follow, theme

_LEAST_LINES = 2
NAMES = {
    "subjective": ("Subjective", "Alt+S"),
    "objective": ("Objective", "Alt+O"),
    "assessment": ("Assessment", "Alt+A"),
    "plan": ("Plan", "Alt+P"),
    "treatment": ("Treatment", "Alt+T"),
}
"""The sections in their order, with what people call them and their key."""


class GrowingText(QPlainTextEdit):
    """Plain text as high as what is in it. Tab goes on; a blank or Tab behind an abbreviation writes it out."""

    edited = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.setTabChangesFocus(True)
        self._quiet = False
        self.textChanged.connect(self._changed)
        follow(self._fit)

    def show_text(self, text: str) -> None:
        """Shows a text that nobody typed just now; the cursor stays where it can."""
        if text == self.toPlainText():
            return
        self._quiet = True
        place = self.textCursor().position()
        self.setPlainText(text)
        cursor = self.textCursor()
        cursor.setPosition(min(place, len(text)))
        self.setTextCursor(cursor)
        self._quiet = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Tab) and self._write_out():
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tab would move on before it is a key press."""
        tab = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Tab
        if tab and self._write_out():
            return True
        return super().event(event)

    def _write_out(self) -> bool:
        cursor = self.textCursor()
        if cursor.hasSelection():
            return False
        found = expanded(cursor.block().text()[: cursor.positionInBlock()])
        if found is None:
            return False
        short, text = found
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, len(short))
        cursor.insertText(text if text.endswith(" ") else f"{text} ")  # one step to undo
        return True

    def _changed(self) -> None:
        self._fit()
        if not self._quiet:
            self.edited.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        cursor = self.textCursor()
        if cursor.hasSelection() and event.reason() != Qt.FocusReason.PopupFocusReason:
            cursor.clearSelection()
            self.setTextCursor(cursor)

    def _fit(self) -> None:
        lines = max(_LEAST_LINES, int(self.document().size().height()))
        height = lines * self.fontMetrics().lineSpacing() + 2 * int(self.document().documentMargin()) + 14
        if height != self.height():
            self.setFixedHeight(height)


class Sections(QWidget):
    """The five sections under each other. `edited`: somebody typed. `text(name)`, `show_text(name, text)`."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(theme().space("card_padding"))
        self.grid.setVerticalSpacing(theme().space("grid"))
        self.grid.setColumnStretch(1, 1)
        self.edits: dict[str, GrowingText] = {}
        self._errors: dict[str, Label] = {}
        row = 0
        for name, (title, _key) in NAMES.items():
            label = Label(title, "body_strong", "secondary")
            label.setContentsMargins(0, theme().space("grid"), 0, 0)
            edit = GrowingText(title)
            edit.edited.connect(self.edited)
            label.setBuddy(edit)
            error = Label("", "small", "critical", wrap=True)
            error.hide()
            self.grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self.grid.addWidget(edit, row, 1)
            self.grid.addWidget(error, row + 1, 1)
            self.edits[name], self._errors[name] = edit, error
            row += 3  # the third is for what belongs to a section, as codes to the assessment
        follow(self._dress)

    def _dress(self) -> None:
        self.grid.setColumnMinimumWidth(0, theme().text_px(84))

    def row_after(self, name: str) -> int:
        """The free row under a section."""
        return list(NAMES).index(name) * 3 + 2

    def set_error(self, name: str, sentence: str) -> None:
        """What is wrong with a section; "" when nothing is."""
        self._errors[name].set_text(sentence)
        show_if(self._errors[name], bool(sentence))

    def texts(self) -> dict[str, str]:
        return {name: edit.toPlainText() for name, edit in self.edits.items()}
