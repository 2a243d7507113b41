"""What the demo's chooser shows: a card for everybody one can be, and beside them the servers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from hisdesk.desk.demo.cards import Person, PersonCard
from hisdesk.desk.kit.chips import StatusChip
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.panels import Panel
from hisdesk.desk.kit.pieces import InPieces
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.tokens import Status

COLUMNS = 3
RUNNING = Status("ok", "ph.check-circle-fill", "Running")
STOPPED = Status("critical", "ph.warning-octagon-fill", "Stopped")


class PeoplePage(InPieces):
    """`opened(person)`, `several_wanted`, `hall_wanted`, `beds_wanted` and `stop_wanted` say what was clicked."""

    opened = Signal(object)
    several_wanted = Signal()
    hall_wanted = Signal()
    beds_wanted = Signal()
    stop_wanted = Signal()

    def __init__(
        self,
        people: Sequence[Person],
        states: Mapping[str, bool],
        home: Path,
        parent: QWidget | None = None,
        *,
        at_once: bool = True,
    ) -> None:
        self._people, self._states, self._home = people, states, home
        self.cards: list[PersonCard] = []
        self.chips: dict[str, StatusChip] = {}
        super().__init__(parent, at_once=at_once)

    def build(self) -> Iterator[None]:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().space("card_padding"))
        area, grid = self._make_area()
        row.addWidget(area, 1)
        side = QVBoxLayout()
        side.setSpacing(theme().space("card_padding"))
        side.addWidget(self._make_several())
        side.addStretch(1)
        row.addLayout(side)
        yield
        side.insertWidget(1, self._make_servers())
        last: QWidget = area
        for number, person in enumerate(self._people):
            if number % COLUMNS == 0:
                yield
            card = PersonCard(person)
            card.opened.connect(self.opened)
            self.cards.append(card)
            grid.addWidget(card, number // COLUMNS, number % COLUMNS)
            for button in (card.button, card.copy):  # before the side, which was made first
                self.setTabOrder(last, button)
                last = button

    def show_states(self, states: Mapping[str, bool]) -> None:
        """Which of the servers run."""
        for name, chip in self.chips.items():
            if name in states:
                chip.set_state(RUNNING if states[name] else STOPPED)

    def show_count(self, number: int) -> None:
        """How many windows were opened from here and are still open."""
        self.open_count.set_text("" if not number else "1 window open" if number == 1 else f"{number} windows open")

    def _make_area(self) -> tuple[QScrollArea, QGridLayout]:
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, theme().space("grid"), 0)
        grid.setSpacing(theme().space("card_padding"))
        for column in range(COLUMNS):
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(len(self._people), 1)
        area = QScrollArea(self)
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        return area, grid

    def _make_several(self) -> Panel:
        panel = Panel("Try it together")
        panel.setFixedWidth(theme().sizes("side_panel")[1])
        words = "A receptionist, a doctor and the hall display, each in a window of its own."
        panel.add(Label(words, "body", "secondary", wrap=True))
        self.several = Button("Open several stations", "primary", icon="ph.squares-four")
        self.several.clicked.connect(self.several_wanted)
        self.hall = Button("Open hall display", icon="ph.monitor")
        self.hall.clicked.connect(self.hall_wanted)
        self.beds = Button("Open bed board", icon="ph.bed")
        self.beds.clicked.connect(self.beds_wanted)
        panel.add(self.several)
        panel.add(self.hall)
        panel.add(self.beds)
        self.open_count = Label("", "small", "muted")
        panel.add(self.open_count)
        return panel

    def _make_servers(self) -> Panel:
        panel = Panel("Servers")
        panel.setFixedWidth(theme().sizes("side_panel")[1])
        grid = QGridLayout()
        grid.setColumnStretch(0, 1)
        for number, (name, runs) in enumerate(self._states.items()):
            self.chips[name] = StatusChip(RUNNING if runs else STOPPED)
            grid.addWidget(Label(name, "body"), number, 0)
            grid.addWidget(self.chips[name], number, 1, Qt.AlignmentFlag.AlignTrailing)
        panel.add(grid)
        panel.add(Label(f"Data and passwords: {self._home}", "small", "muted", wrap=True))
        self.stop_button = Button("Stop everything", "destructive", icon="ph.power")
        self.stop_button.clicked.connect(self.stop_wanted)
        panel.add(self.stop_button)
        return panel
