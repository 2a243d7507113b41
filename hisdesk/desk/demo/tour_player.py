"""Plays a person at the desk: real clicks and keys into the windows, and waiting for what they bring. GUI thread.

Nothing here calls a function of a screen. A click lands on what is really on top at that place, a key in what has the
focus; widgets are found by the words a person reads on them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from PySide6.QtCore import QElapsedTimer, QEventLoop, QModelIndex, QPoint, Qt, QTimer
from PySide6.QtGui import QKeySequence, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QScrollArea,
    QTableView,
    QWidget,
)
from shiboken6 import isValid

from hisdesk.desk.demo.tour_pictures import belongs_to
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.fields import Field

W = TypeVar("W", bound=QWidget)
PATIENCE_S = 60.0  # only an upper bound: a busy machine takes its time
LOOK_MS = 10
_BREAKABLE = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NON-BREAKING HYPHEN}": "-"})


class Halted(Exception):
    """What should be on the screen is not; the text says what was awaited."""


class GapMeter:
    """The longest time for which a 5 ms timer of the GUI thread did not come. The tour's own work is left out."""

    def __init__(self) -> None:
        self.longest_ms = 0.0
        self.during = ""
        self.gaps: list[tuple[float, str]] = []
        self.doing = ""
        self._left_out = 0.0
        self._last = 0.0
        self._timer = QTimer(interval=5)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Begins to measure."""
        self._last, self._left_out = time.perf_counter(), 0.0
        self._timer.start()

    def stop(self) -> None:
        """Measures no longer."""
        self._timer.stop()

    def leave_out(self, seconds: float) -> None:
        """This much of the present gap was the tour's own work."""
        self._left_out += seconds

    def _beat(self) -> None:
        now = time.perf_counter()
        gap_ms = (now - self._last - self._left_out) * 1000
        self._last, self._left_out = now, 0.0
        if gap_ms > 20:
            self.gaps.append((gap_ms, self.doing))
        if gap_ms > self.longest_ms:
            self.longest_ms, self.during = gap_ms, self.doing


