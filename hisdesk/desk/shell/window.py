"""The one window of a station: the sign-in page, and behind it the work of who is signed in.

Locking covers the work without ending it: nothing of a patient is on the screen, what was typed stays, dialogs wait.
Light on purpose: what work needs is imported by `Backstage` while the form is idle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QDialog, QStackedLayout, QWidget
from shiboken6 import isValid

from hisdesk.desk.kit.theme import theme
from hisdesk.desk.shell.backstage import Backstage
from hisdesk.desk.shell.memory import StationMemory
from hisdesk.desk.shell.sign_in import SignIn, StationNames

if TYPE_CHECKING:
    from uuid import UUID

    from hisdesk.access.actor import Actor
    from hisdesk.access.here import Here
    from hisdesk.access.sign_in import SignedIn
    from hisdesk.desk.kit.banner import PatientBanner
    from hisdesk.desk.kit.hub import Hub
    from hisdesk.desk.shell.change_password import ChangePassword
    from hisdesk.desk.shell.home import Home
    from hisdesk.desk.shell.registry import Screen

LIVE_WORDS = {
    "connecting": ("unknown", "Connecting"),
    "live": ("ok", "On"),
    "polling": ("attention", "Away, reading every 10 s"),
    "away": ("error", "Away"),
}


class Window(QWidget):
    """Screens reach it through `self.window()`: `open`, `open_chart`, `back`, `banner`, `lock`, `sign_out`.

    `opened(home)`: somebody is signed in and their first screen is shown. `left`: nobody is signed in any more.
    `painted`: the first paint is on the screen.
    """

    painted = Signal()
    opened = Signal(object)
    left = Signal()

    def __init__(
        self,
        names: StationNames,
        memory: StationMemory,
        backstage: Backstage,
        screens: Callable[[Actor], tuple[Screen, ...]] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._names, self._memory, self._backstage, self._screens = names, memory, backstage, screens
        self._hub: Hub | None = None
        self._version = ""
        self._early: SignedIn | None = None
        self._here: Here | None = None
        self._pending: tuple[str, str] | None = None
        self._hidden: list[QDialog] = []
        self._was_painted = False
        self.home: Home | None = None
        self.change_page: ChangePassword | None = None
        self.locked = False
        self.sign_in = SignIn(names, memory, self)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.sign_in)
        self.setWindowTitle(f"hisdesk · {names.code}")
        self.setMinimumSize(*theme().sizes("minimum_window"))
        self.sign_in.asked.connect(self._ask)
        self.sign_in.name.edit.textEdited.connect(self._forget_pending)
        self.sign_in.password.edit.textEdited.connect(self._forget_pending)
        self._connect()

    def _connect(self) -> None:
        backstage = self._backstage
        backstage.found.connect(self._found)
        backstage.away.connect(self._away)
        backstage.entered.connect(self._entered)
        backstage.unlocked.connect(self._unlocked)
        backstage.refused.connect(self._refused)
        backstage.unreachable.connect(self._unreachable)
        backstage.changed.connect(self._password_changed)
        backstage.not_changed.connect(self._password_not_changed)

    # -- what screens ask ------------------------------------------------------------------------------------------

    def open(self, screen_id: str, **subject: object) -> QWidget:
        """Shows a screen by its id; `subject` goes to its `show_subject`. Raises Denied."""
        return self._work().open(screen_id, **subject)

    def open_chart(self, patient_id: UUID, reason: str = "") -> QWidget:
        """Opens the record of one person; the opening is logged with its reason. Raises Denied."""
        return self._work().open_chart(patient_id, reason)

    def may_open(self, screen_id: str) -> bool:
        """Whether the signed-in person is offered that screen."""
        return self.home is not None and self.home.may_open(screen_id)

    def back(self) -> bool:
        """Esc: back to what was in front before."""
        return self._work().back()

    @property
    def banner(self) -> PatientBanner:
        """The patient banner of the frame."""
        return self._work().banner

    def _work(self) -> Home:
        if self.home is None:
            raise RuntimeError("nobody is signed in")
        return self.home

    # -- the door --------------------------------------------------------------------------------------------------

    def lock(self) -> None:
        """Covers everything; the session and what was typed stay. The same password uncovers it."""
        if self.home is not None and not self.locked:
            self._cover(locked_for=self.home.session.actor.name)

    def sign_out(self) -> None:
        """Ends the session here and on the server; unsaved text is kept for its author."""
        if self.home is not None:
            self._leave()
            self.sign_in.begin()
            self._stack.setCurrentWidget(self.sign_in)
            self._backstage.check()

    def _cover(self, *, locked_for: str = "", why: str = "") -> None:
        actor = self._work().session.actor
        self.locked = True
        dialogs = [each for each in self.findChildren(QDialog) if each.isVisible()]
        self._hidden += [each for each in dialogs if each not in self._hidden]
        for dialog in dialogs:
            dialog.setVisible(False)
        self.sign_in.begin(actor.user_name, locked_for=locked_for, why=why)
        self._stack.setCurrentWidget(self.sign_in)
        self.sign_in.settle_focus()
        self._backstage.check()

    def _uncover(self) -> None:
        home = self._work()
        self.locked = False
        self._backstage.rest()
        self.sign_in.begin()
        self._stack.setCurrentWidget(home)
        hidden, self._hidden = self._hidden, []
        for dialog in hidden:
            if isValid(dialog):
                dialog.setVisible(True)

    def _leave(self) -> None:
        """The signed-in person goes: screens closed, typed text kept, session ended."""
        home = self._work()
        self.home, self.locked = None, False
        for dialog in self._hidden:
            if isValid(dialog):
                dialog.deleteLater()
        self._hidden = []
        home.close_session()
        self._backstage.sign_out(home.session.actor)
        self._stack.removeWidget(home)
        home.hide()
        home.deleteLater()
        self.left.emit()

    # -- answers from backstage ------------------------------------------------------------------------------------

    def _ask(self, name: str, password: str) -> None:
        self._pending = None
        if self.home is not None:
            self._backstage.unlock(name, password, self.home.session.actor)
        else:
            self._backstage.sign_in(name, password)

    def _entered(self, signed: SignedIn) -> None:
        if self.home is not None:
            self._leave()  # somebody else took over the locked station
        self._pending = None
        if signed.must_change:
            self._ask_new_password(signed)
        elif self._hub is None:
            self._early = signed  # quicker than the imports
        else:
            self._open_work(signed, self._hub)

    def _unlocked(self, signed: SignedIn | None) -> None:
        if self.home is None:
            return
        if signed is None:
            self._uncover()
            return
        self.home.session.go_on_as(signed)
        self._uncover()
        self.home.reopen()

    def _refused(self, text: str) -> None:
        self._pending = None
        self.sign_in.refuse(text)

    def _unreachable(self, text: str) -> None:
        """Keeps what was typed and tries again by itself when the database is back."""
        page = self.sign_in
        self._pending = (page.name.value().lower(), page.password.value())
        page.set_busy(False)
        page.password.refuse(text)

    def _forget_pending(self) -> None:
        self._pending = None

    def _found(self, here: Here) -> None:
        self._here = here
        self.sign_in.panel.set_station(here.title, here.location)
        self.sign_in.panel.set_check("database", "ok", f"Connected, {_ms(here.round_trip_ms)}")
        self.sign_in.set_versions(self._version, here.schema)
        if self._pending is not None and not self.sign_in.button.busy:
            pending, self._pending = self._pending, None
            self.sign_in.set_busy(True)
            self.sign_in.asked.emit(*pending)

    def _away(self, text: str) -> None:
        revoked = "out of service" in text
        self.sign_in.panel.set_check("database", "error", text if revoked else "Does not answer, trying again")

    def use(self, hub: Hub, version: str) -> None:
        """What is only there once the imports are done; nobody signs in before."""
        self._hub, self._version = hub, version
        hub.state_changed.connect(self._show_live)
        self._show_live(hub.state)
        self.sign_in.set_versions(version, self._here.schema if self._here else "")
        if self._early is not None:
            early, self._early = self._early, None
            self._open_work(early, hub)

    def _show_live(self, state: str) -> None:
        connecting = self._hub is not None and self._hub.connecting
        self.sign_in.panel.set_check("live", *LIVE_WORDS["connecting" if connecting else state])

    def look_at_devices(self, camera: str, printers: Mapping[str, str]) -> None:
        """Checks what is plugged in; `camera` and `printers` are those of the station's settings."""
        from hisdesk.desk.shell import checks

        self.sign_in.panel.set_check("camera", *checks.camera(camera))
        self.sign_in.panel.set_check("printers", *checks.printers(printers))

    # -- the work --------------------------------------------------------------------------------------------------

    def _open_work(self, signed: SignedIn, hub: Hub) -> None:
        from hisdesk.desk.shell.home import Home, Place
        from hisdesk.desk.shell.registry import declared_for
        from hisdesk.desk.shell.session import Session

        session = Session(self._backstage.database(), hub, self._memory, signed)
        here, names = self._here, self._names
        title, location, took_ms = (here.title, here.location, here.round_trip_ms) if here else ("", "", 1.0)
        place = Place(names.code, title, location, names.hospital, self._version, took_ms)
        home = Home(session, place, (self._screens or declared_for)(signed.actor), self)
        session.setParent(home)
        session.ended.connect(self._ended)
        home.lock_wanted.connect(self.lock)
        home.sign_out_wanted.connect(self.sign_out)
        home.password_wanted.connect(self.change_password)
        self.home = home
        self._stack.addWidget(home)
        self._memory.was_here(signed.actor.user_name, signed.actor.name, ", ".join(signed.actor.roles))
        self._uncover()
        session.messages.done(_welcome(signed))
        self.opened.emit(home)

    def _ended(self, why: str) -> None:
        """The session ended on the server: the page comes on top, everything typed stays behind it."""
        if self.home is not None:
            self._cover(why=why)

    def change_password(self) -> None:
        """Asks the signed-in person for a new password."""
        if self.home is not None:
            self._ask_new_password(self.home.session.signed)

    def _ask_new_password(self, signed: SignedIn) -> None:
        from hisdesk.desk.shell.change_password import ChangePassword

        page = ChangePassword(signed, self)
        page.asked.connect(lambda old, new: self._backstage.change_password(signed.actor, old, new))
        page.left.connect(self._leave_password)
        self.change_page = page
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)

    def _password_not_changed(self, text: str) -> None:
        if self.change_page is not None:
            self.change_page.refuse(text)

    def _password_changed(self) -> None:
        """Signs in anew with the new password: unsaved text is kept under what is made from it."""
        page = self.change_page
        if page is not None:
            name, new = page.signed.actor.user_name, page.new_password
            self._drop_page()
            self.sign_in.begin(name)
            self.sign_in.set_busy(True)
            if self.home is None:
                self._backstage.sign_out(page.signed.actor)
            self._backstage.sign_in(name, new)

    def _leave_password(self) -> None:
        page = self.change_page
        self._drop_page()
        if self.home is not None:
            self._stack.setCurrentWidget(self.home)
        elif page is not None:
            self._backstage.sign_out(page.signed.actor)
            self.sign_in.begin(page.signed.actor.user_name)

    def _drop_page(self) -> None:
        page, self.change_page = self.change_page, None
        if page is not None:
            self._stack.setCurrentWidget(self.sign_in)
            self._stack.removeWidget(page)
            page.hide()
            page.deleteLater()

    # -- Qt --------------------------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        self._memory.settings.setValue("window/geometry", self.saveGeometry())
        if self.home is not None:
            self._leave()
        event.accept()

    def restore_place(self) -> None:
        """Opens where it was closed last, or at its usual size."""
        stored = self._memory.settings.value("window/geometry")
        if not isinstance(stored, QByteArray) or not self.restoreGeometry(stored):
            self.resize(1366, 768)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Q and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.close()


def _ms(milliseconds: float) -> str:
    return f"{milliseconds:.0f} ms" if milliseconds >= 0.95 else "under 1 ms"


def _welcome(signed: SignedIn) -> str:
    from hisdesk.desk.kit.dates import show_date

    if signed.last_at is None:
        return f"Welcome, {signed.actor.name}. This is your first time here."
    at = signed.last_at.astimezone()
    where = f" at {signed.last_station}" if signed.last_station else ""
    return f"Last signed in {show_date(at.date())} {at:%H:%M}{where}. Not you? Tell the helpdesk."
