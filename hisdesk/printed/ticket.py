"""The queue ticket: a receipt 80 mm wide with the number that will be called."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hisdesk.printed.pdf import Sheet

MM = 72 / 25.4  # points
WIDTH_MM = 80
MARGIN_MM = 4  # receipt printers leave about this much on either side
QR_MM = 34
INNER = (WIDTH_MM - 2 * MARGIN_MM) * MM
NUMBER_SIZES = (60, 48, 36, 24)  # the largest that fits is taken


@dataclass(frozen=True)
class Ticket:
    """What stands on it: no name, no birth date, nothing that tells a finder who was here.

    `qr_payload` is the visit's id. `waiting_ahead` is None where nobody counted. `priority_word` is "" for normal.
    `printed_at` is in the hospital's own time.
    """

    number: str
    department: str
    location: str
    printed_at: dt.datetime
    waiting_ahead: int | None
    priority_word: str
    qr_payload: str
    hospital: str
    station: str


@dataclass(frozen=True)
class _Block:
    """A strip of the receipt, `height` points high; `draw` is given the sheet and the strip's lower edge."""

    height: float
    draw: Callable[[Sheet, float], None]


def ticket_pdf(ticket: Ticket) -> bytes:
    """One page, 80 mm wide and as long as its text needs."""
    from hisdesk.printed import pdf

    printed = " · ".join(words for words in (printed_words(ticket.printed_at), ticket.station) if words)
    blocks = [
        *_text(ticket.hospital, 11, bold=True),
        _rule(),
        *_text("Your number", 10),
        _number(ticket.number),
        *_text(ticket.department, 15, bold=True),
        *_text(ticket.location, 11),
        *_text(ticket.priority_word, 11, bold=True),
        _code(ticket.qr_payload),
        *_text(waiting_words(ticket.waiting_ahead), 10, bold=True),
        *_text("Your number will be shown on the display.", 8.5),
        _rule(),
        *_text(printed, 8.5),
    ]
    height_mm = sum(block.height for block in blocks) / MM + 2 * MARGIN_MM
    sheet = pdf.Sheet(WIDTH_MM, round(height_mm, 1), title=f"Ticket {ticket.number}")
    y = sheet.height - MARGIN_MM * MM
    for block in blocks:
        y -= block.height
        block.draw(sheet, y)
    return sheet.pdf()


def waiting_words(ahead: int | None) -> str:
    """How many come first, in a sentence; "" where nobody counted."""
    if ahead is None:
        return ""
    if ahead <= 0:
        return "You are next."
    return "1 person is before you." if ahead == 1 else f"{ahead} people are before you."


def printed_words(at: dt.datetime) -> str:
    """The day with the month's name, so that nobody takes it for the month first: 20 Nov 2026, 14:03."""
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[at.month - 1]
    return f"{at.day} {month} {at.year}, {at:%H:%M}"


def _text(text: str, size: float, *, bold: bool = False) -> list[_Block]:
    """Up to two centred lines; none for an empty text."""
    from hisdesk.printed import pdf

    def line(words: str) -> _Block:
        return _Block(
            size * 1.4,
            lambda sheet, y: pdf.draw_text(
                sheet.canvas, words, sheet.width / 2, y + size * 0.4, size, bold=bold, align="centre"
            ),
        )

    return [line(words) for words in pdf.wrapped(text, size, INNER, bold=bold)]


def _number(number: str) -> _Block:
    from hisdesk.printed import pdf

    size = next((s for s in NUMBER_SIZES if pdf.text_width(number, s, bold=True) <= INNER), NUMBER_SIZES[-1])
    words = pdf.fitted(number, size, INNER, bold=True)
    return _Block(
        size * 1.1,
        lambda sheet, y: pdf.draw_text(
            sheet.canvas, words, sheet.width / 2, y + size * 0.25, size, bold=True, align="centre"
        ),
    )


def _code(payload: str) -> _Block:
    from hisdesk.printed import pdf

    side = QR_MM * MM
    return _Block(side, lambda sheet, y: pdf.draw_qr(sheet.canvas, payload, (sheet.width - side) / 2, y, side))


def _rule() -> _Block:
    def draw(sheet: Sheet, y: float) -> None:
        sheet.canvas.setLineWidth(0.6)
        sheet.canvas.line(MARGIN_MM * MM, y + 5, sheet.width - MARGIN_MM * MM, y + 5)

    return _Block(10, draw)
