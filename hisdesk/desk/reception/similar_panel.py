"""People who may be the one in the form: looked for while typing, each to be decided. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from hisdesk.desk.kit.chips import StatusChip
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dialogs import Dialog, plain_label
from hisdesk.desk.kit.labels import Icon, Label
from hisdesk.desk.kit.notices import announce
from hisdesk.desk.kit.panels import Notice
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.tokens import Status
from hisdesk.desk.reception import words
from hisdesk.errors import UserError
from hisdesk.hospital.patients import mrn
from hisdesk.hospital.patients.queries import Draft, Similar, similar

DEBOUNCE_MS = 500
FEWEST_LETTERS = 2
UNASKED = "People who may be the same appear here while you type"
_FAMILIES = {"very likely": "attention", "likely": "attention", "possible": "neutral"}


class SimilarPanel(QWidget):
    """`look_for(draft)` as often as the form changes. `changed` when people were found or decided on.

    `decided`: somebody was looked at and nobody is left. `use_wanted(similar)` opens that record instead; `open_ones`
    are those nobody has decided on.
    """

    changed = Signal()
    decided = Signal()
    use_wanted = Signal(object)
    compare_wanted = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.found: list[Similar] = []
        self.not_the_same: set[UUID] = set()
        self.checking = False
        self.failed = ""
        self.cards: dict[UUID, SimilarCard] = {}
        self._asked: Draft | None = None
        self._wanted = Draft()
        self._wait = QTimer(self, singleShot=True, interval=DEBOUNCE_MS)
        self._wait.timeout.connect(self._ask)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme().space("card_padding"))
        self._notice = Notice("attention", "", "", icon="ph.users", commands=(("again", "Try again"),))
        self._notice.acted.connect(lambda _: self._ask())
        self._calm = Label(UNASKED, "small", "muted", wrap=True)
        self._list = QVBoxLayout()
        self._list.setSpacing(theme().space("card_padding"))
        inner = QWidget()
        inner.setLayout(self._list)
        inner.setProperty("surface", "canvas")
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._column.addWidget(self._notice)
        self._column.addWidget(self._calm)
        self._column.addWidget(area, 1)
        self._show()

    @property
    def open_ones(self) -> list[Similar]:
        """Found and not decided on."""
        return [each for each in self.found if each.id not in self.not_the_same]

    @property
    def blocking(self) -> list[Similar]:
        """The very likely ones that somebody must decide on before registering."""
        return [each for each in self.open_ones if each.likelihood == "very likely"]

    def look_for(self, draft: Draft) -> None:
        """Looks for people like this, half a second after the last change; nothing is asked for too little."""
        if draft == self._wanted:
            return
        self._wanted = draft
        letters = sum(c.isalnum() for c in draft.family_name + draft.given_names)
        if letters < FEWEST_LETTERS and len(draft.phone) < 5:
            self._wait.stop()
            self.checking = False
            self._asked = None
            self._received(draft, [])
            return
        self.checking = True
        self._wait.start()

    def settle(self) -> None:
        """Asks now instead of in half a second."""
        if self._wait.isActive():
            self._wait.stop()
            self._ask()

    def begin_anew(self) -> None:
        """The next person."""
        self._wait.stop()
        self._wanted, self._asked = Draft(), None
        self.not_the_same.clear()
        self.found, self.failed, self.checking = [], "", False
        self._show()

    def decide_not_the_same(self, person: Similar) -> None:
        """Somebody looked and says that this is another person."""
        self.not_the_same.add(person.id)
        self._show()
        self.changed.emit()
        following = next(iter(self.cards.values()), None)
        if following is not None:
            following.compare.setFocus(Qt.FocusReason.OtherFocusReason)  # the card with the focus has gone
        else:
            self.decided.emit()

    # -- inside -------------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        draft, db, actor = self._wanted, self._desk.db, self._desk.actor
        self._asked, self.checking = draft, True
        self._desk.tasks.run(
            self,
            lambda: similar(db, actor, draft),
            lambda found: self._received(draft, found),
            lambda error: self._not_received(draft, error),
            slot="similar",
        )

    def _received(self, draft: Draft, found: Sequence[Similar]) -> None:
        if draft != self._wanted:
            return
        known = {each.id for each in self.found}
        self.found, self.checking, self.failed = list(found), False, ""
        self._show()
        if {each.id for each in self.open_ones} - known:
            announce(self, self._title(len(self.open_ones)), urgent=bool(self.blocking))
        self.changed.emit()

    def _not_received(self, draft: Draft, error: UserError) -> None:
        if draft == self._wanted:
            self.checking, self.failed = False, str(error)
            self._show()
            self.changed.emit()

    def _title(self, number: int) -> str:
        return "1 record may be the same person" if number == 1 else f"{number} records may be the same person"

    def _show(self) -> None:
        for card in self.cards.values():
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = {}
        waiting = self.open_ones
        for place, person in enumerate(waiting):
            card = SimilarCard(person)
            card.use.clicked.connect(lambda _=False, p=person: self.use_wanted.emit(p))
            card.compare.clicked.connect(lambda _=False, p=person: self.compare_wanted.emit(p))
            card.other.clicked.connect(lambda _=False, p=person: self.decide_not_the_same(p))
            self._list.insertWidget(place, card)
            self.cards[person.id] = card
        if self.failed:
            self._notice.set_message("Similar people were not looked for", self.failed)
        elif waiting:
            self._notice.set_message(
                self._title(len(waiting)), "Decide on each. Registering twice splits a history and hides allergies."
            )
        self._notice.buttons["again"].setVisible(bool(self.failed))
        self._notice.setVisible(bool(waiting or self.failed))
        seen = len(self.found) - len(waiting)
        nobody = UNASKED if self._asked is None else "Nobody similar is registered yet"
        self._calm.set_text(f"{seen} looked at, not the same" if seen else nobody)
        self._calm.setVisible(not waiting and not self.failed)


class SimilarCard(QFrame):
    """One person: how likely, why, and what to do."""

    def __init__(self, person: Similar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.person = person
        self.setProperty("panel", True)
        name = words.full_name(person.family_name, person.given_names)
        self.setAccessibleName(f"{name}, {person.likelihood}")
        column = QVBoxLayout(self)
        inset = theme().space("card_padding")
        column.setContentsMargins(inset, inset, inset, inset)
        column.setSpacing(theme().space("half"))
        head = QHBoxLayout()
        head.addWidget(Label(name, "body_strong", wrap=True), 1)
        word = words.LIKELIHOODS.get(person.likelihood, person.likelihood)
        chip = StatusChip(Status(_FAMILIES.get(person.likelihood, "neutral"), "", word))
        head.addWidget(chip, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        born = words.born(person.born, False, words.today())
        column.addWidget(Label(f"Born {born} · {words.SEXES.get(person.sex, person.sex)}", "small", "secondary"))
        column.addWidget(Label(f"MRN {mrn.shown(person.mrn)}", "small", "secondary", identifier=True))
        if person.status in words.RECORD_STATES:
            column.addWidget(Label(words.RECORD_STATES[person.status], "small_strong", "attention"))
        for reason in person.reasons:
            line = QHBoxLayout()
            line.setSpacing(theme().space("inline_gap"))
            line.addWidget(Icon("ph.equals", "text.muted", "icon_inline"), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(Label(reason, "small", wrap=True), 1)
            column.addLayout(line)
        self.use = Button("Use this", size="small")
        self.compare = Button("Compare", size="small")
        self.other = Button("Not the same", size="small")
        for button in (self.use, self.compare, self.other):
            button.setAccessibleName(f"{button.text()}: {name}")
        row = QHBoxLayout()
        row.setSpacing(theme().space("grid"))
        row.addWidget(self.use)
        row.addWidget(self.compare)
        row.addStretch()
        row.addWidget(self.other)
        column.addSpacing(theme().space("half"))
        column.addLayout(row)


class CompareDialog(Dialog):
    """The typed person and a registered one side by side; what differs is bold. Verbs as on the card."""

    use_wanted = Signal()
    other_person = Signal()

    def __init__(self, parent: QWidget, typed: Draft, address: str, person: Similar) -> None:
        super().__init__(parent, "Is this the same person?", " · ".join(person.reasons), wide=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(theme().space("grid"))
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        grid.addWidget(plain_label("In this form", "small_strong", "secondary", self), 0, 1)
        grid.addWidget(plain_label("Registered", "small_strong", "secondary", self), 0, 2)
        on = words.today()
        digits = "".join(c for c in typed.phone if c.isdigit())
        lines = (
            ("Family name", typed.family_name, person.family_name),
            ("Given names", typed.given_names, person.given_names),
            ("Born", words.born(typed.birth_date, False, on), words.born(person.born, False, on)),
            ("Sex", words.SEXES[typed.sex], words.SEXES.get(person.sex, person.sex)),
            ("Phone ends", digits[-4:], person.phone_end),
            ("Address", address, ", ".join(part for part in (person.street, person.city) if part)),
            ("MRN", "", mrn.shown(person.mrn)),
        )
        for row, (label, mine, theirs) in enumerate(lines, 1):
            differs = bool(mine and theirs) and mine.casefold() != theirs.casefold()
            role = "body_strong" if differs else "body"
            grid.addWidget(plain_label(label, "small", "muted", self), row, 0)
            grid.addWidget(plain_label(mine or "–", role, "primary", self), row, 1)
            grid.addWidget(plain_label(theirs or "–", role, "attention" if differs else "primary", self), row, 2)
        self.body.addLayout(grid)
        self.first = self.add_verb("Go back", None, key="Esc")
        self.add_verb("Not the same", self.other_person.emit)
        self.add_verb("Use this record", self.use_wanted.emit, "primary")
