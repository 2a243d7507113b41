"""A person's notes, diagnoses and problems, and the code list.

notes.view shows signed notes of people whose record is open or whom the department cares for; a draft is its author's.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access import permissions
from hisdesk.access.figures import Figures
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
    """Everything written about a person, the newest first; `more`: there are older notes than these."""

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
_PERSON = f"""
with note as (
    {_NOTES} where n.patient_id = %(patient)s and n.status <> 'discarded'
    order by n.status = 'draft' desc, coalesce(n.signed_at, n.started_at) desc, n.id limit %(most)s
), addendum as (
    select a.id, a.note_id, a.kind, a.reason, a.text, {_NAME} as author, a.written_at
    from app.note_addendum a left join app.staff s on s.id = a.author_id
    where a.note_id in (select n.id from note n) order by a.written_at, a.id limit 500
), diagnosis as (
    select d.id, d.code, d.title, d.status, d.status_reason, d.problem, d.onset_on, d.resolved_on, d.recorded_at,
        {_NAME} as recorded_by, d.visit_id, d.note_id, d.version
    from app.diagnosis d left join app.staff s on s.id = d.recorded_by where d.patient_id = %(patient)s
    order by d.problem and d.status = 'active' desc, d.recorded_at desc, d.id limit %(most_diagnoses)s
), part (part, place, row) as (
    select 'note', row_number() over (), to_jsonb(n) from note n
    union all
    select 'addendum', row_number() over (), to_jsonb(a) from addendum a
    union all
    select 'diagnosis', row_number() over (), to_jsonb(d) from diagnosis d
)
select p.part, p.row from part p order by p.part, p.place
"""
_OF_NOTE = (
    "id",
    "visit_id",
    "author_id",
    "author",
    "department",
    "status",
    "started_at",
    "saved_at",
    "signed_at",
    "version",
)


def of_person(tx: sa.Connection, patient_id: UUID, *, most: int = MOST_NOTES) -> Notes:
    """The newest notes with their addenda, and all diagnoses; own drafts among them. One statement."""
    found: dict[str, list[dict[str, Any]]] = {"note": [], "addendum": [], "diagnosis": []}
    values = {"patient": patient_id, "most": most + 1, "most_diagnoses": MOST_DIAGNOSES}
    for part, row in tx.exec_driver_sql(_PERSON, values):
        found[part].append(row)
    added = [AddendumRow(**_typed(row)) for row in found["addendum"]]
    rows = [_typed(row) for row in found["note"][:most]]
    notes = tuple(
        NoteRow(
            **{name: row[name] for name in _OF_NOTE},
            content=rules.from_plain(row),
            addenda=tuple(each for each in added if each.note_id == row["id"]),
        )
        for row in rows
    )
    found_before = tuple(DiagnosisRow(**_typed(row)) for row in found["diagnosis"])
    return Notes(notes, found_before, len(found["note"]) > most)


def note(tx: sa.Connection, note_id: UUID) -> NoteRow | None:
    """One note without its addenda, None when it cannot be seen. One statement."""
    return _one(tx.exec_driver_sql(f"{_NOTES} where n.id = %s", (note_id,)).one_or_none())


def of_visit(tx: sa.Connection, visit_id: UUID, author_id: UUID) -> NoteRow | None:
    """An author's note of a visit, draft or signed. One statement, without addenda."""
    return _one(
        tx.exec_driver_sql(
            f"{_NOTES} where n.visit_id = %s and n.author_id = %s and n.status <> 'discarded'", (visit_id, author_id)
        ).one_or_none()
    )


def find_codes(tx: sa.Connection, typed: str, most: int = MOST_CODES) -> tuple[CodeRow, ...]:
    """Codes that begin with what was typed, or whose titles hold its words, misspelt ones too. Any signed-in person."""
    rows = tx.exec_driver_sql("select code, title from app.find_icd10(%s, %s)", (typed, most))
    return tuple(CodeRow(*row) for row in rows)


def _one(row: sa.Row[Any] | None) -> NoteRow | None:
    if row is None:
        return None
    values = row._asdict()
    return NoteRow(**{name: values[name] for name in _OF_NOTE}, content=rules.from_plain(values))


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    """JSON knows no keys, days and moments."""
    typed = dict(row)
    for name, value in row.items():
        if value is None:
            continue
        if name == "id" or name.endswith("_id"):
            typed[name] = UUID(value)
        elif name.endswith("_at"):
            typed[name] = dt.datetime.fromisoformat(value)
        elif name.endswith("_on"):
            typed[name] = dt.date.fromisoformat(value)
    return typed


UNSIGNED_FIGURES = Figures(
    """select count(*) as unsigned_notes, min(n.started_at) as unsigned_since,
           (array_agg(n.patient_id order by n.started_at, n.id))[1] as unsigned_patient
       from app.note n where n.author_id = (select auth.uid()) and n.status = 'draft'""",
    (permissions.NOTES_VIEW, permissions.NOTES_CREATE),
)
"""The reader's own drafts; `unsigned_patient` is whom the oldest is about."""
