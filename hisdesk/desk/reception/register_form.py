"""The form of a new person: fields with their proof beside them, unsure ones marked until a person decides. GUI thread.

Nothing is confirmed by silence: `unsure` names the fields that somebody still has to look at.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from hisdesk.access.action import new_id
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.form import Field, Form, Heading
from hisdesk.desk.kit.labels import Label, Rule, show_if
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.reception.card_values import Card, Read, said_unsure
from hisdesk.desk.reception.person_fields import ALWAYS_WANTED, REGISTER_FIELDS, problems
from hisdesk.desk.reception.proof_row import ProofRow
from hisdesk.desk.reception.words import today

IDENTITY = (
    ("family_name",),
    ("given_names",),
    ("birth_date", "sex"),
    ("document_kind", "document_number"),
    ("street",),
    ("postcode", "city"),
)
COVER = (("payer", "plan"), ("member_number", "group_number"))
CONTACT = (("phone", "phone_2", "email"), ("contact_name", "contact_relation", "contact_phone"))
MORE = (
    ("More about the person", (("age", "unidentified", "title"), ("preferred_name", "gender", "ethnicity"),
                               ("blood_group", "language", "interpreter"), ("private_on_boards",))),
    ("More about address and document", (("region", "country", "issuing_state"), ("issued_on", "expires_on"))),
    ("More about the cover", (("subscriber", "effective_on", "insurer_phones"),)),
    ("History and notes", (("history",), ("notes",))),
)  # fmt: skip
_STRETCH = {"birth_date": 5, "sex": 4, "document_kind": 4, "document_number": 5, "postcode": 2, "city": 5}


class RegisterForm(Form):
    """`proofs_changed` when a field was filled, accepted or typed over; `field_entered(name)` follows the focus."""

    proofs_changed = Signal()
    field_entered = Signal(str)

    def __init__(self, screen: QWidget, parent: QWidget) -> None:
        self.patient_id: UUID = new_id()
        self.reads: dict[str, Read] = {}
        self.states: dict[str, str] = {}
        self.rows: list[tuple[tuple[str, ...], ProofRow]] = []
        self.more: list[tuple[Button, QWidget]] = []
        super().__init__(REGISTER_FIELDS, keys_on=screen, parent=parent)
        self._baseline = self.plain_values()
        QApplication.instance().focusChanged.connect(self._focus_moved)  # type: ignore[union-attr]  # there is one

    # -- what a card says ---------------------------------------------------------------------------------------

    def fill(self, card: Card) -> None:
        """Takes over what the card says. What somebody typed is never replaced: it is offered as the other reading."""
        for read in card.reads:
            self._take(read)
        kind = card.kind if card.kind in ("passport", "id_card", "driving_licence") else ""
        if kind and not self.controls["document_kind"].value():
            self.set_values({"document_kind": kind}, clean=False)
        self._show_proofs()

    def forget(self, names: Sequence[str]) -> None:
        """The card with these fields was taken away: their values go where nobody typed over them."""
        for name in names:
            read = self.reads.pop(name, None)
            if read is not None and self.states.pop(name, "") != "typed" and self._holds(name, read.value):
                self.set_values({name: ""}, clean=False)
            self._say(name, "")
        self._show_proofs()

    @property
    def unsure(self) -> list[str]:
        """The fields to look at, in the order of the form."""
        return [name for name in self.fields if self.states.get(name) == "unsure"]

    def accept(self, *, keep: bool = False) -> bool:
        """F8: the marked field is right, or takes the other reading (not with `keep`); elsewhere: to the next one."""
        name = self.focused()
        if self.states.get(name) != "unsure":
            return self.next_unsure()
        read = self.reads[name]
        if read.suggestion and not keep:
            self.set_values({name: read.suggestion}, clean=False)
        self.states[name] = "accepted"
        self._say(name, "")
        self._show_proofs()
        self.next_unsure()
        return True

    def next_unsure(self) -> bool:
        """Alt+Down: the focus goes to the next field that somebody has to look at. False when there is none."""
        waiting = self.unsure
        if not waiting:
            return False
        order = list(self.fields)
        here = order.index(self.focused()) if self.focused() in order else -1
        name = next((each for each in waiting if order.index(each) > here), waiting[0])
        self.reveal(name)
        return True

    def reveal(self, name: str) -> None:
        """Opens the section of a field and puts the focus into it."""
        for button, section in self.more:
            if section.isAncestorOf(self.controls[name]) and section.isHidden():
                button.click()
        self._focus_widget(name).setFocus(Qt.FocusReason.OtherFocusReason)

    def toggle_more(self) -> str:
        """Unfolds all the rest and goes to its first field, or folds it. Returns the field that has the focus then."""
        folded = [lines for (_, body), (_, lines) in zip(self.more, MORE, strict=True) if body.isHidden()]
        here = self.focused()
        for button, _body in self.more:
            button.setChecked(bool(folded))
        inside = any(here in line for _, lines in MORE for line in lines)
        name = folded[0][0][0] if folded else ("family_name" if inside or not here else here)
        self.reveal(name)
        return name

    def focused(self) -> str:
        """The field that has the focus, "" when none has."""
        widget = QApplication.focusWidget()
        while widget is not None and widget is not self:
            for name, control in self.controls.items():
                if control is widget:
                    return name
            widget = widget.parentWidget()
        return ""

    def begin_anew(self) -> None:
        """An empty form for the next person."""
        self.patient_id = new_id()
        self.reads.clear()
        self.states.clear()
        self.set_values(dict.fromkeys(self.fields, ""))
        self.set_values({"sex": "unknown"})
        self.show_errors({})
        self._show_proofs()

    # -- the form's own rules -----------------------------------------------------------------------------------

    def check(self) -> dict[str, str]:
        """The form's checks, then the house's rules, in the words of the rules."""
        return super().check() or problems(self.values(), self.patient_id, today())

    def show_errors(self, errors: Any) -> None:
        for name in errors:
            for button, section in self.more:
                if name in self.controls and section.isAncestorOf(self.controls[name]) and section.isHidden():
                    button.click()
        super().show_errors(errors)

    def _say(self, name: str, message: str) -> None:
        if not message and self.states.get(name) == "unsure":
            self.controls[name].set_message(said_unsure(self.reads[name]), "attention")
            return
        super()._say(name, message)

    def _changed(self, name: str | bool = "") -> None:
        read = self.reads.get(name) if isinstance(name, str) else None
        typed = read is not None and not self._filling and not self._holds(read.name, read.value)
        if read is not None and typed and self.states.get(read.name) != "typed":
            self.states[read.name] = "typed"
            self._say(read.name, "")
            self._show_proofs()
        super()._changed(name)

    # -- inside -------------------------------------------------------------------------------------------------

    def _take(self, read: Read) -> None:
        name = read.name
        before, known = self.states.get(name), self.reads.get(name)
        if known is not None and before in ("sure", "accepted") and self._says_no_more(name, read):
            return  # the better proof stays, and "Osric" on a second card does not dispute "Osric Jale"
        empty = self.plain_values()[name] in ("", None, "unknown")
        if empty or before in ("sure", "accepted", "unsure") or self._holds(name, read.value):
            if not empty and before in ("sure", "accepted") and not read.sure:
                return  # a worse reading of the same card, or the other card's print of what is proven
            if not empty and not self._holds(name, read.value) and before in ("sure", "accepted"):
                self._dispute(read)
                return
            self.reads[name] = read
            self.states[name] = "sure" if read.sure else "unsure"
            self.set_values({name: read.value}, clean=False)
            self._say(name, "")
            return
        self._dispute(read)

    def _says_no_more(self, name: str, read: Read) -> bool:
        """Whether a further card only repeats, perhaps in part, what is proven already."""
        here = str(self.plain_values()[name] or "").casefold().split()
        there = read.value.casefold().split()
        agrees = self._holds(name, read.value) and read.confidence <= self.reads[name].confidence
        return agrees or (name == "given_names" and bool(there) and set(there) <= set(here))

    def _dispute(self, read: Read) -> None:
        """The card says something else than what stands there: both are offered, nobody is overruled."""
        shown = read.suggestion or read.value
        self.reads[read.name] = Read(
            read.name, read.value, read.confidence, read.source, read.check, read.box, shown, (), read.crop
        )
        self.states[read.name] = "unsure"
        self._say(read.name, "")

    def _holds(self, name: str, value: str) -> bool:
        """Whether the field says this, whatever its capitals."""
        now = self._value(name)
        text = now.isoformat() if hasattr(now, "isoformat") else str(now or "")
        return text.casefold() == value.casefold()

    def _show_proofs(self) -> None:
        order = {"unsure": 0, "typed": 1, "accepted": 2, "sure": 3}
        focused = self.focused()
        for names, row in self.rows:
            own = [name for name in names if name in self.reads]
            own.sort(key=lambda name: (name != focused, order[self.states[name]]))
            row.show_proof(self.reads[own[0]] if own else None, self.states[own[0]] if own else "")
        self.proofs_changed.emit()

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and self.isAncestorOf(new):
            name = self.focused()
            if name:
                if self.reads:
                    self._show_proofs()
                self.field_entered.emit(name)

    def _grid(self, fields: Sequence[Field | Heading], columns: int) -> QGridLayout:
        for field in fields:
            if isinstance(field, Field):
                self.controls[field.name] = self._make(field)
        for name in ALWAYS_WANTED:
            self.controls[name].set_optional(False)
        for number, name in enumerate(("family_name", "given_names", "birth_date", "sex"), 1):
            self.controls[name].label.set_text(f"{number}  {self.fields[name].label}")
        column = QVBoxLayout()
        column.setSpacing(theme().space("grid"))
        column.addLayout(self._proven("Identity", "F8 accepts the marked field", IDENTITY))
        column.addWidget(Rule())
        column.addLayout(self._plain("Contact", CONTACT))
        column.addWidget(Rule())
        column.addLayout(self._proven("Cover", "", COVER))
        for title, lines in MORE:
            column.addWidget(Rule())
            column.addLayout(self._folded(title, lines))
        grid = QGridLayout()
        grid.addLayout(column, 0, 0)
        return grid

    def _proven(self, title: str, note: str, lines: Sequence[tuple[str, ...]]) -> QVBoxLayout:
        section = QVBoxLayout()
        section.setSpacing(theme().space("grid"))
        head = QHBoxLayout()
        head.addWidget(Label(title, "subtitle"))
        head.addSpacing(theme().space("grid"))
        head.addWidget(Label(note, "small", "muted"))
        head.addStretch()
        section.addLayout(head)
        for names in lines:
            line = QHBoxLayout()
            line.setSpacing(theme().space("grid"))
            for name in names:
                line.addWidget(self.controls[name], _STRETCH.get(name, 1), Qt.AlignmentFlag.AlignTop)
            proof = ProofRow()
            holder = QVBoxLayout()
            holder.setContentsMargins(0, theme().text_px(20), 0, 0)
            holder.addWidget(proof)
            holder.addStretch()
            line.addLayout(holder)
            self.rows.append((names, proof))
            section.addLayout(line)
        return section

    def _plain(self, title: str, lines: Sequence[tuple[str, ...]]) -> QVBoxLayout:
        section = QVBoxLayout()
        section.setSpacing(theme().space("grid"))
        if title:
            section.addWidget(Label(title, "subtitle"))
        for names in lines:
            line = QHBoxLayout()
            line.setSpacing(theme().space("grid"))
            for name in names:
                check = self.fields[name].kind == "check"
                at = Qt.AlignmentFlag.AlignBottom if check else Qt.AlignmentFlag.AlignTop
                line.addWidget(self.controls[name], 1, at)
            if len(names) == 2:
                line.addWidget(QLabel(), 1)
            section.addLayout(line)
        return section

    def _folded(self, title: str, lines: Sequence[tuple[str, ...]]) -> QVBoxLayout:
        button = Button(title, "quiet", icon="ph.caret-right", size="small")
        button.setCheckable(True)
        body = QWidget(self)
        inner = self._plain("", lines)
        inner.setContentsMargins(0, 0, 0, 0)
        body.setLayout(inner)
        body.hide()

        def fold(shown: bool) -> None:
            show_if(body, shown)
            button.set_icon_name("ph.caret-down" if shown else "ph.caret-right")

        button.toggled.connect(fold)
        section = QVBoxLayout()
        section.addWidget(button, 0, Qt.AlignmentFlag.AlignLeading)
        section.addWidget(body)
        self.more.append((button, body))
        return section
