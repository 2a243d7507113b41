"""How long a card takes from picture to filled fields, as a desk reads it, against the bare OCR on the same picture."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

PICTURES = 8
LONGEST = 1600  # pixels, as a desk asks for it
LIMIT = 2.0


def measure() -> list[dict[str, Any]]:
    """The ratio as the median over insurance cards, clean and photographed; each call is the faster of two."""
    from PIL import Image

    from hisdesk.scanning.process import Scanner
    from tests.factories import cards

    ratios = []
    # pytesseract inherits this; tesseract's own threads would make the bare call up to three times slower.
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    scanner = Scanner()
    with tempfile.TemporaryDirectory() as folder, closing(scanner):
        for index in range(PICTURES):
            path = Path(folder) / f"{index}.png"
            picture = cards.insurance(700 + index, (*cards.LAYOUTS, *cards.HELD_OUT)).picture
            if index % 2:
                picture = cards.worn(
                    cards.on_table(picture, index, angle=index - 4, fill=0.9), index, blur=0.6, noise=3
                )
            Image.fromarray(picture[:, :, ::-1]).save(path)
            bare = _faster(partial(_bare, path))
            ours = _faster(partial(scanner.read, path, LONGEST))
            ratios.append(ours / bare)
    value = round(statistics.median(ratios), 2)
    return [
        {
            "id": "scan",
            "what": "card picture to filled fields, against the bare OCR call on the same picture",
            "value": value,
            "unit": "×",
            "limit": LIMIT,
            "holds": value <= LIMIT,
        }
    ]


def _bare(path: Path) -> str:
    import pytesseract
    from PIL import Image

    return str(pytesseract.image_to_string(Image.open(path), lang="eng"))


def _faster(call: Callable[[], object]) -> float:
    times = []
    for _ in range(2):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    print(measure())  # noqa: T201
