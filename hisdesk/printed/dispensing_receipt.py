"""The receipt of a hand-over: 80 mm wide and as long as it needs to be. Nothing on it is cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hisdesk.printed.pdf import Sheet

MM = 72 / 25.4  # points
WIDTH_MM = 80
MARGIN_MM = 4  # receipt printers leave about this much on either side
INNER = (WIDTH_MM - 2 * MARGIN_MM) * MM


@dataclass(frozen=True)
class Entry:
    """A line of the prescription. `handed` says how much of how much, `lots` each lot with its quantity; both are
    empty where nothing of it is in this entry. `left` says what is still to come, or why nothing is."""

    medicine: str
    handed: str
    lots: tuple[str, ...]
    directions: str
    left: str


@dataclass(frozen=True)
class Receipt:
    """What stands on it. `title` names the entry; `reason` is why it was taken back; `again` marks a second print."""

    title: str
    patient: str
    mrn: str
    number: str
    prescribed: str
    dispensed: str
    reason: str
    entries: tuple[Entry, ...]
    pharmacy: str
    location: str
    hospital: str
    printed: str
    again: bool = False


@dataclass(frozen=True)
class _Block:
    """A strip, `height` points high; `draw` is given the sheet and the strip's lower edge."""

    height: float
    draw: Callable[[Sheet, float], None]


def receipt_pdf(receipt: Receipt) -> bytes:
    """One page, 80 mm wide."""
    from hisdesk.printed import pdf

    blocks = [*_head(receipt), *(block for entry in receipt.entries for block in _entry(entry)), *_foot(receipt)]
    height_mm = sum(block.height for block in blocks) / MM + 2 * MARGIN_MM
    sheet = pdf.Sheet(WIDTH_MM, round(height_mm, 1), title=f"{receipt.title} {receipt.number}")
    y = sheet.height - MARGIN_MM * MM
    for block in blocks:
        y -= block.height
        block.draw(sheet, y)
    return sheet.pdf()


def _head(receipt: Receipt) -> list[_Block]:
    return [
        *_text(receipt.hospital, 11, bold=True),
        *_text(" · ".join(part for part in (receipt.pharmacy, receipt.location) if part), 9),
        _rule(),
        *_text(receipt.title, 13, bold=True),
        *_text(receipt.patient, 11, bold=True),
        *_text(f"MRN {receipt.mrn}" if receipt.mrn else "", 9.5),
        *_text(f"Prescription {receipt.number}", 9.5),
        *_text(receipt.prescribed, 9),
        *_text(receipt.dispensed, 9),
        *_text(f"Reason: {receipt.reason}" if receipt.reason else "", 9),
        _rule(),
    ]


def _entry(entry: Entry) -> list[_Block]:
    return [
        *_text(entry.medicine, 10, bold=True),
        *_text(entry.handed, 10),
        *(block for lot in entry.lots for block in _text(lot, 9)),
        *_text(entry.directions, 9),
        *_text(entry.left, 9, bold=True),
        _gap(5),
    ]


def _foot(receipt: Receipt) -> list[_Block]:
    return [
        _rule(),
        *_text("Printed again" if receipt.again else "", 9, bold=True),
        *_text(receipt.printed, 8.5),
        *_text("Keep medicines out of the sight and reach of children.", 8.5),
    ]


def _text(text: str, size: float, *, bold: bool = False) -> list[_Block]:
    """As many lines as it needs; none for an empty text."""
    from hisdesk.printed import pdf

    def line(words: str) -> _Block:
        return _Block(
            size * 1.3,
            lambda sheet, y: pdf.draw_text(sheet.canvas, words, MARGIN_MM * MM, y + size * 0.35, size, bold=bold),
        )

    return [line(words) for words in pdf.flowed(text, size, INNER, bold=bold)]


def _gap(points: float) -> _Block:
    return _Block(points, lambda sheet, y: None)


def _rule() -> _Block:
    def draw(sheet: Sheet, y: float) -> None:
        sheet.canvas.setLineWidth(0.6)
        sheet.canvas.line(MARGIN_MM * MM, y + 5, sheet.width - MARGIN_MM * MM, y + 5)

    return _Block(10, draw)
