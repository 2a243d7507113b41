"""Who cleans sees the own tasks with their clock, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt

from hisdesk.desk.housekeeping.screens import SCREENS, TASKS
from hisdesk.desk.housekeeping.tasks import Tasks
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dialogs import Dialog
from hisdesk.hospital.beds.actions import set_status
from tests.desk.doctor.conftest import Room, room, statements
from tests.factories import wards
from tests.helpers.hospital import Desk, Hospital

__all__ = ("room",)


@dataclass
class House:
    """Somebody who cleans at their screen, and the ward."""

    hospital: Hospital
    room: Room = field(repr=False)
    ward: Desk = field(repr=False)
    beds: wards.Room

    @property
    def screen(self) -> Tasks:
        screen = self.room.home.widget(TASKS)
        assert isinstance(screen, Tasks)
        return screen

    def dirty(self, label: str, status: str = "H") -> None:
        before = self.screen.read_at
        self.ward.do(set_status, self.beds.beds[label], 1, status)
        self.room.hear("cleaning_task", department_id=self.hospital.department("W1"))
        self.room.until(lambda: self.screen.read_at != before)
        self.room.quiet()

    def bed(self, label: str) -> object:
        return self.hospital.value("select status from app.bed where label = %s", label)


@pytest.fixture
def house(hospital: Hospital, room: Callable[..., Room]) -> House:
    beds = wards.furnished(hospital, "1A", "1B")
    ward = hospital.desk("ward_manager", ("W1",), station="WARD-1")
    cleaner = room("housekeeping", ("W1",), station="FRONT-2", screens=SCREENS, given="Una", family="Larkmoor")
    made = House(hospital, cleaner, ward, beds)
    cleaner.home.open(TASKS)
    cleaner.until(lambda: made.screen.read_at is not None)
    return made


def test_a_task_appears_by_itself_and_f2_starts_and_ends_it(house: House) -> None:
    assert house.screen.page == "empty"
    badges: list[str] = []
    house.screen.badge.connect(badges.append)
    house.dirty("1A")
    assert house.screen.page == "task" and badges[-1] == "1"
    assert house.screen.what.text() == "Clean bed 1A" and "Ward 1" in house.screen.where.text()
    assert house.screen.primary.text() == "Start" and house.screen.bar.isHidden()
    house.room.press(Qt.Key.Key_F2, at=house.screen)
    house.room.quiet()
    assert house.screen.primary.text() == "Done" and house.screen.clock.text() == "0 of 30 min"
    assert not house.screen.bar.isHidden() and house.bed("1A") == "H"
    house.hospital.run(
        "update app.cleaning_task set started_at = started_at - interval '20 minutes' where status = 'started'"
    )
    house.screen.read_again()
    house.room.quiet()
    house.room.press(Qt.Key.Key_F2, at=house.screen)
    house.room.quiet()
    assert house.bed("1A") == "U" and house.screen.page == "empty" and badges[-1] == ""
    assert house.screen.done.text().startswith("1A · Ward 1 · ")


def test_f2_twice_does_not_free_a_bed_that_nobody_cleaned(house: House) -> None:
    house.dirty("1A")
    for _ in range(2):
        house.room.press(Qt.Key.Key_F2, at=house.screen)
        house.room.quiet()
    (asking,) = house.screen.findChildren(Dialog)
    assert house.bed("1A") == "H"
    house.room.press(Qt.Key.Key_Escape, at=asking)
    house.room.quiet()
    assert house.bed("1A") == "H" and house.screen.primary.text() == "Done"
    house.screen.primary.click()
    (asking,) = house.screen.findChildren(Dialog)
    next(button for button in asking.findChildren(Button) if button.text() == "It is clean").click()
    house.room.quiet()
    assert house.bed("1A") == "U" and house.screen.page == "empty"


def test_going_is_told_to_the_ward_and_refusing_asks_somebody_else(house: House) -> None:
    house.dirty("1A")
    house.room.press(Qt.Key.Key_F4, at=house.screen)
    house.room.quiet()
    assert house.hospital.value("select status from app.cleaning_task") == "accepted"
    assert house.screen.go.isHidden()
    other = house.hospital.account("housekeeping", ("GEN",))
    house.room.press(Qt.Key.Key_F8, at=house.screen)
    house.room.quiet()
    assert house.screen.page == "empty"
    offered = "select a.name from app.cleaning_task t join auth.account a on a.user_id = t.offered_to"
    assert house.hospital.value(offered) == other


def test_a_task_of_somebody_else_is_not_here(house: House) -> None:
    near = house.hospital.desk("housekeeping", ("W1",), station="FRONT-1")
    house.dirty("1A")
    house.dirty("1B", "K")
    own = [task.bed for task in house.screen.shown.open]
    assert len(own) == 1
    named = house.hospital.value("select offered_to from app.cleaning_task order by asked_at limit 1")
    assert (named == near.actor.user_id) == (own == ["1B"])


def test_a_task_that_was_taken_away_says_so(house: House) -> None:
    house.dirty("1A")
    task = house.screen.task
    assert task is not None
    house.hospital.run("update app.cleaning_task set status = 'cancelled', version = version + 1")
    house.screen.step()
    house.room.quiet()
    assert "The task has changed" in house.room.texts() and house.screen.page == "empty"


def test_the_screen_reads_with_two_statements(house: House) -> None:
    with statements(house.hospital.station("FRONT-2")) as sent:
        house.screen.read_again()
        house.room.quiet()
    assert len(sent) == 2
