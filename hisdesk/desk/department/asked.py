"""What this person asked of other departments: open, or done since yesterday; last change first. GUI thread."""

from __future__ import annotations

from hisdesk.access.permissions import PATIENTS_VIEW
from hisdesk.desk.department import columns
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.list_screen import OPEN_KEY, ListScreen
from hisdesk.desk.kit.list_spec import Command, Empty, ListSpec, State
from hisdesk.hospital.orders.queries import MOST_SHOWN, OrderRow, asked_by
from hisdesk.hospital.orders.rules import OPEN, Status
from hisdesk.live.topics import department_topic


class Asked(ListScreen[OrderRow]):
    """One's own orders; they are placed and taken back in the chart."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, _spec(self, desk))

    def open_record(self, row: OrderRow) -> None:
        """Enter: the record of the selected person."""
        columns.open_record(self.desk, self, row)


def _spec(screen: Asked, desk: Desk) -> ListSpec[OrderRow]:
    me = desk.actor.user_id
    return ListSpec(
        title="Asked by you",
        subtitle="Open, or done since yesterday",
        columns=(
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
            State("Open", lambda row: row.status in OPEN),
            State("Completed", lambda row: row.status == Status.COMPLETED),
            State("Cancelled", lambda row: row.status == Status.CANCELLED),
        ),
        commands=(Command("Open chart", PATIENTS_VIEW, screen.open_record, columns.no_record, key=OPEN_KEY),),
        opens=screen.open_record,
        opens_with=PATIENTS_VIEW,
        preview=lambda row: columns.preview(desk, row),
        row_height="row_two_line",
        noun=("order", "orders"),
        more=lambda rows: len(rows) >= MOST_SHOWN,
    )
