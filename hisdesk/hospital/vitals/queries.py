"""Vital signs of a person, the latest first. vitals.view; the record must be open or the department care for them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access import permissions
from hisdesk.access.figures import OWN, Figures
from hisdesk.hospital.vitals.news2 import AGAIN_HOURS, SINGLE_3_HOURS, URGENT, NoScore, Score
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


_LONGEST_HOURS = max(hours for _, hours in AGAIN_HOURS)
_AGAIN = f"""case when x.news2_single_3 then {SINGLE_3_HOURS}
    {" ".join(f"when x.news2 >= {points} then {hours}" for points, hours in AGAIN_HOURS)} else {_LONGEST_HOURS} end"""
WARD_FIGURES = Figures(
    f"""select count(*) as ward_people,
            count(*) filter (where v.new and (v.news2 >= {URGENT} or v.news2_single_3)) as ward_high,
            max(v.news2) filter (where v.new) as ward_highest,
            count(*) filter (where v.due_at is null or v.due_at < clock_timestamp()) as ward_due,
            count(*) filter (where v.due_at is null) as ward_never
        from app.stay s
        left join lateral (
            select x.news2, x.news2_single_3, x.measured_at > clock_timestamp() - interval '24 hours' as new,
                x.measured_at + make_interval(hours => {_AGAIN}) as due_at
            from app.vital_signs x where x.patient_id = s.patient_id and x.status = 'final'
                and x.measured_at >= s.from_at - interval '{_LONGEST_HOURS} hours'
            order by x.news2 is null, x.measured_at desc limit 1) v on true
        where s.until_at is null and not s.cot and s.department_id = {OWN}""",
    (permissions.BEDS_VIEW, permissions.VITALS_VIEW),
    ("stay",),
    ("vital_signs",),
)
"""The people in the beds of the own wards: whose last score of a day is urgent, and who is to be measured again by now.

A round without a score does not put off what the last score asks for.
"""
