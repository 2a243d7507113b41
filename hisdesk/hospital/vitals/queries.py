"""Vital signs of a person, the latest first. vitals.view; the record must be open or the department care for them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.hospital.vitals.news2 import NoScore, Score
from hisdesk.hospital.vitals.rules import About, NewVitals, scored

MOST_SHOWN = 200


@dataclass(frozen=True)
class VitalsRow:
    """One round of measuring, with who wrote it down and the score that was given then."""

    id: UUID
    new: NewVitals
    recorded_at: dt.datetime
    recorded_by: str
    oxygen_scale: int
    news2: int | None
    status: str
    status_reason: str
    version: int

    def score(self, age_years: int | None) -> Score | NoScore:
        """The score in its parts."""
        return scored(self.new, About(age_years, self.oxygen_scale))


@dataclass(frozen=True)
class Vitals:
    """The rounds, the latest first, and what a new one needs to know."""

    rows: tuple[VitalsRow, ...]
    about: About
    scale_reason: str
    scale_by: str


_ABOUT = """
select extract(year from age(app.today(), p.birth_date))::integer as age_years, coalesce(o.scale, 1) as scale,
    coalesce(o.reason, '') as reason,
    coalesce(btrim(concat_ws(' ', nullif(s.title, ''), s.given_names, s.family_name)), '') as by
from (select 1) one
left join app.patient p on p.id = %(id)s
left join lateral (select x.scale, x.reason, x.prescribed_by from app.oxygen_scale x where x.patient_id = %(id)s
                   order by x.prescribed_at desc, x.id desc limit 1) o on true
left join app.staff s on s.id = o.prescribed_by
"""
_ROWS = """
select v.*, coalesce(btrim(concat_ws(' ', nullif(s.title, ''), s.given_names, s.family_name)), '') as by_name
from app.vital_signs v left join app.staff s on s.id = v.recorded_by
where v.patient_id = %(id)s order by v.measured_at desc, v.id desc limit %(most)s
"""


def of_person(tx: sa.Connection, patient_id: UUID, *, most: int = MOST_SHOWN) -> Vitals:
    """The rounds of this person, those entered in error too. Two statements."""
    about = tx.exec_driver_sql(_ABOUT, {"id": patient_id}).one()
    rows = tx.exec_driver_sql(_ROWS, {"id": patient_id, "most": most})
    return Vitals(tuple(_row(row) for row in rows), About(about.age_years, about.scale), about.reason, about.by)


def about(tx: sa.Connection, patient_id: UUID) -> About:
    """What the score needs to know of the person."""
    row = tx.exec_driver_sql(_ABOUT, {"id": patient_id}).one()
    return About(row.age_years, row.scale)


def _row(row: sa.Row[Any]) -> VitalsRow:
    values = {name: row._mapping[name] for name in NewVitals.__dataclass_fields__}
    return VitalsRow(
        row.id,
        NewVitals(**values),
        row.recorded_at,
        row.by_name,
        row.oxygen_scale,
        row.news2,
        row.status,
        row.status_reason,
        row.version,
    )
