"""The demo's chooser: be anybody of a made-up hospital, open its boards, see its servers run, stop everything.

Every window it opens is a program of its own, as on real stations. The servers stop with the chooser.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from hisdesk.desk.demo.cards import Person
from hisdesk.desk.demo.people_page import PeoplePage
from hisdesk.desk.kit.bugs import report
from hisdesk.desk.kit.dialogs import ask
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.workers import Job, Kind, Workers
from hisdesk.desk.shell.loading import uncollected
from hisdesk.desk.shell.topbar import Mark
from hisdesk.errors import UserError

HALL, WALL, SEVERAL = "HALL-1", "WALL-1", ("registration", "physician")
LOOK_MS = 2_000


class Demo(Protocol):
    """What `commands.demo_hospital.start` gives."""

    @property
    def people(self) -> Sequence[Person]: ...
    @property
    def home(self) -> Path: ...
    def station_folder(self, code: str) -> Path: ...
    def states(self) -> dict[str, bool]: ...
    def stop(self) -> None: ...


class Windows(QObject):
    """The programs that were opened from here. `changed`: one opened or ended."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None, program: Sequence[str] = ()) -> None:
        super().__init__(parent)
        self._program = tuple(program) or (sys.executable, "-m", "hisdesk")
        self._open: list[QProcess] = []

    @property
    def count(self) -> int:
        """How many are open now."""
        return len(self._open)

    def desk(self, folder: Path, user_name: str) -> None:
        """Opens a station with a user name already typed."""
        self._start(["desk", "--station", str(folder)], user_name)

    def hall(self, folder: Path) -> None:
        """Opens the hall display in a window."""
        self._start(["board", "queue", "--station", str(folder), "--windowed"], "")

    def beds(self, folder: Path) -> None:
        """Opens the bed board in a window."""
        self._start(["board", "beds", "--station", str(folder), "--windowed"], "")

    def close(self) -> None:
        """Asks all of them to end, and ends those that do not."""
        for process in list(self._open):
            process.terminate()
        for process in list(self._open):
            if not process.waitForFinished(3_000):
                process.kill()
                process.waitForFinished(2_000)

    def _start(self, words: list[str], user_name: str) -> None:
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("HISDESK_SIGN_IN_AS", user_name)
        process = QProcess(self)
        process.setProcessEnvironment(environment)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedChannels)
        process.finished.connect(lambda *_: self._ended(process))
        process.errorOccurred.connect(lambda _error: self._ended(process))
        self._open.append(process)
        process.start(self._program[0], [*self._program[1:], *words])
        self.changed.emit()

    def _ended(self, process: QProcess) -> None:
        if process in self._open and process.state() == QProcess.ProcessState.NotRunning:
            self._open.remove(process)
            process.deleteLater()
            self.changed.emit()


