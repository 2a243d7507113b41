"""The administrator's screens by their ids."""

from __future__ import annotations

STAFF, ROLES, STATIONS, DEPARTMENTS, AUDIT = (
    "admin.staff",
    "admin.roles",
    "admin.stations",
    "admin.departments",
    "admin.audit",
)
