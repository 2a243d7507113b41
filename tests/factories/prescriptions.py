"""A pharmacy, medicines, and prescriptions without the program's own checks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hisdesk.access.action import new_id
from tests.helpers.hospital import Desk, Hospital

_LINE = """insert into app.prescription_line (id, prescription_id, position, medicine_id, dose_value, dose_unit, route,
    frequency, frequency_count, days, quantity, quantity_unit, quantity_worked_out)
    values (%s, %s, %s, %s, 500, 'mg', 'oral', 'times a day', 3, 5, 15, 'tablet', 15)"""


def pharmacy(hospital: Hospital) -> UUID:
    """A service with somebody of the pharmacy in it; the same one again where it is there."""
    found = hospital.value("select id from app.department where code = 'PHARM'")
    if found is None:
        found = new_id()
        hospital.run(
            "insert into app.department (id, code, name, ticket_letter, kind)"
            " values (%s, 'PHARM', 'Pharmacy', 'X', 'service')",
            found,
        )
        hospital.account("pharmacy", ("PHARM",))
    assert isinstance(found, UUID)
    return found


def medicine(hospital: Hospital, name: str = "paracetamol", **values: Any) -> UUID:
    """A tablet of 500 mg in the formulary."""
    columns: dict[str, Any] = {
        "id": new_id(),
        "name": name,
        "substances": [name],
        "form": "tablet",
        "strength_value": 500,
        "strength_unit": "mg",
        "unit": "tablet",
        "route": "oral",
        **values,
    }
    hospital.run(
        f"insert into app.medicine ({', '.join(columns)}) values ({', '.join(['%s'] * len(columns))})",
        *columns.values(),
    )
    return columns["id"]


def signed_by_hand(desk: Desk, patient_id: UUID, pharmacy_id: UUID, *medicines: UUID) -> UUID:
    """A prescription as somebody types it who has a station's credential and a session; its key."""
    key = new_id()
    with desk.db.transaction(desk.actor) as tx:
        tx.exec_driver_sql(
            "insert into app.prescription (id, patient_id, department_id) values (%s, %s, %s)",
            (key, patient_id, pharmacy_id),
        )
        for place, each in enumerate(medicines, 1):
            tx.exec_driver_sql(_LINE, (new_id(), key, place, each))
    return key
