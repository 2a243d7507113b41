"""Dialogs of the ward. Each gives its values; the screen writes. GUI thread."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dates import unbroken
from hisdesk.desk.kit.dialogs import Dialog
from hisdesk.desk.kit.fields import ComboField, DateField, TextField
from hisdesk.desk.kit.labels import show_if
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.words import clock, moment
from hisdesk.desk.ward import words
from hisdesk.errors import UserError
from hisdesk.hospital.admissions.queries import BedRow
from hisdesk.hospital.beds import rules as beds
from hisdesk.hospital.cleaning.queries import Cleaner, cleaners

_TIME = re.compile(r"^([01]?\d|2[0-3])[:.]?([0-5]\d)$")


class StateDialog(Dialog):
    """Another state for a bed that nobody lies in. `given(what, reason)`: a status letter, "block" or "unblock"."""

    given = Signal(str, str)

    def __init__(self, parent: QWidget, row: BedRow) -> None:
        super().__init__(parent, f"Bed {row.label}", f"{row.room}. Now: {words.shown_state(row).word.lower()}.")
        options: list[tuple[object, str]] = [
            (str(status), words.STATES[status]) for status in words.STATES if beds.may_become(row.status, status)
        ]
        if row.hold == beds.Hold.BLOCKED:
            options.insert(0, ("unblock", "No longer blocked"))
        elif row.status != beds.Status.CLOSED:
            options.append(("block", "Blocked"))
        self.state = ComboField("From now on", options)
        self.reason = TextField("Reason, shown on the board")
        self.body.addWidget(self.state)
        self.body.addWidget(self.reason)
        self.add_verb("Go back", None, key="Esc")
        self.commit = self.add_verb("Change", self._give, "primary", key="Ctrl+Return")
        self.commit.setShortcut("Ctrl+Return")
        self.first = self.state.combo
        self.state.chosen.connect(self._check)
        self.reason.changed.connect(self._check)
        self._check()

    def _check(self, _value: object = None) -> None:
        needed = self.state.value() in (str(beds.Status.CLOSED), "block")
        show_if(self.reason, needed)
        text = self.reason.value()
        missing = "Say why; it stands on the board" if needed and not text else ""
        long = f"At most {beds.REASON_LENGTH} characters fit" if len(text) > beds.REASON_LENGTH else ""
        self.commit.set_reason(missing or long)
        self.fit()

    def _give(self) -> None:
        self.given.emit(str(self.state.value()), self.reason.value())


class PlanDialog(Dialog):
    """When somebody is expected to go home. `given(day, moment or None)`."""

    given = Signal(object, object)

    def __init__(self, parent: QWidget, row: BedRow, now: dt.datetime) -> None:
        said = "With a time the discharge is planned; the bed stays taken until it is done."
        super().__init__(parent, f"When does {words.name(row)} go home?", said)
        self._now = now
        self.day = DateField("Day", today=now.date())
        self.time = TextField("Time", optional=True)
        self.day.set_value(row.expected_on or now.date())
        self.time.set_value(clock(row.leaves_at))
        line = QHBoxLayout()
        line.setSpacing(theme().space("field_gap"))
        line.addWidget(self.day, 2)
        line.addWidget(self.time, 1)
        self.body.addLayout(line)
        self.add_verb("Go back", None, key="Esc")
        self.commit = Button("Plan", "primary", key="Ctrl+Return", parent=self)
        self.commit.setShortcut("Ctrl+Return")
        self.commit.clicked.connect(self._give)
        self._buttons.addWidget(self.commit)
        self.first = self.day.edit

    def _give(self) -> None:
        day, text = self.day.value(), self.time.value()
        found = _TIME.match(text)
        self.time.set_error("" if found or not text else "Type a time like 14:00.")
        if day is None and not self.day.message:
            self.day.set_error("Type the day.")
        elif day is not None and day < self._now.date():
            self.day.set_error("This day is over.")
            day = None
        if day is None or (text and not found):
            self.fit()
            return
        at = None
        if found:
            at = dt.datetime.combine(day, dt.time(int(found[1]), int(found[2]))).astimezone()
        self.accept()
        self.given.emit(day, at)


class IsolationDialog(Dialog):
    """Begins, changes or ends isolation. `given(isolation)`."""

    given = Signal(str)

    def __init__(self, parent: QWidget, row: BedRow) -> None:
        said = "" if row.room_isolation else f"{row.room} is not equipped for isolation: transfer the person soon."
        family = "" if row.room_isolation else "attention"
        super().__init__(parent, f"Isolation of {words.name(row)}", said, family=family)
        self.kind = ComboField("Isolation", list(words.ISOLATIONS.items()))
        self.kind.set_value(row.isolation)
        self.body.addWidget(self.kind)
        self.add_verb("Go back", None, key="Esc")
        self.commit = self.add_verb(
            "Set", lambda: self.given.emit(str(self.kind.value())), "primary", key="Ctrl+Return"
        )
        self.commit.setShortcut("Ctrl+Return")
        self.first = self.kind.combo


class NewbornDialog(Dialog):
    """A newborn at this bed. `given(sex, day)`."""

    given = Signal(str, object)

    def __init__(self, parent: QWidget, row: BedRow, today: dt.date) -> None:
        said = f"Gets an MRN of its own and lies in a cot at bed {row.label}."
        super().__init__(parent, f"Register a newborn of {words.name(row)}", said)
        self.sex = ComboField("Sex", [("unknown", "Not known yet"), ("female", "Female"), ("male", "Male")])
        self.day = DateField("Born", birth=True, today=today)
        self.day.set_value(today)
        line = QHBoxLayout()
        line.setSpacing(theme().space("field_gap"))
        line.addWidget(self.sex, 1)
        line.addWidget(self.day, 1)
        self.body.addLayout(line)
        self.add_verb("Go back", None, key="Esc")
        self.commit = Button("Register", "primary", key="Ctrl+Return", parent=self)
        self.commit.setShortcut("Ctrl+Return")
        self.commit.clicked.connect(self._give)
        self._buttons.addWidget(self.commit)
        self.first = self.sex.combo
        self._today = today

    def _give(self) -> None:
        day = self.day.value()
        if day is None or not self._today - dt.timedelta(days=28) <= day <= self._today:
            self.day.set_error(self.day.message or "A newborn was born in the last 28 days.")
            self.fit()
            return
        self.accept()
        self.given.emit(str(self.sex.value()), day)


class GiveDialog(Dialog):
    """Whom a cleaning task is given to, the nearest first. `given(staff_id)`."""

    given = Signal(object)

    def __init__(self, parent: QWidget, desk: Desk, bed: str, department_id: UUID) -> None:
        super().__init__(parent, f"Who shall clean bed {bed}?", "Only this person, and the ward, will see the task.")
        self.person = ComboField("Person")
        self.body.addWidget(self.person)
        self.add_verb("Go back", None, key="Esc")
        self.commit = self.add_verb("Give", lambda: self.given.emit(self.person.value()), "primary", key="Ctrl+Return")
        self.commit.setShortcut("Ctrl+Return")
        self.commit.set_reason("Reading who is there")
        self.first = self.person.combo
        desk.tasks.read(self, lambda tx: cleaners(tx, department_id), self._received, self._failed, slot="cleaners")

    def _received(self, found: Sequence[Cleaner]) -> None:
        self.person.set_options([(each.id, cleaner_words(each)) for each in found])
        self.commit.set_reason("" if found else "Nobody has the role housekeeping. Ask your administrator.")

    def _failed(self, error: UserError) -> None:
        self.person.set_error(str(error))
        self.commit.set_reason(str(error))


def cleaner_words(each: Cleaner) -> str:
    """ "Una Larkmoor · this ward · free"."""
    busy = f"{each.open_tasks} task{'s' if each.open_tasks != 1 else ''}" if each.open_tasks else "free"
    duty = busy if each.on_duty else "off duty"
    return " · ".join((each.name, "this ward" if each.on_ward else "another ward", duty))


class CorrectDialog(Dialog):
    """The bed in which the person really lies, and why it was recorded wrongly. `given(bed_id, reason)`."""

    given = Signal(object, str)

    def __init__(self, parent: QWidget, row: BedRow, fits: Sequence[beds.Fit]) -> None:
        said = f"Bed {row.label} is free again, and the other bed was taken from {moment(row.from_at or row.since)} on."
        said = unbroken(said)
        super().__init__(parent, f"In which bed does {words.name(row)} lie?", said)
        good = [fit for fit in fits if fit.fits]
        self.bed = ComboField("Bed", [(fit.bed_id, fit.words) for fit in good])
        self.reason = TextField("What went wrong, kept in the record")
        self.body.addWidget(self.bed)
        self.body.addWidget(self.reason)
        self.add_verb("Go back", None, key="Esc")
        self.commit = self.add_verb("Correct", self._give, "primary", key="Ctrl+Return")
        self.commit.setShortcut("Ctrl+Return")
        self._none = "" if good else "No free bed fits this person"
        self.reason.changed.connect(self._check)
        self.first = self.bed.combo
        self._check()

    def _check(self, _text: str = "") -> None:
        self.commit.set_reason(self._none or ("" if self.reason.value() else "Say what went wrong"))

    def _give(self) -> None:
        self.given.emit(self.bed.value(), self.reason.value())
