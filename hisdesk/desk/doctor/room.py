"""Where people are called to: the station's own room, or what was answered once where it has none. GUI thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from hisdesk.access.here import here
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.dialogs import Dialog
from hisdesk.desk.kit.fields import TextField
from hisdesk.errors import UserError

SETTING = "doctor/room"
LONGEST = 40


class RoomDialog(Dialog):
    """Asks which room this station stands in. `given(room)`."""

    given = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            parent,
            "Which room do you call people to?",
            "The hall display shows it beside the number. This station remembers it.",
        )
        self.room = TextField("Room")
        self.body.addWidget(self.room)
        self.add_verb("Go back", None, key="Esc")
        self.commit = self.add_verb("Call", lambda: self.given.emit(self.room.value()), "primary", key="Return")
        self.room.changed.connect(self._check)
        self.room.edit.returnPressed.connect(self.commit.click)
        self.first = self.room.edit
        self._check()

    def _check(self, _text: str = "") -> None:
        length = len(self.room.value())
        too_long = f"{length} characters; at most {LONGEST} fit" if length > LONGEST else ""
        self.room.set_error(too_long)
        self.commit.set_reason(too_long or ("" if length else "Enter the room that people shall come to"))


class Room(QObject):
    """Knows the room of this station. `then(room)` is called at once, after a read, or after the question."""

    def __init__(self, desk: Desk, screen: QWidget) -> None:
        super().__init__(screen)
        self._desk, self._screen = desk, screen
        self._name: str | None = None

    def use(self, then: Callable[[str], object]) -> None:
        """Calls `then` with the room; asks for it where the station has none."""
        if self._name:
            then(self._name)
            return
        db = self._desk.db
        self._desk.tasks.run(
            self, lambda: here(db).room, lambda room: self._found(room, then), self._not_found, slot="room"
        )

    def _not_found(self, error: UserError) -> None:
        self._desk.messages.failure(self._screen, error, "The room of this station is not known")

    def _found(self, room: str, then: Callable[[str], object]) -> None:
        known = room.strip() or str(self._desk.settings.value(SETTING, "")).strip()
        if known:
            self._name = known
            then(known)
            return
        dialog = RoomDialog(self._screen)
        dialog.given.connect(lambda answer: self._answered(answer, then))
        dialog.present()

    def _answered(self, room: str, then: Callable[[str], object]) -> None:
        self._name = room
        self._desk.settings.setValue(SETTING, room)
        then(room)
