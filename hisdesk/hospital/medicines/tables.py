"""The formulary: medicines, the groups that allergies are recorded by, pairs that interact."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from hisdesk.db.base import key, metadata, text, version

_uuid = pg.UUID(as_uuid=True)


def _active() -> sa.Column[bool]:
    return sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true())


medicine = sa.Table(
    "medicine",
    metadata,
    key(),
    text("name", default=None),
    sa.Column("substances", pg.ARRAY(sa.Text), nullable=False),
    sa.Column("also", pg.ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'")),
    text("atc"),
    text("form", default=None),
    # strength_value strength_unit are contained in strength_per unit: 125 mg in 5 mL
    sa.Column("strength_value", sa.Numeric(12, 4), nullable=False),
    text("strength_unit", default=None),
    sa.Column("strength_per", sa.Numeric(8, 3), nullable=False, server_default=sa.text("1")),
    text("unit", default=None),
    sa.Column("pack_size", sa.Numeric(8, 2)),
    text("route", default=None),
    sa.Column("max_dose_value", sa.Numeric(12, 4)),
    sa.Column("max_daily_value", sa.Numeric(12, 4)),
    sa.Column("controlled", sa.Boolean, nullable=False, server_default=sa.false()),
    text("source"),
    _active(),
    version(),
)

allergy_group = sa.Table(
    "allergy_group",
    metadata,
    key(),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    text("name", default=None),
    sa.Column("names", pg.ARRAY(sa.Text), nullable=False),
    sa.Column("members", pg.ARRAY(sa.Text), nullable=False),
    text("source"),
    _active(),
    version(),
)

cross_reactivity = sa.Table(
    "cross_reactivity",
    metadata,
    key(),
    sa.Column("group_id", _uuid, sa.ForeignKey("app.allergy_group.id"), nullable=False),
    sa.Column("other_id", _uuid, sa.ForeignKey("app.allergy_group.id"), nullable=False),
    text("severity", default=None),
    text("effect", default=None),
    text("source"),
    _active(),
    version(),
)

interaction = sa.Table(
    "interaction",
    metadata,
    key(),
    text("one", default=None),
    text("other", default=None),
    text("severity", default=None),
    text("effect", default=None),
    text("source"),
    _active(),
    version(),
)
