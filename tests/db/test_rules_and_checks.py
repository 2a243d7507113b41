"""What the rules let through is what the database's checks let through: the same words, the same lengths."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from hisdesk.hospital.admissions import rules as admissions
from hisdesk.hospital.allergies import rules as allergies
from hisdesk.hospital.beds import rules as beds
from hisdesk.hospital.cleaning import rules as cleaning
from hisdesk.hospital.departments import rules as departments
from hisdesk.hospital.documents import rules as documents
from hisdesk.hospital.medicines import rules as medicines
from hisdesk.hospital.medicines.checks import Kind
from hisdesk.hospital.notes import rules as notes
from hisdesk.hospital.orders import rules as orders
from hisdesk.hospital.patients import rules as patients
from hisdesk.hospital.prescriptions import rules as prescriptions
from hisdesk.hospital.staff import rules as staff
from hisdesk.hospital.visits import rules as visits
from tests.helpers.hospital import Hospital

WORDS: dict[str, Iterable[str]] = {
    "admission_request.isolation": beds.ISOLATIONS,
    "admission_request.status": admissions.Status,
    "admission_request.urgency": admissions.Urgency,
    "allergy.category": allergies.CATEGORIES,
    "allergy.severity": allergies.SEVERITIES,
    "clinical_order.kind": orders.Kind,
    "clinical_order.priority": orders.Priority,
    "clinical_order.status": orders.Status,
    "bed.hold": beds.Hold,
    "bed.status": beds.Status,
    "cleaning_task.kind": cleaning.Kind,
    "cleaning_task.status": cleaning.Status,
    "department.kind": departments.KINDS,
    "discharge_item.item": admissions.ITEMS,
    "discharge_item.status": admissions.ItemStatus,
    "diagnosis.status": notes.DiagnosisStatus,
    "document.kind": documents.KINDS,
    "document.source": documents.SOURCES,
    "note.status": notes.Status,
    "note_addendum.kind": notes.Kind,
    "patient.blood_group": patients.BLOOD_GROUPS,
    "patient.sex": patients.SEXES,
    "patient_identifier.kind": patients.IDENTIFIER_KINDS,
    "room.sex": beds.SEXES,
    "medicine.form": medicines.FORMS,
    "medicine.route": medicines.ROUTES,
    "medicine.strength_unit": medicines.STRENGTH_UNITS,
    "medicine.unit": medicines.UNITS,
    "prescription.status": prescriptions.Status,
    "prescription_line.dose_unit": prescriptions.DOSE_UNITS,
    "prescription_line.frequency": prescriptions.FREQUENCIES,
    "prescription_line.route": prescriptions.ROUTES,
    "prescription_line.status": prescriptions.Status,
    "prescription_override.check_kind": Kind,
    "prescription_override.reason": (*prescriptions.REASONS, prescriptions.ACKNOWLEDGED),
    "staff.sex": staff.SEXES,
    "staff.status": staff.STATUSES,
    "stay.discharged_to": ("", *admissions.DISCHARGED_TO),
    "stay.status": admissions.StayStatus,
    "visit.priority": visits.Priority,
    "visit.status": visits.Status,
}


def checks(hospital: Hospital, table: str) -> list[str]:
    with hospital.superuser().connect() as connection:
        return list(
            connection.exec_driver_sql(
                "select pg_get_constraintdef(oid) from pg_constraint where contype = 'c' and conrelid = %s::regclass",
                (f"app.{table}",),
            ).scalars()
        )


@pytest.mark.parametrize("column", WORDS)
def test_the_words_of_a_column_are_those_of_its_rule(module_hospital: Hospital, column: str) -> None:
    table, name = column.split(".")
    listed = [check for check in checks(module_hospital, table) if re.search(rf"\(\({name} = ANY \(ARRAY\[", check)]
    assert len(listed) == 1, f"app.{column} has no list of words"
    assert set(re.findall(r"'([^']*)'::text", listed[0])) == {str(word) for word in WORDS[column]}


def test_the_texts_of_a_person_are_as_long_in_the_rules_as_in_the_database(module_hospital: Hospital) -> None:
    found = (re.search(r"\(length\((\w+)\) <= (\d+)\)", check) for check in checks(module_hospital, "patient"))
    longest = {each[1]: int(each[2]) for each in found if each}
    assert longest
    assert {name: patients.LENGTHS.get(name) for name in longest} == longest


def test_the_texts_of_an_order_are_as_long_in_the_rules_as_in_the_database(module_hospital: Hospital) -> None:
    text = " ".join(checks(module_hospital, "clinical_order"))
    longest = {
        "title": orders.LONGEST_TITLE,
        "text": orders.LONGEST_TEXT,
        "completion_note": orders.LONGEST_TEXT,
        "cancelled_reason": orders.LONGEST_REASON,
    }
    for name, most in longest.items():
        assert re.search(rf"length\({name}\) (>= 1\)\) AND \(\(?length\({name}\) )?<= {most}\)", text), name
