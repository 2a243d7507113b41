"""Cameras that are absent, busy, unplugged; frames that are worth reading."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from hisdesk.errors import Unavailable
from hisdesk.scanning import camera, specimens
from hisdesk.scanning.opencv import cv
from tests.factories import cards
from tests.helpers.processes import FakeDevice


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> Any:
    def plug(opened: bool, frames: int, *, listed: bool = True) -> FakeDevice:
        fake = FakeDevice(opened, frames)
        monkeypatch.setattr(cv(), "VideoCapture", lambda _index: fake)
        monkeypatch.setattr(camera, "device_exists", lambda _index: listed)
        return fake

    return plug


def test_no_camera_is_said_in_a_sentence(device: Any) -> None:
    fake = device(False, 0, listed=False)
    with pytest.raises(camera.CameraAbsent, match="Plug it in") as caught:
        camera.Camera(0)
    assert isinstance(caught.value, Unavailable)
    assert fake.released


@pytest.mark.parametrize("opened", [False, True])
def test_a_held_camera_is_busy(device: Any, opened: bool) -> None:
    fake = device(opened, 0)
    with pytest.raises(camera.CameraBusy, match="another program"):
        camera.Camera(0)
    assert fake.released


def test_frames_until_unplugged_then_closed(device: Any) -> None:
    fake = device(True, 4)
    seen = []
    with pytest.raises(camera.CameraAbsent), camera.Camera(0) as source:
        for frame in source.frames():
            seen.append(frame)
    assert len(seen) == 3  # the first was taken to see whether the camera answers
    assert fake.released


def test_leaving_the_loop_closes_the_device(device: Any) -> None:
    fake = device(True, 100)
    source = camera.Camera(0)
    frames = source.frames()
    next(frames)
    frames.close()
    assert fake.released
    source.close()


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    paths = []
    for index, grey in enumerate((10, 200)):
        paths.append(tmp_path / f"{index}.png")
        Image.new("RGB", (64, 48), (grey, grey, grey)).save(paths[-1])
    return paths


def test_picture_camera_plays_its_pictures_over_and_over(pictures: list[Path]) -> None:
    source = camera.PictureCamera(pictures)
    assert [int(source.grab()[0, 0, 0]) for _ in range(3)] == [10, 200, 10]
    source.close()
    assert list(source.frames()) == []
    with pytest.raises(camera.CameraAbsent):
        source.grab()


def test_picture_camera_without_pictures_is_absent() -> None:
    with pytest.raises(camera.CameraAbsent):
        camera.PictureCamera([])


@pytest.fixture(scope="module")
def card() -> np.ndarray:
    values = {"payer": "Lowmere Mutual", "member_number": "LMU 7731", "group_number": "40021", "copays": ["PCP $20"]}
    return cards.as_bgr(specimens.insurance_card(values))


def test_a_sharp_still_card_is_taken(card: np.ndarray) -> None:
    frame = cards.on_table(card, 1, angle=4)
    first = camera.steady_card(frame)
    assert first.good and first.box is not None
    assert camera.steady_card(frame, first).good
    moved = cards.on_table(card, 1, angle=20)
    assert camera.steady_card(moved, first).hint == "Hold the card still."


def test_what_is_wrong_with_a_frame_is_said(card: np.ndarray) -> None:
    assert camera.steady_card(np.full((480, 640, 3), 90, np.uint8)).hint.startswith("Hold the card in front")
    assert camera.steady_card(cards.on_table(card, 1, fill=0.35)).hint == "Bring the card closer."
    blurred = camera.steady_card(cards.worn(cards.on_table(card, 1), 1, blur=9))
    assert "not sharp" in blurred.hint


def test_focus_falls_with_blur(card: np.ndarray) -> None:
    assert camera.focus(card) > 3 * camera.focus(cards.worn(card, 1, blur=4))
