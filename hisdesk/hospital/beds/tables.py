"""Rooms and beds of the wards."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from hisdesk.db.base import key, metadata, moment, text, version

_uuid = pg.UUID(as_uuid=True)

room = sa.Table(
    "room",
    metadata,
    key(),
    sa.Column("department_id", _uuid, sa.ForeignKey("app.department.id"), nullable=False),
    text("label", default=None),
    text("sex", default="none"),
    sa.Column("isolation", sa.Boolean, nullable=False, server_default=sa.text("false")),
    # from the nurses' station
    sa.Column("distance_m", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.text("true")),
    version(),
)

bed = sa.Table(
    "bed",
    metadata,
    key(),
    sa.Column("room_id", _uuid, sa.ForeignKey("app.room.id"), nullable=False),
    # the ward is the room's, `since` the server's; states of occupied beds follow the stays
    sa.Column(
        "department_id", _uuid, sa.ForeignKey("app.department.id"), nullable=False, server_default=sa.FetchedValue()
    ),
    text("label", default=None),
    sa.Column("equipment", pg.ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'")),
    text("status", default="U"),
    text("hold"),
    text("hold_reason"),
    moment("since", default="clock_timestamp()", nullable=False),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.text("true")),
    version(),
)
