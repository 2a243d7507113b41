"""What was dispensed lately, the latest first: printed again, taken back as an entry of its own. GUI thread."""

from __future__ import annotations

from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.list_screen import ListScreen
from hisdesk.desk.kit.list_spec import Empty, ListSpec, State
from hisdesk.desk.pharmacy.entries import Entries, columns, preview
from hisdesk.hospital.dispensings import queries
from hisdesk.hospital.dispensings.queries import MOST_SHOWN, DispensedRow
from hisdesk.live.topics import department_topic


class Dispensed(ListScreen[DispensedRow]):
    """The hand-overs of the own pharmacies to people whom they still have a reason to know."""

    def __init__(self, desk: Desk) -> None:
        self.entries = Entries(desk, self, self.read_again)
        super().__init__(desk, _spec(self.entries, desk))


def _spec(entries: Entries, desk: Desk) -> ListSpec[DispensedRow]:
    return ListSpec(
        title="Dispensed",
        columns=columns(),
        query=queries.dispensed,
        key=lambda row: row.id,
        empty=Empty("Nothing was dispensed lately", "What is handed out at the windows appears here by itself."),
        sort_rule="Order: the latest first",
        topics=frozenset(department_topic(d, "dispensing") for d in desk.actor.departments),
        states=(
            State("All", lambda row: True),
            State("Dispensed", lambda row: row.reverses is None),
            State("Taken back", lambda row: row.reverses is not None),
        ),
        commands=entries.commands(),
        preview=preview,
        row_height="row_two_line",
        noun=("entry", "entries"),
        more=lambda rows: len(rows) >= MOST_SHOWN,
    )
