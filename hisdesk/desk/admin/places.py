"""Departments, which are made and changed here, and stations, which are enrolled at the server. GUI thread."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from hisdesk.access import administration, permissions
from hisdesk.access.administration import Station
from hisdesk.desk.admin.staff_rows import facts
from hisdesk.desk.admin.words import moment
from hisdesk.desk.kit.cells import Cell
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.form import Field
from hisdesk.desk.kit.form_page import FormPage
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.list_screen import ListScreen
from hisdesk.desk.kit.list_spec import Command, Empty, ListSpec, State
from hisdesk.desk.kit.stage import Stage
from hisdesk.desk.kit.table import Column
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.tokens import Status, family_status
from hisdesk.errors import Conflict
from hisdesk.hospital.departments import actions, rules
from hisdesk.hospital.departments.queries import Department, departments
from hisdesk.live.topics import ROOT, hospital_topic

DEPARTMENT_TOPIC = f"{ROOT}/department/+/department"
ENROL = "A station is enrolled at the server: hisdesk admin enrol-station"


def _in_use(row: Department) -> Status:
    return family_status("ok", "In use") if row.active else Status("held", "ph.prohibit", "Closed")


DEPARTMENT_COLUMNS: list[Column[Department]] = [
    Column("Code", lambda r: r.code, 96, "strong_identifier"),
    Column("Name", lambda r: r.name, 220, "strong"),
    Column("Kind", lambda r: r.kind.capitalize(), 96),
    Column("Tickets", lambda r: f"{r.ticket_letter} 001 …", 96, "identifier"),
    Column("Location", lambda r: r.location, 180, tooltip=lambda r: r.location),
    Column("Description", lambda r: r.description, 0, tooltip=lambda r: r.description),
    Column("State", lambda r: _in_use(r).word, 110, "chip", lambda r: Cell(status=_in_use(r))),
]
_KINDS = tuple((kind, kind.capitalize()) for kind in rules.KINDS)


def _fields(*, new: bool) -> list[Field]:
    code = Field("code", "Code", "identifier", max_length=8, help="2 to 8 letters and digits; it stays for good")
    rest = [
        Field("name", "Name", max_length=80),
        Field("kind", "Kind", "choice", options=_KINDS),
        Field("ticket_letter", "Ticket letter", "identifier", max_length=2, help="Stands before the ticket number"),
        Field("location", "Location", required=False, max_length=120),
        Field("description", "Description", "multiline", required=False, max_length=500, span=2),
    ]
    return [code, *rest] if new else [*rest, Field("active", "In use", "check")]


class DepartmentsScreen(Stage):
    """The departments of the hospital."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        spec: ListSpec[Department] = ListSpec(
            title="Departments",
            columns=DEPARTMENT_COLUMNS,
            query=lambda tx: departments(tx, inactive=True),
            key=lambda row: row.id,
            empty=Empty("There is no department yet", "Queues, wards and staff belong to one.", "New department"),
            sort_rule="Order: name",
            topics=frozenset({DEPARTMENT_TOPIC}),
            states=(
                State("All", lambda row: True),
                State("In use", lambda row: row.active),
                State("Closed", lambda row: not row.active),
            ),
            commands=(
                Command("New department", permissions.DEPARTMENTS_CREATE, self._new, primary=True, on_row=False,
                        icon="ph.plus"),
                Command("Edit", permissions.DEPARTMENTS_EDIT, self._edit, key="F4", icon="ph.pencil-simple"),
            ),
            opens=self._edit,
            opens_with=permissions.DEPARTMENTS_EDIT,
            noun=("department", "departments"),
        )  # fmt: skip
        self.set_list(ListScreen(desk, spec, parent=self))

    def _new(self, _row: Department | None) -> None:
        page = FormPage(
            self.desk, "New department", _fields(new=True), "Add department", draft="admin new department",
            icon="ph.plus",
        )  # fmt: skip
        page.wanted.connect(partial(self._create, page))
        self.show_page(page)

    def _create(self, page: FormPage, values: dict[str, Any]) -> None:
        page.set_busy(True)
        new = actions.NewDepartment(**values)
        self.desk.tasks.write(
            page, actions.create, new, on_done=lambda _saved: self.saved(page, f"Added {new.name}"),
            on_error=page.failed,
        )  # fmt: skip

    def _edit(self, row: Department) -> None:
        values = {name: getattr(row, name) for name in actions.FIELDS}
        page = FormPage(
            self.desk, row.name, _fields(new=False), "Save", subtitle=f"Department {row.code}", values=values,
            draft=f"admin department {row.id}",
        )  # fmt: skip
        at = [row.version]
        page.wanted.connect(partial(self._change, page, row, at))
        page.on_conflict(partial(_against_theirs, row, at))
        self.show_page(page)

    def _change(self, page: FormPage, row: Department, at: list[int], values: dict[str, Any]) -> None:
        changes = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not changes:
            page.saved()
            return
        page.set_busy(True)
        self.desk.tasks.write(
            page, actions.edit, row.id, at[0], changes,
            on_done=lambda _saved: self.saved(page, f"Saved {values['name']}"), on_error=page.failed,
        )  # fmt: skip


