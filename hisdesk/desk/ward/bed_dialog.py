"""One bed in full: who lies in it, who lay there, and everything that can be done. GUI thread."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dialogs import Dialog
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.words import SEXES, moment
from hisdesk.desk.ward import words
from hisdesk.hospital.admissions import queries
from hisdesk.hospital.admissions.queries import BedRow, CotRow, StayRow
from hisdesk.hospital.patients import mrn, names

Command = tuple[str, str, str]
"""Its id, words and key ("" for none)."""


class BedDialog(Dialog):
    """One bed: who lies in it, who lay there, and everything that can be done.

    `wanted(id)` names the command, `wanted_for_newborn(cot, id)` one for a newborn in a cot at this bed.
    """

    wanted = Signal(str)
    wanted_for_newborn = Signal(object, str)

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        row: BedRow,
        commands: Sequence[Command],
        for_newborn: Sequence[Command],
        moment: dt.datetime,
    ) -> None:
        tile = words.tile(row, moment)
        who = words.name(row) if row.patient_id is not None else tile.state.word
        super().__init__(parent, f"Bed {row.label}: {who}", _facts(row, moment), wide=True)
        self._for_newborn = for_newborn
        self.history = Label("Reading the history", "small", wrap=True)
        self.own = Label("", "small", wrap=True)
        self.buttons, grid = self._grid(commands, self.wanted.emit)
        self.newborn_buttons: dict[UUID, dict[str, Button]] = {}
        self._newborns = QVBoxLayout()
        self.body.addLayout(grid)
        self.body.addLayout(self._newborns)
        self.body.addWidget(Label("Stays in this bed", "small_strong", "secondary"))
        self.body.addWidget(self.history)
        if row.stay_id is not None:
            self.body.addWidget(Label("Stays of this person", "small_strong", "secondary"))
            self.body.addWidget(self.own)
        self.first = self.add_verb("Close", None, key="Esc")
        patient_id = row.patient_id if row.stay_id is not None else None
        query = partial(_read, bed_id=row.bed_id, patient_id=patient_id)
        desk.tasks.read(self, query, self._received, lambda e: self.history.set_text(str(e)), slot="history")

    def _grid(self, commands: Sequence[Command], run: Callable[[str], object]) -> tuple[dict[str, Button], QGridLayout]:
        grid, buttons = QGridLayout(), dict[str, Button]()
        grid.setSpacing(theme().space("inline_gap"))
        for number, (name, text, key) in enumerate(commands):
            button = buttons[name] = Button(text, key=key, parent=self)
            button.clicked.connect(partial(self._act, partial(run, name)))
            if key:
                button.setShortcut(key)
            grid.addWidget(button, number // 2, number % 2)
        return buttons, grid

    def _received(self, read: _Read) -> None:
        for cot in read.cots:
            self._add_newborn(cot)
        self.history.set_text("\n".join(stay_words(stay, who=True) for stay in read.here[:8]) or "Nobody lay here yet")
        self.own.set_text("\n".join(stay_words(stay, who=False) for stay in read.own[:8]))
        self.fit()

    def _add_newborn(self, cot: CotRow) -> None:
        born = f"born {words.short_day(cot.born)}" if cot.born else ""
        who = (names.display(cot.family, cot.given), SEXES.get(cot.sex, ""), born, f"MRN {mrn.shown(cot.mrn)}")
        said = f"In the cot: {' · '.join(part for part in who if part)}"
        buttons, grid = self._grid(self._for_newborn, partial(self.wanted_for_newborn.emit, cot))
        self.newborn_buttons[cot.stay_id] = buttons
        self._newborns.addWidget(Label(said, "small_strong", "secondary", wrap=True))
        self._newborns.addLayout(grid)


def stay_words(stay: StayRow, *, who: bool) -> str:
    """ "17-Mar-2026 10:24 to 12:40, Bed 1A, transferred"."""
    until = f" to {moment(stay.until_at)}" if stay.until_at else ", still here"
    whose = (
        (names.display(stay.family, stay.given) or "Another ward's patient") if who else f"Bed {stay.bed}, {stay.ward}"
    )
    how = {"admitted": "", "discharged": f"discharged: {words.DISCHARGED_TO.get(stay.discharged_to, '').lower()}"}.get(
        stay.status, stay.status
    )
    parts = (whose, "cot" if stay.cot else "", how, stay.end_reason)
    return f"{moment(stay.from_at)}{until}: {', '.join(part for part in parts if part)}"


def _facts(row: BedRow, now: dt.datetime) -> str:
    tile = words.tile(row, now)
    place = f"{row.ward}, {row.room}"
    lines = [line.text for line in tile.lines]
    needs = [words.ISOLATIONS[row.isolation]] if row.isolation else []
    cots = [f"{row.cots} newborn{'s' if row.cots != 1 else ''} in the cot"] if row.cots else []
    return " · ".join(part for part in (place, *lines, *needs, *cots) if part)


@dataclass(frozen=True)
class _Read:
    """Stays in this bed, stays of this person, newborns beside it."""

    here: Sequence[StayRow]
    own: Sequence[StayRow]
    cots: Sequence[CotRow]


def _read(tx: sa.Connection, bed_id: UUID, patient_id: UUID | None) -> _Read:
    own = queries.stays_of(tx, patient_id) if patient_id is not None else []
    return _Read(queries.stays_in(tx, bed_id), own, queries.cots(tx, bed_id))
