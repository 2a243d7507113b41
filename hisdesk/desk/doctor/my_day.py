"""The doctor's list of today, live: who waits, who was called, who is inside, who was seen. GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from hisdesk.access.permissions import PATIENTS_VIEW, PRESCRIPTIONS_CREATE, VISITS_EDIT
from hisdesk.desk.doctor import ways, words
from hisdesk.desk.doctor.day_preview import DayPreview, shown_status
from hisdesk.desk.doctor.steps import Steps
from hisdesk.desk.kit.cells import Cell
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.dates import show_date
from hisdesk.desk.kit.figures import Figures
from hisdesk.desk.kit.list_screen import OPEN_KEY, ListScreen
from hisdesk.desk.kit.list_spec import Command, Empty, ListSpec, State
from hisdesk.desk.kit.table import Column
from hisdesk.hospital.visits.queries import MOST_SHOWN, QueueRow, doctor_list, queue
from hisdesk.hospital.visits.rules import OPEN, Status
from hisdesk.live.topics import department_topic

SHOWN = (*OPEN, Status.COMPLETED)
TICK_MS = 20_000
_TURN = {Status.WITH_DOCTOR: 0, Status.CALLED: 1, Status.WAITING: 2, Status.COMPLETED: 3}

Counts = Callable[[QueueRow], bool]


@dataclass(frozen=True)
class Whose:
    """Whose visits a list shows, and in which words. `inside` is the figure of those who are with a doctor."""

    title: str
    subtitle: str
    query: Callable[[sa.Connection], Sequence[QueueRow]]
    inside: tuple[str, Counts]
    empty: Empty
    first: str
    """Who comes first, in the words of the sort rule."""

    def figures(self) -> dict[str, Counts]:
        """The figures over the list: what each of them counts."""
        word, inside = self.inside
        return {
            "Waiting": lambda row: row.status == Status.WAITING,
            "Called": lambda row: row.status == Status.CALLED,
            word: inside,
            "Seen today": lambda row: row.status == Status.COMPLETED,
        }


def my_day(desk: Desk) -> DayList:
    """The doctor's own visits, and those of the own departments that nobody was given."""
    own = desk.actor.user_id
    mine = Whose(
        "My day",
        "Own, and without a doctor",
        lambda tx: doctor_list(tx, own, SHOWN),
        ("With me", lambda row: row.status == Status.WITH_DOCTOR and row.doctor_id == own),
        Empty("Nobody is waiting for you", "Who is added to your queue appears here by itself."),
        "with you",
    )
    return DayList(desk, mine)


def department_queue(desk: Desk) -> DayList:
    """Everybody in the queues of the own departments."""
    everybody = Whose(
        "Queue",
        "All of your departments",
        lambda tx: queue(tx, None, SHOWN),
        ("With a doctor", lambda row: row.status == Status.WITH_DOCTOR),
        Empty("Nobody is waiting", "Who is added to a queue of your departments appears here by itself."),
        "with a doctor",
    )
    return DayList(desk, everybody)


class DayList(ListScreen[QueueRow]):
    """The list with its figures. `badge` tells how many wait."""

    badge = Signal(str)

    def __init__(self, desk: Desk, whose: Whose) -> None:
        self.figures: Figures | None = None
        super().__init__(desk, _spec(self, desk, whose))
        self._counts = whose.figures()
        self.steps = Steps(desk, self, self.read_again)
        self.figures = Figures(tuple(self._counts))
        self.put_above(self.figures)
        self.refresh_commands()
        self.counted.connect(self._show_figures)
        self._minute = QTimer(self, interval=TICK_MS)
        self._minute.timeout.connect(self.tick)
        self._minute.start()

    def tick(self) -> None:
        """Waits grow while nothing changes."""
        self.table.viewport().update()
        for preview in self.findChildren(DayPreview):
            preview.tick()

    def rights_changed(self) -> None:
        """Another set of departments or permissions: everything is read again."""
        super().rights_changed()
        self.watch.listen(_topics(self.desk))
        self.read_again()

    def open_chart(self, row: QueueRow) -> None:
        """Enter: the record of the selected person."""
        why = _no_record(row)
        if why:
            self.desk.messages.attention(self, "No record to open", f"{why}.")
        elif row.patient_id is not None:
            ways.open_chart(self.desk, self, row.patient_id, f"Visit {row.ticket}")

    def prescribe(self, row: QueueRow) -> None:
        """F9: a prescription for somebody without a record; others have theirs in the chart."""
        ways.go(self.desk, self, ways.WALK_IN, visit=row.id, name=row.family, ticket=row.ticket)

    def start(self, row: QueueRow) -> None:
        """F2: the person comes in, and their record is opened."""
        self.steps.start(row, partial(self.open_chart, row) if row.patient_id is not None else lambda: None)

    def _show_figures(self, _line: str) -> None:
        if self.figures is None:
            return
        values = {word: sum(map(counts, self.rows)) for word, counts in self._counts.items()}
        self.figures.set_values(values, more=self.spec.more(self.rows))
        self.badge.emit(str(values["Waiting"]) if values["Waiting"] else "")


