"""What the chapters of the tour share: the steps with their checks, the open windows, and what became known so far."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

from PySide6.QtWidgets import QWidget

from hisdesk.desk.demo.cards import Person
from hisdesk.desk.demo.tour_pictures import Pictures
from hisdesk.desk.demo.tour_player import Halted, Player
from hisdesk.desk.demo.tour_witness import Witness
from hisdesk.desk.shell.rail import RailButton

T = TypeVar("T")
OK, FAILED = "ok", "FAILED"


class Hospital(Protocol):
    """What `commands.demo_hospital.start` gives, as far as the tour uses it."""

    @property
    def people(self) -> Sequence[Person]: ...
    @property
    def home(self) -> Path: ...
    @property
    def postgres(self) -> Any: ...
    @property
    def broker(self) -> Any: ...
    @property
    def relay(self) -> Any: ...
    @property
    def server(self) -> Any: ...
    def station_folder(self, code: str) -> Path: ...
    def states(self) -> dict[str, bool]: ...
    def stop(self) -> None: ...


class Station(Protocol):
    """What `app.Workstation` is, as far as the tour uses it."""

    @property
    def window(self) -> Any: ...
    def show(self) -> None: ...
    def close(self) -> None: ...


class Board(Protocol):
    """What a `boards.display.Display` is, as far as the tour uses it."""

    @property
    def view(self) -> Any: ...
    def show(self) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True)
class Means:
    """What the composition root gives the tour: the hospital itself, a desk, a hall display and a bed board."""

    hospital: Callable[[Callable[[str], None]], Hospital]
    station: Callable[[Path], Station]
    board: Callable[[Path], Board]
    wall: Callable[[Path], Board]
    remove: Callable[[], None]


@dataclass
class Known:
    """What the story has brought so far and later chapters need."""

    mrn: str = ""
    patient_id: Any = None
    example: Any = None
    ticket: str = ""
    new_user: str = ""
    new_password: str = ""
    figures: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """How one step went; `problem` is empty when all was as it should be."""

    chapter: str
    what: str
    seconds: float
    problem: str = ""


class ChapterOver(Exception):
    """A step failed: what follows in its chapter would only fail after it."""


class Story:
    """One run of the tour. `say` prints a line; without `pictures` none are taken."""

    def __init__(self, player: Player, means: Means, say: Callable[[str], None], pictures: Pictures | None) -> None:
        self.player, self.means, self.say, self.pictures = player, means, say, pictures
        self.outcomes: list[Outcome] = []
        self.known = Known()
        self.hospital: Hospital | None = None
        self.stations: dict[str, Station] = {}
        self.board: Board | None = None
        self.wall: Board | None = None
        self.folder = Path()
        self._chapter = ""
        self.witness = Witness()

    # -- steps -----------------------------------------------------------------------------------------------------

    def begin_chapter(self, title: str) -> None:
        """The steps that follow belong to it."""
        self._chapter = title
        self.say(title)

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """One sentence of the story; prints how it went. Raises ChapterOver when it did not go."""
        began = time.monotonic()
        if self.player.meter is not None:
            self.player.meter.doing = what
        try:
            yield
            self.player.breathe()
            self.check(not (heard := self.witness.heard()), "; ".join(heard))
        except Exception as error:
            said = str(error) if isinstance(error, Halted) else f"{type(error).__name__}: {error}"
            problem = "; ".join([said, *self.witness.heard()])
            self._ended(what, began, problem)
            self._keep_evidence()
            raise ChapterOver from error
        self._ended(what, began, "")

    def _keep_evidence(self) -> None:
        """How the windows looked when a step failed, beside the other pictures."""
        if self.pictures is not None:
            for code, station in self.stations.items():
                name = f"failed-{len(self.outcomes):02d}-{code}"
                self.pictures.keep(name, station.window)

    def _ended(self, what: str, began: float, problem: str) -> None:
        outcome = Outcome(self._chapter, what, time.monotonic() - began, problem)
        self.outcomes.append(outcome)
        mark = FAILED if problem else OK
        self.say(f"  {mark:<6} {what} ({outcome.seconds:.1f} s)" + (f"\n         {problem}" if problem else ""))

    def check(self, holds: object, what: str) -> None:
        """Raises Halted with `what` unless it holds."""
        if not holds:
            raise Halted(what)

    def figure(self, name: str, value: float, unit: str) -> None:
        """A measured value, printed and kept for the summary."""
        self.known.figures[f"{name} ({unit})"] = value
        self.say(f"         {name}: {value:.0f} {unit}")

    def picture(self, name: str, window: QWidget, *, light_only: bool = False) -> None:
        """Takes the pictures of this moment."""
        if self.pictures is not None:
            home = getattr(window, "home", None)
            if home is not None:
                with suppress(Halted):
                    self.player.wait(lambda: not home.session.tasks.pending, "everything read", 3)
            with self.player.apart():
                self.pictures.take(name, window, light_only=light_only)

    # -- who and where ---------------------------------------------------------------------------------------------

    def running(self) -> Hospital:
        """The hospital, once it was started."""
        if self.hospital is None:
            raise Halted("the demo hospital does not run")
        return self.hospital

    def person(self, user_name: str) -> Person:
        """Somebody of the demo staff."""
        return next(each for each in self.running().people if each.user_name == user_name)

    def window(self, code: str) -> Any:
        """The window of a station; opened when it was not."""
        if code not in self.stations:
            station = self.means.station(self.running().station_folder(code))
            self.stations[code] = station
            station.show()
            station.window.resize(1366, 768)
            self.player.wait(lambda: station.window.isVisible(), f"the window of {code}")
        return self.stations[code].window

    def home(self, code: str) -> Any:
        """The work of whoever is signed in at a station."""
        home = self.window(code).home
        if home is None:
            raise Halted(f"nobody is signed in at {code}")
        return home

    def go(self, code: str) -> Any:
        """Sits down at a station: its window has the keyboard. Returns the window."""
        window = self.window(code)
        self.player.front(window)
        return window

    def leave(self, code: str) -> None:
        """Closes the window of a station, as it ends with its own program elsewhere."""
        station = self.stations.pop(code, None)
        if station is not None:
            with self.player.apart():
                station.close()

    def screen(self, code: str) -> Any:
        """The screen in front at a station; after signing in it comes a turn later than its frame."""
        stack = self.home(code).frame.stack
        self.player.wait(lambda: stack.currentWidget() is not None, f"a screen at {code}")
        return stack.currentWidget()

    def open_place(self, code: str, word: str) -> Any:
        """Clicks the place with this word on the rail of a station. Returns its screen."""
        found = [each for each in self.player.all(self.home(code).frame.rail, RailButton) if each.item.word == word]
        self.check(found, f"{code} offers no place “{word}”")
        self.player.click(found[0])
        return self.screen(code)

    def aside(self, work: Callable[[], T], what: str, timeout_s: float = 120.0) -> T:
        """Work that a server's administrator does, in a thread of its own while the windows live on."""
        answer: list[T] = []
        problem: list[BaseException] = []

        def run() -> None:
            try:
                answer.append(work())
            except BaseException as error:  # noqa: BLE001 (raised again below)
                problem.append(error)

        thread = threading.Thread(target=run, name="tour aside")
        thread.start()
        self.player.wait(lambda: not thread.is_alive(), what, timeout_s)
        thread.join()
        if problem:
            raise problem[0]
        return answer[0]

    def look_inside(self, query: Callable[[Any], T], what: str) -> T:
        """Reads the database as the deploying service, past all policies, to prove what is stored."""
        server = self.running().server

        def run() -> T:
            deploy = server.deploy()
            try:
                with deploy.transaction(None) as tx:
                    return query(tx)
            finally:
                deploy.close()

        return self.aside(run, what)

    # -- the end ---------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Closes every window and puts the hospital at rest, whatever happened."""
        for station in self.stations.values():
            station.close()
        for board in (self.board, self.wall):
            if board is not None:
                board.close()
        if self.hospital is not None:
            hospital = self.hospital
            self.aside(hospital.stop, "the servers at rest")
        self.aside(self.means.remove, "the hospital's data gone")
