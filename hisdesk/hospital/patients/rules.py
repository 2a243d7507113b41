"""What may be written down about a person. Pure."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from hisdesk.errors import Invalid
from hisdesk.hospital.patients import names

SEXES = ("female", "male", "other", "unknown")
BLOOD_GROUPS = ("", "A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-")
IDENTIFIER_KINDS = ("passport", "id_card", "driving_licence", "other")
OLDEST = dt.date(1850, 1, 2)

# the longest text that each field holds
LENGTHS = {
    "family_name": 200,
    "given_names": 200,
    "preferred_name": 200,
    "title": 30,
    "gender": 60,
    "ethnicity": 60,
    "language": 60,
    "phone": 40,
    "phone_2": 40,
    "email": 200,
    "street": 200,
    "city": 100,
    "region": 100,
    "postcode": 20,
    "country": 60,
    "history": 5000,
    "notes": 5000,
    "status_reason": 200,
}
_LONG_TEXTS = {"history", "notes"}
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]{2,}")
_PHONE = re.compile(r"[0-9A-Za-z+()./ \-#*,;:]+")


@dataclass(frozen=True)
class Name:
    """One name of a person: the current ("official"), a former, a preferred one or an alias."""

    family_name: str
    given_names: str = ""
    use: Literal["official", "former", "preferred", "alias"] = "former"


@dataclass(frozen=True)
class NewIdentifier:
    """A document's number, in clear; it is encrypted before it leaves the station."""

    kind: Literal["passport", "id_card", "driving_licence", "other"]
    number: str = field(repr=False)
    issuing_state: str = ""
    issued_on: dt.date | None = None
    expires_on: dt.date | None = None


@dataclass(frozen=True)
class NewPolicy:
    """An insurance policy, its numbers in clear; they are encrypted before they leave the station.

    `details` holds what else the card says (copays, phones …), as JSON can hold it.
    """

    payer: str
    plan: str = ""
    member_number: str = field(default="", repr=False)
    group_number: str = field(default="", repr=False)
    subscriber: str = ""
    effective_on: dt.date | None = None
    expires_on: dt.date | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NewContact:
    """Whom to call in an emergency."""

    name: str
    relation: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Person:
    """What can be typed about a person; field names are the columns'."""

    family_name: str = ""
    given_names: str = ""
    preferred_name: str = ""
    title: str = ""
    birth_date: dt.date | None = None
    birth_date_estimated: bool = False
    sex: str = "unknown"
    gender: str = ""
    ethnicity: str = ""
    language: str = ""
    interpreter: bool = False
    phone: str = ""
    phone_2: str = ""
    email: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    blood_group: str = ""
    history: str = ""
    notes: str = ""
    unidentified: bool = False
    private_on_boards: bool = False  # "Private" in place of initials on the wall


FIELDS = tuple(f.name for f in fields(Person))


def clean_text(text: str, *, lines: bool = False) -> str:
    """NFC, without control and direction-override characters, white space tidied. `lines` keeps line breaks."""
    if not lines:
        return names.clean(text, most=len(text) + 1)
    parts = (
        names.clean(line, most=len(line) + 1) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    )
    return "\n".join(parts).strip("\n")


def checked(person: Person, today: dt.date) -> Person:
    """The person as it is stored: texts cleaned. Raises Invalid with a sentence for each field that cannot be."""
    values = {name: tidy(name, getattr(person, name)) for name in FIELDS}
    problems = problems_of(values, today)
    if not (values["unidentified"] or values["family_name"] or values["given_names"]):
        problems["family_name"] = "Enter a family name or a given name, or mark the person as unidentified."
    if problems:
        raise Invalid(problems)
    return replace(person, **values)


def checked_changes(current: Mapping[str, Any], changes: Mapping[str, Any], today: dt.date) -> dict[str, Any]:
    """Changed fields as they are stored. `current` holds the other fields that a rule looks at. Raises Invalid."""
    unknown = set(changes) - set(FIELDS)
    if unknown:
        raise ValueError(f"not fields of a person: {sorted(unknown)}")
    values = {name: tidy(name, value) for name, value in changes.items()}
    problems = problems_of(values, today)
    after = {**current, **values}
    if not (after.get("unidentified") or after.get("family_name") or after.get("given_names")):
        problems.setdefault("family_name", "Enter a family name or a given name, or mark the person as unidentified.")
    if problems:
        raise Invalid(problems)
    return values


def tidy(name: str, value: Any) -> Any:
    """One field's value, cleaned."""
    return clean_text(value, lines=name in _LONG_TEXTS) if isinstance(value, str) else value


def problems_of(values: Mapping[str, Any], today: dt.date) -> dict[str, str]:
    """A sentence for each of these (already cleaned) values that cannot be stored."""
    problems = {}
    for name, value in values.items():
        problem = too_long(value, LENGTHS[name]) if name in LENGTHS else None
        problem = problem or _problem(name, value, today)
        if problem:
            problems[name] = problem
    return problems


