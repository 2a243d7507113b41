"""PDF417 that is turned, small or photographed, on pictures of the ZXing project and on our own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hisdesk.scanning.barcodes import read_pdf417
from hisdesk.scanning.opencv import cv
from hisdesk.scanning.pictures import load

SAMPLES = sorted(path for path in (Path(__file__).parent / "data").iterdir() if path.suffix in (".png", ".webp"))


def turned(picture: np.ndarray, degrees: float) -> np.ndarray:
    """The picture turned on a canvas that holds all of it."""
    height, width = picture.shape[:2]
    matrix = cv().getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    w, h = int(height * sin + width * cos), int(height * cos + width * sin)
    matrix[:, 2] += (w / 2 - width / 2, h / 2 - height / 2)
    return np.asarray(cv().warpAffine(picture, matrix, (w, h), borderValue=(0, 0, 0)))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("degrees", [0, 7, -10, 90])
def test_samples_are_read_however_they_lie(sample: Path, degrees: int) -> None:
    expected = sample.with_suffix(".txt").read_text(encoding="utf-8")
    assert [code.text for code in read_pdf417(turned(load(sample), degrees))] == [expected]


def test_the_box_and_angle_are_those_of_the_symbol() -> None:
    picture = np.full((900, 1400, 3), 255, np.uint8)
    symbol = load(next(path for path in SAMPLES if path.stem == "01"))
    picture[300 : 300 + symbol.shape[0], 500 : 500 + symbol.shape[1]] = symbol
    (code,) = read_pdf417(picture)
    x, y, w, h = code.box
    assert x >= 495 and x + w <= 505 + symbol.shape[1]
    assert y >= 295 and y + h <= 305 + symbol.shape[0]
    assert abs(code.angle) < 2


def test_a_picture_without_symbol_gives_none() -> None:
    print_like = np.full((600, 900, 3), 255, np.uint8)
    for row in range(60, 560, 60):
        cv().putText(print_like, "MEMBER ID 123456789 GROUP 4711", (40, row), 0, 1.0, (0, 0, 0), 2)
    assert read_pdf417(print_like) == []
