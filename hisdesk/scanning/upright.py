"""Turn a photo into a level view of the card: outline, perspective, quarter turns, small angles; and the way back."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from hisdesk.scanning.opencv import cv

if TYPE_CHECKING:
    from hisdesk.scanning.reading import Box, Picture

_SEARCH_SIDE = 640
_RATIOS = (1.25, 2.1)  # long to short side of cards and passport pages, with room for perspective


@dataclass(frozen=True)
class View:
    """A picture to read from and the 3×3 map from its pixels to those of the picture it was taken from."""

    picture: Picture
    back: Any

    def box_back(self, box: Box) -> Box:
        """The upright rectangle in the source picture around a box of this view."""
        import numpy as np

        x, y, w, h = box
        corners = np.asarray([(x, y, 1.0), (x + w, y, 1.0), (x, y + h, 1.0), (x + w, y + h, 1.0)]).T
        points = self.back @ corners
        xs, ys = points[0] / points[2], points[1] / points[2]
        left, top = max(0, round(float(xs.min()))), max(0, round(float(ys.min())))
        return left, top, max(1, round(float(xs.max())) - left), max(1, round(float(ys.max())) - top)


def whole(picture: Picture) -> View:
    """The picture itself as a view."""
    import numpy as np

    return View(picture, np.eye(3))


def quarter_turned(picture: Picture, turns: int) -> Picture:
    """The picture turned by 90° steps, counter-clockwise for positive numbers."""
    import numpy as np

    return cast("Picture", np.ascontiguousarray(np.rot90(picture, turns % 4)))


def turn_box(box: Box, turns: int, width: int, height: int) -> Box:
    """Where a box of a width × height picture lies after `quarter_turned`."""
    x, y, w, h = box
    for _ in range(turns % 4):
        x, y, w, h = y, width - x - w, h, w
        width, height = height, width
    return x, y, w, h


def turned_view(view: View, turns: int) -> View:
    """A view turned by quarter turns, counter-clockwise; the way back follows."""
    import numpy as np

    turned, back = view.picture, view.back
    for _ in range(turns % 4):
        width = turned.shape[1]
        turned = np.rot90(turned)
        back = back @ np.array([[0, -1, width - 1], [1, 0, 0], [0, 0, 1]], dtype=np.float64)
    return View(np.ascontiguousarray(turned), back)


def card_view(picture: Picture, width: int) -> View | None:
    """The card flattened to about `width` pixels, landscape; None if no outline is found."""
    import numpy as np

    c = cv()
    corners = card_corners(picture)
    if corners is None:
        return None
    long_side = (np.linalg.norm(corners[1] - corners[0]) + np.linalg.norm(corners[2] - corners[3])) / 2
    short_side = (np.linalg.norm(corners[3] - corners[0]) + np.linalg.norm(corners[2] - corners[1])) / 2
    if long_side < short_side:
        corners = np.roll(corners, 1, axis=0)
        long_side, short_side = short_side, long_side
    scale = width / float(long_side)
    w, h = width, round(float(short_side) * scale)
    target = np.asarray([(0, 0), (w, 0), (w, h), (0, h)], dtype=np.float32)
    forward = c.getPerspectiveTransform(corners.astype(np.float32), target)
    shrink = c.INTER_AREA if scale < 0.7 else c.INTER_CUBIC
    flat = c.warpPerspective(picture, forward, (w, h), flags=shrink, borderMode=c.BORDER_REPLICATE)
    return View(flat, np.linalg.inv(forward))


def card_corners(picture: Picture) -> Any:
    """Corners of the card (clockwise from top left, as the picture stands) as a 4×2 array, or None."""
    import numpy as np

    c = cv()
    height, width = picture.shape[:2]
    scale = _SEARCH_SIDE / max(height, width)
    small = c.resize(picture, None, fx=scale, fy=scale, interpolation=c.INTER_AREA)
    best, best_area = None, 0.0
    for mask in _masks(small):
        contours, _ = c.findContours(mask, c.RETR_EXTERNAL, c.CHAIN_APPROX_SIMPLE)
        for contour in contours:
            quad = _quad(contour)
            if quad is None or not _card_like(quad, small.shape[1], small.shape[0]):
                continue
            area = float(c.contourArea(quad))
            if area > best_area:
                best, best_area = quad, area
        if best is not None:
            break
    if best is None or _mostly_outside(small, best):
        return None
    return _ordered(best.reshape(4, 2) / np.float32(scale))


def _mostly_outside(small: Picture, quad: Any) -> bool:
    """Whether much print lies outside the quadrilateral, which then is a box on the card and not the card."""
    import numpy as np

    c = cv()
    if c.contourArea(quad) > 0.5 * small.shape[0] * small.shape[1]:
        return False
    marks = _marks(c.cvtColor(small, c.COLOR_BGR2GRAY), 9) > 40
    inside = np.zeros(marks.shape, np.uint8)
    c.drawContours(inside, [quad], -1, 255, -1)
    inside = c.dilate(inside, np.ones((9, 9), np.uint8)) > 0
    return bool((marks & ~inside).sum() > 0.5 * (marks & inside).sum())


def _marks(grey: Picture, reach: int) -> Any:
    """How much each pixel is a small mark, darker or lighter than what surrounds it."""
    c = cv()
    kernel = c.getStructuringElement(c.MORPH_ELLIPSE, (reach, reach))
    return c.max(c.morphologyEx(grey, c.MORPH_BLACKHAT, kernel), c.morphologyEx(grey, c.MORPH_TOPHAT, kernel))


def _masks(small: Picture) -> Iterator[Any]:
    """Ways to tell card from table: unlike the border's colour, then strong edges."""
    import numpy as np

    c = cv()
    smooth = c.GaussianBlur(small, (0, 0), 2.0)
    lab = c.cvtColor(smooth, c.COLOR_BGR2LAB).astype(np.float32)
    edge = np.concatenate(
        (lab[:6].reshape(-1, 3), lab[-6:].reshape(-1, 3), lab[:, :6].reshape(-1, 3), lab[:, -6:].reshape(-1, 3))
    )
    distance = np.linalg.norm(lab - np.median(edge, axis=0), axis=2)
    spread = float(np.percentile(np.linalg.norm(edge - np.median(edge, axis=0), axis=1), 90))
    kernel = np.ones((9, 9), np.uint8)
    limit = max(14.0, 1.6 * spread)
    mask = (distance > limit).astype(np.uint8) * 255
    yield c.morphologyEx(c.morphologyEx(mask, c.MORPH_CLOSE, np.ones((25, 25), np.uint8)), c.MORPH_OPEN, kernel)
    edges = c.Canny(c.cvtColor(smooth, c.COLOR_BGR2GRAY), 25, 80)
    yield c.morphologyEx(c.dilate(edges, np.ones((3, 3), np.uint8)), c.MORPH_CLOSE, kernel)


