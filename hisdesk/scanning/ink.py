"""Make print readable: even light, dark letters on white whatever the card's colours, enough pixels for a letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from hisdesk.scanning.opencv import cv

if TYPE_CHECKING:
    from hisdesk.scanning.reading import Picture


_SHRINK = 4  # the ground has no detail


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
    small = c.resize(grey, (max(8, width // _SHRINK), max(8, height // _SHRINK)), interpolation=c.INTER_AREA)
    ground = c.resize(_ground(small), (width, height), interpolation=c.INTER_LINEAR)
    contrast = c.absdiff(grey, ground)
    # Faint print on a tinted ground is as dark in the end as bold print: divide by the strongest contrast nearby.
    peak = c.dilate(c.resize(contrast, (small.shape[1], small.shape[0]), interpolation=c.INTER_AREA), np.ones((9, 9)))
    peak = c.GaussianBlur(c.resize(peak, (width, height), interpolation=c.INTER_LINEAR), (0, 0), 12)
    strength = contrast.astype(np.float32) * (225.0 / np.maximum(peak.astype(np.float32), 45.0))
    return cast("Picture", (255 - np.clip(strength, 0, 255)).astype(np.uint8))


def _ground(small: Picture) -> Picture:
    """The colour behind the print: a wide median, which survives large letters, but a narrow one in narrow bands."""
    import numpy as np

    c = cv()
    width = small.shape[1]
    reach = max(9, int(width / 17) | 1)
    wide = c.medianBlur(small, reach)
    narrow = c.medianBlur(small, max(5, int(width / 36) | 1))
    broad = c.medianBlur(small, max(31, int(width / 5) | 1))
    apart = (c.absdiff(broad, narrow) > 18).astype(np.uint8)
    # A band is long; a heavy letter, where the narrow median is wrong too, is not.
    bands = c.morphologyEx(apart, c.MORPH_CLOSE, np.ones((1, max(3, width // 25)), np.uint8))
    bands = c.morphologyEx(bands, c.MORPH_OPEN, np.ones((5, max(7, width // 7)), np.uint8))
    count, parts = c.connectedComponents(bands)
    for part in range(1, count):  # half of large print is ground, hardly anything of a band is
        if float((c.absdiff(small, broad)[parts == part] > 18).mean()) < 0.72:
            bands[parts == part] = 0
    thick = c.morphologyEx(bands, c.MORPH_OPEN, np.ones((int(0.85 * reach), 5), np.uint8))
    return cast("Picture", np.where((bands > 0) & (thick == 0), narrow, wide))
