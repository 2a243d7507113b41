"""Pictures from outside: what is refused, with which sentence, and what comes out upright."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hisdesk.errors import UserError
from hisdesk.scanning import pictures


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and has next to no data: decoding it would fail, so a size sentence proves the order."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 10)) + chunk(b"IEND", b"")


@pytest.fixture
def photo() -> Image.Image:
    noise = np.random.default_rng(1).integers(0, 255, (60, 90, 3), dtype=np.uint8)
    return Image.fromarray(noise)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "BMP"])
def test_every_form_is_loaded_as_bgr(form: str) -> None:
    red = Image.new("RGB", (50, 30), (250, 10, 10))
    picture = pictures.load(encoded(red, form))
    assert picture.shape == (30, 50, 3)
    blue_part, _, red_part = picture[15, 25]
    assert red_part > 230 and blue_part < 40


def test_text_named_jpg_is_refused_with_advice(tmp_path: Path) -> None:
    file = tmp_path / "card.jpg"
    file.write_text("this is a letter, not a card")
    with pytest.raises(UserError, match=r"not a picture\. Choose a JPEG"):
        pictures.load(file)


def test_empty_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "card.png"
    file.touch()
    with pytest.raises(UserError, match="empty"):
        pictures.load(file)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "BMP"])
@pytest.mark.parametrize("share", [0.02, 0.5])
def test_truncated_files_are_refused(photo: Image.Image, form: str, share: float) -> None:
    data = encoded(photo, form)
    with pytest.raises(UserError, match=r"damaged|not a picture"):
        pictures.load(data[: max(6, int(len(data) * share))])


@pytest.mark.parametrize(("width", "height"), [(20_000, 10_000), (60_000, 60_000)])
def test_oversized_picture_is_refused_by_its_header(width: int, height: int) -> None:
    with pytest.raises(UserError, match="up to 64 megapixels") as caught:
        pictures.load(png_header(width, height))
    assert "lower resolution" in str(caught.value)


def test_picture_below_the_limit_but_without_data_is_damaged() -> None:
    with pytest.raises(UserError, match="damaged"):
        pictures.load(png_header(2_000, 1_000))


@pytest.mark.parametrize(("orientation", "corner"), [(1, (0, 0)), (3, (-1, -1)), (6, (0, -1)), (8, (-1, 0))])
def test_exif_orientation_is_applied(orientation: int, corner: tuple[int, int]) -> None:
    image = Image.new("RGB", (80, 40), "white")
    image.paste((0, 0, 0), (0, 0, 16, 16))  # a black mark in the stored picture's top left corner
    exif = image.getexif()
    exif[274] = orientation
    picture = pictures.load(encoded(image, "PNG", exif=exif))
    assert picture.shape[:2] == ((40, 80) if orientation in (1, 3) else (80, 40))
    assert picture[corner].max() < 10
    assert picture.mean() > 200


def test_transparency_becomes_white_and_16_bit_grey_keeps_its_contrast() -> None:
    clear = pictures.load(encoded(Image.new("RGBA", (30, 30), (0, 0, 0, 0)), "PNG"))
    assert clear.min() == 255
    ramp = np.linspace(0, 65535, 900).reshape(30, 30).astype(np.uint16)
    grey = pictures.load(encoded(Image.fromarray(ramp), "PNG"))
    assert grey.min() < 5 and grey.max() > 250


def test_arrays_are_checked_too() -> None:
    assert pictures.load(np.zeros((40, 50), np.uint8)).shape == (40, 50, 3)
    for wrong in (np.zeros((40, 50, 3), np.float32), np.zeros((0, 0, 3), np.uint8), np.zeros((4, 4, 3), np.uint8)):
        with pytest.raises(UserError):
            pictures.load(wrong)


def test_missing_file_and_folder_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file"):
        pictures.load(tmp_path / "gone.png")
    with pytest.raises(UserError, match="folder"):
        pictures.load(tmp_path)
