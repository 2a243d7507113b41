"""What every printed document shares: fonts, text that can hold any name, QR codes, exact page sizes.

Text is drawn as text: nothing in a name is ever read as markup. Right-to-left words are put into visual order and
Arabic letters joined. Sizes are in points unless the name says mm. Safe from any thread; no window is involved.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Literal

from arabic_reshaper import ArabicReshaper
from bidi import get_display
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from hisdesk.resources import resource

Align = Literal["left", "centre", "right"]
ELLIPSIS = "…"
QUIET_ZONE = 4  # modules of white that a QR code needs around it


@cache
def _faces(bold: bool) -> tuple[TTFont, ...]:
    """The fonts of one weight, in the order in which they are tried for a character."""
    weight = "Bold" if bold else "Regular"
    faces = []
    for family in ("Inter", "DejaVuSans-RightToLeft"):
        name = f"{family}-{weight}"
        face = TTFont(name, str(resource("printed", "fonts", f"{name}.ttf")))
        pdfmetrics.registerFont(face)
        faces.append(face)
    return tuple(faces)


@cache
def _reshaper() -> ArabicReshaper:
    return ArabicReshaper({"delete_harakat": False, "support_ligatures": True})


def printable(text: str) -> str:
    """One line of text without what a printer can't show: line breaks and tabs become spaces, controls go."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(c for c in line if unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn"))


def _visual(text: str) -> str:
    """The characters from left to right as they stand on paper."""
    ordered = get_display(_reshaper().reshape(text))
    # the marks that steer direction have done their work, and no font draws them
    return "".join(c for c in str(ordered) if unicodedata.category(c) != "Cf")


def _runs(visual: str, bold: bool) -> Iterator[tuple[TTFont, str]]:
    """The text cut where the font has to change. A character that no font has is drawn as a box, never dropped."""
    faces = _faces(bold)
    current, start = faces[0], 0
    for i, char in enumerate(visual):
        if char == " " and i > start:
            continue
        wanted = next((f for f in faces if ord(char) in f.face.charToGlyph), faces[0])
        if wanted is not current:
            if i > start:
                yield current, visual[start:i]
            current, start = wanted, i
    if visual[start:]:
        yield current, visual[start:]


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide the text will be, in points."""
    return _visual_width(_visual(printable(text)), size, bold)


def _visual_width(visual: str, size: float, bold: bool) -> float:
    return sum(float(face.stringWidth(part, size)) for face, part in _runs(visual, bold))


def fitted(text: str, size: float, width: float, *, bold: bool = False) -> str:
    """The text, cut with an ellipsis where it is wider than `width` points."""
    line = printable(text)
    if text_width(line, size, bold=bold) <= width:
        return line
    low, high = 0, len(line)
    while low < high:
        middle = (low + high + 1) // 2
        if text_width(line[:middle].rstrip() + ELLIPSIS, size, bold=bold) <= width:
            low = middle
        else:
            high = middle - 1
    return line[:low].rstrip() + ELLIPSIS


def wrapped(text: str, size: float, width: float, *, bold: bool = False, lines: int = 2) -> list[str]:
    """The text in at most `lines` lines broken between words; what does not fit is cut with an ellipsis."""
    rows: list[str] = []
    rest = printable(text).split(" ") if printable(text) else []
    while rest and len(rows) < lines - 1:
        taken = 1
        while taken < len(rest) and text_width(" ".join(rest[: taken + 1]), size, bold=bold) <= width:
            taken += 1
        rows.append(fitted(" ".join(rest[:taken]), size, width, bold=bold))
        rest = rest[taken:]
    if rest:
        rows.append(fitted(" ".join(rest), size, width, bold=bold))
    return rows


def flowed(text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """The whole text in as many lines as it needs: broken between words, within a word only where it alone is wider."""
    rows: list[str] = []
    for word in printable(text).split():
        together = f"{rows[-1]} {word}" if rows else word
        if rows and text_width(together, size, bold=bold) <= width:
            rows[-1] = together
            continue
        rows.append(word)
        while text_width(rows[-1], size, bold=bold) > width and len(rows[-1]) > 1:
            whole = rows.pop()
            fits = next(n for n in range(len(whole) - 1, 0, -1) if n == 1 or _fits(whole[:n], size, width, bold))
            rows += [whole[:fits], whole[fits:]]
    return rows


def _fits(text: str, size: float, width: float, bold: bool) -> bool:
    return text_width(text, size, bold=bold) <= width


def draw_text(
    canvas: Canvas, text: str, x: float, y: float, size: float, *, bold: bool = False, align: Align = "left"
) -> None:
    """Draws one line with its baseline at `y`; `x` is its left end, middle or right end as `align` says."""
    visual = _visual(printable(text))
    shift = {"left": 0.0, "centre": 0.5, "right": 1.0}[align]
    x -= shift * _visual_width(visual, size, bold)
    for face, part in _runs(visual, bold):
        canvas.setFont(face.fontName, size)
        canvas.drawString(x, y, part)
        x += float(face.stringWidth(part, size))


def draw_qr(canvas: Canvas, payload: str, x: float, y: float, side: float) -> None:
    """Draws a QR code with its lower left corner at (x, y). `side` includes the white margin that readers need."""
    import segno

    matrix = segno.make(payload, error="m", micro=False).matrix
    module = side / (len(matrix) + 2 * QUIET_ZONE)
    path = canvas.beginPath()
    for row, cells in enumerate(matrix):
        top = y + side - (QUIET_ZONE + row + 1) * module
        for column, dark in enumerate(cells):
            if dark:
                path.rect(x + (QUIET_ZONE + column) * module, top, module, module)
    canvas.setFillGray(0)
    canvas.drawPath(path, stroke=0, fill=1)


class Sheet:
    """A document of exact size. Draw on `canvas`, page by page, then take `pdf()`."""

    def __init__(self, width_mm: float, height_mm: float, *, title: str) -> None:
        self.width, self.height = width_mm * mm, height_mm * mm
        self._buffer = io.BytesIO()
        self.canvas = Canvas(self._buffer, pagesize=(self.width, self.height), pageCompression=1, lang="en")
        self.canvas.setTitle(printable(title))
        self.canvas.setAuthor("hisdesk")
        self.canvas.setViewerPreference("PrintScaling", "None")  # a receipt scaled to "fit" loses its exact size

    def next_page(self) -> None:
        """What is drawn from now on stands on another page of the same size."""
        self.canvas.showPage()

    def pdf(self) -> bytes:
        self.canvas.showPage()
        self.canvas.save()
        return self._buffer.getvalue()
