"""What a pharmacy has on its shelves: lots, and every movement of them, which is never changed."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from hisdesk.db.base import key, metadata, moment, text, version

_uuid = pg.UUID(as_uuid=True)

lot = sa.Table(
    "lot",
    metadata,
    key(),
    sa.Column("department_id", _uuid, sa.ForeignKey("app.department.id"), nullable=False),
    sa.Column("medicine_id", _uuid, sa.ForeignKey("app.medicine.id"), nullable=False),
    text("lot_number", default=None),
    sa.Column("expires_on", sa.Date, nullable=False),
    # the sum of the movements, which alone change it
    sa.Column("on_hand", sa.Numeric(10, 2), nullable=False, server_default=sa.text("0")),
    moment("first_received_at", default="clock_timestamp()", nullable=False),
    version(),
)

reorder_level = sa.Table(
    "reorder_level",
    metadata,
    key(),
    sa.Column("department_id", _uuid, sa.ForeignKey("app.department.id"), nullable=False),
    sa.Column("medicine_id", _uuid, sa.ForeignKey("app.medicine.id"), nullable=False),
    sa.Column("quantity", sa.Numeric(10, 2), nullable=False),  # in the medicine's counting unit
    version(),
)

stock_move = sa.Table(
    "stock_move",
    metadata,
    key(),
    sa.Column("lot_id", _uuid, sa.ForeignKey("app.lot.id"), nullable=False),
    sa.Column("department_id", _uuid, nullable=False, server_default=sa.FetchedValue()),  # the lot's
    text("kind", default=None),
    sa.Column("quantity", sa.Numeric(10, 2), nullable=False),
    text("reason"),
    moment("moved_at", default="clock_timestamp()", nullable=False),
    sa.Column("moved_by", _uuid, server_default=sa.text("auth.uid()")),
    version(),
)
