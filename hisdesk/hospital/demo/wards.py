"""Rooms, beds and people in them for the demo hospital. Runs at the server, as `deploy`."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access.action import new_id
from hisdesk.db.database import Database
from hisdesk.hospital.admissions.tables import admission_request, stay
from hisdesk.hospital.beds.tables import bed, room
from hisdesk.hospital.cleaning.tables import cleaning_task
from hisdesk.hospital.departments.tables import department
from hisdesk.hospital.patients.tables import patient
from hisdesk.hospital.staff.tables import staff

Row = dict[str, Any]

# room, for whom, isolation, metres from the nurses, beds, equipment
_ROOMS: dict[str, tuple[tuple[str, str, bool, int, str, tuple[str, ...]], ...]] = {
    "MED1": (
        ("Room 1", "female", False, 6, "1A 1B 1C 1D", ("oxygen",)),
        ("Room 2", "male", False, 10, "2A 2B 2C 2D", ("oxygen", "monitor")),
        ("Single rooms", "none", True, 14, "3A 3B 3C 3D", ("oxygen", "suction")),
        ("Room 4", "female", False, 18, "4A 4B 4C 4D", ("oxygen",)),
        ("Room 5", "male", False, 24, "5A 5B 5C 5D", ("oxygen", "air mattress")),
        ("Room 6", "male", False, 30, "6A 6B 6C 6D", ("oxygen",)),
    ),
    "SURG": (
        ("Room 1", "female", False, 8, "1A 1B 1C 1D", ("oxygen", "suction")),
        ("Room 2", "male", False, 12, "2A 2B 2C 2D", ("oxygen", "suction")),
        ("Room 3", "none", True, 16, "3A 3B", ("oxygen", "monitor", "bariatric")),
        ("Room 4", "female", False, 20, "4A 4B", ("oxygen",)),
    ),
    "KIDS": (
        ("Room 1", "none", False, 6, "1A 1B 1C 1D", ("oxygen", "monitor")),
        ("Room 2", "none", False, 12, "2A 2B 2C 2D", ("oxygen",)),
        ("Room 3", "none", True, 16, "3A 3B", ("oxygen", "suction")),
    ),
}
_REASONS = {
    "MED1": ("Heart failure", "Pneumonia", "Cellulitis", "Asthma", "Hip pain after a fall", "Stroke", "Syncope",
             "Urinary sepsis", "Influenza", "Chest pain", "Gout", "Delirium"),
    "SURG": ("Appendicitis", "Hip fracture", "Gallstones", "Hernia", "Bowel obstruction"),
    "KIDS": ("Bronchiolitis", "Gastroenteritis", "Febrile convulsion", "Asthma"),
}  # fmt: skip
# left free, or in another state, so that there is something to do
_FREE = {"MED1": {"1D", "2D", "4C", "5C", "6B"}, "SURG": {"1C", "2B", "3B"}, "KIDS": {"1D", "2C", "2D", "3B"}}
_STATES = {
    "MED1": (("2C", "H", "", ""), ("3B", "K", "", ""), ("3C", "C", "", "Ceiling leak"),
             ("3D", "U", "blocked", "Kept for a relative")),
    "SURG": (("4B", "H", "", ""),),
    "KIDS": (),
}  # fmt: skip
_DOCTORS = {"MED1": "2008", "SURG": "2004", "KIDS": "2003"}
_WAITING = (("urgent", "Chest pain, troponin rising", ("oxygen", "monitor")), ("normal", "Pneumonia", ("oxygen",)),
            ("normal", "Falls, cannot go home alone", ()))  # fmt: skip
_ISOLATED = {"3A": "droplet"}


@dataclass
class _Ward:
    id: UUID
    code: str
    doctor: UUID | None
    beds: dict[str, tuple[UUID, str]]
    """Key and the sex of the room by label."""


def load_wards(deploy: Database, *, seed: int = 5) -> int:
    """Rooms, beds, stays and requests; nothing where there are rooms already. How many people lie in bed."""
    draw = random.Random(seed)  # noqa: S311 (made-up data)
    with deploy.transaction() as tx:
        if tx.execute(sa.select(room.c.id).limit(1)).first():
            return 0
        tx.execute(sa.select(sa.func.set_config("hisdesk.batch", "on", True)))
        wards = [_furnish(tx, code) for code in _ROOMS]
        people = _People(tx, draw)
        admitted = [row for ward in wards for row in _admissions(ward, people, draw)]
        requests = [request for request, _ in admitted] + list(_requests(wards[0], people))
        if requests:
            tx.execute(sa.insert(admission_request).inline(), requests)
        if admitted:
            tx.execute(sa.insert(stay).inline(), [bedded for _, bedded in admitted])
        tx.exec_driver_sql("set constraints all immediate")  # beds, checklists and requests follow the stays now
        for ward in wards:
            _set_states(tx, ward)
        tx.execute(sa.select(sa.func.app.offer_waiting()))
    return len(admitted)


def load_today(deploy: Database) -> None:
    """A ward of today: nobody should have gone home on a day before, nothing was asked yesterday."""
    asked, task, now = admission_request.c, cleaning_task.c, dt.datetime.now(dt.UTC)
    yesterday = now - dt.timedelta(days=1)
    with deploy.transaction() as tx:
        today = tx.execute(sa.select(sa.func.app.today())).scalar_one()
        overdue = sa.and_(asked.status == "admitted", asked.expected_on < today)
        soon = sa.func.app.today() + (asked.expected_days + today.timetuple().tm_yday) % 5
        for table, old, values in (
            (admission_request, overdue, {"expected_on": soon, "leaves_at": None}),
            (
                admission_request,
                sa.and_(asked.status == "requested", asked.requested_at < yesterday),
                {"requested_at": now - dt.timedelta(minutes=40)},
            ),
            (
                cleaning_task,
                sa.and_(task.status.in_(("waiting", "offered")), task.asked_at < yesterday),
                {"asked_at": now - dt.timedelta(minutes=6)},
            ),
        ):
            tx.execute(sa.update(table).where(old).values(**values, version=table.c.version + 1))


def _furnish(tx: sa.Connection, code: str) -> _Ward:
    ward_id = tx.execute(sa.select(department.c.id).where(department.c.code == code)).scalar_one()
    doctor = tx.execute(sa.select(staff.c.id).where(staff.c.employee_number == _DOCTORS[code])).scalar()
    made = _Ward(ward_id, code, doctor, {})
    for label, sex, isolation, distance_m, labels, equipment in _ROOMS[code]:
        key = new_id()
        row = {"id": key, "department_id": ward_id, "label": label, "sex": sex}
        tx.execute(sa.insert(room).inline().values(**row, isolation=isolation, distance_m=distance_m))
        keys = {each: new_id() for each in labels.split()}
        common: Row = {"room_id": key, "equipment": list(equipment)}
        tx.execute(sa.insert(bed).inline(), [{"id": it, "label": each, **common} for each, it in keys.items()])
        for each, it in keys.items():
            made.beds[each] = (it, sex)
    return made


class _People:
    """Living people without a visit that is open, each given once."""

    def __init__(self, tx: sa.Connection, draw: random.Random) -> None:
        living = sa.and_(patient.c.status == "active", patient.c.deceased_on.is_(None), ~patient.c.unidentified)
        rows = tx.execute(
            sa.select(patient.c.id, patient.c.sex, patient.c.birth_date).where(living).order_by(patient.c.mrn)
        ).all()
        self._rows = list(rows[len(rows) // 2 :])  # the first half walks in: see `load_today` of the queues
        draw.shuffle(self._rows)
        self._adult_before = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=16 * 366)

    def take(self, sex: str, *, child: bool) -> UUID | None:
        """Somebody of that sex ("none": any) and age, None when nobody is left."""
        for place, row in enumerate(self._rows):
            young = row.birth_date is not None and row.birth_date > self._adult_before
            if young == child and sex in ("none", row.sex):
                del self._rows[place]
                return UUID(str(row.id))
        return None


def _admissions(ward: _Ward, people: _People, draw: random.Random) -> Iterator[tuple[Row, Row]]:
    now = dt.datetime.now(dt.UTC)
    kept = _FREE[ward.code] | {label for label, *_ in _STATES[ward.code]}
    for label, (bed_id, sex) in ward.beds.items():
        patient_id = None if label in kept else people.take(sex, child=ward.code == "KIDS")
        if patient_id is None:
            continue
        days = draw.choice((0, 1, 1, 2, 3, 4, 6, 9))
        began = now - dt.timedelta(days=days, minutes=draw.randrange(30, 600))
        request = _request(ward, patient_id, draw.choice(_REASONS[ward.code]), began - dt.timedelta(hours=2))
        request["isolation"] = _ISOLATED.get(label, "")
        request["expected_days"] = days + draw.choice((1, 0, 1, 2, 3, 5)) or 1
        yield request, {"id": new_id(), "request_id": request["id"], "bed_id": bed_id, "from_at": began}


def _requests(ward: _Ward, people: _People) -> Iterator[Row]:
    now = dt.datetime.now(dt.UTC)
    for number, (urgency, reason, equipment) in enumerate(_WAITING):
        patient_id = people.take("none", child=False)
        if patient_id is not None:
            row = _request(ward, patient_id, reason, now - dt.timedelta(minutes=24 * (number + 1)))
            yield row | {"urgency": urgency, "equipment": list(equipment)}


def _request(ward: _Ward, patient_id: UUID, reason: str, at: dt.datetime) -> Row:
    return {
        "id": new_id(),
        "patient_id": patient_id,
        "department_id": ward.id,
        "doctor_id": ward.doctor,
        "requested_by": ward.doctor,
        "reason": reason,
        "requested_at": at,
        "urgency": "normal",
        "isolation": "",
        "equipment": [],
        "expected_days": 3,
    }


def _set_states(tx: sa.Connection, ward: _Ward) -> None:
    for label, status, hold, reason in _STATES[ward.code]:
        tx.execute(
            sa.update(bed)
            .where(bed.c.id == ward.beds[label][0])
            .values(status=status, hold=hold, hold_reason=reason, version=bed.c.version + 1)
        )
