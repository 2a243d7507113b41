"""Rooms and beds as they are set up. GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from hisdesk.access.permissions import BEDS_ADMIN
from hisdesk.desk.kit.choices import CheckBox
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dialogs import Dialog
from hisdesk.desk.kit.fields import ComboField, Field, TextField
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.list_screen import ListScreen
from hisdesk.desk.kit.list_spec import Command, Empty, ListSpec
from hisdesk.desk.kit.table import Column
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.ward import words
from hisdesk.errors import Invalid, UserError
from hisdesk.hospital.beds import actions
from hisdesk.hospital.beds.queries import RoomRow
from hisdesk.hospital.beds.queries import rooms as all_rooms
from hisdesk.hospital.departments.queries import Department, departments
from hisdesk.live.topics import ROOT

TOPICS = frozenset({f"{ROOT}/department/+/room", f"{ROOT}/department/+/bed"})

COLUMNS: tuple[Column[RoomRow], ...] = (
    Column("Ward", lambda r: r.ward, 200),
    Column("Room", lambda r: r.label, 0, "strong"),
    Column("For", lambda r: words.ROOM_SEXES[r.sex], 100),
    Column("Isolation", lambda r: "Possible" if r.isolation else "–", 110),
    Column("From the nurses", lambda r: f"{r.distance_m} m", 130, "number"),
    Column("Beds", lambda r: str(r.beds), 80, "number"),
)


def rooms(desk: Desk) -> RoomList:
    """The rooms of all wards."""
    return RoomList(desk)


class RoomList(ListScreen[RoomRow]):
    """Adds rooms with their beds, and says what a room is for. `dialog` is the one that was opened last."""

    def __init__(self, desk: Desk) -> None:
        self.dialog: RoomDialog | None = None
        spec: ListSpec[RoomRow] = ListSpec(
            title="Rooms",
            columns=COLUMNS,
            query=all_rooms,
            key=lambda row: row.id,
            empty=Empty("No ward has a room yet", "A bed belongs to a room, and a room to a ward.", "New room"),
            sort_rule="Order: ward, room",
            topics=TOPICS,
            commands=(
                Command("New room", BEDS_ADMIN, lambda _row: self.ask(None), primary=True, on_row=False, key="F2",
                        icon="ph.plus"),
                Command("Change", BEDS_ADMIN, lambda row: self.ask(row), key="F4", icon="ph.pencil-simple"),
            ),
            opens=lambda row: self.ask(row),
            opens_with=BEDS_ADMIN,
            noun=("room", "rooms"),
        )  # fmt: skip
        super().__init__(desk, spec)

    def ask(self, row: RoomRow | None) -> None:
        """Opens the form of a new room, or of this one."""
        self.dialog = RoomDialog(self, self.desk, row)
        self.dialog.saved.connect(self._saved)
        self.dialog.present()

    def _saved(self, text: str) -> None:
        self.read_again()
        self.desk.messages.done(text)


class RoomDialog(Dialog):
    """A room; a new one with its beds. `saved(words)` when it is stored; nothing is closed before that."""

    saved = Signal(str)

    def __init__(self, parent: QWidget, desk: Desk, row: RoomRow | None) -> None:
        said = "" if row is None else f"{row.ward}. Who lies in it stays; the rule holds for the next."
        super().__init__(parent, row.label if row else "New room", said, wide=True)
        self._desk, self._row = desk, row
        self.ward = ComboField("Ward")
        self.label = TextField("Room")
        self.beds = TextField("Beds, with commas between")
        self.sex = ComboField("For", list(words.ROOM_SEXES.items()))
        self.distance_m = TextField("From the nurses", unit="m")
        self.isolation = CheckBox("Somebody can be isolated here")
        self.equipment = {item: CheckBox(text) for item, text in words.EQUIPMENT.items()}
        self.fields: dict[str, Field] = {"label": self.label, "distance_m": self.distance_m, "beds": self.beds}
        self._lay_out(new=row is None)
        self.add_verb("Go back", None, key="Esc")
        self.commit = Button("Save" if row else "Add room", "primary", key="Ctrl+Return", parent=self)
        self.commit.setShortcut("Ctrl+Return")
        self.commit.clicked.connect(self._give)
        self._buttons.addWidget(self.commit)
        self.distance_m.set_value("0")
        if row is None:
            self.commit.set_reason("Reading the wards")
            query = partial(departments, kinds=("ward",))
            desk.tasks.read(self, query, self._received, self._not_read, slot="wards")
        else:
            self.label.set_value(row.label)
            self.sex.set_value(row.sex)
            self.distance_m.set_value(str(row.distance_m))
            self.isolation.setChecked(row.isolation)
        self.first = self.label.edit

    def _lay_out(self, *, new: bool) -> None:
        for left, right in ((self.ward, self.label), (self.sex, self.distance_m)):
            line = QHBoxLayout()
            line.setSpacing(theme().space("field_gap"))
            for field in (left, right):
                if new or field is not self.ward:
                    line.addWidget(field, 1)
            self.body.addLayout(line)
        self.body.addWidget(self.isolation)
        if not new:
            return
        self.body.addWidget(self.beds)
        self.body.addWidget(Label("At every bed of the room", "small", "secondary"))
        grid = QGridLayout()
        for number, tick in enumerate(self.equipment.values()):
            grid.addWidget(tick, number // 3, number % 3)
        self.body.addLayout(grid)

    def _received(self, found: list[Department]) -> None:
        self.ward.set_options([(each.id, each.name) for each in found])
        self.commit.set_reason("" if found else "There is no ward. The administrator adds one under Departments.")

    def _not_read(self, error: UserError) -> None:
        self.ward.set_error(str(error))
        self.commit.set_reason(str(error))

    def _give(self) -> None:
        text = self.distance_m.value()
        if not text.isdigit():
            self.distance_m.set_error("Type whole metres.")
            self.fit()
            return
        for field in self.fields.values():
            field.set_error("")
        self.commit.set_busy(True)
        ward = self.ward.value()
        if self._row is None and isinstance(ward, UUID):
            beds = tuple(part.strip() for part in self.beds.value().split(",") if part.strip())
            new = actions.NewRoom(
                ward, self.label.value(), beds, str(self.sex.value()), self.isolation.isChecked(), int(text),
                tuple(item for item, tick in self.equipment.items() if tick.isChecked()),
            )  # fmt: skip
            done: Callable[[object], None] = lambda _key: self._stored(f"Added {new.label}")  # noqa: E731 (typed)
            self._desk.tasks.write(self, actions.add_room, new, on_done=done, on_error=self._failed)
        elif self._row is not None:
            row, label = self._row, self.label.value()
            self._desk.tasks.write(
                self, actions.change_room, row.id, row.version, label, str(self.sex.value()),
                self.isolation.isChecked(), int(text),
                on_done=lambda _changed: self._stored(f"Changed {label}"), on_error=self._failed,
            )  # fmt: skip

    def _stored(self, text: str) -> None:
        self.accept()
        self.saved.emit(text)

    def _failed(self, error: UserError) -> None:
        self.commit.set_busy(False)
        known = error.fields if isinstance(error, Invalid) else {}
        for name, field in self.fields.items():
            field.set_error(known.get(name, ""))
        if not any(name in self.fields for name in known):
            self.label.set_error(str(error))
        self.fit()
