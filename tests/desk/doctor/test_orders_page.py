"""The orders of a chart: placed, live, taken back, for who may."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hisdesk.desk.doctor.chart import ORDERING, ORDERS
from hisdesk.desk.doctor.orders_page import OrdersPage
from hisdesk.desk.kit.dialogs import Dialog, ReasonDialog
from hisdesk.desk.kit.keys import keys_of
from hisdesk.hospital.orders.actions import NewOrder, complete, place, start
from hisdesk.hospital.patients.actions import Registered
from hisdesk.hospital.visits.actions import start as start_visit
from tests.desk.doctor.conftest import Room, statements
from tests.factories import people, visits
from tests.helpers.hospital import Desk, Hospital

Sit = Callable[..., Room]
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def patient(hospital: Hospital, front: Desk) -> Registered:
    done = people.registered(front, family_name="Marroway", given_names="Ilsabet")
    visits.added(front, hospital.department(), patient_id=done.patient_id, reason="cough")
    return done


@pytest.fixture
def therapist(hospital: Hospital) -> Desk:
    return hospital.desk("therapist", ("GEN",), station="FRONT-2", given="Lea", family="Holm")


def page_of(room: Room, patient: Registered) -> OrdersPage:
    chart = room.open_chart(patient.patient_id)
    chart.show_tab(ORDERS)
    room.quiet()
    return chart.orders


def placed(room: Room, hospital: Hospital, patient: Registered, title: str = "Gait training") -> UUID:
    """By the doctor in front of the chart."""
    key: list[UUID] = []
    card, general = hospital.department("CARD"), hospital.department("GEN")
    new = NewOrder(patient.patient_id, card, general, "referral", title)
    room.session.tasks.write(room.home, place, new, on_done=key.append, slot=title)
    room.until(lambda: key)
    return key[0]


def shown(page: OrdersPage) -> list[tuple[str, str]]:
    return [(row.title, row.status) for row in page.model.rows]


def dialog(room: Room, kind: type[Dialog]) -> Dialog:
    room.until(lambda: any(d.isVisible() for d in room.home.findChildren(kind)))
    return next(d for d in room.home.findChildren(kind) if d.isVisible())


def test_a_department_is_asked_by_keys_and_sees_it_at_once(
    room: Sit, patient: Registered, hospital: Hospital, therapist: Desk
) -> None:
    doctor = room(title="Dr", given="Rajesh", family="Kumar")
    doctor.open_chart(patient.patient_id)
    doctor.press(Qt.Key.Key_F4)
    page = doctor.chart.orders
    doctor.until(lambda: page.panel is not None)
    assert doctor.chart.tab == ORDERS
    panel = page.panel
    assert panel is not None
    assert [panel.form.shown("to", value) for value, _ in panel.form.fields["to"].options] == [
        "Choose a department", "Cardiology", "General medicine"]  # fmt: skip
    QTest.keyClick(panel.form, Qt.Key.Key_Return, CTRL)
    assert panel.form.controls["to"].message and panel.form.controls["title"].message, (
        "nothing is chosen for the doctor"
    )
    panel.form.set_values({"to": str(hospital.department("GEN")), "kind": "referral", "title": "Gait training",
                           "text": "twice a day", "priority": "urgent"}, clean=False)  # fmt: skip
    QTest.keyClick(panel.form, Qt.Key.Key_Return, CTRL)
    doctor.until(lambda: shown(page) == [("Gait training", "pending")])
    row = page.model.rows[0]
    assert (row.priority, row.asked_by, row.to_department) == ("urgent", "Dr Rajesh Kumar", "General medicine")
    assert hospital.value("select v.patient_id from app.clinical_order o join app.visit v on v.id = o.visit_id") == (
        patient.patient_id
    ), "the visit that the chart shows"
    assert page.panel is None and "1 open · 1 in all" in doctor.texts(page)


def test_the_keys_of_the_chart_go_on_working_after_the_first_order(
    room: Sit, patient: Registered, hospital: Hospital, therapist: Desk
) -> None:
    doctor = room(title="Dr")
    page = page_of(doctor, patient)
    assert page.rows == [] and not page.table.isVisible()
    doctor.press(Qt.Key.Key_F4)
    doctor.until(lambda: page.panel is not None)
    assert page.panel is not None
    form = page.panel.form
    form.set_values({"to": str(hospital.department("GEN")), "kind": "referral", "title": "Stairs"}, clean=False)
    form.controls["title"].setFocus()
    QTest.keyClick(form.controls["title"].control, Qt.Key.Key_Return, CTRL)
    assert not form.isEnabled() and doctor.chart.isAncestorOf(QApplication.focusWidget()), "while it is sent"
    doctor.until(lambda: page.panel is None)
    assert page.isAncestorOf(QApplication.focusWidget())
    doctor.quiet()
    assert QApplication.focusWidget() is page.table, "what was placed is in front of the keyboard"


def test_what_the_department_does_is_seen_without_a_click(
    room: Sit, patient: Registered, hospital: Hospital, therapist: Desk
) -> None:
    doctor = room()
    page = page_of(doctor, patient)
    assert "Nothing was asked of another department" in doctor.texts(page)
    order = placed(doctor, hospital, patient)
    doctor.hear("clinical_order", patient.patient_id)
    doctor.until(lambda: shown(page) == [("Gait training", "pending")])
    therapist.do(start, order, 1)
    doctor.hear("clinical_order", patient.patient_id)
    doctor.until(lambda: shown(page) == [("Gait training", "in progress")])
    assert not page.withdraw_button.isEnabled() and "call them" in page.withdraw_button.accessibleDescription()
    therapist.do(complete, order, 2, "Walks 20 m")
    doctor.hear("clinical_order", patient.patient_id)
    doctor.until(lambda: "Walks 20 m" in doctor.texts(page))
    doctor.chart.show_tab("Overview")
    doctor.until(lambda: "Order completed: Gait training" in doctor.texts(doctor.chart.overview))


def test_an_order_is_taken_back_with_a_reason(
    room: Sit, patient: Registered, hospital: Hospital, therapist: Desk
) -> None:
    doctor = room()
    page = page_of(doctor, patient)
    placed(doctor, hospital, patient)
    doctor.hear("clinical_order", patient.patient_id)
    doctor.until(lambda: page.withdraw_button.isEnabled())
    page.withdraw_button.click()
    asked = dialog(doctor, ReasonDialog)
    assert isinstance(asked, ReasonDialog) and not asked.commit.isEnabled()
    QTest.keyClicks(asked.field, "Meant for another person")
    asked.commit.click()
    doctor.until(lambda: shown(page) == [("Gait training", "cancelled")])
    assert "Meant for another person" in doctor.texts(page)


def test_a_visit_is_not_completed_over_an_order_that_is_being_typed(
    room: Sit, patient: Registered, hospital: Hospital, therapist: Desk
) -> None:
    doctor = room()
    doctor.open_chart(patient.patient_id)
    visit = hospital.value("select id from app.visit")
    assert isinstance(visit, UUID)
    doctor.session.tasks.write(doctor.home, start_visit, visit, 1, on_done=lambda _moved: None)
    doctor.quiet()
    doctor.hear("visit", patient.patient_id)
    doctor.quiet()
    assert doctor.chart.bar.complete.isEnabled()
    doctor.press(Qt.Key.Key_F4)
    doctor.until(lambda: doctor.chart.orders.panel is not None)
    assert ORDERING in doctor.chart.bar.complete.accessibleDescription() and not doctor.chart.bar.complete.isEnabled()
    assert doctor.chart.go_back() and doctor.chart.orders.panel is None
    assert doctor.chart.bar.complete.isEnabled()


def test_a_nurse_asks_for_care_only(room: Sit, patient: Registered, hospital: Hospital, therapist: Desk) -> None:
    nurse = room("nurse")
    page = page_of(nurse, patient)
    page.new_button.click()
    nurse.until(lambda: page.panel is not None)
    assert page.panel is not None
    assert [value for value, _ in page.panel.form.fields["kind"].options] == ["care instruction"]


def test_who_serves_two_departments_says_which_one_asks(
    room: Sit, hospital: Hospital, front: Desk, therapist: Desk
) -> None:
    done = people.registered(front)
    visits.added(front, hospital.department("GEN"), patient_id=done.patient_id)
    doctor = room("physician", ("CARD", "W1", "GEN"))
    page = page_of(doctor, done)
    page.new_button.click()
    doctor.until(lambda: page.panel is not None)
    assert page.panel is not None and "from" not in page.panel.form.fields, "the visit says it"
    doctor.chart.go_back()
    hospital.run("update app.visit set status = 'cancelled', cancelled_reason = 'went home', version = version + 1")
    doctor.home.read_again()
    doctor.quiet()
    page.new_button.click()
    doctor.until(lambda: page.panel is not None)
    options = page.panel.form.fields["from"].options
    assert [words for _, words in options] == ["Choose a department", "Cardiology", "General medicine", "Ward 1"]


def test_a_therapist_sees_orders_and_places_none(
    room: Sit, patient: Registered, hospital: Hospital, therapist: Desk
) -> None:
    doctor = room()
    page_of(doctor, patient)
    placed(doctor, hospital, patient)
    worker = room("therapist", ("GEN",), station="FRONT-2")
    page = page_of(worker, patient)
    assert shown(page) == [("Gait training", "pending")]
    assert page.new_button.isHidden() and page.withdraw_button.isHidden()
    assert "F4" not in [key.keys for key in keys_of(worker.chart)]


def test_the_tab_reads_with_one_statement_and_only_when_it_is_seen(
    room: Sit, patient: Registered, hospital: Hospital, therapist: Desk
) -> None:
    doctor = room()
    placed_by = doctor.open_chart(patient.patient_id)
    with statements(doctor.session.tasks.db) as sent:
        doctor.quiet()
        assert not sent
        placed_by.show_tab(ORDERS)
        doctor.quiet()
    assert len(sent) == 1 and "clinical_order" in sent[0]


def test_the_database_away_says_so_and_comes_back(
    room: Sit, patient: Registered, hospital: Hospital, therapist: Desk
) -> None:
    from hisdesk.db.database import Database

    doctor = room()
    doctor.open_chart(patient.patient_id)
    before = doctor.session.tasks.db
    doctor.session.tasks.db = Database("postgresql+psycopg2://nobody@127.0.0.1:1/none")
    doctor.chart.show_tab(ORDERS)
    doctor.until(lambda: "The orders could not be read" in doctor.texts(doctor.chart.orders))
    doctor.session.tasks.db = before
    doctor.chart.orders._away.acted.emit()
    doctor.until(lambda: "Nothing was asked of another department" in doctor.texts(doctor.chart.orders))
