"""The bed board on a real database: who waits, who lies where, placing by key and by drag, leaving."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from shiboken6 import isValid

from hisdesk.desk.kit.dialogs import ReasonDialog
from hisdesk.desk.kit.keys import keys_of
from hisdesk.desk.ward import dialogs, words
from hisdesk.desk.ward.bed_dialog import BedDialog
from hisdesk.desk.ward.beds import Beds
from hisdesk.desk.ward.board_view import drag_data
from hisdesk.desk.ward.discharge import DischargeDialog
from hisdesk.desk.ward.ways import BEDS
from hisdesk.hospital.admissions.actions import assign, register_newborn
from tests.desk.doctor.conftest import Room, statements
from tests.desk.ward.conftest import Ward
from tests.factories import wards


def test_who_is_asked_for_appears_with_the_beds_that_fit_and_why(ward: Ward) -> None:
    badges: list[str] = []
    ward.board.badge.connect(badges.append)
    request_id = ward.asked(urgency="urgent", equipment=["oxygen"])
    ward.read()
    (row,) = ward.board.waiting.rows
    assert row.title == "HARKWELL, Bevan" and row.chip is not None and row.chip.word == "Urgent"
    assert badges[-1] == "1"
    ward.board.waiting.select(request_id)
    said = "\n".join(line.text for line in ward.board.waiting.rows[0].lines)
    assert "1. 1A: male room, oxygen" in said and "Not 2A: female room, no oxygen." in said


def test_the_board_opens_with_two_statements(ward: Ward) -> None:
    ward.asked()
    with statements(ward.hospital.station("WARD-1")) as sent:
        ward.board.read_again()
        ward.room.quiet()
    assert len(sent) == 2


def test_m_arrows_and_enter_reserve_and_f2_admits(ward: Ward) -> None:
    ward.asked()
    ward.read()
    ward.press(Qt.Key.Key_M)
    view = ward.board.view
    assert view.placing is not None and view.row is not None and view.row.label == "1A"
    assert [fit.label for fit in view.fits.values() if fit.fits] == ["1A", "1B"]
    ward.press(Qt.Key.Key_Right)
    assert view.row is not None and view.row.label == "1B" and "Fits, 1B" in view.accessibleDescription()
    ward.press(Qt.Key.Key_Return)
    ward.room.quiet()
    assert ward.states() == {"1A": "U", "1B": "reserved", "2A": "U", "2B": "U"}
    ward.press(Qt.Key.Key_F2)
    ward.room.quiet()
    assert ward.states()["1B"] == "O" and ward.board.waiting.rows == ()


def test_a_bed_that_does_not_fit_is_refused_with_the_reason(ward: Ward) -> None:
    ward.asked()
    ward.read()
    ward.press(Qt.Key.Key_M)
    ward.board.view.select(ward.beds["2A"])
    assert "Does not fit, 2A: female room" in ward.board.view.accessibleDescription()
    ward.press(Qt.Key.Key_Return)
    assert "Bed 2A does not fit HARKWELL, Bevan" in ward.room.texts()
    ward.press(Qt.Key.Key_Escape)
    assert ward.board.view.placing is None and set(ward.states().values()) == {"U"}


def test_a_drag_outlines_what_fits_and_a_drop_reserves(ward: Ward) -> None:
    request_id = ward.asked()
    ward.read()
    view, data = ward.board.view, drag_data("request", request_id)
    middle = view.rect_of(ward.beds["1A"]).center()
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(middle.toPoint(), Qt.DropAction.MoveAction, data, Qt.MouseButton.LeftButton, none)
    view.dragEnterEvent(enter)
    assert {fit.label: fit.fits for fit in view.fits.values()} == {"1A": True, "1B": True, "2A": False, "2B": False}
    drop = QDropEvent(QPointF(middle), Qt.DropAction.MoveAction, data, Qt.MouseButton.LeftButton, none)
    view.dropEvent(drop)
    ward.room.quiet()
    assert ward.states()["1A"] == "reserved" and view.fits == {}


def test_who_was_faster_is_named(ward: Ward) -> None:
    first, second = ward.asked("First"), ward.asked("Second")
    ward.read()
    other = ward.hospital.desk("nurse", ("W1",), station="ROOM-3", given="Maya", family="Lindqvist")
    other.do(assign, first, 1, ward.beds["1A"])
    ward.board.steps.placing.placed("request", second, ward.beds["1A"])
    ward.room.quiet()
    assert "reserved for FIRST, Bevan already (Maya Lindqvist" in ward.room.texts()
    assert ward.states()["1A"] == "reserved"


def test_t_transfers_after_a_question_and_leaves_a_bed_to_clean(ward: Ward) -> None:
    ward.admitted("1A")
    ward.read()
    ward.board.view.select(ward.beds["1A"])
    ward.press(Qt.Key.Key_T)
    assert ward.board.view.row is not None and ward.board.view.row.label == "1B"
    ward.press(Qt.Key.Key_Return)
    dialog = ward.board.steps.dialog
    assert dialog is not None and "Transfer ELDERMERE, Sabine to bed 1B?" in dialog.windowTitle()
    _press(dialog, "Transfer")
    ward.room.quiet()
    assert ward.states() == {"1A": "H", "1B": "O", "2A": "U", "2B": "U"}
    assert [row.title for row in ward.board.cleaning.rows] == ["Clean 1A"]


def test_s_swaps_two(ward: Ward) -> None:
    ward.admitted("1A", "Eldermere")
    ward.admitted("1B", "Ossington")
    ward.admitted("2A", "Brackensett", sex="female")
    ward.read()
    ward.board.view.select(ward.beds["1A"])
    ward.press(Qt.Key.Key_S)
    fits = {fit.label: fit for fit in ward.board.view.fits.values()}
    assert [label for label, fit in fits.items() if fit.fits] == ["1B"]
    assert fits["2A"].problems == ("female room", "1A: male room")
    ward.press(Qt.Key.Key_Return)
    assert ward.board.steps.dialog is not None
    _press(ward.board.steps.dialog, "Swap")
    ward.room.quiet()
    assert {row.label: row.family for row in ward.board.beds if row.family} == {
        "1A": "Ossington", "1B": "Eldermere", "2A": "Brackensett"}  # fmt: skip


def test_the_discharge_waits_for_the_checklist(ward: Ward) -> None:
    ward.admitted("1A")
    ward.read()
    ward.board.view.select(ward.beds["1A"])
    ward.press(Qt.Key.Key_F8)
    ward.room.quiet()
    dialog = ward.board.steps.dialog
    assert isinstance(dialog, DischargeDialog) and len(dialog.lines) == 7
    assert "Discharge letter" in dialog.commit.reason and not dialog.commit.isEnabled()
    assert dialog.focusWidget() is dialog.lines["letter"][0]
    ward.room.press(Qt.Key.Key_Space, at=dialog.lines["letter"][0])
    ward.room.quiet()
    assert "Discharge letter" not in dialog.commit.reason
    for name, (_, skip) in dialog.lines.items():
        if name != "letter":
            skip.click()
            ward.room.quiet()
    assert dialog.commit.reason == ""
    dialog.commit.click()
    ward.room.quiet()
    assert ward.states()["1A"] == "H"


def test_who_leaves_against_advice_needs_no_checklist(ward: Ward) -> None:
    ward.admitted("1A")
    ward.read()
    ward.board.view.select(ward.beds["1A"])
    ward.press(Qt.Key.Key_F8)
    ward.room.quiet()
    dialog = ward.board.steps.dialog
    assert isinstance(dialog, DischargeDialog)
    dialog.to.set_value("against advice")
    assert dialog.commit.reason == ""
    dialog.reject()
    ward.room.quiet()


def test_enter_opens_the_bed_with_its_history_and_what_can_be_done(ward: Ward) -> None:
    ward.admitted("1A")
    ward.read()
    ward.board.view.select(ward.beds["1A"])
    ward.press(Qt.Key.Key_Return)
    ward.room.quiet()
    dialog = ward.board.steps.dialog
    assert isinstance(dialog, BedDialog)
    assert "ELDERMERE, Sabine" in dialog.windowTitle() and "still here" in ward.room.texts(dialog)
    assert {"discharge", "plan", "transfer", "swap", "isolation", "correct", "cancel"} <= set(dialog.buttons)
    dialog.buttons["cancel"].click()
    reason = ward.board.steps.dialog
    assert isinstance(reason, ReasonDialog)
    reason.field.setPlainText("Never came up from the emergency room")
    reason.commit.click()
    ward.room.quiet()
    assert ward.states()["1A"] == "U"


def test_a_newborn_and_a_wrong_bed(ward: Ward) -> None:
    ward.admitted("2A", sex="female")
    ward.read()
    row = next(row for row in ward.board.beds if row.label == "2A")
    ward.board.steps._newborn(row)
    dialog = ward.board.steps.dialog
    assert isinstance(dialog, dialogs.NewbornDialog)
    dialog.commit.click()
    ward.room.quiet()
    row = next(row for row in ward.board.beds if row.label == "2A")
    assert row.cots == 1
    ward.board.steps._correct(row)
    correct = ward.board.steps.dialog
    assert isinstance(correct, dialogs.CorrectDialog) and correct.commit.reason == "Say what went wrong"
    correct.reason.set_value("Wrong bed picked")
    correct.commit.click()
    ward.room.quiet()
    assert "transfer instead" in ward.room.texts()


def _mother_and_newborn(ward: Ward, mother: str = "2A") -> BedDialog:
    """A newborn is registered at the mother's bed; its dialog."""
    ward.admitted(mother, sex="female")
    ward.read()
    ward.board.view.select(ward.beds[mother])
    row = next(row for row in ward.board.beds if row.label == mother)
    assert row.stay_id is not None
    nurse = ward.hospital.desk("nurse", ("W1",), station="ROOM-3")
    nurse.do(register_newborn, row.stay_id, "female", words.now().date())
    ward.read()
    ward.press(Qt.Key.Key_Return)
    ward.room.quiet()
    dialog = ward.board.steps.dialog
    assert isinstance(dialog, BedDialog)
    return dialog


