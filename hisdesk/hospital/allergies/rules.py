"""What is known about a person's allergies, in four states that must never look alike. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from hisdesk.errors import Invalid

CATEGORIES = ("medication", "food", "environment", "other")
SEVERITIES = ("not known", "mild", "moderate", "severe", "anaphylaxis")

State = Literal["known", "none known", "not recorded", "unavailable"]


@dataclass(frozen=True)
class AllergyLine:
    """One active allergy, as the banner and the list show it."""

    id: UUID
    substance: str
    reaction: str = ""
    severity: str = "not known"
    noted_on: dt.date | None = None
    category: str = "medication"


@dataclass(frozen=True)
class AllergyState:
    """`lines` is filled only when `state` is "known", worst first. `asked_at`: when "none known" was said.

    "unavailable" means that this session may not know; it is never "none".
    """

    state: State
    lines: tuple[AllergyLine, ...] = ()
    asked_at: dt.datetime | None = None


@dataclass(frozen=True)
class NewAllergy:
    """What is typed about an allergy."""

    substance: str
    reaction: str = ""
    severity: str = "not known"
    category: str = "medication"
    code: str = ""
    noted_on: dt.date | None = None


def state_of(
    may_see: bool, lines: Iterable[AllergyLine], declared: str | None = None, asked_at: dt.datetime | None = None
) -> AllergyState:
    """The state from what is stored: an active allergy beats an answer "none known", whichever came first."""
    if not may_see:
        return AllergyState("unavailable")
    worst_first = tuple(sorted(lines, key=lambda line: (-SEVERITIES.index(line.severity), line.substance.casefold())))
    if worst_first:
        return AllergyState("known", worst_first)
    if declared == "none known":
        return AllergyState("none known", asked_at=asked_at)
    return AllergyState("not recorded")


def checked(new: NewAllergy, today: dt.date) -> NewAllergy:
    """The allergy itself with its texts tidied, or Invalid with a sentence for each field."""
    problems = {}
    substance, reaction, code = (" ".join(text.split()) for text in (new.substance, new.reaction, new.code))
    if not substance:
        problems["substance"] = "Enter what the person is allergic to."
    for name, value, most in (("substance", substance, 200), ("reaction", reaction, 500), ("code", code, 40)):
        if len(value) > most:
            problems[name] = f"This is {len(value)} characters long; at most {most} fit. Shorten it."
    if new.severity not in SEVERITIES:
        problems["severity"] = "Choose how severe the reaction was."
    if new.category not in CATEGORIES:
        problems["category"] = "Choose what kind of substance it is."
    if new.noted_on is not None and new.noted_on > today:
        problems["noted_on"] = "This day is in the future."
    if problems:
        raise Invalid(problems)
    return NewAllergy(substance, reaction, new.severity, new.category, code, new.noted_on)
