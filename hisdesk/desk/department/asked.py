"""What this person asked of other departments: open, or done since yesterday; last change first. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Signal

from hisdesk.access.permissions import ORDERS_CREATE, PATIENTS_VIEW
from hisdesk.desk.department import columns
from hisdesk.desk.kit import tokens as look
from hisdesk.desk.kit.cells import Cell
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.list_screen import OPEN_KEY, ListScreen
from hisdesk.desk.kit.list_spec import Command, Empty, ListSpec, State
from hisdesk.desk.kit.table import Column
from hisdesk.hospital.orders.actions import see
from hisdesk.hospital.orders.queries import MOST_SHOWN, OrderRow, asked_by
from hisdesk.hospital.orders.rules import OPEN, Status
from hisdesk.live.topics import department_topic


class Asked(ListScreen[OrderRow]):
    """One's own orders; they are placed and taken back in the chart. `badge` tells how many answers are new."""

    badge = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, _spec(self, desk))
        self.counted.connect(self._count)

    def open_record(self, row: OrderRow) -> None:
        """Enter: the record of the selected person."""
        if row.news:
            self.see(row)
        columns.open_record(self.desk, self, row)

    def see(self, row: OrderRow) -> None:
        """F2: the answer was read."""
        self.desk.tasks.write(self, see, row.id, on_done=lambda _done: self.read_again(), slot=str(row.id))

    def _count(self, _line: str) -> None:
        news = sum(row.news for row in self.rows)
        self.badge.emit(str(news) if news else "")


def _spec(screen: Asked, desk: Desk) -> ListSpec[OrderRow]:
    me = desk.actor.user_id
    return ListSpec(
        title="Asked by you",
        subtitle="Open, done since yesterday, or new to you",
        columns=(
            _news(),
            columns.patient(),
            columns.order(),
            columns.state(),
            columns.to_whom(),
            columns.now(desk),
        ),
        query=lambda tx: asked_by(tx, me),
        key=lambda row: row.id,
        empty=Empty("You wait for nothing", "Orders are placed in a chart, on its tab “Orders”."),
        sort_rule="Order: last change first",
        topics=frozenset(department_topic(d, "clinical_order") for d in desk.actor.departments),
        states=(
            State("All", lambda row: True),
            State("New", lambda row: row.news),
            State("Open", lambda row: row.status in OPEN),
            State("Completed", lambda row: row.status == Status.COMPLETED),
            State("Cancelled", lambda row: row.status == Status.CANCELLED),
        ),
        commands=(
            Command("Seen", ORDERS_CREATE, screen.see, _why_not_seen, key="F2"),
            Command("Open chart", PATIENTS_VIEW, screen.open_record, columns.no_record, key=OPEN_KEY),
        ),
        opens=screen.open_record,
        opens_with=PATIENTS_VIEW,
        preview=lambda row: columns.preview(desk, row),
        row_height="row_two_line",
        noun=("order", "orders"),
        more=lambda rows: len(rows) >= MOST_SHOWN,
    )


def _news() -> Column[OrderRow]:
    new = look.Status("info", "ph.circle-fill", "New")

    def mark(row: OrderRow) -> Cell:
        return Cell(status=new if row.news else None)

    return Column("", lambda row: new.word if row.news else "", 78, "plain_chip", mark)


def _why_not_seen(row: OrderRow | None) -> str:
    """Only an answer can be seen, and only once."""
    if row is None or row.news:
        return ""
    return "Nothing has come of it yet" if row.status in OPEN else "You have seen this"
