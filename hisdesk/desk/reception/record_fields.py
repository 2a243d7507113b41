"""The fields of a record at the desk, what stands in them, and who may not be queued. No widgets."""

from __future__ import annotations

import re
from typing import Any

from hisdesk.desk.kit.form import Field
from hisdesk.desk.reception.person_fields import ANY_LENGTH, PERSON_FIELDS
from hisdesk.hospital.patients import queries

TABLES = (
    "patient", "patient_name", "patient_identifier", "insurance_policy", "emergency_contact", "document", "visit",
    "allergy", "allergy_declaration",
)  # fmt: skip
_FIRST = (
    "family_name", "given_names", "preferred_name", "title", "birth_date", "birth_date_estimated", "sex", "gender",
    "phone", "phone_2", "email", "street", "postcode", "city", "region", "country",
)  # fmt: skip


def fields() -> list[Field]:
    """All fields of a person, those in daily use first."""
    estimate = Field("birth_date_estimated", "This is an estimate", "check", required=False, max_length=ANY_LENGTH)
    known = {**{field.name: field for field in PERSON_FIELDS if field.name != "age"}, estimate.name: estimate}
    return [known[name] for name in (*_FIRST, *(name for name in known if name not in _FIRST))]


def values_of(record: queries.PatientRecord) -> dict[str, Any]:
    """What is stored, by field name; what the form does not ask stays as it is."""
    return {field.name: getattr(record, field.name) for field in fields()}


def why_not_queued(record: queries.PatientRecord) -> str:
    """Why this person cannot be added to a queue; "" when they can."""
    if record.deceased_on is not None:
        return "This person has died"
    return {"replaced": "This record was replaced by another one"}.get(record.status, "")


def who_and_when(said: str) -> tuple[str, str]:
    """Who changed a record and at what time, from the sentence of its conflict; "" where it does not say."""
    found = re.match(r"(?P<who>.+?) changed this record(?: at (?P<when>\d\d:\d\d))?", said)
    return (found["who"], found["when"] or "") if found else ("", "")
