"""A department's work list: what is asked appears, is started, completed with a note, cancelled with a reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hisdesk.desk.department.asked import Asked
from hisdesk.desk.department.screens import SCREENS
from hisdesk.desk.department.steps import CompleteDialog
from hisdesk.desk.department.ways import ASKED, ORDERS
from hisdesk.desk.doctor import screens as consulting
from hisdesk.desk.doctor.ways import CHART
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dialogs import Dialog, ReasonDialog
from hisdesk.desk.kit.order_view import OrderView
from hisdesk.errors import Unavailable
from hisdesk.hospital.allergies.actions import record
from hisdesk.hospital.allergies.rules import NewAllergy
from hisdesk.hospital.orders.actions import complete, start, withdraw
from tests.desk.department.conftest import Asker, work_list
from tests.desk.doctor.conftest import Room, statements
from tests.helpers.hospital import Hospital

Sit = Callable[..., Room]
CTRL = Qt.KeyboardModifier.ControlModifier


def shown(of: Room) -> list[tuple[str, str]]:
    return [(row.title, row.status) for row in work_list(of).model.rows]


def figures(of: Room) -> list[str]:
    found = work_list(of).figures
    assert found is not None
    return [found.value(name) for name in ("Pending", "In progress", "Done today", "Median wait today")]


def button(of: Room, label: str) -> Button:
    return next(b for c, b in work_list(of).buttons.items() if c.label == label)


def dialog(of: Room, kind: type[Dialog]) -> Dialog:
    """The dialog that has just opened, with the keyboard."""
    of.until(lambda: any(d.isVisible() for d in of.home.findChildren(kind)))
    found = next(d for d in of.home.findChildren(kind) if d.isVisible())
    found.activateWindow()
    of.until(found.isActiveWindow)
    return found


def stored(hospital: Hospital, column: str) -> object:
    return hospital.value(f"select {column} from app.clinical_order")


def test_what_is_asked_appears_without_refreshing(sit: Sit, asker: Asker, hospital: Hospital) -> None:
    worker = sit()
    assert work_list(worker).page == "empty" and figures(worker) == ["0", "0", "0", "–"]
    badges: list[str] = []
    work_list(worker).badge.connect(badges.append)
    asker.ask(priority="urgent")
    worker.hear("clinical_order", department_id=hospital.department("GEN"))
    worker.until(lambda: shown(worker) == [("Gait training", "pending")])
    assert figures(worker) == ["1", "0", "0", "–"] and badges[-1] == "1"


def test_the_selected_order_says_who_what_why_and_which_allergies(sit: Sit, asker: Asker) -> None:
    asker.desk.do(record, asker.patient_id, NewAllergy("Latex"))
    asker.ask(priority="urgent", text="Partial weight bearing")
    worker = sit(size=(1920, 1080))
    (view,) = work_list(worker).findChildren(OrderView)
    worker.until(lambda: view.allergies is not None and view.allergies.text.text() == "Latex")
    said = worker.texts(view)
    for words in ("Gait training", "Partial weight bearing", "OKAFOR, Ada", "Dr Rajesh Kumar · Cardiology",
                  "Urgent, asked under 1 min ago", "Urgent · Referral to General medicine"):  # fmt: skip
        assert words in said, words


def test_start_and_complete_with_a_note_by_keys(sit: Sit, asker: Asker, hospital: Hospital) -> None:
    order = asker.ask()
    worker = sit(given="Lea", family="Holm")
    worker.press(Qt.Key.Key_F2)
    worker.until(lambda: shown(worker) == [("Gait training", "in progress")])
    assert work_list(worker).row is not None and figures(worker) == ["0", "1", "0", "under 1 min"]
    assert "With you since" in button(worker, "Start").accessibleDescription()
    worker.press(Qt.Key.Key_F8)
    asked = dialog(worker, CompleteDialog)
    assert isinstance(asked, CompleteDialog)
    assert not asked.commit.isEnabled() and "Say what was done" in asked.commit.accessibleDescription()
    QTest.keyClicks(asked.note.edit, "Walks 20 m")
    worker.press(Qt.Key.Key_Return, CTRL, asked.note.edit)
    worker.until(lambda: stored(hospital, "status") == "completed")
    worker.quiet()
    assert stored(hospital, "completion_note") == "Walks 20 m"
    assert figures(worker) == ["0", "0", "1", "under 1 min"]
    assert shown(worker) == [] and work_list(worker).page == "empty", "what is done is no longer open"
    assert worker.session.drafts.find(f"order/{order}/note") is None


def test_a_note_is_kept_when_the_dialog_is_left_or_the_writing_fails(
    sit: Sit, asker: Asker, hospital: Hospital
) -> None:
    order = asker.ask()
    worker = sit()
    worker.press(Qt.Key.Key_F2)
    worker.until(lambda: shown(worker) == [("Gait training", "in progress")])
    worker.press(Qt.Key.Key_F8)
    first = dialog(worker, CompleteDialog)
    assert isinstance(first, CompleteDialog)
    QTest.keyClicks(first.note.edit, "Walks 20 m")
    worker.press(Qt.Key.Key_Escape, at=first)
    worker.until(lambda: not any(d.isVisible() for d in worker.home.findChildren(CompleteDialog)))
    worker.home.activateWindow()
    worker.until(worker.home.isActiveWindow)
    worker.press(Qt.Key.Key_F8)
    again = dialog(worker, CompleteDialog)
    assert isinstance(again, CompleteDialog) and again.note.value() == "Walks 20 m" and again.commit.isEnabled()
    other = hospital.desk("therapist", ("GEN",), given="Noah", family="Field")
    other.do(complete, order, 2, "was faster")
    worker.press(Qt.Key.Key_Return, CTRL, again.note.edit)
    worker.until(lambda: "Noah Field has completed this order" in worker.texts())
    draft = worker.session.drafts.find(f"order/{order}/note")
    assert draft is not None and draft.values == {"note": "Walks 20 m"}


def test_cancelling_needs_a_reason_and_putting_back_none(sit: Sit, asker: Asker, hospital: Hospital) -> None:
    asker.ask()
    worker = sit()
    worker.press(Qt.Key.Key_F2)
    worker.until(lambda: shown(worker) == [("Gait training", "in progress")])
    worker.press(Qt.Key.Key_F7)
    worker.until(lambda: shown(worker) == [("Gait training", "pending")])
    worker.press(Qt.Key.Key_F9)
    asked = dialog(worker, ReasonDialog)
    assert isinstance(asked, ReasonDialog) and not asked.commit.isEnabled()
    QTest.keyClicks(asked.field, "Too weak to stand today")
    asked.commit.click()
    worker.until(lambda: stored(hospital, "cancelled_reason") == "Too weak to stand today")
    worker.quiet()
    assert figures(worker)[:3] == ["0", "0", "0"]


def test_somebody_was_faster(sit: Sit, asker: Asker, hospital: Hospital) -> None:
    order = asker.ask()
    worker = sit()
    hospital.desk("therapist", ("GEN",), given="Noah", family="Field").do(start, order, 1)
    worker.press(Qt.Key.Key_F2)
    worker.until(lambda: "Noah Field has started this order already" in worker.texts())
    worker.until(lambda: shown(worker) == [("Gait training", "in progress")])


def test_commands_say_why_they_cannot_be_used(sit: Sit, asker: Asker) -> None:
    asker.ask()
    worker = sit()
    assert "Not started yet" in button(worker, "Complete").accessibleDescription()
    assert button(worker, "Start").isEnabled() and button(worker, "Cancel").isEnabled()


def test_the_states_keep_what_they_say(sit: Sit, asker: Asker) -> None:
    pending, begun, taken = asker.ask(title="pending"), asker.ask(title="begun"), asker.ask(title="cancelled")
    worker = sit()
    worker.session.tasks.write(  # by this worker
        work_list(worker), start, begun, 1, on_done=lambda _moved: None
    )
    worker.quiet()
    asker.desk.do(withdraw, taken, 1, "asked twice")
    worker.home.read_again()
    worker.quiet()
    segments = work_list(worker)._segments
    assert segments is not None and pending
    kept = {}
    for state in ("Open", "Pending", "In progress", "Completed", "Cancelled"):
        segments.set_value(state)
        segments.chosen.emit(state)
        kept[state] = [title for title, _ in shown(worker)]
    assert kept == {"Open": ["begun", "pending"], "Pending": ["pending"], "In progress": ["begun"], "Completed": [],
                    "Cancelled": ["cancelled"]}  # fmt: skip


def test_enter_opens_the_record_of_the_person(sit: Sit, asker: Asker) -> None:
    asker.ask()
    worker = sit()
    worker.press(Qt.Key.Key_Return)
    worker.until(lambda: worker.home.current_id == CHART and worker.chart.page == "open")
    person = worker.banner_person
    assert person is not None and person.family_name == "Okafor"


@pytest.mark.parametrize("role", ["laboratory", "radiology"])
def test_laboratory_and_radiology_begin_here_and_open_the_chart(
    room: Sit, asker: Asker, hospital: Hospital, role: str
) -> None:
    asker.ask(kind="diagnostic request", title="Full blood count")
    worker = room(role, ("GEN",), station="FRONT-2", screens=(*SCREENS, *consulting.SCREENS))
    assert worker.home.current_id == ORDERS and shown(worker) == [("Full blood count", "pending")]
    worker.press(Qt.Key.Key_Return)
    worker.until(lambda: worker.home.current_id == CHART and worker.chart.page == "open")
    assert worker.allergies.startswith("Allergies not recorded"), "a department that meets the person sees allergies"


def test_a_name_is_gone_when_the_department_may_no_longer_know_it(sit: Sit, asker: Asker, hospital: Hospital) -> None:
    asker.ask()
    hospital.run("update app.care_relationship set until_at = clock_timestamp() where kind = 'order'")
    worker = sit()
    row = work_list(worker).row
    assert row is not None
    assert "Record closed" in worker.texts(work_list(worker)._preview)
    assert "the record is closed to you" in button(worker, "Open chart").accessibleDescription()


def test_the_list_opens_with_one_statement(sit: Sit, asker: Asker, hospital: Hospital) -> None:
    asker.ask()
    with statements(hospital.station("FRONT-2")) as sent:
        worker = sit()
    own = [s for s in sent if "clinical_order" in s]
    assert len(own) == 1 and shown(worker) == [("Gait training", "pending")]


def test_the_database_away_is_said_and_the_list_comes_back(
    sit: Sit, asker: Asker, hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    asker.ask()
    worker = sit()
    db = hospital.station("FRONT-2")
    with monkeypatch.context() as away:

        def refuse(*_args: object, **_more: object) -> object:
            raise Unavailable("The database does not answer.")

        away.setattr(type(db), "transaction", refuse)
        worker.home.read_again()
        worker.until(lambda: "the database does not answer" in worker.texts())
        assert shown(worker) == [("Gait training", "pending")], "what was read stays, dated"
    worker.home.read_again()
    worker.until(lambda: "the database does not answer" not in worker.texts())


def test_a_doctor_sees_what_was_asked_and_what_came_of_it(room: Sit, asker: Asker, hospital: Hospital) -> None:
    doctor = room("physician", ("CARD",), screens=SCREENS, title="Dr", given="Ina", family="Berg")
    doctor.home.open(ASKED)
    doctor.quiet()
    screen = doctor.home.widget(ASKED)
    assert isinstance(screen, Asked) and screen.page == "empty", "another doctor asked"
    order = asker.ask()
    with hospital.deploy.transaction() as tx:
        tx.exec_driver_sql("update app.clinical_order set asked_by = %s", (doctor.session.actor.user_id,))
    worker = hospital.desk("therapist", ("GEN",), given="Lea", family="Holm")
    doctor.hear("clinical_order", department_id=hospital.department("CARD"))
    doctor.until(lambda: [r.status for r in screen.model.rows] == ["pending"])
    moved = worker.do(start, order, 1)
    worker.do(complete, order, moved.version, "Walks 20 m")
    doctor.hear("clinical_order", department_id=hospital.department("CARD"))
    doctor.until(lambda: [r.status for r in screen.model.rows] == ["completed"])
    assert "Walks 20 m" in doctor.texts(screen) and "OKAFOR, Ada" in doctor.texts(screen)
    button = doctor.home.frame.rail.button(ASKED)
    assert button.badge == "1" and screen.model.rows[0].news
    doctor.press(Qt.Key.Key_F2, at=screen.table)
    doctor.until(lambda: not screen.model.rows[0].news and not button.badge)
    assert QApplication.focusWidget() is not None
