"""The fields of a person's form, and the way from typed values to what is stored. No widgets."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from hisdesk.desk.kit.form import Field
from hisdesk.errors import Invalid
from hisdesk.hospital.documents.rules import NewDocument
from hisdesk.hospital.patients.actions import NewPatient, checked
from hisdesk.hospital.patients.rules import (
    BLOOD_GROUPS,
    NewContact,
    NewIdentifier,
    NewPolicy,
    Person,
    estimated_birth_date,
)

ANY_LENGTH = 1_000_000
"""The house's own rules say what is too long, with one sentence for every way in."""
SEX_OPTIONS = (("unknown", "Not known"), ("female", "Female"), ("male", "Male"), ("other", "Other"))
DOCUMENT_OPTIONS = (
    ("", "None seen"),
    ("passport", "Passport"),
    ("id_card", "Identity card"),
    ("driving_licence", "Driving licence"),
    ("other", "Other"),
)
OLDEST_AGE = 130


def _age_problem(text: str) -> str | None:
    if not re.fullmatch(r"[0-9]{1,3}", text) or int(text) > OLDEST_AGE:
        return f"Whole years, 0 to {OLDEST_AGE}"
    return None


def _optional(name: str, label: str, **more: Any) -> Field:
    return Field(name, label, required=False, max_length=ANY_LENGTH, **more)


PERSON_FIELDS = (
    _optional("family_name", "Family name"),
    _optional("given_names", "Given names"),
    _optional("birth_date", "Born", kind="birth_date"),
    _optional("age", "Estimated age", unit="years", validate=_age_problem),
    _optional("sex", "Sex", kind="choice", options=SEX_OPTIONS),
    _optional("street", "Street and number"),
    _optional("postcode", "Postcode"),
    _optional("city", "Town"),
    _optional("phone", "Phone", kind="phone"),
    _optional("phone_2", "Second phone", kind="phone"),
    _optional("email", "E-mail", kind="email"),
    _optional("preferred_name", "Preferred name"),
    _optional("title", "Title"),
    _optional("gender", "Gender"),
    _optional("ethnicity", "Ethnicity"),
    _optional("language", "Language"),
    _optional("blood_group", "Blood group", kind="choice", options=[(g, g or "Not known") for g in BLOOD_GROUPS]),
    _optional("region", "Region"),
    _optional("country", "Country"),
    _optional("interpreter", "Interpreter needed", kind="check"),
    _optional("unidentified", "Unidentified person", kind="check"),
    _optional("private_on_boards", "Private: no initials on wall boards", kind="check"),
    _optional("history", "History", kind="multiline", span=2),
    _optional("notes", "Notes", kind="multiline", span=2),
)
REGISTER_FIELDS = (
    *PERSON_FIELDS,
    _optional("document_kind", "Document", kind="choice", options=DOCUMENT_OPTIONS),
    _optional("document_number", "Document number", kind="identifier"),
    _optional("issuing_state", "Issued by"),
    _optional("issued_on", "Issued on", kind="date"),
    _optional("expires_on", "Valid until", kind="date"),
    _optional("payer", "Insurer"),
    _optional("plan", "Plan"),
    _optional("member_number", "Member number", kind="identifier"),
    _optional("group_number", "Group number", kind="identifier"),
    _optional("subscriber", "Insured person"),
    _optional("effective_on", "Cover from", kind="date"),
    _optional("insurer_phones", "Insurer's phones"),
    _optional("contact_name", "Emergency contact"),
    _optional("contact_relation", "Relation"),
    _optional("contact_phone", "Their phone", kind="phone"),
)
ALWAYS_WANTED = ("family_name", "given_names", "birth_date", "sex")
"""Not required by the house's rules one by one, but "optional" beside them would be wrong."""

_PARTS = {
    "identifiers.0.kind": "document_kind",
    "identifiers.0.number": "document_number",
    "identifiers.0.issuing_state": "issuing_state",
    "identifiers.0.expires_on": "expires_on",
    "policies.0.payer": "payer",
    "policies.0.plan": "plan",
    "policies.0.member_number": "member_number",
    "policies.0.group_number": "group_number",
    "policies.0.subscriber": "subscriber",
    "contacts.0.name": "contact_name",
    "contacts.0.relation": "contact_relation",
    "contacts.0.phone": "contact_phone",
}


def person_of(values: Mapping[str, Any], today: dt.date) -> Person:
    """The person in the form. An age without a birth date gives an estimated one."""
    born, age = values.get("birth_date"), str(values.get("age") or "")
    estimated = born is None and age.isdigit()
    plain = {name: values[name] for name in Person.__dataclass_fields__ if name in values and name != "birth_date"}
    return Person(
        **plain,
        birth_date=estimated_birth_date(int(age), today) if estimated else born,
        birth_date_estimated=estimated,
    )


def new_patient_of(
    values: Mapping[str, Any],
    patient_id: UUID,
    today: dt.date,
    *,
    documents: Sequence[NewDocument] = (),
    card: Mapping[str, Any] | None = None,
) -> NewPatient:
    """Everything in the form as it is registered; `card` is what else an insurance card says."""
    identifiers: tuple[NewIdentifier, ...] = ()
    policies: tuple[NewPolicy, ...] = ()
    contacts: tuple[NewContact, ...] = ()
    if values["document_number"] or values["document_kind"]:
        kind: Any = values["document_kind"] or "other"  # one of DOCUMENT_OPTIONS
        identifiers = (
            NewIdentifier(
                kind,
                values["document_number"],
                values["issuing_state"],
                values["issued_on"],
                values["expires_on"],
            ),
        )
    cover = ("payer", "plan", "member_number", "group_number", "subscriber")
    if any(values[name] for name in (*cover, "effective_on", "insurer_phones")):
        details = dict(card or {})
        phones = [part.strip() for part in values["insurer_phones"].split(",") if part.strip()]
        if phones:
            details["phones"] = phones
        texts = {name: values[name] for name in cover}
        policies = (NewPolicy(**texts, effective_on=values["effective_on"], details=details),)
    if any(values[name] for name in ("contact_name", "contact_relation", "contact_phone")):
        contacts = (NewContact(values["contact_name"], values["contact_relation"], values["contact_phone"]),)
    return NewPatient(
        person_of(values, today),
        patient_id,
        identifiers=identifiers,
        policies=policies,
        contacts=contacts,
        documents=tuple(documents),
    )


def problems(values: Mapping[str, Any], patient_id: UUID, today: dt.date) -> dict[str, str]:
    """What the house's rules say against these values, by the name of the form's field."""
    found: dict[str, str] = {}
    if values.get("birth_date") is not None and values.get("age"):
        found["age"] = "Give the birth date or an age, not both"
    try:
        checked(new_patient_of(values, patient_id, today), today)
    except Invalid as error:
        found.update(by_field(error.fields))
    return found


def by_field(fields: Mapping[str, str]) -> dict[str, str]:
    """Messages of a write by the names of the form's fields."""
    return {_PARTS.get(name, name): text for name, text in fields.items()}


def name_from(text: str) -> dict[str, str]:
    """ "Smith, John" or "John Smith"; one word is the family name."""
    family, comma, given = text.partition(",")
    if not comma:
        given, _, family = text.rpartition(" ")
    return {"family_name": family.strip(), "given_names": given.strip()}
