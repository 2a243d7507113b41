"""Prescriptions and lots by the hundred, written by the server, for those who dispense them in a bench."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from hisdesk.access.action import new_id
from tests.factories import people, prescriptions
from tests.helpers.hospital import Desk, Hospital

PACK = 15
"""Tablets of one prescription."""


def prescribed(hospital: Hospital, front: Desk, medicine: UUID, count: int) -> list[tuple[UUID, UUID]]:
    """So many prescriptions of fifteen tablets for one person: (prescription, line)."""
    patient, pharmacy = people.registered(front).patient_id, prescriptions.pharmacy(hospital)
    keys = [(new_id(), new_id()) for _ in range(count)]
    with hospital.deploy.transaction() as tx:
        prescriber = front.actor.user_id
        for key, line in keys:
            tx.exec_driver_sql(
                "insert into app.prescription (id, patient_id, department_id, prescriber_id) values (%s, %s, %s, %s)",
                (key, patient, pharmacy, prescriber),
            )
            tx.exec_driver_sql(
                """insert into app.prescription_line (id, prescription_id, position, medicine_id, dose_value, dose_unit,
                       route, frequency, frequency_count, days, quantity, quantity_unit)
                   values (%s, %s, 1, %s, 500, 'mg', 'oral', 'times a day', 3, 5, %s, 'tablet')""",
                (line, key, medicine, PACK),
            )
    return keys


def lots(hospital: Hospital, medicine: UUID, count: int, each: int) -> list[UUID]:
    """So many lots with so many tablets each, that expire one after the other."""
    pharmacy = prescriptions.pharmacy(hospital)
    today = dt.datetime.now(dt.UTC).date()
    keys = [new_id() for _ in range(count)]
    with hospital.deploy.transaction() as tx:
        for place, key in enumerate(keys):
            tx.exec_driver_sql(
                """insert into app.lot (id, department_id, medicine_id, lot_number, expires_on)
                   values (%s, %s, %s, %s, %s)""",
                (key, pharmacy, medicine, f"L-{place:04}", today + dt.timedelta(days=30 + place)),
            )
            tx.exec_driver_sql(
                "insert into app.stock_move (id, lot_id, kind, quantity) values (%s, %s, 'received', %s)",
                (new_id(), key, each),
            )
    return keys
