"""Which character of a machine readable zone a small picture shows. ICAO 9303 prescribes OCR-B; other faces do occur.

General text recognition reads runs of fillers as K, C and S and doubles or drops characters; the zone's pitch is fixed,
so every character is compared on its own with pictures of the 37 possible ones.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from hisdesk.scanning.opencv import cv

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from hisdesk.scanning.reading import Picture

ROWS, COLUMNS, CAP = 30, 26, 22  # a cell in pixels; capitals are CAP rows high


def cell(ink: Picture, top: float, bottom: float) -> Picture:
    """One character as a cell: `ink` is bright on black, `top` and `bottom` are the rows of the line's capitals.

    Scaled so that capitals are CAP rows high, centred between left and right by its own ink; size and height stay.
    """
    import numpy as np

    c = cv()
    columns = np.flatnonzero(ink.max(axis=0) > 100)
    if columns.size == 0:
        return np.zeros((ROWS, COLUMNS), np.uint8)
    rows = np.flatnonzero(ink[max(0, int(top) - 6) : int(bottom) + 7].max(axis=1) > 127) + max(0, int(top) - 6)
    if rows.size and abs((rows[-1] + 1 - rows[0]) / max(1.0, bottom - top) - 1) < 0.2:
        top, bottom = float(rows[0]), float(rows[-1] + 1)  # a full character measures itself best
    scale = CAP / max(1.0, bottom - top)
    centre = (columns[0] + columns[-1] + 1) / 2
    matrix = np.array(
        [[scale, 0, COLUMNS / 2 - centre * scale], [0, scale, (ROWS - CAP) / 2 - top * scale]], dtype=np.float64
    )
    if scale < 1:
        ink = c.GaussianBlur(ink, (0, 0), 0.4 / scale)
    return cast("Picture", c.warpAffine(ink, matrix, (COLUMNS, ROWS), flags=c.INTER_LINEAR))


@lru_cache(maxsize=1)
def _known() -> tuple[str, npt.NDArray[np.float32]]:
    """The characters, and their cells as unit vectors: faces, sizes and blurs x characters x pixels."""
    import numpy as np

    with np.load(Path(__file__).with_name("zone_glyphs.npz")) as stored:
        characters, cells = "".join(stored["characters"]), stored["cells"]
    # A line's height is measured to a pixel or so, hence the sizes.
    blurred = [
        [_unit(_soft(_sized(one, size), sigma)) for one in face]
        for face in cells
        for size in (0.87, 0.93, 1.0, 1.06)
        for sigma in (0.6, 1.6)
    ]
    return characters, np.asarray(blurred, dtype=np.float32).reshape(-1, len(characters), ROWS * COLUMNS)


def _soft(picture: Any, sigma: float) -> Any:
    return cv().GaussianBlur(picture, (0, 0), sigma)


def _sized(picture: Any, size: float) -> Any:
    c = cv()
    return c.warpAffine(picture, c.getRotationMatrix2D((COLUMNS / 2, ROWS / 2), 0, size), (COLUMNS, ROWS))


def _unit(picture: Any) -> Any:
    import numpy as np

    flat = picture.astype(np.float32).ravel()
    flat = flat - flat.mean()
    return flat / (np.linalg.norm(flat) + 1e-6)


def classify(cells: list[Picture]) -> list[list[tuple[str, float]]]:
    """For each cell the characters by likeness (-1..1), best first. The face that fits the whole line best decides."""
    import numpy as np

    characters, known = _known()
    scores = np.full((len(cells), known.shape[0], len(characters)), -1.0, dtype=np.float32)
    flat = known.reshape(-1, ROWS * COLUMNS)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            moved = np.stack([_unit(np.roll(_soft(one, 0.6), (dy, dx), axis=(0, 1))) for one in cells])
            scores = np.maximum(scores, (moved @ flat.T).reshape(scores.shape))
    face = int(np.argmax(scores.max(axis=2).mean(axis=0)))
    chosen = scores[:, face, :]
    return [
        sorted(((characters[i], float(row[i])) for i in np.argsort(row)[::-1][:4]), key=lambda one: -one[1])
        for row in chosen
    ]
