"""The label on a dispensed pack, 70 × 36 mm: nothing on it is ever cut; what does not fit goes on a second label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hisdesk.printed.pdf import Sheet

MM = 72 / 25.4  # points
WIDTH_MM, HEIGHT_MM = 70, 36
MARGIN_MM = 2.5  # label printers leave about this much
INNER = (WIDTH_MM - 2 * MARGIN_MM) * MM
TALL = (HEIGHT_MM - 2 * MARGIN_MM) * MM
SCALES = (1.0, 0.94, 0.88, 0.82)
LEADING = 1.18
MARK = 5.5
"""Size of "label 1 of 2"."""
WARNING = "Keep out of the sight and reach of children."


@dataclass(frozen=True)
class Label:
    """One pack. `medicine` is name, strength and form; `expires` and `dispensed` are days as they are written.

    `number` is the prescription's; `prescriber` and `pharmacist` as they sign, the latter by initials.
    """

    medicine: str
    quantity: str
    directions: str
    patient: str
    mrn: str
    lot: str
    expires: str
    dispensed: str
    number: str
    prescriber: str
    pharmacist: str
    pharmacy: str
    hospital: str


@dataclass(frozen=True)
class _Line:
    """A line at its size in points; `right` stands at the other end of it."""

    text: str
    size: float
    bold: bool = False
    right: str = ""

    @property
    def height(self) -> float:
        return self.size * LEADING


def labels_pdf(labels: Sequence[Label]) -> bytes:
    """A page for each pack; more where the text of one needs them. Raises ValueError without any."""
    from hisdesk.printed import pdf

    if not labels:
        raise ValueError("there is nothing to label")
    sheet = pdf.Sheet(WIDTH_MM, HEIGHT_MM, title=f"Labels {labels[0].number}")
    first = True
    for label in labels:
        pages = _pages(label)
        for place, lines in enumerate(pages, 1):
            if not first:
                sheet.next_page()
            first = False
            _draw(sheet, lines, f"Label {place} of {len(pages)}" if len(pages) > 1 else "")
    return sheet.pdf()


def _pages(label: Label) -> list[list[_Line]]:
    """The lines at the largest size at which they fit on one label, or at the smallest on as many as they need."""
    for scale in SCALES:
        lines = _lines(label, scale)
        if _height(lines) <= TALL:
            return [lines]
    head = _head(label)
    pages: list[list[_Line]] = [[head]]
    for line in lines:
        if _height([*pages[-1], line]) > TALL - MARK * LEADING:
            pages.append([head])
        pages[-1].append(line)
    return pages


def _height(lines: Sequence[_Line]) -> float:
    return sum(line.height for line in lines)


def _lines(label: Label, scale: float) -> list[_Line]:
    """Everything that stands on it, from top to bottom."""
    return [
        *_flow(label.medicine, 9.5 * scale, bold=True),
        *_flow(label.quantity, 8 * scale, bold=True),
        *_flow(label.directions, 9 * scale, bold=True),
        *_together((label.patient, f"MRN {label.mrn}" if label.mrn else ""), 8.5 * scale),
        *_flow(f"Lot {label.lot} · expires {label.expires}", 7.5 * scale),
        *_together((f"Dispensed {label.dispensed} by {label.pharmacist}", label.number, label.prescriber), 6.5 * scale),
        *_flow(WARNING, 7 * scale, bold=True),
        *_together((label.pharmacy, label.hospital), 6.5 * scale),
    ]


def _head(label: Label) -> _Line:
    """On top of each where there are several, so that it is known to which pack they belong; all of it follows."""
    from hisdesk.printed import pdf

    size = 7.0
    right = f"MRN {label.mrn}" if label.mrn else label.number
    room = INNER - pdf.text_width(right, size, bold=True) - size
    return _Line(pdf.fitted(f"{label.medicine}, {label.patient}", size, room, bold=True), size, True, right)


def _together(parts: Sequence[str], size: float) -> list[_Line]:
    """Parts beside each other as far as they fit; a number is not torn between two lines."""
    from hisdesk.printed import pdf

    rows: list[str] = []
    for part in parts:
        if rows and part and pdf.text_width(f"{rows[-1]} · {part}", size) <= INNER:
            rows[-1] += f" · {part}"
        elif part:
            rows.append(part)
    return [line for row in rows for line in _flow(row, size)]


def _flow(text: str, size: float, *, bold: bool = False) -> list[_Line]:
    from hisdesk.printed import pdf

    return [_Line(row, size, bold) for row in pdf.flowed(text, size, INNER, bold=bold)]


def _draw(sheet: Sheet, lines: Sequence[_Line], mark: str) -> None:
    from hisdesk.printed import pdf

    left = MARGIN_MM * MM
    y = sheet.height - left
    for line in lines:
        y -= line.height
        base = y + line.size * 0.3
        pdf.draw_text(sheet.canvas, line.text, left, base, line.size, bold=line.bold)
        if line.right:
            pdf.draw_text(sheet.canvas, line.right, left + INNER, base, line.size, bold=line.bold, align="right")
    if mark:
        pdf.draw_text(sheet.canvas, mark, left + INNER, left, MARK, bold=True, align="right")