def test_a_newborn_goes_home_before_the_mother(ward: Ward) -> None:
    opened = _mother_and_newborn(ward)
    assert "In the cot: Baby of ELDERMERE, Sabine" in ward.room.texts(opened)
    ((_stay, buttons),) = opened.newborn_buttons.items()
    buttons["discharge"].click()
    ward.room.quiet()
    leaving = ward.board.steps.dialog
    assert isinstance(leaving, DischargeDialog) and "The mother keeps bed 2A" in ward.room.texts(leaving)
    for _tick, skip in leaving.lines.values():
        skip.click()
        ward.room.quiet()
    leaving.commit.click()
    ward.room.quiet()
    (mother,) = (row for row in ward.board.beds if row.label == "2A")
    assert mother.stay_id is not None and mother.cots == 0 and ward.states()["2A"] == "O"


def test_a_newborn_gets_a_bed_of_its_own(ward: Ward) -> None:
    opened = _mother_and_newborn(ward)
    ((stay, buttons),) = opened.newborn_buttons.items()
    buttons["transfer"].click()
    view = ward.board.view
    assert view.placing == ("stay", stay) and view.row is not None and view.row.label == "2B"
    ward.press(Qt.Key.Key_Return)
    asked = ward.board.steps.dialog
    assert asked is not None and "leaves the cot at bed 2A" in ward.room.texts(asked)
    _press(asked, "Transfer")
    ward.room.quiet()
    assert ward.states() | {"1A": "", "1B": ""} == {"1A": "", "1B": "", "2A": "O", "2B": "O"}


