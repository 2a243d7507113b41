"""Keeping a draft, signing it, adding to what is signed; diagnoses and the problem list. Author and moments are the
server's.

The person's record must be open, else Denied. What names a `version` raises Conflict with what is stored now.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access import permissions
from hisdesk.access.action import Write, action, new_id
from hisdesk.errors import Conflict, Denied
from hisdesk.hospital.notes import queries, rules
from hisdesk.hospital.notes.rules import Coded, Content, DiagnosisStatus, Status
from hisdesk.hospital.notes.tables import diagnosis, note, note_addendum
from hisdesk.hospital.visits import rules as visit_rules
from hisdesk.hospital.visits.tables import visit


@dataclass(frozen=True)
class Place:
    """Where a note belongs, and which state of it the writer last saw. Without an `id` there is none yet."""

    patient_id: UUID
    visit_id: UUID
    id: UUID | None = None
    version: int = 0


@dataclass(frozen=True)
class Kept:
    """The draft as it is on the server now."""

    note_id: UUID
    version: int
    saved_at: dt.datetime


@dataclass(frozen=True)
class Signed:
    """A signed note; `completed`: the visit is over with it."""

    note_id: UUID
    version: int
    signed_at: dt.datetime
    completed: bool


@dataclass(frozen=True)
class Changed:
    """A diagnosis after a change."""

    diagnosis_id: UUID
    status: str
    version: int


@action(permissions.NOTES_CREATE)
def keep_draft(w: Write, place: Place, content: Content) -> Kept:
    """Keeps what is typed where its author finds it in any room. One note for an author and a visit.

    Raises Conflict, with the stored text, when the same author wrote in another room meanwhile or has signed.
    """
    content = rules.checked(content)
    if place.id is None:
        return _begin(w, place, content)
    return _write(w, place.id, place.version, content, Status.DRAFT)


@action(permissions.NOTES_CREATE)
def discard(w: Write, note_id: UUID, version: int) -> None:
    """Throws a draft away, such as one in the wrong person's record; only the audit keeps it."""
    row = w.tx.exec_driver_sql(
        "update app.note set status = 'discarded', version = version + 1"
        " where id = %s and version = %s and status = 'draft' returning id",
        (note_id, version),
    ).one_or_none()
    if row is None:
        raise _conflict(w, note_id)


@action(permissions.NOTES_CREATE)
def sign(w: Write, place: Place, content: Content, visit_version: int | None = None) -> Signed:
    """Signs the note and records its diagnoses; with the version of the visit, that is completed too, or nothing is.

    Raises Invalid when nothing is written or the next visit is in the past, Conflict as `keep_draft` does or when the
    visit has moved on.
    """
    today = w.tx.exec_driver_sql("select app.today()").scalar_one()
    content = rules.signable(content, today)
    kept = _begin(w, place, content) if place.id is None else None
    note_id, version = (kept.note_id, kept.version) if kept is not None else (place.id, place.version)
    assert note_id is not None  # noqa: S101 (one of both is there)
    signed = _write(w, note_id, version, content, Status.SIGNED)
    _record(w, place, note_id, content.diagnoses)
    if visit_version is not None:
        _complete(w, place.visit_id, visit_version)
    return Signed(note_id, signed.version, signed.saved_at, visit_version is not None)


@action(permissions.NOTES_CREATE)
def add_addendum(w: Write, note_id: UUID, patient_id: UUID, kind: str, reason: str, text: str) -> UUID:
    """Adds to a signed note, under the own name, with a reason; the note itself stays as it was. Raises Invalid."""
    addendum_id = new_id()
    w.tx.execute(
        sa.insert(note_addendum)
        .inline()
        .values(
            id=addendum_id,
            note_id=note_id,
            patient_id=patient_id,
            kind=rules.Kind(kind),
            reason=rules.checked_words(reason, rules.LONGEST_REASON, "reason", "Say why something is added now."),
            text=rules.checked_words(text, rules.LONGEST, "text", "Write what is added."),
        )
    )
    return addendum_id


@action(permissions.NOTES_CREATE)
def record_problem(w: Write, patient_id: UUID, code: str, onset_on: dt.date | None = None) -> UUID:
    """Puts a diagnosis on the problem list. Raises Conflict when it stands there, Invalid for an unknown code."""
    if code in _problems(w, patient_id):
        raise Conflict(f"{code} stands on the problem list already.")
    diagnosis_id = new_id()
    w.tx.execute(
        sa.insert(diagnosis)
        .inline()
        .values(id=diagnosis_id, patient_id=patient_id, code=code, problem=True, onset_on=onset_on)
    )
    return diagnosis_id


@action(permissions.NOTES_EDIT)
def resolve(w: Write, diagnosis_id: UUID, version: int, resolved_on: dt.date) -> Changed:
    """The problem is over since that day; it stays in the record. Raises Conflict."""
    return _become(w, diagnosis_id, version, DiagnosisStatus.RESOLVED, resolved_on=resolved_on)


@action(permissions.NOTES_EDIT)
def reactivate(w: Write, diagnosis_id: UUID, version: int) -> Changed:
    """The problem is there again, or was resolved by mistake. Raises Conflict."""
    return _become(w, diagnosis_id, version, DiagnosisStatus.ACTIVE, resolved_on=None)


@action(permissions.NOTES_EDIT)
def mark_error(w: Write, diagnosis_id: UUID, version: int, reason: str) -> Changed:
    """The diagnosis was never right; it stays readable, with why. Raises Invalid without a reason, Conflict."""
    reason = rules.checked_words(reason, rules.LONGEST_REASON, "reason", "Say why this diagnosis is wrong.")
    return _become(w, diagnosis_id, version, DiagnosisStatus.ERROR, resolved_on=None, status_reason=reason)


