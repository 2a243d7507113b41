"""The hospital itself and its departments."""

from __future__ import annotations

import sqlalchemy as sa

from hisdesk.db.base import key, metadata, text, version

hospital = sa.Table(
    "hospital",
    metadata,
    key(),
    text("name", default=None),
    text("time_zone", default="UTC"),
    text("currency", default="USD"),
    text("helpdesk"),
    version(),
)

department = sa.Table(
    "department",
    metadata,
    key(),
    text("code", default=None),
    text("name", default=None),
    text("ticket_letter", default=None),
    text("kind", default=None),
    text("location"),
    text("description"),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    version(),
)
