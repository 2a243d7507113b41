"""Finding people, opening a record, and what stands in it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access import permissions
from hisdesk.access.action import new_id
from hisdesk.access.actor import Actor
from hisdesk.access.cipher import FieldCipher, normalised
from hisdesk.access.figures import Figures
from hisdesk.db.database import Database
from hisdesk.errors import Denied
from hisdesk.hospital.allergies.rules import AllergyLine, AllergyState, state_of
from hisdesk.hospital.patients.rules import FIELDS, Person

MOST_FOUND = 50


@dataclass(frozen=True)
class Found:
    """One person that a search found. `matched` says why in words; `phone_end` are the last digits only."""

    id: UUID
    mrn: str
    family_name: str
    given_names: str
    title: str
    born: dt.date | None
    estimated: bool
    sex: str
    status: str  # 'active', 'inactive', 'blacklisted', 'replaced' or 'deceased'
    phone_end: str
    matched: str
    rank: float


@dataclass(frozen=True)
class Similar:
    """Somebody registered who may be the one in the form. `likelihood`: 'very likely', 'likely' or 'possible'."""

    id: UUID
    mrn: str
    family_name: str
    given_names: str
    born: dt.date | None
    sex: str
    status: str
    phone_end: str
    street: str
    city: str
    likelihood: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Draft:
    """What a form holds so far, to look for somebody similar; anything may be missing."""

    family_name: str = ""
    given_names: str = ""
    birth_date: dt.date | None = None
    sex: str = "unknown"
    phone: str = ""


@dataclass(frozen=True)
class PatientRecord(Person):
    """A person's own row, with the version that an edit must name."""

    id: UUID = field(default=UUID(int=0))
    mrn: str = ""
    status: str = "active"
    status_reason: str = ""
    deceased_on: dt.date | None = None
    registered_at: dt.datetime = field(default=dt.datetime.min.replace(tzinfo=dt.UTC))
    version: int = 1


@dataclass(frozen=True)
class NameRow:
    id: UUID
    use: str
    family_name: str
    given_names: str
    from_at: dt.datetime
    until_at: dt.datetime | None


@dataclass(frozen=True)
class IdentifierRow:
    """A document number; `number` is None without the hospital's key."""

    id: UUID
    kind: str
    number: str | None = field(repr=False)
    issuing_state: str
    issued_on: dt.date | None
    expires_on: dt.date | None


@dataclass(frozen=True)
class PolicyRow:
    """An insurance policy; its numbers are None without the hospital's key and "" where none is stored."""

    id: UUID
    payer: str
    plan: str
    member_number: str | None = field(repr=False)
    group_number: str | None = field(repr=False)
    subscriber: str
    effective_on: dt.date | None
    expires_on: dt.date | None
    details: Mapping[str, Any]
    version: int


@dataclass(frozen=True)
class ContactRow:
    id: UUID
    name: str
    relation: str
    phone: str
    version: int


@dataclass(frozen=True)
class Banner:
    """What stands above everything about a person."""

    patient_id: UUID
    family: str
    given: str
    title: str
    born: dt.date | None
    estimated: bool
    sex: str
    mrn: str
    status: str
    deceased_on: dt.date | None
    unidentified: bool
    allergies: AllergyState
    preferred: str = ""
    status_reason: str = ""


@dataclass(frozen=True)
class Chart:
    """A record just opened."""

    record: PatientRecord
    banner: Banner
    names: tuple[NameRow, ...]
    identifiers: tuple[IdentifierRow, ...]
    policies: tuple[PolicyRow, ...]
    contacts: tuple[ContactRow, ...]


def find(
    db: Database, actor: Actor, text: str, cipher: FieldCipher | None = None, *, most: int = MOST_FOUND
) -> list[Found]:
    """People by name, number, phone, e-mail or birth date, best first. The question is recorded before it is answered.

    patients.view. Raises Denied without it or past the measure of a minute, Invalid for too little to go by. Runs
    transactions of its own.
    """
    ask = new_id()
    index = cipher.number_index(text) if cipher is not None and looks_like_number(text) else None
    with db.transaction(actor, after=("select auth.ask(%s, %s, %s)", (ask, text, index))) as tx:
        rows = tx.exec_driver_sql(
            """select patient_id, mrn, family_name, given_names, title, birth_date, birth_date_estimated, sex, status,
                   phone_end, matched, rank from app.found(%s, %s)""",
            (ask, most),
        ).all()
    return [Found(*row) for row in rows]


