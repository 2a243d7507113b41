"""Notes of consultations, their addenda, and coded diagnoses."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from hisdesk.db.base import key, metadata, moment, text, version

_uuid = pg.UUID(as_uuid=True)


def _person() -> sa.Column[Any]:
    return sa.Column("patient_id", _uuid, sa.ForeignKey("app.patient.id"), nullable=False)


def _author() -> sa.Column[Any]:
    """The server's: whoever is signed in."""
    return sa.Column("author_id", _uuid, sa.ForeignKey("app.staff.id"), nullable=False, server_default=_ME)


_ME = sa.text("auth.uid()")

note = sa.Table(
    "note",
    metadata,
    key(),
    _person(),
    sa.Column("visit_id", _uuid, sa.ForeignKey("app.visit.id"), nullable=False),
    _author(),
    text("status", default="draft"),
    text("subjective"),
    text("objective"),
    text("assessment"),
    text("plan"),
    text("treatment"),
    sa.Column("diagnoses", pg.JSONB, nullable=False, server_default=sa.text("'[]'")),
    sa.Column("next_visit_on", sa.Date),
    moment("started_at", default="clock_timestamp()", nullable=False),
    moment("saved_at", default="clock_timestamp()", nullable=False),
    moment("signed_at"),
    version(),
)

note_addendum = sa.Table(
    "note_addendum",
    metadata,
    key(),
    sa.Column("note_id", _uuid, sa.ForeignKey("app.note.id"), nullable=False),
    _person(),
    _author(),
    text("kind", default="addendum"),
    text("reason", default=None),
    text("text", default=None),
    moment("written_at", default="clock_timestamp()", nullable=False),
    version(),
)

diagnosis = sa.Table(
    "diagnosis",
    metadata,
    key(),
    _person(),
    sa.Column("visit_id", _uuid, sa.ForeignKey("app.visit.id")),
    sa.Column("note_id", _uuid, sa.ForeignKey("app.note.id")),
    text("code", default=None),
    sa.Column("title", sa.Text, nullable=False, server_default=sa.FetchedValue()),  # the list's
    text("status", default="active"),
    text("status_reason"),
    sa.Column("problem", sa.Boolean, nullable=False, server_default=sa.text("false")),
    sa.Column("onset_on", sa.Date),
    sa.Column("resolved_on", sa.Date),
    moment("recorded_at", default="clock_timestamp()", nullable=False),
    sa.Column("recorded_by", _uuid, server_default=_ME),
    version(),
)
