"""Made-up rooms, beds, requests and stays, put there as the server does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access.action import new_id
from hisdesk.hospital.admissions.tables import admission_request, stay
from hisdesk.hospital.beds.tables import bed, room
from tests.helpers.hospital import Hospital


@dataclass(frozen=True)
class Room:
    """A room and the keys of its beds by label."""

    id: UUID
    beds: dict[str, UUID] = field(default_factory=dict)


def furnished(
    hospital: Hospital, *labels: str, department: str = "W1", equipment: Sequence[str] = (), **values: object
) -> Room:
    """A room on the ward with these beds, all with that equipment."""
    labels = labels or ("1A", "1B")
    made = Room(new_id(), {label: new_id() for label in labels})
    named = {"label": f"Room {labels[0][:-1]}", **values}
    with hospital.deploy.transaction() as tx:
        tx.execute(sa.insert(room).inline().values(id=made.id, department_id=hospital.department(department), **named))
        for label, key in made.beds.items():
            tx.execute(sa.insert(bed).inline().values(id=key, room_id=made.id, label=label, equipment=list(equipment)))
    return made


def requested(hospital: Hospital, patient_id: UUID, department: str = "W1", **values: object) -> UUID:
    """A request for admission, as a doctor asked for it."""
    key = new_id()
    row = {"id": key, "patient_id": patient_id, "department_id": hospital.department(department), "reason": "Pneumonia"}
    with hospital.deploy.transaction() as tx:
        tx.execute(sa.insert(admission_request).inline().values(**(row | values)))
    return key


def admitted(hospital: Hospital, request_id: UUID, bed_id: UUID) -> UUID:
    """A stay that begins now."""
    key = new_id()
    with hospital.deploy.transaction() as tx:
        tx.execute(sa.insert(stay).inline().values(id=key, request_id=request_id, bed_id=bed_id))
    return key