def test_f6_closes_a_bed_with_its_reason(ward: Ward) -> None:
    ward.read()
    ward.board.view.select(ward.beds["1A"])
    ward.press(Qt.Key.Key_F6)
    dialog = ward.board.steps.dialog
    assert isinstance(dialog, dialogs.StateDialog)
    dialog.state.set_value("C")
    assert dialog.commit.reason == "Say why; it stands on the board"
    dialog.reason.set_value("Ceiling leak")
    dialog.commit.click()
    ward.room.quiet()
    assert ward.states()["1A"] == "C"


def test_a_cleaning_task_is_given_to_somebody_by_name(ward: Ward) -> None:
    ward.hospital.account("housekeeping", ("W1",), given="Una", family="Larkmoor")
    ward.board.steps._change_state(ward.board.beds[0], "H", "")
    ward.room.quiet()
    (task,) = ward.board.cleaning.rows
    assert task.lines[0].text == "Offered to Una Larkmoor"
    ward.board.cleaning.select(task.key)
    ward.board.steps.give_task()
    ward.room.quiet()
    dialog = ward.board.steps.dialog
    assert isinstance(dialog, dialogs.GiveDialog)
    assert dialog.person.combo.currentText() == "Una Larkmoor · this ward · 1 task"
    dialog.commit.click()
    ward.room.quiet()
    assert ward.states()["1A"] == "H"


