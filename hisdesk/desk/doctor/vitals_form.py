"""A new round of vital signs: typed with units, checked, and scored while it is typed. GUI thread."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.form import Field, Form, Heading
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.panels import Notice, Panel, ScrollPanel
from hisdesk.desk.kit.theme import theme
from hisdesk.errors import Invalid, UserError
from hisdesk.hospital.vitals import rules
from hisdesk.hospital.vitals.actions import Recorded, record
from hisdesk.hospital.vitals.news2 import CONSCIOUSNESS, NoScore, Risk, Score
from hisdesk.hospital.vitals.rules import RANGES, About, NewVitals

FAMILIES = {Risk.LOW: "ok", Risk.LOW_MEDIUM: "attention", Risk.MEDIUM: "attention", Risk.HIGH: "critical"}
WIDTH = 376
LEVELS = {
    "alert": "Alert",
    "new confusion": "New confusion",
    "voice": "Responds to voice",
    "pain": "Responds to pain",
    "unresponsive": "Unresponsive",
}
_WHOLE = ("respiratory_rate_per_min", "oxygen_saturation_percent", "systolic_mmhg", "diastolic_mmhg", "pulse_per_min",
          "pain")  # fmt: skip
_TIME = re.compile(r"([01]?\d|2[0-3])[:.]?([0-5]\d)")


def fields() -> list[Field | Heading]:
    """In the order in which a round is measured."""

    def number(name: str) -> Field:
        limits = RANGES[name]
        return Field(name, limits.words, required=False, unit=limits.unit, max_length=8)

    return [
        number("respiratory_rate_per_min"),
        number("oxygen_saturation_percent"),
        Field("oxygen_given", "Breathes", "choice", required=False,
              options=[(None, "Not noted"), (False, "Air"), (True, "Oxygen")]),
        number("oxygen_flow_l_per_min"),
        number("systolic_mmhg"),
        number("diastolic_mmhg"),
        number("pulse_per_min"),
        number("temperature_celsius"),
        Field("consciousness", "Consciousness", "choice", required=False, span=2,
              options=[("", "Not noted"), *((level, LEVELS[level]) for level in CONSCIOUSNESS)]),
        number("pain"),
        Field("pregnant", "Pregnant", "choice", required=False,
              options=[(None, "Not asked"), (False, "No"), (True, "Yes")]),
        number("weight_kg"),
        number("height_cm"),
        Field("measured_at", "Measured at", required=False, max_length=5, help="Now, or a time such as 07:40"),
        Field("note", "Note", required=False, max_length=rules.LONGEST_NOTE),
    ]  # fmt: skip


def typed(values: dict[str, Any], now: dt.datetime) -> NewVitals:
    """The round as it stands in the form. Raises Invalid by field for what is not a number or a time."""
    wrong: dict[str, str] = {}
    taken: dict[str, Any] = {name: values[name] for name in ("oxygen_given", "pregnant", "note")}
    taken["consciousness"] = values["consciousness"] or ""
    for name in RANGES:
        text = str(values[name]).strip().replace(",", ".")
        if not text:
            continue
        try:
            taken[name] = int(text) if name in _WHOLE else Decimal(text)
        except (ValueError, InvalidOperation):
            wrong[name] = "Type a whole number" if name in _WHOLE else "Type a number"
    at = str(values["measured_at"]).strip()
    match = _TIME.fullmatch(at)
    taken["measured_at"] = now
    if at and match is None:
        wrong["measured_at"] = "Type a time such as 07:40"
    elif match is not None:
        there = now.astimezone().replace(hour=int(match[1]), minute=int(match[2]), second=0, microsecond=0)
        # just after midnight "23:50" was yesterday
        taken["measured_at"] = there if there <= now + dt.timedelta(minutes=2) else there - dt.timedelta(days=1)
    if wrong:
        raise Invalid(wrong)
    return NewVitals(**taken)


class VitalsPanel(Panel):
    """The form at the right of the list, the score at its foot. `recorded`: it is saved; `left`: it was given up."""

    recorded = Signal(object)
    left = Signal()

    def __init__(self, desk: Desk, patient_id: UUID, about: About) -> None:
        super().__init__("Record vital signs", padded=False)
        self._desk, self._patient_id, self._about = desk, patient_id, about
        inside = ScrollPanel(parent=self)
        inside.setProperty("panel", False)
        self.form = Form(fields(), columns=2, checks=_problems, keys_on=self, parent=inside.holder)
        self.form.keep_draft(desk.drafts, f"vitals/{patient_id}")
        inside.add_scrolled(Label("Leave empty what was not measured.", "small", "muted"))
        inside.add_scrolled(self.form, 1)
        self.score = Notice("neutral", "NEWS2", "")
        self.save = Button("Record", "secondary", icon="ph.check", key="Ctrl+Return")
        self.back = Button("Leave", "quiet", key="Esc")
        self.save.clicked.connect(self.form.submit)
        self.back.clicked.connect(self.form.leave)
        self.form.submitted.connect(self._submitted)
        self.form.left.connect(self.left)
        self.form.changed.connect(self._show_score)
        self.add(inside, 1)
        self.add(self._foot())
        for control in self.form.controls.values():
            control.set_optional(False)  # all are: the sentence above says it once
        self.setFixedWidth(theme().text_px(WIDTH))
        self.setFocusProxy(self.form.controls["respiratory_rate_per_min"])
        self._show_score()

    def _foot(self) -> QWidget:
        foot = QWidget()
        inset = theme().space("card_padding")
        column = QVBoxLayout(foot)
        column.setContentsMargins(inset, inset, inset, inset)
        column.setSpacing(inset)
        column.addWidget(self.score)
        buttons = QHBoxLayout()
        buttons.addWidget(self.back)
        buttons.addStretch(1)
        buttons.addWidget(self.save)
        column.addLayout(buttons)
        return foot

    def set_about(self, about: About) -> None:
        """Somebody prescribed another oxygen scale meanwhile."""
        self._about = about
        self._show_score()

    def _show_score(self) -> None:
        """The score of what stands there, and a word beside what is possible but rare."""
        try:
            new = typed(self.form.values(), _now())
        except Invalid:
            self.score.set_message("NEWS2", "No score yet: something typed is not a number.", "neutral")
            return
        impossible = rules.problems(new, _now())
        for name, words in rules.unusual(new).items():
            if name not in impossible:
                self.form.controls[name].set_message(words, "attention")
        found = rules.scored(new, self._about)
        if isinstance(found, NoScore) or impossible:
            why = found.why if isinstance(found, NoScore) else "No score: a value cannot be."
            self.score.set_message("NEWS2", why, "neutral")
        else:
            self.score.set_message(f"NEWS2 {found.total} · {found.risk} risk", found.response, FAMILIES[found.risk])

    def _submitted(self, values: dict[str, Any]) -> None:
        self.form.set_busy(True)
        self.save.set_busy(True)
        self._desk.tasks.write(
            self,
            record,
            self._patient_id,
            typed(values, _now()),
            on_done=self._done,
            on_error=self._not_done,
            slot="record",
        )

    def _done(self, done: Recorded) -> None:
        self.save.set_busy(False)
        self.form.saved()
        self.recorded.emit(done)

    def _not_done(self, error: UserError) -> None:
        self.save.set_busy(False)
        self.form.set_busy(False)
        if isinstance(error, Invalid) and error.fields:
            self.form.show_errors(error.fields)
        else:
            self._desk.messages.failure(self.form, error, "Not recorded")


def family(score: Score) -> str:
    """The colour family of a score."""
    return FAMILIES[score.risk]


def _problems(values: dict[str, Any]) -> dict[str, str]:
    try:
        rules.checked(typed(values, _now()), _now())
    except Invalid as error:
        return error.fields
    return {}


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
