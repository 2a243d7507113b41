"""Visits: who waits where, since when, and what became of it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from hisdesk.db.base import key, metadata, moment, text, version

_uuid = pg.UUID(as_uuid=True)

visit = sa.Table(
    "visit",
    metadata,
    key(),
    sa.Column("patient_id", _uuid, sa.ForeignKey("app.patient.id")),
    text("anonymous_name"),
    text("anonymous_phone"),
    sa.Column("department_id", _uuid, sa.ForeignKey("app.department.id"), nullable=False),
    sa.Column("doctor_id", _uuid, sa.ForeignKey("app.staff.id")),
    sa.Column("day", sa.Date, nullable=False, server_default=sa.text("app.today()")),
    # number, ticket and the moments below are given by the server, never by a station
    sa.Column("number", sa.Integer, nullable=False, server_default=sa.FetchedValue()),
    sa.Column("ticket", sa.Text, nullable=False, server_default=sa.FetchedValue()),
    text("priority", default="normal"),
    text("status", default="waiting"),
    text("reason"),
    moment("arrived_at", default="clock_timestamp()", nullable=False),
    moment("called_at"),
    text("called_room"),
    sa.Column("called_by", _uuid),
    moment("started_at"),
    moment("completed_at"),
    moment("cancelled_at"),
    text("cancelled_reason"),
    sa.Column("created_by", _uuid, server_default=sa.text("auth.uid()")),
    version(),
)
