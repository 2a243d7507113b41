"""The banner's data in the banner's own terms. Pure."""

from __future__ import annotations

from hisdesk.desk.kit import banner as kit
from hisdesk.desk.kit.dates import show_date
from hisdesk.desk.reception.words import RECORD_STATES, SEXES
from hisdesk.hospital.allergies.rules import AllergyState
from hisdesk.hospital.patients.queries import Banner

_KINDS: dict[str, kit.AllergyKind] = {
    "known": "known",
    "none known": "none_known",
    "not recorded": "not_recorded",
    "unavailable": "unavailable",
}


def person(data: Banner) -> kit.Person:
    """Name, birth, sex, number, death."""
    return kit.Person(
        data.family,
        data.given,
        data.title,
        data.born,
        data.estimated,
        SEXES.get(data.sex, data.sex),
        data.mrn,
        data.deceased_on,
        data.unidentified,
        preferred_name=data.preferred,
    )


def allergies(state: AllergyState) -> kit.Allergies:
    """One of the four states with its second line."""
    detail = ""
    if state.state == "known" and state.lines:
        worst = state.lines[0]
        noted = show_date(worst.noted_on) if worst.noted_on else ""
        severity = worst.severity.capitalize() if worst.severity != "not known" else ""
        detail = ", ".join(part for part in (worst.reaction or severity, noted) if part)
    elif state.state == "none known" and state.asked_at is not None:
        detail = f"Asked {show_date(state.asked_at.astimezone().date())}"
    elif state.state == "not recorded":
        detail = "Ask, then record"
    elif state.state == "unavailable":
        detail = "Clinicians see them"
    return kit.Allergies(_KINDS[state.state], tuple(line.substance for line in state.lines), detail)


def alerts(data: Banner) -> tuple[kit.Alert, ...]:
    """What else everybody should know: a record out of use."""
    word = RECORD_STATES.get(data.status)
    return (kit.Alert("ph.prohibit", word),) if word else ()
