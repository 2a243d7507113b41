"""What the home screen of a workstation shows, described by frozen dataclasses with real callables. No Qt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hisdesk.access.actor import Actor, Permission
from hisdesk.access.figures import Figures, Values
from hisdesk.desk.kit.table import count_text

NOT_KNOWN = "–"
"""What stands for a number that could not be read: a 0 would be a statement."""


@dataclass(frozen=True)
class Said:
    """What a tile says: a figure with its unit, a line under it, and the status family of what must be looked at."""

    figure: str
    unit: str = ""
    detail: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Tile:
    """One figure. `says` is given the answers of `asks` and the moment; it opens the screen `opens` ("" for none), a
    list at its `segment` ("" leaves it as it is).

    `roles` are the names of the roles it is meant for; empty: all of the workstation. Where `person` names somebody,
    that person's record is opened instead. A `wide` one has room for a longer line under the figure.
    """

    title: str
    icon: str
    asks: Figures
    says: Callable[[Values, dt.datetime], Said]
    opens: str = ""
    roles: tuple[str, ...] = ()
    person: Callable[[Values], UUID | None] | None = None
    wide: bool = False
    segment: str = ""

    def meant_for(self, actor: Actor) -> bool:
        """Whether this person's role and permissions give them this figure."""
        return self.asks.allowed(actor) and (not self.roles or bool(actor.role_names & set(self.roles)))


@dataclass(frozen=True)
class Start:
    """A key of the home screen that begins a piece of work on another screen."""

    keys: str
    what: str
    icon: str
    opens: str
    permission: Permission
    subject: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Section:
    """What a workstation puts on the home screen of its people.

    It stands on top for the roles in `first_for`.
    """

    title: str
    tiles: tuple[Tile, ...]
    starts: tuple[Start, ...] = ()
    first_for: tuple[str, ...] = ()


Detail = Callable[[Values, dt.datetime], str]


def nothing(_values: Values, _now: dt.datetime) -> str:
    """No line under the figure."""
    return ""


def count(column: str, detail: Detail = nothing, *, tone: str = "", unit: str = "") -> Callable[..., Said]:
    """A number of things; with a `tone` it is looked at when it is not 0."""

    def says(values: Values, now: dt.datetime) -> Said:
        number = int(values[column])
        return Said(count_text(number), unit, detail(values, now), tone if number else "")

    return says


def since(
    column: str, nobody: str, detail: Detail = nothing, *, long: dt.timedelta | None = None
) -> Callable[..., Said]:
    """The time since a moment; `nobody` is said when there is none. From `long` on it is looked at."""

    def says(values: Values, now: dt.datetime) -> Said:
        at: dt.datetime | None = values[column]
        if at is None:
            return Said("None", detail=nobody)
        figure, unit = waited(at, now)
        return Said(figure, unit, detail(values, now), "attention" if long is not None and now - at >= long else "")

    return says


def waited(at: dt.datetime, now: dt.datetime) -> tuple[str, str]:
    """How long ago, as a figure and its unit: ("< 1", "min"), ("24", "min"), ("2 h 05", "min"), ("3", "days")."""
    minutes = max(0, int((now - at).total_seconds() // 60))
    if minutes < 60:
        return str(minutes) if minutes else "< 1", "min"
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {rest:02}", "min"
    return (str(hours // 24), "days") if hours >= 48 else ("1", "day")


def some(column: str, words: str, otherwise: str = "") -> Detail:
    """ "2 urgent": a number with words behind it, or what is said when it is 0."""

    def detail(values: Values, _now: dt.datetime) -> str:
        number = int(values[column] or 0)
        return f"{count_text(number)} {words}" if number else otherwise

    return detail


def parts(*details: Detail) -> Detail:
    """Several remarks in one line."""

    def detail(values: Values, now: dt.datetime) -> str:
        return " · ".join(part for part in (each(values, now) for each in details) if part)

    return detail
