"""Roles: what each may do, changed in a grid and applied at once; the database asks for it from the next click."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from hisdesk.access import administration, grants, permissions
from hisdesk.access.administration import Cell as Grant
from hisdesk.access.administration import GrantsChanged, Role
from hisdesk.desk.admin.roles_changes import Changes
from hisdesk.desk.admin.roles_grid import Grid, fixed, grid_rows
from hisdesk.desk.admin.words import many
from hisdesk.desk.kit.cells import Cell
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button, ReasonLabel
from hisdesk.desk.kit.keycap import KeyCap
from hisdesk.desk.kit.keys import Keys
from hisdesk.desk.kit.labels import Icon, Label, show_if
from hisdesk.desk.kit.notices import Notices
from hisdesk.desk.kit.panels import Panel
from hisdesk.desk.kit.states import ErrorState, Skeleton
from hisdesk.desk.kit.table import Column, ListModel
from hisdesk.desk.kit.table_view import TableView
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.errors import Conflict, SignedOut, UserError
from hisdesk.hospital.staff.queries import Member, members
from hisdesk.live.topics import hospital_topic

TOPICS = frozenset(hospital_topic(table) for table in ("role", "role_grant", "account_role", "account", "staff"))
ROLE_LIST = 248
OWN_ROLE = "You have this role yourself. Nobody changes a role of their own: ask another administrator."
ONLY_LOOK = "You may look at roles, not change them."


@dataclass(frozen=True)
class RoleLine:
    """One role of the list and how many toggles wait for it."""

    role: Role
    waiting: int


@dataclass(frozen=True)
class _Read:
    roles: list[Role]
    role: Role
    cells: list[Grant]
    members: list[Member]


def _query(wanted: UUID | None) -> Callable[[sa.Connection], _Read]:
    def query(tx: sa.Connection) -> _Read:
        roles = administration.roles(tx)
        role = next((each for each in roles if each.id == wanted), roles[0])
        return _Read(roles, role, administration.grid(tx, role.id), members(tx))

    return query


def _spoken(line: RoleLine) -> str:
    waiting = f", {many(line.waiting, 'change', 'changes')} not in force" if line.waiting else ""
    return f"{line.role.title}{waiting}"


_ROLE_COLUMNS: list[Column[RoleLine]] = [
    Column("Role", lambda r: r.role.title, 0, "text",
           lambda r: Cell(title=f"{r.role.title} ±{r.waiting}" if r.waiting else r.role.title, spoken=_spoken(r)),
           lambda r: r.role.description),
    Column("People", lambda r: str(r.role.people), 60, "number", lambda r: Cell(number=str(r.role.people))),
]  # fmt: skip


class RolesScreen(QWidget):
    """Toggles are kept for each role until they are applied or taken back."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.notices = Notices(self)
        self.keys = Keys(self)
        self._read_of: _Read | None = None
        self._wanted: UUID | None = None
        self._pending: dict[UUID, dict[str, bool]] = {}
        self._lay_out()
        self._wire()
        desk.hub.watch(self, TOPICS, lambda _changes: self.read_again())
        self.read_again()

    # -- what the window calls -------------------------------------------------------------------------------------

    def read_again(self) -> None:
        """Reads roles, grid and people anew; toggles stay."""
        self._read(self._wanted)

    def go_back(self) -> bool:
        """Esc: takes back what was toggled for this role."""
        if not self.pending:
            return False
        self._discard()
        return True

    def rights_changed(self) -> None:
        """Whether this person may change roles may be another now."""
        self.read_again()

    # -- what is shown ---------------------------------------------------------------------------------------------

    @property
    def role(self) -> Role | None:
        """The role that is shown."""
        return self._read_of.role if self._read_of else None

    @property
    def pending(self) -> dict[str, bool]:
        """What was toggled for the shown role: permission → given."""
        return self._pending.get(self.role.id, {}) if self.role else {}

    @property
    def blocked(self) -> str:
        """Why this role cannot be changed by this person; "" when it can."""
        if not self.desk.actor.may(permissions.ROLES_EDIT):
            return ONLY_LOOK
        if self.role is not None and self.role.name in self.desk.actor.role_names:
            return OWN_ROLE
        return ""

    def choose(self, role_id: UUID) -> None:
        """Shows another role."""
        if self._wanted != role_id:
            self._wanted = role_id
            self._read(role_id)

    # -- building --------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        page, gap = theme().space("page_padding"), theme().space("card_padding")
        self._model: ListModel[RoleLine] = ListModel(_ROLE_COLUMNS, lambda line: line.role.id, self)
        self.role_list = TableView(self._model, row_height="row_compact")
        self.role_list.setAccessibleName("Roles")
        roles = Panel("", padded=False)
        roles.setFixedWidth(ROLE_LIST)
        roles.add(self.role_list, 1)
        self.side = Changes()
        body = QHBoxLayout()
        body.setSpacing(gap)
        body.addWidget(roles)
        body.addWidget(self._make_grid(), 1)
        body.addWidget(self.side)
        whole = QWidget()
        whole.setLayout(body)
        body.setContentsMargins(0, 0, 0, 0)
        self._loading, self._failed = Skeleton("Reading the roles"), ErrorState("The roles could not be read", "")
        self._pages = QStackedWidget()
        for widget in (whole, self._loading, self._failed):
            self._pages.addWidget(widget)
        self._whole = whole
        self._pages.setCurrentWidget(self._loading)
        column = QVBoxLayout(self)
        column.setContentsMargins(page, 0, page, gap)
        column.setSpacing(0)
        column.addWidget(self._make_header())
        column.addWidget(self.notices)
        column.addWidget(self._pages, 1)
        self.notices.setContentsMargins(0, 0, 0, gap)
        follow(self._dress)

    def _make_header(self) -> QWidget:
        self._header = QWidget()
        self._count = Label("", "body", "muted", elide=True)
        self.discard = Button("Discard", key="Esc")
        self.apply = Button("Apply", "primary", key="Ctrl+Return", icon="ph.check")
        row = QHBoxLayout(self._header)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().space("inline_gap"))
        row.addWidget(Label("Roles", "title"))
        row.addWidget(self._count, 1)
        row.addWidget(ReasonLabel(self.apply))
        row.addWidget(self.discard)
        row.addWidget(self.apply)
        return self._header

    def _make_grid(self) -> QWidget:
        self.grid = Grid()
        self._panel = Panel("Permissions", padded=False)
        for widget in (
            KeyCap("Space"),
            Label("Give, take", "small", "muted"),
            Icon("ph.lock", "status.held.fg"),
            Label("fixed by the hospital", "small", "muted"),
            Label("– not applicable", "small", "muted"),
        ):
            self._panel.add_command(widget)  # fmt: skip
        self._panel.add(self.grid, 1)
        self.status = Label("", "small", "secondary")
        self._lock = Icon("ph.lock", "status.held.fg", "icon_inline")
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().space("inline_gap"))
        row.addWidget(self._lock)
        row.addWidget(self.status)
        self._panel.set_footer(foot)
        return self._panel

    def _wire(self) -> None:
        self.keys.add("Ctrl+Return", "Apply", lambda: self.apply.click())
        self.keys.explain("Space", "Give, take")
        self.keys.add("F6", "Roles, grid", self._other_side)
        self.keys.explain("Left", "Move in the grid")
        self.keys.add("F5", "Read again", self.read_again)
        self.role_list.chosen.connect(lambda line: self.choose(line.role.id) if line else None)
        self.role_list.opened.connect(lambda _line: self.grid.setFocus())
        self.grid.toggled.connect(self.toggle)
        self.grid.looked_at.connect(self._look_at)
        self.side.undone.connect(self.toggle)
        self.discard.clicked.connect(self._discard)
        self.apply.clicked.connect(self._apply)
        self._failed.acted.connect(self.read_again)
        self.setFocusProxy(self.role_list)

    def _dress(self) -> None:
        self._header.setFixedHeight(theme().px("screen_header"))

    def _other_side(self) -> None:
        (self.role_list if self.grid.hasFocus() else self.grid).setFocus(Qt.FocusReason.ShortcutFocusReason)

    # -- reading ---------------------------------------------------------------------------------------------------

    def _read(self, role_id: UUID | None) -> None:
        self.desk.tasks.read(self, _query(role_id), self._received, self._not_received, slot="roles")

    def _received(self, read: _Read) -> None:
        first = self._read_of is None
        self._read_of, self._wanted = read, read.role.id
        self._loading.stop()
        self.notices.clear("read")
        granted = {grants.name(cell): cell.granted for cell in read.cells}
        mine = self._pending.get(read.role.id, {})
        # what somebody else did meanwhile needs not be done again
        self._pending[read.role.id] = {name: on for name, on in mine.items() if granted.get(name, on) != on}
        self._pages.setCurrentWidget(self._whole)
        self._show()
        self.role_list.select(read.role.id)
        if first:
            self.role_list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _not_received(self, error: UserError) -> bool:
        if isinstance(error, SignedOut):
            return True
        if self._read_of is None:
            self._loading.stop()
            self._failed.set_words("The roles could not be read", str(error))
            self._pages.setCurrentWidget(self._failed)
        else:
            self.desk.messages.error(self, str(error), "Not read again", key="read")
        return True

    # -- changing --------------------------------------------------------------------------------------------------

    def toggle(self, cell: Grant) -> None:
        """Gives or takes a permission, not in force yet; toggled again it is as before."""
        if self.role is None:
            return
        if self.blocked:
            self._say(self.blocked, held=True)
            return
        pending = dict(self.pending)
        name = grants.name(cell)
        if name in pending:
            del pending[name]
        else:
            pending[name] = not cell.granted
        self._pending[self.role.id] = pending
        self.notices.clear()
        self._show()

    def _discard(self) -> None:
        role, before = self.role, dict(self.pending)
        if role is None or not before:
            return

        def restore() -> None:
            self._pending[role.id] = before
            self._show()

        self._pending[role.id] = {}
        self._show()
        self.desk.messages.done(f"{many(len(before), 'change', 'changes')} taken back", restore)

    def _apply(self) -> None:
        role, pending = self.role, self.pending
        if role is None or not pending or self.blocked:
            return
        give = sorted(name for name, on in pending.items() if on)
        take = sorted(name for name, on in pending.items() if not on)
        self.apply.set_busy(True, "Applying")
        self.desk.tasks.write(
            self, administration.change_grants, role.id, role.version, give, take,
            on_done=lambda done: self._applied(role, len(pending), done), on_error=self._not_applied,
        )  # fmt: skip

    def _applied(self, role: Role, number: int, _done: GrantsChanged) -> None:
        self.apply.set_busy(False)
        self._pending[role.id] = {}
        self._show()
        self.read_again()
        changes = many(number, "change is", "changes are")
        self.desk.messages.done(f"{role.title}: {changes} in force")

    def _not_applied(self, error: UserError) -> bool:
        self.apply.set_busy(False)
        if not isinstance(error, Conflict):
            return False
        kept = many(len(self.pending), "change is", "changes are")
        self.desk.messages.attention(
            self, "Somebody else changed this role meanwhile", f"It was read again, your {kept} kept. Look, then apply."
        )
        self.read_again()
        return True

    # -- showing ---------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        read = self._read_of
        if read is None:
            return
        affected = [m for m in read.members if m.account and not m.account.disabled and read.role.id in m.account.roles]
        here = sum(1 for m in affected if m.account and m.account.signed_in_at)
        self._count.set_text(f"{read.role.title} · {many(len(affected), 'person', 'people')}, {here} signed in")
        self._panel.set_title(f"{read.role.title} may")
        lines = [RoleLine(role, len(self._pending.get(role.id, {}))) for role in read.roles]
        self._model.set_rows(lines, flash=False)
        self.grid.show_rows(grid_rows(read.role.name, read.cells, self.pending))
        self.side.show_changes(read.role.name, read.cells, self.pending)
        self.side.show_people(affected)
        number = len(self.pending)
        self.apply.setText(f"Apply {many(number, 'change', 'changes')}" if number else "Apply")
        self.apply.updateGeometry()
        self.apply.set_reason(self.blocked or ("" if number else "Nothing was changed yet"))
        show_if(self.discard, bool(number))
        self._look_at(self.grid.grant_at(self.grid.currentIndex()))

    def _look_at(self, cell: Grant | None) -> None:
        """The line under the grid: what the permission means, or who fixed it."""
        if cell is None:
            self._say(self.blocked, held=bool(self.blocked))
            return
        why = fixed(cell) or self.blocked
        self._say(f"{grants.words(cell)} · {why or cell.meaning}", held=bool(why))

    def _say(self, text: str, *, held: bool) -> None:
        self.status.set_text(text)
        self.status.set_tone("held" if held else "secondary")
        show_if(self._lock, held)
