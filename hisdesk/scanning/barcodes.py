"""PDF417 in a picture, also turned, small, blurred or low in contrast, where the plain decoder gives up; QR."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hisdesk.scanning.opencv import cv

if TYPE_CHECKING:
    from hisdesk.scanning.reading import Box, Picture

_SEARCH_SIDE = 900  # pixels of the longer side where regions are looked for
_SMALL_PIXELS = 400_000  # pictures below this may be of a symbol alone
_LARGE_PIXELS = 1_800_000  # up to here the whole picture is tried too where something like a symbol is seen
_LARGEST_TRY = 3200
_MOST_TRIES = 150  # of about 2 to 10 ms each
_AGREEING = 6.0  # degrees between a symbol's rows as decoded and as its edges tell
_LEAST_AREA = 0.035  # of the picture


@dataclass(frozen=True)
class Barcode:
    """A decoded symbol: `text`, raw `content`, its `box` in the picture and how far it is turned (degrees)."""

    text: str
    content: bytes
    box: Box
    angle: float


def read_pdf417(picture: Picture, *, thorough: bool = True) -> list[Barcode]:
    """Every PDF417 in a BGR or grey picture; [] if there is none. `thorough` adds the turned and enlarged tries."""
    grey = picture if picture.ndim == 2 else cv().cvtColor(picture, cv().COLOR_BGR2GRAY)
    found = _decode(grey, grey, None)
    if found or not thorough:
        return found
    tries = ((level, back) for region in _regions(grey) for level, back in _straightened(grey, region))
    for level, back in itertools.islice(tries, _MOST_TRIES):
        found = _decode(level, grey, back)
        if found:
            return found
    return []


def read_qr(picture: Picture) -> str:
    """The text of a QR code in a picture, "" where there is none."""
    return str(cv().QRCodeDetector().detectAndDecode(picture)[0])


def _decode(level: Picture, grey: Picture, back: Any) -> list[Barcode]:
    """Decode `level`; `back` is the affine map from its pixels to those of `grey`, the whole picture."""
    import zxingcpp

    results = zxingcpp.read_barcodes(
        level,
        formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.PDF417]),
        text_mode=zxingcpp.TextMode.Plain,
    )
    barcodes = []
    for result in results:
        at = result.position
        corners = [(float(p.x), float(p.y)) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
        if back is not None:
            corners = [tuple(back @ (x, y, 1.0)) for x, y in corners]
        if _agrees(grey, corners):
            barcodes.append(Barcode(result.text, bytes(result.bytes), _bounds(corners), _slope(corners)))
    return barcodes


def _slope(corners: Sequence[tuple[float, float]]) -> float:
    (ax, ay), (bx, by) = corners[0], corners[1]
    return math.degrees(math.atan2(by - ay, bx - ax))


def _agrees(grey: Picture, corners: Sequence[tuple[float, float]]) -> bool:
    """Whether a symbol lies as its bars do. In a turned one the decoder may find wrong text that satisfies the code."""
    c = cv()
    a, b, _, d = corners
    width, height = math.hypot(b[0] - a[0], b[1] - a[1]), math.hypot(d[0] - a[0], d[1] - a[1])
    if width < 12 or height < 6:
        return True
    x, y = (sum(corner[axis] for corner in corners) / 4 for axis in (0, 1))
    size = (max(8, int(0.9 * width)), max(6, int(0.8 * height)))
    matrix = c.getRotationMatrix2D((x, y), _slope(corners), 1.0)
    matrix[:, 2] += (size[0] / 2 - x, size[1] / 2 - y)
    piece = c.warpAffine(grey, matrix, size, flags=c.INTER_LINEAR, borderMode=c.BORDER_REPLICATE)
    return abs(_row_angle(piece)) < _AGREEING


def _bounds(corners: Sequence[tuple[float, float]]) -> Box:
    xs, ys = [max(0.0, float(x)) for x, _ in corners], [max(0.0, float(y)) for _, y in corners]
    left, top = round(min(xs)), round(min(ys))
    return left, top, max(1, round(max(xs)) - left), max(1, round(max(ys)) - top)


@dataclass(frozen=True)
class _Region:
    """A turned rectangle that may hold a symbol: centre, size along and across the rows, angle of the rows."""

    x: float
    y: float
    width: float
    height: float
    angle: float


def _regions(grey: Picture) -> Iterator[_Region]:
    """Places full of parallel edges, strongest first; for small pictures the whole of it too."""
    c = cv()
    height, width = grey.shape
    scale = min(1.0, _SEARCH_SIDE / max(height, width))
    small = c.resize(grey, None, fx=scale, fy=scale, interpolation=c.INTER_AREA) if scale < 1 else grey
    contours, _ = c.findContours(_busy(small), c.RETR_EXTERNAL, c.CHAIN_APPROX_SIMPLE)
    tiny, found = height * width <= _SMALL_PIXELS, False
    for contour in sorted(contours, key=c.contourArea, reverse=True)[:3]:
        if c.contourArea(contour) < _LEAST_AREA * small.size:
            break  # print is busy too, but in small patches
        (x, y), (w, h), angle = c.minAreaRect(contour)
        if w < h:
            w, h, angle = h, w, angle - 90
        x0, y0, bw, bh = c.boundingRect(contour)
        rows = _row_angle(small[y0 : y0 + bh, x0 : x0 + bw])
        along = abs(math.cos(math.radians(rows - angle))) > 0.7
        # Of a small picture a symbol may be all there is: a border would spoil the test for half dark.
        fills = tiny and (c.contourArea(contour) > 0.3 * small.size or small.size < _SMALL_PIXELS / 3)
        if not fills and not (_half_dark(small, contour) and (along or w < 1.6 * h)):
            continue  # the edges of a dark band, a photograph, large print
        found = True
        # The bars' own direction is more exact than the outline, which decides only between along and across.
        for turn in dict.fromkeys((rows, rows + 90 if bh > 1.3 * bw else rows, angle)):
            along = abs(math.cos(math.radians(turn - angle))) > 0.7
            yield _Region(
                x / scale, y / scale, (w if along else h) / scale * 1.12, (h if along else w) / scale * 1.25, turn
            )
    if found and height * width <= _LARGE_PIXELS:
        for turn in (
            _row_angle(small),
            _row_angle(small) + 90,
            0.0,
            7.0,
            -7.0,
            10.0,
            -10.0,
            4.0,
            -4.0,
            14.0,
            -14.0,
            20.0,
            -20.0,
        ):
            yield _Region(width / 2, height / 2, width, height, turn)


def _half_dark(small: Picture, contour: Any) -> bool:
    """Whether a patch is about as dark as it is light, as symbols are and print is not."""
    import numpy as np

    c = cv()
    mask = np.zeros_like(small)
    c.drawContours(mask, [contour], -1, 255, -1)
    inside = small[c.erode(mask, np.ones((7, 7), np.uint8)) > 0]
    if inside.size < 50:
        return False
    threshold, _ = c.threshold(inside.reshape(-1, 1), 0, 255, c.THRESH_OTSU)
    dark = inside <= threshold
    return 0.33 < float(dark.mean()) < 0.7 and float(inside[~dark].mean() - inside[dark].mean()) > 25


def _busy(small: Picture) -> Any:
    """A mask of areas where strong edges of one direction crowd together."""
    import numpy as np

    c = cv()
    dx = c.Sobel(small, c.CV_32F, 1, 0)
    dy = c.Sobel(small, c.CV_32F, 0, 1)
    window = (0, 0)
    sigma = max(4.0, max(small.shape) / 90)
    xx, yy, xy = (c.GaussianBlur(part, window, sigma) for part in (dx * dx, dy * dy, dx * dy))
    energy = xx + yy
    coherence = np.sqrt((xx - yy) ** 2 + 4 * xy * xy) / (energy + 1e-3)
    strong = energy > 0.25 * np.percentile(energy, 98)
    mask = ((coherence > 0.35) & strong).astype(np.uint8) * 255
    kernel = c.getStructuringElement(c.MORPH_ELLIPSE, (9, 9))
    return c.morphologyEx(mask, c.MORPH_CLOSE, kernel)


def _row_angle(piece: Picture) -> float:
    """The direction of a symbol's rows in degrees (-45..45 or steeper): most edges stand across them."""
    import numpy as np

    c = cv()
    dx = c.Sobel(c.GaussianBlur(piece, (0, 0), 0.7), c.CV_32F, 1, 0)
    dy = c.Sobel(c.GaussianBlur(piece, (0, 0), 0.7), c.CV_32F, 0, 1)
    strength = np.hypot(dx, dy)
    angle = np.degrees(np.arctan2(dy, dx)) % 180
    histogram, _ = np.histogram(angle, bins=360, range=(0, 180), weights=strength * strength)
    ring = np.concatenate((histogram[-6:], histogram, histogram[:6]))
    smooth = np.convolve(ring, np.hanning(13), mode="same")[6:-6]
    peak = float(np.argmax(smooth)) / 2 + 0.25
    return peak - 180 if peak > 90 else peak


