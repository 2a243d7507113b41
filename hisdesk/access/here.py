"""What the database says about the station that asks, before anybody has signed in."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from hisdesk.db.database import Database
from hisdesk.errors import Denied

if TYPE_CHECKING:
    import sqlalchemy as sa


@dataclass(frozen=True)
class Here:
    """This station as it is enrolled; `room` stands on calls made from it. `schema` is "" where it may not be read."""

    code: str
    title: str
    location: str
    room: str
    kind: str
    schema: str
    round_trip_ms: float


def here(db: Database) -> Here:
    """Asks once and measures a bare round trip. Not for the GUI thread. Raises Denied (revoked) or Unavailable."""
    with db.transaction() as tx:
        row = tx.exec_driver_sql("select code, title, location, room, kind from auth.my_station()").one()
        began = time.perf_counter()
        tx.exec_driver_sql("select 1")
        took_ms = (time.perf_counter() - began) * 1000
        readable = tx.exec_driver_sql("select has_table_privilege('app.schema_version', 'select')").scalar()
        schema = tx.exec_driver_sql("select version_num from app.schema_version").scalar() if readable else ""
    if row.code is None:
        raise Denied("This station was taken out of service. Ask the administrator to enrol it again.")
    return Here(row.code, row.title, row.location, row.room, row.kind, str(schema or ""), took_ms)


def board_departments(tx: sa.Connection) -> tuple[UUID, ...]:
    """The departments whose queue the signed-in board may show; none for a person's session."""
    return tuple(tx.exec_driver_sql("select auth.device_departments()").scalar_one())