def looks_like_number(text: str) -> bool:
    """Whether this may be a document's or a member's number: a digit, at least five letters and digits, few words."""
    plain = normalised(text)
    return len(plain) >= 5 and any(c.isdigit() for c in plain) and len(text.strip().split()) <= 4 and "@" not in text


def similar(db: Database, actor: Actor, draft: Draft) -> list[Similar]:
    """Registered people who may be the one in the form, likeliest first. Recorded like a search.

    patients.create. Raises Denied without it or past the measure of a minute. Runs transactions of its own.
    """
    ask = new_id()
    question = json.dumps(
        {
            "family_name": draft.family_name,
            "given_names": draft.given_names,
            "birth_date": draft.birth_date.isoformat() if draft.birth_date else "",
            "sex": draft.sex,
            "phone": draft.phone,
        },
        ensure_ascii=False,
    )
    with db.transaction(actor, after=("select auth.ask(%s, %s, null, 'similar')", (ask, question))) as tx:
        rows = (
            tx.exec_driver_sql(
                """select patient_id as id, mrn, family_name, given_names, birth_date as born, sex, status, phone_end,
                   street, city, likelihood, reasons from app.similar_people(%s)""",
                (ask,),
            )
            .mappings()
            .all()
        )
    return [Similar(**{**row, "reasons": tuple(row["reasons"])}) for row in rows]


def opened(db: Database, actor: Actor, patient_id: UUID, reason: str = "", cipher: FieldCipher | None = None) -> Chart:
    """Opens the record (logged, and committed before anything is read) and reads it in one more statement.

    patients.view. Raises Denied when neither a visit nor this session's own search (registration only) gives a reason
    to know the person, or past the measure of a minute. Without a `cipher` the numbers are None.
    """
    with db.transaction(actor, after=("select auth.open(%s, %s)", (patient_id, reason))) as tx:
        return chart(tx, patient_id, cipher)


def close(db: Database, actor: Actor, patient_id: UUID) -> None:
    """Closes this session's opening of the record."""
    with db.transaction(actor) as tx:
        tx.exec_driver_sql("select auth.close(%s)", (patient_id,))


def chart(tx: sa.Connection, patient_id: UUID, cipher: FieldCipher | None = None) -> Chart:
    """An open record, read again. One statement. Raises Denied when it is not open to this session."""
    row = tx.exec_driver_sql(_CHART, {"id": patient_id}).mappings().one_or_none()
    if row is None:
        raise _closed()
    found = _record(row)
    return Chart(
        found,
        _banner(found, row),
        tuple(NameRow(**_typed(NameRow, n)) for n in row["names"]),
        tuple(_identifier(i, cipher) for i in row["identifiers"]),
        tuple(_policy(p, cipher) for p in row["policies"]),
        tuple(ContactRow(**_typed(ContactRow, c)) for c in row["contacts"]),
    )


def banner(tx: sa.Connection, patient_id: UUID) -> Banner:
    """The banner of somebody whose record is open or who is with this session's department. Raises Denied."""
    row = tx.exec_driver_sql(_BANNER, {"id": patient_id}).mappings().one_or_none()
    if row is None:
        raise _closed()
    return _banner(_record(row), row)


# ---------------------------------------------------------------------------------------------------- inside