# ---------------------------------------------------------------------------------------------------- described


def _spec(day: DayList, desk: Desk, whose: Whose) -> ListSpec[QueueRow]:
    return ListSpec(
        title=whose.title,
        subtitle=f"{show_date(words.today())} · {whose.subtitle}",
        columns=_columns(),
        query=lambda tx: sorted(whose.query(tx), key=lambda row: _TURN[Status(row.status)]),
        key=lambda row: row.id,
        empty=whose.empty,
        sort_rule=f"Order: {whose.first}, called, then emergency, urgent, longest wait",
        topics=_topics(desk),
        states=(
            State("Open", lambda row: row.status != Status.COMPLETED),
            State("Seen today", lambda row: row.status == Status.COMPLETED),
        ),
        commands=_commands(day),
        opens=day.open_chart,
        preview=lambda row: _preview(desk, row),
        row_height="row_two_line",
        noun=("visit", "visits"),
        more=lambda rows: len(rows) >= MOST_SHOWN,
    )


def _topics(desk: Desk) -> frozenset[str]:
    return frozenset(department_topic(place, "visit") for place in desk.actor.departments)


def _commands(day: DayList) -> tuple[Command[QueueRow], ...]:
    """`day.steps` exists when they are used, not yet when they are described."""

    def can(ask: Callable[[Steps, QueueRow | None], str]) -> Callable[[QueueRow | None], str]:
        return lambda row: ask(day.steps, row) if hasattr(day, "steps") else ""

    return (
        Command("Start", VISITS_EDIT, lambda row: day.start(row), can(lambda s, r: s.why_not(r, Status.WITH_DOCTOR)),
                key="F2", icon="ph.play-circle", primary=True),
        Command("Call", VISITS_EDIT, lambda row: day.steps.call(row), can(Steps.why_not_call),
                key="F4", icon="ph.megaphone"),
        Command("Call again", VISITS_EDIT, lambda row: day.steps.call(row), can(Steps.why_not_call_again), key="F6"),
        Command("Not here", VISITS_EDIT, lambda row: day.steps.put_back(row),
                can(lambda s, r: _waits(r) or s.why_not(r, Status.WAITING)), key="F7"),
        Command("Complete", VISITS_EDIT, lambda row: day.steps.complete(row),
                can(lambda s, r: s.why_not(r, Status.COMPLETED)), key="F8"),
        Command("Prescribe", PRESCRIPTIONS_CREATE, lambda row: day.prescribe(row), _why_not_prescribe, key="F9"),
        Command("Open chart", PATIENTS_VIEW, lambda row: day.open_chart(row), _no_record, key=OPEN_KEY),
    )  # fmt: skip


def _waits(row: QueueRow | None) -> str:
    return "Waits already" if row is not None and row.status == Status.WAITING else ""


def _why_not_prescribe(row: QueueRow | None) -> str:
    if row is not None and row.patient_id is not None:
        return "What is prescribed stands in the chart: open it"
    if row is not None and row.status not in (Status.CALLED, Status.WITH_DOCTOR):
        return "Start the consultation first"
    return ""


def _no_record(row: QueueRow | None) -> str:
    if row is not None and row.patient_id is None:
        return "This person has no record yet; the front desk can register them"
    return ""


def _preview(desk: Desk, row: QueueRow) -> QWidget:
    return DayPreview(desk, row)


def _columns() -> tuple[Column[QueueRow], ...]:
    return (
        Column("Ticket", lambda r: r.ticket, 66, "strong_identifier", lambda r: Cell(title=r.ticket)),
        Column("Patient", words.visit_name, 286, "person", _person),
        Column("Waiting", _waiting, 84, "number", _wait),
        Column("Status", lambda r: shown_status(r).word, 126, "chip", lambda r: Cell(status=shown_status(r))),
        Column("Doctor", lambda r: r.doctor or "Any", 130, "text", _doctor),
        Column("Reason", lambda r: r.reason, 0, "wrap"),
        Column("Why in this place", lambda r: r.why, 0, "wrap"),
    )


def _person(row: QueueRow) -> Cell:
    died = ", died" if row.deceased else ""
    return Cell(title=words.visit_name(row) + died, subtitle=words.visit_facts(row, words.today()))


def _minutes(row: QueueRow) -> int:
    """How long until now, or until the person went in."""
    until = row.started_at or row.completed_at or words.now()
    return max(0, int((until - row.arrived_at).total_seconds() // 60))


def _waiting(row: QueueRow) -> str:
    return f"{_minutes(row)} min"


def _wait(row: QueueRow) -> Cell:
    urgent = row.status == Status.WAITING and row.priority != "normal"
    return Cell(number=str(_minutes(row)), unit="min", tone="critical" if urgent else "")


def _doctor(row: QueueRow) -> Cell:
    called_by = row.called_by if row.status == Status.CALLED else ""
    return Cell(title=row.doctor or called_by or "Any", subtitle=row.called_room)
