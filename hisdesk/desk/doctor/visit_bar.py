"""The visit at the right of a chart's tabs: how long the person has been inside, and the next step. GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hisdesk.access.permissions import VISITS_EDIT
from hisdesk.desk.doctor import words
from hisdesk.desk.doctor.steps import Steps, where
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.labels import Icon, Label, show_if
from hisdesk.desk.kit.theme import theme
from hisdesk.hospital.visits.queries import QueueRow
from hisdesk.hospital.visits.rules import Status

_FIRST = {Status.WITH_DOCTOR: 0, Status.CALLED: 1, Status.WAITING: 2}


def of_interest(visits: Sequence[QueueRow], me: object) -> QueueRow | None:
    """The visit that a chart shows: the one inside with this doctor, else inside, called, waiting."""
    return min(visits, key=lambda v: (_FIRST.get(Status(v.status), 9), v.doctor_id != me), default=None)


class VisitBar(QWidget):
    """`completed`: the visit is over. The buttons are there for who may change visits."""

    completed = Signal()

    def __init__(self, desk: Desk, steps: Steps, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._steps = desk, steps
        self._blocked = ""
        self._sign_note: Callable[[], object] | None = None
        self.first: Callable[[Callable[[], object]], object] = lambda go_on: go_on()
        """Asked before a visit is completed; it is handed what then goes on."""
        self.row: QueueRow | None = None
        self._sign = Icon("ph.timer", "text.secondary")
        self.lasting = Label("", "body_strong")
        self.since = Label("", "small", "secondary")
        self.why = Label("", "small", "attention")
        self.start = Button("Start", "primary", icon="ph.play-circle", key="F2", size="small")
        self.complete = Button("Complete", "primary", icon="ph.check-circle", key="Ctrl+Return", size="small")
        self.start.clicked.connect(self._start)
        self.complete.clicked.connect(lambda: self.first(self._complete))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme().space("inline_gap"))
        for widget in (self._sign, self.lasting, self.since, self.why, self.start, self.complete):
            line.addWidget(widget)
        self._clock = QTimer(self, interval=1_000)
        self._clock.timeout.connect(self.tick)
        self.show_visit(None)

    def show_visit(self, row: QueueRow | None) -> None:
        """Shows this visit, or that there is none."""
        self.row = row
        inside = row is not None and row.status == Status.WITH_DOCTOR
        before = row is not None and row.status in (Status.CALLED, Status.WAITING)
        may = self._desk.actor.may(VISITS_EDIT)
        show_if(self._sign, row is not None)
        show_if(self.lasting, inside)
        show_if(self.start, before and may)
        show_if(self.complete, inside and may)
        self.since.set_text(self._words(row))
        if inside:
            self._clock.start()
        else:
            self._clock.stop()
        self.tick()
        self.block(self._blocked)

    def complete_by(self, sign: Callable[[], object] | None) -> None:
        """What completing does instead of the plain step: sign the note that is being written."""
        self._sign_note = sign
        self.complete.setText("Sign and complete" if sign is not None else "Complete")

    def block(self, why: str) -> None:
        """A reason why the visit cannot be completed now; "" when it can."""
        self._blocked = why
        self.complete.set_reason(why)
        self.why.set_text(why)
        show_if(self.why, bool(why) and not self.complete.isHidden())

    def tick(self) -> None:
        """A second more."""
        if self.row is not None and self.row.started_at is not None:
            self.lasting.set_text(words.lasting((words.now() - self.row.started_at).total_seconds()))

    def _words(self, row: QueueRow | None) -> str:
        if row is None:
            return "No open visit"
        if row.status == Status.WITH_DOCTOR:
            with_whom = "" if row.doctor_id == self._desk.actor.user_id else f", with {row.doctor or 'a doctor'}"
            return f"since {words.clock(row.started_at)}{with_whom}"
        return f"{row.ticket} · {where(row, self._desk.actor.user_id)}"

    def _start(self) -> None:
        if self.row is not None:
            self._steps.start(self.row, lambda: None)

    def _complete(self) -> None:
        if self._sign_note is not None:
            self._sign_note()
        elif self.row is not None:
            self._steps.complete(self.row, self.completed.emit)
