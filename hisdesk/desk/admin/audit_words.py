"""What the audit says, in words: verbs, tables, columns, values, and whom a typed text means. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from hisdesk.access.administration import AuditFilter, Entry
from hisdesk.db.bootstrap import SERVICES
from hisdesk.desk.kit.tokens import Status
from hisdesk.hospital.patients import mrn

KINDS: dict[str, tuple[str, ...] | None] = {
    "All": None,
    "Changes": ("created", "changed", "removed"),
    "Opened": ("opened", "printed"),
    "Searched": ("searched", "exported"),
    "Signed in": ("signed in", "signed out", "confirmed"),
    "Refused": ("refused",),
}
"""The segments of the filter, and the verbs each shows."""

_VERBS = {
    "created": ("info", "ph.plus-circle"),
    "changed": ("info", "ph.pencil-simple"),
    "removed": ("critical", "ph.minus-circle"),
    "opened": ("neutral", "ph.eye"),
    "printed": ("neutral", "ph.printer"),
    "searched": ("neutral", "ph.magnifying-glass"),
    "exported": ("attention", "ph.export"),
    "confirmed": ("ok", "ph.check-circle"),
    "signed in": ("ok", "ph.sign-in"),
    "signed out": ("neutral", "ph.sign-out"),
    "refused": ("critical", "ph.x-circle-fill"),
}
_TABLES = {
    "account": "account",
    "account_role": "person's role",
    "account_department": "person's department",
    "admission_request": "request for admission",
    "allergy": "allergy",
    "allergy_declaration": "no known allergies",
    "allergy_group": "allergy group",
    "audit": "audit",
    "bed": "bed",
    "cleaning_task": "cleaning task",
    "clinical_order": "order",
    "cross_reactivity": "cross-reactivity",
    "department": "department",
    "diagnosis": "diagnosis",
    "discharge_item": "discharge checklist",
    "dispensing": "dispensing",
    "dispensing_item": "line of a dispensing",
    "document": "document",
    "emergency_contact": "emergency contact",
    "hospital": "hospital",
    "insurance_policy": "insurance policy",
    "interaction": "interaction",
    "lot": "lot of a medicine",
    "medicine": "medicine",
    "note": "note",
    "note_addendum": "addendum to a note",
    "oxygen_scale": "oxygen scale",
    "patient": "patient",
    "patient_identifier": "identity document",
    "patient_name": "patient's name",
    "prescription": "prescription",
    "prescription_line": "line of a prescription",
    "prescription_override": "override of a check",
    "related_person": "newborn's mother",
    "reorder_level": "reorder level",
    "role": "role",
    "role_grant": "role's permission",
    "room": "room",
    "staff": "staff file",
    "station": "station",
    "stay": "stay",
    "stock_move": "movement of stock",
    "visit": "visit",
    "vital_signs": "vital signs",
}
NO_CHANGE = "–"
MASKED = "•••"
_DOOR = ("signed in", "refused")


@dataclass(frozen=True)
class Names:
    """Who and what the keys in the audit stand for."""

    people: Mapping[UUID, str] = field(default_factory=dict)
    others: Mapping[UUID, str] = field(default_factory=dict)

    def who(self, entry: Entry) -> str:
        """Who acted; the server and boards are no person, and before a sign-in nobody is known yet."""
        if entry.user_id is not None:
            return self.people.get(entry.user_id, "former account")
        if entry.verb in _DOOR and entry.key is not None and entry.key in self.people:
            return self.people[entry.key]
        if entry.verb == "refused":
            return "unknown"
        return "the server" if entry.station in SERVICES else "nobody signed in"

    def shown(self, value: Any) -> str:
        """A stored value as people read it."""
        if value is None or value == "":
            return NO_CHANGE
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, list):
            return ", ".join(self.shown(each) for each in value) or NO_CHANGE
        if isinstance(value, dict):
            return ", ".join(f"{name}: {self.shown(each)}" for name, each in value.items()) or NO_CHANGE
        key = _key(value)
        return self.people.get(key) or self.others.get(key) or str(value) if key else str(value)


@dataclass(frozen=True)
class Line:
    """One field of an entry, before and after."""

    name: str
    before: str
    after: str
    changed: bool

    @property
    def hidden(self) -> bool:
        """Whether the database hides the value, so that nobody here can say whether it changed."""
        return MASKED in (self.before, self.after)


def _key(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) and len(value) == 36 else None
    except ValueError:
        return None


def verb(entry: Entry) -> Status:
    """What was done, as icon and word."""
    family, icon = _VERBS.get(entry.verb, ("neutral", "ph.circle"))
    return Status(family, icon, entry.verb.capitalize())


def on(entry: Entry) -> str:
    """What it was done to."""
    if entry.verb in ("signed in", "refused", "signed out"):
        name = entry.detail.get("name") or entry.detail.get("device") or ""
        return f"sign-in {name}".strip() if entry.verb != "signed out" else "session"
    if entry.verb == "opened" and entry.table_name == "patient":
        return f"chart, {entry.detail.get('how', '')}".removesuffix(", ")
    return table(entry.table_name)


def table(name: str) -> str:
    """What people call a table."""
    return _TABLES.get(name, name.replace("_", " "))


def number(entry: Entry) -> str:
    """The person's MRN, 3-3-3, or a dash."""
    return mrn.shown(entry.mrn) if entry.mrn else NO_CHANGE


