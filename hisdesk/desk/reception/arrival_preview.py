"""What the panel at the right says about a selected arrival. GUI thread."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from hisdesk.desk.kit.chips import StatusChip
from hisdesk.desk.kit.labels import Label, Rule
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.reception import words
from hisdesk.desk.reception.arrival_rows import Arrival, Clock, person_facts, shown_status


def make(row: Arrival, clock: Clock) -> QWidget:
    """Ticket and person, the reasons for the place, the facts of the visit."""
    page = QWidget()
    column = QVBoxLayout(page)
    inset = theme().space("card_padding")
    column.setContentsMargins(inset, inset, inset, inset)
    column.setSpacing(theme().space("half"))
    head = QHBoxLayout()
    head.addWidget(Label(row.visit.ticket, "figure", identifier=True))
    head.addStretch()
    head.addWidget(StatusChip(shown_status(row)))
    column.addLayout(head)
    column.addWidget(Label(row.name, "body_strong", wrap=True))
    column.addWidget(Label(person_facts(row), "small", "secondary", identifier=True, wrap=True))
    _section(column, "Why in this place")
    grid = _grid(column)
    for place, (at, what) in enumerate(_events(row, clock)):
        _line(grid, place, words.clock(at), what)
    _section(column, "Visit")
    grid = _grid(column)
    for place, (label, value) in enumerate(_facts(row)):
        _line(grid, place, label, value)
    column.addStretch(1)
    return page


def _section(column: QVBoxLayout, title: str) -> None:
    column.addSpacing(theme().space("grid"))
    column.addWidget(Rule())
    column.addSpacing(theme().space("half"))
    column.addWidget(Label(title, "small_strong", "secondary"))


def _grid(column: QVBoxLayout) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme().space("card_padding"))
    grid.setVerticalSpacing(theme().space("half"))
    grid.setColumnStretch(1, 1)
    grid.setColumnMinimumWidth(0, theme().text_px(46))
    column.addLayout(grid)
    return grid


def _line(grid: QGridLayout, row: int, left: str, right: str) -> None:
    grid.addWidget(Label(left, "body", "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
    grid.addWidget(Label(right, "body", wrap=True), row, 1)


def _events(row: Arrival, clock: Clock) -> list[tuple[dt.datetime | None, str]]:
    visit = row.visit
    came = "Walk-in, without a record" if visit.anonymous else "Came to the desk"
    events: list[tuple[dt.datetime | None, str]] = [(visit.arrived_at, came)]
    if visit.called_at is not None:
        by = f", by {visit.called_by}" if visit.called_by else ""
        events.append((visit.called_at, f"Called to {visit.called_room}{by}"))
    if visit.started_at is not None:
        events.append((visit.started_at, f"With {visit.doctor or 'the doctor'}"))
    if visit.completed_at is not None:
        events.append((visit.completed_at, "Visit completed"))
    if visit.status == "cancelled":
        events.append((None, f"Has left: {visit.cancelled_reason}"))
    if visit.status == "waiting":
        events.append((dt.datetime.now(dt.UTC), clock.why(row)))
    return events


def _facts(row: Arrival) -> list[tuple[str, str]]:
    visit = row.visit
    facts = [
        ("Place", visit.department),
        ("Doctor", visit.doctor or "Any doctor"),
        ("Priority", visit.priority.capitalize()),
        ("Reason", visit.reason or "not given"),
    ]
    if visit.anonymous_phone:
        facts.append(("Phone", visit.anonymous_phone))
    return facts
