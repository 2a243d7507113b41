"""Fills an empty database with the demo hospital, and gives it a live-looking day. Runs at the server, as `deploy`."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterable
from itertools import cycle
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access.action import new_id
from hisdesk.access.cipher import FieldCipher
from hisdesk.db.database import Database
from hisdesk.hospital.admissions.tables import admission_request
from hisdesk.hospital.allergies.tables import allergy, allergy_declaration
from hisdesk.hospital.demo import content, prescribing, shelves
from hisdesk.hospital.demo.people import NAMED, DemoContact, DemoInsurance, DemoPerson
from hisdesk.hospital.departments.tables import department
from hisdesk.hospital.orders.tables import clinical_order
from hisdesk.hospital.patients.tables import (
    emergency_contact,
    insurance_policy,
    patient,
    patient_name,
)
from hisdesk.hospital.staff.tables import staff
from hisdesk.hospital.visits.tables import visit

Row = dict[str, Any]
Clinic = sa.Row[Any]

# what a made-up person has by the same name as the table's column
_SAME = (
    *("family_name", "given_names", "preferred_name", "title", "birth_date", "birth_date_estimated", "sex"),
    *("language", "interpreter", "phone", "phone_2", "email", "street", "city", "region", "postcode", "country"),
    "blood_group",
)


def load_departments(deploy: Database) -> None:
    """Departments and wards."""
    rows = [
        {"id": new_id(), "code": code, "name": name, "ticket_letter": letter, "kind": kind, "location": location}
        for code, name, letter, kind, location in content.DEPARTMENTS
    ]
    with deploy.transaction() as tx:
        tx.execute(sa.insert(department).inline(), rows)


def load_people(deploy: Database, cipher: FieldCipher, people: Iterable[DemoPerson], *, seed: int = 1) -> int:
    """Registers the made-up people with names, cards, contacts and allergies; one audit row for all. How many."""
    draw = random.Random(seed)  # noqa: S311 (made-up data, the same each time)
    people = list(people)
    with deploy.transaction() as tx:
        tx.exec_driver_sql("select set_config('hisdesk.batch', 'on', true)")
        numbers = tx.exec_driver_sql("select app.next_mrn() from generate_series(1, %s)", (len(people),)).scalars()
        keyed = [(new_id(), mrn, person) for mrn, person in zip(numbers, people, strict=True)]
        _insert(tx, patient, [_patient(key, mrn, person) for key, mrn, person in keyed])
        _insert(tx, patient_name, [row for key, _, person in keyed for row in _names(key, person)])
        _insert(tx, insurance_policy, [_policy(k, p.insurance, cipher) for k, _, p in keyed if p.insurance])
        _insert(tx, emergency_contact, [_contact(k, p.contact) for k, _, p in keyed if p.contact])
        _insert(tx, allergy, [row for k, _, p in keyed for row in _allergies(k, p, draw)])
        _insert(tx, allergy_declaration, _declarations([(k, p) for k, _, p in keyed], draw))
        tx.exec_driver_sql("select app.recount_words()")
        tx.exec_driver_sql("analyze app.patient, app.patient_name")
        detail = json.dumps({"rows": len(people), "of": "demo people"})
        tx.exec_driver_sql("select audit.note('imported', 'patient', null, null, %s::jsonb)", (detail,))
    return len(people)


def _insert(tx: sa.Connection, table: sa.Table, rows: list[Row]) -> None:
    if rows:
        tx.execute(sa.insert(table).inline(), rows)


def _patient(key: UUID, mrn: str, person: DemoPerson) -> Row:
    return {
        "id": key,
        "mrn": mrn,
        **{name: getattr(person, name) for name in _SAME},
        "status": "inactive" if person.inactive else "active",
        "status_reason": "Moved away" if person.inactive else "",
        "deceased_on": _today() - dt.timedelta(days=90) if person.deceased else None,
        "registered_at": dt.datetime.now(dt.UTC) - dt.timedelta(days=6 * 365),  # before their first visit
    }


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


def _names(key: UUID, person: DemoPerson) -> list[Row]:
    names = [("official", (person.family_name, person.given_names)), ("former", person.former), ("alias", person.alias)]
    return [
        {"id": new_id(), "patient_id": key, "use": use, "family_name": name[0], "given_names": name[1]}
        for use, name in names
        if name
    ]


def _policy(key: UUID, insurance: DemoInsurance, cipher: FieldCipher) -> Row:
    row = new_id()
    return {
        "id": row,
        "patient_id": key,
        "payer": insurance.payer,
        "plan": insurance.plan,
        "member_number_enc": cipher.encrypt_text("insurance_policy", "member_number_enc", row, insurance.member_number),
        "member_number_index": cipher.number_index(insurance.member_number),
        "group_number_enc": cipher.encrypt_text("insurance_policy", "group_number_enc", row, insurance.group_number),
    }


def _contact(key: UUID, contact: DemoContact) -> Row:
    return {
        "id": new_id(),
        "patient_id": key,
        "name": contact.name,
        "relation": contact.relation,
        "phone": contact.phone,
    }


def _allergies(key: UUID, person: DemoPerson, draw: random.Random) -> list[Row]:
    noted = dt.date(2010, 1, 1) + dt.timedelta(days=draw.randrange(5000))
    return [
        {
            "id": new_id(),
            "patient_id": key,
            "substance": known.substance,
            "category": known.category,
            "reaction": known.reaction,
            "severity": known.severity,
            "noted_on": noted,
        }
        for known in person.allergies or ()
    ]


def _declarations(keyed: list[tuple[UUID, DemoPerson]], draw: random.Random) -> list[Row]:
    """For those who were asked and have none."""
    now = dt.datetime.now(dt.UTC)
    return [
        {
            "id": new_id(),
            "patient_id": key,
            "state": "none known",
            "asked_at": now - dt.timedelta(days=draw.randrange(1, 900)),
        }
        for key, person in keyed
        if person.allergies == ()
    ]


def load_past_visits(deploy: Database, *, years: int = 5, seed: int = 2) -> int:
    """Completed visits of the last years, so that a record has a history. How many."""
    draw = random.Random(seed)  # noqa: S311 (made-up data)
    with deploy.transaction() as tx:
        tx.exec_driver_sql("select set_config('hisdesk.batch', 'on', true)")
        clinics, doctors = _clinics(tx), _doctors(tx)
        patients = list(tx.execute(sa.select(patient.c.id).order_by(patient.c.mrn)).scalars())
        today = tx.exec_driver_sql("select app.today()").scalar_one()
        numbers: dict[tuple[str, dt.date], int] = {}
        rows = []
        for key in patients:
            for _ in range(draw.choice((0, 1, 1, 2, 3, 5))):
                code = draw.choice(content.CLINICS)
                day = today - dt.timedelta(days=draw.randrange(2, years * 365))
                number = numbers[code, day] = numbers.get((code, day), 0) + 1
                rows.append(_past_visit(key, clinics[code], doctors.get(code), code, day, number, draw))
        _insert(tx, visit, rows)
        prescribing.prescribe_past(tx)
        shelves.fill(tx)
    return len(rows)


def _past_visit(
    key: UUID,
    clinic: sa.Row[Any],
    doctors: list[UUID] | None,
    code: str,
    day: dt.date,
    number: int,
    draw: random.Random,
) -> Row:
    arrived = dt.datetime.combine(day, dt.time(8, 0), dt.UTC) + dt.timedelta(minutes=draw.randrange(480))
    started = arrived + dt.timedelta(minutes=draw.randrange(5, 60))
    return {
        "id": new_id(),
        "patient_id": key,
        "department_id": clinic.id,
        "doctor_id": draw.choice(doctors) if doctors else None,
        "day": day,
        "number": number,
        "ticket": f"{clinic.ticket_letter} {number:03}",
        "status": "completed",
        "reason": draw.choice(content.REASONS[code]),
        "arrived_at": arrived,
        "called_at": started - dt.timedelta(minutes=2),
        "called_room": clinic.location,
        "started_at": started,
        "completed_at": started + dt.timedelta(minutes=draw.randrange(6, 30)),
    }


def load_today(deploy: Database, *, seed: int | None = None) -> int:
    """A day in progress: yesterday's open visits are closed, today's queues filled if they are empty. How many."""
    with deploy.transaction() as tx:
        today = tx.exec_driver_sql("select app.today()").scalar_one()
        stale = sa.and_(visit.c.day < today, visit.c.status.in_(("waiting", "called", "with doctor")))
        tx.execute(
            sa.update(visit)
            .where(stale)
            .values(status="cancelled", cancelled_reason="The day ended", version=visit.c.version + 1)
        )
        if tx.execute(sa.select(visit.c.id).where(visit.c.day == today).limit(1)).first():
            return 0
        draw = random.Random(today.toordinal() if seed is None else seed)  # noqa: S311 (made-up data)
        clinics, doctors = _clinics(tx), _doctors(tx)
        patients = list(tx.execute(_others()).scalars())
        people: Iterable[UUID] = cycle(draw.sample(patients, min(len(patients), 200)))
        rows = [row for code in content.CLINICS for row in _queue(clinics[code], doctors.get(code), code, people, draw)]
        named = tx.execute(sa.select(patient.c.id).order_by(patient.c.mrn).limit(len(NAMED))).scalars()
        rows += [_waiting(key, clinics[content.NAMED_GO_TO[p[0]]], p[4]) for key, p in zip(named, NAMED, strict=False)]
        _insert(tx, visit, rows)
        _load_orders(tx, rows, draw)
        prescribing.prescribe_today(tx, draw)
    return len(rows)


def _load_orders(tx: sa.Connection, visits: Iterable[Row], draw: random.Random) -> None:
    """What today's doctors asked of other departments; what is left of an earlier day is cancelled."""
    now = dt.datetime.now(dt.UTC)
    left = sa.and_(
        clinical_order.c.status.in_(("pending", "in progress")), clinical_order.c.asked_at < now - dt.timedelta(days=1)
    )
    ended = {"status": "cancelled", "cancelled_at": now, "cancelled_reason": "The day ended"}
    tx.execute(sa.update(clinical_order).where(left).values(**ended, version=clinical_order.c.version + 1))
    departments = {row.code: row.id for row in tx.execute(sa.select(department.c.code, department.c.id))}
    fitting = {
        departments[code]: cycle([what for what in content.ORDERS if code in what[0].split()])
        for code in content.CLINICS
    }
    numbers = tx.execute(sa.select(staff.c.employee_number, staff.c.id).where(staff.c.employee_number.is_not(None)))
    worker_by_number = {row.employee_number: row.id for row in numbers}
    seen = [row for row in visits if row["started_at"] is not None and row["doctor_id"] is not None]
    stages = {code: cycle(content.ORDER_STATES) for code in content.WORKERS}
    rows = []
    for came in draw.sample(seen, len(seen))[: 2 * len(content.ORDERS)]:
        _from, code, *what = next(fitting[came["department_id"]])
        worker = worker_by_number.get(content.WORKERS[code])
        rows.append(_order(came, what, departments[code], worker, next(stages[code]), now, draw))
    _insert(tx, clinical_order, rows)


