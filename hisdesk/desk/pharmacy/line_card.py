"""A line of a prescription at the window: what it is, who overrode what, the lots, how much of each. GUI thread."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from hisdesk.desk.kit.chips import StatusChip
from hisdesk.desk.kit.dates import show_date
from hisdesk.desk.kit.fields import Edit, TextField
from hisdesk.desk.kit.labels import Label, restyle, show_if
from hisdesk.desk.kit.medication_line import MedicationLine, parts_of
from hisdesk.desk.kit.panels import Notice
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.tokens import Status, family_status
from hisdesk.desk.kit.words import today
from hisdesk.desk.pharmacy.words import of_whole, quantity_typed
from hisdesk.hospital.dispensings.actions import Handed
from hisdesk.hospital.medicines.rules import counted
from hisdesk.hospital.prescriptions import rules
from hisdesk.hospital.prescriptions.queries import LineRow, OverrideRow
from hisdesk.hospital.stock.rules import NONE, Lot, Take, passed_over, split

_TAKE_WIDTH = 132


@dataclass(frozen=True)
class Typed:
    """What somebody typed into a card: how much of each lot, and why an earlier one is left."""

    takes: dict[UUID, str]
    why: str


class LineCard(QFrame):
    """`changed`: how much is taken was typed over. The split is proposed; what is typed stands."""

    changed = Signal()

    def __init__(self, number: int, line: LineRow, lots: Sequence[Lot], day: dt.date | None = None) -> None:
        super().__init__()
        self.setProperty("panel", True)
        self.number, self.line, self.lots = number, line, tuple(lots)
        self._day = day or today()
        self.left = line.quantity - line.dispensed_quantity
        self.open = line.status in rules.OPEN
        self.takes: dict[Lot, Edit] = {}
        self.skip = TextField("Why is the earlier lot left?")
        self.chip = StatusChip(self._state())
        self._column = QVBoxLayout(self)
        inset = theme().space("card_padding")
        self._column.setContentsMargins(inset, inset, inset, inset)
        self._column.setSpacing(theme().space("grid"))
        self._column.addLayout(self._head())
        for override in line.overrides:
            self._column.addWidget(override_notice(override))
        if line.instructions:
            self._column.addWidget(Label(line.instructions, "small", "secondary", wrap=True))
        if self.open:
            self._make_lots()
        self.skip.edit.textChanged.connect(lambda _: self.changed.emit())
        show_if(self.skip, False)

    # -- what is taken ------------------------------------------------------------------------------------------

    def items(self) -> list[Handed]:
        """What is to be handed out of which lot; what is not a number counts as nothing."""
        reason = self.skip.value() if self.passed_over is not None else ""
        return [Handed(self.line.id, t.lot_id, t.quantity, reason) for t in self._taken() if t.quantity > 0]

    @property
    def passed_over(self) -> Lot | None:
        """A lot that would be left although it expires earlier."""
        return passed_over(self.lots, self._taken(), self._day)

    def problem(self) -> str:
        """Why this line cannot be dispensed like this; "" when it can."""
        total = NONE
        for lot, edit in self.takes.items():
            quantity = quantity_typed(edit.text())
            if quantity is None:
                return f"Line {self.number}: type how much of lot {lot.lot_number}"
            if quantity > lot.on_hand:
                return f"Line {self.number}: lot {lot.lot_number} has only {counted(lot.on_hand, self._unit)}"
            total += quantity
        if total > self.left:
            return f"Line {self.number}: at most {counted(self.left, self._unit)} are to be dispensed"
        earlier = self.passed_over
        if earlier is not None and not self.skip.value():
            return f"Line {self.number}: say why lot {earlier.lot_number} is left"
        return ""

    def typed(self) -> Typed:
        """What stands in the fields, to be put back when this prescription is chosen again."""
        return Typed({lot.id: edit.text() for lot, edit in self.takes.items()}, self.skip.value())

    def put_back(self, typed: Typed) -> None:
        """Fills in what was typed before, unless the lots are others now."""
        if set(typed.takes) == {lot.id for lot in self.takes}:
            for lot, edit in self.takes.items():
                edit.setText(typed.takes[lot.id])
            self.skip.set_value(typed.why)

    def refresh(self) -> None:
        """Marks what cannot be, and asks why an earlier lot is left."""
        for lot, edit in self.takes.items():
            quantity = quantity_typed(edit.text())
            wrong = quantity is None or quantity > lot.on_hand
            if (edit.property("state") == "error") != wrong:
                edit.setProperty("state", "error" if wrong else "")
                restyle(edit)
        earlier = self.passed_over
        if earlier is not None:
            self.skip.set_help(f"Lot {earlier.lot_number} expires {show_date(earlier.expires_on)}")
        show_if(self.skip, earlier is not None)
        self.chip.set_state(self._state())

    # -- inside -------------------------------------------------------------------------------------------------

    @property
    def _unit(self) -> str:
        return self.line.quantity_unit

    def _taken(self) -> list[Take]:
        return [Take(lot.id, quantity_typed(edit.text()) or NONE) for lot, edit in self.takes.items()]

    def _state(self) -> Status:
        if not self.open:
            return family_status("ok" if self.line.status == "dispensed" else "neutral", self.line.status.capitalize())
        taken = sum((take.quantity for take in self._taken()), NONE) if self.takes else NONE
        if taken and taken >= self.left:
            return family_status("ok", of_whole(taken, self.left, self._unit))
        if not any(not lot.expired(self._day) for lot in self.lots):
            return family_status("attention", "Out of stock")
        return family_status("attention" if taken else "neutral", of_whole(taken, self.left, self._unit))

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(theme().space("grid"))
        top = Qt.AlignmentFlag.AlignTop
        head.addWidget(Label(str(self.number), "body_strong", "secondary"), 0, top)
        parts = parts_of(self.line.medicine, self.line.form, self.line.sig, self.line.quantity, self._unit)
        head.addWidget(MedicationLine(parts, muted=not self.open), 1)
        head.addWidget(self.chip, 0, top)
        return head

    def _make_lots(self) -> None:
        usable = [lot for lot in self.lots if not lot.expired(self._day)]
        have = sum((lot.on_hand for lot in usable), NONE)
        if have < self.left:
            title = "None on hand" if not have else f"Only {counted(have, self._unit)} on hand"
            said = "The rest of this line stays open and can be dispensed later." if have else "This line stays open."
            self._column.addWidget(Notice("attention", title, said))
        if self.lots:
            self._column.addWidget(self._table())
        self._column.addWidget(self.skip)

    def _table(self) -> QWidget:
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(theme().text_px(20), 0, 0, 0)
        grid.setHorizontalSpacing(theme().space("page_padding"))
        grid.setVerticalSpacing(theme().space("half"))
        for column, title in enumerate(("Lot", "Expires", "On hand", "Take")):
            end = Qt.AlignmentFlag.AlignTrailing if column == 2 else Qt.AlignmentFlag.AlignLeading
            grid.addWidget(Label(title, "small", "secondary"), 0, column, end)
        proposed = {take.lot_id: take.quantity for take in split(self.lots, self.left, self._day)}
        for row, lot in enumerate(self.lots, 1):
            gone = lot.expired(self._day)
            tone = "muted" if gone else "primary"
            grid.addWidget(Label(lot.lot_number, "body", tone, identifier=True), row, 0)
            grid.addWidget(Label(show_date(lot.expires_on), "body", tone), row, 1)
            grid.addWidget(Label(f"{lot.on_hand.normalize():f}", "body", tone), row, 2, Qt.AlignmentFlag.AlignTrailing)
            if gone:
                grid.addWidget(Label("Expired, locked", "small_strong", "muted"), row, 3)
            else:
                grid.addWidget(self._take(lot, proposed.get(lot.id, NONE)), row, 3)
        grid.setColumnStretch(4, 1)
        return table

    def _take(self, lot: Lot, proposed: Decimal) -> Edit:
        edit = Edit(unit=self._unit)
        edit.setText(f"{proposed.normalize():f}")
        edit.setFixedWidth(theme().text_px(_TAKE_WIDTH))
        edit.setAccessibleName(f"Line {self.number}: how much of lot {lot.lot_number}, in {self._unit}")
        edit.textChanged.connect(lambda _: self.changed.emit())
        self.takes[lot] = edit
        return edit


def override_notice(override: OverrideRow) -> Notice:
    """What the prescriber overrode or acknowledged, and why."""
    stop = override.outcome == "stop"
    why = rules.REASONS.get(override.reason, "Acknowledged")
    confirmed = f", confirmed by {override.confirmed_by}" if override.confirmed_by else ""
    said = ". ".join(part for part in (why, override.sentence.rstrip(".")) if part)
    return Notice("critical" if stop else "attention", override.finding, f"{said}. {override.by}{confirmed}.")
