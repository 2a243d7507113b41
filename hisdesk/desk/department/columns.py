"""The columns and the preview that the lists of orders share. GUI thread."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from hisdesk.desk.kit import order_words as words
from hisdesk.desk.kit.cells import Cell
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.order_view import OrderView
from hisdesk.desk.kit.table import Column
from hisdesk.desk.kit.ways import open_chart
from hisdesk.desk.kit.words import today
from hisdesk.hospital.orders.queries import OrderRow
from hisdesk.hospital.orders.rules import Kind


def patient() -> Column[OrderRow]:
    return Column("Patient", words.person_name, 286, "person", _person)


def order() -> Column[OrderRow]:
    return Column("Order", lambda r: r.title, 0, "wrap", lambda r: Cell(title=r.title, spoken=f"{r.title}, {r.text}"))


def state() -> Column[OrderRow]:
    return Column(
        "Status", lambda r: words.shown_status(r).word, 126, "chip", lambda r: Cell(status=words.shown_status(r))
    )


def from_whom() -> Column[OrderRow]:
    return Column(
        "Asked by", lambda r: r.asked_by or r.from_department, 150, "text",
        lambda r: Cell(title=r.asked_by or r.from_department, subtitle=r.from_department if r.asked_by else ""),
    )  # fmt: skip


def to_whom() -> Column[OrderRow]:
    return Column(
        "Department", lambda r: r.to_department, 150, "text",
        lambda r: Cell(title=r.to_department, subtitle=words.KINDS[Kind(r.kind)]),
    )  # fmt: skip


def now(desk: Desk) -> Column[OrderRow]:
    return Column("Where it stands", lambda r: words.now_said(r, desk.actor.user_id, today()), 0, "wrap")


def preview(desk: Desk, row: OrderRow) -> QWidget:
    """What the panel at the right says."""
    return OrderView(desk, row)


def no_record(row: OrderRow | None) -> str:
    """Why the record cannot be opened."""
    return "Done too long ago: the record is closed to you" if row is not None and not row.mrn else ""


def open_record(desk: Desk, screen: QWidget, row: OrderRow) -> None:
    """Enter: the record of the selected person."""
    if why := no_record(row):
        desk.messages.attention(screen, "No record to open", f"{why}.")
    else:
        open_chart(desk, screen, row.patient_id, f"Order: {row.title}")


def _person(row: OrderRow) -> Cell:
    return Cell(title=words.person_name(row), subtitle=words.person_facts(row, today()))
