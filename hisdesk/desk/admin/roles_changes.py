"""The right side of Roles: what is toggled and not in force, what to think about, whom it meets. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from hisdesk.access import grants
from hisdesk.access.administration import Cell as Grant
from hisdesk.desk.admin.words import many
from hisdesk.desk.kit.avatar import Avatar
from hisdesk.desk.kit.chips import StatusChip
from hisdesk.desk.kit.controls import IconButton
from hisdesk.desk.kit.labels import Icon, Label, Rule, show_if
from hisdesk.desk.kit.panels import Notice, Panel
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.tokens import Status
from hisdesk.hospital.staff.queries import Member

WIDTH = 296
MOST_PEOPLE = 6


class Changes(QScrollArea):
    """`undone(Grant)` takes one change back."""

    undone = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedWidth(WIDTH)
        self.undo_buttons: dict[str, IconButton] = {}
        self.changes = Panel("Changes", padded=False)
        self._held = StatusChip(Status("held", "ph.lock", "Not in force"))
        self.changes.add_command(self._held)
        self.dangers = Notice("attention", "", "")
        self.people = Panel("Who is affected", padded=False)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space("card_padding"))
        for widget in (self.changes, self.dangers, self.people):
            column.addWidget(widget)
        column.addStretch(1)
        self.setWidget(inside)

    def show_changes(self, role: str, cells: Sequence[Grant], pending: dict[str, bool]) -> None:
        """What was toggled, with a way back for each, and what to think about."""
        changed = [cell for cell in cells if grants.name(cell) in pending]
        self.undo_buttons = {}
        body = QVBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        for place, cell in enumerate(changed):
            if place:
                body.addWidget(Rule())
            body.addWidget(self._change(role, cell, pending[grants.name(cell)]))
        if not changed:
            body.addWidget(_remark("Space or a click in the grid gives or takes a permission."))
        _refill(self.changes, body)
        self.changes.set_count(str(len(changed)) if changed else "")
        show_if(self._held, bool(changed))
        points = grants.dangers(role, [cell for cell in changed if pending[grants.name(cell)]])
        text = "\n".join(f"{what} {why}" for what, why in points)
        self.dangers.set_message(many(len(points), "point to think about", "points to think about"), text)
        show_if(self.dangers, bool(points))

    def show_people(self, members: Sequence[Member]) -> None:
        """Who has the role, those who are signed in first."""
        order = sorted(members, key=lambda m: not (m.account and m.account.signed_in_at))
        body = QVBoxLayout()
        inset = theme().space("card_padding")
        body.setContentsMargins(inset, inset, inset, inset)
        body.setSpacing(theme().space("half"))
        for member in order[:MOST_PEOPLE]:
            body.addLayout(_person(member))
        left = len(order) - MOST_PEOPLE
        more = f"{left} more. " if left > 0 else ""
        said = f"{more}In force from their next click." if order else "Nobody has this role."
        body.addWidget(Label(said, "small", "muted", wrap=True))
        _refill(self.people, body)
        self.people.set_count(str(len(order)))

    def _change(self, role: str, cell: Grant, given: bool) -> QWidget:
        widget = QWidget()
        row = QHBoxLayout(widget)
        inset = theme().space("card_padding")
        row.setContentsMargins(inset, theme().space("grid"), theme().space("half"), theme().space("grid"))
        row.setSpacing(theme().space("inline_gap"))
        danger = given and grants.is_clinical_danger(role, cell)
        icon, tone = ("ph.plus-circle-fill", "ok") if given else ("ph.minus-circle-fill", "critical")
        if danger:
            icon, tone = "ph.warning-fill", "attention"
        row.addWidget(Icon(icon, f"status.{tone}.fg"), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(f"{'Give' if given else 'Take'} {grants.words(cell)}", "body_strong", wrap=True))
        words.addWidget(Label(cell.meaning.capitalize(), "small", "muted", wrap=True))
        row.addLayout(words, 1)
        undo = IconButton("ph.arrow-counter-clockwise", f"Undo: {grants.words(cell)}", size="small")
        undo.clicked.connect(partial(self.undone.emit, cell))
        self.undo_buttons[grants.name(cell)] = undo
        row.addWidget(undo, 0, Qt.AlignmentFlag.AlignTop)
        return widget


def _person(member: Member) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme().space("inline_gap"))
    row.addWidget(Avatar(member.person.shown))
    row.addWidget(Label(member.person.shown, "body", wrap=True), 1)
    at = member.account.signed_in_at if member.account else None
    row.addWidget(Label(f"at {at} now" if at else "signed out", "small", "secondary" if at else "muted"))
    return row


def _remark(text: str) -> Label:
    label = Label(text, "small", "muted", wrap=True)
    inset = theme().space("card_padding")
    label.setContentsMargins(inset, inset, inset, inset)
    return label


def _refill(panel: Panel, body: QVBoxLayout) -> None:
    """Puts another content into a panel."""
    layout = panel.body_layout
    while layout.count():
        item = layout.takeAt(0)
        old = item.widget() if item is not None else None
        if old is not None:
            old.hide()
            old.deleteLater()
    holder = QWidget()
    holder.setLayout(body)
    layout.addWidget(holder)
