"""Make print readable: even light, dark letters on white whatever the card's colours, enough pixels for a letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from hisdesk.scanning.opencv import cv

if TYPE_CHECKING:
    from hisdesk.scanning.reading import Picture


def working_scale(long_side: float) -> float:
    """How much to resize a card of this long side (pixels) so that its small print can be read in little time."""
    if long_side < 1100:
        return min(2.5, 1300 / long_side)
    return min(1.0, 1700 / long_side)


def as_dark_on_white(picture: Picture) -> Picture:
    """A grey picture in which print is dark and the ground white, also in dark bands, shadows and colour gradients.

    The ground is the median around each pixel; what differs from it, lighter or darker, is print.
    """
    import numpy as np

    c = cv()
    grey = picture if picture.ndim == 2 else c.cvtColor(picture, c.COLOR_BGR2GRAY)
    height, width = grey.shape
    shrink = 4
    small = c.resize(grey, (max(8, width // shrink), max(8, height // shrink)), interpolation=c.INTER_AREA)
    size = max(9, int(width / shrink / 17) | 1)
    ground = c.resize(c.medianBlur(small, size), (width, height), interpolation=c.INTER_LINEAR)
    contrast = c.absdiff(grey, ground)
    # Faint print on a tinted ground is as dark in the end as bold print: divide by the strongest contrast nearby.
    peak = c.dilate(c.resize(contrast, (small.shape[1], small.shape[0]), interpolation=c.INTER_AREA), np.ones((9, 9), np.uint8))
    peak = c.GaussianBlur(c.resize(peak, (width, height), interpolation=c.INTER_LINEAR), (0, 0), 12)
    strength = contrast.astype(np.float32) * (225.0 / np.maximum(peak.astype(np.float32), 45.0))
    return cast("Picture", (255 - np.clip(strength, 0, 255)).astype(np.uint8))
