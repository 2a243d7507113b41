"""Made-up visits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hisdesk.hospital.visits.actions import Added, NewVisit, add_to_queue
from tests.factories import people
from tests.helpers.hospital import Desk


def added(desk: Desk, department_id: UUID, **values: Any) -> Added:
    """Somebody in that queue: a person registered for it, unless a patient or an anonymous name is given."""
    if "patient_id" not in values and "anonymous_name" not in values:
        values["patient_id"] = people.registered(desk).patient_id
    return desk.do(add_to_queue, NewVisit(department_id, **values))
