"""Scanned cards and papers, encrypted by the station before they are sent."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from hisdesk.db.base import key, metadata, moment, text, version

document = sa.Table(
    "document",
    metadata,
    key(),
    sa.Column("patient_id", pg.UUID(as_uuid=True), sa.ForeignKey("app.patient.id"), nullable=False),
    text("kind", default=None),
    text("title", default=None),
    text("media_type", default=None),
    sa.Column("content_enc", sa.LargeBinary, nullable=False),
    sa.Column("content_bytes", sa.Integer, nullable=False),
    text("source"),
    moment("captured_at", default="clock_timestamp()", nullable=False),
    sa.Column("recorded_by", pg.UUID(as_uuid=True), server_default=sa.text("auth.uid()")),
    version(),
)
