"""The vital signs of a person: every round with its early warning score, recording and marking errors. GUI thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QWidget

from hisdesk.access.permissions import VITALS_APPROVE, VITALS_CREATE, VITALS_EDIT
from hisdesk.desk.doctor import words
from hisdesk.desk.doctor.record import Record
from hisdesk.desk.doctor.tab_page import TabPage
from hisdesk.desk.doctor.vitals_form import LEVELS, VitalsPanel, family
from hisdesk.desk.kit.cells import Cell
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dialogs import ReasonDialog
from hisdesk.desk.kit.focus import show_page, take_away
from hisdesk.desk.kit.keys import Keys
from hisdesk.desk.kit.labels import Label, show_if
from hisdesk.desk.kit.notices import Notices
from hisdesk.desk.kit.panels import Panel
from hisdesk.desk.kit.states import EmptyState, OfflineState
from hisdesk.desk.kit.table import Column, ListModel
from hisdesk.desk.kit.table_view import TableView
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.desk.kit.tokens import Status, family_status
from hisdesk.errors import Conflict, UserError
from hisdesk.hospital.vitals.actions import Recorded, entered_in_error, prescribe_oxygen_scale
from hisdesk.hospital.vitals.news2 import NoScore
from hisdesk.hospital.vitals.queries import Vitals, VitalsRow, of_person


class VitalsPage(TabPage):
    """`typing(bool)`: a round is being typed. Commands are there for who may use them."""

    typing = Signal(bool)
    tables = frozenset({"vital_signs", "oxygen_scale"})

    def __init__(self, desk: Desk, record: Record) -> None:
        super().__init__(desk, record)
        self.shown: Vitals | None = None
        self.panel: VitalsPanel | None = None
        self._form_wanted = False
        self.notices = Notices(self)
        self.model: ListModel[VitalsRow] = ListModel(self._columns(), lambda row: row.id, self)
        self.table: TableView[VitalsRow] = TableView(self.model, row_height="row_two_line")
        self.table.setAccessibleName("Vital signs")
        self.line = Label("", "body", "secondary", elide=True)
        self.add_button = Button("Record vital signs", icon="ph.plus", key="Alt+V")
        self.scale_button = Button("Oxygen scale…")
        self.wrong_button = Button("Entered in error…", "destructive")
        self._lay_out()
        self.add_button.clicked.connect(self.add)
        self.scale_button.clicked.connect(self.ask_scale)
        self.wrong_button.clicked.connect(self.ask_wrong)
        self.table.chosen.connect(lambda _: self._refresh())
        self.forget()

    def add_keys(self, keys: Keys, bring: Callable[[], object]) -> None:
        """The key works in the whole chart: it brings this tab to the front first."""

        def press() -> None:
            bring()
            self.add_button.click()

        if self.desk.actor.may(VITALS_CREATE):
            keys.add("Alt+V", "Record vital signs", press, group="Vital signs")

    def rights_changed(self) -> None:
        """Only the commands that this person may use."""
        may, free = self.desk.actor.may, self.panel is None  # the form takes their room
        show_if(self.add_button, free and may(VITALS_CREATE))
        show_if(self.scale_button, free and may(VITALS_APPROVE))
        show_if(self.wrong_button, free and may(VITALS_EDIT))

    def go_back(self) -> bool:
        """Esc: leaves the form; asks first when something was typed."""
        if self.panel is None:
            return False
        self.panel.form.leave()
        return True

    # -- commands -----------------------------------------------------------------------------------------------

    def add(self) -> None:
        """Alt+V: the form at the right; before the rows are read, as soon as they are."""
        if self.of is None or self.panel is not None:
            if self.panel is not None:
                self.panel.setFocus()
            return
        if self.shown is None:
            self._form_wanted = True
            return
        self.panel = VitalsPanel(self.desk, self.of, self.shown.about)
        self.panel.recorded.connect(self._recorded)
        self.panel.left.connect(self._close_panel)
        self._row.addWidget(self.panel)
        self.panel.show()
        self.panel.setFocus()
        self.typing.emit(True)
        self._refresh()

    def ask_scale(self) -> None:
        """The other oxygen scale, with its reason."""
        patient_id = self.of
        if patient_id is None or self.shown is None:
            return
        wanted = 1 if self.shown.about.oxygen_scale == 2 else 2
        target = "88–92 %, for hypercapnic respiratory failure" if wanted == 2 else "96 % and more, for everybody else"
        dialog = ReasonDialog(
            self, f"Score the oxygen saturation on scale {wanted}?", f"Its target is {target}.", f"Use scale {wanted}"
        )
        dialog.given.connect(
            lambda reason: self.desk.tasks.write(
                self,
                prescribe_oxygen_scale,
                patient_id,
                wanted,
                reason,
                on_done=lambda _: self._said(f"NEWS2 now uses oxygen scale {wanted}"),
                on_error=lambda error: self._failed_write(error, "The scale was not changed"),
                slot="scale",
            )
        )
        dialog.present()

    def ask_wrong(self) -> None:
        """Asks why the selected round does not count."""
        row = self.table.row
        if row is None:
            return
        dialog = ReasonDialog(
            self,
            f"Mark the round of {words.moment(row.new.measured_at)} as entered in error?",
            "It does not count any more. It stays in the record, with your reason and your name.",
            "Mark as error",
            danger=True,
        )
        dialog.given.connect(
            lambda reason: self.desk.tasks.write(
                self,
                entered_in_error,
                row.id,
                row.version,
                reason,
                on_done=lambda _: self._said("The round does not count any more"),
                on_error=lambda error: self._failed_write(error, "Not marked"),
                slot=str(row.id),
            )
        )
        dialog.present()

    def _recorded(self, done: Recorded) -> None:
        self._close_panel()
        self._said(f"Recorded: NEWS2 {done.news2}" if done.news2 is not None else "Vital signs recorded")

    def _failed_write(self, error: UserError, title: str) -> None:
        self.desk.messages.failure(self, error, title)
        if isinstance(error, Conflict):
            self._read_now()

    def _said(self, text: str) -> None:
        self.desk.messages.done(text)
        self._read_now()
        self.record.read_again()

    def _read_now(self) -> None:
        self.stale = True
        self.read_if_wanted()

    def _close_panel(self) -> None:
        panel, self.panel = self.panel, None
        if panel is not None:
            take_away(panel, self.table, self._stack)
            self.typing.emit(False)
        self._refresh()

    # -- reading ------------------------------------------------------------------------------------------------

    def read(self) -> None:
        patient_id = self.of
        if patient_id is not None:
            self.desk.tasks.read(
                self, lambda tx: of_person(tx, patient_id), self._received, self._not_received, slot="vitals"
            )

    def forget(self) -> None:
        self.shown, self._form_wanted = None, False
        self.model.set_rows((), flash=False)
        self._close_panel()
        self.notices.clear()
        self._refresh()

    def _received(self, found: Vitals) -> None:
        first = self.shown is None
        self.shown = found
        self.model.set_stale(False)
        self.model.set_rows(found.rows, flash=not first)
        if first:
            self.table.select_first()
        if self.panel is not None:
            self.panel.set_about(found.about)
        self._refresh()
        if self._form_wanted:
            self._form_wanted = False
            self.add()

    def _not_received(self, error: UserError) -> bool:
        self.stale = True
        if self.shown is None:
            self._away.set_words("Vital signs unavailable", str(error))
            self._stack.setCurrentWidget(self._away)
        self.model.set_stale(True)
        self._refresh()
        return True

    # -- showing ------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        list_panel = Panel("", padded=False)
        list_panel.add(self._bar())
        self._stack = QStackedWidget()
        self._empty = EmptyState(
            "No vital signs are recorded", "What is measured appears here by itself.", icon="ph.heartbeat"
        )
        self._away = OfflineState("Vital signs unavailable", "", "Try again")
        self._away.acted.connect(self._read_now)
        for widget in (self.table, self._empty, self._away):
            self._stack.addWidget(widget)
        list_panel.add(self.notices)
        list_panel.add(self._stack, 1)
        self._row = QHBoxLayout(self)
        page = theme().space("page_padding")
        self._row.setContentsMargins(page, theme().space("card_padding"), page, theme().space("card_padding"))
        self._row.setSpacing(theme().space("card_padding"))
        self._row.addWidget(list_panel, 1)
        self.setFocusProxy(self.table)

    def _bar(self) -> QWidget:
        bar = self._top = QFrame()
        bar.setProperty("edge", "bottom")
        row = QHBoxLayout(bar)
        inset = theme().space("card_padding")
        row.setContentsMargins(inset, 8, inset, 8)
        row.setSpacing(theme().space("inline_gap"))
        row.addWidget(self.line, 1)
        for button in (self.wrong_button, self.scale_button, self.add_button):
            row.addWidget(button)
        follow(self._dress)
        return bar

    def _dress(self) -> None:
        self._top.setFixedHeight(theme().px("control") + 17)

    def _refresh(self) -> None:
        """The line, the commands and the page that fits what is known."""
        self.rights_changed()
        row = self.table.row
        self.wrong_button.set_reason(
            "Choose a round first" if row is None else "" if row.status == "final" else "It is marked already"
        )
        if self.shown is None:
            self.line.set_text("")
            return
        scale = self.shown.about.oxygen_scale
        by = f", prescribed by {self.shown.scale_by}: {self.shown.scale_reason}" if self.shown.scale_by else ""
        self.line.set_text(f"Oxygen scale {scale}{by}")
        show_page(self._stack, self.table if self.shown.rows else self._empty)

    # -- described ----------------------------------------------------------------------------------------------

    def _columns(self) -> tuple[Column[VitalsRow], ...]:
        return (
            Column("Measured", lambda r: words.moment(r.new.measured_at), 150, "text", _measured),
            Column("NEWS2", _score_words, 116, "chip", lambda r: Cell(status=self._score(r))),
            Column("Breathing", lambda r: _shown(r.new.respiratory_rate_per_min, "/min"), 84),
            Column("Oxygen", _oxygen_words, 146, "text", _oxygen),
            Column("Pressure", _pressure, 110),
            Column("Pulse", lambda r: _shown(r.new.pulse_per_min, "/min"), 84),
            Column("Temperature", lambda r: _shown(r.new.temperature_celsius, "°C"), 92),
            Column("Consciousness", lambda r: LEVELS.get(r.new.consciousness, "–"), 120),
            Column("Remarks", _remarks, 0, "wrap"),
        )

    def _score(self, row: VitalsRow) -> Status:
        if row.status != "final":
            return family_status("neutral", "Error")
        found = row.score(self.shown.about.age_years if self.shown is not None else None)
        if row.news2 is None or isinstance(found, NoScore):
            return family_status("neutral", "No score")
        return family_status(family(found), str(row.news2))


def _measured(row: VitalsRow) -> Cell:
    muted = "" if row.status == "final" else "muted"
    return Cell(title=words.moment(row.new.measured_at), subtitle=row.recorded_by, tone=muted)


def _score_words(row: VitalsRow) -> str:
    return "no score" if row.news2 is None else str(row.news2)


def _shown(value: object, unit: str) -> str:
    return "–" if value is None else f"{value} {unit}"


def _oxygen_words(row: VitalsRow) -> str:
    return _shown(row.new.oxygen_saturation_percent, "%")


def _oxygen(row: VitalsRow) -> Cell:
    new = row.new
    flow = f" {new.oxygen_flow_l_per_min.normalize():f} L/min" if new.oxygen_flow_l_per_min else ""
    breathes = {None: "", False: "on air", True: f"on oxygen{flow}"}[new.oxygen_given]
    return Cell(title=_oxygen_words(row), subtitle=breathes)


def _pressure(row: VitalsRow) -> str:
    new = row.new
    if new.systolic_mmhg is None:
        return "–"
    return f"{new.systolic_mmhg}/{new.diastolic_mmhg if new.diastolic_mmhg is not None else '–'} mmHg"


def _remarks(row: VitalsRow) -> str:
    new = row.new
    parts = [
        f"Error: {row.status_reason}" if row.status_reason else "",
        f"Pain {new.pain} of 10" if new.pain is not None else "",
        f"{new.weight_kg.normalize():f} kg" if new.weight_kg is not None else "",
        f"{new.height_cm.normalize():f} cm" if new.height_cm is not None else "",
        "Pregnant" if new.pregnant else "",
        f"Oxygen scale {row.oxygen_scale}" if row.oxygen_scale == 2 else "",
        new.note,
    ]
    return " · ".join(part for part in parts if part)
