"""What was handed out last at this window, with its labels and its receipt by key. GUI thread."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.keys import Keys
from hisdesk.desk.kit.labels import Icon, Label
from hisdesk.desk.kit.notices import announce
from hisdesk.desk.kit.panels import paint_notice
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.pharmacy.papers import LABELS, RECEIPT, Papers

LABELS_KEY, RECEIPT_KEY = "F6", "F7"


class HandedOver(QFrame):
    """Hidden until something was handed out; then it stays until the next hand-over."""

    def __init__(self, papers: Papers, keys: Keys, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.papers, self._keys = papers, keys
        self.entry: UUID | None = None
        self.said = Label("", "body_strong", "ok", wrap=True)
        self.labels = Button("Labels", icon="ph.tag", key=LABELS_KEY)
        self.receipt = Button("Receipt", icon="ph.receipt", key=RECEIPT_KEY)
        row = QHBoxLayout(self)
        inset = theme().space("card_padding")
        row.setContentsMargins(inset, theme().space("grid"), theme().space("grid"), theme().space("grid"))
        row.setSpacing(theme().space("inline_gap"))
        row.addWidget(Icon("ph.check-circle-fill", "status.ok.fg"), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.said, 1)
        row.addWidget(self.labels)
        row.addWidget(self.receipt)
        for key, button, kind in ((LABELS_KEY, self.labels, LABELS), (RECEIPT_KEY, self.receipt, RECEIPT)):
            keys.add(key, f"Print the {kind} of the last hand-over", button.click)
            keys.allow(key, False)
            button.clicked.connect(lambda _checked=False, kind=kind: self._print(kind))
        self.hide()

    def show_entry(self, dispensing_id: UUID, said: str) -> None:
        """Another hand-over."""
        self.entry = dispensing_id
        self.said.set_text(said)
        self.setAccessibleName(said)
        for key in (LABELS_KEY, RECEIPT_KEY):
            self._keys.allow(key, True)
        self.show()
        announce(self, said)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_notice(painter, QRectF(self.rect()), "ok", self.layoutDirection())

    def _print(self, kind: str) -> None:
        if self.entry is not None:
            self.papers.print_first(self.entry, kind)
