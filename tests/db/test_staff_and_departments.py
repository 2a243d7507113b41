"""Staff files and departments: made, changed, refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hisdesk.access.enrolment import name_hospital
from hisdesk.errors import Conflict, Denied, Invalid
from hisdesk.hospital.departments import actions as department_actions
from hisdesk.hospital.departments import queries as departments
from hisdesk.hospital.departments.actions import NewDepartment
from hisdesk.hospital.staff import actions as staff_actions
from hisdesk.hospital.staff import queries as staff
from tests.factories.staff import new_user
from tests.helpers.hospital import Hospital


def test_a_department_is_made_and_changed(hospital: Hospital) -> None:
    admin = hospital.desk("superadmin", ())
    made = admin.do(department_actions.create, NewDepartment("eye", "  Eye   clinic", "e", "clinic"))
    saved = admin.do(department_actions.edit, made.department_id, 1, {"location": "Second floor"})
    assert saved.version == 2
    with pytest.raises(Conflict) as met:
        admin.do(department_actions.edit, made.department_id, 1, {"location": "Cellar"})
    assert met.value.theirs == {"location": "Second floor", "version": 2}
    with admin.db.transaction(admin.actor) as tx:
        (eye,) = departments.departments(tx, ids=[made.department_id])
        the_hospital = departments.the_hospital(tx)
    assert (eye.code, eye.name, eye.ticket_letter, eye.location) == ("EYE", "Eye clinic", "E", "Second floor")
    assert the_hospital is not None and the_hospital.name == "Made-up Hospital"


def test_a_hospitals_day_begins_at_midnight_of_its_server(hospital: Hospital) -> None:
    hospital.run("delete from app.hospital")
    hospital.run(f"alter database {hospital.name} set timezone = 'Pacific/Kiritimati'")
    name_hospital(hospital.service("deploy"), "Island Hospital")
    name_hospital(hospital.service("deploy"), "Second Name")
    desk = hospital.desk()
    with desk.db.transaction(desk.actor) as tx:
        the_hospital = departments.the_hospital(tx)
        today = tx.exec_driver_sql("select app.today()").scalar()
    assert the_hospital is not None
    assert (the_hospital.name, the_hospital.time_zone) == ("Island Hospital", "Pacific/Kiritimati")
    assert today == hospital.value("select (now() at time zone 'Pacific/Kiritimati')::date")


def test_a_clinics_letter_and_a_code_are_taken_once(hospital: Hospital) -> None:
    admin = hospital.desk("superadmin", ())
    with pytest.raises(Conflict, match="ticket letter is taken by Cardiology"):
        admin.do(department_actions.create, NewDepartment("EYE", "Eye", "C", "clinic"))
    with pytest.raises(Conflict, match="code is taken by Cardiology"):
        admin.do(department_actions.create, NewDepartment("CARD", "Eye", "E", "clinic"))
    admin.do(department_actions.create, NewDepartment("CW", "Another ward", "C", "ward"))
    with pytest.raises(Invalid) as refused:
        admin.do(department_actions.create, NewDepartment("?", "", "9", "club"))
    assert set(refused.value.fields) == {"code", "name", "ticket_letter", "kind"}


def test_a_closed_department_is_listed_on_request_only(hospital: Hospital) -> None:
    admin = hospital.desk("superadmin", ())
    admin.do(department_actions.edit, hospital.department("GEN"), 1, {"active": False})
    with admin.db.transaction(admin.actor) as tx:
        assert "GEN" not in {d.code for d in departments.departments(tx)}
        assert "GEN" in {d.code for d in departments.departments(tx, inactive=True)}
        assert {d.code for d in departments.departments(tx, kinds=["ward"])} == {"W1"}


def test_a_staff_file_is_made_and_changed(hospital: Hospital) -> None:
    admin = hospital.desk("superadmin", ())
    new = new_user(title="Dr", fee_amount=Decimal("80.50"), fee_currency="USD", experience_years=12)
    made = admin.do(staff_actions.create_user, new)
    admin.do(staff_actions.edit, made.staff_id, 1, {"status": "on leave", "active": False})
    with pytest.raises(Conflict) as met:
        admin.do(staff_actions.edit, made.staff_id, 1, {"status": "left"})
    assert met.value.theirs == {"status": "on leave", "version": 2}
    with admin.db.transaction(admin.actor) as tx:
        row = staff.one(tx, made.staff_id)
        member = next(m for m in staff.members(tx) if m.person.id == made.staff_id)
    assert row is not None
    assert member.person == row and not row.active
    assert member.account is not None and member.account.name == new.user_name
    assert (row.fee_amount, row.fee_currency, row.status) == (Decimal("80.50"), "USD", "on leave")
    assert row.shown == f"Dr Robin {new.staff.family_name}"
    with pytest.raises(Conflict, match="employee number"):
        admin.do(staff_actions.create_user, new_user(employee_number=new.staff.employee_number))


def test_a_wrong_staff_file_is_refused_with_sentences(hospital: Hospital) -> None:
    admin = hospital.desk("superadmin", ())
    with pytest.raises(Invalid) as refused:
        admin.do(
            staff_actions.create_user,
            new_user(family_name=" ", email="x", sex="?", experience_years=99, fee_amount=Decimal(5)),
        )
    assert set(refused.value.fields) == {"family_name", "email", "sex", "experience_years", "fee_currency"}
    with pytest.raises(Invalid):
        admin.do(staff_actions.create_user, new_user(fee_amount=Decimal(-1), fee_currency="USD"))


def test_others_change_no_staff_file_and_no_department(hospital: Hospital) -> None:
    doctor = hospital.desk("physician")
    with pytest.raises(Denied):
        doctor.do(staff_actions.edit, doctor.actor.user_id, 1, {"title": "Prof"})
    with pytest.raises(Denied):
        doctor.do(department_actions.edit, hospital.department(), 1, {"name": "Mine"})
    with doctor.db.transaction(doctor.actor) as tx:
        row = staff.one(tx, doctor.actor.user_id)
    assert row is not None and row.title == ""
