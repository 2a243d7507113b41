"""Home: the figures that matter to this person now, each the way to the work behind it. GUI thread."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from hisdesk.access.figures import Values, answered
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.keys import Keys
from hisdesk.desk.kit.labels import Label, show_if
from hisdesk.desk.kit.list_screen import ListScreen, age_text
from hisdesk.desk.kit.notices import Notices
from hisdesk.desk.kit.states import StaleStrip
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.tile_view import TileGrid, TileView
from hisdesk.desk.kit.tiles import NOT_KNOWN, Said, Section, Start, Tile
from hisdesk.desk.kit.ways import go, open_chart
from hisdesk.desk.shell.deeds import line
from hisdesk.desk.shell.home_side import DeedsPanel, KeysPanel, side
from hisdesk.desk.shell.registry import HOME, Screen, declared_for, offered, on_rail, sections_for
from hisdesk.errors import SignedOut, Unavailable, UserError
from hisdesk.hospital.timeline.queries import Deed, own_deeds
from hisdesk.live.topics import anybody_topic, department_topic, everywhere_topic, hospital_topic

AGAIN_MS = 60_000
"""Some figures follow the clock or what no broker tells: a lot expires, a station falls silent."""
TICK_MS = 1_000
OLD_S, FRESH_S = 30, 2
SIDE = 320
_UNKNOWN = Said(NOT_KNOWN, detail="Not available")


@dataclass(frozen=True)
class Read:
    """What one reading gave."""

    values: Values
    deeds: tuple[Deed, ...]


class HomeScreen(QWidget):
    """Tiles by workstation, at the right the last things done and the keys. `read_again()` is F5."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._declared, self._sections = declared_for(desk.actor), sections_for(desk.actor)
        self.shown: Read | None = None
        self.read_at: float | None = None
        self._error: UserError | None = None
        self.keys = Keys(self)
        self.notices = Notices(self)
        self._lay_out()
        self._make_keys()
        self._make_tiles()
        self.watch = desk.hub.watch(self, self._topics(), lambda _changes: self._read())
        desk.hub.state_changed.connect(self._hub_state)  # a bound method: the hub outlives this screen
        self._tick, self._again = self._timer(TICK_MS, self._ticked), self._timer(AGAIN_MS, self._read_if_seen)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.read_again()

    # -- what the window calls ----------------------------------------------------------------------------------

    def header(self) -> tuple[str, str, tuple[QWidget, ...]]:
        """Title and whose figures these are."""
        return "Home", ", ".join(self.desk.actor.roles), ()

    def read_again(self) -> None:
        """F5."""
        self._read()

    def rights_changed(self) -> None:
        """Other figures may be seen: what may not be any more goes at once, with its number."""
        focused = QApplication.focusWidget()
        had_focus = focused is not None and self.isAncestorOf(focused)
        self._make_tiles()
        self._show_keys()
        self.watch.listen(self._topics())
        self._show()
        if had_focus:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._read()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.tiles:
            self.tiles[0].setFocus(event.reason())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.read_at is not None and time.monotonic() - self.read_at > FRESH_S:
            self._read()

    @property
    def tiles(self) -> list[TileView]:
        """All that this person is offered, in their order."""
        return [view for _, views in self._blocks for view in views]

    # -- building -----------------------------------------------------------------------------------------------

    def _timer(self, interval: int, run: Callable[[], object]) -> QTimer:
        timer = QTimer(self, interval=interval)
        timer.timeout.connect(run)
        timer.start()
        return timer

    def _lay_out(self) -> None:
        page, gap = theme().space("page_padding"), theme().space("card_padding")
        self.strip = StaleStrip("", self)
        self.deeds, self.key_list = DeedsPanel(), KeysPanel()
        self.deeds.opened.connect(lambda person: open_chart(self.desk, self, person, "Done lately"))
        self._page = QWidget()
        self._column = QVBoxLayout()
        self._column.setSpacing(theme().space("grid"))
        self._column.addStretch(1)
        at_right = side(self.deeds, self.key_list)
        at_right.setFixedWidth(SIDE)
        across = QHBoxLayout(self._page)
        across.setContentsMargins(page, theme().space("grid"), page, gap)
        across.setSpacing(page)
        across.addLayout(self._column, 1)
        across.addWidget(at_right)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setProperty("surface", "canvas")
        self._page.setProperty("surface", "canvas")
        area.setWidget(self._page)
        self._area = area
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.notices.setContentsMargins(page, 0, page, gap)
        column.addWidget(self.notices)
        column.addWidget(self.strip)
        column.addWidget(area, 1)
        self._blocks: list[tuple[QWidget, list[TileView]]] = []
        self._nothing = Label("Your role has no figures at this station.", "body", "secondary")
        self._column.insertWidget(0, self._nothing)

    def _make_tiles(self) -> None:
        screens = {screen.id: screen for screen in self._screens()}
        for block, _ in self._blocks:
            self._column.removeWidget(block)
            block.hide()
            block.deleteLater()
        self._blocks = []
        for section in self._sections:
            views = [
                TileView(tile, self._where(tile, screens)) for tile in section.tiles if self._offers(tile, screens)
            ]
            if views:
                self._add_section(section, views)
        show_if(self._nothing, not self.tiles)

    def _add_section(self, section: Section, views: list[TileView]) -> None:
        for view in views:
            view.clicked.connect(partial(self.open, view))
            view.stepped.connect(partial(self._step, view))
        heading = QHBoxLayout()
        heading.setContentsMargins(2, theme().space("grid") if self._blocks else 0, 0, 0)
        heading.addWidget(Label(section.title, "body_strong", "secondary"))
        heading.addStretch(1)
        block = QWidget(self._page)
        column = QVBoxLayout(block)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space("grid"))
        column.addLayout(heading)
        column.addWidget(TileGrid(views, block))
        self._column.insertWidget(len(self._blocks), block)
        self._blocks.append((block, views))
        block.show()

    def _screens(self) -> tuple[Screen, ...]:
        return offered(self.desk.actor, self._declared)

    def _offers(self, tile: Tile, screens: dict[str, Screen]) -> bool:
        return tile.meant_for(self.desk.actor) and (not tile.opens or tile.opens in screens)

    @staticmethod
    def _where(tile: Tile, screens: dict[str, Screen]) -> str:
        return screens[tile.opens].title if tile.opens else ""

    def _starts(self) -> list[Start]:
        known = {screen.id for screen in self._screens()}
        starts = (start for section in self._sections for start in section.starts)
        return [s for s in starts if s.opens in known and self.desk.actor.may(s.permission)]

    def _make_keys(self) -> None:
        for section in self._sections:
            for start in section.starts:
                self.keys.add(start.keys, start.what, partial(self._start, start))
        self.keys.explain("Return", "Open the figure")
        for keys, what in (
            ("Left", "Figure before"),
            ("Right", "Next figure"),
            ("Up", "Row above"),
            ("Down", "Row below"),
        ):
            self.keys.explain(keys, what)
        self.keys.add("F5", "Read the figures again", self.read_again)
        self._show_keys()

    def _show_keys(self) -> None:
        starts = self._starts()
        for section in self._sections:
            for start in section.starts:
                self.keys.allow(start.keys, start in starts)
        places = enumerate(on_rail(self._screens()), 1)
        self.key_list.rows.set_keys(
            [
                *((start.keys, start.what) for start in starts),
                ("Ctrl+K", "Search"),
                *((f"Alt+{number}", screen.title) for number, screen in places if screen.id != HOME),
                ("Alt+Home", "Home"),
                ("Ctrl+L", "Lock"),
            ]
        )

    def _topics(self) -> frozenset[str]:
        asks = {view.tile.asks for view in self.tiles}
        own = self.desk.actor.departments
        told = {department_topic(place, table) for each in asks for table in each.tables for place in own}
        told |= {anybody_topic(table) for each in asks for table in each.of_people}
        told |= {everywhere_topic(table) for each in asks for table in each.everywhere}
        return frozenset(told | {hospital_topic(table) for each in asks for table in each.of_house})

    # -- reading ------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        asks = tuple(dict.fromkeys(view.tile.asks for view in self.tiles))

        def read(tx: sa.Connection) -> Read:
            return Read(answered(tx, asks), tuple(own_deeds(tx)))

        self.desk.tasks.read(self, read, self._received, self._not_received, slot="home")

    def _hub_state(self, _state: str) -> None:
        self._show()

    def _read_if_seen(self) -> None:
        if self.isVisible():
            self._read()

    def _received(self, found: Read) -> None:
        self.shown, self._error, self.read_at = found, None, time.monotonic()
        self.notices.clear()
        lines = [said for said in map(line, found.deeds) if said is not None]
        self.deeds.show_lines(lines, may_open=any(screen.chart for screen in self._screens()))
        self._show()

    def _not_received(self, error: UserError) -> bool:
        if isinstance(error, SignedOut):
            return True
        self._error = error
        self.deeds.show_unknown()
        self._show()
        return isinstance(error, Unavailable)

    # -- showing ------------------------------------------------------------------------------------------------

    def _ticked(self) -> None:
        if self.isVisible():
            self._show()

    def _show(self) -> None:
        """Every figure as it is now: waits grow, and what could not be read is no number."""
        now, stale = dt.datetime.now(dt.UTC), self._say_age()
        for view in self.tiles:
            said = self._said(view.tile, now)
            if (said, stale) != (view.said, view.stale):
                view.say(said, stale=stale)

    def _said(self, tile: Tile, now: dt.datetime) -> Said:
        try:
            return tile.says(self.shown.values, now) if self.shown is not None else self._not_said()
        except KeyError:
            return self._not_said()  # a figure that was added after the last reading

    def _not_said(self) -> Said:
        return _UNKNOWN if self._error is not None else Said(NOT_KNOWN)

    def _say_age(self) -> bool:
        """Truth has an age: without the live connection the figures are dated. Returns whether they are muted."""
        away = isinstance(self._error, Unavailable) or self.desk.hub.state == "away"
        if self.read_at is None:
            self.strip.set_text("The database is away: the figures come by themselves when it is back" if away else "")
            return False
        age_s = time.monotonic() - self.read_at
        if not (away or self._error is not None or (self.desk.hub.state != "live" and age_s > OLD_S)):
            self.strip.set_text("")
            return False
        cause = "the database does not answer, " if away else ""
        self.strip.set_text(f"{age_text(age_s)} old: {cause}asking every 10 s")
        return True

    # -- doing --------------------------------------------------------------------------------------------------

    def open(self, view: TileView, _checked: bool = False) -> None:
        """Shows the work behind a figure."""
        tile = view.tile
        person: UUID | None = tile.person(self.shown.values) if tile.person and self.shown is not None else None
        if person is not None:
            open_chart(self.desk, self, person, tile.title)
        elif tile.opens:
            _narrow(go(self.desk, self, tile.opens), tile.segment)

    def _start(self, start: Start) -> None:
        go(self.desk, self, start.opens, **dict(start.subject))

    def _step(self, view: TileView, key: Qt.Key) -> None:
        """Arrow keys: to the tile before or behind, or to the nearest one in the row above or below."""
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            forwards = (key == Qt.Key.Key_Right) == (self.layoutDirection() == Qt.LayoutDirection.LeftToRight)
            at = self.tiles.index(view) + (1 if forwards else -1)
            wanted = self.tiles[at] if 0 <= at < len(self.tiles) else None
        else:
            wanted = self._nearest(view, 1 if key == Qt.Key.Key_Down else -1)
        if wanted is not None:
            wanted.setFocus(Qt.FocusReason.TabFocusReason)
            self._area.ensureWidgetVisible(wanted)

    def _nearest(self, view: TileView, sign: int) -> TileView | None:
        here = view.mapTo(self._page, QPoint(0, 0))
        places = [(each, each.mapTo(self._page, QPoint(0, 0))) for each in self.tiles]
        beyond = [(sign * (at.y() - here.y()), abs(at.x() - here.x()), each) for each, at in places]
        return min((one for one in beyond if one[0] > 0), key=lambda one: one[:2], default=(0, 0, None))[2]


def _narrow(screen: QWidget | None, segment: str) -> None:
    """Shows the list on that screen at this segment."""
    shown = screen if isinstance(screen, ListScreen) else getattr(screen, "list", None)
    if segment and isinstance(shown, ListScreen):
        shown.narrow("", segment)


SCREENS = (Screen(HOME, "Home", "ph.house", None, (), HomeScreen, primary_for=("facility_head", "medical_admin")),)
