"""What an import must know of the people who are here already. Under the `deploy` credential."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa


@dataclass(frozen=True)
class Candidate:
    """A person in the file, by the line that they stand on."""

    line: int
    family_name: str
    given_names: str
    birth_date: dt.date | None
    sex: str


def known(tx: sa.Connection, keys: Collection[UUID]) -> set[UUID]:
    """Which of these keys exist: people of an earlier run."""
    return set(tx.exec_driver_sql("select id from app.patient where id = any(%s)", (list(keys),)).scalars())


def alike(tx: sa.Connection, people: Collection[Candidate]) -> dict[int, str]:
    """The MRN of whoever has the same name (also a former one), birth date and sex, by line."""
    found = tx.exec_driver_sql(
        """select r.line, min(p.mrn) as mrn from unnest(%s::integer[], %s::text[], %s::text[], %s::date[], %s::text[])
               r (line, family, given, born, sex)
           join app.patient_name n on n.family_key = app.name_key(r.family) and n.given_key = app.name_key(r.given)
           join app.patient p on p.id = n.patient_id and p.birth_date = r.born and p.sex = r.sex
           group by r.line""",
        (
            [each.line for each in people],
            [each.family_name for each in people],
            [each.given_names for each in people],
            [each.birth_date for each in people],
            [each.sex for each in people],
        ),
    )
    return {row.line: row.mrn for row in found}
