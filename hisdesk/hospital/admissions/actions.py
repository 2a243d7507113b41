"""From the request for a bed to going home. Whose stay it is, wards and moments are the server's.

Each change names the `version` that it read. It raises Conflict, which says who has the bed or what is stored now;
Denied when the bed or the person is on another's ward; Invalid when a text does not fit or is missing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import exc

from hisdesk.access import permissions
from hisdesk.access.action import Write, action, new_id
from hisdesk.db.database import sqlstate
from hisdesk.errors import Conflict, Denied, Invalid
from hisdesk.hospital.admissions import queries, rules
from hisdesk.hospital.admissions.rules import NewRequest, Status
from hisdesk.hospital.admissions.tables import admission_request, discharge_item, stay
from hisdesk.hospital.beds import rules as beds
from hisdesk.hospital.beds.queries import place
from hisdesk.hospital.patients import names

_TAKEN = {"23P01", "23505", "HD409"}


@dataclass(frozen=True)
class Asked:
    """A request after a change."""

    request_id: UUID
    status: str
    version: int


@dataclass(frozen=True)
class InBed:
    """Where somebody lies after a change."""

    request_id: UUID
    stay_id: UUID
    bed_id: UUID


@dataclass(frozen=True)
class Born:
    """A newborn in a cot beside the mother's bed."""

    patient_id: UUID
    mrn: str
    family_name: str
    given_names: str
    stay_id: UUID


@action(permissions.ADMISSIONS_CREATE)
def request_admission(w: Write, new: NewRequest) -> Asked:
    """Asks a ward for a bed. The person's record is open. Raises Conflict when somebody has asked already."""
    problems = rules.problems_of(new, beds.ISOLATIONS, beds.EQUIPMENT)
    if problems:
        raise Invalid(problems)
    for row in queries.requests_of(w.tx, new.patient_id):
        if row.status in (*rules.WAITING, Status.ADMITTED):
            done = "is admitted" if row.status == Status.ADMITTED else "has been asked for"
            raise Conflict(f"An admission to {row.ward} {done} already ({row.requested_by}).", {"status": row.status})
    key = new.id or new_id()
    w.tx.execute(
        sa.insert(admission_request)
        .inline()
        .values(
            id=key,
            patient_id=new.patient_id,
            department_id=new.department_id,
            from_visit_id=new.from_visit_id,
            doctor_id=new.doctor_id or w.actor.user_id,
            urgency=new.urgency,
            reason=" ".join(new.reason.split()),
            isolation=new.isolation,
            equipment=beds.checked_equipment(new.equipment),
            expected_days=new.expected_days,
        )
    )
    return Asked(key, Status.REQUESTED, 1)


@action(permissions.ADMISSIONS_EDIT)
def assign(w: Write, request_id: UUID, version: int, bed_id: UUID) -> Asked:
    """Keeps a free bed that fits for the person. Raises Conflict naming who has it, or why it does not fit."""
    asked = _request(w, request_id, version)
    rules.require(asked.status, Status.ASSIGNED)
    _refuse_unsuitable(w, asked, bed_id, must_be_free=True)
    with _bed_may_be_taken(w, bed_id):
        return _update_request(w, request_id, version, status=Status.ASSIGNED, bed_id=bed_id)


@action(permissions.ADMISSIONS_EDIT)
def unassign(w: Write, request_id: UUID, version: int) -> Asked:
    """Gives the bed back that was kept; the person waits again."""
    asked = _request(w, request_id, version)
    rules.require(asked.status, Status.REQUESTED)
    return _update_request(w, request_id, version, status=Status.REQUESTED, bed_id=None)


@action(permissions.ADMISSIONS_EDIT)
def admit(w: Write, request_id: UUID, version: int, bed_id: UUID | None = None) -> InBed:
    """The person is in bed: the one that was kept, or this one. Raises Conflict naming who has it."""
    asked = _request(w, request_id, version)
    rules.require(asked.status, Status.ADMITTED)
    chosen = bed_id or asked.bed_id
    if chosen is None:
        raise Invalid({"bed": "Choose a bed first."})
    if chosen != asked.bed_id:
        _refuse_unsuitable(w, asked, chosen, must_be_free=True)
    return _put(w, request_id, chosen)