# ---------------------------------------------------------------------------------------------------- inside


def _begin(w: Write, place: Place, content: Content) -> Kept:
    """The first save. Another room may have been faster: then nothing is inserted, and the Conflict shows its text."""
    note_id = new_id()
    values = {**content.texts, "diagnoses": rules.coded_plain(content.diagnoses)}
    made = w.tx.exec_driver_sql(
        """insert into app.note (id, patient_id, visit_id, subjective, objective, assessment, plan, treatment,
               diagnoses, next_visit_on)
           values (%(id)s, %(patient)s, %(visit)s, %(subjective)s, %(objective)s, %(assessment)s, %(plan)s,
               %(treatment)s, %(diagnoses)s, %(next)s)
           on conflict do nothing returning version, saved_at""",
        {
            **values,
            "diagnoses": json.dumps(values["diagnoses"]),
            "id": note_id,
            "patient": place.patient_id,
            "visit": place.visit_id,
            "next": content.next_visit_on,
        },
    ).one_or_none()
    if made is None:
        raise _taken(queries.of_visit(w.tx, place.visit_id, w.actor.user_id))
    return Kept(note_id, made.version, made.saved_at)


def _write(w: Write, note_id: UUID, version: int, content: Content, status: Status) -> Kept:
    row = w.tx.execute(
        sa.update(note)
        .where(note.c.id == note_id, note.c.version == version, note.c.status == "draft")
        .values(
            **content.texts,
            diagnoses=rules.coded_plain(content.diagnoses),
            next_visit_on=content.next_visit_on,
            status=str(status),
            version=version + 1,
        )
        .returning(note.c.version, note.c.saved_at)
    ).one_or_none()
    if row is None:
        raise _conflict(w, note_id)
    return Kept(note_id, row.version, row.saved_at)


def _conflict(w: Write, note_id: UUID) -> Conflict | Denied:
    return _taken(queries.note(w.tx, note_id))


def _taken(stored: queries.NoteRow | None) -> Conflict | Denied:
    """What somebody is told whose draft is not the stored one any more, with the stored one."""
    if stored is None:
        return Denied("This record is closed to you. Open it again, then write.")
    if stored.status == Status.DRAFT:
        said = f"You wrote in this note in another room at {stored.saved_at.astimezone():%H:%M}."
    elif stored.status == Status.SIGNED:
        said = f"You signed this note at {(stored.signed_at or stored.saved_at).astimezone():%H:%M}. Write an addendum."
    else:
        said = "You threw this draft away in another room."
    theirs = {"id": stored.id, "version": stored.version, "status": stored.status, "saved_at": stored.saved_at}
    return Conflict(said, {**theirs, "content": stored.content})


def _record(w: Write, place: Place, note_id: UUID, coded: Iterable[Coded]) -> None:
    """The codes of a signed note as diagnoses; what stands on the problem list does not come there a second time."""
    standing = _problems(w, place.patient_id)
    rows = [
        {
            "id": new_id(),
            "patient_id": place.patient_id,
            "visit_id": place.visit_id,
            "note_id": note_id,
            "code": each.code,
            "problem": each.problem and each.code not in standing,
        }
        for each in coded
    ]
    if rows:
        w.tx.execute(sa.insert(diagnosis).inline(), rows)


def _problems(w: Write, patient_id: UUID) -> set[str]:
    standing = sa.select(diagnosis.c.code).where(
        diagnosis.c.patient_id == patient_id, diagnosis.c.problem, diagnosis.c.status == "active"
    )
    return set(w.tx.execute(standing).scalars())


def _complete(w: Write, visit_id: UUID, version: int) -> None:
    """Ends the visit in the same transaction: a signature without an end would leave the person on the list."""
    done = w.tx.execute(
        sa.update(visit)
        .where(visit.c.id == visit_id, visit.c.version == version, visit.c.status == visit_rules.Status.WITH_DOCTOR)
        .values(status=str(visit_rules.Status.COMPLETED), version=version + 1)
    ).rowcount
    if done:
        return
    status = w.tx.execute(sa.select(visit.c.status).where(visit.c.id == visit_id)).scalar()
    if status is None:
        raise Denied("This visit is not in one of your queues.")
    visit_rules.require(status, visit_rules.Status.COMPLETED)
    raise Conflict("The visit was changed meanwhile. Nothing is signed yet; look at it, then sign.", {"status": status})


def _become(w: Write, diagnosis_id: UUID, version: int, wanted: DiagnosisStatus, **values: Any) -> Changed:
    begin = [str(status) for status in DiagnosisStatus if rules.diagnosis_may_become(status, wanted)]
    done = w.tx.execute(
        sa.update(diagnosis)
        .where(diagnosis.c.id == diagnosis_id, diagnosis.c.version == version, diagnosis.c.status.in_(begin))
        .values(status=str(wanted), version=version + 1, **values)
    ).rowcount
    if done:
        return Changed(diagnosis_id, str(wanted), version + 1)
    current = w.tx.execute(
        sa.select(diagnosis.c.status, diagnosis.c.version).where(diagnosis.c.id == diagnosis_id)
    ).one_or_none()
    if current is None or (current.version == version and current.status in begin):
        raise Denied("This record is closed to you. Open it again, then change it.")
    raise Conflict(f"This diagnosis was changed meanwhile: it is now “{current.status}”.", dict(current._mapping))
