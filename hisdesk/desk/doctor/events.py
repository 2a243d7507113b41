"""Events of a timeline as people see them: icon and word of each kind, and the short column of a chart. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from hisdesk.desk.doctor import words
from hisdesk.desk.kit import paint
from hisdesk.desk.kit.icons import paint_icon
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.hospital.timeline.queries import Event

KINDS: dict[str, tuple[str, str]] = {
    "visit": ("Visits", "ph.map-pin"),
    "note": ("Notes", "ph.note-pencil"),
    "diagnosis": ("Problems", "ph.first-aid"),
    "order": ("Orders", "ph.paper-plane-right"),
    "prescription": ("Prescriptions", "ph.pill"),
    "vitals": ("Vital signs", "ph.heartbeat"),
    "admission": ("Admissions", "ph.bed"),
    "allergy": ("Allergies", "ph.warning-circle"),
    "declaration": ("Allergy answers", "ph.shield-check"),
    "document": ("Documents", "ph.file-text"),
    "name": ("Names", "ph.identification-card"),
    "registration": ("Registration", "ph.user-plus"),
}
WORDS = {
    "visit": "Visit",
    "note": "Note",
    "diagnosis": "Problem",
    "order": "Order",
    "prescription": "Prescription",
    "vitals": "Vital signs",
    "admission": "Admission",
    "allergy": "Allergy",
    "declaration": "Allergy answer",
    "document": "Document",
    "name": "Name",
}
_SIDE = 26


def icon_of(kind: str) -> str:
    """The picture of a kind of event."""
    return KINDS.get(kind, ("", "ph.circle-dashed"))[1]


def word_of(kind: str) -> str:
    """The word of a kind of event, for one of them."""
    return WORDS.get(kind, kind.capitalize())


class _Spine(QWidget):
    """The line at the side of an event, and its icon in a circle."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._icon = icon_of(kind)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        follow(self._dress)

    def _dress(self) -> None:
        self.setFixedWidth(theme().text_px(_SIDE))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            side, middle = float(theme().text_px(_SIDE)), self.width() / 2
            painter.setPen(QPen(theme().colour("border.strong"), 1))
            painter.drawLine(QPointF(middle, side), QPointF(middle, float(self.height())))
            ring = QRectF(middle - side / 2, 0, side, side).adjusted(1, 1, -1, -1)
            paint.box(painter, ring, theme().colour("surface.base"), theme().colour("border.strong"), ring.width() / 2)
            inner = QRectF(0, 0, theme().px("icon_inline"), theme().px("icon_inline"))
            inner.moveCenter(ring.center())
            paint_icon(painter, inner, self._icon, theme().colour("text.secondary"))


class EventColumn(QWidget):
    """The newest events under their dates, each with its time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        inset = theme().space("card_padding")
        self._column.setContentsMargins(inset, inset, inset, inset)
        self._column.setSpacing(0)
        self._shown: tuple[Event, ...] | None = None

    def show_events(self, events: Sequence[Event], more: bool) -> None:
        """Shows these; `more` says that older ones stand in the timeline."""
        wanted = tuple(events)
        if wanted == self._shown:
            return
        self._shown = wanted
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        today = words.today()
        for day, group in groupby(wanted, key=lambda e: e.at.astimezone().date()):
            heading = Label(words.day_heading(day, today), "small_strong", "secondary")
            heading.setContentsMargins(0, 0, 0, theme().space("grid"))
            self._column.addWidget(heading)
            for event in group:
                self._column.addWidget(_line(event))
        if not wanted:
            self._column.addWidget(Label("Nothing has happened yet", "small", "muted"))
        if more:
            self._column.addWidget(Label("Older events stand in the timeline", "small", "muted", wrap=True))
        self._column.addStretch(1)


def _line(event: Event) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme().space("inline_gap"))
    row.addWidget(_Spine(event.kind))
    text = QVBoxLayout()
    text.setContentsMargins(0, 2, 0, theme().space("card_padding"))
    text.setSpacing(0)
    head = QHBoxLayout()
    head.addWidget(Label(event.what, "body_strong", wrap=True), 1)
    head.addWidget(Label(words.clock(event.at), "small", "secondary"), 0, Qt.AlignmentFlag.AlignTop)
    text.addLayout(head)
    for said in (event.detail, event.by):
        if said:
            text.addWidget(Label(said, "small", "secondary", wrap=True))
    row.addLayout(text, 1)
    line.setAccessibleName(", ".join(p for p in (words.moment(event.at), event.what, event.detail, event.by) if p))
    return line
