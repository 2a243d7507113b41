"""The one way to the database: a transaction that carries the signed-in person's token.

The token is set for the transaction alone (`set_config(…, true)`), in a statement of its own together with `begin`,
so that it costs no round trip, never outlives the transaction and never stands beside a person's data in a log.
"""

from __future__ import annotations

import os
import random
import socket
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import psycopg2
import sqlalchemy as sa
from sqlalchemy import exc

from hisdesk.errors import Conflict, Denied, Invalid, SignedOut, TooOften, Unavailable, UserError

T = TypeVar("T")

# serialisation failure, deadlock, administrator shutdown, crash shutdown, cannot connect now
RETRYABLE = {"40001", "40P01", "57P01", "57P02", "57P03"}


Statement = tuple[str, tuple[Any, ...]]
_BEGIN = "begin; select set_config('hisdesk.token', %s, true); select auth.enter()"


class Bearer(Protocol):
    """Whoever can present a session token."""

    @property
    def token(self) -> str: ...


@dataclass
class Operation:
    """A transaction under way: `started` is the answer of its start, `end` a statement with its own semicolon."""

    tx: sa.Connection
    started: Any
    end: Statement = ("", ())


class Database:
    """A small pool of connections under one station's (or service's) credential. Safe to share between threads."""

    def __init__(
        self, url: str | sa.URL, *, size: int = 4, connect_timeout_s: int = 5, statement_timeout_ms: int = 30_000
    ) -> None:
        self.engine = sa.create_engine(
            url,
            pool_size=size,
            max_overflow=2,
            pool_timeout=10,
            isolation_level="AUTOCOMMIT",  # begin and commit are sent by `transaction`, together with the token
            use_native_hstore=False,  # saves the driver a look-up on every new connection
            connect_args={
                "connect_timeout": connect_timeout_s,
                "application_name": "hisdesk",
                "options": f"-c statement_timeout={statement_timeout_ms}",
                "keepalives_idle": 10,
                "keepalives_interval": 5,
                "keepalives_count": 3,
                "tcp_user_timeout": statement_timeout_ms,  # what was sent and is never acknowledged
            },
        )
        self._lock = threading.Lock()
        self._lines: weakref.WeakSet[Any] = weakref.WeakSet()
        sa.event.listen(self.engine, "connect", self._connected)

    @contextmanager
    def transaction(self, bearer: Bearer | None = None, *, after: Statement | None = None) -> Iterator[sa.Connection]:
        """One transaction; committed when the block ends, rolled back when it raises.

        `bearer` is the signed-in person; without one only the sign-in functions answer. Raises the errors of
        `hisdesk.errors` in place of the driver's. `after` is a statement that is committed in a transaction of its own
        first, in the same round trip: a search or an opening that must not be rolled back with what it shows.
        """
        with self.operation(bearer, after=after) as operation:
            yield operation.tx

    @contextmanager
    def operation(
        self, bearer: Bearer | None, *, after: Statement | None = None, start: Statement | None = None
    ) -> Iterator[Operation]:
        """Like `transaction`; `start` travels with `begin` and `Operation.end` with `commit`, at no round trip more."""
        with translated():
            connection, started = self._begin(bearer, after, start)
            operation = Operation(connection, started)
            try:
                yield operation
                end, values = operation.end
                connection.exec_driver_sql(f"{end}commit", values)
            except BaseException:
                with suppress(exc.SQLAlchemyError):  # on a connection that died: what happened before is what counts
                    connection.exec_driver_sql("rollback")
                raise
            finally:
                connection.close()

    def _begin(
        self, bearer: Bearer | None, after: Statement | None, start: Statement | None
    ) -> tuple[sa.Connection, Any]:
        begin, values = ("begin", ()) if bearer is None else (_BEGIN, (bearer.token,))
        if after is not None:
            begin, values = f"{begin}; {after[0]}; commit; {begin}", (*values, *after[1], *values)
        if start is not None:
            begin, values = f"{begin}; {start[0]}", (*values, *start[1])
        for attempt in (1, 2):
            connection = self.engine.connect()
            try:
                result = connection.exec_driver_sql(begin, values)
                started = result.scalar() if start is not None else None
            except exc.DBAPIError as error:
                # A pooled connection may have died unseen while idle: nothing was done yet, so try a fresh one once.
                if not (error.connection_invalidated or sqlstate(error) in RETRYABLE):
                    with suppress(exc.SQLAlchemyError):
                        connection.exec_driver_sql("rollback")
                    connection.close()
                    raise
                connection.invalidate()
                connection.close()
                if attempt == 2:
                    raise
                self.engine.dispose()
            except BaseException:
                connection.close()
                raise
            else:
                return connection, started
        raise AssertionError("unreachable")

    def close(self) -> None:
        self.engine.dispose()

    def hang_up(self) -> None:
        """Cuts every line: who waits for an answer gets Unavailable now, who comes next connects anew. Any thread.

        For a network that swallowed the question or the answer without a word; nobody else could end that wait.
        """
        with self._lock:
            lines = [line for line in self._lines if not line.closed]
        for line in lines:
            with suppress(OSError, psycopg2.Error), socket.socket(fileno=os.dup(line.fileno())) as end:
                end.shutdown(socket.SHUT_RDWR)

    def _connected(self, line: Any, _record: object) -> None:
        with self._lock:
            self._lines.add(line)