_ALLERGIES = """
    auth.has('allergies', 'view') as may_see_allergies,
    (select coalesce(json_agg(json_build_object('id', a.id, 'substance', a.substance, 'reaction', a.reaction,
            'severity', a.severity, 'noted_on', a.noted_on, 'category', a.category)), '[]')
     from app.allergy a where a.patient_id = p.id and a.status = 'active') as allergies,
    (select json_build_array(d.state, d.asked_at) from app.allergy_declaration d where d.patient_id = p.id
     order by d.asked_at desc, d.id desc limit 1) as declaration
"""
_BANNER = f"select p.*, {_ALLERGIES} from app.patient p where p.id = %(id)s"
_CHART = f"""
select p.*, {_ALLERGIES},
    (select coalesce(json_agg(json_build_object('id', n.id, 'use', n.use, 'family_name', n.family_name,
            'given_names', n.given_names, 'from_at', n.from_at, 'until_at', n.until_at)
            order by n.use <> 'official', n.from_at desc), '[]')
     from app.patient_name n where n.patient_id = p.id) as names,
    (select coalesce(json_agg(json_build_object('id', i.id, 'kind', i.kind, 'number', encode(i.number_enc, 'hex'),
            'issuing_state', i.issuing_state, 'issued_on', i.issued_on, 'expires_on', i.expires_on)
            order by i.recorded_at desc), '[]')
     from app.patient_identifier i where i.patient_id = p.id) as identifiers,
    (select coalesce(json_agg(json_build_object('id', y.id, 'payer', y.payer, 'plan', y.plan,
            'member_number', encode(y.member_number_enc, 'hex'), 'group_number', encode(y.group_number_enc, 'hex'),
            'subscriber', y.subscriber, 'effective_on', y.effective_on, 'expires_on', y.expires_on,
            'details', y.details, 'version', y.version) order by y.recorded_at desc), '[]')
     from app.insurance_policy y where y.patient_id = p.id) as policies,
    (select coalesce(json_agg(json_build_object('id', e.id, 'name', e.name, 'relation', e.relation,
            'phone', e.phone, 'version', e.version) order by e.id), '[]')
     from app.emergency_contact e where e.patient_id = p.id) as contacts
from app.patient p where p.id = %(id)s
"""
_RECORD_FIELDS = (*FIELDS, "id", "mrn", "status", "status_reason", "deceased_on", "registered_at", "version")


def _closed() -> Denied:
    return Denied("This record is closed to you. Open it from the search or from your queue.")


def _record(row: Mapping[Any, Any]) -> PatientRecord:
    return PatientRecord(**{name: row[name] for name in _RECORD_FIELDS})


def _banner(found: PatientRecord, row: Mapping[Any, Any]) -> Banner:
    declared, asked_at = row["declaration"] or (None, None)
    lines = (AllergyLine(**_typed(AllergyLine, line)) for line in row["allergies"])
    return Banner(
        patient_id=found.id,
        family=found.family_name,
        given=found.given_names,
        title=found.title,
        born=found.birth_date,
        estimated=found.birth_date_estimated,
        sex=found.sex,
        mrn=found.mrn,
        status=found.status,
        deceased_on=found.deceased_on,
        unidentified=found.unidentified,
        allergies=state_of(row["may_see_allergies"], lines, declared, _moment(asked_at)),
        preferred=found.preferred_name,
        status_reason=found.status_reason,
    )


def _identifier(value: dict[str, Any], cipher: FieldCipher | None) -> IdentifierRow:
    typed = _typed(IdentifierRow, value)
    typed["number"] = _clear(cipher, "patient_identifier", "number_enc", typed["id"], value["number"])
    return IdentifierRow(**typed)


def _policy(value: dict[str, Any], cipher: FieldCipher | None) -> PolicyRow:
    typed = _typed(PolicyRow, value)
    for name in ("member_number", "group_number"):
        typed[name] = _clear(cipher, "insurance_policy", f"{name}_enc", typed["id"], value[name])
    return PolicyRow(**typed)


def _clear(cipher: FieldCipher | None, table: str, column: str, row_id: UUID, stored: str | None) -> str | None:
    if stored is None:
        return ""
    return cipher.decrypt_text(table, column, row_id, bytes.fromhex(stored)) if cipher is not None else None


def _typed(kind: type, value: Mapping[str, Any]) -> dict[str, Any]:
    """What JSON has as text (keys, days, moments), in the types of the row's fields."""
    result = dict(value)
    for each in fields(kind):
        stored = result[each.name]
        if stored is None:
            continue
        if each.name == "id":
            result[each.name] = UUID(stored)
        elif each.name.endswith("_on"):
            result[each.name] = dt.date.fromisoformat(stored)
        elif each.name.endswith("_at"):
            result[each.name] = _moment(stored)
    return result


def _moment(stored: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(stored) if stored else None


REGISTERED_FIGURES = Figures(
    """select r.everybody as registered, r.own as registered_own from app.registered_today() r""",
    (permissions.PATIENTS_CREATE,),
    of_people=("patient",),
)
"""How many people were registered today, by all desks and by the reader."""
