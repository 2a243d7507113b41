"""Discharging somebody: the checklist, ticked at once, and where the person goes. GUI thread."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import sqlalchemy as sa
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from hisdesk.desk.kit.choices import CheckBox
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dialogs import Dialog
from hisdesk.desk.kit.fields import ComboField
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.words import clock
from hisdesk.desk.ward import words
from hisdesk.errors import UserError
from hisdesk.hospital.admissions import actions, queries, rules
from hisdesk.hospital.admissions.queries import BedRow, ItemRow


class DischargeDialog(Dialog):
    """The checklist, ticked here and stored at once, and where the person goes. `given(discharged_to)`.

    `items` are the lines as they are stored, empty until they were read.

    `cot`: the row is a newborn's (`choosing.in_cot`).
    """

    given = Signal(str)

    def __init__(self, parent: QWidget, desk: Desk, row: BedRow, *, cot: bool = False) -> None:
        bed = f"The mother keeps bed {row.label}" if cot else f"Bed {row.label} is to be cleaned afterwards"
        said = f"{bed}; the record stays open to the ward for 12 hours."
        super().__init__(parent, f"Discharge {words.name(row)}?", said, wide=True)
        self._desk, self._row, self.items = desk, row, list[ItemRow]()
        self._begun = False
        self._babies = ["A newborn"] * row.cots
        self.lines: dict[str, tuple[CheckBox, Button]] = {}
        self._grid = QGridLayout()
        self._grid.setColumnStretch(0, 1)
        self._grid.setVerticalSpacing(2)
        for item in rules.ITEMS:
            self._add(item)
        self.body.addLayout(self._grid)
        self.to = ComboField("Goes to", list(words.DISCHARGED_TO.items()))
        self.body.addWidget(self.to)
        self.why = Label("Reading the checklist", "small", "secondary", wrap=True)
        self.body.addWidget(self.why)
        self.add_verb("Go back", None, key="Esc")
        self.commit = self.add_verb("Discharge", lambda: self.given.emit(str(self.to.value())), "primary",
                                    key="Ctrl+Return")  # fmt: skip
        self.commit.setShortcut("Ctrl+Return")
        self.commit.set_reason("Reading the checklist")
        self.to.chosen.connect(self._check)
        self.first = self.to.combo
        self.read()

    def read(self) -> None:
        """Reads the checklist anew."""
        request_id = self._row.request_id
        if request_id is not None:
            query = partial(_checklist, request_id=request_id)
            self._desk.tasks.read(self, query, self._received, self._failed, slot="checklist")

    def _received(self, items: list[ItemRow]) -> None:
        self.items = items
        for item in items:
            tick, skip = self.lines[item.item]
            tick.blockSignals(True)
            tick.setChecked(item.status == rules.ItemStatus.DONE)
            tick.blockSignals(False)
            unneeded = item.status == rules.ItemStatus.NOT_NEEDED
            skip.setText("Needed after all" if unneeded else "Not needed")
            by = f"{item.done_by}, {clock(item.done_at)}" if item.done_at else ""
            tick.setToolTip(by)
            tick.setText(f"{rules.ITEMS[item.item]}{': not needed' if unneeded else ''}")
            tick.setEnabled(not unneeded)
            skip.set_reason("")
        if not self._begun and self.focusWidget() in (None, self.first):
            self._to_the_first_open()
        self._begun = True
        self._check()

    def _to_the_first_open(self) -> None:
        """The cursor goes to the first line that is still to do, so that Space and Tab suffice."""
        still = [item.item for item in self.items if item.status == rules.ItemStatus.OPEN]
        line = next((tick for name, (tick, _skip) in self.lines.items() if name in still), None)
        if line is not None:
            self.first = line  # also where the answer comes before the dialog is on the screen
            line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self, item: str) -> None:
        tick = CheckBox(rules.ITEMS[item], self)
        skip = Button("Not needed", "quiet", size="small", parent=self)
        skip.setAccessibleName(f"{rules.ITEMS[item]}: not needed")
        tick.setEnabled(False)
        skip.set_reason("Reading the checklist")
        tick.toggled.connect(lambda on: self._set(item, "done" if on else "open"))
        skip.clicked.connect(lambda _=False: self._skip(item))
        place = len(self.lines)
        self._grid.addWidget(tick, place, 0)
        self._grid.addWidget(skip, place, 1)
        self.lines[item] = (tick, skip)

    def _skip(self, name: str) -> None:
        current = next(item for item in self.items if item.item == name)
        self._set(name, "open" if current.status == rules.ItemStatus.NOT_NEEDED else "not needed")

    def _set(self, name: str, status: str) -> None:
        item = next(each for each in self.items if each.item == name)

        def failed(error: UserError) -> None:
            self.why.set_text(str(error))
            self.read()

        self._desk.tasks.write(
            self, actions.set_item, item.id, item.version, status, item.note,
            on_done=lambda _status: self.read(), on_error=failed, slot=name,
        )  # fmt: skip

    def _check(self, _value: object = None) -> None:
        left = rules.blockers(self.items, str(self.to.value()), babies=self._babies)
        said = f"Not yet: {'; '.join(left)}." if left else "Nothing blocks the discharge."
        self.why.set_text(said)
        self.why.set_tone("attention" if left else "ok")
        self.commit.set_reason(said if left else "")
        self.fit()

    def _failed(self, error: UserError) -> None:
        self.why.set_text(str(error))
        self.commit.set_reason(str(error))
        self.fit()


def _checklist(tx: sa.Connection, request_id: UUID) -> list[ItemRow]:
    return queries.checklist(tx, request_id)
