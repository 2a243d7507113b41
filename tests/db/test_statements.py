"""How many statements opening a screen costs: three at most, beside begin-with-token and commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from hisdesk.access import administration
from hisdesk.db.database import Database
from hisdesk.hospital.allergies import queries as allergies
from hisdesk.hospital.departments import queries as departments
from hisdesk.hospital.documents import queries as documents
from hisdesk.hospital.patients import queries as patients
from hisdesk.hospital.staff import queries as staff
from hisdesk.hospital.timeline import queries as timeline
from hisdesk.hospital.visits import queries as visits
from tests.factories import people
from tests.factories import visits as made_visits
from tests.helpers.hospital import Desk, Hospital


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    """Every statement that the pool sends meanwhile."""
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        sent.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def beside(sent: list[str]) -> list[str]:
    """Without begin-with-token and commit."""
    return [s for s in sent if not s.startswith("begin") and s != "commit"]


@pytest.fixture
def desk(module_hospital: Hospital) -> Desk:
    desk = module_hospital.desk(("registration", "superadmin"))  # may open every one of them
    made_visits.added(desk, module_hospital.department())
    return desk


SCREENS: dict[str, Callable[[sa.Connection, Desk], object]] = {
    "arrivals": lambda tx, desk: (visits.queue(tx), departments.departments(tx, ids=desk.actor.departments)),
    "doctor's list": lambda tx, desk: (visits.doctor_list(tx, desk.actor.user_id),),
    "add to a queue": lambda tx, desk: (departments.departments(tx, kinds=("clinic",)), staff.doctors(tx)),
    "staff": lambda tx, desk: (staff.members(tx), administration.roles(tx), departments.departments(tx)),
    "hall": lambda tx, desk: (visits.hall(tx),),
}


@pytest.mark.parametrize("screen", SCREENS)
def test_a_list_opens_with_three_statements_at_most(desk: Desk, screen: str) -> None:
    with statements(desk.db) as sent, desk.db.transaction(desk.actor) as tx:
        SCREENS[screen](tx, desk)
    assert 1 <= len(beside(sent)) <= 3, sent
    assert len(sent) == len(beside(sent)) + 2  # begin with the token is one round trip, commit the other


def test_a_chart_opens_with_three_statements_at_most(desk: Desk) -> None:
    done = people.registered(desk)
    with statements(desk.db) as sent:
        patients.opened(desk.db, desk.actor, done.patient_id, cipher=desk.cipher)
    assert len(beside(sent)) == 1
    assert len(sent) == 3 and "auth.open" in sent[0]  # the opening travels with the begin
    with statements(desk.db) as sent, desk.db.transaction(desk.actor) as tx:
        patients.chart(tx, done.patient_id)
        timeline.page(tx, done.patient_id)
        documents.of_person(tx, done.patient_id)
    assert len(beside(sent)) == 3


def test_parts_of_a_chart_are_read_again_with_one_statement_or_two(desk: Desk) -> None:
    done = people.registered(desk)
    for read, most in ((patients.banner, 1), (allergies.of_person, 2), (timeline.page, 1)):
        with statements(desk.db) as sent, desk.db.transaction(desk.actor) as tx:
            read(tx, done.patient_id)  # type: ignore[operator]
        assert len(beside(sent)) == most, read


def test_a_search_is_one_statement_after_the_question(desk: Desk) -> None:
    with statements(desk.db) as sent:
        patients.find(desk.db, desk.actor, "okafor")
    assert len(sent) == 3 and len(beside(sent)) == 1


def test_the_listener_sees_what_is_sent(desk: Desk) -> None:
    with statements(desk.db) as sent, desk.db.transaction(desk.actor) as tx:
        for _ in range(4):
            tx.exec_driver_sql("select 1")
    assert beside(sent) == ["select 1"] * 4
