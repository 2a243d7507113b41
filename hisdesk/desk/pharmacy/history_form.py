"""What is looked for in the dispensing history: six fields, all that is typed must fit. GUI thread."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.fields import DateField, Field, TextField
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.theme import theme
from hisdesk.hospital.dispensings.queries import Wanted
from hisdesk.hospital.medicines.rules import Formulary, plain
from hisdesk.hospital.patients import mrn
from hisdesk.hospital.prescriptions import numbers

_WIDTHS = {"patient": 0, "medicine": 0, "lot": 120, "number": 136, "since": 124, "until": 124}


class HistoryForm(QWidget):
    """`asked(wanted)` on Enter in a field or on the button; what cannot be is said under its field."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.texts: dict[str, TextField] = {
            "patient": TextField("Patient: name or MRN"),
            "medicine": TextField("Medicine"),
            "lot": TextField("Lot", identifier=True),
            "number": TextField("Prescription", identifier=True),
        }
        self.days = {"since": DateField("From"), "until": DateField("To")}
        self.button = Button("Search", "primary", icon="ph.magnifying-glass", key="F2")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().space("grid"))
        for name, field in self.fields.items():
            if width := _WIDTHS[name]:
                field.setFixedWidth(theme().text_px(width))
            row.addWidget(field, 0 if width else 1, Qt.AlignmentFlag.AlignTop)
            field.edit.returnPressed.connect(self.ask)
            field.edit.textChanged.connect(lambda _text: self._say_why())
        row.addLayout(self._beside_fields(self.button))
        self.button.clicked.connect(self.ask)
        self._say_why()

    @property
    def fields(self) -> Mapping[str, TextField | DateField]:
        """All fields by name, in order."""
        return {**self.texts, **self.days}

    @property
    def filled(self) -> bool:
        """Whether anything is typed."""
        return any(field.edit.text().strip() for field in self.fields.values())

    def ask(self) -> None:
        """Emits what is wanted, unless nothing is typed or something of it cannot be."""
        errors = self._errors()
        self.show_errors(errors)
        if self.filled and not errors:
            self.asked.emit(self.wanted())

    def wanted(self) -> Wanted:
        """What stands in the fields; the medicine still as it was typed."""
        text = {name: " ".join(field.value().split()) for name, field in self.texts.items()}
        return Wanted(
            patient=text["patient"],
            mrn=mrn.parse(text["patient"]) or "",
            medicine=text["medicine"],
            lot=text["lot"].upper(),
            number=numbers.parse(text["number"]) if text["number"] else None,
            since=self.days["since"].value(),
            until=self.days["until"].value(),
        )

    def clear(self) -> None:
        """Nothing is looked for."""
        for field in self.texts.values():
            field.set_value("")
        for day in self.days.values():
            day.set_value(None)
        self.show_errors({})

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """A sentence under each field that needs one; the cursor goes into the first of them."""
        fields: Mapping[str, Field] = self.fields
        for name, field in fields.items():
            field.set_error(errors.get(name, ""))
        first = next((fields[name] for name in fields if name in errors), None)
        if first is not None:
            first.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def _beside_fields(self, button: Button) -> QVBoxLayout:
        """On one line with the fields, not with their labels."""
        column = QVBoxLayout()
        column.setSpacing(theme().space("label_to_field"))
        column.addWidget(Label("\N{NO-BREAK SPACE}", "small"))
        column.addWidget(button)
        column.addStretch(1)
        return column

    def _errors(self) -> dict[str, str]:
        errors = {}
        number = self.texts["number"].value()
        if number and numbers.parse(number) is None:
            errors["number"] = "Not a prescription number: look at it again"
        for name, day in self.days.items():
            if day.value() is None and day.text():
                errors[name] = day.message
        begin, end = self.days["since"].value(), self.days["until"].value()
        if begin and end and end < begin:
            errors["until"] = "Before the first day"
        return errors

    def _say_why(self) -> None:
        self.button.set_reason("" if self.filled else "Type what to look for")


def meant(formulary: Formulary, text: str) -> list[UUID]:
    """The medicines that somebody means: those in which all that was typed stands, else those it is nearly."""
    wanted = plain(text).split()
    found = formulary.found(text)
    exact = [
        m
        for m in found
        if all(w in plain(" ".join((m.name, *m.substances, *m.also, m.form, m.strength))) for w in wanted)
    ]
    return [medicine.id for medicine in exact or found]
