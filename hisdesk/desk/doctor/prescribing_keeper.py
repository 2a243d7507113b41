"""Keeps a prescription that is not issued yet at the server, for its author alone. GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from hisdesk.desk.kit.context import Desk
from hisdesk.errors import UserError
from hisdesk.hospital.prescriptions.actions import keep_draft
from hisdesk.hospital.prescriptions.queries import Person

SOON_MS = 1_000
Content = tuple[dict[str, Any], ...]


class DraftKeeper(QObject):
    """One write at a time, the newest content wins. `kept`: the server has it. `failed(UserError)`: it does not.

    `content` is asked for what is to be kept when its turn comes.
    """

    kept = Signal()
    failed = Signal(object)

    def __init__(self, desk: Desk, content: Callable[[], Content], parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._content = desk, content
        self._person: Person | None = None
        self._running = self._again = False
        self._timer = QTimer(self, singleShot=True, interval=SOON_MS)
        self._timer.timeout.connect(self.keep)

    def begin(self, person: Person | None) -> None:
        """Somebody else is in front; what was typed for the one before goes on its way first."""
        if self._timer.isActive() and person != self._person:
            self.keep()
        self._person = person

    def soon(self) -> None:
        """Somebody types: kept within a second. Steady typing does not put that off."""
        if not self._timer.isActive():
            self._timer.start()

    def keep(self) -> None:
        """Keeps it now, or right after what is under way."""
        self._timer.stop()
        if self._running:
            self._again = True
        elif self._person is not None:
            self._running, self._again = True, False
            self._desk.tasks.write(
                self,
                keep_draft,
                self._person,
                self._content(),
                on_done=self._done,
                on_error=self._not_done,
                slot="draft",
            )

    def _done(self, _answer: None) -> None:
        self._running = False
        self.kept.emit()
        if self._again:
            self.keep()

    def _not_done(self, error: UserError) -> bool:
        self._running = False
        self.failed.emit(error)
        return True