def too_long(value: str, most: int) -> str | None:
    """The sentence for a text that does not fit."""
    if len(value) <= most:
        return None
    return f"This is {len(value):,} characters long; at most {most:,} fit. Shorten it."


def _problem(name: str, value: Any, today: dt.date) -> str | None:
    match name:
        case "birth_date":
            return birth_date_problem(value, today)
        case "email":
            return None if value == "" or _EMAIL.fullmatch(value) else "An e-mail address looks like name@example.org."
        case "phone" | "phone_2":
            return phone_problem(value)
        case "sex":
            return None if value in SEXES else "Choose female, male, other or unknown."
        case "blood_group":
            return None if value in BLOOD_GROUPS else "Choose one of the eight blood groups, or leave it empty."
        case _:
            return None


def birth_date_problem(value: dt.date | None, today: dt.date) -> str | None:
    """The sentence for a birth date that cannot be."""
    if value is None:
        return None
    if value > today:
        return f"{spoken(value)} is in the future."
    if value < OLDEST:
        return f"{spoken(value)} is too long ago. Check the year."
    return None


def phone_problem(value: str) -> str | None:
    """Lenient: any way to write a number that holds three digits, with "ext." or "after 6" behind it."""
    if value == "":
        return None
    value = unicodedata.normalize("NFKC", value)
    digits = sum(character.isdigit() for character in value)
    if digits < 3 or not _PHONE.fullmatch(re.sub(r"\d", "0", value)):
        return "A phone number has at least three digits, like +1 202 555 0143."
    return None


def checked_identifier(new: NewIdentifier, at: str = "") -> NewIdentifier:
    """A document number as it is stored. Raises Invalid; `at` goes before the field names ("identifiers.0.")."""
    number, state = clean_text(new.number), clean_text(new.issuing_state)
    problems = {}
    if new.kind not in IDENTIFIER_KINDS:
        problems["kind"] = "Choose what kind of document this is."
    if not any(character.isalnum() for character in number):
        problems["number"] = "Enter the document's number."
    elif text := too_long(number, 60):
        problems["number"] = text
    if text := too_long(state, 60):
        problems["issuing_state"] = text
    if new.issued_on and new.expires_on and new.issued_on > new.expires_on:
        problems["expires_on"] = "The document expires before it was issued."
    if problems:
        raise Invalid({at + name: text for name, text in problems.items()})
    return replace(new, number=number, issuing_state=state)


def checked_policy(new: NewPolicy, at: str = "") -> NewPolicy:
    """A policy as it is stored. Raises Invalid."""
    values: dict[str, Any] = {
        name: clean_text(getattr(new, name))
        for name in ("payer", "plan", "member_number", "group_number", "subscriber")
    }
    problems = {name: text for name, value in values.items() if (text := too_long(value, 200))}
    if not values["payer"]:
        problems["payer"] = "Enter who pays: the insurer's name."
    if new.effective_on and new.expires_on and new.effective_on > new.expires_on:
        problems["expires_on"] = "The policy ends before it begins."
    if problems:
        raise Invalid({at + name: text for name, text in problems.items()})
    return replace(new, **values)


def checked_contact(new: NewContact, at: str = "") -> NewContact:
    """An emergency contact as it is stored. Raises Invalid."""
    values = {name: clean_text(getattr(new, name)) for name in ("name", "relation", "phone")}
    limits = {"name": 200, "relation": 60, "phone": 40}
    problems = {name: text for name, value in values.items() if (text := too_long(value, limits[name]))}
    if not values["name"]:
        problems["name"] = "Enter the name of the person to call."
    if text := phone_problem(values["phone"]):
        problems.setdefault("phone", text)
    if problems:
        raise Invalid({at + name: text for name, text in problems.items()})
    return replace(new, **values)


def checked_name(new: Name, at: str = "") -> Name:
    """A former, preferred or other name as it is stored. Raises Invalid."""
    family, given = clean_text(new.family_name), clean_text(new.given_names)
    for name, value in (("family_name", family), ("given_names", given)):
        if text := too_long(value, 200):
            raise Invalid({at + name: text})
    if not family and not given:
        raise Invalid({at + "family_name": "Enter a name."})
    return replace(new, family_name=family, given_names=given)


def estimated_birth_date(years: int, today: dt.date) -> dt.date:
    """The birth date that stands for "about `years` old" on `today`: 1 July of the likely year, marked as estimated."""
    before_july = today.month < 7
    return dt.date(today.year - years - before_july, 7, 1)


def spoken(day: dt.date) -> str:
    """A date that cannot be read two ways: 14-Sep-1958. English month names whatever the locale."""
    month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][day.month - 1]
    return f"{day.day:02}-{month}-{day.year:04}"
