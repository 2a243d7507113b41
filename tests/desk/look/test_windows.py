"""The frame, the hall display and the component sheet: they paint in every mode without a complaint from Qt."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from hisdesk.desk.boards.hall_view import Call, HallState, HallView, Waiting
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.theme import Theme
from hisdesk.desk.shell.frame import Frame
from hisdesk.desk.shell.rail import RailItem
from tests.desk.look import sheet

NOW = datetime(2026, 3, 17, 10, 42).astimezone()
ITEMS = (
    RailItem("arrivals", "ph.list-numbers", "Arrivals"),
    RailItem("register", "ph.user-plus", "Register"),
    RailItem("messages", "ph.chat-text", "Messages"),
)


@pytest.mark.parametrize(("mode", "size", "rtl"), [("light", 1.0, False), ("dark", 1.3, False), ("light", 1.5, True)])
def test_the_component_sheet_paints(look: Theme, qapp: QApplication, mode: str, size: float, rtl: bool) -> None:
    if rtl:
        qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    look.apply(qapp, mode, size)
    drawn = sheet.render(qapp)
    picture = drawn.grab().toImage()
    assert picture.pixelColor(2, 2).name() == look.colour("surface.canvas").name()
    colours = {picture.pixelColor(x, y).rgb() for x in range(0, picture.width(), 9) for y in range(0, 900, 9)}
    assert len(colours) > 50
    drawn.close()
    drawn.deleteLater()


@pytest.fixture
def frame(look: Theme, qtbot: QtBot) -> Frame:
    made = Frame()
    qtbot.addWidget(made)
    made.topbar.set_station("Reception 2", "Harrowmere General Hospital", "Main hall")
    made.topbar.set_time(NOW)
    made.topbar.set_person("N. Brightwater", "Registration")
    made.set_places(ITEMS)
    made.rail.set_badge("messages", "2")
    made.statusline.set_live("live")
    made.statusline.set_database(9)
    made.statusline.set_keys([("Return", "Open"), ("F1", "Help")])
    made.statusline.set_station("RCP-02", "1.0.0")
    made.resize(1366, 768)
    made.show()
    return made


def test_the_frame_has_its_measures(frame: Frame) -> None:
    assert frame.topbar.height() == 48
    assert frame.rail.width() == 76
    assert frame.statusline.height() == 28
    assert frame.header.height() == 56
    assert frame.topbar.search.width() == 500
    frame.set_banner_shown(True)
    assert frame.banner.height() == 64


@pytest.mark.parametrize("factor", [1.0, 1.5])
def test_the_frame_fits_the_smallest_window(frame: Frame, look: Theme, qapp: QApplication, factor: float) -> None:
    look.apply(qapp, "light", factor)
    frame.resize(1280, 680)
    qapp.processEvents()
    assert (frame.width(), frame.height()) == (1280, 680)
    assert frame.topbar.lock.mapTo(frame, QPoint(0, 0)).x() + frame.topbar.lock.width() <= 1280
    assert frame.rail.help.geometry().bottom() <= frame.rail.height()


def test_places_are_exclusive_and_told(frame: Frame, qtbot: QtBot) -> None:
    heard: list[str] = []
    frame.place_chosen.connect(heard.append)
    qtbot.mouseClick(frame.rail.button("register"), Qt.MouseButton.LeftButton)
    assert heard == ["register"]
    assert frame.rail.current() == "register"
    frame.rail.choose("arrivals")
    assert frame.rail.current() == "arrivals"
    assert heard == ["register"]
    frame.rail.button("arrivals").setFocus()
    qtbot.keyClick(frame.rail.button("arrivals"), Qt.Key.Key_Down)
    assert frame.rail.button("register").hasFocus()
    with pytest.raises(ValueError, match="7"):
        frame.rail.set_items([RailItem(str(n), "ph.user", "x") for n in range(8)])


def test_header_commands_come_and_go(frame: Frame) -> None:
    first, second = Button("Print"), Button("Check in", "primary", key="F2")
    frame.set_header("Arrivals", "9 people", [first, second])
    assert first.isVisible()
    assert second.isVisible()
    assert second.x() > first.x()
    frame.header.set_reason("1 field to confirm")
    assert frame.header.reason.isVisible()
    frame.set_header("Register", commands=[first])
    assert second.isHidden()
    assert frame.header.reason.isHidden()


def test_nobody_signed_in_shows_nobody(frame: Frame) -> None:
    frame.topbar.set_person("", "")
    assert not frame.topbar.lock.isVisible()
    assert not frame.topbar.avatar.isVisible()


def test_the_status_line_says_how_true_the_window_is(frame: Frame) -> None:
    frame.statusline.set_live("away")
    assert frame.statusline.live.words.text() == "Offline"
    assert frame.statusline.live.words.property("tone") == "critical"
    frame.statusline.set_database(None)
    assert frame.statusline.database.words.text() == "Database away"


def test_screens_are_stacked(frame: Frame) -> None:
    one, two = QWidget(), QWidget()
    frame.add_screen(one)
    frame.add_screen(two)
    frame.show_screen(two, "register")
    assert two.isVisible()
    assert not one.isVisible()
    assert frame.rail.current() == "register"


FIRST = Call("M 014", "Room 4", NOW - timedelta(minutes=8))
SECOND = Call("M 013", "Room 6", NOW)


@pytest.fixture
def hall(look: Theme, qtbot: QtBot) -> HallView:
    view = HallView()
    qtbot.addWidget(view)
    view.resize(1920, 1080)
    view.set_time(NOW)
    view.set_state(HallState("Main hall", (FIRST,), (Waiting("M 016", "Room 4"),)))
    view.show()
    return view


def test_a_new_call_stands_out_for_ten_seconds(hall: HallView) -> None:
    heard: list[str] = []
    hall.announced.connect(heard.append)
    assert not hall.is_new(FIRST)  # it was there when the display started
    hall.set_state(HallState("Main hall", (SECOND, FIRST)))
    assert heard == ["M 013, Room 6"]
    assert hall.is_new(SECOND)
    inside = QPoint(1000, 300)
    bright = hall.grab().toImage().pixelColor(inside).name()
    hall.set_time(NOW + timedelta(seconds=9))
    assert hall.is_new(SECOND)
    hall.set_time(NOW + timedelta(seconds=10))
    assert not hall.is_new(SECOND)
    assert hall.grab().toImage().pixelColor(inside).name() != bright
    hall.set_state(HallState("Main hall", (SECOND, FIRST)))
    assert heard == ["M 013, Room 6"]


def test_a_call_from_before_the_first_read_does_not_stand_out(look: Theme, qtbot: QtBot) -> None:
    view, heard = HallView(), []
    qtbot.addWidget(view)
    view.announced.connect(heard.append)
    assert view.stale  # nothing is known before the first read
    view.set_state(HallState("Main hall", live="stale", age_s=3))
    view.set_state(HallState("Main hall", (FIRST,)))
    assert heard == [] and not view.is_new(FIRST)
    view.set_state(HallState("Main hall", (FIRST,), live="stale", age_s=30))
    view.set_state(HallState("Main hall", (SECOND, FIRST)))
    assert heard == ["M 013, Room 6"], "called while the display had no connection"


def test_stale_data_is_grey_and_says_its_age(hall: HallView, look: Theme) -> None:
    at = QPoint(900, 140)
    assert hall.grab().toImage().pixelColor(at).name() == look.hall("surface.call").name()
    hall.set_state(HallState("Main hall", (FIRST,), live="stale", age_s=250))
    assert hall.stale
    grey = hall.grab().toImage().pixelColor(at)
    assert grey.name() != look.hall("surface.call").name()
    assert grey.saturation() < look.hall("surface.call").saturation()


@pytest.mark.parametrize("size", [(1280, 720), (1366, 768), (3840, 2160), (1080, 1920)])
def test_the_hall_paints_at_every_size(hall: HallView, size: tuple[int, int]) -> None:
    rows = tuple(Waiting(f"C {number:03d}", "Cardiology waiting area, second floor") for number in range(40))
    hall.resize(*size)
    hall.set_state(HallState("A very long name of a hall " * 3, (SECOND, FIRST, FIRST), rows, ("Wait:", "long")))
    picture = hall.grab().toImage()
    assert (picture.width(), picture.height()) == size


def test_the_hall_is_left_by_escape_and_toggled_by_f11(hall: HallView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(hall.left):
        qtbot.keyClick(hall, Qt.Key.Key_Escape)
    qtbot.keyClick(hall, Qt.Key.Key_F11)
    assert hall.isFullScreen()
    qtbot.keyClick(hall, Qt.Key.Key_F11)
    assert not hall.isFullScreen()
