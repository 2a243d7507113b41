"""The figures of the house for the home screens of those who look after it."""

from __future__ import annotations

import datetime as dt

from hisdesk.access.administration import ACCOUNT_FIGURES, DOOR_FIGURES, STATION_FIGURES
from hisdesk.access.figures import Values
from hisdesk.desk.admin.ways import AUDIT, STAFF, STATIONS
from hisdesk.desk.kit.table import count_text
from hisdesk.desk.kit.tiles import Section, Tile, count, parts, some
from hisdesk.hospital.beds.queries import HOUSE_FIGURES
from hisdesk.hospital.staff.queries import DOCTOR_FIGURES


def _occupied(values: Values, _now: dt.datetime) -> str:
    return f"occupied of {count_text(values['house_beds'])}"


HOME = Section(
    "House",
    (
        Tile("Beds of the house", "ph.bed", HOUSE_FIGURES,
             count("house_beds_taken", parts(_occupied, some("house_beds_free", "free"))),
             roles=("facility_head",)),
        Tile("Stations in use", "ph.desktop", STATION_FIGURES,
             count("stations_in_use", some("stations", "in all")), STATIONS),
        Tile("People signed in", "ph.users", ACCOUNT_FIGURES, count("signed_in"), STAFF,
             segment="Signed in"),
        Tile("Doctors on duty", "ph.first-aid", DOCTOR_FIGURES,
             count("doctors_on_duty", some("doctors", "in all")), STAFF, ("facility_head",)),
        Tile("Locked accounts", "ph.lock", ACCOUNT_FIGURES,
             count("locked", some("locked", "after wrong passwords"), tone="attention"), STAFF),
        Tile("First passwords", "ph.key", ACCOUNT_FIGURES,
             count("first_passwords", some("first_passwords", "not changed yet")), STAFF, ("superadmin", "helpdesk")),
        Tile("Refused sign-ins", "ph.warning", DOOR_FIGURES, count("refused", lambda *_: "In the last 24 h"), AUDIT),
        Tile("Records opened", "ph.eye", DOOR_FIGURES, count("opened", lambda *_: "In the last 24 h"), AUDIT),
        Tile("Exports", "ph.export", DOOR_FIGURES,
             count("exported", lambda *_: "Of the audit, in the last 24 h", tone="attention"), AUDIT,
             ("privacy_officer",)),
    ),
)  # fmt: skip