class Chooser(QWidget):
    """First the words of the start, then the cards. `stopped` when the servers are at rest again."""

    stopped = Signal()
    _said = Signal(str)
    _started = Signal(object, object)
    _failed = Signal(str)
    _looked = Signal(object)

    def __init__(
        self,
        start: Callable[[Callable[[str], None]], Demo],
        parent: QWidget | None = None,
        windows: Windows | None = None,
    ) -> None:
        super().__init__(parent)
        self._start = start
        self._demo: Demo | None = None
        self._leaving = False
        self.windows = windows or Windows(self)
        self._workers = Workers(1, "demo")
        self.setWindowTitle("hisdesk · demo hospital")
        self.setMinimumSize(1100, 680)
        self._column = QVBoxLayout(self)
        page = theme().space("page_padding")
        self._column.setContentsMargins(page, page, page, page)
        self._column.setSpacing(page)
        self._column.addLayout(self._make_head())
        self._words = Label("Starting the demo hospital", "subtitle", "secondary", wrap=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._column.addWidget(self._words, 1)
        self.page: PeoplePage | None = None
        self._pieces: Iterator[None] = iter(())
        self._building = QTimer(self, interval=0)
        self._building.timeout.connect(self._go_on_building)
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._said.connect(self._words.set_text)
        self._started.connect(self._show)
        self._failed.connect(self._show_failure)
        self._looked.connect(self._show_states)
        self.windows.changed.connect(self._count)

    def begin(self) -> None:
        """Starts the servers, off the GUI thread."""
        self._workers.add(Job(Kind.WRITE, self._run_start, lambda job: None))

    # -- worker thread ---------------------------------------------------------------------------------------------

    def _run_start(self) -> None:
        try:
            with uncollected():
                demo = self._start(self._said.emit)
            self._started.emit(demo, demo.states())
        except UserError as error:
            self._failed.emit(str(error))
        except Exception as error:  # noqa: BLE001 (the window must say that nothing runs, whatever it was)
            self._failed.emit(f"The demo hospital did not start. {report(error, doing='starting the demo')}")

    def _run_stop(self) -> None:
        if self._demo is not None:
            self._demo.stop()

    # -- how it looks ----------------------------------------------------------------------------------------------

    def _make_head(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label("Demo hospital", "title"))
        words.addWidget(Label("Everybody in it is made up. Choose who to be.", "body", "secondary"))
        row = QHBoxLayout()
        row.setSpacing(theme().space("card_padding"))
        row.addWidget(Mark(40))
        row.addLayout(words, 1)
        return row

    def _show(self, demo: Demo, states: dict[str, bool]) -> None:
        self._demo = demo
        if self._leaving:  # closed while it was still starting
            self._stop()
            return
        self._pieces = self._build(demo, states)
        self._building.start()

    def _build(self, demo: Demo, states: dict[str, bool]) -> Iterator[None]:
        """The cards in place of the words, a row of them in each turn of the event loop."""
        page = PeoplePage.begun(demo.people, states, demo.home, self)
        page.opened.connect(self._open)
        page.several_wanted.connect(self._open_several)
        page.hall_wanted.connect(lambda: self.windows.hall(demo.station_folder(HALL)))
        page.beds_wanted.connect(lambda: self.windows.beds(demo.station_folder(WALL)))
        page.stop_wanted.connect(self.close)
        page.step()
        self._words.hide()
        self._column.addWidget(page, 1)
        yield
        while page.step():
            yield
        yield  # the last row is on the screen
        self.page = page
        self._count()
        self._timer.start()

    def _go_on_building(self) -> None:
        if next(self._pieces, self) is self:
            self._building.stop()

    def _show_failure(self, text: str) -> None:
        self._words.set_text(text)
        self._words.set_tone("critical")
        self._demo = None

    def _show_states(self, states: dict[str, bool]) -> None:
        if self.page is not None:
            self.page.show_states(states)

    def _look(self) -> None:
        demo = self._demo
        if demo is not None:
            self._workers.add(Job(Kind.READ, demo.states, lambda job: self._looked.emit(job.result or {})))

    def _count(self) -> None:
        if self.page is not None:
            self.page.show_count(self.windows.count)

    # -- what people do --------------------------------------------------------------------------------------------

    def _open(self, person: Person) -> None:
        if self._demo is not None:
            self.windows.desk(self._demo.station_folder(person.station_code), person.user_name)

    def _open_several(self) -> None:
        if self._demo is None:
            return
        for role in SEVERAL:
            person = next((each for each in self._demo.people if each.role == role), None)
            if person is not None:
                self._open(person)
        self.windows.hall(self._demo.station_folder(HALL))

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._leaving:
            event.accept()
            return
        event.ignore()
        if self.windows.count:
            number = self.windows.count
            open_now = "1 window is" if number == 1 else f"{number} windows are"
            ask(
                self,
                "Stop the demo hospital?",
                f"{open_now} still open and will close. What is typed there and not saved is kept for its author.",
                [("Go back", None), ("Stop everything", self._stop)],
                danger=True,
            )
        else:
            self._stop()

    def _stop(self) -> None:
        """Ends the windows, then the servers; the program ends when they are at rest."""
        self._leaving = True
        self._timer.stop()
        self._building.stop()
        self.setEnabled(False)
        self.windows.close()
        if self._demo is not None or not self._words.isHidden():
            self._words.set_text("Stopping the servers")
        self._workers.add(Job(Kind.WRITE, self._run_stop, lambda job: self.stopped.emit()))

    def finish(self) -> None:
        """Ends the worker once the servers are at rest."""
        self._leaving = True
        self._timer.stop()
        self._building.stop()
        self._workers.close(60)
        self.close()


def run(start: Callable[[Callable[[str], None]], Demo]) -> int:
    """Opens the chooser and stays until it is closed; Ctrl+C in the terminal closes it as well."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("make the application first")
    app.setQuitOnLastWindowClosed(False)
    chooser = Chooser(start)
    chooser.stopped.connect(app.quit)
    previous = signal.signal(signal.SIGINT, lambda *_: chooser._stop())
    beat = QTimer(interval=250)  # lets Python notice Ctrl+C
    beat.timeout.connect(lambda: None)
    beat.start()
    chooser.resize(1366, 768)
    chooser.show()
    chooser.begin()
    try:
        return app.exec()
    finally:
        signal.signal(signal.SIGINT, previous)
        chooser.finish()