def _order(
    came: Row,
    what: list[str],
    to: UUID,
    worker: UUID | None,
    status: str,
    now: dt.datetime,
    draw: random.Random,
) -> Row:
    kind, priority, title, text, note = what
    asked = min(now, came["started_at"] + dt.timedelta(minutes=draw.randrange(2, 9)))
    started = min(now, asked + dt.timedelta(minutes=draw.randrange(3, 15)))
    ended = min(now, started + dt.timedelta(minutes=draw.randrange(5, 20)))
    done, cancelled = status == "completed", status == "cancelled"
    begun = done or status == "in progress"
    return {
        "id": new_id(),
        "patient_id": came["patient_id"],
        "visit_id": came["id"],
        "kind": kind,
        "title": title,
        "text": text,
        "priority": priority,
        "from_department_id": came["department_id"],
        "to_department_id": to,
        "status": status,
        "asked_at": asked,
        "asked_by": came["doctor_id"],
        "started_at": started if begun else None,
        "started_by": worker if begun else None,
        "completed_at": ended if done else None,
        "completed_by": worker if done else None,
        "completion_note": note if done else "",
        "cancelled_at": ended if cancelled else None,
        "cancelled_by": worker if cancelled else None,
        "cancelled_reason": content.ORDER_CANCELLED if cancelled else "",
    }


