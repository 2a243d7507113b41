"""The queue ticket is opened as a printer would: its size, its words, and the code a reader finds on it."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest
import zxingcpp
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtPdf import QPdfDocument

from hisdesk.printed import pdf
from hisdesk.printed.ticket import Ticket, ticket_pdf, waiting_words

VISIT = "018f3c52-7d2b-7c1e-9c55-3b7e0f6d2a11"
TICKET = Ticket(
    number="C 014",
    department="Cardiology",
    location="Building B, 2nd floor",
    printed_at=dt.datetime(2026, 11, 20, 14, 3, tzinfo=dt.UTC),
    waiting_ahead=3,
    priority_word="Urgent",
    qr_payload=VISIT,
    hospital="Northmere General Hospital",
    station="FRONT-1",
)


class Opened:
    """A PDF as Qt's own reader sees it."""

    def __init__(self, content: bytes) -> None:
        self.buffer = QBuffer()
        self.buffer.setData(QByteArray(content))
        self.buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self.document = QPdfDocument()
        self.document.load(self.buffer)
        assert self.document.pageCount() == 1
        size = self.document.pagePointSize(0)
        self.width_mm, self.height_mm = size.width() * 25.4 / 72, size.height() * 25.4 / 72
        self.text = self.document.getAllText(0).text()

    def picture(self, dots_per_mm: int = 8) -> np.ndarray:
        """The page as a receipt printer would burn it: 203 dots an inch, dark 0, white 255."""
        size = QSize(round(self.width_mm * dots_per_mm), round(self.height_mm * dots_per_mm))
        drawn = self.document.render(0, size)
        page = QImage(size, QImage.Format.Format_ARGB32)
        page.fill(0xFFFFFFFF)
        painter = QPainter(page)
        painter.drawImage(0, 0, drawn)
        painter.end()
        grey = page.convertToFormat(QImage.Format.Format_Grayscale8)
        return np.array(grey.constBits()).reshape(size.height(), grey.bytesPerLine())[:, : size.width()].copy()


@pytest.fixture
def opened(qapp):
    return lambda ticket: Opened(ticket_pdf(ticket))


def test_it_is_exactly_as_wide_as_the_roll(opened):
    assert opened(TICKET).width_mm == pytest.approx(80, abs=0.05)


def test_it_says_what_the_person_needs(opened):
    text = opened(TICKET).text
    for words in ("C 014", "Cardiology", "Building B, 2nd floor", "Urgent", "3 people are before you.", "FRONT-1"):
        assert words in text
    assert "20 Nov 2026, 14:03" in text


def test_a_reader_finds_the_visit_in_the_code(opened):
    found = zxingcpp.read_barcodes(opened(TICKET).picture())
    assert [(b.format, b.text) for b in found] == [(zxingcpp.BarcodeFormat.QRCode, VISIT)]


def test_nothing_touches_the_edge_that_printers_leave_white(opened):
    long = dataclasses.replace(
        TICKET, hospital="W" * 300, department="M" * 300, location="Ж" * 300, number="WWWW 99999"
    )
    dark = opened(long).picture() < 128
    assert dark.any()
    columns = np.flatnonzero(dark.any(axis=0))
    assert columns[0] >= 3.5 * 8
    assert columns[-1] <= (80 - 3.5) * 8


def test_the_page_is_as_long_as_its_text_needs(opened):
    longer = dataclasses.replace(
        TICKET, location="Building B, through the long corridor, second floor, third door on the left"
    )
    shorter = dataclasses.replace(TICKET, location="", priority_word="")
    assert opened(shorter).height_mm < opened(TICKET).height_mm < opened(longer).height_mm


def test_names_never_become_markup(opened):
    text = opened(dataclasses.replace(TICKET, department="A & B <b>Ward</b> &amp;")).text
    assert "A & B <b>Ward</b> &amp;" in text


def test_line_breaks_and_controls_stay_off_the_paper(opened):
    text = opened(dataclasses.replace(TICKET, department="Eye\n\tclinic\x00\x1b[2J")).text
    assert "Eye clinic[2J" in text


@pytest.mark.parametrize(
    ("name", "script"),
    [("קרדיולוגיה", "Hebrew"), ("مستشفى المدينة", "Arabic"), ("Καρδιολογία", "Greek"), ("Лікарня", "Cyrillic")],
)
def test_every_letter_of_a_name_has_a_shape(qapp, name, script):
    visual = pdf._visual(pdf.printable(name))
    for face, part in pdf._runs(visual, bold=True):
        missing = [c for c in part if ord(c) not in face.face.charToGlyph and c != " "]
        assert not missing, f"{script}: no font draws {missing}"
    assert "".join(part for _, part in pdf._runs(visual, bold=True)) == visual


def test_right_to_left_words_stand_in_visual_order():
    assert pdf._visual("אבג") == "גבא"
    assert pdf._visual("אבג 12") == "12 גבא"
    joined = pdf._visual("سلام")
    assert joined != "سلام"[::-1], "letters must take their joined shapes"


def test_text_that_does_not_fit_is_cut_where_it_shows():
    cut = pdf.fitted("Cardiology and chest medicine", 12, 80)
    assert cut.endswith("…")
    assert pdf.text_width(cut, 12) <= 80
    assert pdf.fitted("Eye", 12, 80) == "Eye"


def test_wrapping_breaks_between_words_and_loses_none():
    rows = pdf.wrapped("Building B second floor", 12, 80, lines=5)
    assert len(rows) > 1
    assert " ".join(rows) == "Building B second floor"
    assert pdf.wrapped("", 12, 80) == []


@pytest.mark.parametrize(
    ("ahead", "words"),
    [(None, ""), (0, "You are next."), (1, "1 person is before you."), (12, "12 people are before you.")],
)
def test_how_many_come_first(ahead, words):
    assert waiting_words(ahead) == words