@action(permissions.ADMISSIONS_EDIT)
def transfer(w: Write, stay_id: UUID, version: int, bed_id: UUID) -> InBed:
    """Moves somebody, and a newborn in the cot too, to a free bed that fits; the old bed is to be cleaned."""
    lies = _stay(w, stay_id, version)
    _refuse_unsuitable(w, _request(w, lies.request_id, None), bed_id, must_be_free=True)
    babies = queries.cots(w.tx, lies.bed_id) if not lies.cot else []
    _end(w, stay_id, version, status="transferred")
    for baby in babies:
        _end(w, baby.stay_id, baby.stay_version, status="transferred")
    moved = _put(w, lies.request_id, bed_id, previous_id=stay_id)
    for baby in babies:
        _put(w, baby.request_id, bed_id, previous_id=baby.stay_id)
    return moved


@action(permissions.ADMISSIONS_EDIT)
def swap(w: Write, stay_id: UUID, version: int, other_id: UUID, other_version: int) -> InBed:
    """Two people change beds, both or neither. Raises Conflict when a room does not fit one of them."""
    first, second = _stay(w, stay_id, version), _stay(w, other_id, other_version)
    if first.cot or second.cot or first.bed_id == second.bed_id:
        raise Conflict("Choose two people in beds of their own.")
    for lies, bed_id in ((first, second.bed_id), (second, first.bed_id)):
        _refuse_unsuitable(w, _request(w, lies.request_id, None), bed_id, must_be_free=False)
    ways = ((first, second.bed_id), (second, first.bed_id))
    moving = [(lies, bed_id, queries.cots(w.tx, lies.bed_id)) for lies, bed_id in ways]
    w.tx.exec_driver_sql("set constraints all deferred")
    for lies, _, babies in moving:
        _end(w, lies.id, lies.version, status="transferred")
        for baby in babies:
            _end(w, baby.stay_id, baby.stay_version, status="transferred")
    put = [_put(w, lies.request_id, bed_id, previous_id=lies.id) for lies, bed_id, _ in moving]
    for _, bed_id, babies in moving:
        for baby in babies:
            _put(w, baby.request_id, bed_id, previous_id=baby.stay_id)
    w.tx.exec_driver_sql("set constraints all immediate")
    return put[0]


@action(permissions.ADMISSIONS_EDIT)
def correct(w: Write, stay_id: UUID, version: int, bed_id: UUID, reason: str) -> InBed:
    """Recorded in the wrong bed: that stay is cancelled with the reason, and this bed has it from the same moment."""
    text = rules.checked_reason(reason, "reason", "Say what was recorded wrongly.")
    lies = _stay(w, stay_id, version)
    if queries.cots(w.tx, lies.bed_id) and not lies.cot:
        raise Conflict("A newborn's cot stands at this bed: transfer instead, then both move.")
    _refuse_unsuitable(w, _request(w, lies.request_id, None), bed_id, must_be_free=True)
    _end(w, stay_id, version, status="cancelled", end_reason=text)
    return _put(w, lies.request_id, bed_id, previous_id=stay_id)


@action(permissions.ADMISSIONS_EDIT)
def discharge(w: Write, stay_id: UUID, version: int, discharged_to: str = "home") -> InBed:
    """Ends the stay; the bed is to be cleaned. Raises Conflict with what still keeps the person here."""
    if discharged_to not in rules.DISCHARGED_TO:
        raise Invalid({"discharged_to": "Choose where the person goes."})
    lies = _stay(w, stay_id, version)
    babies = [names.display(b.family, b.given) for b in queries.cots(w.tx, lies.bed_id)] if not lies.cot else []
    left = rules.blockers(queries.checklist(w.tx, lies.request_id), discharged_to, babies=babies)
    if left:
        raise Conflict(f"Not yet: {'; '.join(left)}.", {"blockers": tuple(left)})
    _end(w, stay_id, version, status="discharged", discharged_to=discharged_to)
    return InBed(lies.request_id, stay_id, lies.bed_id)


@action(permissions.ADMISSIONS_EDIT)
def cancel_admission(w: Write, stay_id: UUID, version: int, reason: str) -> InBed:
    """The person was never in the bed after all: the stay stays in the history, cancelled, and the bed is free."""
    text = rules.checked_reason(reason, "reason", "Say why the admission is cancelled.")
    lies = _stay(w, stay_id, version)
    if not lies.cot and queries.cots(w.tx, lies.bed_id):
        raise Conflict("A newborn's cot stands at this bed: discharge or transfer instead.")
    _end(w, stay_id, version, status="cancelled", end_reason=text)
    return InBed(lies.request_id, stay_id, lies.bed_id)


