"""The dispensing history: searched by keys, page by page, every search recorded; printed and taken back from a row."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from PySide6.QtCore import Qt

from hisdesk.desk.kit.dialogs import ReasonDialog
from hisdesk.desk.pharmacy.history import History
from hisdesk.desk.pharmacy.ways import HISTORY
from hisdesk.hospital.dispensings.actions import Handed, dispense
from tests.desk.doctor.conftest import Room
from tests.desk.pharmacy.conftest import Behind, Sit
from tests.desk.pharmacy.test_counter import papers_of


@pytest.fixture
def entry(behind: Behind) -> UUID:
    """Amoxicillin of lot AX-1, handed out long ago to Dorrit Fennowick."""
    lot = behind.received("amoxicillin", "AX-1", 30, 40)
    key = behind.prescribed(line := behind.line("amoxicillin"))
    done = behind.keeper.do(dispense, key, 1, (Handed(line.id, lot, Decimal(15)),)).dispensing_id
    behind.hospital.run("update app.care_relationship set until_at = clock_timestamp() - interval '1 s'")
    return done


def opened(sit: Sit) -> tuple[Room, History]:
    window = sit()
    screen = window.open(HISTORY)
    assert isinstance(screen, History)
    return window, screen


def searched(window: Room, screen: History, **typed: str) -> None:
    """Types and presses Enter, as somebody with a keyboard only does."""
    screen.form.clear()
    for name, text in typed.items():
        screen.form.fields[name].edit.setText(text)
    window.press(Qt.Key.Key_Return, at=screen.form.fields[next(iter(typed))].edit)
    window.settle()


def searches(behind: Behind) -> object:
    return behind.hospital.value("select count(*) from audit.log where verb = 'searched'")


def test_somebody_is_found_by_a_misspelt_name_a_medicine_or_a_lot(sit: Sit, behind: Behind, entry: UUID) -> None:
    window, screen = opened(sit)
    assert "Who was given what" in window.texts(screen) and searches(behind) == 0
    for count, typed in enumerate(({"patient": "Fenowick"}, {"medicine": "amoxicilin"}, {"lot": "ax-1"}), 1):
        searched(window, screen, **typed)
        assert [row.id for row in screen.model.rows] == [entry], typed
        assert "FENNOWICK, Dorrit" in window.texts(screen) and searches(behind) == count
        assert screen.table.hasFocus()
    window.press(Qt.Key.Key_Escape, at=screen.table)
    assert screen.form.texts["lot"].value() == "" and "Who was given what" in window.texts(screen)


def test_what_cannot_be_is_said_under_its_field_and_not_asked(sit: Sit, behind: Behind, entry: UUID) -> None:
    window, screen = opened(sit)
    screen.form.ask()
    assert screen.form.button.reason == "Type what to look for"
    for name, text, said in (
        ("number", "P 000 0001 1", "Not a prescription number"),
        ("since", "32.13.2020", ""),
    ):
        searched(window, screen, **{name: text})
        assert screen.form.fields[name].message and said in screen.form.fields[name].message
    screen.form.fields["until"].edit.setText("01-Jan-2020")
    searched(window, screen, since="01-Feb-2020", until="01-Jan-2020")
    assert screen.form.fields["until"].message == "Before the first day"
    assert searches(behind) == 0
    searched(window, screen, medicine="qqqqq")
    assert screen.form.fields["medicine"].message == "No medicine is called like that"
    assert searches(behind) == 0
    searched(window, screen, patient="Fe")
    assert "three letters" in screen.form.fields["patient"].message


def test_nothing_found_says_so(sit: Sit, behind: Behind, entry: UUID) -> None:
    window, screen = opened(sit)
    searched(window, screen, lot="NOBODY-GOT-IT")
    assert "Nothing fits" in window.texts(screen)
    for button in screen.buttons.values():
        assert not button.isVisible()


def test_reprint_and_reversal_start_from_a_row(sit: Sit, behind: Behind, entry: UUID) -> None:
    window, screen = opened(sit)
    offered = papers_of(screen.entries)
    searched(window, screen, patient="Fennowick")
    window.press(Qt.Key.Key_F6, at=screen.table)
    window.until(lambda: len(offered) == 1)
    window.press(Qt.Key.Key_F7, at=screen.table)
    window.until(lambda: len(offered) == 2)
    assert [kind for kind, _, _ in offered] == ["label", "receipt"]
    assert "Printed again" in " ".join(offered[1][2].words)
    window.press(Qt.Key.Key_F8, at=screen.table)
    (asking,) = screen.findChildren(ReasonDialog)
    asking.given.emit("brought back")
    asking.accept()
    window.until(lambda: len(screen.model.rows) == 2)
    assert screen.model.rows[0].reverses == entry
    assert behind.hospital.value("select on_hand from app.lot") == Decimal(40)


def test_without_the_database_it_says_so_and_searches_again(
    sit: Sit, behind: Behind, entry: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hisdesk.errors import Unavailable
    from hisdesk.hospital.dispensings.queries import HistoryPages

    window, screen = opened(sit)
    with monkeypatch.context() as away:

        def gone(*_args: object, **_values: object) -> None:
            raise Unavailable("The database does not answer.")

        away.setattr(HistoryPages, "page", gone)
        searched(window, screen, lot="AX-1")
        assert "The history could not be read" in window.texts(screen)
    window.press(Qt.Key.Key_F5, at=screen)
    window.until(lambda: [row.id for row in screen.model.rows] == [entry])


def test_it_opens_without_asking_anything(sit: Sit, behind: Behind) -> None:
    window, screen = opened(sit)
    assert screen.form.texts["patient"].control.hasFocus()
    assert window.tasks.pending == 0 and searches(behind) == 0
