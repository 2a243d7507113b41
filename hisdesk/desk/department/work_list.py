"""What other departments ask of this one, live: pending, in progress, done today, with figures. GUI thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal

from hisdesk.access.permissions import ORDERS_EDIT, PATIENTS_VIEW
from hisdesk.desk.department import columns
from hisdesk.desk.department.steps import Steps
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.dates import show_date
from hisdesk.desk.kit.figures import Figures
from hisdesk.desk.kit.list_screen import OPEN_KEY, ListScreen
from hisdesk.desk.kit.list_spec import Command, Empty, ListSpec, State
from hisdesk.desk.kit.words import today
from hisdesk.hospital.orders.queries import MOST_SHOWN, OrderRow, work_list
from hisdesk.hospital.orders.rules import OPEN, Status, figures, spell
from hisdesk.live.topics import department_topic

FIGURES = ("Pending", "In progress", "Done today", "Median wait today")
TICK_MS = 20_000


class WorkList(ListScreen[OrderRow]):
    """The list with its figures. `badge` tells how many are pending."""

    badge = Signal(str)

    def __init__(self, desk: Desk) -> None:
        self.figures: Figures | None = None
        super().__init__(desk, _spec(self, desk))
        self.steps = Steps(desk, self)
        self.figures = Figures(FIGURES)
        self.put_above(self.figures)
        self.refresh_commands()
        self.counted.connect(self._show_figures)
        self._minute = QTimer(self, interval=TICK_MS)
        self._minute.timeout.connect(self.table.viewport().update)
        self._minute.start()

    def open_record(self, row: OrderRow) -> None:
        """Enter: the record of the selected person."""
        columns.open_record(self.desk, self, row)

    def _show_figures(self, _line: str) -> None:
        if self.figures is None:
            return
        now, more = figures(self.rows), self.spec.more(self.rows)
        self.figures.set_values(
            {"Pending": now.pending, "In progress": now.in_progress, "Done today": now.completed}, more=more
        )
        self.figures.set_text("Median wait today", spell(now.wait) if now.wait is not None else "–")
        self.badge.emit(str(now.pending) if now.pending else "")


# ---------------------------------------------------------------------------------------------------- described


def _spec(screen: WorkList, desk: Desk) -> ListSpec[OrderRow]:
    return ListSpec(
        title="Orders",
        subtitle=f"{show_date(today())} · To your departments",
        columns=(
            columns.patient(), columns.order(), columns.state(), columns.from_whom(), columns.now(desk),
        ),
        query=work_list,
        key=lambda row: row.id,
        empty=Empty("Nothing is left to do", "What others ask of your department appears here by itself."),
        sort_rule="Order: in progress, then emergency, urgent, asked first",
        topics=frozenset(department_topic(d, "clinical_order") for d in desk.actor.departments),
        states=(
            State("Open", lambda row: row.status in OPEN),
            State("Pending", lambda row: row.status == Status.PENDING),
            State("In progress", lambda row: row.status == Status.IN_PROGRESS),
            State("Completed", lambda row: row.status == Status.COMPLETED),
            State("Cancelled", lambda row: row.status == Status.CANCELLED),
        ),
        commands=_commands(screen),
        opens=screen.open_record,
        opens_with=PATIENTS_VIEW,
        preview=lambda row: columns.preview(desk, row),
        row_height="row_two_line",
        noun=("order", "orders"),
        more=lambda rows: len(rows) >= MOST_SHOWN,
    )  # fmt: skip


def _commands(screen: WorkList) -> tuple[Command[OrderRow], ...]:
    """`screen.steps` exists when they are used, not yet when they are described."""

    def can(wanted: Status) -> Callable[[OrderRow | None], str]:
        return lambda row: screen.steps.why_not(row, wanted) if hasattr(screen, "steps") else ""

    return (
        Command("Start", ORDERS_EDIT, lambda row: screen.steps.start(row), can(Status.IN_PROGRESS),
                key="F2", icon="ph.play-circle", primary=True),
        Command("Complete", ORDERS_EDIT, lambda row: screen.steps.complete(row), can(Status.COMPLETED),
                key="F8", icon="ph.check-circle"),
        Command("Put back", ORDERS_EDIT, lambda row: screen.steps.put_back(row), can(Status.PENDING), key="F7"),
        Command("Cancel", ORDERS_EDIT, lambda row: screen.steps.cancel(row), can(Status.CANCELLED),
                key="F9", destructive=True),
        Command("Open chart", PATIENTS_VIEW, screen.open_record, columns.no_record, key=OPEN_KEY),
    )  # fmt: skip
