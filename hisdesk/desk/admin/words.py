"""Times and names as the administrator's screens write them. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from uuid import UUID

from hisdesk.desk.kit.dates import show_date


def moment(at: dt.datetime | None, *, exact: bool = False) -> str:
    """A moment in the time of this desk: "17-Mar-2026 10:42", with `exact` to the millisecond; "never" for None."""
    if at is None:
        return "never"
    local = at.astimezone()
    clock = f"{local:%H:%M:%S}.{local.microsecond // 1000:03d}" if exact else f"{local:%H:%M}"
    return f"{show_date(local.date())} {clock}"


def listed(keys: Iterable[UUID], titles: Mapping[UUID, str]) -> str:
    """Names of what the keys stand for, in order: "Nurse, Registration"."""
    return ", ".join(sorted(titles[key] for key in keys if key in titles))


def many(number: int, one: str, more: str) -> str:
    """ "1 person", "4 people"."""
    return f"{number:,} {one if number == 1 else more}"
