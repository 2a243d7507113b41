"""The ward's bed board, live: who lies where, who waits, who goes home, what is cleaned. GUI thread."""

from __future__ import annotations

import time
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from hisdesk.access.permissions import ADMISSIONS_VIEW
from hisdesk.desk.kit.choices import Segment, Segmented
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.keys import Keys
from hisdesk.desk.kit.labels import Label, show_if
from hisdesk.desk.kit.list_screen import age_text
from hisdesk.desk.kit.notices import Notices
from hisdesk.desk.kit.panels import ScrollPanel
from hisdesk.desk.kit.states import EmptyState, OfflineState, Skeleton, StaleStrip
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.desk.ward import board_view, panels, words
from hisdesk.desk.ward.board import Board, Read
from hisdesk.desk.ward.board_view import BoardView
from hisdesk.desk.ward.side_list import SideList
from hisdesk.desk.ward.steps import Steps
from hisdesk.errors import SignedOut, Unavailable, UserError
from hisdesk.hospital.admissions import queries
from hisdesk.hospital.admissions.queries import BedRow
from hisdesk.hospital.beds.rules import is_free
from hisdesk.live.change import Change
from hisdesk.live.topics import department_topic, patient_topic

TABLES = ("bed", "stay", "admission_request", "discharge_item", "cleaning_task")
SIDE = 300


def read(tx: sa.Connection, *, waiting: bool) -> Read:
    """Beds of the own wards, and (`waiting`) who waits for one."""
    return Read(tuple(queries.board(tx)), tuple(queries.waiting(tx)) if waiting else ())


