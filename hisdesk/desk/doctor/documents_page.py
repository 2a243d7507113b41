"""The documents of a person: a list, and the selected one decrypted on this machine. GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QWidget

from hisdesk.access.cipher import FieldCipher
from hisdesk.desk.doctor import words
from hisdesk.desk.doctor.record import Record
from hisdesk.desk.doctor.tab_page import TabPage
from hisdesk.desk.kit.cells import Cell
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.panels import Panel
from hisdesk.desk.kit.states import EmptyState, OfflineState
from hisdesk.desk.kit.table import Column, ListModel
from hisdesk.desk.kit.table_view import TableView
from hisdesk.desk.kit.theme import theme
from hisdesk.errors import UserError
from hisdesk.hospital.documents.queries import DocumentRow, content, of_person

LARGEST = 2_400
"""Pictures are brought down to this many pixels a side: more than a screen shows."""
_SOURCES = {"": "", "camera": "camera", "file": "file", "paste": "pasted", "drop": "dropped", "scanner": "scanner"}


@dataclass(frozen=True)
class Shown:
    """A document ready to be painted; `image` is null when this program cannot show it."""

    title: str
    image: QImage
    remark: str = ""


class Picture(QLabel):
    """A picture as large as the room allows, never larger than it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = QPixmap()
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMinimumSize(1, 1)

    def show_image(self, image: QImage, title: str) -> None:
        """Another picture."""
        self._whole = QPixmap.fromImage(image)
        self.setAccessibleName(title)
        self._fit()

    def _fit(self) -> None:
        if self._whole.isNull():
            self.clear()
            return
        ratio = self.devicePixelRatioF()
        room = self.size() * ratio
        keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        fits = self._whole.width() <= room.width() and self._whole.height() <= room.height()
        shown = self._whole if fits else self._whole.scaled(room, keep, smooth)
        shown.setDevicePixelRatio(ratio)
        self.setPixmap(shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


class DocumentsPage(TabPage):
    """The list at the left, the selected document at the right."""

    tables = frozenset({"document"})

    def __init__(self, desk: Desk, record: Record) -> None:
        super().__init__(desk, record)
        self.rows: list[DocumentRow] | None = None
        self._selected: UUID | None = None
        self.model: ListModel[DocumentRow] = ListModel(_columns(), lambda row: row.id, self)
        self.table: TableView[DocumentRow] = TableView(self.model, row_height="row_two_line")
        self.table.setAccessibleName("Documents")
        self.table.chosen.connect(self._choose)
        self.picture = Picture()
        self._empty = EmptyState("No documents", "Cards and papers that are scanned appear here.", icon="ph.file-text")
        self._failed = OfflineState("The documents could not be read", "", "Try again")
        self._failed.acted.connect(self._again)
        self._lists = QStackedWidget()
        for widget in (self.table, self._empty, self._failed):
            self._lists.addWidget(widget)
        self._nothing = EmptyState("No document is chosen", "Choose one in the list.", icon="ph.file-text")
        self._unreadable = OfflineState("This document cannot be shown", "", "Try again")
        self._unreadable.acted.connect(self._read_content)
        self._views = QStackedWidget()
        for view in (self.picture, self._nothing, self._unreadable):
            self._views.addWidget(view)
        self._lay_out()
        self.forget()

    def _lay_out(self) -> None:
        listed = self._list_panel = Panel("Documents", padded=False)
        listed.add(self._lists, 1)
        listed.setFixedWidth(theme().sizes("side_panel")[2] + theme().space("page_padding") * 4)
        self.viewer = Panel("Document")
        self.viewer.add(self._views, 1)
        row = QHBoxLayout(self)
        page = theme().space("page_padding")
        row.setContentsMargins(page, theme().space("card_padding"), page, theme().space("card_padding"))
        row.setSpacing(theme().space("card_padding"))
        row.addWidget(listed)
        row.addWidget(self.viewer, 1)
        self.setFocusProxy(self.table)

    def read(self) -> None:
        patient_id = self.of
        if patient_id is not None:
            self.desk.tasks.read(
                self, lambda tx: of_person(tx, patient_id), self._received, self._not_received, slot="documents"
            )

    def forget(self) -> None:
        self.rows, self._selected = None, None
        self.model.set_rows((), flash=False)
        self.picture.show_image(QImage(), "")
        self._show_nothing()
        self._list_panel.set_count("")

    @property
    def showing(self) -> str:
        """What the right side shows: "picture", "nothing" or "problem"."""
        shown = self._views.currentWidget()
        return "picture" if shown is self.picture else "nothing" if shown is self._nothing else "problem"

    def _again(self) -> None:
        self.stale = True
        self.read_if_wanted()

    def _received(self, rows: list[DocumentRow]) -> None:
        first = self.rows is None
        self.rows = rows
        self.model.set_stale(False)
        self.model.set_rows(rows, flash=not first)
        self._list_panel.set_count(str(len(rows)) if rows else "")
        self._lists.setCurrentWidget(self.table if rows else self._empty)
        if first:
            self.table.select_first()

    def _not_received(self, error: UserError) -> bool:
        self.stale = True
        self.model.set_stale(True)
        if self.rows is None:
            self._failed.set_words("The documents could not be read", str(error))
            self._lists.setCurrentWidget(self._failed)
        return True

    # -- one document -------------------------------------------------------------------------------------------

    def _choose(self, row: DocumentRow | None) -> None:
        if row is None:
            self._selected = None
            self._show_nothing()
        elif row.id != self._selected:
            self._selected = row.id
            self._read_content()

    def _show_nothing(self) -> None:
        self.viewer.set_title("Document")
        self.viewer.set_note("")
        self._views.setCurrentWidget(self._nothing)

    def _read_content(self) -> None:
        document_id, cipher = self._selected, self.desk.cipher
        if document_id is None:
            return
        self.desk.tasks.read(
            self, lambda tx: load(tx, document_id, cipher), self._content_received, self._content_failed, slot="content"
        )

    def _content_received(self, shown: Shown) -> None:
        self.viewer.set_title(shown.title)
        self.viewer.set_note(shown.remark)
        if shown.image.isNull():
            self._unreadable.set_words("This document cannot be shown", "Its picture is damaged or of an unknown kind.")
            self._views.setCurrentWidget(self._unreadable)
            return
        self._views.setCurrentWidget(self.picture)
        self.picture.show_image(shown.image, shown.title)

    def _content_failed(self, error: UserError) -> bool:
        self._unreadable.set_words("This document cannot be shown", str(error))
        self._views.setCurrentWidget(self._unreadable)
        return True


def load(tx: sa.Connection, document_id: UUID, cipher: FieldCipher) -> Shown:
    """Reads, decrypts and decodes one document. Worker thread. Raises Denied or Unreadable."""
    found = content(tx, document_id, cipher)
    buffer = QBuffer()
    buffer.setData(QByteArray(found.content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    if found.media_type == "application/pdf":
        image, remark = _first_page(buffer)
    else:
        image, remark = _decoded(buffer), ""
    return Shown(found.title, image, remark)


def _decoded(buffer: QBuffer) -> QImage:
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > LARGEST:
        reader.setScaledSize(size.scaled(LARGEST, LARGEST, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


def _first_page(buffer: QBuffer) -> tuple[QImage, str]:
    from PySide6.QtPdf import QPdfDocument

    document = QPdfDocument()
    document.load(buffer)
    pages = document.pageCount()
    if pages < 1:
        return QImage(), ""
    points = document.pagePointSize(0)
    size = QSize(LARGEST, LARGEST)
    size = points.toSize().scaled(size, Qt.AspectRatioMode.KeepAspectRatio)
    image = document.render(0, size)
    document.close()
    paper = QImage(image.size(), QImage.Format.Format_RGB32)
    paper.fill(Qt.GlobalColor.white)
    return _over(paper, image), f"page 1 of {pages}" if pages > 1 else ""


def _over(paper: QImage, image: QImage) -> QImage:
    """A page of a PDF is transparent where nothing is printed."""
    from PySide6.QtGui import QPainter

    painter = QPainter(paper)
    painter.drawImage(0, 0, image)
    painter.end()
    return paper


def _columns() -> tuple[Column[DocumentRow], ...]:
    return (
        Column("Document", lambda d: d.title, 0, "strong", _title),
        Column("Added", lambda d: words.moment(d.captured_at), 160, "text", _added),
    )


def _title(row: DocumentRow) -> Cell:
    size = f"{max(1, row.content_bytes // 1024)} KB"
    kind = row.kind.replace("_", " ").capitalize()
    return Cell(title=row.title, subtitle=" · ".join(p for p in (kind, _SOURCES.get(row.source, ""), size) if p))


def _added(row: DocumentRow) -> Cell:
    return Cell(title=words.moment(row.captured_at), subtitle=row.recorded_by)
