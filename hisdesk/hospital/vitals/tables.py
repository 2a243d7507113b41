"""Vital signs, and the oxygen scale that was prescribed."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from hisdesk.db.base import key, metadata, moment, text, version

_uuid = pg.UUID(as_uuid=True)


def _person() -> sa.Column[object]:
    return sa.Column("patient_id", _uuid, sa.ForeignKey("app.patient.id"), nullable=False)


vital_signs = sa.Table(
    "vital_signs",
    metadata,
    key(),
    _person(),
    moment("measured_at", default="clock_timestamp()", nullable=False),
    moment("recorded_at", default="clock_timestamp()", nullable=False),
    sa.Column("recorded_by", _uuid, server_default=sa.text("auth.uid()")),
    sa.Column("respiratory_rate_per_min", sa.SmallInteger),
    sa.Column("oxygen_saturation_percent", sa.SmallInteger),
    sa.Column("oxygen_given", sa.Boolean),
    sa.Column("oxygen_flow_l_per_min", sa.Numeric(4, 1)),
    sa.Column("systolic_mmhg", sa.SmallInteger),
    sa.Column("diastolic_mmhg", sa.SmallInteger),
    sa.Column("pulse_per_min", sa.SmallInteger),
    text("consciousness"),
    sa.Column("temperature_celsius", sa.Numeric(3, 1)),
    sa.Column("pain", sa.SmallInteger),
    sa.Column("weight_kg", sa.Numeric(5, 2)),
    sa.Column("height_cm", sa.Numeric(4, 1)),
    sa.Column("pregnant", sa.Boolean),
    sa.Column("oxygen_scale", sa.SmallInteger, nullable=False, server_default=sa.text("1")),
    sa.Column("news2", sa.SmallInteger),
    sa.Column("news2_single_3", sa.Boolean, nullable=False, server_default=sa.false()),
    text("note"),
    text("status", default="final"),
    text("status_reason"),
    version(),
)

oxygen_scale = sa.Table(
    "oxygen_scale",
    metadata,
    key(),
    _person(),
    sa.Column("scale", sa.SmallInteger, nullable=False),
    text("reason", default=None),
    moment("prescribed_at", default="clock_timestamp()", nullable=False),
    sa.Column("prescribed_by", _uuid, server_default=sa.text("auth.uid()")),
    version(),
)
