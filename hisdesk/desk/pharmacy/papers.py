"""Labels and receipts of a hand-over: made off the GUI thread, then printed or saved. GUI thread."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QWidget

from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.printing import Paper as Printing
from hisdesk.desk.pharmacy import paper_words
from hisdesk.errors import UserError
from hisdesk.hospital.dispensings.actions import note_reprint
from hisdesk.hospital.dispensings.queries import Paper, paper
from hisdesk.hospital.prescriptions import numbers
from hisdesk.printed.dispensing_receipt import receipt_pdf
from hisdesk.printed.medicine_label import labels_pdf

LABELS, RECEIPT = "labels", "receipt"
_PRINTERS = {LABELS: "label", RECEIPT: "receipt"}


class Papers:
    """Prints for one screen. What was printed here once, or is printed from a list, is noted as printed again."""

    def __init__(self, desk: Desk, owner: QWidget, printing: Printing | None = None) -> None:
        self._desk, self._owner = desk, owner
        self.printing = printing or Printing(desk.settings, desk.messages)
        self._printed: set[tuple[UUID, str]] = set()

    def print_first(self, dispensing_id: UUID, kind: str) -> None:
        """Right after the hand-over; a second time at this window is noted."""
        if (dispensing_id, kind) in self._printed:
            self.print_again(dispensing_id, kind)
        else:
            self._read(dispensing_id, kind, again=False)

    def print_again(self, dispensing_id: UUID, kind: str) -> None:
        """From a list: it is noted in the audit before it is printed."""
        self._desk.tasks.write(
            self._owner,
            note_reprint,
            dispensing_id,
            kind,
            on_done=lambda _id: self._read(dispensing_id, kind, again=True),
            on_error=partial(self._failed, kind, lambda: self.print_again(dispensing_id, kind)),
            slot=f"print {kind}",
        )

    def _read(self, dispensing_id: UUID, kind: str, *, again: bool) -> None:
        self._desk.tasks.read(
            self._owner,
            lambda tx: paper(tx, dispensing_id),
            lambda found: self._make(found, kind, again=again),
            partial(self._failed, kind, lambda: self._read(dispensing_id, kind, again=again)),
            slot=f"print {kind}",
        )

    def _make(self, found: Paper, kind: str, *, again: bool) -> None:
        station = self._desk.actor.station

        def made() -> bytes:
            if kind == LABELS:
                return labels_pdf(paper_words.labels(found))
            return receipt_pdf(paper_words.receipt(found, dt.datetime.now().astimezone(), station, again=again))

        self._desk.tasks.run(self._owner, made, partial(self._offer, found, kind), slot=f"print {kind}")

    def _offer(self, found: Paper, kind: str, pdf: bytes) -> None:
        self._printed.add((found.dispensing_id, kind))
        name = f"{kind} {numbers.shown(found.number).replace(' ', '')}.pdf"
        self.printing.offer(self._owner, pdf, name, _PRINTERS[kind])

    def _failed(self, kind: str, again: Callable[[], object], error: UserError) -> bool:
        self._desk.messages.failure(self._owner, error, f"The {kind} could not be printed", again)
        return True
