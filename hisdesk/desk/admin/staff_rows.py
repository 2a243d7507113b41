"""The list of accounts: one row for each person, what it shows and what its preview says. GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from hisdesk.access import administration
from hisdesk.access.administration import Account
from hisdesk.desk.admin.words import listed, moment
from hisdesk.desk.kit.avatar import Avatar
from hisdesk.desk.kit.cells import Cell
from hisdesk.desk.kit.chips import StatusChip
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.table import Column
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.tokens import Status, family_status
from hisdesk.hospital.departments.queries import departments
from hisdesk.hospital.staff.queries import StaffRow, members


@dataclass(frozen=True)
class Line:
    """One person with their account, roles and departments in words."""

    person: StaffRow
    account: Account | None
    roles: str
    departments: str

    @property
    def key(self) -> UUID:
        return self.person.id

    @property
    def name(self) -> str:
        return self.person.shown

    @property
    def listed_name(self) -> str:
        return f"{self.person.family_name}, {self.person.given_names}".rstrip(", ")

    @property
    def signed_in_at(self) -> str:
        return (self.account.signed_in_at or "") if self.account else ""


def staff_lines(tx: sa.Connection) -> list[Line]:
    """Everybody, by name. users.view; three statements."""
    titles = {role.id: role.title for role in administration.roles(tx)}
    names = {department.id: department.name for department in departments(tx, inactive=True)}
    return [
        Line(m.person, m.account, listed(m.account.roles, titles), listed(m.account.departments, names))
        if m.account
        else Line(m.person, None, "", "")
        for m in members(tx)
    ]


def state_of(line: Line) -> Status:
    """What the account can be used for."""
    if line.account is None:
        return Status("neutral", "ph.user", "No account")
    if line.account.disabled:
        return Status("held", "ph.prohibit", "Deactivated")
    if line.account.must_change:
        return family_status("attention", "First password")
    return family_status("ok", "Active")


def _user(line: Line) -> Cell:
    name = line.account.name if line.account else "–"
    return Cell(title=name, subtitle=line.person.employee_number or "")


def _last(line: Line) -> str:
    return moment(line.account.last_sign_in_at) if line.account else "–"


def _signed_in(line: Line) -> Cell:
    return Cell(title=line.signed_in_at or "–", tone="" if line.signed_in_at else "muted")


def _last_cell(line: Line) -> Cell:
    return Cell(title=_last(line), subtitle=(line.account.last_sign_in_station or "") if line.account else "")


COLUMNS: list[Column[Line]] = [
    Column("Name", lambda r: r.listed_name, 190, "person",
           lambda r: Cell(title=r.listed_name, subtitle=r.person.specialisation or r.person.title)),
    Column("User name, number", lambda r: _user(r).title, 128, "identifier", _user),
    Column("Roles", lambda r: r.roles, 0, "wrap", lambda r: Cell(title=r.roles or "none"), lambda r: r.roles),
    Column("Departments", lambda r: r.departments, 126, "wrap",
           lambda r: Cell(title=r.departments or "none"), lambda r: r.departments),
    Column("Signed in", lambda r: r.signed_in_at or "–", 84, "identifier", _signed_in),
    Column("Last sign-in", _last, 154, "text", _last_cell),
    Column("State", lambda r: state_of(r).word, 124, "chip", lambda r: Cell(status=state_of(r))),
]  # fmt: skip


def preview(line: Line) -> QWidget:
    """Who it is, how to reach them, what they may and where they are."""
    widget = QWidget()
    column = QVBoxLayout(widget)
    inset = theme().space("card_padding")
    column.setContentsMargins(inset, inset, inset, inset)
    column.setSpacing(theme().space("grid"))
    head = QHBoxLayout()
    head.setSpacing(theme().space("inline_gap"))
    head.addWidget(Avatar(line.name))
    head.addWidget(Label(line.name, "subtitle", wrap=True), 1)
    column.addLayout(head)
    column.addWidget(StatusChip(state_of(line)))
    column.addLayout(facts(_facts(line)))
    column.addStretch()
    return widget


def _facts(line: Line) -> list[tuple[str, str]]:
    person, account = line.person, line.account
    pairs = [
        ("User name", account.name if account else "no account"),
        ("Number", person.employee_number or ""),
        ("Roles", line.roles or "none"),
        ("Departments", line.departments or "none"),
        ("Signed in", f"at {line.signed_in_at}" if line.signed_in_at else "no"),
        ("Last sign-in", " at ".join(p for p in (_last(line), account.last_sign_in_station if account else "") if p)),
        ("Status", person.status.capitalize()),
        ("Specialisation", person.specialisation),
        ("Qualification", person.qualification),
        ("Experience", f"{person.experience_years} years" if person.experience_years is not None else ""),
        ("Fee", f"{person.fee_amount} {person.fee_currency}" if person.fee_amount is not None else ""),
        ("E-mail", person.email),
        ("Phone", person.phone),
        ("Location", person.location),
    ]
    return [(label, value) for label, value in pairs if value]


def facts(pairs: list[tuple[str, str]], *, label_width: int = 84) -> QGridLayout:
    """Labels and what they say, one under the other."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme().space("inline_gap"))
    grid.setVerticalSpacing(theme().space("half"))
    grid.setColumnMinimumWidth(0, theme().text_px(label_width))
    grid.setColumnStretch(1, 1)
    for row, (label, value) in enumerate(pairs):
        grid.addWidget(Label(label, "small", "muted"), row, 0)
        grid.addWidget(Label(value, "small", wrap=True), row, 1)
    return grid
