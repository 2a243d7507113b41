"""Made-up members of staff."""

from __future__ import annotations

import itertools
from functools import cache
from typing import Any

from hisdesk.access.sign_in import Credential, new_credential
from hisdesk.hospital.staff.actions import NewStaff, NewUser

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


def new_user(**values: Any) -> NewUser:
    """A staff file, filled in, with an account that has no role yet."""
    return NewUser(new_staff(**values), f"made_up{next(_count)}", _credential())


@cache
def _credential() -> Credential:
    return new_credential("a-made-up-word")
