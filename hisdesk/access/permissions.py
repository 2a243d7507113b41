"""Every permission there is, by name. The database decides; these constants are what actions and commands refer to."""

from __future__ import annotations

from hisdesk.access.actor import Permission

PATIENTS_VIEW = Permission("patients", "view")
PATIENTS_CREATE = Permission("patients", "create")
PATIENTS_EDIT = Permission("patients", "edit")
PATIENTS_DELETE = Permission("patients", "delete")

DOCUMENTS_VIEW = Permission("documents", "view")
DOCUMENTS_CREATE = Permission("documents", "create")

ALLERGIES_VIEW = Permission("allergies", "view")
ALLERGIES_CREATE = Permission("allergies", "create")
ALLERGIES_EDIT = Permission("allergies", "edit")

VISITS_VIEW = Permission("visits", "view")
VISITS_CREATE = Permission("visits", "create")
VISITS_EDIT = Permission("visits", "edit")

ORDERS_VIEW = Permission("orders", "view")
ORDERS_CREATE = Permission("orders", "create")
ORDERS_APPROVE = Permission("orders", "approve")
ORDERS_EDIT = Permission("orders", "edit")

NOTES_VIEW = Permission("notes", "view")
NOTES_CREATE = Permission("notes", "create")
NOTES_EDIT = Permission("notes", "edit")

PRESCRIPTIONS_VIEW = Permission("prescriptions", "view")
PRESCRIPTIONS_CREATE = Permission("prescriptions", "create")
PRESCRIPTIONS_EDIT = Permission("prescriptions", "edit")

MEDICINES_VIEW = Permission("medicines", "view")
MEDICINES_EDIT = Permission("medicines", "edit")

BEDS_VIEW = Permission("beds", "view")
BEDS_EDIT = Permission("beds", "edit")
BEDS_ADMIN = Permission("beds", "admin")

ADMISSIONS_VIEW = Permission("admissions", "view")
ADMISSIONS_CREATE = Permission("admissions", "create")
ADMISSIONS_EDIT = Permission("admissions", "edit")

VITALS_VIEW = Permission("vitals", "view")
VITALS_CREATE = Permission("vitals", "create")
VITALS_EDIT = Permission("vitals", "edit")
VITALS_APPROVE = Permission("vitals", "approve")

STOCK_VIEW = Permission("stock", "view")
STOCK_CREATE = Permission("stock", "create")
STOCK_EDIT = Permission("stock", "edit")

DISPENSINGS_VIEW = Permission("dispensings", "view")
DISPENSINGS_CREATE = Permission("dispensings", "create")
DISPENSINGS_EDIT = Permission("dispensings", "edit")

DISPENSING_HISTORY_VIEW = Permission("dispensing_history", "view")

CLEANING_VIEW = Permission("cleaning", "view")
CLEANING_EDIT = Permission("cleaning", "edit")

USERS_VIEW = Permission("users", "view")
USERS_CREATE = Permission("users", "create")
USERS_EDIT = Permission("users", "edit")
USERS_ADMIN = Permission("users", "admin")

ROLES_VIEW = Permission("roles", "view")
ROLES_EDIT = Permission("roles", "edit")

DEPARTMENTS_CREATE = Permission("departments", "create")
DEPARTMENTS_EDIT = Permission("departments", "edit")

STATIONS_VIEW = Permission("stations", "view")

AUDIT_VIEW = Permission("audit", "view")
AUDIT_EXPORT = Permission("audit", "export")
CLINICAL_AUDIT_VIEW = Permission("clinical_audit", "view")

ALL = frozenset(value for value in globals().values() if isinstance(value, Permission))