@action(permissions.ADMISSIONS_VIEW)
def cancel_request(w: Write, request_id: UUID, version: int, reason: str) -> Asked:
    """Takes back a request, by the ward or by who may ask with the record open; a bed that was kept is free."""
    text = rules.checked_reason(reason, "reason", "Say why the request is taken back.")
    asked = _request(w, request_id, version)
    if asked.status == Status.ADMITTED:
        raise Conflict("This person is in bed already: cancel the admission instead.", {"status": asked.status})
    rules.require(asked.status, Status.CANCELLED)
    return _update_request(w, request_id, version, status=Status.CANCELLED, bed_id=None, cancelled_reason=text)


@action(permissions.ADMISSIONS_EDIT)
def plan_discharge(
    w: Write, request_id: UUID, version: int, expected_on: dt.date, leaves_at: dt.datetime | None = None
) -> Asked:
    """When the person is expected to go home; with `leaves_at`, the discharge itself is planned."""
    asked = _request(w, request_id, version)
    rules.require(asked.status, Status.DISCHARGED)
    if asked.admitted_at is not None and expected_on < asked.admitted_at.date():
        raise Invalid({"expected_on": "This is before the admission."})
    return _update_request(w, request_id, version, expected_on=expected_on, leaves_at=leaves_at)


@action(permissions.ADMISSIONS_EDIT)
def set_isolation(w: Write, request_id: UUID, version: int, isolation: str) -> Asked:
    """Begins, changes or ends isolation; the state of the bed follows."""
    if isolation not in beds.ISOLATIONS:
        raise Invalid({"isolation": "Choose one of the kinds of isolation."})
    asked = _request(w, request_id, version)
    if asked.status in (Status.DISCHARGED, Status.CANCELLED):
        raise Conflict(f"This admission is already “{asked.status}”.", {"status": asked.status})
    return _update_request(w, request_id, version, isolation=isolation)


@action(permissions.ADMISSIONS_EDIT)
def set_item(w: Write, item_id: UUID, version: int, status: str, note: str = "") -> str:
    """Ticks a line of the discharge checklist, says that it is not needed, or opens it again."""
    if status not in list(rules.ItemStatus):
        raise Invalid({"status": "Choose open, done or not needed."})
    note = " ".join(note.split())
    if len(note) > 200:
        raise Invalid({"note": "At most 200 characters fit. Shorten it."})
    found = w.tx.execute(
        sa.update(discharge_item)
        .where(discharge_item.c.id == item_id, discharge_item.c.version == version)
        .values(status=status, note=note, version=version + 1)
    )
    if not found.rowcount:
        _unchanged(w, discharge_item, item_id, "This line was changed a moment ago; read it again.")
    return status


@action(permissions.ADMISSIONS_EDIT)
def register_newborn(w: Write, mother_stay_id: UUID, sex: str, born_on: dt.date) -> Born:
    """Gives a newborn a number of its own, links it to the mother, and puts it into a cot beside her bed."""
    patient_id, stay_id = new_id(), new_id()
    row = w.tx.exec_driver_sql(
        "select mrn, family_name, given_names from app.register_newborn(%s, %s, %s, %s, %s, %s)",
        (patient_id, new_id(), stay_id, mother_stay_id, sex, born_on),
    ).one()
    return Born(patient_id, row.mrn, row.family_name, row.given_names, stay_id)


# ---------------------------------------------------------------------------------------------------- inside


def _request(w: Write, request_id: UUID, version: int | None) -> Any:
    """The request as it is stored. Raises Conflict for another version, Denied when it cannot be seen."""
    row = w.tx.execute(sa.select(admission_request).where(admission_request.c.id == request_id)).one_or_none()
    if row is None:
        raise Denied("This request is not for one of your wards.")
    if version is not None and row.version != version:
        raise _changed(w, "admission_request", row.id, f"The request is now “{row.status}”", row)
    return row


def _stay(w: Write, stay_id: UUID, version: int) -> Any:
    row = w.tx.execute(sa.select(stay).where(stay.c.id == stay_id)).one_or_none()
    if row is None:
        raise Denied("This person is not on one of your wards.")
    if row.version != version or row.status != "admitted":
        raise _changed(w, "stay", row.id, f"The stay is now “{row.status}”", row)
    return row


def _changed(w: Write, table: str, key: UUID, said: str, row: Any) -> Conflict:
    by = w.tx.exec_driver_sql("select name, at from audit.last_change(%s, %s)", (table, key)).one()
    who = f": {by.name}" if by.name else ""
    at = f" at {by.at.astimezone():%H:%M}" if by.at else ""
    return Conflict(f"{said}{who}{at}. Read it again.", {"status": row.status, "version": row.version})


