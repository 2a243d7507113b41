"""A person and a visit in the words of the front desk. Pure."""

from __future__ import annotations

import datetime as dt

from hisdesk.desk.kit.dates import age_years, show_age, show_date
from hisdesk.hospital.patients import mrn, names

SEXES = {"female": "Female", "male": "Male", "other": "Other", "unknown": "Sex not known"}
PRIORITIES = (("normal", "Normal"), ("urgent", "Urgent"), ("emergency", "Emergency"))
LIKELIHOODS = {"very likely": "Very likely", "likely": "Likely", "possible": "Possible"}
RECORD_STATES = {
    "deceased": "Deceased",
    "blacklisted": "Blacklisted",
    "inactive": "Inactive",
    "replaced": "Replaced by another record",
}


def today() -> dt.date:
    """The calendar day of this desk."""
    return dt.date.today()  # noqa: DTZ011 (the calendar of the desk)


def full_name(family: str, given: str = "", title: str = "") -> str:
    """FAMILY, Given (Title), or that nobody knows the name."""
    return names.display(family, given, title) or "Unidentified person"


def born(day: dt.date | None, estimated: bool, on: dt.date) -> str:
    """ "14-Sep-1958 (67y)", "about 1980, estimated", or that it is not known."""
    if day is None:
        return "birth date not known"
    if estimated:
        return f"about {day.year}, estimated"
    years = age_years(day, on)
    return f"{show_date(day)} ({f'{years}y' if years >= 2 else show_age(day, on)})"


def facts(day: dt.date | None, estimated: bool, sex: str, number: str, on: dt.date) -> str:
    """The second line under a name: born, sex, MRN."""
    parts = [born(day, estimated, on), SEXES.get(sex, sex), mrn.shown(number)]
    return " · ".join(part for part in parts if part)


def clock(at: dt.datetime | None) -> str:
    """The time of day at this desk: 09:58."""
    return f"{at.astimezone():%H:%M}" if at is not None else ""


def moment(at: dt.datetime) -> str:
    """Day and time as a record shows it: 17-Mar-2026 10:42."""
    here = at.astimezone()
    return f"{show_date(here.date())} {here:%H:%M}"


def show_day(day: dt.date) -> str:
    """A date that nobody can misread."""
    return show_date(day)