class Beds(Board):
    """`badge` tells how many wait for a bed."""

    badge = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.notices = Notices(self)
        self.keys = Keys(self)
        self.shown = Read((), ())
        self.read_at: float | None = None
        self._away = False
        self._ward: UUID | None = None
        self._offered: list[str] = []
        self.steps = Steps(desk, self)
        self._lay_out()
        self._wire()
        self.watch = desk.hub.watch(self, self._topics(), self._changed)
        desk.hub.state_changed.connect(self._say_age)  # a bound method: the hub outlives this screen
        self.read_again()

    # -- what the window calls ----------------------------------------------------------------------------------

    def read_again(self) -> None:
        """F5."""
        if self.read_at is None:
            self._loading.start()
            self._pages.setCurrentWidget(self._loading)
        query = partial(read, waiting=self.desk.actor.may(ADMISSIONS_VIEW))
        self.desk.tasks.read(self, query, self._received, self._not_received, slot="board")

    def go_back(self) -> bool:
        """Esc ends placing somebody first."""
        if self.view.placing is None:
            return False
        self.steps.placing.leave()
        return True

    def rights_changed(self) -> None:
        """Other wards or permissions: everything is read again."""
        self.watch.listen(self._topics())
        self.steps.refresh()
        self.read_again()

    def _topics(self) -> frozenset[str]:
        """The wards' own tables, and the vital signs of who lies in front."""
        wards = {department_topic(ward, table) for ward in self.desk.actor.departments for table in TABLES}
        people = {row.patient_id for row in self.shown.beds if row.stay_id is not None and row.patient_id is not None}
        return frozenset(wards | {patient_topic(person, "vital_signs") for person in people})

    # -- building -----------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        page, gap = theme().space("page_padding"), theme().space("card_padding")
        column = QVBoxLayout(self)
        column.setContentsMargins(page, 0, page, gap)
        column.setSpacing(0)
        self._header = self._make_header()
        column.addWidget(self._header)
        self.notices.setContentsMargins(0, 0, 0, gap)
        column.addWidget(self.notices)
        self.strip = StaleStrip("")
        column.addWidget(self.strip)
        self.hint = Label("", "body_strong", "accent", wrap=True)
        self.hint.setContentsMargins(3, 0, 0, theme().space("grid"))
        column.addWidget(self.hint)
        body = QHBoxLayout()
        body.setSpacing(gap)
        body.addWidget(self._make_board(), 1)
        body.addWidget(self._make_side())
        column.addLayout(body, 1)
        follow(self._dress)

    def _make_header(self) -> QWidget:
        header = QWidget()
        row = QHBoxLayout(header)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().space("inline_gap"))
        self.title = Label("Beds", "title")
        row.addWidget(self.title)
        self.counts: dict[str, tuple[Label, Label]] = {}
        for name, tone in (("occupied", "primary"), ("free", "ok"), ("being made ready", "attention")):
            row.addSpacing(theme().space("inline_gap"))
            number, word = Label("", "subtitle", tone), Label("", "small", "secondary")
            self.counts[name] = (number, word)
            row.addWidget(number)
            row.addWidget(word)
        self._wards = QHBoxLayout()
        row.addSpacing(theme().space("inline_gap"))
        row.addLayout(self._wards)
        self.segments: Segmented | None = None
        row.addStretch(1)
        for button in self.steps.buttons.values():
            row.addWidget(button)
        return header

    def _make_board(self) -> QWidget:
        self.view = BoardView()
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setProperty("surface", "canvas")
        self._area.viewport().setAutoFillBackground(False)
        holder = QWidget()
        inside = QVBoxLayout(holder)
        inside.setContentsMargins(3, 3, 6, 3)
        inside.addWidget(self.view)
        inside.addStretch(1)
        holder.setAutoFillBackground(False)
        self._area.setWidget(holder)
        self._loading = Skeleton("Reading the beds", row="row_two_line")
        self._empty = EmptyState(
            "Your wards have no beds",
            "Rooms and beds are set up by the ward manager under Rooms; your wards are set by the administrator.",
            icon="ph.bed",
        )
        self._offline = OfflineState("The database is away", "", "Try again")
        self._pages = QStackedWidget()
        for widget in (self._area, self._loading, self._empty, self._offline):
            self._pages.addWidget(widget)
        self._offline.acted.connect(self.read_again)
        self._loading.cancelled.connect(lambda: self._pages.setCurrentWidget(self._offline))
        return self._pages

    def _make_side(self) -> QWidget:
        self.side = QWidget()
        column = QVBoxLayout(self.side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space("card_padding"))
        carried = partial(board_view.carry, self.side, "request")
        self.waiting = SideList("Waiting for a bed", "Nobody waits for a bed", carried)
        self.home = SideList("Home today", "Nobody is expected to go home today")
        self.cleaning = SideList("Cleaning", "Every bed is clean")
        self.panels: dict[SideList, ScrollPanel] = {}
        for listed, title, share in (
            (self.waiting, "Waiting for a bed", 3),
            (self.home, "Home today", 2),
            (self.cleaning, "Cleaning", 2),
        ):
            panel = ScrollPanel(title, inset="half")
            panel.add_scrolled(listed)
            panel.add_scrolled(QWidget(), 1)
            self.panels[listed] = panel
            column.addWidget(panel, share)
        self.place_button = Button("Place", "quiet", key="M", size="small")
        self.panels[self.waiting].add_command(self.place_button)
        return self.side

    def _wire(self) -> None:
        view, steps = self.view, self.steps
        view.chosen.connect(lambda _bed: steps.refresh())
        view.opened.connect(lambda _bed: steps.open_bed())
        view.placed.connect(steps.placing.placed)
        view.left.connect(steps.placing.leave)
        view.carried.connect(steps.placing.carried)
        self.waiting.chosen.connect(self._request_chosen)
        self.waiting.opened.connect(lambda _key: steps.open_request())
        self.home.chosen.connect(self._bed_chosen)
        self.home.opened.connect(lambda _key: steps.discharge())
        self.cleaning.chosen.connect(self._task_chosen)
        self.cleaning.opened.connect(lambda _key: steps.give_task())
        self.place_button.clicked.connect(lambda _=False: steps.placing.place_request())
        steps.add_keys(self.keys)
        self.keys.add("F5", "Read the board again", self.read_again)
        for keys, what in (("Left", "Move between beds"), ("Return", "Open the bed, or place somebody in it")):
            self.keys.explain(keys, what)
        self._second = QTimer(self, interval=1_000)
        self._second.timeout.connect(self._say_age)
        self._second.start()
        self._minute = QTimer(self, interval=board_view.TICK_MS)
        self._minute.timeout.connect(self._show_side)
        self._minute.start()
        self.setFocusProxy(self.view)

    def _dress(self) -> None:
        self._header.setFixedHeight(theme().px("screen_header"))
        self.side.setFixedWidth(theme().text_px(SIDE))

    # -- reading ------------------------------------------------------------------------------------------------

    def _changed(self, _changes: list[Change]) -> None:
        self.read_again()

    def _received(self, shown: Read) -> None:
        self.shown, self.read_at, self._away = shown, time.monotonic(), False
        self._loading.stop()
        if self.watch.topics != self._topics():
            self.watch.listen(self._topics())
        self._offer_wards()
        self._show()

    def _not_received(self, error: UserError) -> bool:
        if isinstance(error, SignedOut):
            return True
        self._loading.stop()
        self._away = isinstance(error, Unavailable)
        if self.read_at is None:
            title = "The database is away" if self._away else "The beds could not be read"
            self._offline.set_words(title, str(error))
            self._pages.setCurrentWidget(self._offline)
            return True
        self._say_age()
        return self._away

    # -- showing ------------------------------------------------------------------------------------------------

    @property
    def page(self) -> str:
        """What is shown: "beds", "loading", "empty" or "offline"."""
        names = {self._area: "beds", self._loading: "loading", self._empty: "empty", self._offline: "offline"}
        return names[self._pages.currentWidget()]  # type: ignore[index]

    @property
    def beds(self) -> tuple[BedRow, ...]:
        """The beds of the ward that is in front."""
        return tuple(row for row in self.shown.beds if row.department_id == self._ward)

    def show_ward(self, ward: UUID) -> None:
        """Brings a ward to the front."""
        self._ward = ward
        if self.segments is not None:
            self.segments.set_value(str(ward))
        self._show()

    def say_placing(self, text: str) -> None:
        """What the keys do while somebody is placed; "" when nobody is."""
        self.hint.set_text(text)
        show_if(self.hint, bool(text))

    def _offer_wards(self) -> None:
        """A segment for each ward, when there are several."""
        wards = {row.department_id: row.ward for row in self.shown.beds}
        if self._ward not in wards:
            self._ward = next(iter(wards), None)
        offered = [str(ward) for ward in wards] if len(wards) > 1 else []
        if offered == self._offered:
            return
        self._offered = offered
        if self.segments is not None:
            self._wards.removeWidget(self.segments)
            self.segments.deleteLater()
            self.segments = None
        if not offered:
            return
        self.segments = Segmented([Segment(str(ward), name) for ward, name in wards.items()])
        self.segments.set_value(str(self._ward))
        self.segments.chosen.connect(lambda value: self.show_ward(UUID(value)))
        self._wards.addWidget(self.segments)

    def _show(self) -> None:
        beds = self.beds
        self._pages.setCurrentWidget(self._area if self.shown.beds else self._empty)
        self.view.show_beds(beds)
        taken = sum(words.is_here(row) for row in beds)
        ready = sum(row.task_id is not None for row in beds)
        self._count("occupied", taken, f"of {len(beds)} occupied")
        self._count("free", sum(is_free(row) for row in beds), "free")
        self._count("being made ready", ready, "being made ready")
        self._show_side()
        self.badge.emit(str(len(self.shown.waiting)) if self.shown.waiting else "")
        self.steps.refresh()
        self._say_age()

    def _count(self, name: str, value: int, word: str) -> None:
        number, said = self.counts[name]
        number.set_text(str(value))
        said.set_text(word)

    def _show_side(self) -> None:
        moment = words.now()
        fits = self.steps.placing.fits_of(self.request) if self.request is not None else []
        waiting = [
            panels.request_row(row, moment, fits if row.id == self.waiting.selected else [])
            for row in self.shown.waiting
        ]
        home = panels.home_rows(self.beds, moment)
        tasks = panels.task_rows(self.beds, moment)
        for listed, rows in ((self.waiting, waiting), (self.home, home), (self.cleaning, tasks)):
            listed.show_rows(rows)
            self.panels[listed].set_count(str(len(rows)) if rows else "")
        show_if(self.panels[self.waiting], self.desk.actor.may(ADMISSIONS_VIEW))
        self.view.update()

    def _request_chosen(self, _key: object) -> None:
        self._show_side()
        self.steps.refresh()

    def _bed_chosen(self, key: UUID | None) -> None:
        if key is not None:
            self.view.select(key)

    def _task_chosen(self, key: UUID | None) -> None:
        row = next((row for row in self.beds if row.task_id == key), None)
        if row is not None:
            self.view.select(row.bed_id)

    def _say_age(self, *_state: object) -> None:
        """Truth has an age: what may be old is dated and muted."""
        if self.read_at is None:
            return
        age_s = time.monotonic() - self.read_at
        away = self._away or self.desk.hub.state == "away"
        stale = away or (self.desk.hub.state != "live" and age_s > 30)
        cause = "the database does not answer, " if away else ""
        self.strip.set_text(f"{age_text(age_s)} old: {cause}asking every 10 s" if stale else "")
        for part in (self.view, self.waiting, self.home, self.cleaning):
            part.set_stale(stale)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._say_age()
