"""Somebody who holds a station's credential and types SQL, with or without a token."""

from __future__ import annotations

from contextlib import suppress
from types import TracebackType
from typing import Any
from uuid import UUID

import psycopg2
import psycopg2.extras
import pytest

from hisdesk.access.actor import Actor
from tests.helpers.hospital import Hospital

DENIED = "42501"  # insufficient_privilege


class Attacker:
    """One raw connection; statements commit by themselves unless a transaction is begun by hand."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg2.connect(url.replace("postgresql+psycopg2", "postgresql"))
        self.connection.autocommit = True
        psycopg2.extras.register_uuid(conn_or_curs=self.connection)

    def __enter__(self) -> Attacker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Runs it; the rows, if there are any."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def value(self, statement: str, *values: Any) -> Any:
        rows = self.sql(statement, *values)
        return rows[0][0] if rows else None

    def count(self, statement: str, *values: Any) -> int:
        """How many rows a statement changed."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return int(cursor.rowcount)

    def code(self, statement: str, *values: Any) -> str:
        """The SQLSTATE that it is refused with; "" when it is not."""
        try:
            self.sql(statement, *values)
        except psycopg2.Error as error:
            return str(error.pgcode)
        return ""

    def begin(self, who: Actor | str | None = None) -> None:
        """A transaction, with a token or without one."""
        with suppress(psycopg2.Error):
            self.sql("rollback")
        self.sql("begin")
        if who is not None:
            self.sql("select set_config('hisdesk.token', %s, true)", who if isinstance(who, str) else who.token)

    def carry(self, who: Actor | str) -> None:
        """Every later statement carries this token."""
        self.sql("select set_config('hisdesk.token', %s, false)", who if isinstance(who, str) else who.token)

    def rollback(self) -> None:
        self.sql("rollback")

    def commit(self) -> None:
        self.sql("commit")

    def refused(self, statement: str, *values: Any, code: str = DENIED) -> None:
        """Fails the test unless the database refuses it with this SQLSTATE."""
        assert self.code(statement, *values) == code, statement


def attacker(hospital: Hospital, station: str = "FRONT-2") -> Attacker:
    enrolled = hospital.template.stations[station]
    return Attacker(hospital.url(enrolled.role_name, enrolled.password))


def seen(who: Attacker, patient_id: UUID) -> bool:
    """Whether the person's row can be read now."""
    return bool(who.value("select count(*) from app.patient where id = %s", patient_id))


def require(condition: object, what: str) -> None:
    if not condition:
        pytest.fail(what)
