"""What a chart knows of the person in front: opened, read again, and since when it could not be read. GUI thread.

Opening is logged and committed before anything is read, off the GUI thread; so is every later read.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from PySide6.QtCore import QObject, Signal

from hisdesk.desk.doctor import words
from hisdesk.desk.kit.context import Desk
from hisdesk.errors import Denied, SignedOut, Unavailable, UserError
from hisdesk.hospital.patients import queries as patients
from hisdesk.hospital.timeline import queries as timeline
from hisdesk.hospital.visits import queries as visits
from hisdesk.live.change import Change
from hisdesk.live.topics import patient_topic

TABLES = (
    "patient",
    "patient_name",
    "patient_identifier",
    "insurance_policy",
    "emergency_contact",
    "allergy",
    "allergy_declaration",
    "document",
    "visit",
    "clinical_order",
    "prescription",
    "prescription_line",
    "dispensing",
    "vital_signs",
    "oxygen_scale",
    "note",
    "note_addendum",
    "diagnosis",
)


@dataclass(frozen=True)
class Around:
    """What stands beside the record: the newest events and where the person waits."""

    events: timeline.Page
    visits: tuple[visits.QueueRow, ...]


class Record(QObject):
    """One person's record, kept true. `state`: "none", "opening", "open", "closed" (denied) or "failed".

    `changed`: state or contents are others. `touched(changes)`: something about the person changed elsewhere; an empty
    list means anything may have. `away_since` is set while what is shown could not be read again.
    """

    changed = Signal()
    touched = Signal(list)

    def __init__(self, desk: Desk, screen: QObject) -> None:
        super().__init__(screen)
        self._desk = desk
        self._reason = ""
        self.patient_id: UUID | None = None
        self.state = "none"
        self.error: UserError | None = None
        self.chart: patients.Chart | None = None
        self.around: Around | None = None
        self.away_since: dt.datetime | None = None
        # The screen owns the watch: hidden charts are read again when they are shown.
        self._watch = desk.hub.watch(screen, (), self._heard)

    def open(self, patient_id: UUID, reason: str) -> None:
        """Opens this person's record; the one before is closed."""
        before, self.patient_id, self._reason = self.patient_id, patient_id, reason
        db, actor = self._desk.db, self._desk.actor
        if before is not None and before != patient_id and self.state == "open":
            self._desk.tasks.run(self, lambda: patients.close(db, actor, before), _nothing, _ignored, slot="close")
        if before != patient_id:
            self.chart, self.around = None, None
        self.away_since, self.error = None, None
        self.state = "opening" if self.chart is None else "open"
        self._watch.listen(patient_topic(patient_id, table) for table in TABLES)
        self.changed.emit()
        cipher = self._desk.cipher
        self._desk.tasks.run(
            self,
            lambda: patients.opened(db, actor, patient_id, reason, cipher),
            self._opened,
            self._not_received,
            slot="record",
        )

    def open_again(self) -> None:
        """Tries the same opening again."""
        if self.patient_id is not None:
            self.open(self.patient_id, self._reason)

    def read_again(self) -> None:
        """Reads everything about the person anew; what is shown stays until the answer comes."""
        if self.state in ("closed", "failed"):
            self.open_again()
            return
        patient_id, cipher = self.patient_id, self._desk.cipher
        if patient_id is None or self.chart is None:
            return
        self._desk.tasks.read(
            self, lambda tx: patients.chart(tx, patient_id, cipher), self._received, self._not_received, slot="again"
        )
        self._read_around()

    def _read_around(self) -> None:
        patient_id = self.patient_id
        if patient_id is not None:
            self._desk.tasks.read(
                self, lambda tx: _around(tx, patient_id), self._received_around, self._around_failed, slot="around"
            )

    # -- answers ------------------------------------------------------------------------------------------------

    def _opened(self, chart: patients.Chart) -> None:
        self._received(chart)
        self._read_around()  # not before: some records can only be read once the opening is committed

    def _received(self, chart: patients.Chart) -> None:
        if chart.record.id != self.patient_id:
            return
        self.chart, self.state, self.error, self.away_since = chart, "open", None, None
        self.changed.emit()

    def _not_received(self, error: UserError) -> bool:
        if isinstance(error, SignedOut):
            return True
        self.error = error
        if isinstance(error, Denied):
            self.state, self.chart, self.around = "closed", None, None
        elif self.chart is None:
            self.state = "failed"
        else:
            self.away_since = self.away_since or words.now()
        self.changed.emit()
        return isinstance(error, Denied | Unavailable)

    def _received_around(self, around: Around) -> None:
        self.around = around
        if self.state == "open":
            self.changed.emit()

    def _around_failed(self, error: UserError) -> bool:
        """The record itself says why; a timeline that is missing must not look like an empty one."""
        return isinstance(error, Denied | Unavailable)

    def _heard(self, changes: list[Change]) -> None:
        if self.patient_id is None or self.state == "closed":
            return  # a refused opening is only tried again by the person, who then stands in the log
        self.read_again()
        self.touched.emit(changes)


def _around(tx: sa.Connection, patient_id: UUID) -> Around:
    return Around(timeline.page(tx, patient_id, size=20), tuple(visits.open_visits(tx, patient_id)))


def _nothing(_answer: object) -> None:
    """The former record is closed."""


def _ignored(_error: UserError) -> bool:
    """A record that could not be closed now ends by itself with the session, or after four hours."""
    return True
