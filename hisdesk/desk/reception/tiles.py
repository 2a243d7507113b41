"""The figures of the front desk for the home screen."""

from __future__ import annotations

import datetime as dt

from hisdesk.access.figures import Values
from hisdesk.access.permissions import PATIENTS_CREATE, VISITS_CREATE
from hisdesk.desk.kit.tiles import Section, Start, Tile, count, parts, since, some
from hisdesk.desk.reception.ways import ARRIVALS, PATIENTS, REGISTER
from hisdesk.hospital.patients.queries import REGISTERED_FIGURES
from hisdesk.hospital.visits.queries import QUEUE_FIGURES

LONG_WAIT = dt.timedelta(hours=1)


def _places(values: Values, _now: dt.datetime) -> str:
    """ "Cardiology 3, Dental 1"; with one department its name alone."""
    places = values["queue_places"] or []
    if len(places) == 1:
        return str(places[0][0])
    return ", ".join(f"{name} {waiting}" for name, waiting in places)


HOME = Section(
    "Arrivals",
    (
        Tile(
            "Waiting", "ph.hourglass", QUEUE_FIGURES,
            count("queue_waiting", parts(some("queue_urgent", "urgent"), _places)), ARRIVALS,
            wide=True, segment="Waiting",
        ),
        Tile(
            "Longest wait", "ph.clock", QUEUE_FIGURES, since("queue_since", "Nobody waits", long=LONG_WAIT), ARRIVALS,
            segment="Waiting",
        ),
        Tile(
            "With a doctor", "ph.first-aid", QUEUE_FIGURES,
            count("queue_inside", parts(some("queue_called", "called"), some("queue_seen", "seen today"))), ARRIVALS,
            segment="With doctor",
        ),
        Tile(
            "Registered today", "ph.user-plus", REGISTERED_FIGURES,
            count("registered", some("registered_own", "by you", "None by you")), REGISTER,
        ),
    ),
    (
        Start("F2", "Register a person", "ph.user-plus", REGISTER, PATIENTS_CREATE),
        Start("F3", "Add to queue", "ph.map-pin", PATIENTS, VISITS_CREATE, (("purpose", "queue"),)),
    ),
)  # fmt: skip
