"""Made-up members of staff."""

from __future__ import annotations

import itertools
from typing import Any

from hisdesk.hospital.staff.actions import NewStaff

_count = itertools.count(1)


def new_staff(**values: Any) -> NewStaff:
    """A staff file, filled in."""
    n = next(_count)
    made: dict[str, Any] = {
        "family_name": f"Example{n}",
        "given_names": "Robin",
        "employee_number": f"E{n:05}",
        "email": f"robin.{n}@example.org",
        "specialisation": "Cardiology",
    }
    return NewStaff(**{**made, **values})
