"""A machine readable zone in print without a fixed pitch, read by tesseract where the first way finds none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from hisdesk.scanning import ocr
from hisdesk.scanning.mrz import ALPHABET
from hisdesk.scanning.mrz_text import clean, looks_like_zone
from hisdesk.scanning.zone import ZoneLine

if TYPE_CHECKING:
    from hisdesk.scanning.reading import Box, Picture

_SETTINGS = {"tessedit_char_whitelist": ALPHABET, "load_system_dawg": "0", "load_freq_dawg": "0"}


def zone_lines(picture: Picture, words: Sequence[ocr.Word]) -> list[ZoneLine]:
    """The zone's lines, top first, if the words of a first reading look like one; else []. One tesseract call."""
    seen = [line for line in _rows(words) if looks_like_zone("".join(word.text for word in line))]
    if not seen:
        return []
    height = max(word.h for line in seen for word in line)
    # One line may have escaped the first reading: look one line further up and down.
    top = max(0, min(word.y for line in seen for word in line) - 2 * height)
    bottom = max(word.bottom for line in seen for word in line) + 2 * height
    again = ocr.words(picture[top:bottom], layout=ocr.BLOCK, settings=_SETTINGS)
    lines = [_zone_line(line, top) for line in _rows(again)]
    return [line for line in lines if len(line.text) >= 24]


def _rows(words: Sequence[ocr.Word]) -> list[list[ocr.Word]]:
    rows: list[list[ocr.Word]] = []
    for word in sorted(words, key=lambda one: one.middle):
        if rows and abs(rows[-1][0].middle - word.middle) < 0.6 * max(rows[-1][0].h, word.h):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda one: one.x) for row in rows]


def _zone_line(words: Sequence[ocr.Word], top: int) -> ZoneLine:
    text, sureness, boxes = "", [], []
    for word in words:
        characters = re.sub(r"\s", "", clean(word.text))
        width = word.w / max(1, len(characters))
        for index in range(len(characters)):
            box: Box = (round(word.x + index * width), word.y + top, max(1, round(width)), word.h)
            boxes.append(box)
            sureness.append(word.confidence)
        text += characters
    return ZoneLine(text, tuple(sureness), tuple(boxes))
