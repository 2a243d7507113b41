"""Orders: what one department asks of another about a person, and what became of it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from hisdesk.db.base import key, metadata, moment, text, version

_uuid = pg.UUID(as_uuid=True)

clinical_order = sa.Table(
    "clinical_order",
    metadata,
    key(),
    sa.Column("patient_id", _uuid, sa.ForeignKey("app.patient.id"), nullable=False),
    sa.Column("visit_id", _uuid, sa.ForeignKey("app.visit.id")),
    text("kind", default=None),
    text("title", default=None),
    text("text"),
    text("priority", default="routine"),
    sa.Column("from_department_id", _uuid, sa.ForeignKey("app.department.id"), nullable=False),
    sa.Column("to_department_id", _uuid, sa.ForeignKey("app.department.id"), nullable=False),
    text("status", default="pending"),
    # moments and who are given by the server, never by a station
    moment("asked_at", default="clock_timestamp()", nullable=False),
    sa.Column("asked_by", _uuid, server_default=sa.text("auth.uid()")),
    moment("started_at"),
    sa.Column("started_by", _uuid),
    moment("completed_at"),
    sa.Column("completed_by", _uuid),
    text("completion_note"),
    moment("cancelled_at"),
    sa.Column("cancelled_by", _uuid),
    text("cancelled_reason"),
    moment("seen_at"),
    version(),
)
