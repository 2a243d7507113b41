"""The work of one signed-in person: their screens on the frame, opened by id, kept while they are signed in."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QMenu, QVBoxLayout, QWidget

from hisdesk.access.permissions import PATIENTS_CREATE
from hisdesk.desk.kit.banner import PatientBanner
from hisdesk.desk.kit.controls import IconButton
from hisdesk.desk.kit.keys import GLOBAL, conflict, keys_of
from hisdesk.desk.kit.pieces import InPieces, dressed
from hisdesk.desk.shell.frame import Frame
from hisdesk.desk.shell.help import global_shortcuts, show_help
from hisdesk.desk.shell.rail import RailItem
from hisdesk.desk.shell.registry import HOME, MOST_ON_RAIL, Screen, offered, on_rail
from hisdesk.desk.shell.search import Search
from hisdesk.desk.shell.session import Session
from hisdesk.errors import Denied
from hisdesk.hospital.patients.queries import Found, opened

NOTHING = ("Nothing to open", "Your role has no screens at this station. Ask your administrator.")
LONGEST_KEY_WORD = 20
"""Longer ones stand in F1 only."""
CLOCK_MS = 1_000
FIRST_AFTER_MS = 10
"""The frame is painted before its first screen is made: both at once would be felt."""
AHEAD_AFTER_MS, AHEAD_EVERY_MS = 50, 5
"""When screens begin to be made ahead, and the pause between two pieces."""


@dataclass(frozen=True)
class Place:
    """The station as the frame names it."""

    code: str
    title: str
    location: str
    hospital: str
    version: str
    round_trip_ms: float = 1.0


class Home(QWidget):
    """Frame and screens of one session. `lock_wanted` and `sign_out_wanted` go to the window."""

    lock_wanted = Signal()
    sign_out_wanted = Signal()
    password_wanted = Signal()

    def __init__(
        self, session: Session, place: Place, declared: tuple[Screen, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.session, self.place, self._declared = session, place, declared
        self.screens: tuple[Screen, ...] = ()
        self._widgets: dict[str, QWidget] = {}
        self._unfinished: dict[str, InPieces] = {}
        self._history: list[str] = []
        self._chart: tuple[str, UUID, str] | None = None
        self.current_id = ""
        self.frame = Frame(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.frame)
        session.messages.attach(self.frame.stack)
        self.search = Search(session.desk, self.frame.topbar.search, lambda: self.screens, self)
        self._connect()
        self._make_account_button()
        self._shortcuts = global_shortcuts(self, self._acts())
        self._name_person()
        self._offer()
        QTimer.singleShot(FIRST_AFTER_MS, self, self._begin)
        self._tick()
        self._ahead = self._make_ahead()
        self._pause = QTimer(self, interval=AHEAD_AFTER_MS)
        self._pause.timeout.connect(self._go_on_ahead)
        self._pause.start()

    def _connect(self) -> None:
        frame, session = self.frame, self.session
        frame.topbar.set_station(self.place.title or self.place.code, self.place.hospital, self.place.location)
        frame.statusline.set_station(self.place.code, self.place.version)
        frame.place_chosen.connect(self.open)
        frame.help_wanted.connect(self.show_help)
        frame.lock_clicked.connect(self.lock_wanted)
        self.search.person_chosen.connect(self._person_chosen)
        self.search.screen_chosen.connect(self.open)
        self.search.register_wanted.connect(self._register)
        session.rights_changed.connect(self._rights_changed)
        session.hub.state_changed.connect(self._show_state)
        session.tasks.idle.connect(self._show_state)
        self._clock = QTimer(self, interval=CLOCK_MS)
        self._clock.timeout.connect(self._tick)
        self._clock.start()

    # -- what screens ask of the window ----------------------------------------------------------------------------

    def open(self, screen_id: str, **subject: object) -> QWidget:
        """Shows a screen, made at its first call; `subject` goes to its `show_subject`. Raises Denied."""
        screen = next((each for each in self.screens if each.id == screen_id), None)
        if screen is None:
            raise Denied("You do not have the permission for this screen. Ask your administrator.")
        widget = self._widgets.get(screen_id) or self._make(screen)
        if self.current_id and self.current_id != screen_id:
            self._history = [each for each in self._history if each != screen_id] + [self.current_id]
        self._show(screen, widget)
        if subject:
            _call(widget, "show_subject", **subject)
        return widget

    def open_chart(self, patient_id: UUID, reason: str = "") -> QWidget:
        """Opens the record of one person on this person's chart screen. Raises Denied where they have none."""
        chart = next((each for each in self.screens if each.chart), None)
        if chart is None:
            raise Denied("You do not have the permission to open records. Ask your administrator.")
        widget = self.open(chart.id)
        self._chart = (chart.id, patient_id, reason)
        _call(widget, "open_patient", patient_id, reason)
        return widget

    def reopen(self) -> None:
        """A new session has no record open: the one on the screen is opened for it, and everything read again."""
        hub = self.session.hub
        if self._chart is None or self._chart[0] not in self._widgets:
            hub.re_read()
            return
        screen_id, patient_id, reason = self._chart
        desk = self.session.desk
        db, actor = desk.db, desk.actor
        self.session.tasks.run(
            self._widgets[screen_id],
            lambda: opened(db, actor, patient_id, reason),
            lambda _chart: hub.re_read(),
            slot="reopen",
        )

    def back(self) -> bool:
        """Esc: the screen closes what it has open, else the one before is shown. Returns whether anything happened."""
        current = self._widgets.get(self.current_id)
        if current is not None and _call(current, "go_back"):
            return True
        known = {each.id for each in self.screens}
        while self._history:
            screen_id = self._history.pop()
            if screen_id in known:
                self._show(next(each for each in self.screens if each.id == screen_id), self._widgets[screen_id])
                return True
        return False

    def read_again(self) -> None:
        """F5: the screen in front reads everything again."""
        current = self._widgets.get(self.current_id)
        if current is not None and not hasattr(current, "read_again"):
            self.session.hub.re_read()
        elif current is not None:
            _call(current, "read_again")

    def show_help(self) -> None:
        """F1: the keys of the screen in front."""
        current = self._widgets.get(self.current_id)
        screen = next((each for each in self.screens if each.id == self.current_id), None)
        show_help(current or self, screen.title if screen else "")

    @property
    def banner(self) -> PatientBanner:
        """The banner in the frame; shown while a screen with `shows_banner = True` is in front."""
        return self.frame.banner

    def widget(self, screen_id: str) -> QWidget | None:
        """A screen that was opened, or None."""
        return self._widgets.get(screen_id)

    def may_open(self, screen_id: str) -> bool:
        """Whether this person is offered that screen."""
        return any(each.id == screen_id for each in self.screens)

    def close_session(self) -> None:
        """The person leaves: typed text is kept for them, their screens go."""
        self._clock.stop()
        self._pause.stop()
        for widget in self._widgets.values():
            _call(widget, "keep_draft")
        self.session.close()

    def _make_account_button(self) -> None:
        """Beside the name: what a person can do with their own account."""
        self.account = IconButton("ph.caret-down", "Your account: password, sign out", size="small")
        self.account.clicked.connect(self._show_account)
        holder = self.frame.topbar.lock.parentWidget()
        row = holder.layout() if holder is not None else None
        if isinstance(row, QBoxLayout):
            row.insertWidget(row.indexOf(self.frame.topbar.lock), self.account)

    def _show_account(self) -> None:
        menu = QMenu(self)
        menu.addAction("Change password…", self.password_wanted.emit)
        menu.addAction("Lock\tCtrl+L", self.lock_wanted.emit)
        menu.addAction("Sign out\tCtrl+Shift+L", self.sign_out_wanted.emit)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.account.mapToGlobal(self.account.rect().bottomLeft()))

    def _person_chosen(self, found: Found) -> None:
        try:
            self.open_chart(found.id, f"Search: {found.matched}" if found.matched else "Search")
        except Denied as error:
            self.session.messages.failure(None, error)

    def _register(self, text: str) -> None:
        screen = next((each for each in self.screens if each.permission == PATIENTS_CREATE), None)
        if screen is not None:
            _call(self.open(screen.id), "begin_with", text)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _offer(self) -> None:
        self.screens = offered(self.session.actor, self._declared)
        self.frame.set_places([RailItem(s.id, s.icon, s.title) for s in on_rail(self.screens)])

    def _make(self, screen: Screen) -> QWidget:
        """The finished screen, on the stack."""
        started = self._unfinished.pop(screen.id, None)
        if started is not None:
            started.finish()
        widget = started or screen.factory(self.session.desk)
        self._widgets[screen.id] = widget
        self._follow(screen, widget)
        if started is None:
            self.frame.add_screen(widget)
        return widget

    def _make_ahead(self) -> Iterator[None]:
        """Makes what takes long to make, piece by piece, before this person asks for it."""
        for screen in self.screens:
            if screen.ahead is None or screen.id in self._widgets:
                continue
            widget = screen.ahead(self.session.desk)
            self._unfinished[screen.id] = widget
            self.frame.add_screen(widget)
            yield
            while screen.id in self._unfinished and widget.step():
                yield
            if screen.id in self._unfinished:
                self._make(screen)
            yield
            yield from dressed(widget)

    def _go_on_ahead(self) -> None:
        self._pause.setInterval(AHEAD_EVERY_MS)
        if next(self._ahead, self) is self:
            self._pause.stop()

    def _begin(self) -> None:
        """Shows the screen this person begins with, unless another one was asked for already."""
        if self.current_id:
            return
        if self.screens:
            self.open(self.screens[0].id)
        else:
            self.frame.set_header(*NOTHING)

    def _follow(self, screen: Screen, widget: QWidget) -> None:
        badge, header = getattr(widget, "badge", None), getattr(widget, "header_changed", None)
        keys = getattr(widget, "keys_changed", None)
        if isinstance(keys, SignalInstance):
            keys.connect(lambda: self._name_keys(widget) if self.current_id == screen.id else None)
        if screen.on_rail and isinstance(badge, SignalInstance):
            badge.connect(partial(self._badge, screen.id))
        if isinstance(header, SignalInstance):
            header.connect(lambda: self._header(widget) if self.current_id == screen.id else None)

    def _badge(self, screen_id: str, text: str) -> None:
        if any(each.id == screen_id for each in on_rail(self.screens)):
            self.frame.rail.set_badge(screen_id, text)

    def _show(self, screen: Screen, widget: QWidget) -> None:
        if self.current_id:
            self.session.messages.clear_toast()
        self.current_id = screen.id
        self._header(widget)
        self.frame.set_banner_shown(bool(getattr(widget, "shows_banner", False)))
        self.frame.show_screen(widget, screen.id)
        self._name_keys(widget)
        widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def _name_keys(self, widget: QWidget) -> None:
        """The foot names the keys of what is in front, and its own meaning of a key goes first."""
        own = [key for key in keys_of(widget) if key not in GLOBAL]
        short = [(key.keys, key.what) for key in own if len(key.what) <= LONGEST_KEY_WORD]
        self.frame.statusline.set_keys([*short[:3], ("F1", "Help")])
        for keys_text, shortcut in self._shortcuts.items():
            shortcut.setEnabled(conflict(own, keys_text) is None)

    def _header(self, widget: QWidget) -> None:
        described = getattr(widget, "header", None)
        title, count, commands = described() if callable(described) else ("", "", ())
        self.frame.set_header(title, count, commands)

    def _rights_changed(self) -> None:
        before = {each.id for each in self.screens}
        self._offer()
        left = {each.id for each in self.screens}
        self._name_person()
        if self.current_id not in left:
            gone, self.current_id = self.current_id, ""
            self._close_screen(gone)
            self._begin()
        else:
            self.frame.rail.choose(self.current_id)
        for screen_id in before - left:
            self._close_screen(screen_id)
        for widget in self._widgets.values():
            _call(widget, "rights_changed")
        self.search.rights_changed()
        if before != left:
            self.session.messages.info(None, "Your permissions were changed", "The places on the left follow them.")

    def _close_screen(self, screen_id: str) -> None:
        widget = self._widgets.pop(screen_id, None)
        if widget is not None:
            _call(widget, "keep_draft")
            self.frame.stack.removeWidget(widget)
            widget.hide()
            widget.deleteLater()

    def _name_person(self) -> None:
        actor = self.session.actor
        self.frame.topbar.set_person(actor.name, ", ".join(actor.roles))

    def _tick(self) -> None:
        self.frame.topbar.set_time(dt.datetime.now())  # noqa: DTZ005 (the clock on the wall)
        self._show_state()

    def _show_state(self, *_state: object) -> None:
        hub, line = self.session.hub, self.frame.statusline
        line.set_live("connecting" if hub.connecting else hub.state)
        line.set_database(None if hub.state == "away" else self.session.tasks.database_ms or self.place.round_trip_ms)
        if hub.last_change is None:
            line.set_change("")
        else:
            line.set_change(f"Last change {age_words(time.time() - hub.last_change)} ago")

    def _acts(self) -> dict[str, Callable[[], object]]:
        """What the keys do that work wherever the focus is; F1 lists them."""
        places = {f"Alt+{number}": partial(self.go_to_place, number) for number in range(1, MOST_ON_RAIL + 1)}
        return {
            "Ctrl+K": self.frame.focus_search,
            "Ctrl+L": self.lock_wanted.emit,
            "Ctrl+Shift+L": self.sign_out_wanted.emit,
            "Ctrl+Q": lambda: self.window().close(),
            "Alt+Home": self.go_home,
            **places,
        }

    def _acts_left(self) -> dict[int, Callable[[], object]]:
        """What the keys do that nobody in front has used; F1 lists them too."""
        return {Qt.Key.Key_F1: self.show_help, Qt.Key.Key_F5: self.read_again, Qt.Key.Key_Escape: self.back}

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        act = self._acts_left().get(event.key()) if plain else None
        if act is None:
            super().keyPressEvent(event)
        else:
            act()

    def go_home(self) -> None:
        """Alt+Home: the figures of this person's work."""
        if self.may_open(HOME):
            self.open(HOME)

    def go_to_place(self, number: int) -> None:
        """Alt+1 … 7: the places of the rail from the top."""
        places = on_rail(self.screens)
        if number <= len(places):
            self.open(places[number - 1].id)


def _call(widget: QWidget, method: str, *args: object, **named: object) -> object:
    """Calls what a screen offers, or nothing."""
    function = getattr(widget, method, None)
    return function(*args, **named) if callable(function) else None


def age_words(seconds: float) -> str:
    """ "4 s", "3 min", "2 h"."""
    whole = max(0, int(seconds))
    return f"{whole} s" if whole < 60 else f"{whole // 60} min" if whole < 3600 else f"{whole // 3600} h"
