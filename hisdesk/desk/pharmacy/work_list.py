"""What waits at a pharmacy window, as a list."""

from __future__ import annotations

import datetime as dt

from hisdesk.access.permissions import PATIENTS_VIEW
from hisdesk.desk.kit.cells import Cell
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.list_spec import Empty, ListSpec
from hisdesk.desk.kit.table import Column
from hisdesk.desk.pharmacy import words
from hisdesk.hospital.dispensings import queries
from hisdesk.hospital.dispensings.queries import MOST_SHOWN, WaitingRow
from hisdesk.live.topics import department_topic


def spec(desk: Desk) -> ListSpec[WaitingRow]:
    """The work list of the departments of whoever is signed in."""
    departments = desk.actor.departments
    return ListSpec(
        title="Work list",
        columns=(
            Column("Patient", words.name_of, 0, "person", _patient),
            Column("Waits", lambda r: words.waited(r.signed_at, _now()), 156, "chip", _state),
        ),
        query=queries.waiting,
        key=lambda row: row.id,
        empty=Empty("Nothing waits", "What is prescribed to your pharmacy appears here by itself."),
        sort_rule="Signed first comes first",
        topics=frozenset(
            department_topic(d, table) for d in departments for table in ("prescription", "prescription_line")
        ),
        opens_with=PATIENTS_VIEW,
        row_height="row_two_line",
        noun=("prescription", "prescriptions"),
        more=lambda rows: len(rows) >= MOST_SHOWN,
    )


def _patient(row: WaitingRow) -> Cell:
    lines = f"{row.lines} line{'' if row.lines == 1 else 's'}"
    ticket = f"{row.ticket} · " if row.ticket else ""
    return Cell(title=words.name_of(row), subtitle=f"{ticket}{lines} · {words.waited(row.signed_at, _now())}")


def _state(row: WaitingRow) -> Cell:
    return Cell(status=words.state_of(row, _now()))


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
