"""A part of a chart that reads its own rows: only while it is in front, anew when the person or the rows change."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from hisdesk.desk.doctor.record import Record
from hisdesk.desk.kit.context import Desk
from hisdesk.live.change import Change


class TabPage(QWidget):
    """Subclasses say `tables`, `read` (ask for the rows) and `forget` (another person is in front)."""

    tables: frozenset[str] = frozenset()

    def __init__(self, desk: Desk, record: Record) -> None:
        super().__init__()
        self.desk, self.record = desk, record
        self.of: UUID | None = None
        """Whose rows are shown or asked for."""
        self.stale = True
        record.changed.connect(self._record_changed)
        record.touched.connect(self._touched)

    def read(self) -> None:
        """Asks for the rows of `self.of`."""
        raise NotImplementedError

    def forget(self) -> None:
        """Takes away everything about the person before."""
        raise NotImplementedError

    def read_if_wanted(self) -> None:
        """Reads when the tab is in front and what it shows is not known to be true."""
        if self.stale and self.isVisible() and self.record.state == "open" and self.of is not None:
            self.stale = False
            self.read()

    def _record_changed(self) -> None:
        if self.record.patient_id != self.of or self.record.state == "closed":
            self.of, self.stale = self.record.patient_id, True
            self.forget()
        self.read_if_wanted()

    def _touched(self, changes: list[Change]) -> None:
        if not changes or any(change.table in self.tables for change in changes):
            self.stale = True
            self.read_if_wanted()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.read_if_wanted()