def _quad(contour: Any) -> Any:
    c = cv()
    hull = c.convexHull(contour)
    outline = c.arcLength(hull, True)
    for tolerance in (0.02, 0.035, 0.05, 0.07):
        corners = c.approxPolyDP(hull, tolerance * outline, True)
        if len(corners) == 4:
            # Rounded corners and fingers cut area; a card fills its quadrilateral nearly.
            return corners if c.contourArea(hull) > 0.9 * c.contourArea(corners) else None
    return None


def _card_like(quad: Any, width: int, height: int) -> bool:
    import numpy as np

    c = cv()
    area = float(c.contourArea(quad))
    if not 0.1 * width * height < area < 0.97 * width * height:
        return False
    points = _ordered(quad.reshape(4, 2).astype(np.float32))
    sides = [float(np.linalg.norm(points[(i + 1) % 4] - points[i])) for i in range(4)]
    along, across = (sides[0] + sides[2]) / 2, (sides[1] + sides[3]) / 2
    ratio = max(along, across) / max(1.0, min(along, across))
    alike = min(sides[0], sides[2]) > 0.7 * max(sides[0], sides[2]) and min(sides[1], sides[3]) > 0.7 * max(
        sides[1], sides[3]
    )
    return _RATIOS[0] < ratio < _RATIOS[1] and alike


