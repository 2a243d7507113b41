"""Orders on a real database: asked, seen, done; who may, who knows the person and how long."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from hisdesk.errors import Conflict, Denied, Invalid
from hisdesk.hospital.orders import queries
from hisdesk.hospital.orders.actions import NewOrder, cancel, complete, place, put_back, see, start, withdraw
from hisdesk.hospital.orders.queries import OrderRow
from hisdesk.hospital.patients import queries as patients
from hisdesk.hospital.timeline import queries as timeline
from hisdesk.hospital.visits.actions import cancel as cancel_visit
from tests.factories import people, visits
from tests.helpers.hospital import Desk, Hospital


class House:
    """A doctor of Cardiology with one person's record open, and a therapist who serves General medicine."""

    def __init__(self, hospital: Hospital) -> None:
        self.hospital = hospital
        self.front = hospital.desk("registration")
        self.doctor = hospital.desk("physician", station="ROOM-3", title="Dr", given="Rajesh", family="Kumar")
        self.therapist = hospital.desk("therapist", ("GEN",), station="FRONT-2", given="Lea", family="Holm")
        self.patient = people.registered(self.front, family_name="Okafor", given_names="Ada").patient_id
        self.visit = visits.added(self.front, hospital.department(), patient_id=self.patient).visit_id
        patients.opened(self.doctor.db, self.doctor.actor, self.patient)

    def new(self, **values: Any) -> NewOrder:
        made = {
            "patient_id": self.patient,
            "from_department_id": self.hospital.department("CARD"),
            "to_department_id": self.hospital.department("GEN"),
            "kind": "referral",
            "title": "Gait training",
            "visit_id": self.visit,
        }
        return NewOrder(**{**made, **values})

    def placed(self, **values: Any) -> UUID:
        return self.doctor.do(place, self.new(**values))


@pytest.fixture
def house(hospital: Hospital) -> House:
    return House(hospital)


def work_list(desk: Desk) -> list[OrderRow]:
    with desk.db.transaction(desk.actor) as tx:
        return queries.work_list(tx)


def of_person(desk: Desk, patient_id: UUID) -> list[OrderRow]:
    with desk.db.transaction(desk.actor) as tx:
        return queries.of_person(tx, patient_id)


def test_an_order_goes_its_way(house: House) -> None:
    house.placed(title="  Gait \n training ", text="twice a day\nwith a frame", priority="urgent")
    (row,) = work_list(house.therapist)
    assert (row.family, row.given, row.title, row.text) == (
        "Okafor",
        "Ada",
        "Gait training",
        "twice a day\nwith a frame",
    )
    assert (row.status, row.asked_by, row.from_department) == ("pending", "Dr Rajesh Kumar", "Cardiology")
    assert row.why == "Urgent, asked under 1 min ago" and row.started_at is None
    moved = house.therapist.do(start, row.id, 1)
    (row,) = work_list(house.therapist)
    assert (row.status, row.started_by) == ("in progress", "Lea Holm") and row.started_at is not None
    moved = house.therapist.do(put_back, row.id, moved.version)
    (row,) = work_list(house.therapist)
    assert (row.status, row.started_by, row.started_at) == ("pending", "", None)
    moved = house.therapist.do(start, row.id, moved.version)
    with pytest.raises(Invalid) as refused:
        house.therapist.do(complete, row.id, moved.version, "  ")
    assert "note" in refused.value.fields
    house.therapist.do(complete, row.id, moved.version, "Walks 20 m\nwithout help")
    (row,) = of_person(house.doctor, house.patient)
    assert (row.status, row.completed_by, row.completion_note) == ("completed", "Lea Holm", "Walks 20 m\nwithout help")
    assert row.completed_at is not None and row.changed_at == row.completed_at
    assert [r.status for r in work_list(house.therapist)] == ["completed"]  # today's are still listed
    for again in (start, put_back):
        with pytest.raises(Conflict, match="already “completed”"):
            house.therapist.do(again, row.id, row.version)


def test_the_list_begins_with_what_is_done_now_then_what_is_urgent(house: House) -> None:
    titles = ("first", "second", "urgent", "begun", "emergency")
    placed = {
        title: house.placed(title=title, priority=title if title in ("urgent", "emergency") else "routine")
        for title in titles
    }
    house.therapist.do(start, placed["begun"], 1)
    listed = work_list(house.therapist)
    assert [r.title for r in listed] == ["begun", "emergency", "urgent", "first", "second"]
    assert [r.why for r in listed[3:]] == ["Asked under 1 min ago: the oldest of 2", "Asked under 1 min ago"]
    of = {r.title: r.why for r in of_person(house.doctor, house.patient)}
    assert of["first"] == "Asked under 1 min ago", "a place is told where all orders of the department are listed"


