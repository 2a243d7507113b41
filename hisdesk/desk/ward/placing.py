"""Placing somebody in a bed, by keys or by drag: a request, a transfer, a swap. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from hisdesk.access.permissions import ADMISSIONS_EDIT
from hisdesk.desk.kit.dialogs import ask
from hisdesk.desk.ward import choosing, words
from hisdesk.desk.ward.doing import Doing
from hisdesk.hospital.admissions import actions
from hisdesk.hospital.admissions.queries import BedRow, RequestRow
from hisdesk.hospital.beds.rules import Fit


class Placing:
    """Outlines the beds that fit somebody, lets one be chosen, and puts the person there."""

    def __init__(self, doing: Doing) -> None:
        self._doing, self._desk, self._board = doing, doing.desk, doing.board
        self._newborn: BedRow | None = None

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
        self._transfer(self._board.view.row)

    def transfer_newborn(self, newborn: BedRow) -> None:
        """The beds that fit a newborn who lies in a cot (`choosing.in_cot`)."""
        self._newborn = newborn
        self._transfer(newborn)

    def _transfer(self, row: BedRow | None) -> None:
        if row is not None and row.stay_id is not None:
            fits = choosing.for_transfer(self._board.shown.beds, row)
            self._place("stay", row.stay_id, words.name(row), fits, "Enter to transfer")

    def swap(self) -> None:
        """S: the people who could change beds with the person in the selected bed."""
        row = self._board.view.row
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
        self.say_hint()

    def _say_nothing_fits(self, kind: str, who: str, fits: Sequence[Fit]) -> None:
        free = [
            fit for fit in fits if fit.problems[0] not in ("occupied", "reserved", "is here now", "nobody lies here")
        ]
        title = f"Nobody can swap with {who}" if kind == "swap" else f"No free bed fits {who}"
        self._desk.messages.attention(self._board, title, " ".join(f"{fit.words}." for fit in free[:4]))

    def leave(self) -> None:
        """Esc: nobody is placed."""
        self._board.view.place(None, "", {}, "")
        self.say_hint()

    def say_hint(self) -> None:
        """Says above the board what the keys do now."""
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
        newborn = [self._newborn] if self._newborn is not None else []
        return next((row for row in (*self._board.shown.beds, *newborn) if row.stay_id == key), None)

    def _reserve(self, request: RequestRow, bed_id: UUID, label: str) -> None:
        if request.bed_id == bed_id:
            return

        def undo(done: actions.Asked) -> None:
            self._doing.write(actions.unassign, request.id, done.version, said=f"Bed {label} was given back",
                        failed="Not given back")  # fmt: skip

        self._doing.write(
            actions.assign, request.id, request.version, bed_id,
            said=f"Bed {label} is kept for {words.name(request)}", failed="Not reserved", undo=undo,
        )  # fmt: skip

    def _confirm_transfer(self, row: BedRow, bed_id: UUID, label: str) -> None:
        who = words.name(row)
        said = f"Bed {row.label} is to be cleaned then."
        if row == self._newborn:
            said = f"The newborn leaves the cot at bed {row.label}."
        elif row.cots:
            said = f"{said} The newborn moves too."
        self._doing.dialog = ask(
            self._board, f"Transfer {who} to bed {label}?", said,
            (("Go back", None), ("Transfer", partial(
                self._doing.write, actions.transfer, row.stay_id, row.stay_version, bed_id,
                said=f"{who} is in bed {label}", failed="Not transferred"))),
        )  # fmt: skip

    def _confirm_swap(self, row: BedRow, bed_id: UUID, label: str) -> None:
        other = next((each for each in self._board.shown.beds if each.bed_id == bed_id), None)
        if other is None or other.stay_id is None:
            return
        first, second = words.name(row), words.name(other)
        self._doing.dialog = ask(
            self._board, f"Swap {first} and {second}?", f"{first} to bed {label}, {second} to bed {row.label}.",
            (("Go back", None), ("Swap", partial(
                self._doing.write, actions.swap, row.stay_id, row.stay_version, other.stay_id, other.stay_version,
                said=f"{first} and {second} have swapped", failed="Not swapped"))),
        )  # fmt: skip