def test_vital_signs_of_who_lies_here_are_heard_and_a_high_score_stands_out(ward: Ward) -> None:
    ward.admitted("1A")
    ward.read()
    (row,) = [row for row in ward.board.beds if row.stay_id is not None]
    with ward.hospital.deploy.transaction() as tx:
        tx.exec_driver_sql(
            """insert into app.vital_signs (id, patient_id, respiratory_rate_per_min, oxygen_saturation_percent,
                   oxygen_given, systolic_mmhg, pulse_per_min, temperature_celsius, consciousness, news2)
               values (gen_random_uuid(), %s, 25, 92, true, 105, 112, 38.5, 'alert', 9)""",
            (row.patient_id,),
        )
    before = ward.board.read_at
    ward.room.hear("vital_signs", patient_id=row.patient_id)
    ward.room.until(lambda: ward.board.read_at != before)
    (row,) = [row for row in ward.board.beds if row.stay_id is not None]
    assert words.tile(row, words.now()).left == words.Line("NEWS2 9", "critical")


def test_a_nurse_may_and_a_physician_only_looks(ward: Ward, room: object) -> None:
    doctor = room("physician", ("W1",), station="ROOM-3", screens=_screens())  # type: ignore[operator]
    doctor.home.open("ward.beds")
    board = doctor.home.widget("ward.beds")
    board.read_again()
    doctor.quiet()
    assert all(button.isHidden() for button in board.steps.buttons.values())
    assert len(board.beds) == 4


def test_the_keys_are_listed(ward: Ward) -> None:
    listed = {key.keys for key in keys_of(ward.board)}
    assert {"M", "T", "S", "F2", "F6", "F8", "F5"} <= listed


def test_without_beds_the_board_says_what_to_do(ward: Ward) -> None:
    ward.hospital.run("update app.bed set active = false, version = version + 1")
    ward.read()
    assert ward.board.page == "empty" and "have no beds" in ward.room.texts()


def test_the_hub_outlives_the_board(ward: Ward) -> None:
    board = ward.board
    ward.room.home._close_screen(BEDS)
    ward.room.until(lambda: not isValid(board))
    ward.room.hub._broker_state("away")
    ward.room.quiet()


def test_a_ward_without_beds_any_more_is_not_offered(ward: Ward, room: Callable[..., Room]) -> None:
    wards.furnished(ward.hospital, "9A", department="GEN")
    both = room("ward_manager", ("W1", "GEN"), station="ROOM-3", screens=_screens())
    both.home.open(BEDS)
    board = both.home.widget(BEDS)
    both.until(lambda: isinstance(board, Beds) and board.segments is not None)
    assert isinstance(board, Beds) and len({row.department_id for row in board.shown.beds}) == 2
    ward.hospital.run("update app.bed set active = false, version = version + 1 where label = '9A'")
    board.read_again()
    both.quiet()
    assert board.segments is None and len(board.beds) == 4


def _screens() -> tuple[object, ...]:
    from hisdesk.desk.ward.screens import SCREENS

    return SCREENS


def _press(dialog: object, label: str) -> None:
    from hisdesk.desk.kit.controls import Button

    button = next(b for b in dialog.findChildren(Button) if b.text() == label)  # type: ignore[attr-defined]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
