"""Signed notes, diagnoses and problems of the demo hospital's past. Runs at the server, as `deploy`."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access.action import new_id
from hisdesk.db.database import Database
from hisdesk.hospital.demo.people import NAMED
from hisdesk.hospital.departments.tables import department
from hisdesk.hospital.notes.tables import diagnosis, note, note_addendum
from hisdesk.hospital.patients.tables import patient
from hisdesk.hospital.visits.tables import visit

Row = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """What a doctor found and did. `lasting`: it stands on the problem list."""

    code: str
    title: str
    lasting: bool
    subjective: str
    objective: str
    assessment: str
    plan: str
    treatment: str = ""


HYPERTENSION = Seen(
    "I10",
    "Essential (primary) hypertension",
    True,
    "Feels well. Home readings 135 to 145 over 80 to 90 mmHg. No dizziness.",
    "BP 138/86 mmHg, pulse 72 /min, regular. Heart sounds normal, no oedema.",
    "Hypertension, nearly in target.",
    "Less salt, walk 30 minutes a day. Creatinine and potassium before the next visit.",
    "Same tablets as before.",
)
DIABETES = Seen(
    "E11.9",
    "Type 2 diabetes mellitus without complications",
    True,
    "No thirst, no low sugars. Takes the tablets every day.",
    "Weight 84 kg. Feet: pulses present, monofilament felt everywhere.",
    "Type 2 diabetes, stable.",
    "HbA1c today, eye clinic once a year.",
    "Same dose as before.",
)
SEEN: dict[str, tuple[Seen, ...]] = {
    "CARD": (
        HYPERTENSION,
        Seen("I48.91", "Unspecified atrial fibrillation", True, "Palpitations in the evening, minutes at a time.",
             "Pulse 88 /min, irregular. No murmur, chest clear.", "Atrial fibrillation, rate controlled.",
             "ECG once a year, kidney function every 6 months."),
        Seen("R07.9", "Chest pain, unspecified", False, "Stabbing pain at the left for a day, worse on turning.",
             "Tender over the 4th rib. ECG normal.", "Pain of the chest wall.", "Come back if it comes on effort.",
             "Simple pain relief for 3 days."),
    ),
    "GEN": (
        DIABETES,
        HYPERTENSION,
        Seen("J06.9", "Acute upper respiratory infection, unspecified", False, "Sore throat and runny nose for 3 days.",
             "Temperature 37.4 °C. Throat red, chest clear.", "Viral infection.",
             "Rest, fluids. Back in a week if not better."),
        Seen("R51.9", "Headache, unspecified", False, "Dull headache after long days at a screen.",
             "BP 124/78 mmHg. Neurological examination normal.", "Tension-type headache.", "Breaks, headache diary."),
    ),
    "PAED": (
        Seen("H66.90", "Otitis media, unspecified, unspecified ear", False, "Ear ache since last night, fever.",
             "Right eardrum red and bulging, chest clear.", "Acute otitis media.", "Back in 2 days if fever stays."),
        Seen("J45.909", "Unspecified asthma, uncomplicated", True, "Cough at night twice a week.",
             "Chest clear today. Inhaler technique checked.", "Asthma, partly controlled.", "Review in 3 months."),
    ),
    "ORTH": (
        Seen("M54.50", "Low back pain, unspecified", False, "Pain after lifting a week ago, none in the legs.",
             "Straight leg raise normal, no weakness.", "Mechanical back pain.", "Keep moving, physiotherapy."),
        Seen("M17.9", "Osteoarthritis of knee, unspecified", True, "Right knee stiff in the morning, pain on stairs.",
             "Crepitus, full extension, no effusion.", "Osteoarthritis of the knee.",
             "Exercises, weight, review in 6 months."),
    ),
    "DENT": (
        Seen("K02.9", "Dental caries, unspecified", False, "Pain on cold drinks at the lower left.",
             "Cavity in the first molar, not tender to percussion.", "Caries.", "Filling done, check in 6 months."),
    ),
    "EMER": (
        Seen("S61.409A", "Unspecified open wound of unspecified hand, initial encounter", False,
             "Cut with a kitchen knife an hour ago.", "3 cm wound, tendons and sensation intact.", "Simple wound.",
             "Stitches out in 10 days.", "Cleaned, four stitches, tetanus booster."),
    ),
}  # fmt: skip
_LONG = (("Smith", HYPERTENSION, "CARD"), ("Chen", DIABETES, "GEN"))
_YEARS, _EVERY_DAYS, _FIRST_NUMBER = 5, 91, 500


def load_past_notes(deploy: Database, *, seed: int = 3) -> int:
    """A signed note for most completed visits, and five years of reviews for two of the named people. How many."""
    draw = random.Random(seed)  # noqa: S311 (made-up data)
    with deploy.transaction() as tx:
        tx.execute(sa.select(sa.func.set_config("hisdesk.batch", "on", True)))
        reviews = _reviews(tx)
        done = tx.execute(
            sa.select(visit.c.id, visit.c.patient_id, visit.c.doctor_id, visit.c.completed_at, department.c.code)
            .join(department, department.c.id == visit.c.department_id)
            .where(visit.c.status == "completed", visit.c.doctor_id.is_not(None), visit.c.patient_id.is_not(None))
            .order_by(visit.c.completed_at, visit.c.id)
        )
        rows: list[Any] = list(done)
        notes, diagnoses, standing = [], [], set[tuple[UUID, str]]()
        for row in rows:
            seen = reviews.get(row.id) or (draw.choice(SEEN[row.code]) if draw.random() < 0.8 else None)
            if seen is None:
                continue
            problem = seen.lasting and (row.patient_id, seen.code) not in standing
            standing.add((row.patient_id, seen.code))
            notes.append(_note(row, seen, problem))
            diagnoses.append(_diagnosis(row, seen, problem, notes[-1]["id"]))
        tx.execute(sa.insert(note).inline(), notes)
        tx.execute(sa.insert(diagnosis).inline(), diagnoses)
        tx.execute(sa.insert(note_addendum).inline(), [_addendum(row, draw) for row in notes[:: len(notes) // 8 + 1]])
    return len(notes)


def _reviews(tx: sa.Connection) -> dict[UUID, Seen]:
    """Makes the regular visits of the named ones with a long illness; which note each of them gets."""
    named = list(tx.execute(sa.select(patient.c.id).order_by(patient.c.mrn).limit(len(NAMED))).scalars())
    made: dict[UUID, Seen] = {}
    for family, seen, code in _LONG:
        number = next(n for n, person in enumerate(NAMED) if person[0] == family)
        clinic = tx.execute(sa.select(department).where(department.c.code == code)).one()
        doctor = tx.execute(
            sa.select(visit.c.doctor_id)
            .where(visit.c.department_id == clinic.id, visit.c.doctor_id.is_not(None))
            .order_by(visit.c.id)
            .limit(1)
        ).scalar()
        if number >= len(named) or doctor is None:
            continue
        rows = [_review(named[number], clinic, doctor, step) for step in range(1, _YEARS * 365 // _EVERY_DAYS + 1)]
        tx.execute(sa.insert(visit).inline(), rows)
        made.update((row["id"], seen) for row in rows)
    return made


def _review(person: UUID, clinic: sa.Row[Any], doctor: UUID, step: int) -> Row:
    number = _FIRST_NUMBER + step
    arrived = dt.datetime.now(dt.UTC).replace(hour=9, minute=0) - dt.timedelta(days=step * _EVERY_DAYS)
    return {
        "id": new_id(),
        "patient_id": person,
        "department_id": clinic.id,
        "doctor_id": doctor,
        "day": arrived.date(),
        "number": number,
        "ticket": f"{clinic.ticket_letter} {number:03}",
        "status": "completed",
        "reason": "review",
        "arrived_at": arrived,
        "called_at": arrived + dt.timedelta(minutes=8),
        "called_room": clinic.location,
        "started_at": arrived + dt.timedelta(minutes=10),
        "completed_at": arrived + dt.timedelta(minutes=25),
    }


def _note(row: sa.Row[Any], seen: Seen, problem: bool) -> Row:
    return {
        "id": new_id(),
        "patient_id": row.patient_id,
        "visit_id": row.id,
        "author_id": row.doctor_id,
        "status": "signed",
        "subjective": seen.subjective,
        "objective": seen.objective,
        "assessment": seen.assessment,
        "plan": seen.plan,
        "treatment": seen.treatment,
        "diagnoses": [{"code": seen.code, "title": seen.title, "problem": problem}],
        "started_at": row.completed_at - dt.timedelta(minutes=6),
        "saved_at": row.completed_at,
        "signed_at": row.completed_at,
    }


def _diagnosis(row: sa.Row[Any], seen: Seen, problem: bool, note_id: UUID) -> Row:
    return {
        "id": new_id(),
        "patient_id": row.patient_id,
        "visit_id": row.id,
        "note_id": note_id,
        "code": seen.code,
        "problem": problem,
        "recorded_at": row.completed_at,
        "recorded_by": row.doctor_id,
    }


def _addendum(row: Row, draw: random.Random) -> Row:
    return {
        "id": new_id(),
        "note_id": row["id"],
        "patient_id": row["patient_id"],
        "author_id": row["author_id"],
        "kind": "addendum",
        "reason": "The result came after the visit",
        "text": draw.choice(("Blood count normal. Told by phone.", "X-ray: no fracture. Told by phone.")),
        "written_at": row["signed_at"] + dt.timedelta(days=1),
    }
