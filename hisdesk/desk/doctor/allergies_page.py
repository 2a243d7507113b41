"""The allergies of a person: all four states, every entry with its history, recording and refuting. GUI thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QWidget

from hisdesk.access.permissions import ALLERGIES_CREATE, ALLERGIES_EDIT
from hisdesk.desk.doctor import words
from hisdesk.desk.doctor.allergy_form import AllergyPanel, RefuteDialog
from hisdesk.desk.doctor.record import Record
from hisdesk.desk.doctor.tab_page import TabPage
from hisdesk.desk.kit.allergy_fact import ALLERGY_WORDS
from hisdesk.desk.kit.cells import Cell
from hisdesk.desk.kit.chips import StatusChip
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dates import show_date
from hisdesk.desk.kit.focus import show_page, take_away
from hisdesk.desk.kit.keys import Keys
from hisdesk.desk.kit.labels import Label, show_if
from hisdesk.desk.kit.notices import Notices
from hisdesk.desk.kit.panels import Panel
from hisdesk.desk.kit.states import EmptyState, OfflineState
from hisdesk.desk.kit.table import Column, ListModel
from hisdesk.desk.kit.table_view import TableView
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.desk.kit.tokens import Status, family_status, status
from hisdesk.errors import Conflict, UserError
from hisdesk.hospital.allergies.actions import Recorded, declare_none_known, refute
from hisdesk.hospital.allergies.queries import Allergies, AllergyRow, of_person
from hisdesk.hospital.allergies.rules import SEVERITIES

_SEVERE = ("severe", "anaphylaxis")


class AllergiesPage(TabPage):
    """`typing(bool)`: an allergy is being typed. Commands are there for who may use them."""

    typing = Signal(bool)
    tables = frozenset({"allergy", "allergy_declaration"})

    def __init__(self, desk: Desk, record: Record) -> None:
        super().__init__(desk, record)
        self.shown: Allergies | None = None
        self.panel: AllergyPanel | None = None
        self.notices = Notices(self)
        self.model: ListModel[AllergyRow] = ListModel(_columns(), lambda row: row.id, self)
        self.table: TableView[AllergyRow] = TableView(self.model, row_height="row_two_line")
        self.table.setAccessibleName("Allergies")
        self.chip = StatusChip(status("allergy", "Allergies unavailable"))
        self.line = Label("", "body", "secondary", elide=False)
        self.add_button = Button("Add allergy", icon="ph.plus", key="F6")
        self.none_button = Button("None known", icon="ph.shield-check", key="F7")
        self.refute_button = Button("Refute…", "destructive", key="F8")
        self._lay_out()
        self.add_button.clicked.connect(self.add)
        self.none_button.clicked.connect(self.none_known)
        self.refute_button.clicked.connect(self.refute)
        self.table.chosen.connect(lambda _: self._refresh())
        self.rights_changed()
        self.forget()

    def add_keys(self, keys: Keys, bring: Callable[[], object]) -> None:
        """The keys work in the whole chart: they bring this tab to the front first."""

        def press(button: Button) -> None:
            bring()
            button.click()

        if self.desk.actor.may(ALLERGIES_CREATE):
            keys.add("F6", "Add an allergy", lambda: press(self.add_button), group="Allergies")
            keys.add("F7", "The person knows of no allergy", lambda: press(self.none_button), group="Allergies")
        if self.desk.actor.may(ALLERGIES_EDIT):
            keys.add("F8", "Refute the selected allergy", lambda: press(self.refute_button), group="Allergies")

    def rights_changed(self) -> None:
        """Only the commands that this person may use."""
        may, free = self.desk.actor.may, self.panel is None  # the form takes their room
        show_if(self.add_button, free and may(ALLERGIES_CREATE))
        show_if(self.none_button, free and may(ALLERGIES_CREATE))
        show_if(self.refute_button, may(ALLERGIES_EDIT))
        show_if(self.line, free)

    def go_back(self) -> bool:
        """Esc: leaves the form; asks first when something was typed."""
        if self.panel is None:
            return False
        self.panel.form.leave()
        return True

    # -- commands -----------------------------------------------------------------------------------------------

    def add(self) -> None:
        """F6: the form at the right."""
        if self.of is None or self.panel is not None:
            if self.panel is not None:
                self.panel.setFocus()
            return
        self.panel = AllergyPanel(self.desk, self.of)
        self.panel.recorded.connect(self._recorded)
        self.panel.left.connect(self._close_panel)
        self._row.addWidget(self.panel)
        self.panel.show()
        self.panel.setFocus()
        self.typing.emit(True)
        self._refresh()

    def none_known(self) -> None:
        """F7: the person was asked and knows of none."""
        if self.of is not None:
            self.notices.clear()
            self.desk.tasks.write(
                self, declare_none_known, self.of, on_done=self._declared, on_error=self._not_declared, slot="none"
            )

    def refute(self) -> None:
        """F8: asks why the selected allergy no longer stands."""
        row = self.table.row
        if row is not None:
            dialog = RefuteDialog(self, row.substance)
            dialog.refuted.connect(lambda reason, mistake: self._refute(row, reason, mistake))
            dialog.present()

    def _refute(self, row: AllergyRow, reason: str, mistake: bool) -> None:
        self.notices.clear()
        self.desk.tasks.write(
            self,
            refute,
            row.id,
            row.version,
            reason,
            mistake,
            on_done=lambda _: self._said(f"Refuted: {row.substance}"),
            on_error=lambda error: self._failed_write(error, "Not refuted"),
            slot=str(row.id),
        )

    def _recorded(self, done: Recorded) -> None:
        self._close_panel()
        more = " “None known” is withdrawn." if done.withdrawn else ""
        self._said(f"Allergy recorded.{more}")

    def _declared(self, _answer: None) -> None:
        self._said("Recorded: no known allergies")

    def _not_declared(self, error: UserError) -> None:
        self._failed_write(error, "“None known” was not recorded")

    def _failed_write(self, error: UserError, title: str) -> None:
        self.desk.messages.failure(self, error, title)
        if isinstance(error, Conflict):
            self._changed_here()

    def _said(self, text: str) -> None:
        self.desk.messages.done(text)
        self._changed_here()

    def _changed_here(self) -> None:
        """What this station wrote is read at once; the others hear of it."""
        self.stale = True
        self.read_if_wanted()
        self.record.read_again()

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
                self, lambda tx: of_person(tx, patient_id), self._received, self._not_received, slot="allergies"
            )

    def forget(self) -> None:
        self.shown = None
        self.model.set_rows((), flash=False)
        self._close_panel()
        self.notices.clear()
        self._refresh()

    def _received(self, found: Allergies) -> None:
        first = self.shown is None
        self.shown = found
        self.model.set_stale(False)
        self.model.set_rows(sorted(found.rows, key=_order), flash=not first)
        if first:
            self.table.select_first()
        self._refresh()

    def _not_received(self, error: UserError) -> bool:
        self.stale = True
        if self.shown is None:
            self._away.set_words("Allergies unavailable", str(error))
            self._stack.setCurrentWidget(self._away)
        self.model.set_stale(True)
        self._refresh()
        return True

    # -- showing ------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        list_panel = Panel("", padded=False)
        list_panel.add(self._bar())
        self._stack = QStackedWidget()
        self._empty = EmptyState("Nothing is recorded", "", icon="ph.shield")
        self._away = OfflineState("Allergies unavailable", "", "Try again")
        self._away.acted.connect(self._try_again)
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
        row.addWidget(self.chip)
        row.addWidget(self.line)
        row.addStretch(1)
        for button in (self.refute_button, self.none_button, self.add_button):
            row.addWidget(button)
        follow(self._dress)
        return bar

    def _dress(self) -> None:
        self._top.setFixedHeight(theme().px("control") + 17)

    def _try_again(self) -> None:
        self.stale = True
        self.read_if_wanted()

    def _refresh(self) -> None:
        """State line, commands and the page that fits what is known."""
        state = self.shown.state if self.shown is not None else None
        away = self.record.away_since
        known = words.allergies(state) if state is not None and away is None else None
        kind = known.kind if known is not None else "unavailable"
        self.chip.set_state(status("allergy", ALLERGY_WORDS[kind]))
        self.line.set_text(known.detail if known is not None else words.not_read(away))
        active = [row.substance for row in self.shown.rows if row.status == "active"] if self.shown else []
        self.none_button.set_reason(_why_not_none(active, kind))
        self.rights_changed()
        row = self.table.row
        reason = "Choose an allergy first" if row is None else "" if row.status == "active" else "It does not stand"
        self.refute_button.set_reason(reason)
        if self.shown is None:
            return
        if kind == "unavailable" and not self.shown.rows:
            self._away.set_words("Allergies unavailable", "Nobody can tell now. Ask the person.")
            self._stack.setCurrentWidget(self._away)
        elif self.shown.rows:
            show_page(self._stack, self.table)
        else:
            none = kind == "none_known"
            self._empty.set_words(
                ALLERGY_WORDS[kind],
                "The person was asked and knows of none." if none else "Ask the person, then record the answer.",
            )
            self._stack.setCurrentWidget(self._empty)

    def _record_changed(self) -> None:
        super()._record_changed()
        self._refresh()


def _why_not_none(active: list[str], kind: str) -> str:
    if active:
        return f"Recorded allergies say otherwise: {', '.join(active)}. Refute them first"
    return "Recorded already" if kind == "none_known" else ""


# ---------------------------------------------------------------------------------------------------- described


def _columns() -> tuple[Column[AllergyRow], ...]:
    return (
        Column("Substance", lambda r: r.substance, 220, "strong", _substance),
        Column("Status", lambda r: r.status, 132, "chip", lambda r: Cell(status=_status(r))),
        Column("Severity", lambda r: _severity(r), 120, "text", _severity_cell),
        Column("Reaction", lambda r: r.reaction or "not recorded", 0, "wrap", _why),
        Column("Noted", lambda r: show_date(r.noted_on) if r.noted_on else "not known", 112),
        Column("Recorded by", lambda r: r.recorded_by or "not known", 190, "text", _recorded),
    )


def _order(row: AllergyRow) -> tuple[bool, int, str]:
    """What stands before what does not, the worst first."""
    return row.status != "active", -SEVERITIES.index(row.severity), row.substance.casefold()


def _substance(row: AllergyRow) -> Cell:
    return Cell(title=row.substance, subtitle=row.category.capitalize(), tone="" if row.status == "active" else "muted")


def _severity(row: AllergyRow) -> str:
    return row.severity.capitalize()


def _severity_cell(row: AllergyRow) -> Cell:
    severe = row.status == "active" and row.severity in _SEVERE
    return Cell(title=_severity(row), tone="critical" if severe else "")


def _status(row: AllergyRow) -> Status:
    if row.status == "active":
        return family_status("critical", "Active")
    return family_status("neutral", row.status.capitalize())


def _why(row: AllergyRow) -> Cell:
    said = row.reaction or "not recorded"
    return Cell(title=f"{said}. {row.status.capitalize()}: {row.status_reason}" if row.status_reason else said)


def _recorded(row: AllergyRow) -> Cell:
    return Cell(title=row.recorded_by or "not known", subtitle=words.moment(row.recorded_at))
