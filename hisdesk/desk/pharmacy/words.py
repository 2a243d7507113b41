"""A prescription and a person in the words of the pharmacy. Pure."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import Protocol
from uuid import UUID

from hisdesk.desk.kit import banner as kit
from hisdesk.desk.kit.allergy_fact import worst
from hisdesk.desk.kit.tokens import Status, family_status
from hisdesk.desk.kit.words import SEXES
from hisdesk.hospital.allergies.rules import AllergyLine
from hisdesk.hospital.dispensings.queries import WaitingRow
from hisdesk.hospital.medicines.checks import Facts, Outcome
from hisdesk.hospital.medicines.rules import counted
from hisdesk.hospital.patients import mrn, names
from hisdesk.hospital.stock.rules import NONE

WAITING_LONG = dt.timedelta(minutes=30)
OUTCOMES = {
    Outcome.STOP: ("ph.warning-octagon-fill", "status.critical.fg"),
    Outcome.CAUTION: ("ph.warning-fill", "status.attention.fg"),
    Outcome.NOT_CHECKED: ("ph.question-fill", "status.neutral.fg"),
    Outcome.OK: ("ph.check-circle-fill", "status.ok.fg"),
}


class Named(Protocol):
    """A row with somebody's name."""

    @property
    def family(self) -> str: ...
    @property
    def given(self) -> str: ...
    @property
    def honorific(self) -> str: ...
    @property
    def patient_id(self) -> UUID | None: ...
    @property
    def mrn(self) -> str: ...


def name_of(row: Named) -> str:
    """FAMILY, Given (Title); what was given without a record; or that the pharmacy may not know it any more."""
    if row.patient_id is None:
        return row.family or "Without a name"
    return names.display(row.family, row.given, row.honorific) or "Name no longer shown"


def facts_of(row: Named) -> str:
    """The second line under a name."""
    return mrn.shown(row.mrn) if row.mrn else "Without a record" if row.patient_id is None else ""


def person(row: WaitingRow) -> kit.Person:
    """Whom the banner is about; somebody without a record is called as they said."""
    if row.patient_id is None:
        return kit.Person(row.family or "Without a name", "", "", None, sex="Not known", mrn="")
    return kit.Person(
        family_name=row.family,
        given_names=row.given,
        title=row.honorific,
        birth_date=row.born,
        birth_date_estimated=row.estimated,
        sex="Not known" if row.sex == "unknown" else SEXES.get(row.sex, row.sex),
        mrn=row.mrn,
    )


def allergies(facts: Facts | None) -> kit.Allergies:
    """The four states, from what the checks know."""
    if facts is None or facts.state == "unavailable":
        return kit.Allergies("unavailable", detail="Not read yet" if facts is None else "Your role may not see them")
    active = [a for a in facts.allergies if a.status == "active"]
    if facts.state == "known" and active:
        first = active[0]
        line = AllergyLine(first.id, first.substance, first.reaction, first.severity, first.noted_on)
        return kit.Allergies("known", tuple(a.substance for a in active), worst(line))
    if facts.state == "none known":
        return kit.Allergies("none_known", detail="The person was asked")
    return kit.Allergies("not_recorded", detail="Ask, then dispense")


def waited(since: dt.datetime, now: dt.datetime) -> str:
    """ "4 min", "2 h 05"."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02}" if minutes < 24 * 60 else f"{minutes // (24 * 60)} days"


def state_of(row: WaitingRow, now: dt.datetime) -> Status:
    """What somebody at the window must know first."""
    if row.overridden:
        return family_status("attention", "Overridden stop")
    if row.short:
        return family_status("attention", "Stock short")
    if row.status == "partly dispensed":
        return family_status("info", "Part dispensed")
    if now - row.signed_at > WAITING_LONG:
        return family_status("attention", "Waiting long")
    return family_status("info", "New")


def of_whole(done: Decimal, whole: Decimal, unit: str) -> str:
    """ "6 of 15 capsules"."""
    shown = counted(whole, unit)
    return f"{done.normalize():f} of {shown}"


def quantity_typed(text: str) -> Decimal | None:
    """A quantity as typed; nothing typed is nothing taken. None when it is no quantity."""
    typed = text.strip().replace(",", ".")
    if not typed:
        return NONE
    try:
        value = Decimal(typed)
    except InvalidOperation:
        return None
    return value if value.is_finite() and value >= 0 and round(value, 2) == value else None
