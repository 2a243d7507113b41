"""The composition root: the only place that knows how the parts fit together.

Nothing heavy is imported before the first paint. What signing in and working need is loaded while the form is idle.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from hisdesk import arguments
from hisdesk.config import Station, load_station, station_folder
from hisdesk.desk.kit import imports  # noqa: F401  # for its effect on all that follows
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.shell.backstage import Backstage
from hisdesk.desk.shell.memory import StationMemory, local_folder
from hisdesk.desk.shell.sign_in import StationNames
from hisdesk.desk.shell.window import Window

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from hisdesk.access.actor import Actor
    from hisdesk.db.database import Database
    from hisdesk.desk.boards.display import BedDisplay, HallDisplay
    from hisdesk.desk.demo.tour_story import Means
    from hisdesk.desk.kit.hub import Hub
    from hisdesk.desk.shell.registry import Screen
    from hisdesk.live.subscriber import Subscriber

    Screens = Callable[[Actor], tuple[Screen, ...]]

PRELOAD = (
    "hisdesk.access.here",
    "hisdesk.access.sign_in",
    "bcrypt",
    "cryptography.hazmat.primitives.ciphers.aead",
    "cryptography.hazmat.primitives.kdf.hkdf",
    "psycopg2",
    "hisdesk.live.subscriber",
    "paho.mqtt.client",
    "hisdesk.desk.shell.session",
    "hisdesk.desk.shell.home",
    "hisdesk.desk.shell.home_screen",
    "hisdesk.desk.shell.checks",
)


LAST_SCREENS = "start/screens"
SIGN_IN_AS = "HISDESK_SIGN_IN_AS"
"""Names who is about to sign in; the demo's chooser sets it for the windows it opens."""


def application(argv: Sequence[str] = ()) -> QApplication:
    """The running application, made when there is none yet."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    app = QApplication(["hisdesk", *argv])
    app.setApplicationName("hisdesk")
    app.setDesktopFileName("hisdesk")
    return app


def version() -> str:
    """The program's version, "" when it was never installed. Looking it up is slow: not on the GUI thread."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("hisdesk")
    except PackageNotFoundError:
        return ""


def connect(station: Station) -> Database:
    """The station's pool of connections. Any thread; connects on first use."""
    import sqlalchemy as sa

    from hisdesk.db.database import Database

    at = station.database
    return Database(
        sa.URL.create(
            "postgresql+psycopg2",
            username=at.role,
            password=station.secrets.database_password,
            host=at.host,
            port=at.port,
            database=at.name,
        )
    )


def listen(station: Station, hub: Hub) -> Subscriber:
    """The station's ear at the broker, which tells the hub."""
    from hisdesk.live.subscriber import Subscriber

    at = station.broker
    return Subscriber(
        at.host,
        at.port,
        at.user,
        station.secrets.broker_password,
        on_change=hub.on_change,
        on_state=hub.on_state,
        on_resync=hub.on_resync,
        on_subscribed=hub.on_subscribed,
    ).start()


class Workstation(QObject):
    """One station's window and everything behind it. Made on the GUI thread; `close()` ends every thread."""

    def __init__(self, station: Station, folder: Path, screens: Screens | None = None) -> None:
        super().__init__()
        self.station, self._screens = station, screens
        self.memory = StationMemory(local_folder(folder))
        theme().apply(application(), self.memory.mode, self.memory.text_size)
        self._used = ""
        self.hub: Hub | None = None
        self.backstage = Backstage(
            partial(connect, station), station.secrets.private_key, self._modules, self._prepare, version, self
        )
        names = StationNames(station.hospital, station.code)
        self.window = Window(names, self.memory, self.backstage, self._screens)
        self.subscriber: Subscriber | None = None
        self.backstage.loaded.connect(self._listen)
        self.window.painted.connect(self.backstage.begin)

    def _modules(self) -> tuple[str, ...]:
        """What to load while the form is idle: the common parts, and the screens that were used here last."""
        from hisdesk.desk.shell.registry import FOLDERS

        last = str(self.memory.settings.value(LAST_SCREENS, ""))
        used = [folder for folder in FOLDERS if folder.module in last.split()]
        return (*PRELOAD, *(module for folder in used for module in (folder.module, folder.tiles)))

    def _prepare(self, actor: Actor) -> None:
        """Worker thread: loads the screens of whoever signed in."""
        from hisdesk.desk.shell.registry import declared_for, folders_for

        (self._screens or declared_for)(actor)
        self._used = " ".join(folder.module for folder in folders_for(actor))

    def show(self) -> None:
        """Opens the window where it was last."""
        self.window.restore_place()
        self.window.show()

    def _listen(self, version: str) -> None:
        """The imports are done: the ear at the broker, and what is plugged in."""
        from hisdesk.desk.kit.hub import Hub

        self.hub = Hub(self)
        self.window.use(self.hub, version)
        self.subscriber = listen(self.station, self.hub)
        self.hub.attach(self.subscriber)
        self.window.look_at_devices(self.station.camera, self.station.printers)

    def close(self) -> None:
        """Ends the session, the connections and the threads."""
        self.window.close()
        if self._used:
            self.memory.settings.setValue(LAST_SCREENS, self._used)
        if self.subscriber is not None:
            self.subscriber.close()
        if self.hub is not None:
            self.hub.close()
        self.backstage.close()