def title(entry: Entry) -> str:
    """One line over the details: "Patient changed"."""
    what = on(entry)
    return f"{what[:1].upper()}{what[1:]} {entry.verb}"


def lines(entry: Entry, names: Names) -> list[Line]:
    """The fields of the row, those that changed first; for other entries what was noted."""
    if entry.before is None and entry.after is None:
        return [Line(_column(name), "", names.shown(value), False) for name, value in entry.detail.items()]
    before, after = entry.before or {}, entry.after or {}
    found = []
    for name in dict.fromkeys((*after, *before)):
        was, now = names.shown(before.get(name)), names.shown(after.get(name))
        found.append(Line(_column(name), was, now, was != now))
    return sorted(found, key=lambda line: (not line.changed, line.name == "version"))


def _column(name: str) -> str:
    return name.replace("_", " ")


@dataclass(frozen=True)
class Understood:
    """What a typed text was taken for: the filter, and words that say so. `found` is false when it means nothing."""

    filter: AuditFilter
    words: str
    found: bool = True


def understand(text: str, names: Names, stations: Mapping[str, str]) -> Understood:
    """A text in the filter box: an MRN, a station's code, a table, or a person's name."""
    plain = " ".join(text.split()).casefold()
    if not plain:
        return Understood(AuditFilter(), "")
    number = mrn.parse(plain)
    if number is not None:
        return Understood(AuditFilter(mrn=number), f"patient {mrn.shown(number)}")
    for code in stations:
        if code.casefold() == plain:
            return Understood(AuditFilter(station=code), f"station {code}")
    for name in _TABLES:
        if plain in (name.casefold(), _TABLES[name].casefold()):
            return Understood(AuditFilter(table_name=name), f"on {_TABLES[name]}")
    words = plain.split()
    people = [key for key, who in names.people.items() if all(word in who.casefold() for word in words)]
    if people:
        who = names.people[people[0]] if len(people) == 1 else f"{len(people)} people"
        return Understood(AuditFilter(users=tuple(people)), f"by {who}")
    partly = [code for code in stations if plain in code.casefold()]
    if len(partly) == 1:
        return Understood(AuditFilter(station=partly[0]), f"station {partly[0]}")
    return Understood(AuditFilter(), "", found=False)


def since(choice: str, now: dt.datetime) -> dt.datetime | None:
    """Where a choice of time begins; None: from the very beginning."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    days = {"today": 0, "7 days": 6, "30 days": 29}
    if choice == "hour":
        return now - dt.timedelta(hours=1)
    return midnight - dt.timedelta(days=days[choice]) if choice in days else None
