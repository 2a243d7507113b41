"""One entry of the audit in full: before struck, after bold, what stayed folded. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from hisdesk.access.administration import Entry
from hisdesk.desk.admin import audit_words as words
from hisdesk.desk.admin.staff_rows import facts
from hisdesk.desk.admin.words import many, moment
from hisdesk.desk.kit import paint
from hisdesk.desk.kit.chips import StatusChip
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.labels import Label, Rule, show_if
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.tokens import family_status


class Value(Label):
    """A value before or after; what changed stands on its family's ground: struck before, bold after."""

    def __init__(self, text: str, family: str = "", *, struck: bool = False, widest: int = 146) -> None:
        strong = bool(family) and not struck
        super().__init__(text, "small_strong" if strong else "small", family or "muted", wrap=True)
        self._family = family
        self.setAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setContentsMargins(4, 1, 4, 1)
        self.setMinimumWidth(min(paint.text_width(theme().font("small_strong"), text) + 10, theme().text_px(widest)))
        if struck:
            font = self.font()
            font.setStrikeOut(True)
            self.setFont(font)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._family:
            with QPainter(self) as painter:
                ground = theme().colour(f"status.{self._family}.bg")
                paint.box(painter, QRectF(self.rect()), ground, None, theme().radius("chip"))
        super().paintEvent(event)


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
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
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
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self._area, 1)
        column.addWidget(self._foot)
        self.show_entry(None)

    @property
    def entry(self) -> Entry | None:
        """What is shown."""
        return self._entry

    def show_entry(self, entry: Entry | None, names: words.Names | None = None) -> None:
        """Another entry, folded again; None: none is selected."""
        self._unfolded = False
        self._entry, self._names = entry, names or self._names
        self.history.set_reason("" if entry and entry.key else "This entry belongs to no single record")
        self.person.set_reason("" if entry and entry.user_id else "Nobody was signed in")
        show_if(self._foot, entry is not None)
        self._build()

    def texts(self) -> list[str]:
        """Everything that is written on it, for search and tests."""
        return [label.text() for label in self._area.findChildren(Label)]

    def unfold(self) -> None:
        """Shows the fields that did not change as well."""
        self._unfolded = True
        self._build()

    def _build(self) -> None:
        content = QWidget()
        content.setProperty("surface", "base")
        column = QVBoxLayout(content)
        inset = theme().space("card_padding")
        column.setContentsMargins(inset, inset, inset, inset)
        column.setSpacing(theme().space("field_gap"))
        if self._entry is None:
            nothing = Label("No entry is selected", "small", "muted")
            nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(nothing)
        else:
            self._fill(column, self._entry)
            column.addStretch()
        self._area.setWidget(content)

    def _fill(self, column: QVBoxLayout, entry: Entry) -> None:
        head = QHBoxLayout()
        head.addWidget(Label(words.title(entry), "subtitle", wrap=True), 1)
        lines = words.lines(entry, self._names)
        if any(line.hidden for line in lines):
            head.addWidget(StatusChip(family_status("held", "Clinical values hidden")))
        column.addLayout(head)
        column.addLayout(facts(self._facts(entry), label_width=60))
        if lines:
            column.addWidget(Rule())
            column.addLayout(self._grid(entry, lines))
        folded = [line for line in lines if not (line.changed or line.hidden)] if entry.before is not None else []
        if folded and not self._unfolded:
            fold = Button(f"{many(len(folded), 'field', 'fields')} unchanged", "quiet", icon="ph.caret-right",
                          size="small")  # fmt: skip
            fold.clicked.connect(self.unfold)
            column.addWidget(fold, 0, Qt.AlignmentFlag.AlignLeading)

    def _facts(self, entry: Entry) -> list[tuple[str, str]]:
        place = f"{entry.station}, {entry.address}" if entry.address else f"{entry.station}, no network address"
        pairs = [
            ("When", f"{moment(entry.at, exact=True)} server clock"),
            ("Who", self._names.who(entry)),
            ("Station", place),
            ("Patient", f"MRN {words.number(entry)}" if entry.mrn else ""),
            ("Row", f"{entry.id:,}"),
        ]
        return [(label, value) for label, value in pairs if value]

    def _grid(self, entry: Entry, lines: list[words.Line]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme().space("inline_gap"))
        grid.setVerticalSpacing(theme().space("grid"))
        noted = entry.before is None and entry.after is None
        for place, title in enumerate(("Noted", "") if noted else ("Field", "Before", "After")):
            grid.addWidget(Label(title, "small", "muted"), 0, place)
            grid.setColumnStretch(place, 1 if place else 0)
        grid.setColumnMinimumWidth(0, theme().text_px(104))
        top = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading
        shown = [line for line in lines if noted or line.changed or line.hidden or self._unfolded]
        for row, line in enumerate(shown, 1):
            plain = not line.changed
            grid.addWidget(
                Label(line.name, "small", "muted" if plain and not noted else "primary", wrap=True), row, 0, top
            )
            if noted:
                grid.addWidget(Value(line.after, widest=290), row, 1, top)
                continue
            empty = line.before == words.NO_CHANGE
            grid.addWidget(
                Value(line.before, "" if plain or empty else "critical", struck=not (plain or empty)), row, 1, top
            )
            gone = line.after == words.NO_CHANGE
            grid.addWidget(Value(line.after, "" if plain or gone else "ok"), row, 2, top)
        return grid