def keep_log() -> None:
    """From now on warnings and errors go to this account's log file. Places in the code, never a patient's data."""
    import logging
    from logging.handlers import RotatingFileHandler

    from hisdesk.config import log_folder

    folder = log_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(folder / "desk.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8")
    except OSError:
        return  # a full or read-only disk must not keep anybody from working
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger("hisdesk").addHandler(handler)


def report_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What nobody caught while no window can say it: into the log, under a reference."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    from hisdesk.desk.kit.bugs import report

    report(error)


def _end_when_told(app: QApplication) -> None:
    """Ctrl+C in the terminal and a plain kill end the program as its window does: typed text is kept first.

    Python notices within a second, at the next beat of the clock that every window shows.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: app.quit())


def _watch_errors(window: Window) -> None:
    """While somebody is signed in their window says what nobody caught; otherwise the log does."""
    sys.excepthook = report_uncaught
    window.opened.connect(lambda home: home.session.messages.install_excepthook())
    window.left.connect(lambda: setattr(sys, "excepthook", report_uncaught))


def desk(argv: Sequence[str]) -> int:
    """`hisdesk desk`: the sign-in window of this station. Raises UserError when the computer is not enrolled."""
    asked = arguments.desk(list(argv))
    app = application()
    folder = station_folder(asked.station)
    workstation = Workstation(load_station(asked.station), folder)
    workstation.window.sign_in.begin(os.environ.get(SIGN_IN_AS, ""))
    workstation.backstage.loaded.connect(keep_log)
    _watch_errors(workstation.window)
    _end_when_told(app)
    workstation.show()
    try:
        return app.exec()
    finally:
        workstation.close()


def hall_display(station: Station, department: str = "") -> HallDisplay:
    """The display of one hall, of one department's calls where that is named."""
    from hisdesk.desk.boards.display import HallDisplay

    return HallDisplay(partial(connect, station), partial(listen, station), department=department)


def bed_display(station: Station, ward: str = "") -> BedDisplay:
    """The bed board of a station's wards, of one of them where that is named."""
    from hisdesk.desk.boards.display import BedDisplay

    return BedDisplay(partial(connect, station), partial(listen, station), ward=ward)


def board(argv: Sequence[str]) -> int:
    """`hisdesk board queue|beds`: a board, signed in as a device. Raises UserError when not enrolled."""
    asked = arguments.board(list(argv))
    app = application()
    station = load_station(asked.station)
    keep_log()
    sys.excepthook = report_uncaught
    theme().apply(app, "light")
    beds = asked.board == "beds"
    display = bed_display(station, asked.ward or "") if beds else hall_display(station, asked.department or "")
    display.view.left.connect(app.quit)
    _end_when_told(app)
    display.show(asked.screen, windowed=asked.windowed)
    try:
        return app.exec()
    finally:
        display.close()


def demo(argv: Sequence[str]) -> int:
    """`hisdesk demo`: starts the made-up hospital and opens its chooser. Raises UserError when it does not start."""
    from hisdesk.commands import demo_hospital
    from hisdesk.config import demo_home

    asked = arguments.demo(list(argv))
    if asked.prepare_only:
        demo_hospital.start(demo_home(), print).stop()
        return 0
    theme().apply(application(), "light")
    from hisdesk.desk.demo.chooser import run

    return run(lambda say: demo_hospital.start(demo_home(), say))


def tour_means(home: Path, people: int) -> Means:
    """What the tour plays with: a hospital of its own under `home`, made when it begins."""
    from hisdesk.commands import demo_hospital
    from hisdesk.desk.demo.tour_story import Means

    return Means(
        hospital=lambda say: demo_hospital.start(home, say, people=people),
        station=lambda folder: Workstation(load_station(folder), folder),
        board=lambda folder: hall_display(load_station(folder)),
        wall=lambda folder: bed_display(load_station(folder)),
        remove=lambda: demo_hospital.remove(home, say=lambda _text: None),
    )


def tour(argv: Sequence[str]) -> int:
    """`hisdesk tour`: plays the story through the real windows and takes pictures."""
    from hisdesk.commands.demo_hospital import PEOPLE
    from hisdesk.desk.demo.tour import run

    asked = arguments.tour(list(argv))
    application()
    return run(asked.pictures, lambda home: tour_means(home, PEOPLE), print)


if __name__ == "__main__":
    sys.exit(desk(sys.argv[1:]))
