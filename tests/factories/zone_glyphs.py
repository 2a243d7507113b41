"""Makes hisdesk/scanning/zone_glyphs.npz: what A–Z, 0–9 and < look like in OCR-B and in three monospaced families.

Run `python -m tests.factories.zone_glyphs` where fonts-ocr-b, fonts-dejavu, fonts-liberation and fonts-freefont-ttf are
installed. The result is small grey pictures in the cell form of `hisdesk.scanning.glyphs`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from hisdesk.scanning import glyphs
from hisdesk.scanning.mrz import ALPHABET
from hisdesk.scanning.specimens import font

FACES = (
    "OCRB.otf",
    "OCRBS.otf",
    "DejaVuSansMono.ttf",
    "DejaVuSansMono-Bold.ttf",
    "LiberationMono-Regular.ttf",
    "LiberationMono-Bold.ttf",
    "FreeMonoBold.ttf",
    "FreeMono.ttf",
)
_SIZE = 96


def cells(face: str) -> np.ndarray:
    """Every character of one face as cells."""
    letters = font(_SIZE, face)
    drawn = []
    for character in ALPHABET:
        picture = Image.new("L", (_SIZE * 2, _SIZE * 2), 255)
        ImageDraw.Draw(picture).text((_SIZE, _SIZE * 1.4), character, fill=0, font=letters, anchor="ms")
        drawn.append(255 - np.asarray(picture))
    caps = [np.flatnonzero(drawn[ALPHABET.index(c)].max(axis=1) > 127) for c in "HEZ8"]
    top, bottom = int(np.median([c[0] for c in caps])), int(np.median([c[-1] for c in caps])) + 1
    return np.stack([glyphs.cell(ink, top, bottom) for ink in drawn])


if __name__ == "__main__":
    target = Path(glyphs.__file__).with_name("zone_glyphs.npz")
    np.savez_compressed(target, characters=np.array(list(ALPHABET)), cells=np.stack([cells(face) for face in FACES]))
    print(target, target.stat().st_size)  # noqa: T201
