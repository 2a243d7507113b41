"""The figures of a first screen: questions of several subjects, asked of the database in one statement."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from hisdesk.access.actor import Actor, Permission

OWN = "any ((select auth.departments())::uuid[])"
"""The departments of whoever asks, for the `sql` of figures."""
Values = Mapping[str, Any]
"""What was answered, by the names of the columns."""


@dataclass(frozen=True)
class Figures:
    """One question. `sql` gives exactly one row, with columns that no other question has; the policies decide what it
    counts.

    It is only asked of somebody who has all of `permissions`: where one is missing, a number would be wrong or an
    error. `tables` are those whose changes in the own departments may change the answer; those of `of_people` are told
    to people's records, those of `of_house` to the whole hospital, those of `everywhere` to whichever department.
    """

    sql: str
    permissions: tuple[Permission, ...]
    tables: tuple[str, ...] = ()
    of_people: tuple[str, ...] = ()
    of_house: tuple[str, ...] = ()
    everywhere: tuple[str, ...] = ()

    def allowed(self, actor: Actor) -> bool:
        """Whether this person may be shown the answer."""
        return all(actor.may(permission) for permission in self.permissions)


def answered(tx: sa.Connection, questions: Collection[Figures]) -> Values:
    """The answers to all questions. One statement, or none without a question. Raises Denied as each of them does."""
    if not questions:
        return {}
    parts = (f"({each.sql}) as question_{number}" for number, each in enumerate(dict.fromkeys(questions)))
    return dict(tx.exec_driver_sql(f"select * from {' cross join '.join(parts)}").one()._mapping)