class Player:
    """One pair of hands and eyes for all the windows of this process."""

    def __init__(self, meter: GapMeter | None = None) -> None:
        self.meter = meter
        self._apart = 0
        self._window: QWidget | None = None
        self._popup: QWidget | None = None

    # -- time ------------------------------------------------------------------------------------------------------

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Work of the tour itself, which a person at the desk would not wait for."""
        began = time.perf_counter()
        self._apart += 1
        try:
            yield
        finally:
            self._apart -= 1
            if self.meter is not None and not self._apart:
                self.meter.leave_out(time.perf_counter() - began)

    def wait(self, condition: Callable[[], object], what: str, timeout_s: float = PATIENCE_S) -> float:
        """Lets the windows live until `condition()` holds; returns the seconds. Raises Halted with `what`."""
        clock = QElapsedTimer()
        clock.start()
        if self._holds(condition):
            return 0.0
        loop, seen, problem = QEventLoop(), [False], [Exception()]
        problem.clear()

        def look() -> None:
            try:
                seen[0] = self._holds(condition)
            except Exception as error:  # noqa: BLE001 (raised again below; a slot cannot raise)
                problem.append(error)
            if seen[0] or problem or clock.elapsed() > timeout_s * 1000:
                loop.quit()

        timer = QTimer(interval=LOOK_MS)
        timer.timeout.connect(look)
        timer.start()
        loop.exec()
        timer.stop()
        if problem:
            raise problem[0]
        if not seen[0]:
            raise Halted(f"never happened: {what}")
        return clock.elapsed() / 1000

    def _holds(self, condition: Callable[[], object]) -> bool:
        with self.apart():
            return bool(condition())

    def breathe(self, milliseconds: int = 0) -> None:
        """Lets the windows handle what is waiting, or live for a while where nothing can be awaited."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    # -- eyes ------------------------------------------------------------------------------------------------------

    def all(self, root: QWidget, kind: type[W]) -> list[W]:
        """All widgets of a kind that a person can see in `root`."""
        with self.apart():
            return [each for each in root.findChildren(kind) if isValid(each) and each.isVisible()]

    def button(self, root: QWidget, words: str) -> Button:
        """The button with these words on it or as its name. Raises Halted."""
        found = [each for each in self.all(root, Button) if words in (plain(each.text()), each.accessibleName())]
        return self._only(found, root, f"button “{words}”")

    def field(self, root: QWidget, label: str) -> Field:
        """The field under this label. Raises Halted."""
        found = [each for each in self.all(root, Field) if each.label.text().lstrip("0123456789 \u2003\u2002") == label]
        return self._only(found, root, f"field “{label}”")

    def one(self, root: QWidget, kind: type[W]) -> W:
        """The only widget of its kind. Raises Halted."""
        return self._only(self.all(root, kind), root, kind.__name__)

    def _only(self, found: list[W], root: QWidget, what: str) -> W:
        if not found:
            raise Halted(f"there is no {what} in {type(root).__name__}")
        return found[0]

    def dialog(self, words: str = "", timeout_s: float = PATIENCE_S) -> QDialog:
        """Waits for a dialog whose question has these words."""
        found: list[QDialog] = []

        def look() -> bool:
            found[:] = [
                each
                for each in QApplication.topLevelWidgets()
                if isinstance(each, QDialog) and each.isVisible() and words in each.windowTitle()
            ]
            return bool(found)

        self.wait(look, f"a dialog “{words}”", timeout_s)
        return found[0]

    def reads(self, root: QWidget, words: str) -> bool:
        """Whether a label or button in `root` shows these words now."""
        return any(words in text for text in self.texts(root))

    def texts(self, root: QWidget) -> list[str]:
        """What a person can read in `root` beside tables."""
        from PySide6.QtWidgets import QAbstractButton, QLabel

        shown = [str(each.text()) for each in self.all(root, QLabel)]
        shown += [plain(each.text()) for each in self.all(root, QAbstractButton)]
        return [text.translate(_BREAKABLE) for text in shown]

    def gone(self, widget: QWidget) -> bool:
        """Whether it is no longer on the screen."""
        return not isValid(widget) or not widget.isVisible()

    # -- hands -----------------------------------------------------------------------------------------------------

    def front(self, window: QWidget) -> None:
        """Goes to this window, as by clicking into it."""
        self._window = window
        window.raise_()
        window.activateWindow()
        self.wait(
            lambda: (at := QApplication.activeWindow()) is not None and belongs_to(at, window),
            f"“{window.windowTitle()}” in front",
        )

    def press(self, *keys: str) -> None:
        """Key after key, as "Ctrl+K" or "Down", into what has the focus."""
        for key in keys:
            combination = QKeySequence(key)[0]  # type: ignore[index]  # the stubs leave it out
            ears, modifiers = self._ears(), combination.keyboardModifiers()
            QTest.keyPress(ears, combination.key(), modifiers)
            if isValid(ears):  # a list to choose from is gone before the key is up again
                QTest.keyRelease(ears, combination.key(), modifiers)
            self.breathe()

    def type(self, text: str) -> None:
        """Letter by letter into what has the focus."""
        for letter in text:
            QTest.keyClicks(self._focus(), letter)
            self.breathe()

    def _ears(self) -> QWidget | QWindow:
        self._popup = QApplication.activePopupWidget()  # kept: PySide forgets its window with it
        handle = self._popup.windowHandle() if self._popup is not None else None
        return handle if handle is not None else self._focus()

    def _focus(self) -> QWidget:
        if QApplication.activeWindow() is None and self._window is not None:
            self.front(self._window)  # as a window manager gives the keyboard back when a dialog has gone
        focus = QApplication.focusWidget() or QApplication.activeWindow()
        if focus is None:
            raise Halted("no window has the keyboard")
        return focus

    def click(self, widget: QWidget, at: QPoint | None = None, *, double: bool = False) -> None:
        """Clicks where it is; first scrolls to it. Raises Halted when it is disabled or covered."""
        if not widget.isVisible():
            raise Halted(f"{_name(widget)} cannot be seen")
        if not widget.isEnabled():
            why = widget.reason if isinstance(widget, Button) else ""
            raise Halted(f"{_name(widget)} is disabled: {why or 'no reason given'}")
        self._scroll_to(widget)
        place = at if at is not None else widget.rect().center()
        window = widget.window()
        top: QWidget = window.childAt(widget.mapTo(window, place)) or window
        if top is not widget and not widget.isAncestorOf(top):
            raise Halted(f"{_name(widget)} is covered by {_name(top)}")
        spot = top.mapFrom(window, widget.mapTo(window, place))
        act = QTest.mouseDClick if double else QTest.mouseClick
        if double:
            QTest.mouseClick(top, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
        act(top, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
        self.breathe()

    def click_button(self, root: QWidget, words: str) -> None:
        """Clicks the button with these words once it is there and can be used."""
        found: list[Button] = []

        def ready() -> bool:
            found[:] = [each for each in self.all(root, Button) if words in (plain(each.text()), each.accessibleName())]
            return any(each.isEnabled() and not each.busy for each in found)

        self.wait(ready, f"button “{words}” that can be used")
        self.click(next(each for each in found if each.isEnabled() and not each.busy))

    def click_row(self, table: QAbstractItemView, words: str, *, double: bool = False) -> None:
        """Clicks the row of a table or list that shows these words in any column."""
        index = self.row(table, words)
        if index is None:
            raise Halted(f"no row shows “{words}” in {_name(table)}")
        table.scrollTo(index)
        self.breathe()
        self.click(table.viewport(), table.visualRect(index).center(), double=double)

    def row(self, table: QAbstractItemView, words: str) -> QModelIndex | None:
        """The first row that shows these words, None when there is none."""
        with self.apart():
            model = table.model()
            columns = model.columnCount() if isinstance(table, QTableView) else 1
            for row in range(model.rowCount()):
                cells = [model.index(row, column) for column in range(columns)]
                if any(words in said(cell) for cell in cells):
                    return cells[0]
            return None

    def fill(self, field: Field, text: str) -> None:
        """Clicks into a field, takes away what stands there, and types."""
        self.click(field.control)
        self.press("Ctrl+A", "Delete")
        self.type(text)

    def choose(self, box: QComboBox, words: str) -> None:
        """Opens a list to choose from and takes the entry with these words."""
        place = box.findText(words, Qt.MatchFlag.MatchStartsWith)
        if place < 0:
            raise Halted(f"{_name(box)} does not offer “{words}”")
        self.click(box)
        self.wait(lambda: QApplication.activePopupWidget() is not None, f"the list of {_name(box)}")
        self.breathe(50)  # a list takes no key in its first moment, so that the click that opened it does not choose
        self.press("Home", *["Down"] * place, "Return")
        self.wait(lambda: box.currentText().startswith(words), f"“{words}” chosen")

    def _scroll_to(self, widget: QWidget) -> None:
        at = widget.parentWidget()
        while at is not None:
            inside = at.widget() if isinstance(at, QScrollArea) else None
            if isinstance(at, QScrollArea) and inside is not None and inside.isAncestorOf(widget):
                at.ensureWidgetVisible(widget, 24, 24)
                self.breathe()
            at = at.parentWidget()


def plain(text: str) -> str:
    """A button's words without the mark of its mnemonic."""
    return text.replace("&", "")


def said(index: Any) -> str:
    """What a cell shows and says."""
    shown = index.data(Qt.ItemDataRole.DisplayRole)
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    return f"{shown or ''} {spoken or ''}"


def _name(widget: QWidget) -> str:
    words = widget.accessibleName() or getattr(widget, "text", str)() or widget.windowTitle()
    return f"{type(widget).__name__} “{words}”" if words else type(widget).__name__
