"""The figures of the consulting room for the home screen."""

from __future__ import annotations

import datetime as dt

from hisdesk.access.figures import Values
from hisdesk.desk.doctor.ways import DAY, QUEUE
from hisdesk.desk.kit.tiles import Section, Tile, count, parts, since, some
from hisdesk.desk.kit.words import moment
from hisdesk.hospital.notes.queries import UNSIGNED_FIGURES
from hisdesk.hospital.staff.queries import DOCTOR_FIGURES as DOCTORS
from hisdesk.hospital.visits.queries import DOCTOR_FIGURES, QUEUE_FIGURES

LONG_WAIT = dt.timedelta(hours=1)
_OWN, _ALL = ("physician", "therapist"), ("medical_admin",)


def _oldest(values: Values, _now: dt.datetime) -> str:
    at = values["unsigned_since"]
    return f"The oldest of {moment(at)}" if at is not None else "All signed"


HOME = Section(
    "Consulting room",
    (
        Tile(
            "Waiting for me", "ph.hourglass", DOCTOR_FIGURES,
            count("mine_waiting", parts(some("mine_urgent", "urgent"), some("mine_unassigned", "without a doctor"))),
            DAY, _OWN, segment="Open",
        ),
        Tile(
            "Longest wait", "ph.clock", DOCTOR_FIGURES, since("mine_since", "Nobody waits", long=LONG_WAIT),
            DAY, _OWN, segment="Open",
        ),
        Tile("Seen today", "ph.check-circle", DOCTOR_FIGURES, count("mine_seen"), DAY, _OWN, segment="Seen today"),
        Tile(
            "Unsigned notes", "ph.pencil-line", UNSIGNED_FIGURES,
            count("unsigned_notes", _oldest, tone="attention"), DAY, ("physician",),
            person=lambda values: values["unsigned_patient"],
        ),
        Tile("Waiting", "ph.hourglass", QUEUE_FIGURES, count("queue_waiting", some("queue_urgent", "urgent")),
             QUEUE, _ALL, segment="Open"),
        Tile("Longest wait", "ph.clock", QUEUE_FIGURES, since("queue_since", "Nobody waits", long=LONG_WAIT),
             QUEUE, _ALL, segment="Open"),
        Tile(
            "With a doctor", "ph.first-aid", QUEUE_FIGURES, count("queue_inside", some("queue_seen", "seen today")),
            QUEUE, _ALL, segment="Open",
        ),
        Tile("Doctors on duty", "ph.users", DOCTORS, count("doctors_on_duty", some("doctors", "in all")), roles=_ALL),
    ),
)  # fmt: skip
