"""Find a machine readable zone in a picture, level it, and read it character by character."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from hisdesk.scanning import glyphs
from hisdesk.scanning.opencv import cv

if TYPE_CHECKING:
    from hisdesk.scanning.reading import Box, Picture

_SEARCH_WIDTH = 1200
_LINE_HEIGHT = 96  # pixels of a levelled line, its margins included
_COUNTS = (30, 36, 44)


@dataclass(frozen=True)
class ZoneLine:
    """One line: its characters, how sure each is (0..1), and each one's box in the picture."""

    text: str
    sureness: tuple[float, ...]
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class _Cells:
    """One line cut into characters that are not read yet."""

    cells: tuple[Picture, ...]
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Bar:
    """A long thin thing that may be a line of text: centre, length, thickness, angle in degrees."""

    x: float
    y: float
    length: float
    thickness: float
    angle: float


def find_groups(picture: Picture) -> list[list[Bar]]:
    """Two or three long parallel lines that may be a zone, best first, in a BGR or grey picture in this orientation."""
    return list(_groups(_bars(_grey(picture))))


def read_groups(picture: Picture, groups: Sequence[Sequence[Bar]]) -> Iterator[list[ZoneLine]]:
    """The lines of each group that has the fixed pitch of a zone, top line first."""
    grey = _grey(picture)
    for group in groups:
        lines = [line for line in (_read_line(grey, bar) for bar in group) if line is not None]
        if len(lines) >= 2:
            yield _named(lines)


def _grey(picture: Picture) -> Picture:
    return picture if picture.ndim == 2 else cast("Picture", cv().cvtColor(picture, cv().COLOR_BGR2GRAY))


def _bars(grey: Picture) -> list[Bar]:
    c = cv()
    height, width = grey.shape
    scale = _SEARCH_WIDTH / max(width, height)
    small = c.resize(grey, None, fx=scale, fy=scale, interpolation=c.INTER_AREA if scale < 1 else c.INTER_CUBIC)
    small = c.GaussianBlur(small, (0, 0), 1.0)
    ink = c.morphologyEx(small, c.MORPH_BLACKHAT, c.getStructuringElement(c.MORPH_RECT, (31, 31)))
    bars: list[Bar] = []
    for threshold, reach in ((c.threshold(ink, 0, 255, c.THRESH_OTSU)[0], 31), (18, 31), (18, 45), (18, 19)):
        _, mask = c.threshold(ink, threshold, 255, c.THRESH_BINARY)
        mask = c.morphologyEx(mask, c.MORPH_CLOSE, c.getStructuringElement(c.MORPH_RECT, (reach, 1)))
        mask = c.morphologyEx(mask, c.MORPH_OPEN, c.getStructuringElement(c.MORPH_RECT, (reach, 3)))
        contours, _ = c.findContours(mask, c.RETR_EXTERNAL, c.CHAIN_APPROX_SIMPLE)
        for contour in contours:
            (x, y), (w, h), angle = c.minAreaRect(contour)
            if w < h:
                w, h, angle = h, w, angle - 90
            angle = (angle + 90) % 180 - 90
            if w > 0.3 * _SEARCH_WIDTH and 14 < w / max(h, 1) < 75 and abs(angle) < 30:
                bar = Bar(x / scale, y / scale, w / scale, h / scale, angle)
                if not any(_same(bar, other) for other in bars):
                    bars.append(bar)
    return bars


def _same(one: Bar, other: Bar) -> bool:
    near = math.hypot(one.x - other.x, one.y - other.y) < 0.02 * one.length + 0.6 * one.thickness
    return near and abs(one.length - other.length) < 0.05 * one.length


def _groups(bars: Sequence[Bar]) -> Iterator[list[Bar]]:
    """Two or three parallel bars of like length, one under the other; threes first, lower in the picture first."""
    ordered = sorted(bars, key=lambda bar: bar.y)
    found = []
    for size in (3, 2):
        for group in itertools.combinations(ordered, size):
            if all(_follows(a, b) for a, b in itertools.pairwise(group)):
                found.append(list(group))
    yield from sorted(found, key=lambda group: (-len(group), -group[-1].y))[:6]


