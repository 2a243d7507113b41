"""What is said, where, for how long, and that a screen reader hears it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from hisdesk.desk.kit import notices as module
from hisdesk.desk.kit.bugs import Bug
from hisdesk.desk.kit.messages import Messages
from hisdesk.desk.kit.notices import Notices, Offer, Toast
from hisdesk.errors import Denied, Invalid, Unavailable


class Window(QWidget):
    """A window with a screen that has a place of its own, and one that has none."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(900, 600)
        self.screen_with_place = QWidget(self)
        self.inner = QLabel("field", self.screen_with_place)
        self.screen_with_place.notices = Notices()  # type: ignore[attr-defined]
        column = QVBoxLayout(self.screen_with_place)
        column.addWidget(self.screen_with_place.notices)  # type: ignore[attr-defined]
        column.addWidget(self.inner)
        self.plain_screen = QLabel("plain", self)
        rows = QVBoxLayout(self)
        rows.addWidget(self.screen_with_place)
        rows.addWidget(self.plain_screen)


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    made = Window()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def messages(window: Window) -> Messages:
    made = Messages()
    made.attach(window)
    return made


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, bool]]]:
    said: list[tuple[str, bool]] = []

    def hear(event: QAccessibleEvent) -> None:
        assert isinstance(event, module.QAccessibleAnnouncementEvent)
        said.append((event.message(), event.politeness() == QAccessible.AnnouncementPoliteness.Assertive))

    monkeypatch.setattr(module.QAccessible, "updateAccessibility", hear)
    yield said


def texts(place: Notices | None) -> list[tuple[str, str, str]]:
    assert place is not None
    return [(n.kind, n.title, n.text) for n in place.shown]


def test_an_error_is_said_at_the_nearest_place_and_spoken_at_once(
    window: Window, messages: Messages, spoken: list[tuple[str, bool]]
) -> None:
    messages.error(window.inner, "Bed 2D is taken. By J. Quillmere at 10:41.")
    place = window.screen_with_place.notices  # type: ignore[attr-defined]
    assert texts(place) == [("error", "Bed 2D is taken", "By J. Quillmere at 10:41.")]
    assert place.isVisible() and place.height() > 20
    assert spoken == [("Bed 2D is taken By J. Quillmere at 10:41.", True)]
    messages.clear(window.inner)
    assert texts(place) == [] and not place.isVisible()


def test_without_a_place_of_its_own_it_lies_over_the_content(window: Window, messages: Messages) -> None:
    messages.info(window.plain_screen, "Result amended", "Potassium 5.9 mmol/L, was 4.9 mmol/L.")
    place = messages.place_of(window.plain_screen)
    assert texts(place) == [("info", "Result amended", "Potassium 5.9 mmol/L, was 4.9 mmol/L.")]
    assert place is not None and place.isVisible() and place.parent() is window
    window.resize(1200, 600)
    assert abs(place.geometry().center().x() - 600) < 2


def test_the_same_message_again_replaces_the_older_one(window: Window, messages: Messages) -> None:
    for text in ("First try.", "Second try."):
        messages.error(window.inner, text)
    messages.attention(window.inner, "Two records", key="duplicates")
    assert [title for _, title, _ in texts(messages.place_of(window.inner))] == ["Second try", "Two records"]
    messages.place_of(window.inner).shown[0]._close.click()  # type: ignore[union-attr]
    assert [title for _, title, _ in texts(messages.place_of(window.inner))] == ["Two records"]


def test_the_command_of_a_message_runs(qtbot: QtBot, window: Window, messages: Messages) -> None:
    ran: list[bool] = []
    messages.failure(window.inner, Unavailable("The database does not answer."), again=lambda: ran.append(True))
    (notice,) = messages.place_of(window.inner).shown  # type: ignore[union-attr]
    assert notice.command is not None and notice.command.text() == "Try again"
    qtbot.mouseClick(notice.command, Qt.MouseButton.LeftButton)
    assert ran == [True]
    messages.failure(window.inner, Denied("Not allowed."), again=lambda: None)
    (notice,) = messages.place_of(window.inner).shown  # type: ignore[union-attr]
    assert notice.command is None, "trying again does not help against a refusal"
    messages.failure(window.inner, Invalid({"born": "Not in the future."}))
    assert "Not in the future." in texts(messages.place_of(window.inner))[0][2]


def test_a_bug_shows_its_reference(window: Window, messages: Messages) -> None:
    messages.failure(window.inner, Bug("E-4471"))
    assert "E-4471" in texts(messages.place_of(window.inner))[0][2]


def test_a_toast_lies_bottom_left_one_at_a_time_and_goes_by_itself(
    qtbot: QtBot, window: Window, messages: Messages, spoken: list[tuple[str, bool]]
) -> None:
    messages.done("Ticket printed")
    messages.done("Checked in, ticket M 021")
    (toast,) = [t for t in window.findChildren(Toast) if t.isVisible()]
    assert toast.text == "Checked in, ticket M 021"
    assert toast.geometry().bottomLeft() == QPoint(16, window.height() - 16 - 1)
    assert spoken[-1] == ("Checked in, ticket M 021", False)
    assert toast._timer.interval() == 6000 and toast._timer.isActive()
    toast._timer.timeout.emit()
    assert not toast.isVisible()
    messages.done("next")


def test_undo_runs_once_and_puts_the_toast_away(qtbot: QtBot, window: Window, messages: Messages) -> None:
    undone: list[bool] = []
    messages.done("Cancelled M 014", undo=lambda: undone.append(True))
    (toast,) = window.findChildren(Toast)
    assert toast.undo_button is not None
    qtbot.mouseClick(toast.undo_button, Qt.MouseButton.LeftButton)
    assert undone == [True] and not toast.isVisible()


def test_names_never_become_markup(window: Window, messages: Messages) -> None:
    messages.error(window.inner, "<b>O'Neil</b> & <img src=x> is taken")
    messages.done("<h1>big</h1>")
    for label in window.findChildren(QLabel):
        if "<" in label.text():
            assert label.textFormat() is Qt.TextFormat.PlainText


def test_an_error_nobody_caught_is_shown_once(
    window: Window, messages: Messages, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    messages.install_excepthook()
    for _ in range(2):
        try:
            raise KeyError("MARROWAY")
        except KeyError as error:
            sys.excepthook(KeyError, error, error.__traceback__)
    shown = texts(messages.place_of(None))
    assert len(shown) == 1 and "E-" in shown[0][2] and "MARROWAY" not in caplog.text


def test_offers_show_their_key(window: Window, messages: Messages) -> None:
    messages.error(window.inner, "The list could not be read.", offer=Offer("Try again", lambda: None, key="F5"))
    (notice,) = messages.place_of(window.inner).shown  # type: ignore[union-attr]
    assert notice.command is not None and notice.command.key == "F5"


def test_a_notice_that_replaces_another_is_seen(qtbot: QtBot) -> None:
    place = Notices()
    qtbot.addWidget(place)
    with qtbot.waitExposed(place):
        place.put("registered", module.Notice("ok", "Registered", parent=place))
        place.show()
    place.put("registered", module.Notice("ok", "Registered", "Ticket C 015.", parent=place))
    (second,) = place.shown
    assert second.isVisible() and second.text == "Ticket C 015."
