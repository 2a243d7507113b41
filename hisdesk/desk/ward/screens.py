"""The screens of the ward."""

from __future__ import annotations

from hisdesk.access.permissions import BEDS_ADMIN, BEDS_VIEW
from hisdesk.desk.shell.registry import Screen
from hisdesk.desk.ward.beds import Beds
from hisdesk.desk.ward.rooms import rooms
from hisdesk.desk.ward.ways import BEDS, ROOMS

_WARD = ("ward_manager", "nurse", "physician", "medical_admin", "facility_head")

SCREENS = (
    Screen(BEDS, "Beds", "ph.bed", BEDS_VIEW, _WARD, Beds, ("ward_manager",), useful=lambda actor: bool(actor.wards)),
    Screen(ROOMS, "Rooms", "ph.door", BEDS_ADMIN, ("ward_manager",), rooms),
)
