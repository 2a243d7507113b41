# ruff: noqa: N802 (the names that Qt calls)
"""The component sheet: every control in every state on one picture, to compare with the design's own.

python -m tests.desk.look.sheet OUT.png [--dark] [--text 1.3] [--rtl]
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from hisdesk.desk.kit.avatar import Avatar
from hisdesk.desk.kit.banner import Alert, Allergies, PatientBanner, Person
from hisdesk.desk.kit.cells import Cell, CellRole, Check, FlashRole, StaleRole
from hisdesk.desk.kit.chips import Badge, StatusChip
from hisdesk.desk.kit.choices import CheckBox, Segment, Segmented, Tabs
from hisdesk.desk.kit.controls import Button, IconButton, ReasonLabel
from hisdesk.desk.kit.delegates import CheckDelegate, ChipDelegate, NumberUnitDelegate, PersonDelegate, TextDelegate
from hisdesk.desk.kit.fields import ComboField, DateField, Field, SearchField, TextField
from hisdesk.desk.kit.icons import paint_icon
from hisdesk.desk.kit.keycap import KeyCap
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.paint import box
from hisdesk.desk.kit.panels import Notice, Panel
from hisdesk.desk.kit.states import EmptyState, ErrorState, OfflineState, Skeleton, StaleStrip
from hisdesk.desk.kit.style import FocusRing
from hisdesk.desk.kit.table_look import dress_table
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.tokens import FAMILIES, Status, family_status, status, token

TODAY = date(2026, 3, 17)
WIDTH = 1366
ICONS = (
    "magnifying-glass",
    "user-plus",
    "list-numbers",
    "calendar-blank",
    "ticket",
    "megaphone",
    "map-pin",
    "hourglass-medium",
    "clock-fill",
    "bed",
    "house",
    "paint-brush-household",
    "shield-warning",
    "prohibit",
    "lock",
    "bookmark-simple",
    "pill",
    "prescription",
    "package",
    "barcode",
    "flask",
    "heartbeat",
    "identification-card",
    "camera",
    "paper-plane-tilt",
    "warning-octagon-fill",
    "warning-fill",
    "check-circle-fill",
    "play-circle-fill",
    "circle-dashed",
    "shield-check",
    "key",
    "eye",
    "pencil-simple",
    "printer",
    "export",
    "broadcast",
    "database",
    "cloud-slash",
)
Index = QModelIndex | QPersistentModelIndex


def row(*widgets: QWidget, top: bool = False) -> QHBoxLayout:
    """Widgets beside each other."""
    made = QHBoxLayout()
    made.setSpacing(theme().space("inline_gap"))
    for widget in widgets:
        made.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop if top else Qt.AlignmentFlag.AlignVCenter)
    made.addStretch()
    return made


class Swatch(QWidget):
    """A colour and its name."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self.setFixedSize(76, theme().text_px(56))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            patch = QRectF(0, 0, self.width(), 36)
            box(painter, patch, theme().colour(self._path), theme().colour("border.hairline"), 4)
            painter.setFont(theme().font("caption"))
            painter.setPen(theme().colour("text.secondary"))
            painter.drawText(0, self.height() - 4, self._path.rpartition(".")[2])


