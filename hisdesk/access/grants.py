"""What a person should think about before a role's permissions change. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from hisdesk.access.administration import Cell

CLINICAL_ROLES = frozenset(
    {
        "medical_admin",
        "physician",
        "nurse",
        "laboratory",
        "radiology",
        "pharmacy",
        "ward_manager",
        "therapist",
        "privacy_officer",
    }
)
"""Roles whose work needs clinical data; for any other one it is a danger worth a sentence."""

MODULES = {
    "patients": ("Patients", "Patient"),
    "documents": ("Documents", "Patient"),
    "visits": ("Visits and queues", "Patient"),
    "allergies": ("Allergies", "Clinical"),
    "orders": ("Orders", "Clinical"),
    "vitals": ("Vital signs", "Clinical"),
    "notes": ("Notes and diagnoses", "Clinical"),
    "prescriptions": ("Prescriptions", "Clinical"),
    "medicines": ("Formulary", "Clinical"),
    "dispensings": ("Dispensing", "Clinical"),
    "dispensing_history": ("Dispensing history", "Clinical"),
    "admissions": ("Admissions and stays", "Clinical"),
    "clinical_audit": ("Clinical audit", "Clinical"),
    "beds": ("Beds", "House"),
    "cleaning": ("Cleaning", "House"),
    "stock": ("Pharmacy stock", "House"),
    "users": ("Users", "House"),
    "roles": ("Roles", "House"),
    "departments": ("Departments", "House"),
    "stations": ("Stations", "House"),
    "audit": ("Audit", "House"),
}
"""What people call a module, and the group it stands in."""
GROUPS = ("Patient", "Clinical", "House")
ACTS = ("view", "create", "edit", "delete", "approve", "export", "admin")

_POWERFUL = {
    "roles.edit": "lets these people change what every role may do, except their own.",
    "users.admin": "lets these people give any role to anybody but themselves.",
    "audit.export": "lets these people take a copy of the audit out of the program. Each export is recorded.",
}


def name(cell: Cell) -> str:
    """A permission as the database names it: "patients.view"."""
    return f"{cell.module}.{cell.act}"


def title(module: str) -> str:
    """What people call a module."""
    return MODULES.get(module, (module.replace("_", " ").capitalize(), ""))[0]


def group(module: str) -> str:
    """The group a module stands in; what is not known stands with the house."""
    return MODULES.get(module, ("", "House"))[1]


def words(cell: Cell) -> str:
    """A permission as people say it: "Patients: view"."""
    return f"{title(cell.module)}: {cell.act}"


def is_clinical_danger(role: str, cell: Cell) -> bool:
    """Whether giving this would open clinical data to a role that does not treat anybody."""
    return cell.clinical and role not in CLINICAL_ROLES


def dangers(role: str, given: Iterable[Cell]) -> list[tuple[str, str]]:
    """What a second person should know about what is given to the role: (permission in words, sentence)."""
    found = []
    for cell in given:
        if is_clinical_danger(role, cell):
            found.append((words(cell), "is clinical, and this role treats nobody."))
        elif name(cell) in _POWERFUL:
            found.append((words(cell), _POWERFUL[name(cell)]))
    return found