def _ordered(points: Any) -> Any:
    """Clockwise, the corner nearest the top left first."""
    import numpy as np

    middle = points.mean(axis=0)
    angles = np.arctan2(points[:, 1] - middle[1], points[:, 0] - middle[0])
    points = points[np.argsort(angles)]
    return np.roll(points, -int(np.argmin(points.sum(axis=1))), axis=0)


def levelled(view: View, angle: float) -> View:
    """The view turned so that lines rising by `angle` degrees (as images count, clockwise) become level."""
    import numpy as np

    c = cv()
    if abs(angle) < 0.3:
        return view
    height, width = view.picture.shape[:2]
    matrix = c.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    cos, sin = abs(math.cos(math.radians(angle))), abs(math.sin(math.radians(angle)))
    w, h = round(width * cos + height * sin), round(width * sin + height * cos)
    matrix[0, 2] += (w - width) / 2
    matrix[1, 2] += (h - height) / 2
    turned = c.warpAffine(view.picture, matrix, (w, h), flags=c.INTER_CUBIC, borderMode=c.BORDER_REPLICATE)
    return View(turned, view.back @ np.linalg.inv(np.vstack((matrix, (0, 0, 1)))))


def text_direction(picture: Picture) -> tuple[bool, float]:
    """Whether lines of print run across (True) or up and down the picture, and their small angle in degrees."""
    c = cv()
    grey = picture if picture.ndim == 2 else c.cvtColor(picture, c.COLOR_BGR2GRAY)
    scale = 900 / max(grey.shape)
    small = c.resize(grey, None, fx=scale, fy=scale, interpolation=c.INTER_AREA if scale < 1 else c.INTER_LINEAR)
    ink = _marks(small, 13)
    _, mask = c.threshold(ink, max(24.0, 0.6 * c.threshold(ink, 0, 255, c.THRESH_OTSU)[0]), 255, c.THRESH_BINARY)
    bars = _bars(mask, (11, 3)) + _bars(mask, (3, 11))
    across = sum(length for length, angle in bars if abs(angle) < 45)
    level = across >= 0.5 * sum(length for length, _ in bars)
    small_angles = [((angle if level else angle - math.copysign(90, angle)), length) for length, angle in bars]
    return level, _weighted_median(small_angles)


def _bars(mask: Any, reach: tuple[int, int]) -> list[tuple[float, float]]:
    """Length and angle (-90..90 degrees) of the long thin things that appear when marks are joined in one direction."""
    c = cv()
    joined = c.morphologyEx(mask, c.MORPH_CLOSE, c.getStructuringElement(c.MORPH_RECT, reach))
    contours, _ = c.findContours(joined, c.RETR_EXTERNAL, c.CHAIN_APPROX_NONE)
    found = []
    for contour in contours:
        (_, _), (w, h), angle = c.minAreaRect(contour)
        if w < h:
            w, h, angle = h, w, angle - 90
        if w > 45 and w > 4 * h and 5 < h < 60:
            found.append((float(w), (float(angle) + 90) % 180 - 90))
    return found


def _weighted_median(pairs: Iterable[tuple[float, float]]) -> float:
    near = sorted((angle, weight) for angle, weight in pairs if abs(angle) < 25)
    half, total = sum(weight for _, weight in near) / 2, 0.0
    for angle, weight in near:
        total += weight
        if total >= half:
            return angle
    return 0.0


def resized(view: View, scale: float) -> View:
    """The view enlarged or reduced."""
    import numpy as np

    c = cv()
    if abs(scale - 1) < 0.02:
        return view
    shrink = c.INTER_AREA if scale < 1 else c.INTER_CUBIC
    picture = c.resize(view.picture, None, fx=scale, fy=scale, interpolation=shrink)
    return View(picture, view.back @ np.diag([1 / scale, 1 / scale, 1.0]))
