"""The people who work here. Their accounts (names, passwords, roles) are in `auth`, which nobody reads directly."""

from __future__ import annotations

import sqlalchemy as sa

from hisdesk.db.base import key, metadata, text, version

staff = sa.Table(
    "staff",
    metadata,
    key(),
    text("employee_number", default=None, nullable=True),
    text("family_name", default=None),
    text("given_names", default=None),
    text("title"),
    text("email"),
    text("sex", default="unknown"),
    text("phone"),
    text("location"),
    text("status", default="on duty"),
    text("specialisation"),
    text("qualification"),
    sa.Column("experience_years", sa.Integer),
    sa.Column("fee_amount", sa.Numeric(12, 2)),
    sa.Column("fee_currency", sa.Text),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    version(),
)
