"""How the bed board looks: pages, sizes, colours, and what it never paints."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hisdesk.app import application
from hisdesk.desk.boards.beds_state import BedsState, BedTile, WardPage, Words
from hisdesk.desk.boards.beds_view import PAGE_MS, BedsView
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.tokens import Status

NOW = dt.datetime(2026, 3, 17, 10, 42).astimezone()
FREE, TAKEN = Status("ok", "ph.check-circle-fill", "Free"), Status("neutral", "ph.bed-fill", "Occupied")
FIGURES = ((2, "free"), (3, "cleaning"), (5, "home today"), (3, "waiting"))


def beds(count: int, *, stale: bool = False, state: Status = FREE) -> tuple[BedTile, ...]:
    age = "4 min" if stale else ""
    return tuple(
        BedTile(f"{n // 4 + 1}{'ABCD'[n % 4]}", state, "S.E.", (Words("Female, oxygen"),), age=age, stale=stale)
        for n in range(count)
    )


def ward(*tiles: BedTile, title: str = "Ward 3 East", **more: object) -> BedsState:
    return BedsState((WardPage(title, FIGURES, tiles, **more),))  # type: ignore[arg-type]


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[BedsView]:
    theme().apply(application(), "light")
    made = BedsView()
    made.resize(1920, 1080)
    made.set_time(NOW)
    made.show()
    yield made
    made.close()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def ground(view: BedsView) -> QColor:
    """Inside the first tile, where nothing is written."""
    return view.grab().toImage().pixelColor(180, 128)


def test_a_free_bed_is_green_a_taken_one_dark_and_an_old_one_grey(view: BedsView) -> None:
    view.set_state(ward(*beds(24)))
    assert ground(view) == theme().board("status.ok.bg")
    view.set_state(ward(*beds(24, state=TAKEN)))
    assert ground(view) == theme().board("surface.tile")
    view.set_state(ward(*beds(24, stale=True)))
    assert ground(view) == theme().board("surface.stale")


def test_figures_that_count_an_old_bed_are_grey(view: BedsView) -> None:
    def inks() -> set[str]:
        picture = view.grab().toImage()
        row = [picture.pixelColor(x, y).name() for x in range(340, 1240) for y in range(20, 90, 3)]
        return set(row) & {theme().board("text.primary").name(), theme().board("text.stale").name()}

    view.set_state(ward(*beds(24)))
    assert inks() == {theme().board("text.primary").name()}
    view.set_state(ward(*beds(24), old=True))
    assert inks() == {theme().board("text.stale").name()}


def test_more_beds_come_page_by_page_and_no_tile_grows_smaller(view: BedsView) -> None:
    view.set_state(ward(*beds(24)))
    assert len(view.pages) == 1 and not view._turn.isActive()
    view.set_state(ward(*beds(40)))
    assert [len(page.tiles) for page in view.pages] == [24, 16]
    assert view._turn.isActive() and view._turn.interval() == PAGE_MS
    assert view.page[1].tiles[0].label == "1A"
    view._turn.timeout.emit()
    assert view.page[1].tiles[0].label == "7A"
    view._turn.timeout.emit()
    assert view.page[0] == 0
    view.turn()
    view.set_state(ward(*beds(8)))
    assert view.page[0] == 0 and not view._turn.isActive()


def test_each_ward_has_pages_of_its_own(view: BedsView) -> None:
    view.set_state(BedsState((WardPage("Medical", FIGURES, beds(25)), WardPage("Surgical", FIGURES, beds(2)))))
    assert [(page.title, len(page.tiles)) for page in view.pages] == [("Medical", 24), ("Medical", 1), ("Surgical", 2)]


def test_a_small_monitor_shows_fewer_beds_in_larger_words(view: BedsView, monkeypatch: pytest.MonkeyPatch) -> None:
    view.set_state(ward(*beds(24)))
    screen = type(view.screen())
    for inches, pages in ((43, 2), (55, 1), (0, 1)):
        wide, high = inches * 0.872 * 25.4, inches * 0.49 * 25.4
        monkeypatch.setattr(screen, "physicalSize", lambda _self, size=(wide, high): _Size(*size))
        view.present(1)
        view.resize(1920, 1080)
        assert len(view.pages) == pages, inches
    view.present(1, windowed=True)
    assert not view.small


class _Size:
    def __init__(self, wide: float, high: float) -> None:
        self._wide, self._high = wide, high

    def width(self) -> float:
        return self._wide

    def height(self) -> float:
        return self._high


@pytest.mark.parametrize("size", [(1280, 720), (1366, 768), (3840, 2160), (1080, 1920), (1280, 800), (2560, 1080)])
@pytest.mark.parametrize("count", [0, 1, 40])
def test_it_paints_at_every_size(view: BedsView, size: tuple[int, int], count: int) -> None:
    view.resize(*size)
    view.set_state(ward(*beds(count), title="A very long name of a ward " * 4, message="No beds", hint="h" * 200))
    picture = view.grab().toImage()
    assert (picture.width(), picture.height()) == size
    assert len({picture.pixelColor(x, y).rgb() for x in range(0, size[0], 5) for y in range(0, size[1], 5)}) > 5


def test_it_reads_from_right_to_left_too(view: BedsView) -> None:
    view.set_state(ward(*beds(1)))
    view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    picture = view.grab().toImage()
    assert picture.pixelColor(1920 - 180, 128) == theme().board("status.ok.bg")
    assert picture.pixelColor(180, 128) == theme().board("surface.canvas")


def test_a_screen_reader_hears_the_page(view: BedsView) -> None:
    state = ward(*beds(1), notice="1A: no news for 4 min, shown grey")
    view.set_state(state)
    said = view.accessibleName()
    for words in ("Ward 3 East", "2 free", "1A, Free, S.E., Female, oxygen", "Connecting", "no news for 4 min"):
        assert words in said


def test_it_paints_only_when_something_is_new(view: BedsView, qtbot: QtBot) -> None:
    view.set_state(ward(*beds(24)))
    QApplication.processEvents()
    paints: list[int] = []
    draw = view.draw
    view.draw = lambda *args: (paints.append(1), draw(*args))[1]  # type: ignore[method-assign, func-returns-value]
    view.set_time(NOW + dt.timedelta(seconds=20))
    QApplication.processEvents()
    assert not paints
    view.set_time(NOW + dt.timedelta(minutes=1))
    qtbot.waitUntil(lambda: bool(paints), timeout=20_000)


def test_escape_leaves_it(view: BedsView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.left):
        QTest.keyClick(view, Qt.Key.Key_Escape)


def test_of_a_bed_that_changed_only_its_tile_is_painted(view: BedsView, qtbot: QtBot) -> None:
    view.set_state(ward(*beds(24)))
    painted: list[QRect] = []
    draw = view.draw

    def note(painter: QPainter, dirty: QRect) -> None:
        painted.append(dirty)
        draw(painter, dirty)

    qtbot.waitUntil(lambda: len(view._parts) == 26, timeout=20_000)
    view.repaint()
    QApplication.processEvents()
    view.draw = note  # type: ignore[method-assign]
    tiles = list(beds(24))
    tiles[7] = BedTile("2D", TAKEN, "A.B.")
    view.set_state(ward(*tiles))
    qtbot.waitUntil(lambda: bool(painted), timeout=20_000)
    assert painted == [view._parts[2 + 7]]
    painted.clear()
    view.set_state(BedsState((WardPage("Ward 3 East", FIGURES, tuple(tiles)),), Status("ok", "ph.broadcast", "Live")))
    qtbot.waitUntil(lambda: bool(painted), timeout=20_000)
    assert painted == [view._parts[1]]
