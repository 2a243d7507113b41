"""The figures of the ward for the home screen."""

from __future__ import annotations

import datetime as dt

from hisdesk.access.figures import Values
from hisdesk.desk.kit.tiles import Detail, Section, Tile, count, parts, some, waited
from hisdesk.desk.ward.ways import BEDS
from hisdesk.hospital.admissions.queries import LEAVING_FIGURES, WAITING_FIGURES
from hisdesk.hospital.beds.queries import BED_FIGURES
from hisdesk.hospital.vitals.queries import WARD_FIGURES

_BEDSIDE = ("nurse", "ward_manager")


def _oldest(column: str) -> Detail:
    """ "the longest for 48 min"."""

    def detail(values: Values, now: dt.datetime) -> str:
        return f"the longest for {' '.join(waited(values[column], now))}" if values[column] is not None else ""

    return detail


def _highest(values: Values, _now: dt.datetime) -> str:
    highest = values["ward_highest"]
    return "No score in the last 24 h" if highest is None else f"Highest score {highest}"


HOME = Section(
    "Ward",
    (
        Tile("High NEWS2", "ph.heartbeat", WARD_FIGURES, count("ward_high", _highest, tone="critical"), BEDS, _BEDSIDE),
        Tile(
            "Vital signs due", "ph.thermometer", WARD_FIGURES,
            count("ward_due", parts(some("ward_never", "not measured yet"), some("ward_people", "on the ward")),
                  tone="attention"), BEDS, _BEDSIDE,
        ),
        Tile("Occupied beds", "ph.user", BED_FIGURES, count("beds_taken"), BEDS),
        Tile(
            "Free beds", "ph.bed", BED_FIGURES,
            count("beds_free", parts(some("beds", "in all"), some("beds_reserved", "reserved"),
                                     some("beds_out", "closed or blocked"))), BEDS,
        ),
        Tile(
            "Being made ready", "ph.sparkle", BED_FIGURES,
            count("beds_unready", parts(some("beds_contaminated", "contaminated"), _oldest("beds_unready_since"))),
            BEDS,
        ),
        Tile(
            "Waiting for a bed", "ph.hourglass", WAITING_FIGURES,
            count("bed_requests", parts(some("bed_requests_urgent", "urgent"), _oldest("bed_requests_since"))), BEDS,
        ),
        Tile(
            "Home today", "ph.house-line", LEAVING_FIGURES,
            count("leaving", some("leaving_blocked", "with something to do")), BEDS,
        ),
    ),
    first_for=_BEDSIDE,
)  # fmt: skip
