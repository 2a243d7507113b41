"""A printed PDF as Qt's own reader sees it: size and text of every page."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtPdf import QPdfDocument


class Opened:
    """`pages` are the texts; sizes in mm."""

    def __init__(self, content: bytes) -> None:
        self.buffer = QBuffer()
        self.buffer.setData(QByteArray(content))
        self.buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self.document = QPdfDocument()
        self.document.load(self.buffer)
        count = self.document.pageCount()
        self.sizes_mm = [
            (size.width() * 25.4 / 72, size.height() * 25.4 / 72)
            for size in (self.document.pagePointSize(page) for page in range(count))
        ]
        self.pages = [self.document.getAllText(page).text() for page in range(count)]

    @property
    def words(self) -> list[str]:
        """All words of all pages, in order."""
        return " ".join(self.pages).split()
