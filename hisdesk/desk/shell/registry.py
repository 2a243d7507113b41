"""Which screens there are and who is offered them. The workstation folders declare them; nothing else knows them."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hisdesk.access.actor import Actor, Permission

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from hisdesk.desk.kit.context import Desk
    from hisdesk.desk.kit.pieces import InPieces
    from hisdesk.desk.kit.tiles import Section

MOST_ON_RAIL = 7
HOME = "home"
"""The id of the screen with the figures of a person's work, which everybody has."""


@dataclass(frozen=True)
class Screen:
    """One screen: what stands on the rail, who may use it, and how it is made.

    `permission` decides whether a person may open it; None: whoever has a workstation. `roles` are the names of the
    roles it is meant for: they see it, in the order of declaration; a role that no screen names is offered everything
    it may use. `primary_for` are the roles that begin with it. With `on_rail` false it is only opened from elsewhere;
    `chart` marks the screen that shows one person. `ahead` begins a screen that takes long to make; it reads nothing
    before it is asked to. `useful` says whether this person would find anything there.

    The widget may have these methods; the window calls them where they exist: `read_again()` for F5;
    `go_back() -> bool` for Esc (True: done, stay); `show_subject(**subject)` for what `Window.open(id, **subject)`
    passes; `open_patient(patient_id, reason)` on a chart; `begin_with(text)` where people are registered, for the words
    of a search that did not find them; `rights_changed()` when the person's rights are others; `keep_draft()` before
    it goes; `header() -> (title, count, commands)` when the window is to show its header. It may have these Signals:
    `badge(str)` sets the number on the rail, `header_changed` has the header read again, `keys_changed` the keys at
    the foot. With an attribute `shows_banner = True` the patient banner (`self.window().banner`) is shown above it.
    """

    id: str
    title: str
    icon: str
    permission: Permission | None
    roles: tuple[str, ...]
    factory: Callable[[Desk], QWidget]
    primary_for: tuple[str, ...] = ()
    on_rail: bool = True
    chart: bool = False
    ahead: Callable[[Desk], InPieces] | None = None
    useful: Callable[[Actor], bool] = lambda _actor: True


@dataclass(frozen=True)
class Folder:
    """A workstation: the module that declares its screens, and the names of the roles that work there.

    Beside that module, `tiles` declares its `HOME`, what it puts on the home screen.
    """

    module: str
    roles: tuple[str, ...]
    permissions: tuple[Permission, ...]

    @property
    def tiles(self) -> str:
        """The module of its figures."""
        return f"{self.module.rpartition('.')[0]}.tiles"


FOLDERS = (
    Folder(
        "hisdesk.desk.reception.screens",
        ("registration", "nurse"),
        (Permission("patients", "create"), Permission("patients", "edit"), Permission("visits", "create")),
    ),
    Folder(
        "hisdesk.desk.doctor.screens",
        ("physician", "nurse", "therapist", "medical_admin", "ward_manager", "laboratory", "radiology"),
        (Permission("patients", "view"), Permission("visits", "edit")),
    ),
    Folder(
        "hisdesk.desk.department.screens",
        ("laboratory", "radiology", "therapist", "physician", "nurse"),
        (Permission("orders", "view"),),
    ),
    Folder("hisdesk.desk.pharmacy.screens", ("pharmacy",), (Permission("dispensings", "view"),)),
    Folder(
        "hisdesk.desk.ward.screens",
        ("ward_manager", "nurse", "physician", "medical_admin", "facility_head"),
        (Permission("beds", "view"), Permission("beds", "admin")),
    ),
    Folder("hisdesk.desk.housekeeping.screens", ("housekeeping",), (Permission("cleaning", "view"),)),
    Folder(
        "hisdesk.desk.admin.screens",
        ("superadmin", "helpdesk", "privacy_officer", "facility_head"),
        (
            Permission("users", "view"),
            Permission("roles", "view"),
            Permission("audit", "view"),
            Permission("stations", "view"),
        ),
    ),
)


def folders_for(actor: Actor) -> tuple[Folder, ...]:
    """The workstations of this person. The other ones are never imported."""
    roles = actor.role_names
    known = any(roles & set(folder.roles) for folder in FOLDERS)
    return tuple(
        folder
        for folder in FOLDERS
        if (not known or roles & set(folder.roles)) and any(actor.may(p) for p in folder.permissions)
    )


def declared_for(actor: Actor) -> tuple[Screen, ...]:
    """The screens of their workstations, and Home. Imports what declares them: not for the GUI thread at first."""
    declared: list[Screen] = []
    for folder in folders_for(actor):
        declared += importlib.import_module(folder.module).SCREENS
    if declared:
        sections_for(actor)
        declared += importlib.import_module("hisdesk.desk.shell.home_screen").SCREENS
    return tuple(declared)


def sections_for(actor: Actor) -> tuple[Section, ...]:
    """What this person's workstations put on the home screen, the most important first. Imports as `declared_for`."""
    sections: list[Section] = [importlib.import_module(folder.tiles).HOME for folder in folders_for(actor)]
    return tuple(sorted(sections, key=lambda section: not actor.role_names & set(section.first_for)))  # stable


def offered(actor: Actor, declared: Iterable[Screen]) -> tuple[Screen, ...]:
    """Those of the declared screens that this person may open, each id once, the one to begin with first."""
    roles = actor.role_names
    allowed = [screen for screen in declared if screen.permission is None or actor.may(screen.permission)]
    known = any(roles & set(screen.roles) for screen in allowed)
    meant = [s for s in allowed if s.useful(actor) and (not known or not s.roles or roles & set(s.roles))]
    unique: dict[str, Screen] = {}
    for screen in meant:
        unique.setdefault(screen.id, screen)
    return tuple(sorted(unique.values(), key=lambda screen: not roles & set(screen.primary_for)))  # stable


def on_rail(screens: Iterable[Screen]) -> tuple[Screen, ...]:
    """The first seven that stand on the rail."""
    return tuple(screen for screen in screens if screen.on_rail)[:MOST_ON_RAIL]
