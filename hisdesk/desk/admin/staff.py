"""Staff: accounts with their roles and departments; who is signed in where; made, changed, deactivated. GUI thread."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from PySide6.QtCore import QTimer

from hisdesk.access import administration, permissions
from hisdesk.access.administration import Role
from hisdesk.desk.admin.first_password import FirstPassword, FirstPasswordDialog, make_first_password
from hisdesk.desk.admin.staff_fields import (
    DEPARTMENT,
    ROLE,
    access_fields,
    access_values,
    person_fields,
    stored,
    ticked,
    typed,
    user_name_field,
)
from hisdesk.desk.admin.staff_rows import COLUMNS, Line, preview, staff_lines
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.dialogs import ask
from hisdesk.desk.kit.form import Form, Heading
from hisdesk.desk.kit.form_page import FormPage
from hisdesk.desk.kit.list_screen import ListScreen
from hisdesk.desk.kit.list_spec import Command, Empty, ListSpec, State
from hisdesk.desk.kit.stage import Stage
from hisdesk.errors import Conflict, UserError
from hisdesk.hospital.departments.queries import Department, departments
from hisdesk.hospital.staff import actions, queries, rules
from hisdesk.live.topics import hospital_topic

TOPICS = frozenset(
    hospital_topic(table) for table in ("staff", "account", "account_role", "account_department", "role", "session")
)
OWN_RIGHTS = "This is your own account: another administrator changes it"
OWN_PASSWORD = "Your own password: change it in the menu beside your name"  # noqa: S105 (a sentence)
NO_ACCOUNT = "This person has no account"

Choices = tuple[list[Role], list[Department]]


def _choices(tx: sa.Connection) -> Choices:
    return administration.roles(tx), departments(tx)


class StaffScreen(Stage):
    """The list of accounts, and the forms that make and change them."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._first: tuple[dict[str, Any], actions.NewUser, str] | None = None
        self._resets: dict[UUID, FirstPassword] = {}
        self.set_list(ListScreen(desk, self._spec(), parent=self))

    def _spec(self) -> ListSpec[Line]:
        return ListSpec(
            title="Staff",
            columns=COLUMNS,
            query=staff_lines,
            key=lambda line: line.key,
            empty=Empty("Nobody works here yet", "Make the first account.", "New account"),
            sort_rule="Order: family name, given names",
            topics=TOPICS,
            states=(
                State("All", lambda line: True),
                State("Signed in", lambda line: bool(line.signed_in_at)),
                State("Deactivated", lambda line: line.account is not None and line.account.disabled),
            ),
            commands=self._commands(),
            opens=self._edit,
            opens_with=permissions.USERS_EDIT,
            preview=preview,
            row_height="row_two_line",
            noun=("person", "people"),
            more=lambda rows: len(rows) >= queries.MOST_SHOWN,
        )

    def _commands(self) -> tuple[Command[Line], ...]:
        admin, edit = permissions.USERS_ADMIN, permissions.USERS_EDIT
        return (
            Command("New account", permissions.USERS_CREATE, self._new, primary=True, on_row=False,
                    icon="ph.user-plus"),
            Command("Edit", edit, self._edit, key="F4", icon="ph.pencil-simple"),
            Command("Roles, departments", admin, self._access, self._not_own, key="F6", icon="ph.key"),
            Command("Reset password", edit, self._ask_reset, self._not_resettable, key="F7", icon="ph.lock-key"),
            Command("Activate", admin, partial(self._set_disabled, False), self._not_off, icon="ph.check"),
            Command("Deactivate", admin, self._ask_deactivate, self._not_on, key="F8", icon="ph.prohibit",
                    destructive=True),
        )  # fmt: skip

    # -- why not ---------------------------------------------------------------------------------------------------

    def _is_own(self, line: Line) -> bool:
        return line.key == self.desk.actor.user_id

    def _not_own(self, line: Line | None) -> str | None:
        if line is None or line.account is None:
            return NO_ACCOUNT
        return OWN_RIGHTS if self._is_own(line) else None

    def _not_resettable(self, line: Line | None) -> str | None:
        if line is None or line.account is None:
            return NO_ACCOUNT
        if line.account.disabled:
            return "The account is deactivated: activate it first"
        return OWN_PASSWORD if self._is_own(line) else None

    def _not_on(self, line: Line | None) -> str | None:
        off = line is not None and line.account is not None and line.account.disabled
        return "It is deactivated already" if off else self._not_own(line)

    def _not_off(self, line: Line | None) -> str | None:
        on = line is not None and line.account is not None and not line.account.disabled
        return "It is active already" if on else self._not_own(line)

    # -- a new account ---------------------------------------------------------------------------------------------

    def _new(self, _line: Line | None) -> None:
        self.desk.tasks.read(self, _choices, self._show_new, slot="form")

    def _show_new(self, choices: Choices) -> None:
        may_give = self.desk.actor.may(permissions.USERS_ADMIN)
        first, *rest = person_fields()
        fields = [first, *rest, Heading("Account"), user_name_field()]
        if may_give:
            fields += access_fields(*choices)
        page = FormPage(
            self.desk,
            "New account",
            fields,
            "Create account",
            subtitle="The first password is made by the program and shown once",
            draft="admin new account",
            icon="ph.user-plus",
        )
        _suggest_user_name(page.form)
        page.wanted.connect(partial(self._create, page))
        QTimer.singleShot(0, self, partial(self.show_page, page))  # making and showing at once would be felt

    def _create(self, page: FormPage, values: dict[str, Any]) -> None:
        page.set_busy(True, "Creating")
        if self._first is not None and self._first[0] == values:
            self._write_new(page, *self._first[1:])  # the same intent again: the same keys and password
            return
        self.desk.tasks.run(page, make_first_password, partial(self._made, page, values), page.failed)

    def _made(self, page: FormPage, values: dict[str, Any], made: FirstPassword) -> None:
        new = actions.NewUser(
            actions.NewStaff(**stored(values)),
            rules.user_name(values["user_name"]),
            made.credential,
            ticked(values, ROLE),
            ticked(values, DEPARTMENT),
        )
        self._first = (values, new, made.password)
        self._write_new(page, new, made.password)

    def _write_new(self, page: FormPage, new: actions.NewUser, password: str) -> None:
        self.desk.tasks.write(
            page, actions.create_user, new, on_done=partial(self._created, page, new, password), on_error=page.failed
        )

    def _created(self, page: FormPage, new: actions.NewUser, password: str, _saved: actions.Saved) -> None:
        self._first = None
        name = " ".join(part for part in (new.staff.title, new.staff.given_names, new.staff.family_name) if part)
        page.saved()
        self.read_again()
        FirstPasswordDialog(self.window(), name, new.user_name, password).present()

    # -- changing --------------------------------------------------------------------------------------------------

    def _edit(self, line: Line) -> None:
        self.desk.tasks.read(self, lambda tx: queries.one(tx, line.key), self._show_edit, slot="form")

    def _show_edit(self, person: queries.StaffRow | None) -> None:
        if person is None:
            self.read_again()
            return
        page = FormPage(
            self.desk,
            person.shown,
            person_fields(),
            "Save",
            subtitle="Staff file",
            values=typed(person),
            draft=f"admin staff {person.id}",
        )
        at = [person.version]
        page.wanted.connect(partial(self._save, page, person, at))
        page.on_conflict(partial(_take_theirs, person, at))
        self.show_page(page)

    def _save(self, page: FormPage, person: queries.StaffRow, at: list[int], values: dict[str, Any]) -> None:
        changes = {
            name: value for name, value in stored(values).items() if (getattr(person, name) or None) != (value or None)
        }
        if not changes:
            page.saved()
            return
        page.set_busy(True)
        if {"fee_amount", "fee_currency"} & set(changes):  # they stand and fall together
            changes |= {name: stored(values)[name] for name in ("fee_amount", "fee_currency")}
        self.desk.tasks.write(
            page, actions.edit, person.id, at[0], changes,
            on_done=lambda _saved: self.saved(page, f"Saved {person.shown}"), on_error=page.failed,
        )  # fmt: skip

    def _access(self, line: Line) -> None:
        self.desk.tasks.read(self, _choices, partial(self._show_access, line), slot="form")

    def _show_access(self, line: Line, choices: Choices) -> None:
        if line.account is None:
            return
        where = f"signed in at {line.signed_in_at}" if line.signed_in_at else "signed out"
        page = FormPage(
            self.desk,
            line.name,
            access_fields(*choices),
            "Save",
            subtitle=f"Roles and departments · in force from the next click · {where}",
            values=access_values(line.account.roles, line.account.departments),
        )
        page.wanted.connect(partial(self._save_access, page, line))
        self.show_page(page)

    def _save_access(self, page: FormPage, line: Line, values: dict[str, Any]) -> None:
        account = line.account
        if account is None:
            return
        page.set_busy(True)
        # departments that are not offered any more stay as they are
        offered = {UUID(name.removeprefix(DEPARTMENT)) for name in values if name.startswith(DEPARTMENT)}
        kept = tuple(sorted(set(account.departments) - offered))
        self.desk.tasks.write(
            page, administration.set_account, account.user_id, account.version,
            list(ticked(values, ROLE)), list(ticked(values, DEPARTMENT) + kept), account.disabled,
            on_done=lambda _none: self.saved(page, f"Roles and departments of {line.name} are in force"),
            on_error=partial(self._access_failed, page),
        )  # fmt: skip

    def _access_failed(self, page: FormPage, error: UserError) -> bool:
        if isinstance(error, Conflict):
            self.read_again()
        return page.failed(error)

    # -- the account -----------------------------------------------------------------------------------------------

    def _ask_deactivate(self, line: Line) -> None:
        where = f" The session at {line.signed_in_at} ends at once." if line.signed_in_at else ""
        ask(
            self.window(),
            f"Deactivate the account of {line.name}?",
            f"Nobody can sign in with it any more.{where} The staff file and what this person did stay.",
            [("Keep it", None), ("Deactivate", partial(self._set_disabled, True, line))],
            danger=True,
        )

    def _set_disabled(self, disabled: bool, line: Line) -> None:
        account = line.account
        if account is None:
            return
        text = f"{line.name} can{'not' if disabled else ''} sign in {'any more' if disabled else 'again'}"
        self.desk.tasks.write(
            self._place(), administration.set_account, account.user_id, account.version,
            list(account.roles), list(account.departments), disabled,
            on_done=lambda _none: self._done(text), on_error=self._not_done, slot=str(account.user_id),
        )  # fmt: skip

    def _ask_reset(self, line: Line) -> None:
        where = f" The session at {line.signed_in_at} ends at once." if line.signed_in_at else ""
        ask(
            self.window(),
            f"Reset the password of {line.name}?",
            f"The old one stops working.{where} Make sure that it is really this person who asks.",
            [("Keep it", None), ("Reset password", partial(self._reset, line))],
        )

    def _reset(self, line: Line) -> None:
        known = self._resets.get(line.key)
        if known is not None:
            self._write_password(line, known)  # the same intent again: the same password
        else:
            self.desk.tasks.run(self._place(), make_first_password, partial(self._write_password, line))

    def _write_password(self, line: Line, made: FirstPassword) -> None:
        self._resets[line.key] = made
        self.desk.tasks.write(
            self._place(), administration.set_password, line.key, made.credential,
            on_done=lambda _none: self._was_reset(line, made), slot=str(line.key),
        )  # fmt: skip

    def _was_reset(self, line: Line, made: FirstPassword) -> None:
        self._resets.pop(line.key, None)
        self.read_again()
        name = line.account.name if line.account else ""
        FirstPasswordDialog(self.window(), line.name, name, made.password).present()

    def _done(self, text: str) -> None:
        self.read_again()
        self.desk.messages.done(text)

    def _not_done(self, error: UserError) -> bool:
        if isinstance(error, Conflict):
            self.read_again()
        return False

    def _place(self) -> ListScreen[Any]:
        """The list is where messages about a row stand."""
        if self.list is None:
            raise RuntimeError("the list is made with the screen")
        return self.list


def _differs(before: object, after: object) -> bool:
    """An empty text and nothing are the same."""
    return (None if before == "" else before) != (None if after == "" else after)


def _take_theirs(person: queries.StaffRow, at: list[int], conflict: Conflict) -> None:
    """From now on the form is written against the stored version; only what both changed is to be decided."""
    at[0] = int(str(conflict.theirs.pop("version")))
    both = {name: value for name, value in conflict.theirs.items() if _differs(getattr(person, name), value)}
    conflict.theirs = typed(both)


def _suggest_user_name(form: Form) -> None:
    """Fills in the user name from the names until somebody types one."""
    edit = form.controls["user_name"].edit
    own = [bool(edit.text())]
    edit.textEdited.connect(lambda _text: own.__setitem__(0, True))

    def suggest(_text: str) -> None:
        if not own[0]:
            values = form.values()
            edit.setText(rules.suggested_user_name(values["given_names"], values["family_name"]))

    for name in ("family_name", "given_names"):
        form.controls[name].edit.textEdited.connect(suggest)