def _follows(above: Bar, below: Bar) -> bool:
    if abs(above.angle - below.angle) > 2.5 or not 0.8 < above.length / below.length < 1.25:
        return False
    radians = math.radians((above.angle + below.angle) / 2)
    dx, dy = below.x - above.x, below.y - above.y
    along, across = dx * math.cos(radians) + dy * math.sin(radians), dy * math.cos(radians) - dx * math.sin(radians)
    thickness = max(above.thickness, below.thickness)
    return abs(along) < 0.12 * above.length and 0.9 * thickness < across < 5.0 * thickness


def _read_line(grey: Picture, bar: Bar) -> _Cells | None:
    """Level a bar with a margin, find its characters and their pitch, and read each cell."""
    import numpy as np

    c = cv()
    zoom = _LINE_HEIGHT / 2.4 / max(bar.thickness, 4.0)
    margin = 1.2 * bar.thickness
    size = (int((bar.length + 2 * margin) * zoom), _LINE_HEIGHT)
    matrix = c.getRotationMatrix2D((bar.x, bar.y), bar.angle, zoom)
    matrix[0, 2] += size[0] / 2 - bar.x
    matrix[1, 2] += size[1] / 2 - bar.y
    level = c.warpAffine(grey, matrix, size, flags=c.INTER_CUBIC, borderMode=c.BORDER_REPLICATE)
    ink = _ink(level)
    characters = _characters(ink)
    if len(characters) < 20:
        return None
    grid = _grid([left + w / 2 for left, _, w, _ in characters])
    if grid is None:
        return None
    first, pitch, count = grid
    slope_top, slope_bottom = _along(characters, True), _along(characters, False)
    back = np.asarray(c.invertAffineTransform(matrix))
    cells, boxes = [], []
    for index in range(count):
        centre = first + index * pitch
        piece, left = _piece(ink, characters, centre, pitch)
        top, bottom = slope_top(centre), slope_bottom(centre)
        cells.append(glyphs.cell(piece, top, bottom))
        boxes.append(_back_box((left, round(top), piece.shape[1], round(bottom - top)), back))
    return _Cells(tuple(cells), tuple(boxes))


def _named(lines: Sequence[_Cells]) -> list[ZoneLine]:
    """Read all lines of a zone together: they are printed in one face and size."""
    ranked = glyphs.classify([cell for line in lines for cell in line.cells])
    found = []
    for line in lines:
        mine, ranked = ranked[: len(line.cells)], ranked[len(line.cells) :]
        text = "".join(row[0][0] for row in mine)
        found.append(ZoneLine(text, tuple(_sureness(row) for row in mine), line.boxes))
    return found


def _ink(level: Picture) -> Picture:
    """Ink as brightness 0..255, whatever the ground and the light."""
    import numpy as np

    c = cv()
    ground = c.morphologyEx(c.GaussianBlur(level, (0, 0), 1.5), c.MORPH_CLOSE, np.ones((41, 41), np.uint8))
    ground = c.GaussianBlur(ground, (0, 0), 15)
    ink = np.clip(ground.astype(np.float32) - level, 0, None)
    peak = max(20.0, float(np.percentile(ink, 97)))
    return cast("Picture", np.clip(ink * (255 / peak), 0, 255).astype(np.uint8))


