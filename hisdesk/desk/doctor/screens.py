"""The screens of the consulting room."""

from __future__ import annotations

from hisdesk.access.permissions import PATIENTS_VIEW, PRESCRIPTIONS_CREATE, VISITS_VIEW
from hisdesk.desk.doctor.chart import Chart
from hisdesk.desk.doctor.my_day import department_queue, my_day
from hisdesk.desk.doctor.walk_in import WalkIn
from hisdesk.desk.doctor.ways import CHART, DAY, QUEUE, WALK_IN
from hisdesk.desk.shell.registry import Screen

_OVERSEERS = ("medical_admin", "ward_manager")

SCREENS = (
    Screen(DAY, "My day", "ph.sun-horizon", VISITS_VIEW, ("physician", "therapist"), my_day, ("physician",)),
    Screen(QUEUE, "Queue", "ph.list-numbers", VISITS_VIEW, _OVERSEERS, department_queue),
    Screen(
        CHART,
        "Chart",
        "ph.clipboard-text",
        PATIENTS_VIEW,
        ("physician", "nurse", "therapist", "laboratory", "radiology", *_OVERSEERS),
        Chart,
        chart=True,
        ahead=Chart.begun,
    ),
    Screen(WALK_IN, "Prescription", "ph.pill", PRESCRIPTIONS_CREATE, ("physician",), WalkIn, on_rail=False),
)
