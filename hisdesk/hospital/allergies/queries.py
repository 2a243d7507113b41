"""A person's allergies."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from hisdesk.hospital.allergies.rules import AllergyLine, AllergyState, state_of


@dataclass(frozen=True)
class AllergyRow:
    """One allergy with its history, also a refuted one."""

    id: UUID
    substance: str
    code: str
    category: str
    reaction: str
    severity: str
    status: str
    status_reason: str
    noted_on: dt.date | None
    recorded_at: dt.datetime
    recorded_by: str
    version: int


@dataclass(frozen=True)
class Allergies:
    """Everything about a person's allergies: the state for the banner and all rows, active ones first."""

    state: AllergyState
    rows: tuple[AllergyRow, ...]


def of_person(tx: sa.Connection, patient_id: UUID) -> Allergies:
    """The list and the state; "unavailable" without allergies.view or with the record closed. Two statements."""
    declared = tx.exec_driver_sql(
        """select auth.has('allergies', 'view') and exists (select 1 from app.patient p where p.id = %(id)s) as may_see,
               d.state, d.asked_at
           from (select 1) one left join lateral (
               select d.state, d.asked_at from app.allergy_declaration d where d.patient_id = %(id)s
               order by d.asked_at desc, d.id desc limit 1) d on true""",
        {"id": patient_id},
    ).one()
    rows = [
        AllergyRow(*row)
        for row in tx.exec_driver_sql(
            """select a.id, a.substance, a.code, a.category, a.reaction, a.severity, a.status, a.status_reason,
                   a.noted_on, a.recorded_at,
                   coalesce(btrim(concat_ws(' ', nullif(s.title, ''), s.given_names, s.family_name)), ''), a.version
               from app.allergy a left join app.staff s on s.id = a.recorded_by
               where a.patient_id = %s order by a.status <> 'active', a.recorded_at desc, a.id limit 500""",
            (patient_id,),
        )
    ]
    lines = (
        AllergyLine(row.id, row.substance, row.reaction, row.severity, row.noted_on, row.category)
        for row in rows
        if row.status == "active"
    )
    return Allergies(state_of(declared.may_see, lines, declared.state, declared.asked_at), tuple(rows))