def _characters(ink: Picture) -> list[tuple[int, int, int, int]]:
    """Boxes of things as high as characters, from left to right; parts that stand one over the other are one."""
    c = cv()
    _, mask = c.threshold(ink, 0, 255, c.THRESH_OTSU)
    count, _, stats, centres = c.connectedComponentsWithStats(mask, connectivity=8)
    boxes = []
    for index in range(1, count):
        x, y, w, h, area = (int(v) for v in stats[index])
        if h >= 0.18 * _LINE_HEIGHT and h <= 0.75 * _LINE_HEIGHT and area >= 20 and abs(centres[index][1] - 48) < 22:
            boxes.append((x, y, w, h))
    boxes.sort()
    merged: list[tuple[int, int, int, int]] = []
    for box in boxes:
        if merged and box[0] + box[2] / 2 < merged[-1][0] + merged[-1][2]:
            x, y, w, h = merged[-1]
            right, bottom = max(x + w, box[0] + box[2]), max(y + h, box[1] + box[3])
            merged[-1] = (x, min(y, box[1]), right - x, bottom - min(y, box[1]))
        else:
            merged.append(box)
    return merged


def _grid(centres: Sequence[float]) -> tuple[float, float, int] | None:
    """First centre, pitch and number of the cells that explain the most characters; None if the pitch is not fixed."""
    import numpy as np

    points = np.asarray(centres)
    gaps = np.diff(points)
    guess = float(np.median(gaps[gaps > 4])) if (gaps > 4).any() else 0.0
    if guess <= 0:
        return None
    pitch, first = guess, float(points[0])
    for _ in range(6):  # alternate between numbering the cells and fitting the line through them
        steps = np.concatenate(([0], np.cumsum(np.maximum(0, np.round(gaps / pitch)))))
        pitch, first = (float(v) for v in np.polyfit(steps, points, 1))
        residue = np.abs(points - (first + pitch * steps))
    if float(np.median(residue)) > 0.2 * pitch:
        return None
    count = int(steps[-1]) + 1
    return (first, pitch, count) if min(abs(n - count) for n in _COUNTS) <= 3 else None


def _along(characters: Sequence[tuple[int, int, int, int]], top: bool) -> Callable[[float], float]:
    """The row of the capitals' top or bottom as a function of the column (a line, robustly fitted)."""
    import numpy as np

    tall = float(np.percentile([one[3] for one in characters], 90))
    # Fillers are lower than capitals; a line full of them must not tilt the fit.
    points = [(x + w / 2, y if top else y + h) for x, y, w, h in characters if 0.9 * tall < h < 1.2 * tall]
    xs, ys = np.asarray([p[0] for p in points]), np.asarray([p[1] for p in points], dtype=float)
    middle = float(np.median(ys))
    near = np.abs(ys - middle) < 0.25 * tall
    if near.sum() < 6 or np.ptp(xs[near]) < 0.4 * (characters[-1][0] - characters[0][0]):
        return lambda _column: middle
    fit = np.polyfit(xs[near], ys[near], 1)
    return lambda column: float(np.polyval(fit, column))


def _piece(
    ink: Picture, characters: Sequence[tuple[int, int, int, int]], centre: float, pitch: float
) -> tuple[Picture, int]:
    """The ink of one cell: the character's own box where one stands there, else the cell's width."""
    for x, _, w, _ in characters:
        if abs(x + w / 2 - centre) < 0.4 * pitch and w < 1.25 * pitch:
            return ink[:, max(0, x - 1) : x + w + 1], max(0, x - 1)
    left = max(0, min(round(centre - pitch / 2), ink.shape[1] - 2))
    return ink[:, left : max(left + 1, round(centre + pitch / 2))], left


def _sureness(row: Sequence[tuple[str, float]]) -> float:
    best, second = row[0][1], row[1][1]
    return max(0.05, min(1.0, 0.55 * max(0.0, best) + 3.0 * (best - second)))


def _back_box(box: Box, back: Any) -> Box:
    x, y, w, h = box
    corners = [back @ (px, py, 1.0) for px, py in ((x, y), (x + w, y), (x, y + h), (x + w, y + h))]
    left, top = min(p[0] for p in corners), min(p[1] for p in corners)
    right, bottom = max(p[0] for p in corners), max(p[1] for p in corners)
    return max(0, round(left)), max(0, round(top)), max(1, round(right - left)), max(1, round(bottom - top))