def sqlstate(error: BaseException) -> str:
    """The five-character SQLSTATE of a driver error, "" when the server never answered."""
    origin = getattr(error, "orig", error)
    return str(getattr(origin, "pgcode", None) or "")


def is_retryable(error: BaseException) -> bool:
    """Whether the same transaction may simply be tried again (with the same op_id)."""
    if isinstance(error, exc.DBAPIError):
        code = sqlstate(error)
        return error.connection_invalidated or code in RETRYABLE or code.startswith("08") or code == ""
    return False


@contextmanager
def translated() -> Iterator[None]:
    """Turns driver errors into the program's own. The server's message text is kept only where we wrote it."""
    try:
        yield
    except exc.DBAPIError as error:
        raise user_error(error) from error
    except exc.TimeoutError as error:
        raise Unavailable("The database is busy. Try again in a moment; what you typed is kept.") from error


def user_error(error: exc.DBAPIError) -> UserError:
    """The error a person sees. Codes HDnnn are raised by our own functions, with sentences meant for people."""
    code = sqlstate(error)
    message = _primary_message(error)
    if code == "HD401":
        return SignedOut(message or "Your session has ended. Sign in again; what you typed is kept.")
    if code in ("HD403", "42501"):
        return Denied(message if code == "HD403" else "You do not have permission for this. Ask your administrator.")
    if code in ("HD409", "23505", "23P01"):
        return Conflict(message if code == "HD409" else "Somebody else was faster: this already exists.")
    if code == "23503":
        return Conflict("Something that this refers to is no longer there. Read it again, then choose anew.")
    if code in ("HD422", "23514", "22001", "23502", "22P02", "22008"):
        return Invalid({}, message if code == "HD422" else "A value is not allowed here. Please check the fields.")
    if code == "HD429":
        return TooOften(message or "Too many requests in a short time. Wait a minute, then go on.")
    if code in ("57014",):
        return Unavailable("The database took too long and the request was stopped. Try again.")
    if code in RETRYABLE or code.startswith(("08", "53", "57")) or code == "" or error.connection_invalidated:
        return Unavailable("The database does not answer. What you typed is kept; try again in a moment.")
    raise error


def _primary_message(error: exc.DBAPIError) -> str:
    diagnostics: Any = getattr(error.orig, "diag", None)
    return str(getattr(diagnostics, "message_primary", "") or "")


def with_retry(run: Callable[[], T], *, attempts: int = 4, first_delay_s: float = 0.05) -> T:
    """Runs `run` again on failures that a repeat can cure, with growing, jittered pauses. Not for the GUI thread."""
    for attempt in range(1, attempts + 1):
        try:
            return run()
        except UserError as error:
            cause = error.__cause__
            if attempt == attempts or cause is None or not is_retryable(cause):
                raise
            time.sleep(first_delay_s * 2 ** (attempt - 1) * (0.5 + random.random()))  # noqa: S311 (jitter)
    raise AssertionError("unreachable")
