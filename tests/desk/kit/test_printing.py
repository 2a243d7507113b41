"""Paper: printed where this station prints that kind, saved when it cannot be, never lost."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QSettings, Qt
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.messages import Messages
from hisdesk.desk.kit.notices import Toast
from hisdesk.desk.kit.printing import Paper, PrinterDialog, print_pdf
from hisdesk.errors import Unavailable


def pdf(pages: int = 2) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(80 * mm, 120 * mm))
    for number in range(pages):
        canvas.drawString(20, 100, f"C 0{number}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


class FakePrinters:
    """Printers that print into files."""

    def __init__(self, folder: Path, *names: str) -> None:
        self.folder, self.all = folder, list(names)
        self.broken = ""

    def names(self) -> list[str]:
        return self.all

    def open(self, name: str) -> QPrinter:
        if name == self.broken:
            raise Unavailable(f"The printer “{name}” is not there any more.")
        printer = QPrinter()
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(self.folder / f"{name}.pdf"))
        return printer


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.resize(900, 600)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def messages(window: QWidget) -> Messages:
    made = Messages()
    made.attach(window)
    return made


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "station.ini"), QSettings.Format.IniFormat)


def toasts(window: QWidget) -> list[str]:
    return [toast.text for toast in window.findChildren(Toast) if toast.isVisible()]


def page_sizes_mm(path: Path) -> list[tuple[int, int]]:
    document, buffer = QPdfDocument(), QBuffer()
    buffer.setData(QByteArray(path.read_bytes()))
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    document.load(buffer)
    sizes = [document.pagePointSize(page) for page in range(document.pageCount())]
    document.close()
    return [(round(size.width() / mm), round(size.height() / mm)) for size in sizes]


def test_every_page_is_printed_at_its_own_size(window: QWidget, tmp_path: Path) -> None:
    assert print_pdf(pdf(3), FakePrinters(tmp_path).open("Zebra")) == 3
    assert page_sizes_mm(tmp_path / "Zebra.pdf") == [(80, 120)] * 3


def test_the_remembered_printer_prints_without_a_question(
    window: QWidget, messages: Messages, settings: QSettings, tmp_path: Path
) -> None:
    paper = Paper(settings, messages, FakePrinters(tmp_path, "Zebra", "Office"))
    paper.remember("ticket", "Zebra")
    paper.offer(window, pdf(), "ticket.pdf", "ticket")
    assert (tmp_path / "Zebra.pdf").exists() and toasts(window) == ["Ticket sent to Zebra"]


def test_the_first_time_it_asks_and_remembers_per_kind(
    qtbot: QtBot, window: QWidget, messages: Messages, settings: QSettings, tmp_path: Path
) -> None:
    paper = Paper(settings, messages, FakePrinters(tmp_path, "Office", "Zebra"))
    paper.offer(window, pdf(), "ticket.pdf", "ticket")
    (dialog,) = window.findChildren(PrinterDialog)
    dialog.field.set_value("Zebra")
    (button,) = [b for b in dialog.findChildren(Button) if b.text() == "Print"]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert (tmp_path / "Zebra.pdf").exists()
    again = Paper(settings, messages, FakePrinters(tmp_path))
    assert again.printer_for("ticket") == "Zebra" and again.printer_for("label") == ""


def test_without_a_printer_it_asks_where_to_save(
    window: QWidget, messages: Messages, settings: QSettings, tmp_path: Path
) -> None:
    paper = Paper(settings, messages, FakePrinters(tmp_path))
    content = pdf()
    paper.offer(window, content, "ticket C 014.pdf", "ticket")
    (dialog,) = window.findChildren(QFileDialog)
    target = tmp_path / "kept.pdf"
    dialog.fileSelected.emit(str(target))
    dialog.reject()
    assert target.read_bytes() == content and toasts(window) == ["Saved as kept.pdf"]


@pytest.mark.parametrize("what", ["gone", "damaged"])
def test_a_failure_is_said_and_the_pdf_can_be_saved(
    qtbot: QtBot, window: QWidget, messages: Messages, settings: QSettings, tmp_path: Path, what: str
) -> None:
    printers = FakePrinters(tmp_path, "Zebra")
    printers.broken = "Zebra" if what == "gone" else ""
    paper = Paper(settings, messages, printers)
    paper.remember("ticket", "Zebra")
    paper.offer(window, pdf() if what == "gone" else b"not a pdf", "ticket.pdf", "ticket")
    (notice,) = messages.place_of(window).shown  # type: ignore[union-attr]
    assert notice.title == "The ticket was not printed"
    assert ("not there any more" if what == "gone" else "cannot be read") in notice.text
    assert notice.command is not None
    qtbot.mouseClick(notice.command, Qt.MouseButton.LeftButton)
    (dialog,) = window.findChildren(QFileDialog)
    dialog.reject()
    assert paper.printer_for("ticket") == "", "the next time it asks again"


def test_a_place_that_cannot_be_written_is_said(
    window: QWidget, messages: Messages, settings: QSettings, tmp_path: Path
) -> None:
    paper = Paper(settings, messages, FakePrinters(tmp_path))
    dialog = paper.save(window, pdf(), "ticket.pdf")
    dialog.fileSelected.emit(str(tmp_path / "no such folder" / "x.pdf"))
    dialog.reject()
    (notice,) = messages.place_of(window).shown  # type: ignore[union-attr]
    assert notice.title == "The PDF was not saved" and notice.command is not None
