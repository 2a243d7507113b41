"""What a note holds, when it can be signed, what may become of a diagnosis. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from hisdesk.errors import Invalid

SECTIONS = ("subjective", "objective", "assessment", "plan", "treatment")
LONGEST = 20_000
LONGEST_REASON = 500
MOST_CODED = 50


class Status(StrEnum):
    DRAFT = "draft"
    SIGNED = "signed"
    DISCARDED = "discarded"


class DiagnosisStatus(StrEnum):
    ACTIVE = "active"
    RESOLVED = "resolved"
    ERROR = "entered in error"


class Kind(StrEnum):
    """What is added to a signed note: later knowledge, what was left out then, or a correction."""

    ADDENDUM = "addendum"
    LATE_ENTRY = "late entry"
    AMENDMENT = "amendment"


NEXT: dict[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.DRAFT, Status.SIGNED, Status.DISCARDED}),
    Status.SIGNED: frozenset(),
    Status.DISCARDED: frozenset(),
}
NEXT_DIAGNOSIS: dict[DiagnosisStatus, frozenset[DiagnosisStatus]] = {
    DiagnosisStatus.ACTIVE: frozenset({DiagnosisStatus.RESOLVED, DiagnosisStatus.ERROR}),
    DiagnosisStatus.RESOLVED: frozenset({DiagnosisStatus.ACTIVE, DiagnosisStatus.ERROR}),
    DiagnosisStatus.ERROR: frozenset(),
}


@dataclass(frozen=True)
class Coded:
    """A diagnosis chosen from the code list. `problem`: it shall stand on the problem list."""

    code: str
    title: str
    problem: bool = False


@dataclass(frozen=True)
class Content:
    """What is written in a note: subjective, objective, assessment, plan (SOAP), treatment, codes, the next visit."""

    subjective: str = ""
    objective: str = ""
    assessment: str = ""
    plan: str = ""
    treatment: str = ""
    diagnoses: tuple[Coded, ...] = ()
    next_visit_on: dt.date | None = None

    @property
    def texts(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in SECTIONS}


def may_become(status: str, wanted: str) -> bool:
    """Whether a note in this state may go into that one; buttons and actions ask this alike."""
    return Status(wanted) in NEXT[Status(status)]


def diagnosis_may_become(status: str, wanted: str) -> bool:
    """The same of a diagnosis."""
    return DiagnosisStatus(wanted) in NEXT_DIAGNOSIS[DiagnosisStatus(status)]


def why_not_sign(content: Content) -> str:
    """Why this cannot be signed; "" when it can. A day for the next visit alone says nothing about this one."""
    if content.diagnoses or any(text.strip() for text in content.texts.values()):
        return ""
    return "Nothing is written yet"


def is_blank(content: Content) -> bool:
    """Whether nothing at all was entered."""
    return bool(why_not_sign(content)) and content.next_visit_on is None


def goes_on(later: Content, earlier: Content) -> bool:
    """Whether one text only continues the other: every section begins alike, no code or day is missing."""
    return (
        all(later.texts[name].startswith(text) for name, text in earlier.texts.items())
        and set(earlier.diagnoses) <= set(later.diagnoses)
        and earlier.next_visit_on in (None, later.next_visit_on)
    )


def tidied(content: Content) -> Content:
    """As it is stored: no blanks at the ends of lines and texts, each code once (a problem if it is one anywhere)."""
    coded: dict[str, Coded] = {}
    for each in content.diagnoses:
        before = coded.get(each.code)
        coded[each.code] = replace(each, problem=each.problem or (before is not None and before.problem))
    texts = {name: _trimmed(text) for name, text in content.texts.items()}
    return Content(**texts, diagnoses=tuple(coded.values()), next_visit_on=content.next_visit_on)


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def checked(content: Content) -> Content:
    """The content as a draft holds it: whatever was typed, unless it does not fit. Raises Invalid."""
    problems = {name: too_long(text, LONGEST) for name, text in content.texts.items() if len(text) > LONGEST}
    if len(content.diagnoses) > MOST_CODED:
        problems["diagnoses"] = f"At most {MOST_CODED} diagnoses fit in one note."
    if problems:
        raise Invalid(problems)
    return content


def signable(content: Content, today: dt.date) -> Content:
    """The content as it is signed, tidied. Raises Invalid with a sentence for each field."""
    content = tidied(checked(content))
    if why := why_not_sign(content):
        raise Invalid({"subjective": f"{why}: a note without words cannot be signed."})
    if content.next_visit_on is not None and content.next_visit_on < today:
        raise Invalid({"next_visit_on": "This day is over. Choose a later one."})
    return content


def too_long(text: str, most: int) -> str:
    """The sentence for a text that does not fit."""
    return f"This is {len(text):,} characters long; at most {most:,} fit. Shorten it."


def checked_words(text: str, most: int, at: str, required: str) -> str:
    """A text that must be there, as it is stored. Raises Invalid."""
    text = text.strip()
    if not text:
        raise Invalid({at: required})
    if len(text) > most:
        raise Invalid({at: too_long(text, most)})
    return text


def plain(content: Content) -> dict[str, Any]:
    """The content as JSON can hold it."""
    day = content.next_visit_on
    return {
        **content.texts,
        "diagnoses": coded_plain(content.diagnoses),
        "next_visit_on": day.isoformat() if day else None,
    }


def from_plain(values: Mapping[str, Any]) -> Content:
    """The content back from `plain`; a day may be a date already."""
    day = values.get("next_visit_on")
    return Content(
        **{name: str(values.get(name) or "") for name in SECTIONS},
        diagnoses=tuple(
            Coded(str(each["code"]), str(each["title"]), bool(each["problem"]))
            for each in values.get("diagnoses") or ()
        ),
        next_visit_on=dt.date.fromisoformat(day) if isinstance(day, str) else day,
    )


def coded_plain(diagnoses: Iterable[Coded]) -> list[dict[str, Any]]:
    """Coded diagnoses as JSON can hold them."""
    return [{"code": each.code, "title": each.title, "problem": each.problem} for each in diagnoses]
