"""The camera runs elsewhere, says when a card is held still, and admits when there is none."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from hisdesk.desk.kit.camera_thread import CameraFeed, Picture, Steadiness, as_image
from hisdesk.errors import Unavailable

DESK = np.full((120, 160, 3), 90, np.uint8)
CARD = DESK.copy()
CARD[30:90, 40:120] = (40, 180, 220)
OTHER_CARD = DESK.copy()
OTHER_CARD[10:110, 10:150] = (250, 250, 250)
PATIENCE_S = 20.0
NOISE = np.random.default_rng(1)


def noisy(picture: Picture) -> Picture:
    return np.clip(picture + NOISE.normal(0, 2, picture.shape), 0, 255).astype(np.uint8)


class FakeCamera:
    def __init__(self, script: Iterator[Picture], error: Exception | None = None) -> None:
        self.script, self.error = script, error
        self.opened_in = ""
        self.closed = threading.Event()

    def open(self) -> None:
        self.opened_in = threading.current_thread().name
        if self.error is not None:
            raise self.error

    def grab(self) -> Picture:
        return next(self.script)

    def close(self) -> None:
        self.closed.set()


def forever(*pictures: Picture) -> Iterator[Picture]:
    yield from pictures
    while True:
        yield noisy(pictures[-1])


def test_a_card_held_still_is_taken_once_and_the_next_card_again() -> None:
    steadiness, taken = Steadiness(frames=4), []
    moving = [np.roll(CARD, shift * 20, axis=1) for shift in range(6)]
    for number, picture in enumerate([*moving, *[CARD] * 20, *moving, *[OTHER_CARD] * 20]):
        if steadiness.add(noisy(picture)):
            taken.append(number)
    assert len(taken) == 2
    assert 6 <= taken[0] < 26 and taken[1] >= 32


def test_pictures_come_from_another_thread_and_stop_when_told(qtbot: QtBot) -> None:
    camera = FakeCamera(forever(*[np.roll(CARD, s * 20, axis=1) for s in range(4)], CARD))
    feed = CameraFeed(lambda: camera, per_second=500)
    frames: list[QImage] = []
    steady: list[Picture] = []
    feed.frame.connect(frames.append)
    feed.steady.connect(steady.append)
    feed.start()
    feed.start()
    qtbot.waitUntil(lambda: len(frames) >= 3 and len(steady) == 1)
    assert camera.opened_in == "camera" and feed.running
    assert steady[0].shape == (120, 160, 3)
    feed.stop()
    assert not feed.running
    assert camera.closed.wait(PATIENCE_S)
    count = len(frames)
    qtbot.wait(0)
    assert len(frames) == count


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Unavailable("The camera is used by another program. Close it, then try again."), "used by another program"),
        (RuntimeError("driver: /dev/video0 exploded"), "The camera stopped."),
    ],
)
def test_an_absent_or_busy_camera_is_said_and_closed(qtbot: QtBot, error: Exception, said: str) -> None:
    camera = FakeCamera(forever(CARD), error)
    feed = CameraFeed(lambda: camera)
    with qtbot.waitSignal(feed.failed) as caught:
        feed.start()
    assert said in caught.args[0] and "exploded" not in caught.args[0]
    assert camera.closed.is_set() and not feed.running
    camera.error = None
    with qtbot.waitSignal(feed.frame):
        feed.start()
    feed.stop()


def test_a_slow_camera_keeps_nobody_waiting_and_is_closed_before_it_is_opened_again(qtbot: QtBot) -> None:
    began, go_on, order = threading.Event(), threading.Event(), []

    class Slow(FakeCamera):
        def open(self) -> None:
            order.append("opened")

        def grab(self) -> Picture:
            began.set()
            assert go_on.wait(PATIENCE_S)
            return super().grab()

        def close(self) -> None:
            order.append("closed")

    feed = CameraFeed(lambda: Slow(forever(CARD)))
    feed.start()
    assert began.wait(PATIENCE_S)
    feed.stop()  # while the camera has still to deliver
    feed.start()
    assert feed.running and order == ["opened"]
    with qtbot.waitSignal(feed.frame):
        go_on.set()
    assert order == ["opened", "closed", "opened"]
    feed.stop()


def test_colours_keep_their_order() -> None:
    assert as_image(CARD).pixelColor(80, 60) == QColor(220, 180, 40)
