"""Whether the hospital's servers are well: each finding is one line of `hisdesk admin check`."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass

from hisdesk.commands.server import Server
from hisdesk.errors import UserError

BACKLOG_LIMIT_S = 10


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    well: bool
    state: str


def check(server: Server) -> Iterator[Finding]:
    """Looks at database, schema, relay, administrators, stations and broker, in this order."""
    yield from _database(server)
    yield _broker(server)


def _database(server: Server) -> Iterator[Finding]:
    from hisdesk.access.health import health
    from hisdesk.db import migrate

    deploy = server.deploy()
    started = time.perf_counter()
    try:
        with deploy.transaction() as tx:
            seen = health(tx)
    except UserError as error:
        yield Finding("Database", False, str(error))
        return
    finally:
        deploy.close()
    yield Finding("Database", True, f"PostgreSQL {seen.server_version}, {(time.perf_counter() - started) * 1e3:.0f} ms")
    yield Finding("Schema", seen.schema == migrate.head(), f"{seen.schema}, this program wants {migrate.head()}")
    relayed = f"{seen.backlog} changes waiting, the oldest for {seen.backlog_age_s} s"
    yield Finding("Relay", seen.backlog_age_s <= BACKLOG_LIMIT_S, relayed)
    yield Finding("Administrators", seen.administrators > 0, str(seen.administrators))
    yield Finding("Stations", seen.stations > 0, f"{seen.stations} enrolled")


def _broker(server: Server) -> Finding:
    place = f"{server.broker_host}:{server.broker_port}"
    try:
        socket.create_connection((server.broker_host, server.broker_port), timeout=5).close()
    except OSError as error:
        return Finding("Broker", False, f"{place} does not answer ({error.strerror or error})")
    return Finding("Broker", True, f"{place} answers")