class IconRow(QWidget):
    """All the icons of the list in a row."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(theme().text_px(64))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            side, step = theme().px("icon"), theme().px("icon") + 22
            per_row = max(1, self.width() // step)
            for number, name in enumerate(ICONS):
                at = QRectF((number % per_row) * step, (number // per_row) * step, side, side)
                paint_icon(painter, at, name, theme().colour("text.secondary"))


class RowsModel(QAbstractTableModel):
    """Six rows, one in each state a row can be in."""

    HEAD = ("Patient", "State of the row", "Waiting", "Status", "May")
    ROWS = (
        ("CARRICKDALE, Emlyn", "rest", "9", status("visit", "waiting"), Check(True)),
        ("STOCKBRIAR, Leonie", "hover", "3", status("visit", "waiting"), Check(False, "-")),
        ("HOLLINSTED, Bram", "selected, list has focus", "24", status("visit", "urgent"), Check(True, "+")),
        ("JUNDERVAL, Tamsin", "an edge of its own", "18", status("visit", "waiting"), Check(True, "!")),
        ("OSSINGWAY, Petra", "changed: tint, 1.2 s", "21", status("visit", "called"), Check(locked="fixed")),
        ("PELLWARDEN, Ambrose", "stale: muted, with its age", "11", family_status("attention", "4 min old"), Check()),
    )

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own signature)
        return len(self.ROWS)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own signature)
        return len(self.HEAD)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == 2 else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return self.HEAD[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        name, state, minutes, chip, check = self.ROWS[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (name, state, minutes, chip.word, "")[index.column()]
        if role == FlashRole:
            return 1.0 if state.startswith("changed") else 0.0
        if role == StaleRole:
            return state.startswith("stale")
        if role == CellRole:
            edge = "info" if state.startswith("an edge") else ""
            cells = (Cell(edge=edge), Cell(), Cell(number=minutes, unit="min"), Cell(status=chip), Cell(check=check))
            return cells[index.column()]
        return None


def table() -> QTableView:
    """The table of the six rows, dressed as lists are."""
    view = QTableView()
    view.setModel(RowsModel(view))
    dress_table(view)
    delegates = (
        PersonDelegate(view),
        TextDelegate(view),
        NumberUnitDelegate(view),
        ChipDelegate(view, boxed=False),
        CheckDelegate(view),
    )
    for column, (delegate, width) in enumerate(zip(delegates, (170, 180, 76, 110, 50), strict=True)):
        view.setItemDelegateForColumn(column, delegate)
        view.setColumnWidth(column, theme().text_px(width))
    view.setFixedHeight(theme().px("row") * 6 + theme().px("table_header") + 8)
    view.setProperty("hovered_row", 1)
    view.selectRow(2)
    return view


def surfaces() -> Panel:
    panel = Panel("Surfaces")
    panel.set_note(theme().name)
    names = ("canvas", "rail", "base", "sunken", "hover", "selected", "disabled")
    panel.add(row(*(Swatch(f"surface.{name}") for name in names)))
    accents = ("accent.fill", "accent.hover", "accent.pressed", "accent.subtle", "banner.bg", "danger.fill")
    panel.add(row(*(Swatch(path) for path in accents)))
    return panel


def types() -> Panel:
    panel = Panel("Type")
    samples = {"banner": "MARROWAY, Ilsabet (Ms)", "body_strong": "MARROWAY, Ilsabet (Ms)", "figure": "16 of 24"}
    for role, entry in token("type.scale").items():
        panel.body_layout.setSpacing(0)
        remark = Label(f"{role} · {entry['pt']} pt · {entry['weight']}", "caption", "muted")
        remark.setFixedWidth(theme().text_px(180))
        panel.add(row(remark, Label(samples.get(role, "Cough for 4 days"), role)))
    panel.add(row(Label("MRN 407 188 230 · lot DX-2I0l", identifier=True)))
    return panel


def families() -> Panel:
    panel = Panel("Six status families")
    panel.set_note("icon, word and colour")
    panel.body_layout.setSpacing(4)
    words = ("Planned", "In progress", "Done", "Due", "Stop", "Blocked")
    for family, word in zip(FAMILIES, words, strict=True):
        state = family_status(family, word)
        means = Label(str(token(f"status.{family}.means")), "small", "muted", elide=True)
        line = row(StatusChip(state), StatusChip(state, boxed=False))
        line.insertWidget(2, means, 4)
        panel.add(line)
    return panel


def words() -> Panel:
    panel = Panel("Clinical words")
    panel.body_layout.setSpacing(6)
    for kind in ("bed", "visit", "allergy", "result", "live"):
        panel.add(Label(kind, "small", "muted"))
        chips: list[Status] = [status(kind, word) for word in token(f"status_words.{kind}")]
        for start in range(0, len(chips), 4):
            panel.add(row(*(StatusChip(chip) for chip in chips[start : start + 4])))
    panel.body_layout.addStretch()
    return panel


def buttons() -> Panel:
    panel = Panel("Buttons")
    panel.set_note("one primary per screen; 32 px, small 28, large 40, touch 56")
    grid = QGridLayout()
    grid.setSpacing(12)
    for column, name in enumerate(("Rest", "Hover", "Pressed", "Focus", "Disabled", "Busy"), 1):
        grid.addWidget(Label(name, "small", "muted"), 0, column)
    for number, kind in enumerate(("primary", "secondary", "quiet", "destructive", "danger"), 1):
        grid.addWidget(Label(kind.capitalize(), "small", "secondary"), number, 0)
        for column in range(1, 7):
            grid.addWidget(button_in(kind, column), number, column)
    grid.setColumnStretch(7, 1)
    panel.add(grid)
    blocked = Button("Issue prescription", "primary", icon="ph.paper-plane-tilt", key="F9")
    blocked.set_reason("Cannot issue yet: 1 line is blocked")
    panel.add(
        row(
            Button("Check in", "primary", icon="ph.map-pin", key="F2"),
            Button("Small", size="small", icon="ph.funnel-simple"),
            Button("Large", size="large"),
            Button("Touch", size="touch"),
            IconButton("ph.arrow-clockwise", "Turn", "secondary"),
            Segmented([Segment("rooms", "Rooms"), Segment("list", "List")]),
            KeyCap("Ctrl+K"),
            KeyCap("Return"),
        )
    )
    panel.add(row(blocked, ReasonLabel(blocked, "critical")))
    return panel


def button_in(kind: str, column: int) -> Button:
    """A button in one of the six states."""
    button = Button("Check in", kind)
    if column == 2:
        button.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    elif column == 3:
        button.setDown(True)
    elif column == 4:
        button.setProperty("sheet_focus", True)
    elif column == 5:
        button.set_reason("Somebody else has it open")
    elif column == 6:
        button.set_busy(True)
    return button


def choices() -> Panel:
    panel = Panel("Choices and tabs")
    ticked, disabled = CheckBox("Print ticket"), CheckBox("Disabled")
    ticked.setChecked(True)
    disabled.setEnabled(False)
    panel.add(row(CheckBox("Print wristband"), ticked, disabled))
    tabs = Tabs(("Consultation", "Medicines", "Results"))
    tabs.set_count(1, "6")
    tabs.set_count(2, "2 new")
    panel.add(tabs)
    panel.add(
        Segmented([Segment("all", "All", "9"), Segment("wait", "Waiting", "6"), Segment("done", "Done", "1,000+")])
    )
    progress = QProgressBar()
    progress.setRange(0, 100)
    progress.setValue(62)
    progress.setTextVisible(False)
    panel.add(progress)
    panel.add(row(Label("Exporting 1,240 of 2,000 rows", "small", "muted"), Button("Cancel", size="small")))
    panel.add(row(Badge("6"), Badge("2", "accent"), Badge("1", "danger"), Avatar("Dr A. Oakhollow")))
    return panel


def fields() -> Panel:
    panel = Panel("Fields")
    panel.set_note("label above, unit inside, the message under the field and never instead of it")
    plain, weight = TextField("Given names"), TextField("Weight", unit="kg")
    dose, address = TextField("Dose", unit="mg"), TextField("Address", optional=True)
    number, born = TextField("MRN", identifier=True), DateField("Born", birth=True, today=TODAY)
    doctor, reason = ComboField("Doctor", [("a", "Dr A. Oakhollow")]), TextField("Reason")
    for edit, text in ((plain, "Osric Jale"), (weight, "71"), (dose, "6,000"), (address, "14 Fenw1ck Row")):
        edit.set_value(text)
    dose.set_error("More than the daily limit of 4,000 mg")
    address.set_message("Read with 71 % certainty, please check", "attention")
    number.set_value("407 188 236")
    number.edit.setReadOnly(True)
    number.set_help("Given by the system")
    born.set_value(date(1984, 6, 23))
    reason.set_value("not needed")
    reason.setEnabled(False)
    every: Sequence[Field] = (plain, weight, dose, address, number, born, doctor, reason)
    line = QHBoxLayout()
    for field in every:
        line.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
    panel.add(line)
    panel.add(row(SearchField("Find a patient: name, phone, MRN, document, birth date", "Ctrl+K")))
    return panel


def banners() -> Panel:
    panel = Panel("Patient banner")
    panel.set_note("four allergy states that must never look alike")
    ilsabet = Person("Marroway", "Ilsabet", "Ms", date(1958, 9, 14), sex="Female", mrn="407188236")
    petra = Person("Ossingway", "Petra", "Ms", date(1994, 2, 27), sex="Female", mrn="389027444")
    nobody = Person(
        "", "", birth_date=date(1980, 1, 1), birth_date_estimated=True, sex="Male", mrn="407189116", unidentified=True
    )
    bram = Person("Hollinsted", "Bram", "Mr", date(1971, 12, 2), sex="Male", mrn="406603172")
    dead = Person("Hollinsted", "Bram", "Mr", date(1971, 12, 2), sex="Male", mrn="406603172", died_on=date(2026, 3, 1))
    baby = Person("Marroway", "Ilsabet", birth_date=date(2026, 3, 10), sex="Female", mrn="407188244", newborn=True)
    known = Allergies("known", ("penicillin", "latex"), "Penicillin: anaphylaxis, 03-Sep-2019")
    cases = (
        (ilsabet, known, (Alert("ph.drop", "Anticoagulant"),)),
        (petra, Allergies("none_known", (), "Asked 17-Mar-2026"), ()),
        (nobody, Allergies("not_recorded", (), "Ask, then record"), ()),
        (bram, Allergies("unavailable", (), "Database away since 10:31"), ()),
        (dead, known, ()),
        (baby, Allergies("none_known", (), "Asked 17-Mar-2026"), ()),
    )
    for person, allergies, alerts in cases:
        banner = PatientBanner()
        banner.set_person(person, allergies, alerts, TODAY)
        panel.add(banner)
    return panel


def messages() -> Panel:
    panel = Panel("Messages in place")
    panel.add(Notice("critical", "Not saved: bed 2D is taken", "By J. Quillmere at 10:41. Your text is kept."))
    panel.add(Notice("attention", "2 records may be the same person", "Decide on each before registering."))
    panel.add(Notice("held", "Waiting for a second physician", "Override of a penicillin allergy.", icon="ph.lock"))
    amended = Notice("info", "Result amended 10:20", "Potassium 5.9 mmol/L, was 4.9 mmol/L.", icon="ph.pencil-line")
    panel.add(amended)
    commands = (("replace", "Replace…"), ("remove", "Remove"))
    panel.add(Notice("ok", "Checked in", "Ticket M 021, about 35 minutes.", commands=commands))
    panel.body_layout.addStretch()
    return panel


def list_states() -> Panel:
    panel = Panel("States of a list")
    panel.set_note("each says what is true and what to do next")
    loading, slow = Skeleton(), Skeleton()
    loading.show_bars()
    loading.stop()
    slow.show_slow()
    slow.stop()
    stale = QWidget()
    column = QVBoxLayout(stale)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(StaleStrip("4 min old: asking every 10 s"))
    column.addStretch()
    states = (
        EmptyState("Nobody is waiting", "New arrivals appear here by themselves.", "Walk-in", key="F3"),
        loading,
        slow,
        stale,
        ErrorState("The list could not be read", "The database did not answer in 5 s.", "E-4471"),
        OfflineState("Working from today’s copy", "Taken 10:31. New registrations are kept here: 2 to send."),
    )
    line = QHBoxLayout()
    for state in states:
        card = Panel(padded=False)
        card.add(state, 1)
        card.setMinimumHeight(theme().text_px(230))
        line.addWidget(card, 1)
    panel.add(line)
    return panel


def build() -> QWidget:
    """The whole sheet as one widget."""
    sheet = QWidget()
    sheet.setProperty("surface", "canvas")
    sheet.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = QVBoxLayout(sheet)
    column.setContentsMargins(24, 24, 24, 24)
    column.setSpacing(16)
    column.addLayout(row(Label("hisdesk: states and controls", "title")))
    rows = Panel("Rows", padded=False)
    rows.add(table())
    rows.body_layout.addStretch()
    icons = Panel("Icons")
    icons.add(IconRow())
    lines: tuple[tuple[QWidget, ...], ...] = (
        (surfaces(), types()),
        (families(), words()),
        (buttons(), choices()),
        (fields(),),
        (banners(),),
        (messages(), rows),
        (list_states(),),
        (icons,),
    )
    for parts in lines:
        line = QHBoxLayout()
        line.setSpacing(16)
        for part in parts:
            part.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            line.addWidget(part, 1)
        column.addLayout(line)
    return sheet


def render(app: QApplication) -> QWidget:
    """Shows the sheet at its width and puts a ring on what stands for focus."""
    sheet = build()
    sheet.setFixedWidth(max(WIDTH, theme().text_px(WIDTH), sheet.minimumSizeHint().width()))
    sheet.show()
    app.processEvents()
    sheet.resize(QSize(sheet.width(), sheet.sizeHint().height()))
    app.processEvents()
    for button in sheet.findChildren(Button):
        if button.property("sheet_focus"):
            FocusRing(button, theme())
    view = sheet.findChild(QTableView)
    if view is not None:
        view.setFocus()
    app.processEvents()
    return sheet


def main() -> None:
    parser = argparse.ArgumentParser(description="Draws every control in every state.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--text", type=float, default=1.0, choices=token("type.text_size_setting"))
    parser.add_argument("--rtl", action="store_true")
    wanted = parser.parse_args()
    app = QApplication([])
    if wanted.rtl:
        app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    theme().apply(app, "dark" if wanted.dark else "light", wanted.text)
    render(app).grab().save(str(wanted.out))


if __name__ == "__main__":
    main()
