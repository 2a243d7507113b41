"""The commands of the bed board: their keys, when each can be used, and what it opens. GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from hisdesk.access.actor import Permission
from hisdesk.access.permissions import ADMISSIONS_EDIT, BEDS_EDIT, PATIENTS_VIEW
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dialogs import Dialog, ReasonDialog
from hisdesk.desk.kit.keys import Keys
from hisdesk.desk.kit.labels import show_if
from hisdesk.desk.kit.ways import open_chart
from hisdesk.desk.ward import choosing, dialogs, words
from hisdesk.desk.ward.bed_dialog import BedDialog
from hisdesk.desk.ward.board import Board
from hisdesk.desk.ward.discharge import DischargeDialog
from hisdesk.desk.ward.doing import Doing
from hisdesk.desk.ward.placing import Placing
from hisdesk.hospital.admissions import actions
from hisdesk.hospital.admissions.queries import BedRow, CotRow, RequestRow
from hisdesk.hospital.beds import actions as bed_actions
from hisdesk.hospital.beds.rules import Hold
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


class Steps(Doing):
    """The commands of one board. `buttons` stand in its header."""

    def __init__(self, desk: Desk, board: Board) -> None:
        super().__init__(desk, board)
        self.placing = Placing(self)
        self.steps = {
            "state": Step("State", BEDS_EDIT, "F6", self.change_state, self._why_no_state),
            "swap": Step("Swap", ADMISSIONS_EDIT, "S", self.placing.swap, self._why_no_stay),
            "transfer": Step("Transfer", ADMISSIONS_EDIT, "T", self.placing.transfer, self._why_no_stay),
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
        keys.add("M", "Place who is selected among those who wait", self.placing.place_request)

    def refresh(self) -> None:
        """Says what can be done now."""
        for name, step in self.steps.items():
            may = self.desk.actor.may(step.permission)
            show_if(self.buttons[name], may)
            self.buttons[name].set_reason(step.why_not() if may else "")
        board = self.board
        waiting = bool(board.shown.waiting)
        show_if(board.place_button, self.desk.actor.may(ADMISSIONS_EDIT) and waiting)
        self.placing.say_hint()

    # -- why not ------------------------------------------------------------------------------------------------

    @property
    def _row(self) -> BedRow | None:
        return self.board.view.row

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
        request, row = self.board.request, self._row
        if row is not None and row.hold == Hold.RESERVED:
            return next((each for each in self.board.shown.waiting if each.bed_id == row.bed_id), None)
        return request if request is not None and request.bed_id is not None else None

    # -- admitting, leaving, states -----------------------------------------------------------------------------

    def admit(self) -> None:
        """F2: the person is in the bed that was kept."""
        request = self._to_admit()
        if request is not None:
            self.write(actions.admit, request.id, request.version,
                        said=f"{words.name(request)} is in bed {request.bed}", failed="Not admitted")  # fmt: skip

    def discharge(self) -> None:
        """F8: the checklist of the person in the selected bed."""
        row = self._row
        if row is not None and row.stay_id is not None and self.desk.actor.may(ADMISSIONS_EDIT):
            self._discharge(row)

    def _discharge(self, row: BedRow, *, cot: bool = False) -> None:
        dialog = DischargeDialog(self.board, self.desk, row, cot=cot)
        dialog.given.connect(
            lambda to: self.write(actions.discharge, row.stay_id, row.stay_version, to,
                                   said=f"{words.name(row)} was discharged", failed="Not discharged")
        )  # fmt: skip
        dialog.finished.connect(lambda _result: self.board.read_again())
        self.present(dialog)

    def change_state(self) -> None:
        """F6: another state for a bed that nobody lies in."""
        row = self._row
        if row is not None and not self._why_no_state():
            dialog = dialogs.StateDialog(self.board, row)
            dialog.given.connect(partial(self._change_state, row))
            self.present(dialog)

    def _change_state(self, row: BedRow, what: str, reason: str) -> None:
        said, failed = f"Bed {row.label} was changed", "Not changed"
        if what == "block":
            self.write(bed_actions.block, row.bed_id, row.version, reason, said=said, failed=failed)
        elif what == "unblock":
            self.write(bed_actions.unblock, row.bed_id, row.version, said=said, failed=failed)
        else:
            self.write(bed_actions.set_status, row.bed_id, row.version, what, reason, said=said, failed=failed)

    def give_task(self) -> None:
        """Enter in the list of cleaning: somebody by name."""
        key = self.board.cleaning.selected
        row = next((each for each in self.board.shown.beds if each.task_id == key), None)
        if row is None or key is None or not may_give(row.task_status) or not self.desk.actor.may(BEDS_EDIT):
            return
        dialog = dialogs.GiveDialog(self.board, self.desk, row.label, row.department_id)
        dialog.given.connect(
            lambda to: self.write(cleaning_actions.give, row.task_id, row.task_version, to,
                                   said=f"The task for bed {row.label} was given", failed="Not given")
        )  # fmt: skip
        self.present(dialog)

    # -- one bed, one request -----------------------------------------------------------------------------------

    def open_bed(self) -> None:
        """Enter on a bed: who lies there, who lay there, and everything that can be done."""
        row = self._row
        if row is None:
            return
        commands, for_newborn = self._commands_of(row), self._commands_for_newborn()
        dialog = BedDialog(self.board, self.desk, row, commands, for_newborn, words.now())
        dialog.wanted.connect(partial(self._do, row))
        dialog.wanted_for_newborn.connect(partial(self._do_newborn, row))
        self.present(dialog)

    def _commands_of(self, row: BedRow) -> list[tuple[str, str, str]]:
        may = self.desk.actor.may
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

    def _commands_for_newborn(self) -> list[tuple[str, str, str]]:
        found = [("chart", "Open the chart", "")] if self.desk.actor.may(PATIENTS_VIEW) else []
        if self.desk.actor.may(ADMISSIONS_EDIT):
            found = [("discharge", "Discharge…", ""), ("transfer", "To a bed of its own", ""), *found,
                     ("cancel", "Cancel the admission…", "")]  # fmt: skip
        return found

    def _do(self, row: BedRow, what: str) -> None:
        """A command of the bed's dialog."""
        self.board.view.select(row.bed_id)
        steps: dict[str, Callable[[], object]] = {
            "discharge": self.discharge, "transfer": self.placing.transfer, "swap": self.placing.swap,
            "state": self.change_state, "admit": self.admit, "plan": partial(self._plan, row),
            "isolation": partial(self._isolate, row), "correct": partial(self._correct, row),
            "cancel": partial(self._cancel, row), "newborn": partial(self._newborn, row),
            "back": partial(self._give_back, row), "chart": partial(self._open_chart, row),
        }  # fmt: skip
        steps[what]()

    def _do_newborn(self, row: BedRow, cot: CotRow, what: str) -> None:
        """A command for the newborn in a cot at this bed."""
        newborn = choosing.in_cot(row, cot)
        steps: dict[str, Callable[[BedRow], object]] = {
            "discharge": partial(self._discharge, cot=True), "transfer": self.placing.transfer_newborn,
            "cancel": self._cancel, "chart": self._open_chart,
        }  # fmt: skip
        steps[what](newborn)

    def _open_chart(self, row: BedRow) -> None:
        if row.patient_id is not None:
            open_chart(self.desk, self.board, row.patient_id, f"Bed {row.label}")

    def _plan(self, row: BedRow) -> None:
        dialog = dialogs.PlanDialog(self.board, row, words.now())
        dialog.given.connect(
            lambda day, at: self.write(actions.plan_discharge, row.request_id, row.request_version, day, at,
                                        said=f"The discharge of {words.name(row)} is planned", failed="Not planned")
        )  # fmt: skip
        self.present(dialog)

    def _isolate(self, row: BedRow) -> None:
        dialog = dialogs.IsolationDialog(self.board, row)
        dialog.given.connect(
            lambda kind: self.write(actions.set_isolation, row.request_id, row.request_version, kind,
                                     said=f"{words.name(row)}: {words.ISOLATIONS[kind].lower()}", failed="Not set")
        )  # fmt: skip
        self.present(dialog)

    def _newborn(self, row: BedRow) -> None:
        dialog = dialogs.NewbornDialog(self.board, row, words.now().date())
        dialog.given.connect(
            lambda sex, day: self.write(actions.register_newborn, row.stay_id, sex, day,
                                         said=f"A newborn of {words.name(row)} is registered",
                                         failed="Not registered")
        )  # fmt: skip
        self.present(dialog)

    def _cancel(self, row: BedRow) -> None:
        dialog = ReasonDialog(
            self.board, f"Cancel the admission of {words.name(row)}?",
            "Only when the person never lay there. It stays in the history, and the place is free.",
            "Cancel the admission", danger=True,
        )  # fmt: skip
        dialog.given.connect(
            lambda why: self.write(actions.cancel_admission, row.stay_id, row.stay_version, why,
                                    said=f"The admission of {words.name(row)} was cancelled", failed="Not cancelled")
        )  # fmt: skip
        self.present(dialog)

    def _correct(self, row: BedRow) -> None:
        dialog = dialogs.CorrectDialog(self.board, row, choosing.for_transfer(self.board.shown.beds, row))
        dialog.given.connect(
            lambda bed, why: self.write(actions.correct, row.stay_id, row.stay_version, bed, why,
                                         said=f"{words.name(row)}: the bed was corrected", failed="Not corrected")
        )  # fmt: skip
        self.present(dialog)

    def _give_back(self, row: BedRow) -> None:
        self.write(actions.unassign, row.request_id, row.request_version, said=f"Bed {row.label} was given back",
                    failed="Not given back")  # fmt: skip

    def open_request(self) -> None:
        """Enter in the list of those who wait: place them, or take the request back."""
        row = self.board.request
        if row is None or not self.desk.actor.may(ADMISSIONS_EDIT):
            return
        question = f"{words.name(row)} waits for a bed"
        said = f"{words.needs_line(row, words.now())}. Asked by {row.requested_by or 'the server'}."
        dialog = Dialog(self.board, question, said, wide=True)
        dialog.first = dialog.add_verb("Close", None, key="Esc")
        dialog.add_verb("Take back…", partial(self._take_back, row), "destructive")
        dialog.add_verb("Open the chart", partial(self._chart_of, row))
        if row.bed_id is not None:
            dialog.add_verb("Admit", partial(self._admit, row), "primary", key="F2").setShortcut("F2")
        else:
            dialog.add_verb("Place", self.placing.place_request, "primary", key="M").setShortcut("M")
        self.present(dialog)

    def _chart_of(self, row: RequestRow) -> None:
        open_chart(self.desk, self.board, row.patient_id, "Request for admission")

    def _admit(self, row: RequestRow) -> None:
        self.write(actions.admit, row.id, row.version, said=f"{words.name(row)} is in bed {row.bed}",
                    failed="Not admitted")  # fmt: skip

    def _take_back(self, row: RequestRow) -> None:
        dialog = ReasonDialog(self.board, f"Take back the request for {words.name(row)}?",
                              "The person waits for no bed any more; a bed that was kept is free.", "Take back",
                              danger=True)  # fmt: skip
        dialog.given.connect(
            lambda why: self.write(actions.cancel_request, row.id, row.version, why,
                                    said=f"The request for {words.name(row)} was taken back", failed="Not taken back")
        )  # fmt: skip
        self.present(dialog)
