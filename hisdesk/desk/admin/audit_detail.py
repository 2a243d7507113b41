"""One entry of the audit in full: before struck, after bold, what stayed folded. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from PySide6.QtCore import QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from hisdesk.access.administration import Entry
from hisdesk.desk.admin import audit_words as words
from hisdesk.desk.admin.words import many, moment
from hisdesk.desk.kit import paint
from hisdesk.desk.kit.chips import StatusChip
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.labels import Label, Rule, restyle, show_if
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.tokens import family_status

FACTS = ("When", "Who", "Station", "Patient", "Row")
_NEW_ROWS = 6
_TOP = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading


class Value(Label):
    """A value before or after; what changed stands on its family's ground: struck before, bold after."""

    def __init__(self, *, struck: bool = False) -> None:
        super().__init__("", "small", "muted", wrap=True)
        self._family, self._struck = "", struck
        self.setAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setContentsMargins(4, 1, 4, 1)
        if struck:  # for good: once the style sheet has seen it, a font of its own would lose size or line
            font = self.font()
            font.setStrikeOut(True)
            self.setFont(font)

    def show_value(self, text: str, family: str = "", *, widest: int = 146) -> None:
        """Another value; `widest` pixels are kept free for it, fewer when it is shorter."""
        self.set_text(text)
        self.setMinimumWidth(min(paint.text_width(theme().font("small_strong"), text) + 10, theme().text_px(widest)))
        if family != self._family:
            self._family = family
            self.setProperty("role", "small_strong" if family and not self._struck else "small")
            self.setProperty("tone", family or "muted")
            restyle(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._family:
            with QPainter(self) as painter:
                ground = theme().colour(f"status.{self._family}.bg")
                paint.box(painter, QRectF(self.rect()), ground, None, theme().radius("chip"))
        super().paintEvent(event)


class Facts(QGridLayout):
    """When, who and where; what an entry does not have is left out."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self.setHorizontalSpacing(theme().space("inline_gap"))
        self.setVerticalSpacing(theme().space("half"))
        self.setColumnStretch(1, 1)
        self._pairs = [(Label(name, "small", "muted"), Label("", "small", wrap=True)) for name in names]
        for row, pair in enumerate(self._pairs):
            for place, label in enumerate(pair):
                self.addWidget(label, row, place)

    def show_facts(self, values: tuple[str, ...]) -> None:
        """The values in the order of the names."""
        for (name, shown), value in zip(self._pairs, values, strict=True):
            shown.set_text(value)
            show_if(name, bool(value))
            show_if(shown, bool(value))


class Row:
    """One line of the grid: a field's name, its value before (struck where it changed) and after. Used again."""

    def __init__(self, grid: QGridLayout, place: int) -> None:
        self._grid, self._place = grid, place
        self.name, self.before, self.after = Label("", "small", wrap=True), Value(), Value()
        self.struck: Value | None = None
        for column, part in enumerate((self.name, self.before, self.after)):
            grid.addWidget(part, place, column, _TOP)

    def show_line(self, line: words.Line | None, *, noted: bool) -> None:
        """Shows a line. What has nothing to say is emptied and hidden."""
        gone = line is not None and line.changed and line.before != words.NO_CHANGE
        came = line is not None and line.changed and line.after != words.NO_CHANGE
        name, before, after = (line.name, line.before, line.after) if line is not None else ("", "", "")
        if noted:
            before, after = after, ""
        if gone and self.struck is None:
            self.struck = Value(struck=True)
            self._grid.addWidget(self.struck, self._place, 1, _TOP)
        self.name.set_text(name)
        if name:
            self.name.set_tone("primary" if noted or (line is not None and line.changed) else "muted")
        if self.struck is not None:
            _show(self.struck, before if gone else "", "critical")
        _show(self.before, "" if gone else before, widest=290 if noted else 146)
        _show(self.after, after, "ok" if came else "")
        show_if(self.name, bool(name))


def _show(value: Value, text: str, family: str = "", *, widest: int = 146) -> None:
    if text:
        value.show_value(text, family, widest=widest)
    else:
        value.set_text("")
    show_if(value, bool(text))


class Changes(QGridLayout):
    """Field, before, after; or what was noted. Its rows are used again for the next entry."""

    def __init__(self) -> None:
        super().__init__()
        self.setHorizontalSpacing(theme().space("inline_gap"))
        self.setVerticalSpacing(theme().space("grid"))
        self.setColumnStretch(1, 1)
        self._titles = [Label("", "small", "muted") for _ in range(3)]
        for place, title in enumerate(self._titles):
            self.addWidget(title, 0, place)
        self._rows: list[Row] = []

    def show_lines(self, lines: Sequence[words.Line], *, noted: bool) -> bool:
        """Shows these and nothing else. `noted`: they have no before and after.

        Makes only a few new rows in one call. Returns whether all lines are shown; if not, ask again in the next turn.
        """
        titles = ("Noted", "", "") if noted else ("Field", "Before", "After")
        for label, title in zip(self._titles, titles, strict=True):
            label.set_text(title)
            show_if(label, bool(lines and title))
        self.setColumnStretch(2, 0 if noted else 1)
        for _ in range(min(_NEW_ROWS, len(lines) - len(self._rows))):
            self._rows.append(Row(self, len(self._rows) + 1))
        for row, line in zip_longest(self._rows, lines[: len(self._rows)]):
            row.show_line(line, noted=noted)
        return len(self._rows) >= len(lines)


class Sheet(QWidget):
    """What is written of one entry. `unfold_wanted`: also the fields that did not change."""

    unfold_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "base")
        column = QVBoxLayout(self)
        inset = theme().space("card_padding")
        column.setContentsMargins(inset, inset, inset, inset)
        column.setSpacing(theme().space("field_gap"))
        self._nothing = Label("No entry is selected", "small", "muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title = Label("", "subtitle", wrap=True)
        self._masked = StatusChip(family_status("held", "Clinical values hidden"))
        self._facts, self._rule, self._changes = Facts(FACTS), Rule(), Changes()
        self._fold = Button("", "quiet", icon="ph.caret-right", size="small")
        self._fold.clicked.connect(self.unfold_wanted)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._masked)
        column.addWidget(self._nothing)
        column.addLayout(head)
        column.addLayout(self._facts)
        column.addWidget(self._rule)
        column.addLayout(self._changes)
        column.addWidget(self._fold, 0, Qt.AlignmentFlag.AlignLeading)
        column.addStretch()

    def write(self, entry: Entry | None, names: words.Names, *, unfolded: bool) -> bool:
        """Writes an entry over the one before. Returns whether all of it stands; if not, ask again in the next turn."""
        lines = words.lines(entry, names) if entry is not None else []
        noted = entry is not None and entry.before is None and entry.after is None
        may_fold = entry is not None and entry.before is not None
        telling = [line for line in lines if line.changed or line.hidden or not may_fold]
        folded = len(lines) - len(telling)
        show_if(self._nothing, entry is None)
        self._title.set_text(words.title(entry) if entry is not None else "")
        show_if(self._title, entry is not None)
        show_if(self._masked, any(line.hidden for line in lines))
        self._facts.setColumnMinimumWidth(0, theme().text_px(60))
        self._facts.show_facts(_facts(entry, names) if entry is not None else ("",) * len(FACTS))
        show_if(self._rule, bool(lines))
        self._changes.setColumnMinimumWidth(0, theme().text_px(104))
        self._fold.setText(f"{many(folded, 'field', 'fields')} unchanged")
        show_if(self._fold, bool(folded) and not unfolded)
        return self._changes.show_lines(lines if unfolded else telling, noted=noted)


