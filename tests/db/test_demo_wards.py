"""The demo hospital's wards: people in beds that fit them, somebody who waits, something to clean."""

from __future__ import annotations

from hisdesk.hospital.admissions import queries
from hisdesk.hospital.beds import rules
from hisdesk.hospital.demo import actions, wards
from hisdesk.hospital.demo.people import people
from tests.helpers.hospital import Hospital


def test_the_wards_are_furnished_and_lived_in(hospital: Hospital) -> None:
    with hospital.deploy.transaction() as tx:
        for code, letter in (("MED1", "X"), ("SURG", "Y"), ("KIDS", "Z")):
            tx.exec_driver_sql(
                """insert into app.department (id, code, name, ticket_letter, kind)
                   values (gen_random_uuid(), %s, %s, %s, 'ward')""",
                (code, code.title(), letter),
            )
    desk = hospital.desk("ward_manager", ("MED1", "SURG", "KIDS"), station="WARD-1")
    cleaner = hospital.account("housekeeping", ("MED1",))
    actions.load_people(hospital.deploy, desk.cipher, people(400, 1))
    lie = wards.load_wards(hospital.deploy)
    assert lie > 20 and wards.load_wards(hospital.deploy) == 0
    with desk.db.transaction(desk.actor) as tx:
        beds, waiting = queries.board(tx), queries.waiting(tx)
    med1 = [row for row in beds if row.ward == "Med1"]
    assert len(med1) == 24 and {row.status for row in med1} == {"O", "I", "U", "H", "K", "C"}
    assert len(waiting) == 3 and waiting[0].urgency == "urgent"
    for row in beds:
        if row.stay_id is not None:
            assert row.family and row.room_sex in ("none", row.sex) and row.open_items == 7
            assert row.expected_on is not None and row.admitted_at is not None
    fits = rules.ranked(med1, rules.Needs(waiting[0].sex, waiting[0].department_id, "", waiting[0].equipment))
    assert fits
    offered = "select a.name from app.cleaning_task t join auth.account a on a.user_id = t.offered_to"
    assert hospital.value(offered) == cleaner


def test_a_ward_of_another_day_has_no_guests_overdue(hospital: Hospital) -> None:
    hospital.run("update app.department set code = 'MED1' where code = 'W1'")
    with hospital.deploy.transaction() as tx:
        for code, letter in (("SURG", "Y"), ("KIDS", "Z")):
            tx.exec_driver_sql(
                """insert into app.department (id, code, name, ticket_letter, kind)
                   values (gen_random_uuid(), %s, %s, %s, 'ward')""",
                (code, code.title(), letter),
            )
    desk = hospital.desk("ward_manager", ("MED1",), station="WARD-1")
    actions.load_people(hospital.deploy, desk.cipher, people(200, 1))
    wards.load_wards(hospital.deploy)
    hospital.run("update app.admission_request set expected_on = app.today() - 40 where status = 'admitted'")
    wards.load_today(hospital.deploy)
    assert hospital.value("select min(expected_on) >= app.today() from app.admission_request") is True
