"""Writing many rows at once, under the `deploy` credential: one audit row stands for the whole batch."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa


def begin(tx: sa.Connection) -> None:
    """Makes this transaction a batch, and lets it take its time."""
    tx.exec_driver_sql("select set_config('hisdesk.batch', 'on', true), set_config('statement_timeout', '0', true)")


def next_mrns(tx: sa.Connection, count: int) -> list[str]:
    """That many new numbers."""
    return list(tx.exec_driver_sql("select app.next_mrn() from generate_series(1, %s)", (count,)).scalars())


def load(tx: sa.Connection, table: sa.Table, columns: tuple[str, ...], rows: Iterable[Mapping[str, Any]]) -> None:
    """Many rows in one statement, as JSON; a column that is not named gets its default value."""
    text = json.dumps(list(rows), default=str, ensure_ascii=False)
    names = ", ".join(columns)
    tx.exec_driver_sql(
        f"insert into {table.fullname} ({names}) "
        f"select {names} from jsonb_populate_recordset(null::{table.fullname}, %s::jsonb)",
        (text,),
    )


def note(tx: sa.Connection, table: sa.Table, detail: Mapping[str, Any]) -> None:
    """The one audit row."""
    tx.exec_driver_sql(
        "insert into audit.log (verb, table_name, detail) values ('imported', %s, %s::jsonb)",
        (table.name, json.dumps(detail)),
    )


def recount_words(tx: sa.Connection) -> None:
    """Brings the vocabulary of the search up to date."""
    tx.exec_driver_sql("select app.recount_words()")


def load_icd10(tx: sa.Connection, codes: Sequence[Mapping[str, Any]]) -> int:
    """Takes an edition of the list of diagnosis codes over, rows of app.icd10. How many codes stand now."""
    tx.exec_driver_sql("set local statement_timeout = 0")
    text = json.dumps(codes, ensure_ascii=False)
    stand = int(tx.exec_driver_sql("select app.load_icd10(%s::jsonb)", (text,)).scalar_one())
    tx.exec_driver_sql("analyze app.icd10, app.icd10_word")
    return stand
