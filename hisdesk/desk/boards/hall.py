"""The live hall display: the queue of its departments, and how old that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from hisdesk.access.here import board_departments
from hisdesk.desk.boards.hall_view import Call, HallState, HallView, Waiting
from hisdesk.desk.boards.live_board import LiveBoard
from hisdesk.hospital.departments.queries import Department, departments
from hisdesk.hospital.visits.queries import HallRow, hall
from hisdesk.live.topics import department_topic

if TYPE_CHECKING:
    from datetime import datetime

    import sqlalchemy as sa

    from hisdesk.db.database import Database
    from hisdesk.desk.kit.hub import Hub

FRESH_S = 25
"""While polling every 10 s: two missed reads, and the numbers count as old."""
_QUEUE = "queue"


@dataclass(frozen=True)
class Shown:
    """What one read brought."""

    rows: tuple[HallRow, ...]
    departments: tuple[Department, ...]


class HallBoard(LiveBoard):
    """The whole queue is one row: it is as old as its oldest number."""

    def __init__(self, view: HallView, db: Database, hub: Hub, *, department: str = "", **more: Any) -> None:
        super().__init__(view, db, hub, **more)
        self.view, self._code = view, department.upper()
        self._shown = Shown((), ())

    def read(self, tx: sa.Connection) -> Shown:
        return read_hall(tx)

    def take(self, answer: Shown) -> None:
        self._shown = answer

    def keys(self) -> tuple[str]:
        return (_QUEUE,)

    def topics(self) -> set[str]:
        return {department_topic(each.id, "visit") for each in self._wanted()}

    def _wanted(self) -> Sequence[Department]:
        chosen = [each for each in self._shown.departments if each.code == self._code]
        return chosen if self._code else self._shown.departments

    def paint(self) -> None:
        now = self.clock()
        known = self.ages.age_s(_QUEUE, now)
        fresh = known is not None and known < FRESH_S and not (self.problem and self.ages.doubted(_QUEUE))
        age_s = int(now - self.started_at if known is None else known)
        live = "live" if fresh else "stale"
        state = state_of(self._shown.rows, self._wanted(), self.title, live=live, age_s=age_s)
        if state != self.view.state:
            self.view.set_state(state)


def read_hall(tx: sa.Connection) -> Shown:
    """What this board may show now."""
    ids = board_departments(tx)
    return Shown(tuple(hall(tx)), tuple(departments(tx, ids=ids)))


def state_of(
    rows: Sequence[HallRow], wanted: Sequence[Department], title: str, *, live: str = "live", age_s: int = 0
) -> HallState:
    """The display's state: who is called, newest first, and who is next in each queue's own order."""
    names = {each.name for each in wanted}
    mine = [row for row in rows if row.department in names]
    called = sorted(
        (row for row in mine if row.status in ("called", "with doctor") and row.called_at is not None),
        key=lambda row: cast("datetime", row.called_at),
        reverse=True,
    )
    waiting = sorted((row for row in mine if row.status == "waiting"), key=lambda row: row.place)
    one = wanted[0].name if len(wanted) == 1 else ""
    return HallState(
        title=one or title or "Waiting area",
        calling=tuple(Call(row.ticket, row.room, cast("datetime", row.called_at).astimezone()) for row in called),
        next=tuple(Waiting(row.ticket, row.room or ("" if one else row.department)) for row in waiting),
        live=live,
        age_s=0 if live == "live" else age_s,
    )
