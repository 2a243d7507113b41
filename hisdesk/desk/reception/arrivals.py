"""Arrivals: who waits where, why in this place, and what the desk can do about it. GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from hisdesk.access import permissions
from hisdesk.access.action import Action
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.dialogs import Dialog, ReasonDialog
from hisdesk.desk.kit.fields import Combo
from hisdesk.desk.kit.list_screen import ListScreen
from hisdesk.desk.kit.list_spec import Command, Empty, ListSpec, State
from hisdesk.desk.reception import arrival_preview, ways
from hisdesk.desk.reception.arrival_rows import Arrival, Clock, columns, placed
from hisdesk.desk.reception.queue_dialogs import CallDialog, MoveDialog, QueueDialog
from hisdesk.desk.reception.tickets import Number, Tickets
from hisdesk.errors import UserError
from hisdesk.hospital.departments.queries import Department, departments
from hisdesk.hospital.visits import actions, queries, rules
from hisdesk.live.topics import department_topic

TICK_MS = 30_000
EVERYWHERE = "All my departments"
DONE = (rules.Status.COMPLETED, rules.Status.CANCELLED)


class Arrivals(ListScreen[Arrival]):
    """Today's queue of the departments this person serves, live."""

    badge = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self._clock = Clock()
        self._department: UUID | None = None
        super().__init__(desk, self._spec(desk), parent=parent)
        self.tickets = Tickets(desk, self)
        self.department = Combo(self)
        self.department.setAccessibleName("Department")
        self.department.addItem(EVERYWHERE, None)
        self.department.setVisible(False)
        self.department.currentIndexChanged.connect(self._department_chosen)
        self.add_to_header(self.department)
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self.repaint_rows)
        self._tick.start()
        own = desk.actor.departments
        desk.tasks.read(self, lambda tx: departments(tx, ids=own), self._departments_known, slot="departments")

    def show_subject(self, *, visit: UUID | None = None) -> None:
        """Selects a visit, for instance the one just added."""
        if visit is not None and not self.table.select(visit):
            self.read_again()

    def rights_changed(self) -> None:
        """Another set of departments or permissions: everything is read again."""
        super().rights_changed()
        self.watch.listen(_topics(self.desk))
        self.read_again()

    # -- description --------------------------------------------------------------------------------------------

    def _spec(self, desk: Desk) -> ListSpec[Arrival]:
        return ListSpec(
            title="Arrivals",
            columns=columns(self._clock),
            query=self._query,
            key=lambda row: row.visit.id,
            empty=Empty("Nobody is waiting", "New arrivals appear here by themselves.", "Add to queue"),
            sort_rule="Order: emergency, urgent, then who waits longest",
            topics=_topics(desk),
            states=(
                State("Open", lambda row: row.visit.status not in DONE),
                State("Waiting", lambda row: row.visit.status == rules.Status.WAITING),
                State("Called", lambda row: row.visit.status == rules.Status.CALLED),
                State("With doctor", lambda row: row.visit.status == rules.Status.WITH_DOCTOR),
                State("Done", lambda row: row.visit.status == rules.Status.COMPLETED),
                State("Cancelled", lambda row: row.visit.status == rules.Status.CANCELLED),
            ),
            commands=self._commands(),
            opens=self._open_record,
            opens_with=permissions.PATIENTS_VIEW,
            preview=lambda row: arrival_preview.make(row, self._clock),
            row_height="row_two_line",
            noun=("person today", "people today"),
            more=lambda rows: len(rows) >= queries.MOST_SHOWN,
        )

    def _commands(self) -> tuple[Command[Arrival], ...]:
        edit, create, view = permissions.VISITS_EDIT, permissions.VISITS_CREATE, permissions.VISITS_VIEW
        register, record = permissions.PATIENTS_CREATE, permissions.PATIENTS_VIEW
        return (
            Command("Walk-in", create, self._walk_in, key="Shift+F3", icon="ph.ticket", on_row=False),
            # finding somebody who is not here yet is registration's
            Command("Add to queue", register, self._add, key="F3", icon="ph.map-pin", primary=True, on_row=False),
            Command("Call…", edit, self._call, _may_become(rules.Status.CALLED), "F4", "ph.megaphone"),
            Command("Move…", edit, self._move, _is_open, "F6", "ph.arrows-down-up"),
            Command("Open record", record, self._open_record, _has_record, "F7", "ph.user"),
            Command("Print ticket", view, self._print, lambda _row: "", "F9", "ph.printer"),
            Command(
                "Has left…",
                edit,
                self._has_left,
                _may_become(rules.Status.CANCELLED),
                "F8",
                "ph.sign-out",
                destructive=True,
            ),
        )

    # -- reading ------------------------------------------------------------------------------------------------

    def _query(self, tx: sa.Connection) -> list[Arrival]:
        wanted = None if self._department is None else [self._department]
        return placed(queries.queue(tx, wanted, tuple(rules.Status)))

    def _show_rows(self, *, flash: bool) -> int:
        self._clock.rows = self.rows
        waiting = sum(row.visit.status == rules.Status.WAITING for row in self.rows)
        self.badge.emit(str(waiting) if waiting else "")
        return super()._show_rows(flash=flash)

    def _departments_known(self, found: list[Department]) -> None:
        for place in found:
            self.department.addItem(place.name, place.id)
        self.department.setVisible(len(found) > 1)

    def _department_chosen(self, _index: int) -> None:
        chosen = self.department.currentData()
        self._department = chosen if isinstance(chosen, UUID) else None
        self.read_again()

    # -- commands -----------------------------------------------------------------------------------------------

    def _add(self, _row: object = None) -> None:
        ways.go(self.desk, self, ways.PATIENTS, purpose="queue")

    def _walk_in(self, _row: object = None) -> None:
        dialog = QueueDialog(self, self.desk)
        dialog.given.connect(self._add_walk_in)
        dialog.present()

    def _add_walk_in(self, new: actions.NewVisit, print_ticket: bool) -> None:
        self._write(
            actions.add_to_queue, new, label="Walk-in", slot=str(new.id), done=partial(self._added, new, print_ticket)
        )

    def _added(self, new: actions.NewVisit, print_ticket: bool, added: actions.Added) -> None:
        self.desk.messages.done(f"{new.anonymous_name} has the ticket {added.ticket}, {_ahead(added.ahead)}")
        if print_ticket:
            self.tickets.print(Number(added.visit_id, added.ticket, new.department_id, new.priority, added.ahead))
        self.read_again()

    def _call(self, row: Arrival) -> None:
        visit = row.visit
        dialog = CallDialog(self, self.desk, visit.ticket, row.name, visit.called_room)
        dialog.given.connect(
            lambda room: self._write(
                actions.call,
                visit.id,
                visit.version,
                room,
                label="Call…",
                slot=str(visit.id),
                done=lambda _: self._done(f"{visit.ticket} was called to {room}"),
            )
        )
        dialog.present()

    def _move(self, row: Arrival) -> None:
        visit = row.visit
        dialog = MoveDialog(self, self.desk, visit.ticket, visit.department_id, visit.priority, visit.doctor_id)
        dialog.given.connect(partial(self._moved, row))
        dialog.present()

    def _moved(self, row: Arrival, priority: str, doctor_id: UUID | None) -> None:
        """Each of the two is a write of its own; the second goes on from the version of the first."""
        visit = row.visit

        def then_doctor(version: int) -> None:
            if doctor_id == visit.doctor_id:
                self._done(f"{visit.ticket} was moved")
                return
            self._write(
                actions.assign_doctor, visit.id, version, doctor_id, label="Move…", slot=str(visit.id),
                done=lambda _: self._done(f"{visit.ticket} was moved"),
            )  # fmt: skip

        if priority == visit.priority:
            then_doctor(visit.version)
            return
        self._write(
            actions.set_priority, visit.id, visit.version, priority, label="Move…", slot=str(visit.id),
            done=lambda moved: then_doctor(moved.version),
        )  # fmt: skip

    def _has_left(self, row: Arrival) -> Dialog:
        visit = row.visit
        dialog = ReasonDialog(
            self,
            f"{visit.ticket} has left?",
            f"{row.name} goes off the queue. This cannot be undone; they can be added again.",
            "Take off the queue",
            danger=True,
            min_length=3,
        )
        dialog.given.connect(
            lambda reason: self._write(
                actions.cancel, visit.id, visit.version, reason, label="Has left…", slot=str(visit.id),
                done=lambda _: self._done(f"{visit.ticket} was taken off the queue"),
            )
        )  # fmt: skip
        dialog.present()
        return dialog

    def _print(self, row: Arrival) -> None:
        visit = row.visit
        ahead = row.place - 1 if row.place else None
        self.tickets.print_again(Number(visit.id, visit.ticket, visit.department_id, visit.priority, ahead))

    def _open_record(self, row: Arrival) -> None:
        if row.visit.patient_id is None:
            self.desk.messages.attention(self, "No record yet", _has_record(row) or "")
            return
        ways.open_chart(self.desk, self, row.visit.patient_id, f"In the queue with {row.visit.ticket}")

    # -- writing ------------------------------------------------------------------------------------------------

    def _write(
        self, action: Action[Any, Any], *args: Any, label: str, slot: str, done: Callable[[Any], object]
    ) -> None:
        def finished(result: Any) -> None:
            self.set_busy(label, False)
            done(result)

        def failed(error: UserError) -> None:
            self.set_busy(label, False)
            again = partial(self._write, action, *args, label=label, slot=slot, done=done)
            self.desk.messages.failure(self, error, again=again)
            self.read_again()

        self.set_busy(label, True)
        self.desk.tasks.write(self, action, *args, on_done=finished, on_error=failed, slot=slot)

    def _done(self, text: str) -> None:
        self.desk.messages.done(text)
        self.read_again()


def _topics(desk: Desk) -> frozenset[str]:
    return frozenset(department_topic(place, "visit") for place in desk.actor.departments)


def _may_become(wanted: rules.Status) -> Callable[[Arrival], str]:
    def why_not(row: Arrival) -> str:
        return "" if rules.may_become(row.visit.status, wanted) else f"This visit is “{row.visit.status}”"

    return why_not


def _is_open(row: Arrival) -> str:
    return "" if row.visit.status in rules.OPEN else f"This visit is “{row.visit.status}”"


def _has_record(row: Arrival) -> str:
    return "This person came without a record; register them first" if row.visit.patient_id is None else ""


def _ahead(number: int) -> str:
    return "next" if number == 0 else f"{number} before them"
