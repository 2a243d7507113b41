"""Allergies, and the answer that there are none."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from hisdesk.db.base import key, metadata, moment, text, version


def _person() -> sa.Column[Any]:
    return sa.Column("patient_id", pg.UUID(as_uuid=True), sa.ForeignKey("app.patient.id"), nullable=False)


allergy = sa.Table(
    "allergy",
    metadata,
    key(),
    _person(),
    text("substance", default=None),
    text("code"),
    text("category", default="medication"),
    text("reaction"),
    text("severity", default="not known"),
    text("status", default="active"),
    text("status_reason"),
    sa.Column("noted_on", sa.Date),
    moment("recorded_at", default="clock_timestamp()", nullable=False),
    sa.Column("recorded_by", pg.UUID(as_uuid=True), server_default=sa.text("auth.uid()")),
    version(),
)

allergy_declaration = sa.Table(
    "allergy_declaration",
    metadata,
    key(),
    _person(),
    text("state", default=None),
    moment("asked_at", default="clock_timestamp()", nullable=False),
    sa.Column("asked_by", pg.UUID(as_uuid=True), server_default=sa.text("auth.uid()")),
    version(),
)
