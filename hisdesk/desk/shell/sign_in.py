"""The sign-in page, also what covers the window while it is locked. Imports nothing that first paint need not wait for.

The page only asks and shows; who answers (the database, off this thread) is the window's business.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dates import MONTHS
from hisdesk.desk.kit.fields import TextField
from hisdesk.desk.kit.labels import Label, show_if
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.shell.lately import LatelyHere
from hisdesk.desk.shell.memory import StationMemory
from hisdesk.desk.shell.password import PasswordField
from hisdesk.desk.shell.station_panel import StationPanel

FORM_WIDTH = 424
TEXT_SIZES = ((1.0, "100 %"), (1.15, "115 %"), (1.3, "130 %"), (1.5, "150 %"))
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class StationNames:
    """What the page knows before the database has answered."""

    hospital: str
    code: str


def day_and_time(now: dt.datetime) -> tuple[str, str]:
    """ "Tuesday 17-Mar-2026" and "07:52"."""
    day = f"{_DAYS[now.weekday()]} {now.day:02d}-{MONTHS[now.month - 1]}-{now.year}"
    return day, f"{now:%H:%M}"


class SignIn(QWidget):
    """Asks for name and password. `asked(name, password)` follows Enter or the button; the answer is told back."""

    asked = Signal(str, str)

    def __init__(self, names: StationNames, memory: StationMemory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._memory, self._locked_for = memory, ""
        self.panel = StationPanel(names.hospital, names.code, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.panel)
        row.addLayout(self._make_right(), 1)
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._tick)
        self._tick()
        self.begin()

    # -- told by the window ----------------------------------------------------------------------------------------

    def begin(self, name: str = "", *, locked_for: str = "", why: str = "") -> None:
        """Starts anew, with nothing typed. `locked_for` names who locked the station; `why` says why it is asked."""
        self._locked_for = locked_for
        self._title.set_text("Locked" if locked_for else "Sign in")
        self._why.set_text(why or (f"{locked_for} is signed in. Type the password to go on." if locked_for else ""))
        show_if(self._why, bool(why or locked_for))
        self.button.setText("Unlock" if locked_for else "Sign in")
        self._lately.set_people([] if locked_for else self._memory.lately())
        show_if(self.someone_else, bool(locked_for) or bool(name))
        self.name.set_value(name)
        self.password.forget()
        self.set_busy(False)
        self.name.set_error("")
        self.password.refuse("")
        self._mark_card()
        self.settle_focus()

    def settle_focus(self) -> None:
        """Puts the cursor where the next thing is typed."""
        (self.password if self.name.value() else self.name).control.setFocus(Qt.FocusReason.OtherFocusReason)

    def refuse(self, text: str) -> None:
        """Says under the password why it was not accepted. The typed name stays."""
        self.set_busy(False)
        self.password.forget()
        self.password.refuse(text)
        self.password.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_busy(self, busy: bool, word: str = "Signing in") -> None:
        """While an answer is awaited the fields cannot be changed."""
        self.button.set_busy(busy, word)
        for field in (self.name, self.password):
            field.edit.setReadOnly(busy)

    def set_versions(self, program: str, schema: str) -> None:
        """The versions of the program and of the database's structure, for the footer."""
        words = f"hisdesk {program}".rstrip()
        self._footer.set_text(f"{words} · schema {schema}" if schema else words)

    # -- how it is made --------------------------------------------------------------------------------------------

    def _make_right(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setContentsMargins(32, 22, 32, 18)
        column.setSpacing(0)
        column.addLayout(self._make_settings())
        column.addStretch(2)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._make_form())
        middle.addStretch(1)
        column.addLayout(middle)
        column.addStretch(3)
        foot = QHBoxLayout()
        self._footer = Label("hisdesk", "small", "muted")
        foot.addWidget(self._footer)
        foot.addStretch(1)
        foot.addWidget(Label("Everything you do is recorded under your name", "small", "muted"))
        column.addLayout(foot)
        return column

    def _make_settings(self) -> QHBoxLayout:
        self.text_size = Button("Text size", "quiet", icon="ph.text-aa", size="small", parent=self)
        self.text_size.clicked.connect(self._choose_text_size)
        self.mode = Button("Dark", "quiet", icon="ph.moon", size="small", parent=self)
        self.mode.clicked.connect(self._switch_mode)
        self._name_mode()
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.text_size)
        row.addWidget(self.mode)
        return row

    def _make_form(self) -> QWidget:
        form = self._form = QWidget(self)
        form.setFixedWidth(theme().text_px(FORM_WIDTH))
        column = QVBoxLayout(form)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._make_heading())
        self._lately = LatelyHere(form)
        self._lately.chosen.connect(self._chosen)
        column.addWidget(self._lately)
        self.name = TextField("User name", parent=form)
        self.name.edit.textEdited.connect(self._name_edited)
        self.name.edit.returnPressed.connect(self._name_entered)
        self.password = PasswordField("Password", form)
        self.password.entered.connect(self._ask)
        for field in (self.name, self.password):
            column.addWidget(field)
            column.addSpacing(theme().space("page_padding"))
        column.addSpacing(theme().space("half"))
        self.button = Button("Sign in", "primary", key="Return", size="large", parent=form)
        self.button.clicked.connect(self._ask)
        column.addWidget(self.button)
        column.addSpacing(theme().space("grid"))
        column.addLayout(self._make_below())
        return form

    def _make_heading(self) -> QVBoxLayout:
        self._day, self._time = Label("", "body", "muted"), Label("", "body_strong", "primary")
        when = QHBoxLayout()
        when.setSpacing(theme().space("half"))
        when.addWidget(self._day)
        when.addWidget(self._time)
        when.addStretch(1)
        self._title = Label("Sign in", "display", "primary")
        self._why = Label("", "body", "secondary", wrap=True)
        column = QVBoxLayout()
        column.setSpacing(theme().space("half"))
        column.setContentsMargins(0, 0, 0, theme().space("page_padding") + theme().space("grid"))
        column.addLayout(when)
        column.addWidget(self._title)
        column.addWidget(self._why)
        return column

    def _make_below(self) -> QHBoxLayout:
        self.someone_else = Button("Someone else", "quiet", icon="ph.users", parent=self)
        self.someone_else.clicked.connect(self._someone_else)
        row = QHBoxLayout()
        row.addWidget(self.someone_else)
        row.addStretch(1)
        row.addWidget(Label("Cannot sign in? Ask the helpdesk.", "small", "muted"))
        return row

    # -- what people do --------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        name, password = self.name.value().lower(), self.password.value()
        if not name:
            self.name.set_error("Type your user name or employee number")
            self.name.control.setFocus()
        elif not password:
            self.password.refuse("Type your password")
            self.password.control.setFocus()
        elif not self.button.busy:
            self.set_busy(True, "Checking" if self._locked_for else "Signing in")
            self.asked.emit(name, password)

    def _name_edited(self) -> None:
        self.name.set_error("")
        self._mark_card()
        show_if(self.someone_else, bool(self._locked_for) or bool(self.name.value()))

    def _name_entered(self) -> None:
        if self.name.value():
            self.password.control.setFocus(Qt.FocusReason.TabFocusReason)

    def _chosen(self, user_name: str) -> None:
        self.name.set_value(user_name)
        self._name_edited()
        self.password.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def _someone_else(self) -> None:
        self.name.set_value("")
        self.password.forget()
        self.password.refuse("")
        self._name_edited()
        self.name.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def _mark_card(self) -> None:
        self._lately.mark(self.name.value())

    # -- how this station looks ------------------------------------------------------------------------------------

    def _choose_text_size(self) -> None:
        menu = QMenu(self)
        group = QActionGroup(menu)
        for size, words in TEXT_SIZES:
            action = QAction(words, menu, checkable=True)
            action.setChecked(size == theme().text_size)
            action.triggered.connect(lambda _on, size=size: self._look(theme().mode, size))
            group.addAction(action)
            menu.addAction(action)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.text_size.mapToGlobal(self.text_size.rect().bottomLeft()))

    def _switch_mode(self) -> None:
        self._look("light" if theme().name == "dark" else "dark", theme().text_size)

    def _look(self, mode: str, text_size: float) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme().apply(app, mode, text_size)
        self._memory.remember_look(mode, text_size)
        self._form.setFixedWidth(theme().text_px(FORM_WIDTH))
        self._name_mode()

    def _name_mode(self) -> None:
        dark = theme().name == "dark"
        self.mode.setText("Light" if dark else "Dark")
        self.mode.set_icon_name("ph.sun" if dark else "ph.moon")

    def _tick(self) -> None:
        day, time = day_and_time(dt.datetime.now())  # noqa: DTZ005 (the clock on the wall)
        self._day.set_text(f"{day} ·")
        self._time.set_text(time)

    def showEvent(self, event: object) -> None:
        self._tick()
        self._clock.start()

    def hideEvent(self, event: object) -> None:
        self._clock.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.panel.settle(self.width())
        super().resizeEvent(event)
