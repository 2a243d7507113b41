"""A second look at numbers that were read with doubt: enlarged, from the untouched picture, all in one OCR call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from hisdesk.scanning import ocr
from hisdesk.scanning.insurance import Seen
from hisdesk.scanning.opencv import cv
from hisdesk.scanning.values import RULES

if TYPE_CHECKING:
    from hisdesk.scanning.reading import Picture

DOUBT = 0.86
_AGAIN = ("member_number", "group_number", "rx_bin", "rx_pcn", "rx_group", "payer_id")
_LETTER = 30  # height in pixels of the enlarged print
_GAP = 34
_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"


def second_look(picture: Picture, fields: Mapping[str, Seen]) -> dict[str, Seen]:
    """The fields, the doubtful numbers among them replaced where the second reading is the surer one.

    `picture` is the level BGR picture the boxes refer to. One tesseract call, or none if nothing is in doubt.
    """
    doubtful = [name for name in _AGAIN if name in fields and fields[name].confidence < DOUBT]
    if not doubtful:
        return dict(fields)
    strips = [_strip(picture, fields[name]) for name in doubtful]
    sheet, rows = _sheet(strips)
    words = ocr.words(sheet, layout=ocr.BLOCK, settings={"tessedit_char_whitelist": _CAPITALS})
    result = dict(fields)
    for name, (top, bottom) in zip(doubtful, rows, strict=True):
        mine = sorted((word for word in words if top <= word.middle < bottom), key=lambda word: word.x)
        taken = RULES[name]([word.text for word in mine]) if mine else None
        if taken is None:
            continue
        value, count, _ = taken
        sure = min(word.confidence for word in mine[:count])
        old = fields[name]
        if value.replace(" ", "") == str(old.value).replace(" ", ""):
            result[name] = replace(old, confidence=max(old.confidence, min(0.95, 0.5 + 0.5 * sure)))
        elif sure > old.confidence + 0.05:
            result[name] = replace(old, value=value, confidence=sure * 0.9)
    return result


def _strip(picture: Picture, seen: Seen) -> Picture:
    """One value in grey, dark on light, its letters `_LETTER` pixels high."""
    import numpy as np

    c = cv()
    x, y, w, h = seen.box
    pad = max(3, h // 3)
    piece = picture[max(0, y - pad) : y + h + pad, max(0, x - pad) : x + w + pad]
    grey = c.cvtColor(piece, c.COLOR_BGR2GRAY)
    scale = _LETTER / max(6, h)
    grey = c.resize(grey, None, fx=scale, fy=scale, interpolation=c.INTER_CUBIC if scale > 1 else c.INTER_AREA)
    low, high = (float(v) for v in np.percentile(grey, (2, 98)))
    grey = np.clip((grey.astype(np.float32) - low) * 255 / max(20.0, high - low), 0, 255).astype(np.uint8)
    return cast("Picture", 255 - grey if float(np.median(grey)) < 127 else grey)


def _sheet(strips: list[Picture]) -> tuple[Picture, list[tuple[int, int]]]:
    """All strips one under the other on white, and the rows each of them has."""
    import numpy as np

    width = max(strip.shape[1] for strip in strips) + 2 * _GAP
    height = sum(strip.shape[0] + _GAP for strip in strips) + _GAP
    sheet = np.full((height, width), 255, np.uint8)
    rows, top = [], _GAP
    for strip in strips:
        sheet[top : top + strip.shape[0], _GAP : _GAP + strip.shape[1]] = strip
        rows.append((top - _GAP // 2, top + strip.shape[0] + _GAP // 2))
        top += strip.shape[0] + _GAP
    return sheet, rows
