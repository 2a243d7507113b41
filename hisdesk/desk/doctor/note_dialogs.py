"""What is asked about a note: which of two versions, what is added to a signed one and why. GUI thread."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from hisdesk.desk.doctor import words
from hisdesk.desk.doctor.note_text import NAMES
from hisdesk.desk.kit.dates import show_date
from hisdesk.desk.kit.dialogs import ConflictDialog, Dialog, Differing
from hisdesk.desk.kit.fields import AreaField, ComboField, TextField
from hisdesk.hospital.notes.rules import LONGEST, LONGEST_REASON, Content, Kind

KINDS = (
    (Kind.ADDENDUM, "Addendum: known only now"),
    (Kind.LATE_ENTRY, "Late entry: left out then"),
    (Kind.AMENDMENT, "Amendment: something was wrong"),
)
_CODES, _NEXT = "diagnoses", "next_visit_on"


def shown(content: Content) -> dict[str, tuple[str, str]]:
    """Every field of a note as words: its name, its text."""
    fields = {name: (title, getattr(content, name).strip()) for name, (title, _key) in NAMES.items()}
    codes = "\n".join(f"{d.code} {d.title}{' (problem)' if d.problem else ''}" for d in content.diagnoses)
    fields[_CODES] = ("Diagnoses", codes)
    fields[_NEXT] = ("Next visit", show_date(content.next_visit_on) if content.next_visit_on else "")
    return fields


def mixed(mine: Content, theirs: Content, choices: dict[str, str]) -> Content:
    """The note as the author decided, field by field; what was alike stays."""

    def of(name: str) -> Any:
        return getattr(theirs if choices.get(name) == "theirs" else mine, name)

    return Content(**{name: of(name) for name in (*NAMES, _CODES, _NEXT)})


class TwoVersions(ConflictDialog):
    """Both versions of a draft that its author wrote in two rooms."""

    def __init__(self, parent: QWidget | None, mine: Content, theirs: Content, at: Any) -> None:
        here, there = shown(mine), shown(theirs)
        fields = [Differing(name, title, text, there[name][1]) for name, (title, text) in here.items()]
        when = words.clock(at) if at is not None else ""
        super().__init__(parent, "Your note", fields, who="You, elsewhere", when=when, verbs=("Keep that", "Keep this"))


class AddendumDialog(Dialog):
    """`given(kind, reason, text)`: what is added to a signed note."""

    given = Signal(str, str, str)

    def __init__(self, parent: QWidget | None, whose: str, *, text: str = "") -> None:
        super().__init__(
            parent,
            "Add to this signed note?",
            f"{whose} The note itself stays as it was signed. What you add carries your name and the time.",
            wide=True,
        )
        self.kind = ComboField("Kind", KINDS)
        self.reason = TextField("Reason")
        self.text = AreaField("Text", lines=6)
        self.text.set_value(text)
        for field in (self.kind, self.reason, self.text):
            self.body.addWidget(field)
        self.add_verb("Go back", None, key="Esc")
        self.commit = self.add_verb("Sign addendum", self._give, "primary", key="Ctrl+Return")
        self.commit.setShortcut("Ctrl+Return")
        self.reason.changed.connect(self._check)
        self.text.changed.connect(self._check)
        self.first = self.reason.edit
        self._check()

    def _check(self, _text: str = "") -> None:
        reason, text = self.reason.value(), self.text.value()
        missing = "Say why something is added now" if not reason else "" if text else "Write what is added"
        long = len(reason) > LONGEST_REASON or len(text) > LONGEST
        self.commit.set_reason(missing or ("This is too long" if long else ""))

    def _give(self) -> None:
        self.given.emit(str(self.kind.value()), self.reason.value(), self.text.value())