def _against_theirs(row: Department, at: list[int], conflict: Conflict) -> None:
    """From now on the form is written against the stored version; only what both changed is to be decided."""
    at[0] = int(str(conflict.theirs.pop("version")))
    conflict.theirs = {name: value for name, value in conflict.theirs.items() if getattr(row, name) != value}


def _state(row: Station) -> Status:
    return Status("held", "ph.prohibit", "Revoked") if row.revoked_at else family_status("ok", "Enrolled")


STATION_COLUMNS: list[Column[Station]] = [
    Column("Code", lambda r: r.code, 110, "strong_identifier"),
    Column("Title", lambda r: r.title, 0),
    Column("Kind", lambda r: r.kind.capitalize(), 84),
    Column("Location", lambda r: r.location, 150, tooltip=lambda r: r.location),
    Column("Room", lambda r: r.room or "–", 110),
    Column("Last seen", lambda r: moment(r.last_seen_at), 150),
    Column("State", lambda r: _state(r).word, 112, "chip", lambda r: Cell(status=_state(r))),
]


def _station_preview(row: Station) -> QWidget:
    widget = QWidget()
    column = QVBoxLayout(widget)
    inset = theme().space("card_padding")
    column.setContentsMargins(inset, inset, inset, inset)
    column.setSpacing(theme().space("grid"))
    column.addWidget(Label(f"{row.code} · {row.title}" if row.title else row.code, "subtitle", wrap=True))
    pairs = [
        ("Enrolled", moment(row.enrolled_at)),
        ("Last seen", moment(row.last_seen_at)),
        ("Revoked", moment(row.revoked_at) if row.revoked_at else "no"),
        ("Location", row.location),
        ("Room", row.room),
    ]
    column.addLayout(facts([(label, value) for label, value in pairs if value]))
    again = f"{ENROL} {row.code}. Enrolling it again replaces its credential; the old one stops working at once."
    column.addWidget(Label(again, "small", "secondary", wrap=True))
    column.addStretch()
    return widget


def stations_screen(desk: Desk) -> ListScreen[Station]:
    """The stations; read only."""
    spec: ListSpec[Station] = ListSpec(
        title="Stations",
        columns=STATION_COLUMNS,
        query=administration.stations,
        key=lambda row: row.id,
        empty=Empty("No station is enrolled", f"{ENROL}."),
        sort_rule=f"Order: code · {ENROL}",
        topics=frozenset({hospital_topic("station")}),
        states=(
            State("All", lambda row: True),
            State("Desks", lambda row: row.kind == "desk" and row.revoked_at is None),
            State("Boards", lambda row: row.kind != "desk" and row.revoked_at is None),
            State("Revoked", lambda row: row.revoked_at is not None),
        ),
        preview=_station_preview,
        noun=("station", "stations"),
    )
    return ListScreen(desk, spec)
