"""The own cleaning tasks of one person, live: what to do now with its clock, what comes next, what is done. GUI thread.

Nobody else's tasks are here; the database shows none.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from PySide6.QtCore import QRectF, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from hisdesk.access.action import Action
from hisdesk.access.permissions import CLEANING_EDIT
from hisdesk.desk.kit import paint
from hisdesk.desk.kit.chips import StatusChip
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dialogs import ask
from hisdesk.desk.kit.keys import Keys
from hisdesk.desk.kit.labels import Label, show_if
from hisdesk.desk.kit.list_screen import age_text
from hisdesk.desk.kit.notices import Notices
from hisdesk.desk.kit.panels import Panel, ScrollPanel
from hisdesk.desk.kit.states import EmptyState, OfflineState, Skeleton, StaleStrip
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.desk.kit.tokens import Status as Shown
from hisdesk.desk.kit.words import clock
from hisdesk.errors import Conflict, SignedOut, Unavailable, UserError
from hisdesk.hospital.cleaning import actions, queries, rules
from hisdesk.hospital.cleaning.queries import TaskRow
from hisdesk.hospital.cleaning.rules import Status
from hisdesk.live.change import Change
from hisdesk.live.topics import ROOT

TOPICS = frozenset({f"{ROOT}/department/+/cleaning_task"})
"""Of every ward: who is near is asked, wherever the bed is."""
_STATES = {
    Status.OFFERED: Shown("attention", "ph.bell-ringing", "New"),
    Status.ACCEPTED: Shown("info", "ph.person-simple-walk", "You are going"),
    Status.STARTED: Shown("info", "ph.play-circle-fill", "Begun"),
}
_AT_LEAST = dt.timedelta(minutes=1)
"""Who says that a bed is done earlier is asked: F2 twice would free a bed that nobody cleaned."""
_KINDS = {"clean": "Clean", "deep clean": "Deep clean"}


@dataclass(frozen=True)
class Read:
    """What one reading brought: two statements."""

    open: tuple[TaskRow, ...]
    done: tuple[TaskRow, ...]


def read(tx: sa.Connection, user_id: UUID) -> Read:
    """The own open tasks, and those of the last day."""
    return Read(tuple(queries.mine(tx, user_id)), tuple(queries.mine(tx, user_id, done=True)))


class ClockBar(QWidget):
    """How much of the time a task should take has passed."""

    def __init__(self) -> None:
        super().__init__()
        self.share, self.late = 0.0, False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(10)

    def show_share(self, share: float, late: bool) -> None:
        """From 0 to 1; in red when it is over its time."""
        self.share, self.late = share, late
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        family, direction = "critical" if self.late else "info", self.layoutDirection()
        with QPainter(self) as painter:
            whole = QRectF(self.rect())
            paint.box(
                painter, whole, theme().colour(f"status.{family}.bg"), theme().colour(f"status.{family}.border"), 5
            )
            if self.share > 0:
                done = paint.visual(QRectF(0, 0, whole.width() * self.share, whole.height()), whole, direction)
                paint.box(painter, done, theme().colour(f"status.{family}.fg"), None, 5)


class Tasks(QWidget):
    """`badge` tells how many wait. F2 is the next step of the first task: start, then done."""

    badge = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.notices, self.keys = Notices(self), Keys(self)
        self.shown = Read((), ())
        self.read_at: float | None = None
        self._away = False
        self._lay_out()
        self.keys.add("F2", "Start the task, then say that it is done", self.step)
        self.keys.add("F4", "I am going", self.accept)
        self.keys.add("F8", "I cannot: ask somebody else", self.decline)
        self.keys.add("F5", "Read the tasks again", self.read_again)
        self._second = QTimer(self, interval=1_000)
        self._second.timeout.connect(self.tick)
        self._second.start()
        self.watch = desk.hub.watch(self, TOPICS, self._changed)
        self.read_again()

    # -- what the window calls ----------------------------------------------------------------------------------

    def read_again(self) -> None:
        """F5."""
        if self.read_at is None:
            self._loading.start()
            self._pages.setCurrentWidget(self._loading)
        query = partial(read, user_id=self.desk.actor.user_id)
        self.desk.tasks.read(self, query, self._received, self._not_received, slot="tasks")

    def rights_changed(self) -> None:
        """The person may do more or less than before."""
        self.read_again()

    # -- building -----------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        page, gap = theme().space("page_padding"), theme().space("card_padding")
        column = QVBoxLayout(self)
        column.setContentsMargins(page, 0, page, gap)
        column.setSpacing(0)
        self._header = QWidget()
        head = QHBoxLayout(self._header)
        head.setContentsMargins(0, 0, 0, 0)
        self.title, self.count = Label("My tasks", "title"), Label("", "body", "muted")
        head.addWidget(self.title)
        head.addWidget(self.count)
        head.addStretch(1)
        column.addWidget(self._header)
        self.notices.setContentsMargins(0, 0, 0, gap)
        column.addWidget(self.notices)
        self.strip = StaleStrip("")
        column.addWidget(self.strip)
        self._pages = QStackedWidget()
        self._loading = Skeleton("Reading your tasks", row="row_two_line")
        self._empty = EmptyState(
            "Nothing to clean", "A bed that becomes dirty near you appears here by itself.", icon="ph.sparkle"
        )
        self._offline = OfflineState("The database is away", "", "Try again")
        self._offline.acted.connect(self.read_again)
        self._loading.cancelled.connect(lambda: self._pages.setCurrentWidget(self._offline))
        self._now = self._make_now()
        for widget in (self._now, self._loading, self._empty, self._offline):
            self._pages.addWidget(widget)
        body = QHBoxLayout()
        body.setSpacing(gap)
        body.addWidget(self._pages, 1)
        self._done = ScrollPanel("Done in the last 24 hours", inset="card_padding")
        self.done = Label("Nothing yet", "body", "muted", wrap=True)
        self._done.add_scrolled(self.done)
        self._done.add_scrolled(QWidget(), 1)
        body.addWidget(self._done)
        column.addLayout(body, 1)
        follow(self._dress)

    def _make_now(self) -> QWidget:
        panel = Panel("Now")
        self.what = Label("", "display", wrap=True)
        self.where = Label("", "subtitle", "secondary", wrap=True)
        self.state = StatusChip(_STATES[Status.OFFERED])
        self.clock = Label("", "figure")
        self.bar = ClockBar()
        self.next = Label("", "body", "secondary", wrap=True)
        self.primary = Button("Start", "primary", icon="ph.play-circle", key="F2", size="touch")
        self.go = Button("I am going", key="F4", size="touch")
        self.cannot = Button("I cannot", "quiet", key="F8", size="touch")
        self.primary.clicked.connect(self.step)
        self.go.clicked.connect(self.accept)
        self.cannot.clicked.connect(self.decline)
        for item in (self.what, self.where, self.state, self.clock, self.bar):
            panel.add(item)
        row = QHBoxLayout()
        row.setSpacing(theme().space("inline_gap"))
        for button in (self.primary, self.go, self.cannot):
            row.addWidget(button)
        row.addStretch(1)
        panel.body_layout.addSpacing(theme().space("grid"))
        panel.add(row)
        panel.body_layout.addSpacing(theme().space("page_padding"))
        panel.add(self.next)
        panel.body_layout.addStretch(1)
        return panel

    def _dress(self) -> None:
        self._header.setFixedHeight(theme().px("screen_header"))
        self._done.setFixedWidth(theme().text_px(320))

    # -- reading ------------------------------------------------------------------------------------------------

    def _changed(self, _changes: list[Change]) -> None:
        self.read_again()

    def _received(self, shown: Read) -> None:
        self.shown, self.read_at, self._away = shown, time.monotonic(), False
        self._loading.stop()
        self._show()

    def _not_received(self, error: UserError) -> bool:
        if isinstance(error, SignedOut):
            return True
        self._loading.stop()
        self._away = isinstance(error, Unavailable)
        if self.read_at is None:
            self._offline.set_words("Your tasks could not be read", str(error))
            self._pages.setCurrentWidget(self._offline)
            return True
        self.tick()
        return self._away

    # -- showing ------------------------------------------------------------------------------------------------

    @property
    def task(self) -> TaskRow | None:
        """The one to do now: what has begun, else the longest asked."""
        return self.shown.open[0] if self.shown.open else None

    @property
    def page(self) -> str:
        """What is shown: "task", "loading", "empty" or "offline"."""
        names = {self._now: "task", self._loading: "loading", self._empty: "empty", self._offline: "offline"}
        return names[self._pages.currentWidget()]  # type: ignore[index]

    def _show(self) -> None:
        task, number = self.task, len(self.shown.open)
        self._pages.setCurrentWidget(self._now if task is not None else self._empty)
        self.count.set_text(f"{number} to do" if number else "")
        self.badge.emit(str(number) if number else "")
        said = "\n".join(done_words(each) for each in self.shown.done)
        self.done.set_text(said or "Nothing yet")
        if task is not None:
            self._show_task(task)
        self.tick()

    def _show_task(self, task: TaskRow) -> None:
        self.what.set_text(f"{_KINDS[task.kind]} bed {task.bed}")
        self.where.set_text(" · ".join(part for part in (task.room, task.ward, task.location) if part))
        self.state.set_state(_STATES[Status(task.status)])
        begun, may = task.status == Status.STARTED, self.desk.actor.may(CLEANING_EDIT)
        self.primary.setText("Done" if begun else "Start")
        self.primary.set_icon_name("ph.check-circle" if begun else "ph.play-circle")
        show_if(self.primary, may)
        show_if(self.go, may and task.status == Status.OFFERED)
        show_if(self.cannot, may and rules.may_decline(task.status))
        rest = [f"{_KINDS[each.kind]} bed {each.bed}, {each.room}, {each.ward}" for each in self.shown.open[1:]]
        self.next.set_text("Then: " + "; ".join(rest) if rest else "Nothing else is asked of you now.")

    def tick(self) -> None:
        """A second more."""
        moment, task = dt.datetime.now(dt.UTC), self.task
        if task is not None:
            late = rules.is_late(task, moment)
            self.clock.set_text(rules.clock(task, moment))
            self.clock.set_tone("critical" if late else "primary")
            self.bar.show_share(rules.share_done(task, moment), late)
            show_if(self.bar, task.status == Status.STARTED)
        if self.read_at is None:
            return
        age_s = time.monotonic() - self.read_at
        away = self._away or self.desk.hub.state == "away"
        stale = away or (self.desk.hub.state != "live" and age_s > 30)
        cause = "the database does not answer, " if away else ""
        self.strip.set_text(f"{age_text(age_s)} old: {cause}asking every 10 s" if stale else "")

    # -- doing --------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """F2: start, then done."""
        task = self.task
        if task is None or not self.desk.actor.may(CLEANING_EDIT):
            return
        if task.status == Status.STARTED:
            self._finish(task)
        else:
            self._write(actions.start, task, f"Bed {task.bed}: the clock runs")

    def _finish(self, task: TaskRow) -> None:
        done = partial(self._write, actions.finish, task, f"Bed {task.bed} is free")
        if task.started_at is None or dt.datetime.now(dt.UTC) - task.started_at >= _AT_LEAST:
            done()
            return
        said = "The clock has run for less than a minute. Then somebody else may be put into the bed at once."
        verbs = (("Go on cleaning", None), ("It is clean", done))
        ask(self, f"Is bed {task.bed} clean already?", said, verbs)

    def accept(self) -> None:
        """F4: the ward sees who comes."""
        task = self.task
        if task is not None and task.status == Status.OFFERED and self.desk.actor.may(CLEANING_EDIT):
            self._write(actions.accept, task, f"Bed {task.bed}: the ward knows that you are coming")

    def decline(self) -> None:
        """F8: the next nearest is asked."""
        task = self.task
        if task is not None and rules.may_decline(task.status) and self.desk.actor.may(CLEANING_EDIT):
            self._write(actions.decline, task, f"Bed {task.bed} was given to somebody else")

    def _write(self, action: Action[..., Any], task: TaskRow, said: str) -> None:
        def done(_moved: object) -> None:
            self.read_again()
            self.desk.messages.done(said)

        def not_done(error: UserError) -> None:
            if isinstance(error, Conflict):
                self.desk.messages.attention(self, "The task has changed", str(error))
                self.read_again()
            else:
                self.desk.messages.failure(self, error, "Not done")

        self.notices.clear()
        self.desk.tasks.write(self, action, task.id, task.version, on_done=done, on_error=not_done, slot="step")


def done_words(task: TaskRow) -> str:
    """ "1A · 10:24 to 10:52, 28 min"."""
    if task.started_at is None or task.done_at is None:
        return f"{task.bed} · {task.ward}"
    minutes = round((task.done_at - task.started_at).total_seconds() / 60)
    return f"{task.bed} · {task.ward} · {clock(task.started_at)} to {clock(task.done_at)}, {minutes} min"
