"""Load a picture that somebody hands in, without trusting it: size first, pixels later."""

from __future__ import annotations

import io
import os
import struct
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from hisdesk.errors import UserError

if TYPE_CHECKING:
    from PIL import Image

    from hisdesk.scanning.reading import Picture

MAX_PIXELS = 64_000_000
MAX_BYTES = 150_000_000
MIN_SIDE = 16
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP")
# What Pillow's decoders raise on broken data; none of these is a bug of ours.
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, IndexError, KeyError, TypeError, ZeroDivisionError)

NOT_A_PICTURE = "This file is not a picture. Choose a JPEG, PNG, WebP, TIFF or BMP picture of the card."
EMPTY = "This file is empty. Take the picture again or choose another file."
DAMAGED = "This picture is damaged or incomplete. Copy the file again or take a new picture."
TOO_SMALL = "This picture is too small to read. Take a picture that the card fills."


def load(source: str | os.PathLike[str] | bytes | Picture) -> Picture:
    """An upright BGR picture (h, w, 3) from a path, the bytes of a file, or a BGR or grey array.

    The EXIF orientation is applied, transparency becomes white. Raises UserError with a sentence for every refusal;
    the size is read from the header, so an oversized picture is refused before any of it is decoded. Any thread.
    """
    if isinstance(source, bytes | bytearray | memoryview):
        return _decode(bytes(source))
    if isinstance(source, str | os.PathLike):
        return _decode(_read(Path(source)))
    return _checked_array(source)


def _read(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise UserError("This is a folder. Choose a picture file inside it.")
        if path.stat().st_size > MAX_BYTES:
            raise UserError(
                f"This file is larger than {MAX_BYTES // 1_000_000} MB. Take a picture with a lower resolution."
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise UserError("There is no such file. Check the name, or choose the picture again.") from None
    except PermissionError:
        raise UserError(
            "This file may not be opened. Ask its owner for access, or copy it to a folder of yours."
        ) from None
    except OSError:
        raise UserError("This file cannot be read. Check that its drive is connected, then try again.") from None


def _decode(data: bytes) -> Picture:
    from PIL import Image, ImageOps, UnidentifiedImageError

    if not data:
        raise UserError(EMPTY)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns about sizes; the limit below decides
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError:
        raise UserError(_too_large(None)) from None
    except UnidentifiedImageError:
        known = data[:3] == b"\xff\xd8\xff" or data[:4] in (b"\x89PNG", b"RIFF", b"II*\0", b"MM\0*")
        raise UserError(DAMAGED if known else NOT_A_PICTURE) from None
    except _BROKEN:
        raise UserError(DAMAGED) from None
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise UserError(_too_large(width * height))
    if min(width, height) < MIN_SIDE:
        raise UserError(TOO_SMALL)
    try:
        upright = ImageOps.exif_transpose(picture)
        return _as_bgr(upright)
    except (*_BROKEN, MemoryError):
        raise UserError(DAMAGED) from None


def _as_bgr(picture: Image.Image) -> Picture:
    import numpy as np
    from PIL import Image

    if picture.mode.startswith(("I", "F")):  # 16 and 32 bit grey: stretch to 8 bits
        wide = np.asarray(picture, dtype=np.float64)
        scale = 255.0 / (65535.0 if wide.max() > 255 else 255.0)
        picture = Image.fromarray(np.clip(wide * scale, 0, 255).astype(np.uint8))
    if "A" in picture.getbands() or "transparency" in picture.info:
        rgba = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
    rgb = np.asarray(picture.convert("RGB"))
    return cast("Picture", np.ascontiguousarray(rgb[:, :, ::-1]))


def _checked_array(array: Any) -> Picture:
    import numpy as np

    if not isinstance(array, np.ndarray) or array.dtype != np.uint8 or array.ndim not in (2, 3) or array.size == 0:
        raise UserError("This is not a picture. Take the picture again.")
    if array.shape[0] * array.shape[1] > MAX_PIXELS:
        raise UserError(_too_large(array.shape[0] * array.shape[1]))
    if min(array.shape[:2]) < MIN_SIDE:
        raise UserError(TOO_SMALL)
    if array.ndim == 2 or array.shape[2] == 1:
        array = np.repeat(array.reshape(*array.shape[:2], 1), 3, axis=2)
    return cast("Picture", np.ascontiguousarray(array[:, :, :3]))


def _too_large(pixels: int | None) -> str:
    size = f"{pixels / 1e6:.0f} megapixels" if pixels else "far too many pixels"
    limit = MAX_PIXELS // 1_000_000
    return (
        f"This picture has {size}; up to {limit} megapixels can be read. Take it again with a lower resolution,"
        " or make the file smaller."
    )
