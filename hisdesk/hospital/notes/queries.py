"""A person's notes, diagnoses and problems, and the code list.

notes.view shows signed notes of people whose record is open or whom the department cares for; a draft is its author's.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.hospital.notes import rules
from hisdesk.hospital.notes.rules import Content

MOST_NOTES = 50
MOST_DIAGNOSES = 200
MOST_CODES = 20


@dataclass(frozen=True)
class AddendumRow:
    """What somebody added to a signed note."""

    id: UUID
    note_id: UUID
    kind: str
    reason: str
    text: str
    author: str
    written_at: dt.datetime


@dataclass(frozen=True)
class NoteRow:
    """A signed note, or the reader's own draft."""

    id: UUID
    visit_id: UUID
    author_id: UUID
    author: str
    department: str
    status: str
    content: Content
    started_at: dt.datetime
    saved_at: dt.datetime
    signed_at: dt.datetime | None
    version: int
    addenda: tuple[AddendumRow, ...] = ()


@dataclass(frozen=True)
class DiagnosisRow:
    """A coded diagnosis with what became of it."""

    id: UUID
    code: str
    title: str
    status: str
    status_reason: str
    problem: bool
    onset_on: dt.date | None
    resolved_on: dt.date | None
    recorded_at: dt.datetime
    recorded_by: str
    visit_id: UUID | None
    note_id: UUID | None
    version: int


@dataclass(frozen=True)
class Notes:
    """Everything written about a person, newest first; `more`: there are older notes than these."""

    notes: tuple[NoteRow, ...]
    diagnoses: tuple[DiagnosisRow, ...]
    more: bool = False

    def draft(self, visit_id: UUID | None, author_id: UUID) -> NoteRow | None:
        """The author's note of that visit, draft or signed; without a visit the newest draft."""
        mine = [note for note in self.notes if note.author_id == author_id]
        if visit_id is None:
            return next((note for note in mine if note.status == rules.Status.DRAFT), None)
        return next((note for note in mine if note.visit_id == visit_id), None)

    @property
    def problems(self) -> tuple[DiagnosisRow, ...]:
        """The problem list: what is active now."""
        return tuple(d for d in self.diagnoses if d.problem and d.status == rules.DiagnosisStatus.ACTIVE)


@dataclass(frozen=True)
class CodeRow:
    """A code that a diagnosis can have."""

    code: str
    title: str


_NAME = "coalesce(btrim(concat_ws(' ', nullif(s.title, ''), s.given_names, s.family_name)), '')"
_NOTES = f"""
select n.id, n.visit_id, n.author_id, {_NAME} as author, coalesce(d.name, '') as department, n.status, n.subjective,
    n.objective, n.assessment, n.plan, n.treatment, n.diagnoses, n.next_visit_on, n.started_at, n.saved_at, n.signed_at,
    n.version
from app.note n
left join app.staff s on s.id = n.author_id
left join app.visit v on v.id = n.visit_id
left join app.department d on d.id = v.department_id
"""


def of_person(tx: sa.Connection, patient_id: UUID, *, most: int = MOST_NOTES) -> Notes:
    """The newest notes with their addenda, and all diagnoses; own drafts among them. Three statements."""
    rows = tx.exec_driver_sql(
        f"""{_NOTES} where n.patient_id = %s and n.status <> 'discarded'
            order by n.status = 'draft' desc, coalesce(n.signed_at, n.started_at) desc, n.id limit %s""",
        (patient_id, most + 1),
    ).all()
    added = addenda(tx, [row.id for row in rows])
    notes = tuple(_note(row, tuple(a for a in added if a.note_id == row.id)) for row in rows[:most])
    return Notes(notes, diagnoses(tx, patient_id), len(rows) > most)


def note(tx: sa.Connection, note_id: UUID) -> NoteRow | None:
    """One note, None when it cannot be seen. Two statements."""
    row = tx.exec_driver_sql(f"{_NOTES} where n.id = %s", (note_id,)).one_or_none()
    return None if row is None else _note(row, addenda(tx, [note_id]))


def of_visit(tx: sa.Connection, visit_id: UUID, author_id: UUID) -> NoteRow | None:
    """An author's note of a visit, draft or signed. One statement, without addenda."""
    row = tx.exec_driver_sql(
        f"{_NOTES} where n.visit_id = %s and n.author_id = %s and n.status <> 'discarded'", (visit_id, author_id)
    ).one_or_none()
    return None if row is None else _note(row, ())


def addenda(tx: sa.Connection, note_ids: list[UUID]) -> tuple[AddendumRow, ...]:
    """What was added to these notes, in the order it was written."""
    rows = tx.exec_driver_sql(
        f"""select a.id, a.note_id, a.kind, a.reason, a.text, {_NAME}, a.written_at
            from app.note_addendum a left join app.staff s on s.id = a.author_id
            where a.note_id = any(%s) order by a.written_at, a.id limit 500""",
        (note_ids,),
    )
    return tuple(AddendumRow(*row) for row in rows)


def diagnoses(tx: sa.Connection, patient_id: UUID) -> tuple[DiagnosisRow, ...]:
    """A person's diagnoses: active problems first, then the others, the newest first."""
    rows = tx.exec_driver_sql(
        f"""select d.id, d.code, d.title, d.status, d.status_reason, d.problem, d.onset_on, d.resolved_on,
                d.recorded_at, {_NAME}, d.visit_id, d.note_id, d.version
            from app.diagnosis d left join app.staff s on s.id = d.recorded_by
            where d.patient_id = %s
            order by d.problem and d.status = 'active' desc, d.recorded_at desc, d.id limit %s""",
        (patient_id, MOST_DIAGNOSES),
    )
    return tuple(DiagnosisRow(*row) for row in rows)


def find_codes(tx: sa.Connection, typed: str, most: int = MOST_CODES) -> tuple[CodeRow, ...]:
    """Codes that begin with what was typed, or whose titles hold its words, misspelt ones too. Any signed-in person."""
    rows = tx.exec_driver_sql("select code, title from app.find_icd10(%s, %s)", (typed, most))
    return tuple(CodeRow(*row) for row in rows)


def _note(row: sa.Row[Any], added: tuple[AddendumRow, ...]) -> NoteRow:
    return NoteRow(
        row.id,
        row.visit_id,
        row.author_id,
        row.author,
        row.department,
        row.status,
        rules.from_plain(row._asdict()),
        row.started_at,
        row.saved_at,
        row.signed_at,
        row.version,
        added,
    )
