"""What is typed when a department is asked for something, and why an order is taken back. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hisdesk.access.action import new_id
from hisdesk.access.permissions import ORDERS_APPROVE
from hisdesk.desk.doctor.overview import scrolled
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.form import Field, Form
from hisdesk.desk.kit.order_words import KINDS, PRIORITIES
from hisdesk.desk.kit.panels import Panel
from hisdesk.desk.kit.theme import theme
from hisdesk.errors import Invalid, UserError
from hisdesk.hospital.departments.queries import departments
from hisdesk.hospital.orders.actions import NewOrder, checked, place
from hisdesk.hospital.orders.queries import Receiver, receivers
from hisdesk.hospital.orders.rules import LONGEST_TEXT, LONGEST_TITLE, Kind
from hisdesk.hospital.visits.queries import QueueRow


@dataclass(frozen=True)
class Ways:
    """Who can be asked, and for which of the own departments (key, name)."""

    receivers: tuple[Receiver, ...]
    own: tuple[tuple[UUID, str], ...]


def read_ways(tx: sa.Connection, own: Sequence[UUID]) -> Ways:
    """Two statements."""
    mine = tuple((place.id, place.name) for place in departments(tx, ids=list(own)))
    return Ways(tuple(receivers(tx)), mine)


class OrderPanel(Panel):
    """The form at the right of the list. `placed`: it is saved; `left`: it was given up.

    The department that asks is the visit's, or the only one; else it is chosen.
    """

    placed = Signal(str)
    left = Signal()

    def __init__(self, desk: Desk, patient_id: UUID, visit: QueueRow | None, ways: Ways) -> None:
        super().__init__("New order", padded=False)
        self._desk, self._patient_id, self._ways = desk, patient_id, ways
        self._visit_id = visit.id if visit is not None else None
        self._key = new_id()  # the same for every try, so that one order is placed
        mine = [key for key, _ in ways.own]
        of_visit = visit.department_id if visit is not None and visit.department_id in mine else None
        self._from = of_visit or (mine[0] if len(mine) == 1 else None)
        self.form = Form(self._fields(), columns=1, checks=self._checks)
        inset = theme().space("card_padding")
        self.form.setContentsMargins(inset, inset, inset, inset)
        self.form.setProperty("surface", "base")
        self.form.keep_draft(desk.drafts, f"order/{patient_id}")
        self.save = Button("Place order", "secondary", icon="ph.paper-plane-right", key="Ctrl+Return")
        self.back = Button("Leave", "quiet", key="Esc")
        self.save.clicked.connect(self.form.submit)
        self.back.clicked.connect(self.form.leave)
        self.form.submitted.connect(self._submitted)
        self.form.left.connect(self.left)
        self.add(scrolled(self.form), 1)
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(inset, inset, inset, inset)
        row.addWidget(self.back)
        row.addStretch(1)
        row.addWidget(self.save)
        self.add(foot)
        self.setFixedWidth(theme().sizes("side_panel")[1])
        self.setFocusProxy(self.form.controls["to"])

    def _fields(self) -> list[Field]:
        to: list[tuple[object, str]] = [(None, "Choose a department")]
        to += [(str(each.id), each.name) for each in self._ways.receivers]
        kinds: list[tuple[object, str]] = [(str(Kind.CARE_INSTRUCTION), KINDS[Kind.CARE_INSTRUCTION])]
        if self._desk.actor.may(ORDERS_APPROVE):
            kinds = [(None, "Choose what is asked for"), *((str(kind), words) for kind, words in KINDS.items())]
        fields = [
            Field("to", "Department", "choice", options=to),
            Field("kind", "Kind", "choice", options=kinds),
            Field("priority", "Priority", "choice", options=PRIORITIES),
            Field("title", "Title", max_length=LONGEST_TITLE, help="What shall be done, in a few words"),
            Field("text", "Details", "multiline", required=False, max_length=LONGEST_TEXT, lines=5,
                  help="Question, findings, what to watch for"),
        ]  # fmt: skip
        if self._from is None:
            own: list[tuple[object, str]] = [(None, "Choose a department")]
            own += [(str(key), name) for key, name in self._ways.own]
            fields.append(Field("from", "Asked for", "choice", options=own, help="Which of your departments asks"))
        return fields

    def _order(self, values: dict[str, Any]) -> NewOrder:
        asks = self._from or UUID(values["from"])
        return NewOrder(
            self._patient_id,
            asks,
            UUID(values["to"]) if values["to"] else None,
            values["kind"],
            values["title"],
            values["text"],
            values["priority"],
            self._visit_id,
            self._key,
        )

    def _checks(self, values: dict[str, Any]) -> dict[str, str]:
        try:
            checked(self._order(values))
        except Invalid as error:
            return _by_field(error.fields)
        return {}

    def _submitted(self, values: dict[str, Any]) -> None:
        self.form.set_busy(True)
        self.save.set_busy(True)
        name = next(each.name for each in self._ways.receivers if str(each.id) == values["to"])
        self._desk.tasks.write(
            self,
            place,
            self._order(values),
            on_done=lambda _key: self._done(name),
            on_error=self._not_done,
            slot="place",
        )

    def _done(self, department: str) -> None:
        self.save.set_busy(False)
        self.form.saved()
        self.placed.emit(department)

    def _not_done(self, error: UserError) -> None:
        self.save.set_busy(False)
        self.form.set_busy(False)
        if isinstance(error, Invalid) and error.fields:
            self.form.show_errors(_by_field(error.fields))
        else:
            self._desk.messages.failure(self.form, error, "Not placed")


def _by_field(errors: dict[str, str]) -> dict[str, str]:
    """Sentences under the fields of the form, which call a department by where the order goes."""
    return {"to" if name == "to_department_id" else name: sentence for name, sentence in errors.items()}
