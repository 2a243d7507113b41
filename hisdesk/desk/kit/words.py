"""Moments, birth dates and sexes in the words that every workstation uses. No Qt."""

from __future__ import annotations

import datetime as dt

from hisdesk.desk.kit.dates import age_years, show_age, show_date

SEXES = {"female": "Female", "male": "Male", "other": "Other", "unknown": "Sex not known"}


def today() -> dt.date:
    """The calendar day of this desk."""
    return dt.date.today()  # noqa: DTZ011 (the calendar of the desk)


def clock(at: dt.datetime | None) -> str:
    """The time of day at this desk: 09:58."""
    return f"{at.astimezone():%H:%M}" if at is not None else ""


def moment(at: dt.datetime) -> str:
    """Day and time as a record shows it: 17-Mar-2026 10:42."""
    here = at.astimezone()
    return f"{show_date(here.date())} {here:%H:%M}"


def born(day: dt.date | None, estimated: bool, on: dt.date) -> str:
    """ "14-Sep-1958 (67y)", "about 1980, estimated", or that it is not known."""
    if day is None:
        return "birth date not known"
    if estimated:
        return f"about {day.year}, estimated"
    years = age_years(day, on)
    return f"{show_date(day)} ({f'{years}y' if years >= 2 else show_age(day, on)})"