def test_two_start_the_same_order_and_the_second_hears_who_was_first(house: House) -> None:
    other = house.hospital.desk("therapist", ("GEN",))
    order = house.placed()
    house.therapist.do(start, order, 1)
    with pytest.raises(Conflict, match="Lea Holm has started this order already at") as met:
        other.do(start, order, 1)
    assert met.value.theirs == {"status": "in progress", "version": 2}


def test_the_asker_takes_back_what_nobody_has_begun(house: House) -> None:
    first, second = house.placed(), house.placed(title="Stairs")
    with pytest.raises(Invalid):
        house.doctor.do(withdraw, first, 1, " ")
    house.doctor.do(withdraw, first, 1, "wrong person")
    house.therapist.do(start, second, 1)
    with pytest.raises(Conflict, match="Call the department"):
        house.doctor.do(withdraw, second, 2, "not needed")
    with pytest.raises(Denied, match="Only the department that received"):
        house.doctor.do(cancel, second, 2, "not needed")
    house.therapist.do(cancel, second, 2, "too weak today")
    said = {(r.title, r.status, r.cancelled_by, r.cancelled_reason) for r in work_list(house.therapist)}
    assert said == {
        ("Gait training", "cancelled", "Dr Rajesh Kumar", "wrong person"),
        ("Stairs", "cancelled", "Lea Holm", "too weak today"),
    }


def test_an_order_needs_the_record_open_and_a_department_of_ones_own(house: House) -> None:
    other = house.hospital.desk("physician")
    with pytest.raises(Denied, match="Open this person's record first"):
        other.do(place, house.new())
    with pytest.raises(Denied, match="department of your own"):
        house.placed(from_department_id=house.hospital.department("GEN"))


def test_an_order_goes_only_where_somebody_sees_it(house: House) -> None:
    ward = house.hospital.department("W1")
    with house.doctor.db.transaction(house.doctor.actor) as tx:
        assert [r.name for r in queries.receivers(tx)] == ["Cardiology", "General medicine"]
    with pytest.raises(Invalid, match="Nobody in this department"):
        house.placed(to_department_id=ward)
    house.hospital.account("nurse", ("W1",), name="ward_nurse")
    with house.doctor.db.transaction(house.doctor.actor) as tx:
        assert [r.code for r in queries.receivers(tx)] == ["W1", "CARD", "GEN"]
    house.placed(to_department_id=ward)
    house.hospital.run("update auth.account set disabled = true where name = 'ward_nurse'")
    with pytest.raises(Invalid, match="Nobody in this department"):
        house.placed(to_department_id=ward)


def test_a_nurse_asks_for_care_and_for_nothing_else(house: House) -> None:
    nurse = house.hospital.desk("nurse", station="FRONT-1")
    patients.opened(nurse.db, nurse.actor, house.patient)
    assert nurse.do(place, house.new(kind="care instruction", title="Turn every 2 h"))
    with pytest.raises(Denied, match=r"orders\.approve"):
        nurse.do(place, house.new())
    order = house.placed()
    with pytest.raises(Denied, match="not for one of your departments"):
        nurse.do(withdraw, order, 1, "not needed")


def test_a_visit_named_with_an_order_is_the_persons_own(house: House) -> None:
    other = visits.added(house.front, house.hospital.department())
    with pytest.raises(Invalid, match="another person's"):
        house.placed(visit_id=other.visit_id)
    assert house.placed(visit_id=None)


def test_what_is_missing_or_too_long_is_said_by_field(house: House) -> None:
    with pytest.raises(Invalid) as refused:
        house.placed(to_department_id=None, title=" ", kind="prescription")
    assert set(refused.value.fields) == {"to_department_id", "title", "kind"}


def test_the_department_knows_the_person_until_twelve_hours_after(house: House) -> None:
    with pytest.raises(Denied):
        patients.opened(house.therapist.db, house.therapist.actor, house.patient)
    order = house.placed()
    opened = patients.opened(house.therapist.db, house.therapist.actor, house.patient)
    assert opened.record.family_name == "Okafor"
    left = (
        "select extract(epoch from until_at - clock_timestamp()) / 3600 from app.care_relationship where source_id = %s"
    )
    house.therapist.do(start, order, 1)
    house.therapist.do(complete, order, 2, "done")
    assert 11.9 < float(str(house.hospital.value(left, order))) <= 12
    patients.close(house.therapist.db, house.therapist.actor, house.patient)
    house.hospital.run("update app.care_relationship set until_at = clock_timestamp() where source_id = %s", order)
    with pytest.raises(Denied):
        patients.opened(house.therapist.db, house.therapist.actor, house.patient)
    assert [(r.family, r.mrn, r.status) for r in work_list(house.therapist)] == [("", "", "completed")]


