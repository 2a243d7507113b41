"""One line of a prescription while it is written: the medicine, then dose, route, frequency and so on. GUI thread."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from hisdesk.access.action import new_id
from hisdesk.desk.doctor.prescribing_search import MedicineSearch
from hisdesk.desk.kit.choices import CheckBox
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.fields import AreaField, ComboField, TextField
from hisdesk.desk.kit.keys import Keys
from hisdesk.desk.kit.labels import Label, show_if
from hisdesk.desk.kit.theme import theme
from hisdesk.hospital.medicines.rules import Formulary, Medicine, counted, number
from hisdesk.hospital.prescriptions import rules
from hisdesk.hospital.prescriptions.actions import NewLine
from hisdesk.hospital.prescriptions.rules import Sig

_FREQUENCIES = (
    ("times a day", "times a day"),
    ("every hours", "hours apart"),
    ("times a week", "times a week"),
    ("once", "single dose"),
)


class LineForm(QWidget):
    """`done(NewLine)`: all is well and the line can stand. `left`: it was given up. `edited`: something stands there
    that did not before; `state` and `go_on` carry it over. `went_to`: the keyboard went to this field."""

    done = Signal(object)
    left = Signal()
    edited = Signal()
    went_to = Signal(QWidget)

    def __init__(self) -> None:
        super().__init__()
        self.medicine: Medicine | None = None
        self._key: UUID = new_id()
        self._changing = False
        self._typed_quantity = False
        self._filling = False
        self._make()
        self._lay_out()
        self._wire()
        self.begin()

    # -- what the panel says ------------------------------------------------------------------------------------

    def set_formulary(self, formulary: Formulary) -> None:
        """What can be chosen."""
        self.search.formulary = formulary

    def begin(self, line: NewLine | None = None, medicine: Medicine | None = None) -> None:
        """An empty line, or one to change (without its overrides: they were for what stood there)."""
        self._name_commit(line.id if line is not None else new_id(), line is not None)
        self.search.box.clear()
        self._say({})
        if line is None or medicine is None:
            self._choose(None)
            return
        self._choose(medicine)
        sig = line.sig
        self._filling = True
        self.dose.set_value(number(sig.dose_value))
        self.dose_unit.set_value(sig.dose_unit)
        self.route.set_value(sig.route)
        self.frequency.set_value(sig.frequency)
        self.count.set_value(str(sig.frequency_count))
        self.as_needed.setChecked(sig.as_needed)
        self.days.set_value(str(sig.days))
        self.instructions.set_value(line.instructions)
        self._filling = False
        self._typed_quantity = line.quantity != rules.quantity(sig, medicine)
        self.quantity.set_value(number(line.quantity))
        self.quantity_reason.set_value(line.quantity_reason)
        self._work_out()

    def _name_commit(self, key: UUID, changing: bool) -> None:
        """Which line this is; `changing` one that stands already."""
        self._key, self._changing = key, changing
        self.commit.setText("Change line" if changing else "Add line")

    def choose_another(self) -> None:
        """Another medicine in place of this one; the line keeps its place."""
        self._choose(None)

    def state(self) -> dict[str, Any] | None:
        """All that stands in the form, as JSON can hold it; None when that is nothing."""
        looked_for = self.search.box.text() if self.medicine is None else ""
        if self.medicine is None and not looked_for.strip():
            return None
        return {
            "id": str(self._key),
            "changing": self._changing,
            "medicine_id": str(self.medicine.id) if self.medicine is not None else None,
            "looked_for": looked_for,
            "values": {name: field.value() for name, field in self.fields.items()} if self.medicine is not None else {},
            "as_needed": self.as_needed.isChecked(),
            "typed_quantity": self._typed_quantity,
        }

    def go_on(self, state: dict[str, Any]) -> bool:
        """Puts it back; False when this version cannot read it, or the medicine is not in the formulary any more."""
        try:
            key, medicine_id = UUID(state["id"]), state["medicine_id"]
            medicine = self.search.formulary.by_id[UUID(medicine_id)] if medicine_id else None
            values = [(self.fields[name], value) for name, value in state["values"].items()]
            looked_for, changing = str(state["looked_for"]), bool(state["changing"])
            as_needed, typed_quantity = bool(state["as_needed"]), bool(state["typed_quantity"])
        except (KeyError, TypeError, ValueError, AttributeError):
            return False
        self.begin()
        self._name_commit(key, changing)
        self.search.box.setText(looked_for)
        if medicine is None:
            return True
        self._choose(medicine)
        self._filling = True
        for field, value in values:
            field.set_value(value)
        self.as_needed.setChecked(as_needed)
        self._typed_quantity = typed_quantity
        self._filling = False
        self._work_out()
        return True

    def submit(self) -> None:
        """Ctrl+Enter: hands the line over, or says under each field what is wrong."""
        medicine, sig = self.medicine, self._sig()
        if medicine is None:
            return
        problems = rules.sig_problems(sig)
        worked_out = None if problems else rules.quantity(sig, medicine)
        reason = self.quantity_reason.value()
        problems |= rules.quantity_problems(_decimal(self.quantity.value()), worked_out, reason)
        for name, most in (("quantity_reason", 200), ("instructions", 500)):
            if (length := len(getattr(self, name).value())) > most:
                problems[name] = f"This is {length} characters long; at most {most} fit. Shorten it."
        self._say(problems)
        quantity = _decimal(self.quantity.value())
        if problems or quantity is None:
            return
        self.done.emit(NewLine(medicine.id, sig, quantity, reason, self.instructions.value(), (), self._key))

    # -- building -----------------------------------------------------------------------------------------------

    def _make(self) -> None:
        self.search = MedicineSearch()
        self.name = Label("", "body_strong", wrap=True)
        self.another = Button("Another…", "quiet", size="small")
        self.dose = TextField("Dose")
        self.dose_unit = ComboField("Unit")
        self.route = ComboField("Route", [(route, route) for route in rules.ROUTES])
        self.count = TextField("How often")
        self.frequency = ComboField("Frequency", _FREQUENCIES)
        self.as_needed = CheckBox("As needed")
        self.days = TextField("For", unit="days")
        self.quantity = TextField("Quantity")
        self.quantity_reason = TextField("Why another quantity")
        self.instructions = AreaField("Special instructions", optional=True, lines=2)
        self.back = Button("Leave", "quiet", key="Esc")
        self.commit = Button("Add line", "secondary", icon="ph.check", key="Ctrl+Return")
        self.fields: dict[str, TextField | ComboField | AreaField] = {
            "dose_value": self.dose,
            "dose_unit": self.dose_unit,
            "route": self.route,
            "frequency": self.frequency,
            "frequency_count": self.count,
            "days": self.days,
            "quantity": self.quantity,
            "quantity_reason": self.quantity_reason,
            "instructions": self.instructions,
        }

    def _lay_out(self) -> None:
        self._chosen = QWidget()
        head = QHBoxLayout(self._chosen)
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.name, 1)
        head.addWidget(self.another)
        self._rest = QWidget()
        grid = QGridLayout(self._rest)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme().space("grid"))
        grid.setVerticalSpacing(theme().space("field_gap"))
        rows: tuple[tuple[tuple[QWidget, int], ...], ...] = (
            ((self.dose, 2), (self.dose_unit, 2), (self.route, 2)),
            ((self.count, 2), (self.frequency, 2), (self.days, 2)),
            ((self.as_needed, 2), (self.quantity, 4)),
            ((self.quantity_reason, 6),),
            ((self.instructions, 6),),
        )
        for row, cells in enumerate(rows):
            place = 0
            for widget, span in cells:
                grid.addWidget(widget, row, place, 1, span)
                place += span
        for column in range(6):
            grid.setColumnStretch(column, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.back)
        foot.addStretch(1)
        foot.addWidget(self.commit)
        column_ = QVBoxLayout(self)
        inset = theme().space("card_padding")
        column_.setContentsMargins(inset, inset, inset, inset)
        column_.setSpacing(theme().space("field_gap"))
        for item in (self.search, self._chosen, self._rest):
            column_.addWidget(item)
        column_.addLayout(foot)
        self.setProperty("surface", "base")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _wire(self) -> None:
        self.search.chosen.connect(self._choose)
        self.search.left.connect(self.left)
        self.another.clicked.connect(self.choose_another)
        self.back.clicked.connect(self.left)
        self.commit.clicked.connect(self.submit)
        for field in (self.dose, self.count, self.days):
            field.changed.connect(lambda _: self._changed())
        for combo in (self.dose_unit, self.frequency):
            combo.chosen.connect(lambda _: self._changed())
        for field in (self.dose, self.count, self.days, self.quantity, self.quantity_reason):
            field.edit.returnPressed.connect(self._onward)
        self.quantity.edit.textEdited.connect(lambda _: self._quantity_typed())
        typed = (f.chosen if isinstance(f, ComboField) else f.changed for f in self.fields.values())
        for signal in (*typed, self.as_needed.toggled, self.search.box.textChanged):
            signal.connect(lambda _: None if self._filling else self.edited.emit())
        self.keys = Keys(self)
        self.keys.add("Ctrl+Return", "Take the line over", self.submit)
        self.keys.add("Esc", "Leave the line", self.left.emit)

    # -- what is typed ------------------------------------------------------------------------------------------

    def _choose(self, medicine: Medicine | None) -> None:
        self.medicine = medicine
        for widget, wanted in (
            (self.search, medicine is None),
            (self._chosen, medicine is not None),
            (self._rest, medicine is not None),
            (self.commit, medicine is not None),
        ):
            show_if(widget, wanted)
        self.setFocusProxy(self.search if medicine is None else self.dose)
        if self.isVisible():
            self.setFocus()
        if medicine is None:
            return
        self.name.set_text(f"{medicine.name} — {medicine.form} — {medicine.strength}")
        self._filling = True
        units = dict.fromkeys(u for u in (medicine.strength_unit, medicine.unit) if u in rules.DOSE_UNITS)
        if medicine.strength_unit == "mg":
            units["g"] = None
        self.dose_unit.set_options([(unit, unit) for unit in units])
        self.route.set_value(medicine.route)
        per_unit = medicine.strength_per == 1 and medicine.strength_unit in units
        self.dose.set_value(number(medicine.strength_value) if per_unit else "")
        self.dose_unit.set_value(medicine.strength_unit)
        self.frequency.set_value("times a day")
        self.count.set_value("")
        self.days.set_value("")
        self.as_needed.setChecked(False)
        self.quantity.set_value("")
        self.quantity_reason.set_value("")
        self.instructions.set_value("")
        self.quantity.edit.set_unit(_plural(medicine.unit))
        self._typed_quantity = False
        self._filling = False
        self._work_out()
        self.dose.edit.selectAll()

    def _onward(self) -> None:
        """Enter: to the first field that is still empty; when none is, the line is taken over."""
        asked = (self.dose, self.count, self.days, self.quantity, self.quantity_reason)
        empty = (f for f in asked if f.isVisible() and f.isEnabled() and not f.value().strip())
        field = next(empty, None)
        if field is None:
            self.submit()
        else:
            self._go_to(field)

    def _go_to(self, field: QWidget) -> None:
        field.setFocus()
        self.went_to.emit(field)

    def _sig(self) -> Sig:
        frequency = str(self.frequency.value())
        single = frequency == "once"
        return Sig(
            _decimal(self.dose.value()) or Decimal(0),
            str(self.dose_unit.value()),
            str(self.route.value()),
            frequency,
            1 if single else _whole(self.count.value()),
            self.as_needed.isChecked(),
            1 if single else _whole(self.days.value()),
        )

    def _changed(self) -> None:
        if not self._filling:
            self._say({})
            self._work_out()

    def _quantity_typed(self) -> None:
        self._typed_quantity = bool(self.quantity.value())
        self._work_out()

    def _work_out(self) -> None:
        """The quantity follows what is typed, until somebody types another one."""
        medicine, sig = self.medicine, self._sig()
        single = sig.frequency == "once"
        self.count.setEnabled(not single)
        self.days.setEnabled(not single)
        if medicine is None:
            return
        known = rules.quantity(sig, medicine) if not rules.sig_problems(sig) else None
        if known is not None and not self._typed_quantity:
            self.quantity.set_value(number(known))
        elif known is None and not self._typed_quantity:
            self.quantity.set_value("")
        self.quantity.set_help(_explained(sig, medicine, known))
        typed = _decimal(self.quantity.value())
        show_if(self.quantity_reason, known is not None and typed is not None and typed != known)

    def _say(self, problems: dict[str, str]) -> None:
        """Each sentence under its field; the first bad one gets the keyboard."""
        for name, field in self.fields.items():
            field.set_error(problems.get(name, ""))
        if problems.keys() & {"quantity_reason"}:
            show_if(self.quantity_reason, True)
        first = next((field for name, field in self.fields.items() if name in problems), None)
        if first is not None:
            self._go_to(first)


def _explained(sig: Sig, medicine: Medicine, quantity: Decimal | None) -> str:
    if quantity is None:
        if rules.sig_problems(sig):
            return ""
        return "It cannot be worked out from this dose: enter it."
    doses = rules.doses(sig)
    said = f"Worked out: {doses} {'dose' if doses == 1 else 'doses'}, {counted(quantity, medicine.unit)}"
    if medicine.pack_size:
        packs = quantity / medicine.pack_size
        said += f" ({number(packs)} {'pack' if packs == 1 else 'packs'} of {number(medicine.pack_size)})"
    return said + (". Not a half or whole one: check the dose" if rules.is_odd_dose(sig, medicine) else "")


def _plural(unit: str) -> str:
    return counted(Decimal(2), unit).split(" ", 1)[1]


def _decimal(text: str) -> Decimal | None:
    """A number as it is typed. "1,000" may be a thousand or one: it is none."""
    if re.search(r",\d{3}(\D|$)", text):
        return None
    try:
        value = Decimal(text.replace(",", ".").replace(" ", ""))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
