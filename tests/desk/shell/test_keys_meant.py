"""No key means two things where it is pressed: Qt would then do neither, and say nothing."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from hisdesk.desk.doctor.chart import Chart
from hisdesk.desk.shell.registry import declared_for
from tests.factories import people, prescriptions, visits
from tests.helpers.hospital import Hospital
from tests.helpers.windows import SeatedPerson, seated

ROLES = (
    ("registration", ("CARD",)), ("physician", ("CARD",)), ("nurse", ("CARD",)), ("pharmacy", ("PHARM",)),
    ("therapist", ("CARD",)), ("ward_manager", ("W1",)), ("housekeeping", ("W1",)), ("superadmin", ("CARD",)),
)  # fmt: skip


def clashes(root: QWidget) -> list[str]:
    """Keys that two shortcuts hear at the same place now: one widget is around the other, or the same."""
    found = [
        (shortcut.key().toString(), owner)
        for shortcut in root.findChildren(QShortcut)
        if isinstance(owner := shortcut.parent(), QWidget)
        and owner.isVisible()
        and shortcut.isEnabled()
        and shortcut.context() == Qt.ShortcutContext.WidgetWithChildrenShortcut
    ]
    return [
        f"{key}: {type(one).__name__} in {type(other).__name__}"
        for (key, one), (same, other) in combinations(found, 2)
        if key == same and (one is other or one.isAncestorOf(other) or other.isAncestorOf(one))
    ]


@pytest.mark.parametrize(("role", "departments"), ROLES, ids=[role for role, _ in ROLES])
def test_no_key_means_two_things_on_any_screen(
    qtbot: QtBot, hospital: Hospital, tmp_path: Path, role: str, departments: tuple[str, ...]
) -> None:
    prescriptions.pharmacy(hospital)
    desk = hospital.desk(role, departments, station="ROOM-3")
    front = hospital.desk("registration", ("CARD",), station="FRONT-1")
    person = people.registered(front).patient_id
    visits.added(front, hospital.department(), patient_id=person)
    screens = declared_for(desk.actor)
    with seated(SeatedPerson, qtbot, hospital, desk, screens, tmp_path, station="ROOM-3") as seat:
        for screen in seat.home.screens:
            shown = seat.home.open_chart(person, "Test") if screen.chart else seat.home.open(screen.id)
            seat.settle()
            assert clashes(seat.home) == [], screen.title
            if isinstance(shown, Chart):
                assert shown.page == "open" or role not in ("physician", "nurse")
                for tab in shown.pages if shown.page == "open" else ():
                    shown.show_tab(tab)
                    seat.until(shown.pages[tab].isVisible)
                    assert clashes(seat.home) == [], f"{screen.title}: {tab}"