def test_the_asker_knows_the_person_until_the_answer_is_a_week_old(house: House) -> None:
    order = house.placed()
    patients.close(house.doctor.db, house.doctor.actor, house.patient)
    house.front.do(cancel_visit, house.visit, 1, "went home")
    with house.doctor.db.transaction(house.doctor.actor) as tx:
        (row,) = queries.asked_by(tx, house.doctor.actor.user_id)
    assert (row.family, row.status) == ("Okafor", "pending")
    house.therapist.do(start, order, 1)
    house.therapist.do(complete, order, 2, "done")
    days = """select round(extract(epoch from until_at - clock_timestamp()) / 86400) from app.care_relationship
              where kind = 'order' and department_id = %s"""
    assert int(str(house.hospital.value(days, house.hospital.department("CARD")))) == 7


def test_what_was_asked_is_listed_for_the_asker_with_the_last_change_first(house: House) -> None:
    first, second = house.placed(title="first"), house.placed(title="second")
    colleague = house.hospital.desk("physician", station="FRONT-1")
    with house.doctor.db.transaction(house.doctor.actor) as tx:
        assert [r.title for r in queries.asked_by(tx, house.doctor.actor.user_id)] == ["second", "first"]
        assert queries.asked_by(tx, colleague.actor.user_id) == []
    house.therapist.do(start, first, 1)
    with house.doctor.db.transaction(house.doctor.actor) as tx:
        assert [r.title for r in queries.asked_by(tx, house.doctor.actor.user_id)] == ["first", "second"]
    house.therapist.do(cancel, second, 1, "asked twice")
    with house.hospital.deploy.transaction() as tx:
        tx.exec_driver_sql(
            "update app.clinical_order set cancelled_at = clock_timestamp() - interval '3 days' where id = %s",
            (second,),
        )
    with house.doctor.db.transaction(house.doctor.actor) as tx:
        (_, old) = queries.asked_by(tx, house.doctor.actor.user_id)
        assert (old.title, old.news) == ("second", True), "nobody has seen why"
    house.doctor.do(see, second)
    with house.doctor.db.transaction(house.doctor.actor) as tx:
        assert [r.title for r in queries.asked_by(tx, house.doctor.actor.user_id)] == ["first"]


def test_what_came_of_it_is_seen_by_who_asked_alone_and_only_once(house: House) -> None:
    order = house.placed()
    seen = "select seen_at from app.clinical_order where id = %s"
    house.doctor.do(see, order)
    assert house.hospital.value(seen, order) is None, "nothing has come of it"
    house.therapist.do(start, order, 1)
    house.therapist.do(complete, order, 2, "done")
    house.hospital.desk("physician", station="FRONT-1").do(see, order)
    assert house.hospital.value(seen, order) is None
    house.doctor.do(see, order)
    first = house.hospital.value(seen, order)
    assert first is not None
    house.doctor.do(see, order)
    assert house.hospital.value(seen, order) == first
    own = house.placed()
    house.doctor.do(withdraw, own, 1, "asked twice")
    assert house.hospital.value(seen, own) is not None, "one's own doing is no news"


def test_a_change_is_told_to_both_departments_and_to_the_open_record(house: House) -> None:
    told = (
        "select array_agg(d.code order by o.id) from app.outbox o left join app.department d on d.id = o.department_id"
    )
    told += " where o.table_name = 'clinical_order' and o.operation = %s"
    order = house.placed()
    assert house.hospital.value(told, "I") == ["GEN", "CARD"]
    house.therapist.do(start, order, 1)
    assert house.hospital.value(told, "U") == ["GEN", "CARD"]
    inside = house.placed(to_department_id=house.hospital.department("CARD"))
    own = "select count(*) from app.outbox where key = %s and patient_id = %s"
    assert house.hospital.value(own, inside, house.patient) == 1
    assert house.hospital.value("select count(*) from app.outbox where key = %s", inside) == 1


def test_the_timeline_tells_what_was_asked_and_what_came_of_it(house: House) -> None:
    order = house.placed(text="twice a day")
    house.therapist.do(start, order, 1)
    house.therapist.do(complete, order, 2, "Walks 20 m")
    house.doctor.do(withdraw, house.placed(title="Stairs"), 1, "asked twice")
    with house.doctor.db.transaction(house.doctor.actor) as tx:
        events = timeline.page(tx, house.patient, kinds=["order"]).events
    assert [(e.what, e.detail, e.by) for e in events] == [
        ("Order cancelled: Stairs", "asked twice", "Dr Rajesh Kumar"),
        ("Order: Stairs", "referral to General medicine", "Dr Rajesh Kumar"),
        ("Order completed: Gait training", "Walks 20 m", "Lea Holm"),
        ("Order started: Gait training", "General medicine", "Lea Holm"),
        ("Order: Gait training", "referral to General medicine", "Dr Rajesh Kumar"),
    ]
    assert {e.source_id for e in events if "Gait" in e.what} == {order}
