"""Somebody with years of care behind them, written past the triggers: it is old by the time anybody looks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from uuid import UUID

from tests.factories import people, prescriptions, visits
from tests.helpers.hospital import Desk, Hospital

DAYS_PER_VISIT = 30
_VISITS = """
insert into app.visit (id, patient_id, department_id, doctor_id, day, number, ticket, status, reason, arrived_at,
    started_at, completed_at)
select gen_random_uuid(), %(patient)s, %(clinic)s, %(doctor)s, (clock_timestamp() - n * %(apart)s)::date, %(number)s,
    'C ' || 100 + n %% 900, 'completed', 'Follow-up of blood pressure and breathing',
    clock_timestamp() - n * %(apart)s - interval '50 min', clock_timestamp() - n * %(apart)s - interval '20 min',
    clock_timestamp() - n * %(apart)s from generate_series(1, %(visits)s) n
"""
_NOTES = """
insert into app.note (id, patient_id, visit_id, author_id, status, subjective, objective, assessment, plan, diagnoses,
    started_at, saved_at, signed_at)
select gen_random_uuid(), v.patient_id, v.id, v.doctor_id, 'signed', repeat('Short of breath on stairs. ', 12),
    repeat('Chest clear, no oedema. ', 12), 'Stable since the last visit.', 'Same medicines, back in a month.',
    '[{"code": "I10", "title": "Essential (primary) hypertension"}]', v.started_at, v.completed_at, v.completed_at
from app.visit v where v.patient_id = %(patient)s and v.status = 'completed'
"""
_ORDERS = """
insert into app.clinical_order (id, patient_id, visit_id, kind, title, from_department_id, to_department_id, status,
    asked_at, asked_by, started_at, started_by, completed_at, completed_by, completion_note)
select gen_random_uuid(), v.patient_id, v.id, 'diagnostic request', 'Full blood count', v.department_id,
    v.department_id, 'completed', v.started_at, v.doctor_id, v.started_at + interval '1 h', v.doctor_id,
    v.started_at + interval '2 h', v.doctor_id, 'Within the usual ranges, haemoglobin 132 g/L'
from app.visit v where v.patient_id = %(patient)s and v.status = 'completed'
"""
_PRESCRIPTIONS = """
with issued as (
    insert into app.prescription (id, patient_id, visit_id, department_id, clinic_id, prescriber_id, status, signed_at,
        done_at)
    select gen_random_uuid(), v.patient_id, v.id, %(pharmacy)s, v.department_id, v.doctor_id, 'dispensed',
        v.completed_at, v.completed_at + interval '1 h'
    from app.visit v where v.patient_id = %(patient)s and v.status = 'completed' returning *
)
insert into app.prescription_line (id, prescription_id, patient_id, department_id, clinic_id, position, medicine_id,
    dose_value, dose_unit, route, frequency, frequency_count, days, quantity, quantity_unit, quantity_worked_out,
    dispensed_quantity, status)
select gen_random_uuid(), p.id, p.patient_id, p.department_id, p.clinic_id, m.place, m.id, 500, 'mg', 'oral',
    'times a day', 2, 28, 56, 'tablet', 56, 56, 'dispensed'
from issued p cross join (select id, row_number() over (order by id) as place from app.medicine limit 3) m
"""
_DISPENSED = """
insert into app.dispensing (id, prescription_id, patient_id, department_id, dispensed_at, dispensed_by)
select gen_random_uuid(), p.id, p.patient_id, p.department_id, p.done_at, p.prescriber_id
from app.prescription p where p.patient_id = %(patient)s and p.done_at is not null
"""
_VITALS = """
insert into app.vital_signs (id, patient_id, measured_at, recorded_at, recorded_by, systolic_mmhg, diastolic_mmhg,
    pulse_per_min, temperature_celsius)
select gen_random_uuid(), %(patient)s, at, at, %(doctor)s, 120 + n %% 30, 70 + n %% 15, 60 + n %% 40, 36.8
from (select n, clock_timestamp() - n * %(apart)s * %(visits)s / %(vitals)s - interval '40 min' as at
    from generate_series(1, %(vitals)s) n) measured
"""
_ALLERGIES = """
insert into app.allergy (id, patient_id, substance, reaction, severity, recorded_by)
select gen_random_uuid(), %(patient)s, substance, 'rash', 'moderate', %(doctor)s
from unnest(array['Penicillin', 'Latex', 'Ibuprofen']) substance
"""
_numbers = count(5_000)


@dataclass(frozen=True)
class Lived:
    """Who has that history, how much of it there is, and the visit they have come for today."""

    patient_id: UUID
    visit_id: UUID
    events: int


def lived(hospital: Hospital, front: Desk, doctor: Desk, *, past_visits: int, vitals: int) -> Lived:
    """Nine events of each visit, one of each set of vital signs; the person waits in Cardiology today."""
    patient_id = people.registered(front, family_name="Marroway").patient_id
    values = {
        "patient": patient_id,
        "doctor": doctor.actor.user_id,
        "clinic": hospital.department(),
        "pharmacy": prescriptions.pharmacy(hospital),
        "number": next(_numbers),
        "visits": past_visits,
        "vitals": vitals,
        "apart": f"{DAYS_PER_VISIT} days",
    }
    with hospital.superuser().connect() as root:
        root.exec_driver_sql("set session_replication_role = replica")
        for each in (_VISITS, _NOTES, _ORDERS, _PRESCRIPTIONS, _DISPENSED, _VITALS, _ALLERGIES):
            root.exec_driver_sql(each.replace("%(apart)s", "%(apart)s::interval"), values)
        root.exec_driver_sql("set session_replication_role = default")
        root.exec_driver_sql("analyze")
    visit = visits.added(front, hospital.department(), patient_id=patient_id, reason="cough")
    return Lived(patient_id, visit.visit_id, 9 * past_visits + vitals)
