"""The administrator's screens, for everybody whose role looks after accounts, roles, stations or the audit."""

from __future__ import annotations

from hisdesk.access import permissions
from hisdesk.desk.admin.audit import AuditScreen
from hisdesk.desk.admin.places import DepartmentsScreen, stations_screen
from hisdesk.desk.admin.roles import RolesScreen
from hisdesk.desk.admin.staff import StaffScreen
from hisdesk.desk.admin.ways import AUDIT, DEPARTMENTS, ROLES, STAFF, STATIONS
from hisdesk.desk.shell.registry import Screen

_HOUSE = ("superadmin", "helpdesk", "privacy_officer", "facility_head")

SCREENS = (
    Screen(
        STAFF, "Staff", "ph.users", permissions.USERS_VIEW, _HOUSE, StaffScreen,
        primary_for=("superadmin", "helpdesk"),
    ),
    Screen(ROLES, "Roles", "ph.key", permissions.ROLES_VIEW, _HOUSE, RolesScreen),
    Screen(STATIONS, "Stations", "ph.desktop", permissions.STATIONS_VIEW, _HOUSE, stations_screen),
    Screen(
        DEPARTMENTS, "Departments", "ph.buildings", permissions.DEPARTMENTS_EDIT, _HOUSE, DepartmentsScreen
    ),
    Screen(
        AUDIT, "Audit", "ph.shield-check", permissions.AUDIT_VIEW, _HOUSE, AuditScreen,
        primary_for=("privacy_officer",),
    ),
)  # fmt: skip
