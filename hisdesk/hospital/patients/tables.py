"""People, their names, document numbers, insurance policies and emergency contacts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from hisdesk.db.base import key, metadata, moment, text, version


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def _person() -> sa.Column[Any]:
    return sa.Column("patient_id", pg.UUID(as_uuid=True), sa.ForeignKey("app.patient.id"), nullable=False)


def _generated(name: str, expression: str, type_: Any = sa.Text) -> sa.Column[Any]:
    """Computed by the server from what is written; never written itself."""
    return sa.Column(name, type_, sa.Computed(expression, persisted=True))


patient = sa.Table(
    "patient",
    metadata,
    key(),
    sa.Column("mrn", sa.CHAR(9), nullable=False, unique=True),
    text("family_name", default=None),
    text("given_names", default=None),
    text("preferred_name"),
    text("title"),
    sa.Column("birth_date", sa.Date),
    _flag("birth_date_estimated"),
    text("sex", default="unknown"),
    text("gender"),
    text("ethnicity"),
    text("language"),
    _flag("interpreter"),
    text("phone"),
    text("phone_2"),
    text("email"),
    text("street"),
    text("city"),
    text("region"),
    text("postcode"),
    text("country"),
    text("blood_group"),
    text("history"),
    text("notes"),
    _flag("unidentified"),
    _flag("private_on_boards"),
    sa.Column("deceased_on", sa.Date),
    text("status", default="active"),
    text("status_reason"),
    moment("registered_at", default="clock_timestamp()", nullable=False),
    sa.Column("registered_by", pg.UUID(as_uuid=True), server_default=sa.text("auth.uid()")),
    version(),
    _generated("family_key", "app.name_key(family_name)"),
    _generated("given_key", "app.name_key(given_names)"),
    _generated("phone_digits_rev", "app.digits_reversed(phone)"),
    _generated("phone_2_digits_rev", "app.digits_reversed(phone_2)"),
)

patient_name = sa.Table(
    "patient_name",
    metadata,
    key(),
    _person(),
    text("use", default=None),
    text("family_name", default=None),
    text("given_names", default=None),
    moment("from_at", default="clock_timestamp()", nullable=False),
    moment("until_at"),
    version(),
    _generated("family_key", "app.name_key(family_name)"),
    _generated("given_key", "app.name_key(given_names)"),
    _generated("words", "app.name_words(family_name, given_names)", pg.ARRAY(sa.Text)),
)

patient_identifier = sa.Table(
    "patient_identifier",
    metadata,
    key(),
    _person(),
    text("kind", default=None),
    sa.Column("number_enc", sa.LargeBinary, nullable=False),
    sa.Column("number_index", sa.LargeBinary, nullable=False),
    text("issuing_state"),
    sa.Column("issued_on", sa.Date),
    sa.Column("expires_on", sa.Date),
    moment("recorded_at", default="clock_timestamp()", nullable=False),
    version(),
)

insurance_policy = sa.Table(
    "insurance_policy",
    metadata,
    key(),
    _person(),
    text("payer", default=None),
    text("plan"),
    sa.Column("member_number_enc", sa.LargeBinary),
    sa.Column("member_number_index", sa.LargeBinary),
    sa.Column("group_number_enc", sa.LargeBinary),
    text("subscriber"),
    sa.Column("effective_on", sa.Date),
    sa.Column("expires_on", sa.Date),
    sa.Column("details", pg.JSONB, nullable=False, server_default=sa.text("'{}'")),
    moment("recorded_at", default="clock_timestamp()", nullable=False),
    version(),
)

emergency_contact = sa.Table(
    "emergency_contact",
    metadata,
    key(),
    _person(),
    text("name", default=None),
    text("relation"),
    text("phone"),
    version(),
)
