"""A person and a visit in the words of the front desk. Pure."""

from __future__ import annotations

import datetime as dt

from hisdesk.desk.kit.dates import show_date
from hisdesk.desk.kit.words import SEXES, born, clock, moment, today
from hisdesk.hospital.patients import mrn, names

__all__ = ("SEXES", "born", "clock", "moment", "today")  # the same at every workstation

PRIORITIES = (("normal", "Normal"), ("urgent", "Urgent"), ("emergency", "Emergency"))
LIKELIHOODS = {"very likely": "Very likely", "likely": "Likely", "possible": "Possible"}
RECORD_STATES = {
    "deceased": "Deceased",
    "blacklisted": "Blacklisted",
    "inactive": "Inactive",
    "replaced": "Replaced by another record",
}


def full_name(family: str, given: str = "", title: str = "") -> str:
    """FAMILY, Given (Title), or that nobody knows the name."""
    return names.display(family, given, title) or "Unidentified person"


def facts(day: dt.date | None, estimated: bool, sex: str, number: str, on: dt.date) -> str:
    """The second line under a name: born, sex, MRN."""
    parts = [born(day, estimated, on), SEXES.get(sex, sex), mrn.shown(number)]
    return " · ".join(part for part in parts if part)


def show_day(day: dt.date) -> str:
    """A date that nobody can misread."""
    return show_date(day)
