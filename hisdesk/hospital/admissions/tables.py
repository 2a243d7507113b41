"""Requests for admission, stays in beds, what must be done before somebody goes home, and who is whose mother."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from hisdesk.db.base import key, metadata, moment, text, version

_uuid = pg.UUID(as_uuid=True)


def _person(name: str = "patient_id", *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, _uuid, sa.ForeignKey("app.patient.id"), nullable=nullable)


def _ward() -> sa.Column[object]:
    return sa.Column("department_id", _uuid, sa.ForeignKey("app.department.id"), nullable=False)


admission_request = sa.Table(
    "admission_request",
    metadata,
    key(),
    _person(),
    _person("mother_id", nullable=True),
    sa.Column("from_visit_id", _uuid, sa.ForeignKey("app.visit.id")),
    _ward(),
    sa.Column("doctor_id", _uuid, sa.ForeignKey("app.staff.id")),
    text("urgency", default="normal"),
    text("reason", default=None),
    text("isolation"),
    sa.Column("equipment", pg.ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'")),
    sa.Column("expected_days", sa.Integer, nullable=False, server_default=sa.text("3")),
    sa.Column("expected_on", sa.Date),
    moment("leaves_at"),
    text("status", default="requested"),
    # the bed that is kept, only while the status is "assigned"
    sa.Column("bed_id", _uuid, sa.ForeignKey("app.bed.id")),
    moment("requested_at", default="clock_timestamp()", nullable=False),
    sa.Column("requested_by", _uuid, server_default=sa.text("auth.uid()")),
    moment("assigned_at"),
    sa.Column("assigned_by", _uuid),
    moment("admitted_at"),
    moment("ended_at"),
    text("cancelled_reason"),
    version(),
)

stay = sa.Table(
    "stay",
    metadata,
    key(),
    sa.Column("request_id", _uuid, sa.ForeignKey("app.admission_request.id"), nullable=False),
    # person, ward, cot and moments are given by the server, never by a station
    _person(),
    sa.Column("bed_id", _uuid, sa.ForeignKey("app.bed.id"), nullable=False),
    _ward(),
    sa.Column("previous_id", _uuid, sa.ForeignKey("app.stay.id")),
    sa.Column("cot", sa.Boolean, nullable=False, server_default=sa.text("false")),
    text("status", default="admitted"),
    moment("from_at", default="clock_timestamp()", nullable=False),
    moment("until_at"),
    text("discharged_to"),
    text("end_reason"),
    sa.Column("recorded_by", _uuid, server_default=sa.text("auth.uid()")),
    sa.Column("ended_by", _uuid),
    version(),
)

discharge_item = sa.Table(
    "discharge_item",
    metadata,
    key(),
    sa.Column("request_id", _uuid, sa.ForeignKey("app.admission_request.id"), nullable=False),
    _person(),
    _ward(),
    text("item", default=None),
    text("status", default="open"),
    text("note"),
    moment("done_at"),
    sa.Column("done_by", _uuid),
    version(),
)

related_person = sa.Table(
    "related_person",
    metadata,
    key(),
    _person(),
    _person("related_id"),
    text("relationship", default=None),
    moment("recorded_at", default="clock_timestamp()", nullable=False),
    sa.Column("recorded_by", _uuid, server_default=sa.text("auth.uid()")),
    version(),
)
