"""Cleaning tasks: which bed, who was asked, and how long it took. The server makes, offers and times them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from hisdesk.db.base import key, metadata, moment, text, version

_uuid = pg.UUID(as_uuid=True)

cleaning_task = sa.Table(
    "cleaning_task",
    metadata,
    key(),
    sa.Column("bed_id", _uuid, sa.ForeignKey("app.bed.id"), nullable=False),
    sa.Column("department_id", _uuid, sa.ForeignKey("app.department.id"), nullable=False),
    text("kind", default=None),
    sa.Column("target_minutes", sa.Integer, nullable=False),
    text("status", default="waiting"),
    sa.Column("offered_to", _uuid, sa.ForeignKey("app.staff.id")),
    sa.Column("declined_by", pg.ARRAY(_uuid), nullable=False, server_default=sa.text("'{}'")),
    moment("asked_at", default="clock_timestamp()", nullable=False),
    moment("offered_at"),
    moment("accepted_at"),
    moment("started_at"),
    moment("done_at"),
    version(),
)
