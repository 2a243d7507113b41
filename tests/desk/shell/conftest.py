"""A station with its real window on a real database. The broker is played: tests say themselves what was published."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from hisdesk import app
from hisdesk.access.permissions import PATIENTS_CREATE, PATIENTS_VIEW, USERS_VIEW, VISITS_VIEW
from hisdesk.app import Workstation
from hisdesk.config import BrokerAddress, DatabaseAddress, Secrets, Station
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.pieces import InPieces
from hisdesk.desk.kit.tasks import Tasks
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.shell.home import Home
from hisdesk.desk.shell.registry import Screen
from hisdesk.desk.shell.window import Window
from tests.helpers.hospital import PASSWORD, Hospital
from tests.helpers.windows import Waiting


class Paper(QWidget):
    """A screen that remembers what the window asked of it; one field to type into."""

    badge = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.asked = desk, []  # type: ignore[var-annotated]
        self.line = QLineEdit()
        QVBoxLayout(self).addWidget(self.line)
        self.setFocusProxy(self.line)
        self.stay = False

    def read_again(self) -> None:
        self.asked.append("read again")

    def go_back(self) -> bool:
        self.asked.append("back")
        return self.stay

    def show_subject(self, **subject: object) -> None:
        self.asked.append(subject)

    def open_patient(self, patient_id: object, reason: str) -> None:
        self.asked.append((patient_id, reason))

    def begin_with(self, text: str) -> None:
        self.asked.append(text)


class LargePaper(Paper, InPieces):
    """A record of three pieces, which counts those that were built."""

    def __init__(self, desk: Desk, *, at_once: bool = True) -> None:
        self.desk, self.asked, self.built = desk, [], 0
        InPieces.__init__(self, at_once=at_once)

    def build(self) -> Iterator[None]:
        for _ in range(2):
            self.built += 1
            yield
        self.line, self.stay = QLineEdit(), False
        QVBoxLayout(self).addWidget(self.line)
        self.built += 1


SCREENS = (
    Screen("arrivals", "Arrivals", "ph.list-numbers", VISITS_VIEW, (), Paper, primary_for=("registration",)),
    Screen("register", "Register", "ph.user-plus", PATIENTS_CREATE, (), Paper),
    Screen("users", "Users", "ph.users", USERS_VIEW, (), Paper),
    Screen(
        "record", "Record", "ph.user", PATIENTS_VIEW, (), LargePaper, on_rail=False, chart=True, ahead=LargePaper.begun
    ),
)


class Ear:
    """Plays the subscriber: remembers what is listened to."""

    def __init__(self) -> None:
        self.topics: set[str] = set()

    def listen(self, topics: set[str]) -> None:
        self.topics = topics

    def close(self) -> None:
        pass


def station_of(hospital: Hospital, code: str = "FRONT-1", port: int | None = None) -> Station:
    """The settings of an enrolled station; another port plays a database that is away."""
    enrolled, address = hospital.template.stations[code], hospital.address
    return Station(
        code,
        "Made-up Hospital",
        DatabaseAddress(address.host, port or address.port, hospital.name, enrolled.role_name),
        BrokerAddress("127.0.0.1", 1, "nobody"),
        Secrets(enrolled.password, "", enrolled.private_key),
    )


@dataclass
class Seat(Waiting):
    """A person's place in front of one station."""

    workstation: Workstation

    @property
    def tasks(self) -> Tasks:
        return self.home.session.tasks

    @property
    def window(self) -> Window:
        return self.workstation.window

    @property
    def home(self) -> Home:
        assert self.window.home is not None
        return self.window.home

    def type(self, name: str, password: str) -> None:
        """Types both and presses Enter."""
        page = self.window.sign_in
        page.name.edit.clear()
        self.qtbot.keyClicks(page.name.edit, name)
        self.qtbot.keyClicks(page.password.edit, password)
        self.qtbot.keyClick(page.password.edit, Qt.Key.Key_Return)

    def sign_in(self, name: str, password: str = PASSWORD) -> Home:
        """Signs in and waits for the first screen."""
        before = self.window.home
        self.type(name, password)
        self.until(lambda: self.window.home not in (None, before) and not self.window.locked)
        self.until(lambda: self.home.current_id or not self.home.screens)
        return self.home

    def paper(self, screen_id: str) -> Paper:
        widget = self.home.widget(screen_id)
        assert isinstance(widget, Paper)
        return widget


@pytest.fixture
def sit(
    qtbot: QtBot, hospital: Hospital, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Seat]]:
    """`sit(code, port=None)`: the window of a station, open and connected."""
    monkeypatch.setattr(app, "listen", lambda station, hub: Ear())
    theme().apply(app.application(), "light")
    seats: list[Seat] = []

    def open_station(code: str = "FRONT-1", port: int | None = None, *, connected: bool = True) -> Seat:
        folder = tmp_path / code
        folder.mkdir(exist_ok=True)
        workstation = Workstation(station_of(hospital, code, port), folder, lambda actor: SCREENS)
        seat = Seat(qtbot, hospital, workstation)
        seats.append(seat)
        workstation.show()
        workstation.window.activateWindow()
        seat.until(workstation.window.isActiveWindow)  # keys go nowhere before
        if connected:
            seat.until(lambda: "Connected" in workstation.window.sign_in.panel.check("database"))
            seat.until(lambda: workstation.hub is not None)
        return seat

    yield open_station
    for seat in seats:
        seat.workstation.close()
        seat.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    theme().apply(app.application(), "light")