def _unchanged(w: Write, table: sa.Table, key: UUID, said: str) -> None:
    """Raises Conflict for a row that is there, Denied for one that cannot be seen or changed."""
    if w.tx.execute(sa.select(table.c.id).where(table.c.id == key)).first():
        raise Conflict(said)
    raise Denied("This is not on one of your wards.")


def _update_request(w: Write, request_id: UUID, version: int, **values: Any) -> Asked:
    row = w.tx.execute(
        sa.update(admission_request)
        .where(admission_request.c.id == request_id, admission_request.c.version == version)
        .values(**values, version=version + 1)
        .returning(admission_request.c.status, admission_request.c.version)
    ).one_or_none()
    if row is None:
        _unchanged(w, admission_request, request_id, "The request was changed a moment ago. Read it again.")
        raise AssertionError("unreachable")
    return Asked(request_id, row.status, row.version)


def _end(w: Write, stay_id: UUID, version: int, **values: Any) -> None:
    found = w.tx.execute(
        sa.update(stay)
        .where(stay.c.id == stay_id, stay.c.version == version, stay.c.status == "admitted")
        .values(**values, version=version + 1)
    )
    if not found.rowcount:
        _unchanged(w, stay, stay_id, "This stay was changed a moment ago. Read it again.")


def _put(w: Write, request_id: UUID, bed_id: UUID, previous_id: UUID | None = None) -> InBed:
    key = new_id()
    with _bed_may_be_taken(w, bed_id):
        w.tx.execute(
            sa.insert(stay).inline().values(id=key, request_id=request_id, bed_id=bed_id, previous_id=previous_id)
        )
    return InBed(request_id, key, bed_id)


@contextmanager
def _bed_may_be_taken(w: Write, bed_id: UUID) -> Iterator[None]:
    """Says who has the bed when somebody was faster; the database decides who that is."""
    w.tx.exec_driver_sql("savepoint bed")
    try:
        yield
    except exc.DBAPIError as error:
        if sqlstate(error) not in _TAKEN:
            raise
        w.tx.exec_driver_sql("rollback to savepoint bed")
        raise Conflict(_who_has(w, bed_id), {"bed_id": str(bed_id)}) from error


def _who_has(w: Write, bed_id: UUID) -> str:
    """Who lies in the bed or whom it is kept for, and which colleague did that."""
    row = w.tx.exec_driver_sql(
        """select b.label, b.status, b.hold, p.family_name, p.given_names, s.id is not null as lies,
               concat_ws(' ', nullif(c.title, ''), c.given_names, c.family_name) as by,
               coalesce(s.from_at, q.assigned_at) as at
           from app.bed b
           left join app.stay s on s.bed_id = b.id and s.until_at is null and not s.cot
           left join app.admission_request q on q.bed_id = b.id
           left join app.patient p on p.id = coalesce(s.patient_id, q.patient_id)
           left join app.staff c on c.id = coalesce(s.recorded_by, q.assigned_by)
           where b.id = %s""",
        (bed_id,),
    ).one_or_none()
    if row is None:
        return "This bed is not in use any more."
    whose = names.display(row.family_name or "", row.given_names or "") or "somebody else"
    by = f" ({row.by}, {row.at.astimezone():%H:%M})" if row.by and row.at else ""
    if row.lies:
        return f"Bed {row.label} has {whose} in it already{by}. Choose another one."
    if row.hold == beds.Hold.RESERVED:
        return f"Bed {row.label} is reserved for {whose} already{by}. Choose another one."
    return f"Bed {row.label} is not free any more. Choose another one."


def _refuse_unsuitable(w: Write, asked: Any, bed_id: UUID, *, must_be_free: bool) -> None:
    """Raises Conflict when the bed is not free, or not for this person. A newborn's cot needs neither."""
    row = place(w.tx, bed_id)
    if row is None:
        raise Conflict("This bed is not in use any more. Choose another one.")
    if asked.mother_id is not None:
        return
    sex = w.tx.exec_driver_sql("select sex from app.patient where id = %s", (asked.patient_id,)).scalar() or "unknown"
    needs = beds.Needs(sex, asked.department_id, asked.isolation, tuple(asked.equipment), asked.urgency)
    if must_be_free and not beds.is_free(row) and asked.bed_id != bed_id:
        if row.status in beds.TAKEN or row.hold == beds.Hold.RESERVED:
            raise Conflict(_who_has(w, bed_id), {"bed_id": str(bed_id)})
        raise Conflict(f"Bed {beds.fit(row, needs).words}. Choose another one.", {"status": row.status})
    problems = beds.unsuitable(row, needs)
    if problems:
        raise Conflict(f"Bed {row.label} does not fit: {', '.join(problems)}.", {"problems": problems})
