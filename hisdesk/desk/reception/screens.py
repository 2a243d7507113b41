"""The screens of the front desk."""

from __future__ import annotations

from hisdesk.access import permissions
from hisdesk.desk.reception import ways
from hisdesk.desk.reception.arrivals import Arrivals
from hisdesk.desk.reception.patients import Patients
from hisdesk.desk.reception.record import Record
from hisdesk.desk.reception.register import Register
from hisdesk.desk.shell.registry import Screen

_FRONT_DESK = ("registration",)

SCREENS = (
    Screen(
        ways.ARRIVALS,
        "Arrivals",
        "ph.list-numbers",
        permissions.VISITS_VIEW,
        ("registration", "nurse"),
        Arrivals,
        primary_for=_FRONT_DESK,
    ),
    Screen(
        ways.REGISTER,
        "Register",
        "ph.user-plus",
        permissions.PATIENTS_CREATE,
        _FRONT_DESK,
        Register,
        ahead=Register.begun,
    ),
    Screen(ways.PATIENTS, "Patients", "ph.users", permissions.PATIENTS_VIEW, _FRONT_DESK, Patients),
    Screen(
        ways.RECORD,
        "Record",
        "ph.user",
        permissions.PATIENTS_VIEW,
        _FRONT_DESK,
        Record,
        on_rail=False,
        chart=True,
        ahead=Record.begun,
    ),
)
