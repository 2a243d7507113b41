"""What was handed out of which lot for which line; a reversal is an entry of its own."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from hisdesk.db.base import key, metadata, moment, text, version

_uuid = pg.UUID(as_uuid=True)

dispensing = sa.Table(
    "dispensing",
    metadata,
    key(),
    sa.Column("prescription_id", _uuid, sa.ForeignKey("app.prescription.id"), nullable=False),
    # these two are the prescription's; the server copies them
    sa.Column("patient_id", _uuid, sa.ForeignKey("app.patient.id")),
    sa.Column("department_id", _uuid, nullable=False, server_default=sa.FetchedValue()),
    sa.Column("reverses", _uuid, sa.ForeignKey("app.dispensing.id"), unique=True),
    text("reason"),
    moment("dispensed_at", default="clock_timestamp()", nullable=False),
    sa.Column(
        "dispensed_by", _uuid, sa.ForeignKey("app.staff.id"), nullable=False, server_default=sa.text("auth.uid()")
    ),
    sa.Column(
        "transaction_id",
        sa.BigInteger,
        nullable=False,
        server_default=sa.text("pg_current_xact_id()::text::bigint"),
    ),
    version(),
)

dispensing_item = sa.Table(
    "dispensing_item",
    metadata,
    key(),
    sa.Column("dispensing_id", _uuid, sa.ForeignKey("app.dispensing.id"), nullable=False),
    sa.Column("line_id", _uuid, sa.ForeignKey("app.prescription_line.id"), nullable=False),
    sa.Column("lot_id", _uuid, sa.ForeignKey("app.lot.id"), nullable=False),
    sa.Column("patient_id", _uuid, sa.ForeignKey("app.patient.id")),
    sa.Column("department_id", _uuid, nullable=False, server_default=sa.FetchedValue()),
    sa.Column("quantity", sa.Numeric(10, 2), nullable=False),
    text("skip_reason"),
    version(),
)
