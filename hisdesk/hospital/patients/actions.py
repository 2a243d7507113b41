"""Registering a person and changing a record.

Each needs the record open (a new one is opened by registering) and raises Denied when it is not, Invalid with a
sentence for each field, and, where it names a `version`, Conflict with what is stored now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access import permissions
from hisdesk.access.action import Write, action, new_id
from hisdesk.access.cipher import FieldCipher
from hisdesk.errors import Conflict, Denied, Invalid
from hisdesk.hospital.documents import rules as document_rules
from hisdesk.hospital.documents.tables import document
from hisdesk.hospital.patients import rules
from hisdesk.hospital.patients.tables import (
    emergency_contact,
    insurance_policy,
    patient,
    patient_identifier,
    patient_name,
)


@dataclass(frozen=True)
class NewPatient:
    """A person to be registered. `id` is made by the form, so that a retry is the same person."""

    person: rules.Person
    id: UUID = field(default_factory=new_id)
    other_names: tuple[rules.Name, ...] = ()
    identifiers: tuple[rules.NewIdentifier, ...] = ()
    policies: tuple[rules.NewPolicy, ...] = ()
    contacts: tuple[rules.NewContact, ...] = ()
    documents: tuple[document_rules.NewDocument, ...] = ()


@dataclass(frozen=True)
class Registered:
    """The new person's key and number."""

    patient_id: UUID
    mrn: str


@dataclass(frozen=True)
class Saved:
    """The record's new version."""

    version: int


@action(permissions.PATIENTS_CREATE)
def register(w: Write, new: NewPatient, cipher: FieldCipher) -> Registered:
    """Makes a record with a new number, and everything that hangs on it. The record is open afterwards.

    The fields of Invalid are named by their part: "phone", "identifiers.0.number". The same person again is a Conflict.
    """
    new = checked(new, dt.date.today())  # noqa: DTZ011 (the desk's own calendar day)
    # the number first, the opening in the same statement: what follows can then be read back
    mrn = w.tx.exec_driver_sql("select app.next_mrn() from (select auth.open_new(%s)) opened", (new.id,)).scalar_one()
    w.tx.execute(sa.insert(patient).inline().values(id=new.id, mrn=mrn, **asdict(new.person)))
    _insert(w, patient_name, _names(new))
    _insert(w, patient_identifier, [_identifier(new.id, i, cipher) for i in new.identifiers])
    _insert(w, insurance_policy, [_policy(new.id, p, cipher) for p in new.policies])
    _insert(w, emergency_contact, [{"id": new_id(), "patient_id": new.id, **asdict(c)} for c in new.contacts])
    _insert(w, document, [document_rules.sealed(d, new.id, new_id(), cipher.encrypt) for d in new.documents])
    return Registered(new.id, mrn)


def checked(new: NewPatient, today: dt.date) -> NewPatient:
    """Everything cleaned, or Invalid with the sentences of all its parts."""
    problems: dict[str, str] = {}

    def gathered(check: Any, value: Any, *rest: Any) -> Any:
        try:
            return check(value, *rest)
        except Invalid as error:
            problems.update(error.fields)
            return value

    def each(part: str, check: Any) -> tuple[Any, ...]:
        return tuple(gathered(check, value, f"{part}.{i}.") for i, value in enumerate(getattr(new, part)))

    result = NewPatient(
        gathered(rules.checked, new.person, today),
        new.id,
        each("other_names", rules.checked_name),
        each("identifiers", rules.checked_identifier),
        each("policies", rules.checked_policy),
        each("contacts", rules.checked_contact),
        each("documents", document_rules.checked),
    )
    if problems:
        raise Invalid(problems)
    return result


@action(permissions.PATIENTS_EDIT)
def edit(
    w: Write,
    patient_id: UUID,
    version: int,
    changes: Mapping[str, Any],
    name_change: Literal["correct", "new name"] = "correct",
) -> Saved:
    """Changes these fields of the version that was read. "new name" (marriage) keeps the old name as a former one.

    Conflict has the stored values of the changed fields and the stored `version`.
    """
    current = _current(w, patient_id)
    values = rules.checked_changes(current, changes, dt.date.today())  # noqa: DTZ011 (the desk's own calendar day)
    if current["version"] != version:
        raise _conflict(w, patient_id, current, values)
    saved = _update(w, patient_id, version, values)
    if {"family_name", "given_names"} & {name for name in values if values[name] != current[name]}:
        _rename(w, patient_id, {**current, **values}, keep=name_change == "new name")
    if "preferred_name" in values and values["preferred_name"] != current["preferred_name"]:
        _prefer(w, patient_id, {**current, **values})
    return saved


@action(permissions.PATIENTS_DELETE)
def deactivate(w: Write, patient_id: UUID, version: int, reason: str, blacklist: bool = False) -> Saved:
    """Takes a record out of use (or blacklists the person); the reason stands in the record. Nothing is deleted."""
    reason = rules.clean_text(reason)
    if not reason:
        raise Invalid({"reason": "Say why, for whoever opens this record next."})
    if problem := rules.too_long(reason, rules.LENGTHS["status_reason"]):
        raise Invalid({"reason": problem})
    return _set_status(w, patient_id, version, "blacklisted" if blacklist else "inactive", reason)


@action(permissions.PATIENTS_DELETE)
def reactivate(w: Write, patient_id: UUID, version: int) -> Saved:
    """Takes a record back into use."""
    return _set_status(w, patient_id, version, "active", "")


@action(permissions.PATIENTS_EDIT)
def add_identifier(w: Write, patient_id: UUID, new: rules.NewIdentifier, cipher: FieldCipher) -> UUID:
    """Notes one more document number; returns its key."""
    row = _identifier(patient_id, rules.checked_identifier(new), cipher)
    _insert(w, patient_identifier, [row])
    return UUID(str(row["id"]))


