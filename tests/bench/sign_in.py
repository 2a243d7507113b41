"""From Enter on the password to the first list painted, less the bcrypt time that is there by design.

Against the bare operation: the driver loaded, connected, the same questions asked of the same tables without sign-in
and policies, and the same window painted with fixed rows. Each figure is the median of processes that do it once.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROUNDS = 5
QUESTIONS = (
    "select a.user_id, a.salt, a.stored_key from auth.account a where a.name = 'bench'",
    "select g.module, g.act from auth.account_role r join auth.role_grant g on g.role_id = r.role_id"
    " join auth.account a on a.user_id = r.user_id where a.name = 'bench'",
    "select id, code, name, ticket_letter, kind, location from app.department order by name",
    "select v.id, v.ticket, v.status, v.priority, v.arrived_at, v.reason, p.family_name, p.given_names, p.mrn,"
    " p.birth_date, p.sex, d.name from app.visit v join app.department d on d.id = v.department_id"
    " left join app.patient p on p.id = v.patient_id where v.day = current_date order by v.arrived_at limit 500",
)


def measure() -> list[dict[str, Any]]:
    """The figure `sign_in`."""
    import tempfile

    from tests.bench.report import row
    from tests.bench.station import bench

    ours, bare = [], []
    with tempfile.TemporaryDirectory() as folder, bench(Path(folder)) as station:
        for _ in range(ROUNDS):
            bare.append(station.child("tests.bench.sign_in", "bare")["seconds"])
            ours.append(station.child("tests.bench.sign_in", "desk")["seconds"])
    mine, plain = statistics.median(ours), statistics.median(bare)
    words = f"Enter to list painted, less bcrypt: {mine * 1000:.0f} ms, bare {plain * 1000:.0f} ms"
    return [row("sign_in", words, mine / plain, 3.0)]


def _desk() -> float:
    from hisdesk.access.sign_in import client_key
    from tests.bench.signed_in import ready, sign_in
    from tests.bench.station import PASSWORD

    workstation = ready()
    took = sign_in(workstation)
    salt = "$2b$12$abcdefghijklmnopqrstuu"  # the time depends on the cost alone
    hashing = []
    for _ in range(3):
        began = time.perf_counter()
        client_key(PASSWORD, salt)
        hashing.append(time.perf_counter() - began)
    return took - statistics.median(hashing)


def _bare() -> float:
    asked = _ask_plainly()
    from hisdesk.access.sign_in import sign_in
    from hisdesk.desk.reception import arrivals
    from hisdesk.hospital.departments.queries import departments
    from hisdesk.hospital.visits import queries, rules
    from tests.bench.signed_in import painted_after, ready
    from tests.bench.station import NAME, PASSWORD

    workstation = ready()
    db = workstation.backstage.database()
    signed = sign_in(db, NAME, PASSWORD, workstation.station.secrets.private_key)
    with db.transaction(signed.actor) as tx:
        places, rows = departments(tx), queries.queue(tx, None, tuple(rules.Status))
    arrivals.departments = lambda *_, **__: places
    queries.queue = lambda *_, **__: rows
    workstation.backstage._db = _Fixed()  # type: ignore[assignment]  # nothing is asked of it
    return asked + painted_after(lambda: workstation.window._entered(signed))


def _ask_plainly() -> float:
    began = time.perf_counter()
    import psycopg2

    with psycopg2.connect(os.environ["BENCH_URL"]) as connection, connection.cursor() as cursor:
        for question in QUESTIONS:
            cursor.execute(question)
            cursor.fetchall()
    return time.perf_counter() - began


class _Fixed:
    """A database that is never asked anything."""

    @contextmanager
    def transaction(self, _bearer: object = None, **_named: object) -> Iterator[None]:
        yield None


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"seconds": _bare() if sys.argv[1] == "bare" else _desk()}) + "\n")
    sys.stdout.flush()
    os._exit(0)  # the threads need not be asked to end
