"""A made-up list of arrivals for the tests of the kit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from hisdesk.access.actor import Permission
from hisdesk.desk.kit.cells import Cell
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.list_spec import Command, Empty, ListSpec, State
from hisdesk.desk.kit.table import Column
from hisdesk.desk.kit.tokens import Status, family_status, status
from tests.desk.kit.fakes import EDIT

TOPIC = "hisdesk/v1/department/01993c5e-0000-7000-8000-000000000001/visit"
FORBIDDEN = Permission("billing", "approve")


@dataclass(frozen=True)
class Arrival:
    id: int
    place: str
    ticket: str
    name: str
    person: str
    came: str
    arrived: str
    minutes: int
    state: str
    doctor: str
    room: str
    why: str


ARRIVALS = [
    Arrival(1, "–", "M 014", "MARROWAY, Ilsabet (Ms)", "14-Sep-1958 (67y) · Female · 407 188 236", "Booked 10:20",
            "Arrived 09:58", 36, "with doctor", "Dr A. Oakhollow", "Room 4", "In the room since 10:34"),
    Arrival(2, "1", "M 016", "HOLLINSTED, Bram (Mr)", "02-Dec-1971 (54y) · Male · 406 603 172", "Walk-in",
            "Arrived 10:18", 24, "urgent", "Dr A. Oakhollow", "Room 4", "Urgent at triage: NEWS2 6"),
    Arrival(3, "2", "M 013", "OSSINGWAY, Petra (Ms)", "27-Feb-1994 (32y) · Female · 389 027 444", "Booked 10:30",
            "Arrived 10:21", 21, "called", "Dr V. Sandermoor", "Room 6", "Booked 10:30 reached. Called 10:41"),
    Arrival(4, "3", "M 015", "JUNDERVAL, Tamsin (Mx)", "19-Jul-2001 (24y) · Other · 407 130 929", "Walk-in",
            "Arrived 10:24", 18, "waiting", "Dr A. Oakhollow", "Room 4", "Longest wait without a booking"),
    Arrival(5, "4", "D 004", "PELLWARDEN, Ambrose (Mr)", "08-May-1949 (76y) · Male · 112 044 782", "Booked 10:50",
            "Arrived 10:31", 11, "waiting", "Dr I. Merrowby", "Dental 1", "Booked 10:50, on time"),
    Arrival(6, "5", "M 018", "CARRICKDALE, Emlyn (Mr)", "30-Oct-1988 (37y) · Male · 399 501 265", "Booked 11:00",
            "Arrived 10:33", 9, "waiting", "Dr A. Oakhollow", "Room 4", "Booked 11:00, early"),
    Arrival(7, "–", "", "VASKERLEY, Hugo (Mr)", "25-Jan-1963 (63y) · Male · 301 188 620", "Booked 09:40",
            "Not here", 62, "late", "Dr A. Oakhollow", "Room 4", "Phoned 10:15: on the way. Kept until 11:00"),
]  # fmt: skip


def chip(row: Arrival) -> Status:
    return family_status("critical", "Urgent") if row.state == "urgent" else status("visit", row.state)


def wait(row: Arrival) -> Cell:
    tone = {"urgent": "critical", "late": "attention"}.get(row.state, "")
    return Cell(number=str(row.minutes), unit="min", tone=tone)


COLUMNS: list[Column[Arrival]] = [
    Column("Next", lambda r: r.place, 52, "text"),
    Column("Ticket", lambda r: r.ticket, 66, "strong_identifier", lambda r: Cell(title=r.ticket)),
    Column("Patient", lambda r: r.name, 276, "person", lambda r: Cell(title=r.name, subtitle=r.person)),
    Column("Came as", lambda r: r.came, 108, "text", lambda r: Cell(title=r.came, subtitle=r.arrived)),
    Column("Waiting", lambda r: str(r.minutes), 72, "number", wait),
    Column("Status", lambda r: r.state, 122, "chip", lambda r: Cell(status=chip(r))),
    Column("Doctor", lambda r: r.doctor, 126, "text", lambda r: Cell(title=r.doctor, subtitle=r.room)),
    Column("Why in this place", lambda r: r.why, 0, "wrap"),
]


def preview(row: Arrival) -> QWidget:
    widget = QWidget()
    column = QVBoxLayout(widget)
    column.addWidget(Label(row.ticket or "No ticket", "display", identifier=True))
    column.addWidget(Label(row.name, "body_strong", wrap=True))
    column.addWidget(Label(row.person, "small", "muted", wrap=True))
    column.addWidget(Label("Why next", "small", "secondary"))
    column.addWidget(Label(row.why, wrap=True))
    column.addStretch()
    return widget


class Clerk:
    """Remembers which commands ran with which row."""

    def __init__(self) -> None:
        self.ran: list[tuple[str, Any]] = []
        self.rows = list(ARRIVALS)

    def change(self, row_id: int, **values: Any) -> None:
        self.rows = [replace(r, **values) if r.id == row_id else r for r in self.rows]

    def spec(self, **more: Any) -> ListSpec[Arrival]:
        def command(label: str, **kw: Any) -> Command[Arrival]:
            kw.setdefault("permission", EDIT)
            return Command(label, run=lambda row: self.ran.append((label, row)), **kw)

        commands = [
            command("Check in", primary=True, icon="ph.map-pin", enabled=_can_check_in),
            command("Walk-in", key="F3", icon="ph.ticket", on_row=False),
            command("Refund", permission=FORBIDDEN),
            command("Call to room 4", key="F4", icon="ph.megaphone"),
            command("Has left…", icon="ph.sign-out", destructive=True),
        ]
        described: dict[str, Any] = {
            "title": "Arrivals",
            "columns": COLUMNS,
            "query": lambda connection: list(self.rows),
            "key": lambda row: row.id,
            "empty": Empty("Nobody is waiting", "New arrivals appear here by themselves.", "Walk-in"),
            "sort_rule": "Order: urgent, then booked time reached, then longest wait",
            "topics": frozenset({TOPIC}),
            "states": [
                State("All", lambda r: True),
                State("Waiting", lambda r: r.state in ("waiting", "urgent")),
                State("Called", lambda r: r.state == "called"),
                State("Late", lambda r: r.state == "late"),
            ],
            "commands": commands,
            "opens": lambda row: self.ran.append(("open", row)),
            "preview": preview,
            "row_height": "row_two_line",
            "noun": ("person", "people"),
            "subtitle": "Internal medicine, dental",
        }
        return ListSpec(**{**described, **more})


def _can_check_in(row: Arrival | None) -> str | None:
    if row is not None and row.state == "with doctor":
        return "Is with the doctor since 10:34"
    return None
