"""A person, a visit and an allergy in the words of the consulting room. Pure."""

from __future__ import annotations

import datetime as dt

from hisdesk.desk.kit import banner as kit
from hisdesk.desk.kit.allergy_fact import allergies
from hisdesk.desk.kit.dates import show_date
from hisdesk.desk.kit.words import SEXES, born, clock, moment, today
from hisdesk.hospital.allergies.rules import AllergyState
from hisdesk.hospital.patients import mrn, names
from hisdesk.hospital.patients.queries import Banner
from hisdesk.hospital.visits.queries import QueueRow

__all__ = ("SEXES", "allergies", "born", "clock", "moment", "today")  # the same at every workstation

RECORD_STATES = {
    "inactive": "Record inactive",
    "blacklisted": "Blacklisted",
    "replaced": "Replaced by another record",
}
CLOSED_TITLE = "This record is closed to you"


def now() -> dt.datetime:
    """This moment."""
    return dt.datetime.now(dt.UTC)


def day_heading(day: dt.date, on: dt.date) -> str:
    """A date over events; today says so too."""
    return f"Today, {show_date(day)}" if day == on else show_date(day)


def lasting(seconds: float) -> str:
    """A span that runs: 08:14, from an hour on 1 h 05."""
    whole = max(0, int(seconds))
    return f"{whole // 60:02}:{whole % 60:02}" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60:02}"


def visit_name(row: QueueRow) -> str:
    """FAMILY, Given (Title); what an anonymous person gave; or that nobody knows the name."""
    if row.anonymous:
        return row.family
    return names.display(row.family, row.given, row.title) or "Unidentified person"


def visit_facts(row: QueueRow, on: dt.date) -> str:
    """The second line under a name: born, sex, MRN."""
    if row.anonymous:
        return "Without a record"
    parts = [born(row.born, row.estimated, on), SEXES.get(row.sex, row.sex), mrn.shown(row.mrn)]
    return " · ".join(part for part in parts if part)


def person(shown: Banner) -> kit.Person:
    """Who the banner of the frame is about."""
    return kit.Person(
        family_name=shown.family,
        given_names=shown.given,
        title=shown.title,
        birth_date=shown.born,
        birth_date_estimated=shown.estimated,
        sex="Not known" if shown.sex == "unknown" else SEXES.get(shown.sex, shown.sex),
        mrn=shown.mrn,
        died_on=shown.deceased_on,
        unidentified=shown.unidentified,
        preferred_name=shown.preferred,
    )


def alerts(shown: Banner) -> tuple[kit.Alert, ...]:
    """What else must be seen about the record itself."""
    word = RECORD_STATES.get(shown.status)
    return (kit.Alert("ph.prohibit", word),) if word else ()


def unavailable(since: dt.datetime, last: AllergyState | None) -> kit.Allergies:
    """What the banner shows while the record cannot be read: since when, and what was known before."""
    said = f"Since {clock(since)}"
    if last is not None and last.state == "known":
        known = ", ".join(line.substance for line in last.lines)
        said += f". Read before: {known if len(last.lines) <= 2 else f'{len(last.lines)} allergies'}"
    elif last is not None and last.state == "none known":
        said += ". Read before: none known"
    return kit.Allergies("unavailable", detail=said)


def closed_sentence(said: str) -> str:
    """Why a record is closed and what to do, without repeating the title."""
    rest = said.removeprefix(CLOSED_TITLE).lstrip(" :.")
    return rest[:1].upper() + rest[1:]


def not_read(since: dt.datetime | None) -> str:
    """Why something is not shown as true."""
    return f"Not read since {clock(since)}" if since is not None else "Not read yet"