def _others() -> sa.Select[UUID]:
    """Everybody who may turn up, but for the named ones, who have a place of their own, and who lies in a bed."""
    living = sa.and_(patient.c.status == "active", patient.c.deceased_on.is_(None))
    in_bed = sa.exists().where(admission_request.c.patient_id == patient.c.id, admission_request.c.ended_at.is_(None))
    return sa.select(patient.c.id).where(living, ~in_bed).order_by(patient.c.mrn).offset(len(NAMED))


def _waiting(key: UUID, clinic: Clinic, reason: str) -> Row:
    """Somebody who came ten minutes ago; the same columns as in a queue, since all go in at once."""
    empty = dict.fromkeys(("doctor_id", "called_at", "started_at", "completed_at"))
    return {
        "id": new_id(),
        "patient_id": key,
        "department_id": clinic.id,
        "priority": "urgent" if clinic.code == "CARD" else "normal",
        "status": "waiting",
        "reason": reason,
        "arrived_at": dt.datetime.now(dt.UTC) - dt.timedelta(minutes=10),
        "called_room": "",
        **empty,
    }


def _queue(
    clinic: Clinic, doctors: list[UUID] | None, code: str, people: Iterable[UUID], draw: random.Random
) -> list[Row]:
    """One clinic's day so far: some done, one or two with a doctor, one called, the others waiting."""
    now = dt.datetime.now(dt.UTC)
    done, waiting = draw.randrange(3, 8), draw.randrange(3, 7)
    stages = ["completed"] * done + ["with doctor"] + ["called"] * draw.choice((0, 1)) + ["waiting"] * waiting
    rows = []
    for place, (status, key) in enumerate(zip(stages, people, strict=False)):
        minutes = (len(stages) - place) * 9 + draw.randrange(8)
        arrived = now - dt.timedelta(minutes=minutes)
        begun = arrived + dt.timedelta(minutes=min(minutes, draw.randrange(4, 25)))
        moments = {
            "called_at": begun - dt.timedelta(minutes=1) if status != "waiting" else None,
            "called_room": clinic.location if status != "waiting" else "",
            "started_at": begun if status in ("with doctor", "completed") else None,
            "completed_at": min(now, begun + dt.timedelta(minutes=12)) if status == "completed" else None,
        }
        rows.append(
            {
                "id": new_id(),
                "patient_id": key,
                "department_id": clinic.id,
                "doctor_id": draw.choice(doctors) if doctors and status != "waiting" else None,
                "priority": draw.choices(("normal", "urgent"), (9, 1))[0],
                "status": status,
                "reason": draw.choice(content.REASONS[code]),
                "arrived_at": arrived,
                **moments,
            }
        )
    return rows


def _clinics(tx: sa.Connection) -> dict[str, Clinic]:
    return {row.code: row for row in tx.execute(sa.select(department).where(department.c.kind == "clinic"))}


def _doctors(tx: sa.Connection) -> dict[str, list[UUID]]:
    found: dict[str, list[UUID]] = {}
    rows = tx.exec_driver_sql(
        "select d.code, x.user_id from auth.doctor_departments() x join app.department d on d.id = x.department_id"
    )
    for code, user_id in rows:
        found.setdefault(code, []).append(user_id)
    return found
