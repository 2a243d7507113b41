"""The outbox as the relay sees it. One connection, used by one thread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from uuid import UUID

from hisdesk.errors import Unavailable
from hisdesk.live.change import Change

if TYPE_CHECKING:
    import psycopg2.extensions

# Unsent rows, not rows after a cursor: a transaction that began early may commit late, with smaller ids.
_TAKE = """
    select id, table_name, key::text, operation, version, department_id::text, patient_id::text,
           (extract(epoch from created_at) * 1000)::bigint
    from app.outbox where published_at is null order by id limit %s for update skip locked"""
_MARK = "update app.outbox set published_at = clock_timestamp() where id = any(%s)"
_BACKLOG = """
    select count(*), coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float
    from (select created_at from app.outbox where published_at is null limit 10000) unsent"""


class Outbox:
    """Raises Unavailable whenever the database does not answer; the object is then of no more use."""

    def __init__(self, url: str) -> None:
        import psycopg2

        with _answering():
            self._connection: psycopg2.extensions.connection = psycopg2.connect(
                url.replace("postgresql+psycopg2://", "postgresql://", 1),  # SQLAlchemy's spelling is fine too
                connect_timeout=5,
                application_name="hisdesk-sync",
                options="-c statement_timeout=10s -c idle_in_transaction_session_timeout=60s",
                keepalives_idle=5,
                keepalives_interval=2,
                keepalives_count=3,
            )

    def take(self, limit: int) -> list[tuple[int, Change]]:
        """Locks and returns up to `limit` unsent rows that no other relay holds. `mark` or `leave` ends it."""
        with _answering(), self._connection.cursor() as cursor:
            cursor.execute(_TAKE, (limit,))
            return [(row[0], _change(row[1:])) for row in cursor.fetchall()]

    def mark(self, ids: Iterable[int]) -> None:
        """Notes these rows as published and commits."""
        with _answering():
            with self._connection.cursor() as cursor:
                cursor.execute(_MARK, (list(ids),))
            self._connection.commit()

    def leave(self) -> None:
        """Lets go of the rows taken; they stay unsent."""
        with _answering():
            self._connection.rollback()

    def backlog(self) -> tuple[int, float]:
        """How many rows wait (10,000 stands for "or more") and for how many seconds the oldest has."""
        with _answering(), self._connection.cursor() as cursor:
            cursor.execute(_BACKLOG)
            row = cursor.fetchone()
            self._connection.rollback()
        return (row[0], row[1]) if row else (0, 0.0)

    def close(self) -> None:
        import psycopg2

        with suppress(psycopg2.Error):
            self._connection.close()


def _change(row: tuple[str, str, str, int, str | None, str | None, int]) -> Change:
    table, key, operation, version, department, patient, at = row
    return Change(
        table,
        UUID(key),
        operation,
        version,
        UUID(department) if department else None,
        UUID(patient) if patient else None,
        int(at),
    )


@contextmanager
def _answering() -> Iterator[None]:
    import psycopg2

    try:
        yield
    except psycopg2.Error as error:
        # Only the first line: the rest may quote rows.
        words = str(error).strip().splitlines()
        raise Unavailable(words[0] if words else type(error).__name__) from error