def _straightened(grey: Picture, region: _Region) -> Iterator[tuple[Picture, Any]]:
    """The region turned level, enlarged, with a quiet zone, in a few renderings; and the map back."""
    import numpy as np

    c = cv()
    longest = max(region.width, region.height, 1.0)
    whole = grey.size <= _SMALL_PIXELS
    tried = set()
    zooms = (2.0, 3.0, 1.0) if longest < 700 else (1.5, 1.0)
    for zoom, tilt in itertools.product(zooms, (0.0, 0.7, -0.7, 1.5, -1.5)):
        zoom = min(zoom, _LARGEST_TRY / longest)
        if (zoom, tilt) in tried:
            continue
        tried.add((zoom, tilt))
        radians = math.radians(region.angle + tilt)
        turned_w = region.width * zoom + (abs(math.sin(radians)) * region.height * zoom if whole else 0)
        turned_h = region.height * zoom + (abs(math.sin(radians)) * region.width * zoom if whole else 0)
        pad = 24.0
        matrix = c.getRotationMatrix2D((region.x, region.y), region.angle + tilt, zoom)
        matrix[0, 2] += turned_w / 2 + pad - region.x
        matrix[1, 2] += turned_h / 2 + pad - region.y
        size = (int(turned_w + 2 * pad), int(turned_h + 2 * pad))
        level = c.warpAffine(grey, matrix, size, flags=c.INTER_CUBIC, borderValue=255)
        back = np.asarray(c.invertAffineTransform(matrix))
        yield level, back
        if tilt == 0.0:
            yield c.GaussianBlur(level, (0, 0), 1.2), back
