"""What can be done on the bed board, and doing it. GUI thread.

Somebody else may have been faster: the answer then says who, and the board reads again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject

from hisdesk.access.action import Action
from hisdesk.access.actor import Permission
from hisdesk.access.permissions import ADMISSIONS_EDIT, BEDS_EDIT, PATIENTS_VIEW
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dialogs import Dialog, ReasonDialog, ask
from hisdesk.desk.kit.keys import Keys
from hisdesk.desk.kit.labels import show_if
from hisdesk.desk.kit.ways import open_chart
from hisdesk.desk.ward import choosing, dialogs, words
from hisdesk.desk.ward.board import Board
from hisdesk.errors import Conflict, UserError
from hisdesk.hospital.admissions import actions
from hisdesk.hospital.admissions.queries import BedRow, RequestRow
from hisdesk.hospital.beds import actions as bed_actions
from hisdesk.hospital.beds.rules import Fit, Hold
from hisdesk.hospital.cleaning import actions as cleaning_actions
from hisdesk.hospital.cleaning.rules import may_give

CHOOSE_BED = "Choose a bed with somebody in it"


@dataclass(frozen=True)
class Step:
    """A command of the board: its words, permission, key, and why it cannot be used now."""

    words: str
    permission: Permission
    key: str
    run: Callable[[], object]
    why_not: Callable[[], str]


class Steps(QObject):
    """The commands of one board. `buttons` stand in its header."""

    def __init__(self, desk: Desk, board: Board) -> None:
        super().__init__(board)
        self._desk, self._board = desk, board
        self.dialog: Dialog | None = None
        self.steps = {
            "state": Step("State", BEDS_EDIT, "F6", self.change_state, self._why_no_state),
            "swap": Step("Swap", ADMISSIONS_EDIT, "S", self.swap, self._why_no_stay),
            "transfer": Step("Transfer", ADMISSIONS_EDIT, "T", self.transfer, self._why_no_stay),
            "discharge": Step("Discharge", ADMISSIONS_EDIT, "F8", self.discharge, self._why_no_stay),
            "admit": Step("Admit", ADMISSIONS_EDIT, "F2", self.admit, self._why_no_admission),
        }
        self.buttons = {name: self._button(name) for name in self.steps}

    def _button(self, name: str) -> Button:
        step = self.steps[name]
        icon = {"admit": "ph.bed", "discharge": "ph.sign-out"}.get(name, "")
        button = Button(step.words, "primary" if name == "admit" else "secondary", icon=icon, key=step.key)
        button.clicked.connect(lambda _=False: step.run())
        return button

    def add_keys(self, keys: Keys) -> None:
        """The keys of the board."""
        for name, step in self.steps.items():
            keys.add(step.key, step.words, self.buttons[name].click)
        keys.add("M", "Place who is selected among those who wait", self.place_request)

    def refresh(self) -> None:
        """Says what can be done now."""
        for name, step in self.steps.items():
            may = self._desk.actor.may(step.permission)
            show_if(self.buttons[name], may)
            self.buttons[name].set_reason(step.why_not() if may else "")
        board = self._board
        waiting = bool(board.shown.waiting)
        show_if(board.place_button, self._desk.actor.may(ADMISSIONS_EDIT) and waiting)
        self._show_hint()

    # -- why not ------------------------------------------------------------------------------------------------

    @property
    def _row(self) -> BedRow | None:
        return self._board.view.row

    def _why_no_stay(self) -> str:
        return "" if self._row is not None and self._row.stay_id is not None else CHOOSE_BED

    def _why_no_state(self) -> str:
        row = self._row
        if row is None:
            return "Choose a bed"
        if words.is_here(row):
            return "Somebody lies in this bed"
        return "This bed is reserved" if row.hold == Hold.RESERVED else ""

    def _why_no_admission(self) -> str:
        return "" if self._to_admit() is not None else "Choose somebody for whom a bed is kept"

    def _to_admit(self) -> RequestRow | None:
        """The selected request with a bed, or the one for which the selected bed is kept."""
        request, row = self._board.request, self._row
        if row is not None and row.hold == Hold.RESERVED:
            return next((each for each in self._board.shown.waiting if each.bed_id == row.bed_id), None)
        return request if request is not None and request.bed_id is not None else None

    # -- placing somebody ---------------------------------------------------------------------------------------

    def fits_of(self, request: RequestRow | None) -> list[Fit]:
        """Every bed of the own wards for somebody who waits, best first."""
        return choosing.for_request(self._board.shown.beds, request) if request is not None else []

    def place_request(self) -> None:
        """M: the beds that fit are outlined; arrows choose, Enter reserves."""
        board = self._board
        if not self._desk.actor.may(ADMISSIONS_EDIT) or not board.shown.waiting:
            return
        if board.request is None:
            board.waiting.select(board.shown.waiting[0].id)
        request = board.request
        if request is not None:
            self._place("request", request.id, words.name(request), self.fits_of(request), "Enter to reserve")

    def transfer(self) -> None:
        """T: the beds that fit the person in the selected bed."""
        row = self._row
        if row is not None and row.stay_id is not None:
            fits = choosing.for_transfer(self._board.shown.beds, row)
            self._place("stay", row.stay_id, words.name(row), fits, "Enter to transfer")

    def swap(self) -> None:
        """S: the people who could change beds with the person in the selected bed."""
        row = self._row
        if row is not None and row.stay_id is not None:
            fits = choosing.for_swap(self._board.shown.beds, row)
            self._place("swap", row.stay_id, words.name(row), fits, "Enter to swap")

    def _place(self, kind: str, key: UUID, who: str, fits: Sequence[Fit], verb: str) -> None:
        self._board.notices.clear()
        good = next((fit for fit in fits if fit.fits), None)
        if good is None:
            self._say_nothing_fits(kind, who, fits)
            return
        ward = next(row.department_id for row in self._board.shown.beds if row.bed_id == good.bed_id)
        if all(fit.bed_id not in {row.bed_id for row in self._board.beds} for fit in fits if fit.fits):
            self._board.show_ward(ward)
        self._board.view.place((kind, key), who, {fit.bed_id: fit for fit in fits}, verb)
        self._show_hint()

    def _say_nothing_fits(self, kind: str, who: str, fits: Sequence[Fit]) -> None:
        free = [
            fit for fit in fits if fit.problems[0] not in ("occupied", "reserved", "is here now", "nobody lies here")
        ]
        title = f"Nobody can swap with {who}" if kind == "swap" else f"No free bed fits {who}"
        self._desk.messages.attention(self._board, title, " ".join(f"{fit.words}." for fit in free[:4]))

    def leave(self) -> None:
        """Esc: nobody is placed."""
        self._board.view.place(None, "", {}, "")
        self._show_hint()

    def _show_hint(self) -> None:
        placing = self._board.view.placing
        who = self._board.view.who
        verb = {"request": "reserves", "stay": "transfers", "swap": "swaps"}.get(placing[0] if placing else "", "")
        self._board.say_placing(f"A bed for {who}: arrows choose, Enter {verb}, Esc goes back" if placing else "")

    def carried(self, what: tuple[str, UUID] | None) -> None:
        """Somebody is dragged over the board: outlines the beds that fit."""
        view = self._board.view
        if what is None or not self._desk.actor.may(ADMISSIONS_EDIT):
            view.show_fits("", {}, "")
            return
        who, fits = self._fits_of(*what)
        verb = "Drop to reserve" if what[0] == "request" else "Drop to transfer"
        view.show_fits(who, {fit.bed_id: fit for fit in fits}, verb)

    def _fits_of(self, kind: str, key: UUID) -> tuple[str, list[Fit]]:
        request, row = self._request(key), self._stay(key)
        beds = self._board.shown.beds
        if kind == "request" and request is not None:
            return words.name(request), choosing.for_request(beds, request)
        if kind == "stay" and row is not None:
            return words.name(row), choosing.for_transfer(beds, row)
        if kind == "swap" and row is not None:
            return words.name(row), choosing.for_swap(beds, row)
        return "", []

    def placed(self, kind: str, key: UUID, bed_id: UUID) -> None:
        """A drop, or Enter while placing. A bed that does not fit is refused with the reason."""
        who, fits = self._fits_of(kind, key)
        fit = next((each for each in fits if each.bed_id == bed_id), None)
        if fit is None or not self._desk.actor.may(ADMISSIONS_EDIT):
            return
        if not fit.fits:
            title = f"Bed {fit.label} does not fit {who}"
            self._desk.messages.attention(self._board, title, f"{', '.join(fit.problems)}.".capitalize())
            return
        self.leave()
        request, row = self._request(key), self._stay(key)
        if kind == "request" and request is not None:
            self._reserve(request, bed_id, fit.label)
        elif kind == "stay" and row is not None:
            self._confirm_transfer(row, bed_id, fit.label)
        elif kind == "swap" and row is not None:
            self._confirm_swap(row, bed_id, fit.label)

    def _request(self, key: UUID) -> RequestRow | None:
        return next((row for row in self._board.shown.waiting if row.id == key), None)

    def _stay(self, key: UUID) -> BedRow | None:
        return next((row for row in self._board.shown.beds if row.stay_id == key), None)

    def _reserve(self, request: RequestRow, bed_id: UUID, label: str) -> None:
        if request.bed_id == bed_id:
            return

        def undo(done: actions.Asked) -> None:
            self._write(actions.unassign, request.id, done.version, said=f"Bed {label} was given back",
                        failed="Not given back")  # fmt: skip

        self._write(
            actions.assign, request.id, request.version, bed_id,
            said=f"Bed {label} is kept for {words.name(request)}", failed="Not reserved", undo=undo,
        )  # fmt: skip

    def _confirm_transfer(self, row: BedRow, bed_id: UUID, label: str) -> None:
        who = words.name(row)
        babies = " The newborn moves too." if row.cots else ""
        self.dialog = ask(
            self._board, f"Transfer {who} to bed {label}?", f"Bed {row.label} is to be cleaned then.{babies}",
            (("Go back", None), ("Transfer", partial(
                self._write, actions.transfer, row.stay_id, row.stay_version, bed_id,
                said=f"{who} is in bed {label}", failed="Not transferred"))),
        )  # fmt: skip

    def _confirm_swap(self, row: BedRow, bed_id: UUID, label: str) -> None:
        other = next((each for each in self._board.shown.beds if each.bed_id == bed_id), None)
        if other is None or other.stay_id is None:
            return
        first, second = words.name(row), words.name(other)
        self.dialog = ask(
            self._board, f"Swap {first} and {second}?", f"{first} to bed {label}, {second} to bed {row.label}.",
            (("Go back", None), ("Swap", partial(
                self._write, actions.swap, row.stay_id, row.stay_version, other.stay_id, other.stay_version,
                said=f"{first} and {second} have swapped", failed="Not swapped"))),
        )  # fmt: skip

    # -- admitting, leaving, states -----------------------------------------------------------------------------

    def admit(self) -> None:
        """F2: the person is in the bed that was kept."""
        request = self._to_admit()
        if request is not None:
            self._write(actions.admit, request.id, request.version,
                        said=f"{words.name(request)} is in bed {request.bed}", failed="Not admitted")  # fmt: skip

    def discharge(self) -> None:
        """F8: the checklist of the person in the selected bed."""
        row = self._row
        if row is None or row.stay_id is None or not self._desk.actor.may(ADMISSIONS_EDIT):
            return
        dialog = dialogs.DischargeDialog(self._board, self._desk, row)
        dialog.given.connect(
            lambda to: self._write(actions.discharge, row.stay_id, row.stay_version, to,
                                   said=f"{words.name(row)} was discharged", failed="Not discharged")
        )  # fmt: skip
        dialog.finished.connect(lambda _result: self._board.read_again())
        self._present(dialog)

    def change_state(self) -> None:
        """F6: another state for a bed that nobody lies in."""
        row = self._row
        if row is not None and not self._why_no_state():
            dialog = dialogs.StateDialog(self._board, row)
            dialog.given.connect(partial(self._change_state, row))
            self._present(dialog)

    def _change_state(self, row: BedRow, what: str, reason: str) -> None:
        said, failed = f"Bed {row.label} was changed", "Not changed"
        if what == "block":
            self._write(bed_actions.block, row.bed_id, row.version, reason, said=said, failed=failed)
        elif what == "unblock":
            self._write(bed_actions.unblock, row.bed_id, row.version, said=said, failed=failed)
        else:
            self._write(bed_actions.set_status, row.bed_id, row.version, what, reason, said=said, failed=failed)

    def give_task(self) -> None:
        """Enter in the list of cleaning: somebody by name."""
        key = self._board.cleaning.selected
        row = next((each for each in self._board.shown.beds if each.task_id == key), None)
        if row is None or key is None or not may_give(row.task_status) or not self._desk.actor.may(BEDS_EDIT):
            return
        dialog = dialogs.GiveDialog(self._board, self._desk, row.label, row.department_id)
        dialog.given.connect(
            lambda to: self._write(cleaning_actions.give, row.task_id, row.task_version, to,
                                   said=f"The task for bed {row.label} was given", failed="Not given")
        )  # fmt: skip
        self._present(dialog)

    # -- one bed, one request -----------------------------------------------------------------------------------

    def open_bed(self) -> None:
        """Enter on a bed: who lies there, who lay there, and everything that can be done."""
        row = self._row
        if row is None:
            return
        dialog = dialogs.BedDialog(self._board, self._desk, row, self._commands_of(row), words.now())
        dialog.wanted.connect(partial(self._do, row))
        self._present(dialog)

    def _commands_of(self, row: BedRow) -> list[tuple[str, str, str]]:
        may = self._desk.actor.may
        found: list[tuple[str, str, str]] = []
        if row.stay_id is not None and may(ADMISSIONS_EDIT):
            found += [
                ("discharge", "Discharge…", "F8"), ("plan", "Plan the discharge…", ""),
                ("transfer", "Transfer", "T"), ("swap", "Swap", "S"),
                ("isolation", "Isolation…", ""), ("correct", "Wrong bed…", ""),
                ("cancel", "Cancel the admission…", ""),
            ]  # fmt: skip
            found += [("newborn", "Register a newborn…", "")] if row.sex != "male" else []
        if row.patient_id is not None and may(PATIENTS_VIEW):
            found.append(("chart", "Open the chart", ""))
        if row.hold == Hold.RESERVED and may(ADMISSIONS_EDIT) and row.request_id is not None:
            found = [("admit", "Admit", "F2"), ("back", "Give the bed back", ""), *found]
        if not words.is_here(row) and row.hold != Hold.RESERVED and may(BEDS_EDIT):
            found.append(("state", "Change the state…", "F6"))
        return found

    def _do(self, row: BedRow, what: str) -> None:
        """A command of the bed's dialog."""
        self._board.view.select(row.bed_id)
        steps: dict[str, Callable[[], object]] = {
            "discharge": self.discharge, "transfer": self.transfer, "swap": self.swap, "state": self.change_state,
            "admit": self.admit, "plan": partial(self._plan, row), "isolation": partial(self._isolate, row),
            "correct": partial(self._correct, row), "cancel": partial(self._cancel, row),
            "newborn": partial(self._newborn, row), "back": partial(self._give_back, row),
            "chart": partial(self._open_chart, row),
        }  # fmt: skip
        steps[what]()

    def _open_chart(self, row: BedRow) -> None:
        if row.patient_id is not None:
            open_chart(self._desk, self._board, row.patient_id, f"Bed {row.label}")

    def _plan(self, row: BedRow) -> None:
        dialog = dialogs.PlanDialog(self._board, row, words.now())
        dialog.given.connect(
            lambda day, at: self._write(actions.plan_discharge, row.request_id, row.request_version, day, at,
                                        said=f"The discharge of {words.name(row)} is planned", failed="Not planned")
        )  # fmt: skip
        self._present(dialog)

    def _isolate(self, row: BedRow) -> None:
        dialog = dialogs.IsolationDialog(self._board, row)
        dialog.given.connect(
            lambda kind: self._write(actions.set_isolation, row.request_id, row.request_version, kind,
                                     said=f"{words.name(row)}: {words.ISOLATIONS[kind].lower()}", failed="Not set")
        )  # fmt: skip
        self._present(dialog)

    def _newborn(self, row: BedRow) -> None:
        dialog = dialogs.NewbornDialog(self._board, row, words.now().date())
        dialog.given.connect(
            lambda sex, day: self._write(actions.register_newborn, row.stay_id, sex, day,
                                         said=f"A newborn of {words.name(row)} is registered",
                                         failed="Not registered")
        )  # fmt: skip
        self._present(dialog)

    def _cancel(self, row: BedRow) -> None:
        dialog = ReasonDialog(
            self._board, f"Cancel the admission of {words.name(row)}?",
            "Only when the person never lay in the bed. It stays in the history, and the bed is free.",
            "Cancel the admission", danger=True,
        )  # fmt: skip
        dialog.given.connect(
            lambda why: self._write(actions.cancel_admission, row.stay_id, row.stay_version, why,
                                    said=f"The admission of {words.name(row)} was cancelled", failed="Not cancelled")
        )  # fmt: skip
        self._present(dialog)

    def _correct(self, row: BedRow) -> None:
        dialog = dialogs.CorrectDialog(self._board, row, choosing.for_transfer(self._board.shown.beds, row))
        dialog.given.connect(
            lambda bed, why: self._write(actions.correct, row.stay_id, row.stay_version, bed, why,
                                         said=f"{words.name(row)}: the bed was corrected", failed="Not corrected")
        )  # fmt: skip
        self._present(dialog)

    def _give_back(self, row: BedRow) -> None:
        self._write(actions.unassign, row.request_id, row.request_version, said=f"Bed {row.label} was given back",
                    failed="Not given back")  # fmt: skip

    def open_request(self) -> None:
        """Enter in the list of those who wait: place them, or take the request back."""
        row = self._board.request
        if row is None or not self._desk.actor.may(ADMISSIONS_EDIT):
            return
        question = f"{words.name(row)} waits for a bed"
        said = f"{words.needs_line(row, words.now())}. Asked by {row.requested_by or 'the server'}."
        dialog = Dialog(self._board, question, said, wide=True)
        dialog.first = dialog.add_verb("Close", None, key="Esc")
        dialog.add_verb("Take back…", partial(self._take_back, row), "destructive")
        dialog.add_verb("Open the chart", partial(self._chart_of, row))
        if row.bed_id is not None:
            dialog.add_verb("Admit", partial(self._admit, row), "primary", key="F2").setShortcut("F2")
        else:
            dialog.add_verb("Place", self.place_request, "primary", key="M").setShortcut("M")
        self._present(dialog)

    def _chart_of(self, row: RequestRow) -> None:
        open_chart(self._desk, self._board, row.patient_id, "Request for admission")

    def _admit(self, row: RequestRow) -> None:
        self._write(actions.admit, row.id, row.version, said=f"{words.name(row)} is in bed {row.bed}",
                    failed="Not admitted")  # fmt: skip

    def _take_back(self, row: RequestRow) -> None:
        dialog = ReasonDialog(self._board, f"Take back the request for {words.name(row)}?",
                              "The person waits for no bed any more; a bed that was kept is free.", "Take back",
                              danger=True)  # fmt: skip
        dialog.given.connect(
            lambda why: self._write(actions.cancel_request, row.id, row.version, why,
                                    said=f"The request for {words.name(row)} was taken back", failed="Not taken back")
        )  # fmt: skip
        self._present(dialog)

    # -- inside -------------------------------------------------------------------------------------------------

    def _present(self, dialog: Dialog) -> None:
        self.dialog = dialog
        dialog.present()

    def _write(
        self,
        action: Action[..., Any],
        key: UUID | None,
        *more: object,
        said: str,
        failed: str,
        undo: Callable[[Any], object] | None = None,
    ) -> None:
        def done(result: Any) -> None:
            self._board.read_again()
            self._desk.messages.done(said, partial(undo, result) if undo is not None else None)

        def not_done(error: UserError) -> None:
            if isinstance(error, Conflict):
                self._desk.messages.attention(self._board, failed, str(error))
                self._board.read_again()
            else:
                self._desk.messages.failure(self._board, error, failed)

        self._board.notices.clear()
        self._desk.tasks.write(self, action, key, *more, on_done=done, on_error=not_done, slot=str(key))