def _facts(entry: Entry, names: words.Names) -> tuple[str, ...]:
    return (
        f"{moment(entry.at, exact=True)} server clock",
        names.who(entry),
        f"{entry.station}, {entry.address}" if entry.address else f"{entry.station}, no network address",
        f"MRN {words.number(entry)}" if entry.mrn else "",
        f"{entry.id:,}",
    )


class AuditDetail(QFrame):
    """The panel at the right. `history_wanted(entry)` and `person_wanted(entry)` ask for other lists."""

    history_wanted = Signal(object)
    person_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self.setAccessibleName("Details of the entry")
        self._entry: Entry | None = None
        self._names = words.Names()
        self._unfolded = False
        self._sheet: Sheet | None = None
        self._due = QTimer(self, singleShot=True, interval=0)
        self._due.timeout.connect(self._write)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self._area, 1)
        column.addWidget(self._make_foot())
        self.show_entry(None)
        theme().changed.connect(self._due.start)

    @property
    def entry(self) -> Entry | None:
        """What is shown."""
        return self._entry

    @property
    def written(self) -> bool:
        """Whether all of it stands there; a long entry takes some turns of the event loop."""
        return not self._due.isActive()

    def show_entry(self, entry: Entry | None, names: words.Names | None = None) -> None:
        """Another entry, folded again; None: none is selected. Of several in one turn only the last is written out."""
        if entry != self._entry:
            self._unfolded = False
            self._area.verticalScrollBar().setValue(0)
        self._entry, self._names = entry, names or self._names
        self.history.set_reason("" if entry and entry.key else "This entry belongs to no single record")
        self.person.set_reason("" if entry and entry.user_id else "Nobody was signed in")
        show_if(self._foot, entry is not None)
        self._due.start()

    def texts(self) -> list[str]:
        """Everything that is written on it, for search and tests."""
        return [label.text() for label in self._area.findChildren(Label) if not label.isHidden()]

    def unfold(self) -> None:
        """Shows the fields that did not change as well."""
        self._unfolded = True
        self._due.start()

    def _make_foot(self) -> QFrame:
        self.history = Button("This record's history", icon="ph.clock-counter-clockwise", key="F6")
        self.person = Button("All by this person", icon="ph.user", key="F7")
        self.history.clicked.connect(lambda: self.history_wanted.emit(self._entry))
        self.person.clicked.connect(lambda: self.person_wanted.emit(self._entry))
        self._foot = QFrame()
        self._foot.setProperty("edge", "top")
        row = QHBoxLayout(self._foot)
        inset = theme().space("card_padding")
        row.setContentsMargins(inset, inset, inset, inset)
        row.setSpacing(theme().space("inline_gap"))
        row.addWidget(self.history)
        row.addWidget(self.person)
        row.addStretch()
        return self._foot

    @Slot()
    def _write(self) -> None:
        if self._sheet is None:
            self._sheet = Sheet()
            self._sheet.unfold_wanted.connect(self.unfold)
            self._area.setWidget(self._sheet)
        if not self._sheet.write(self._entry, self._names, unfolded=self._unfolded):
            self._due.start()
