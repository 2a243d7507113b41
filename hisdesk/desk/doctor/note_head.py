"""The line above a note: draft or signed, how it is kept, and what can be done with it. GUI thread."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout

from hisdesk.desk.kit.chips import StatusChip
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.labels import Label, show_if
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.desk.kit.tokens import status

ADDENDUM_KEY = "Ctrl+Shift+A"
_BAR = 40


class NoteHead(QFrame):
    """Buttons `back`, `discard`, `addendum`, `sign`: shown when they apply."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("edge", "bottom")
        self.title = Label("Note", "body_strong")
        self.chip = StatusChip(status("note", "draft"))
        self.said = Label("", "small", "secondary", elide=True)
        self.back = Button("Back to your note", "quiet", size="small")
        self.discard = Button("Throw away…", "quiet", size="small")
        self.addendum = Button("Addendum…", icon="ph.plus", key=ADDENDUM_KEY, size="small")
        self.sign = Button("Sign", "primary", icon="ph.check-circle", size="small")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme().space("card_padding"), 0, theme().space("grid"), 0)
        row.setSpacing(theme().space("inline_gap"))
        row.addWidget(self.title)
        row.addWidget(self.chip)
        row.addWidget(self.said, 1)
        for button in (self.back, self.discard, self.addendum, self.sign):
            row.addWidget(button)
        follow(self._dress)
        self.show_nothing()

    def _dress(self) -> None:
        self.setFixedHeight(theme().text_px(_BAR) + 1)

    def say(self, text: str) -> None:
        """How the draft is kept: "Draft kept 10:41"."""
        if self.chip.state.word != "Signed":
            self.said.set_text(text)
            self.said.setToolTip(text)

    def show_draft(self, *, alone: bool) -> None:
        """A note that is written. `alone`: no open visit is signed with it."""
        self.chip.set_state(status("note", "draft"))
        self._only(self.chip, self.said, self.discard, *([self.sign] if alone else []))

    def show_signed(self, *, may_add: bool, back: bool) -> None:
        """A locked one. `back`: one's own note waits behind it."""
        self.chip.set_state(status("note", "signed"))
        self.said.set_text("")
        self._only(self.chip, *([self.back] if back else []), *([self.addendum] if may_add else []))

    def show_nothing(self) -> None:
        """No note is in front."""
        self._only()

    def _only(self, *wanted: object) -> None:
        for widget in (self.chip, self.back, self.discard, self.addendum, self.sign):
            show_if(widget, widget in wanted)
        if self.said not in wanted:
            self.said.set_text("")