@action(permissions.PATIENTS_EDIT)
def add_policy(w: Write, patient_id: UUID, new: rules.NewPolicy, cipher: FieldCipher) -> UUID:
    """Notes one more insurance policy; returns its key."""
    row = _policy(patient_id, rules.checked_policy(new), cipher)
    _insert(w, insurance_policy, [row])
    return UUID(str(row["id"]))


@action(permissions.PATIENTS_EDIT)
def add_contact(w: Write, patient_id: UUID, new: rules.NewContact) -> UUID:
    """Notes one more emergency contact; returns its key."""
    row = {"id": new_id(), "patient_id": patient_id, **asdict(rules.checked_contact(new))}
    _insert(w, emergency_contact, [row])
    return UUID(str(row["id"]))


# ---------------------------------------------------------------------------------------------------- inside


def _insert(w: Write, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        w.tx.execute(sa.insert(table).inline().values(rows))


def _names(new: NewPatient) -> list[dict[str, Any]]:
    person = new.person
    names = [rules.Name(person.family_name, person.given_names, "official"), *new.other_names]
    if person.preferred_name:
        names.append(rules.Name("", person.preferred_name, "preferred"))
    return [{"id": new_id(), "patient_id": new.id, **asdict(name)} for name in names]


def _identifier(patient_id: UUID, new: rules.NewIdentifier, cipher: FieldCipher) -> dict[str, Any]:
    row_id = new_id()
    return {
        "id": row_id,
        "patient_id": patient_id,
        "kind": new.kind,
        "number_enc": cipher.encrypt_text("patient_identifier", "number_enc", row_id, new.number),
        "number_index": cipher.number_index(new.number),
        "issuing_state": new.issuing_state,
        "issued_on": new.issued_on,
        "expires_on": new.expires_on,
    }


def _policy(patient_id: UUID, new: rules.NewPolicy, cipher: FieldCipher) -> dict[str, Any]:
    row_id = new_id()

    def sealed(column: str, text: str) -> bytes | None:
        return cipher.encrypt_text("insurance_policy", column, row_id, text) if text else None

    return {
        "id": row_id,
        "patient_id": patient_id,
        "payer": new.payer,
        "plan": new.plan,
        "member_number_enc": sealed("member_number_enc", new.member_number),
        "member_number_index": cipher.number_index(new.member_number) if new.member_number else None,
        "group_number_enc": sealed("group_number_enc", new.group_number),
        "subscriber": new.subscriber,
        "effective_on": new.effective_on,
        "expires_on": new.expires_on,
        "details": dict(new.details),
    }


def _current(w: Write, patient_id: UUID) -> dict[str, Any]:
    """The stored row. An invisible row is a closed record, not a conflict."""
    row = w.tx.execute(sa.select(patient).where(patient.c.id == patient_id)).mappings().one_or_none()
    if row is None:
        raise Denied("This record is closed. Open it again, then change it; what you typed is kept.")
    return dict(row)


def _update(w: Write, patient_id: UUID, version: int, values: Mapping[str, Any]) -> Saved:
    changed = w.tx.execute(
        sa.update(patient)
        .where(patient.c.id == patient_id, patient.c.version == version)
        .values(**values, version=version + 1)
    ).rowcount
    if changed:
        return Saved(version + 1)
    current = _current(w, patient_id)
    if current["version"] == version:  # the row is seen, but may not be changed: its chart is not open here
        raise Denied("This record is closed. Open it again, then change it; what you typed is kept.")
    raise _conflict(w, patient_id, current, values)


def _conflict(w: Write, patient_id: UUID, current: Mapping[str, Any], values: Mapping[str, Any]) -> Conflict:
    who = w.tx.exec_driver_sql("select name, at from audit.last_change('patient', %s)", (patient_id,)).one()
    by = who.name or "Somebody"
    at = f" at {who.at.astimezone():%H:%M}" if who.at else ""
    theirs = {name: current[name] for name in values}
    return Conflict(
        f"{by} changed this record{at}, while you were editing it. Choose what shall stand.",
        {**theirs, "version": current["version"]},
    )


def _rename(w: Write, patient_id: UUID, after: Mapping[str, Any], *, keep: bool) -> None:
    """The current name, corrected in place or set beside the old one, which people go on asking for."""
    current = (patient_name.c.patient_id == patient_id) & (patient_name.c.use == "official")
    name = {"family_name": after["family_name"], "given_names": after["given_names"]}
    more = {"version": patient_name.c.version + 1}
    if keep:
        w.tx.execute(
            sa.update(patient_name).where(current).values(use="former", until_at=sa.func.clock_timestamp(), **more)
        )
    elif w.tx.execute(sa.update(patient_name).where(current).values(**name, **more)).rowcount:
        return
    _insert(w, patient_name, [{"id": new_id(), "patient_id": patient_id, "use": "official", **name}])


def _prefer(w: Write, patient_id: UUID, after: Mapping[str, Any]) -> None:
    """The name the person wants to be called by; an earlier one stays findable as an alias."""
    current = (patient_name.c.patient_id == patient_id) & (patient_name.c.use == "preferred")
    w.tx.execute(
        sa.update(patient_name)
        .where(current)
        .values(use="alias", until_at=sa.func.clock_timestamp(), version=patient_name.c.version + 1)
    )
    if after["preferred_name"]:
        name = {"family_name": "", "given_names": after["preferred_name"]}
        _insert(w, patient_name, [{"id": new_id(), "patient_id": patient_id, "use": "preferred", **name}])


def _set_status(w: Write, patient_id: UUID, version: int, status: str, reason: str) -> Saved:
    return _update(w, patient_id, version, {"status": status, "status_reason": reason})
