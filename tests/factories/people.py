"""Made-up people. Every call makes another one; name what the test is about."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from hisdesk.hospital.patients.actions import NewPatient, Registered, register
from hisdesk.hospital.patients.rules import Person
from tests.helpers.hospital import Desk

_count = itertools.count()
_FAMILIES = ("Okafor", "Lindqvist", "Nakamura", "Moreau", "Petrov", "Silva", "Haddad", "Kowalski")
_GIVEN = ("Ada", "Bruno", "Chiara", "Daoud", "Eerika", "Farid", "Greta", "Hugo")


def person(**values: Any) -> Person:
    """What is typed about somebody."""
    n = next(_count)
    made: dict[str, Any] = {
        "family_name": _FAMILIES[n % 8],
        "given_names": _GIVEN[(n // 8) % 8],
        "birth_date": dt.date(1950 + n % 60, 1 + n % 12, 1 + n % 28),
        "sex": ("female", "male")[n % 2],
        "phone": f"+1 202 555 {n % 10000:04}",
    }
    return Person(**{**made, **values})


def new_patient(**values: Any) -> NewPatient:
    """A registration form, filled in. Fields of the person and of the form may be named alike."""
    form = {name: values.pop(name) for name in tuple(values) if name in NewPatient.__dataclass_fields__}
    return NewPatient(person(**values), **form)


def registered(desk: Desk, **values: Any) -> Registered:
    """Somebody registered at that desk, whose record is open there."""
    return desk.do(register, new_patient(**values), desk.cipher)
