"""Prescriptions as they were signed, their lines, what was overridden, and drafts that only their author sees."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from hisdesk.db.base import key, metadata, moment, text, version

_uuid = pg.UUID(as_uuid=True)


def _person() -> sa.Column[Any]:
    """Empty where somebody came without a record."""
    return sa.Column("patient_id", _uuid, sa.ForeignKey("app.patient.id"))


prescription = sa.Table(
    "prescription",
    metadata,
    key(),
    sa.Column("number", sa.BigInteger, sa.Identity(always=True), nullable=False, unique=True),
    _person(),
    sa.Column("visit_id", _uuid, sa.ForeignKey("app.visit.id")),
    sa.Column("department_id", _uuid, sa.ForeignKey("app.department.id"), nullable=False),  # the pharmacy
    sa.Column("clinic_id", _uuid, sa.ForeignKey("app.department.id")),
    text("anonymous_name"),
    sa.Column(
        "prescriber_id", _uuid, sa.ForeignKey("app.staff.id"), nullable=False, server_default=sa.text("auth.uid()")
    ),
    text("status", default="issued"),
    moment("signed_at", default="clock_timestamp()", nullable=False),
    moment("done_at"),
    sa.Column(
        "transaction_id",
        sa.BigInteger,
        nullable=False,
        server_default=sa.text("pg_current_xact_id()::text::bigint"),
    ),
    version(),
)

prescription_line = sa.Table(
    "prescription_line",
    metadata,
    key(),
    sa.Column("prescription_id", _uuid, sa.ForeignKey("app.prescription.id"), nullable=False),
    # these three are the prescription's; the server copies them
    _person(),
    sa.Column("department_id", _uuid, nullable=False, server_default=sa.FetchedValue()),
    sa.Column("clinic_id", _uuid),
    sa.Column("position", sa.SmallInteger, nullable=False),
    sa.Column("medicine_id", _uuid, sa.ForeignKey("app.medicine.id"), nullable=False),
    sa.Column("dose_value", sa.Numeric(12, 4), nullable=False),
    text("dose_unit", default=None),
    text("route", default=None),
    text("frequency", default=None),
    sa.Column("frequency_count", sa.SmallInteger, nullable=False, server_default=sa.text("1")),
    sa.Column("as_needed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("days", sa.SmallInteger, nullable=False),
    sa.Column("quantity", sa.Numeric(10, 2), nullable=False),
    text("quantity_unit", default=None),
    sa.Column("quantity_worked_out", sa.Numeric(10, 2)),
    text("quantity_reason"),
    text("instructions"),
    # written by the dispensing alone
    sa.Column("dispensed_quantity", sa.Numeric(10, 2), nullable=False, server_default=sa.text("0")),
    text("status", default="issued"),
    text("cancelled_reason"),
    moment("cancelled_at"),
    sa.Column("cancelled_by", _uuid),
    version(),
    sa.UniqueConstraint("prescription_id", "position"),
)

prescription_override = sa.Table(
    "prescription_override",
    metadata,
    key(),
    sa.Column("line_id", _uuid, sa.ForeignKey("app.prescription_line.id"), nullable=False),
    _person(),
    sa.Column("department_id", _uuid, nullable=False, server_default=sa.FetchedValue()),
    sa.Column("clinic_id", _uuid),
    text("check_kind", default=None),
    text("outcome", default=None),
    sa.Column("allergy_id", _uuid, sa.ForeignKey("app.allergy.id")),
    text("finding", default=None),
    text("reason", default=None),
    text("sentence"),
    sa.Column("confirmation_id", _uuid),
    sa.Column("confirmed_by", _uuid, sa.ForeignKey("app.staff.id")),
    sa.Column("overridden_by", _uuid, server_default=sa.text("auth.uid()")),
    moment("overridden_at", default="clock_timestamp()", nullable=False),
    version(),
)

prescription_draft = sa.Table(
    "prescription_draft",
    metadata,
    key(),
    sa.Column("author_id", _uuid, sa.ForeignKey("app.staff.id"), nullable=False, server_default=sa.text("auth.uid()")),
    _person(),
    sa.Column("visit_id", _uuid, sa.ForeignKey("app.visit.id")),
    sa.Column("content", pg.JSONB, nullable=False),
    moment("saved_at", default="clock_timestamp()", nullable=False),
    version(),
)
