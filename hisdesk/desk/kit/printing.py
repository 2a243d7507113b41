"""Paper: prints a PDF on the printer this station uses for that kind of document, or saves it. GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QSettings, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from hisdesk.desk.kit.bugs import report
from hisdesk.desk.kit.dialogs import Dialog
from hisdesk.desk.kit.fields import ComboField
from hisdesk.desk.kit.messages import Messages
from hisdesk.desk.kit.notices import Offer
from hisdesk.errors import Unavailable, UserError

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

DPI = 300


class Printers(Protocol):
    """The printers of this station; the tests bring their own."""

    def names(self) -> list[str]: ...

    def open(self, name: str) -> QPrinter: ...


class SystemPrinters:
    """The printers the operating system knows. QtPrintSupport is imported on first use."""

    def names(self) -> list[str]:
        """Their names, the system's default first."""
        from PySide6.QtPrintSupport import QPrinterInfo

        default = QPrinterInfo.defaultPrinterName()
        return sorted(QPrinterInfo.availablePrinterNames(), key=lambda name: (name != default, name))

    def open(self, name: str) -> QPrinter:
        """A printer by name. Raises Unavailable when it is gone."""
        from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

        info = QPrinterInfo.printerInfo(name)
        if info.isNull():
            raise Unavailable(f"The printer “{name}” is not there any more.")
        return QPrinter(info, QPrinter.PrinterMode.HighResolution)


class Paper:
    """Prints and saves for one window. The printer of each kind of document is remembered in the station's settings."""

    def __init__(self, settings: QSettings, messages: Messages, printers: Printers | None = None) -> None:
        self._settings, self._messages, self._printers = settings, messages, printers or SystemPrinters()

    def offer(self, parent: QWidget, pdf: bytes, suggested_name: str, printer_kind: str) -> None:
        """Prints on the remembered printer; asks which one the first time; without any printer asks where to save.

        `printer_kind` is what people call the paper ("ticket", "label"). Failures are said at `parent`; the PDF can
        then still be saved.
        """
        names = self._printers.names()
        chosen = self.printer_for(printer_kind)
        if not names:
            self.save(parent, pdf, suggested_name)
        elif chosen in names:
            self.print(parent, pdf, suggested_name, printer_kind, chosen)
        else:
            self._ask(parent, pdf, suggested_name, printer_kind, names)

    def printer_for(self, printer_kind: str) -> str:
        """The printer remembered for a kind of document, "" when none is."""
        return str(self._settings.value(f"printer/{printer_kind}", ""))

    def remember(self, printer_kind: str, name: str) -> None:
        """Uses this printer for that kind from now on; "" asks again next time."""
        self._settings.setValue(f"printer/{printer_kind}", name)

    def print(self, parent: QWidget, pdf: bytes, suggested_name: str, printer_kind: str, name: str) -> None:
        """Prints on this printer now."""
        try:
            print_pdf(pdf, self._printers.open(name), suggested_name)
        except UserError as error:
            self._failed(parent, pdf, suggested_name, printer_kind, str(error))
        except Exception as error:  # noqa: BLE001 (a printer driver may raise anything; the paper must not be lost)
            self._failed(parent, pdf, suggested_name, printer_kind, str(report(error, doing="printing")))
        else:
            self._messages.done(f"{printer_kind.capitalize()} sent to {name}")

    def save(self, parent: QWidget, pdf: bytes, suggested_name: str) -> QFileDialog:
        """Asks where to keep the PDF, without blocking, and writes it there."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(parent, "Save the PDF", folder, "PDF (*.pdf)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(suggested_name)
        dialog.fileSelected.connect(lambda path: self._write(parent, pdf, Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    # -- inside -------------------------------------------------------------------------------------------------

    def _ask(self, parent: QWidget, pdf: bytes, suggested_name: str, kind: str, names: list[str]) -> None:
        dialog = PrinterDialog(parent, kind, names)

        def use() -> None:
            self.remember(kind, dialog.chosen)
            self.print(parent, pdf, suggested_name, kind, dialog.chosen)

        dialog.add_verb("Go back", None, key="Esc")
        dialog.add_verb("Save as PDF…", lambda: self.save(parent, pdf, suggested_name))
        dialog.add_verb("Print", use, "primary")
        dialog.present()

    def _failed(self, parent: QWidget, pdf: bytes, suggested_name: str, kind: str, why: str) -> None:
        self.remember(kind, "")
        offer = Offer("Save as PDF…", lambda: self.save(parent, pdf, suggested_name))
        self._messages.error(parent, why, f"The {kind} was not printed", offer, key="printing")

    def _write(self, parent: QWidget, pdf: bytes, path: Path) -> None:
        try:
            path.write_bytes(pdf)
        except OSError as error:
            again: Callable[[], object] = lambda: self.save(parent, pdf, path.name)  # noqa: E731 (one use)
            why = f"{error.strerror or 'The place cannot be written to'}. Choose another place."
            self._messages.error(parent, why, "The PDF was not saved", Offer("Save as PDF…", again), key="printing")
        else:
            self._messages.done(f"Saved as {path.name}")


class PrinterDialog(Dialog):
    """Which printer this station uses for a kind of document."""

    def __init__(self, parent: QWidget, kind: str, names: list[str]) -> None:
        super().__init__(parent, f"Which printer for a {kind}?", "This station will use it from now on.")
        self.field = ComboField("Printer", [(name, name) for name in names])
        self.body.addWidget(self.field)
        self.first = self.field.combo

    @property
    def chosen(self) -> str:
        return str(self.field.value())


def print_pdf(pdf: bytes, printer: QPrinter, name: str = "") -> int:
    """Prints every page at its own size. Returns the number of pages. Raises Unavailable with what went wrong."""
    from PySide6.QtCore import QBuffer, QByteArray, QMarginsF, QSizeF
    from PySide6.QtGui import QPageLayout, QPageSize, QPainter
    from PySide6.QtPdf import QPdfDocument

    document = QPdfDocument()
    buffer = QBuffer()
    buffer.setData(QByteArray(pdf))
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    document.load(buffer)
    if document.status() is not QPdfDocument.Status.Ready or document.pageCount() < 1:
        raise Unavailable("The PDF cannot be read.")
    printer.setDocName(name)
    printer.setResolution(DPI)
    printer.setFullPage(True)
    painter = QPainter()
    pages = document.pageCount()
    try:
        for page in range(pages):
            points = document.pagePointSize(page)
            size = QPageSize(QSizeF(points), QPageSize.Unit.Point)
            layout = QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
            printer.setPageLayout(layout)
            if not (printer.newPage() if page else painter.begin(printer)):
                raise Unavailable("The printer did not start. Is it switched on and has it paper?")
            target = printer.pageLayout().fullRectPixels(DPI)
            wanted = QSizeF(points) * (DPI / 72)
            painter.drawImage(0, 0, document.render(page, wanted.toSize().boundedTo(target.size() * 2)))
    finally:
        if painter.isActive():
            painter.end()
        document.close()
    return int(pages)
