"""The home screen of each role on a real database: its figures, live, through the fence, and the ways behind them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from hisdesk.desk.kit.icons import glyph
from hisdesk.desk.kit.list_screen import ListScreen
from hisdesk.desk.kit.paint import text_width
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.tile_view import WIDTH, TileView, title_width
from hisdesk.desk.kit.tiles import NOT_KNOWN
from hisdesk.desk.shell.deeds import _WORDS, line
from hisdesk.desk.shell.home_screen import HomeScreen
from hisdesk.desk.shell.registry import HOME, declared_for, offered, on_rail
from hisdesk.hospital.notes.actions import Place, keep_draft
from hisdesk.hospital.notes.rules import Content
from hisdesk.hospital.patients.queries import opened
from hisdesk.hospital.timeline.queries import Deed
from tests.desk.doctor.conftest import statements
from tests.factories import people, visits, wards
from tests.helpers.hospital import Desk, Hospital, superuser
from tests.helpers.windows import LAPTOP, SeatedPerson, seated

Sit = Callable[..., "Person"]


class Person(SeatedPerson):
    """Somebody who looks at their home screen."""

    @property
    def screen(self) -> HomeScreen:
        screen = self.home.widget(HOME)
        assert isinstance(screen, HomeScreen)
        return screen

    def tile(self, title: str) -> TileView:
        return next(view for view in self.screen.tiles if view.tile.title == title)

    def figure(self, title: str) -> str:
        return self.tile(title).said.figure

    @property
    def titles(self) -> list[str]:
        return [view.tile.title for view in self.screen.tiles]


@pytest.fixture
def sit(qtbot: QtBot, hospital: Hospital, tmp_path: Path) -> Iterator[Sit]:
    """`sit(role, departments, station)`: somebody with all their screens, at Home."""
    folders = (tmp_path / f"station-{n}" for n in count())
    with ExitStack() as windows:

        def at_home(
            role: str | tuple[str, ...] = "registration",
            departments: tuple[str, ...] = ("CARD",),
            *,
            station: str = "ROOM-3",
            size: tuple[int, int] = LAPTOP,
            signed: Desk | None = None,
        ) -> Person:
            desk = signed or hospital.desk(role, departments, station=station)
            screens = declared_for(desk.actor)
            window = seated(Person, qtbot, hospital, desk, screens, next(folders), station=station, size=size)
            person = windows.enter_context(window)
            person.open(HOME)
            return person

        yield at_home


@contextmanager
def away(hospital: Hospital) -> Iterator[None]:
    """The database hangs up and lets nobody in while the block runs."""
    with superuser(hospital.address) as server:
        server.exec_driver_sql(f'alter database "{hospital.name}" with allow_connections false')
        server.exec_driver_sql(
            "select pg_terminate_backend(a.pid) from pg_stat_activity a where a.datname = %s", (hospital.name,)
        )
        try:
            yield
        finally:
            server.exec_driver_sql(f'alter database "{hospital.name}" with allow_connections true')


def grant(hospital: Hospital, give: bool, role: str, module: str, act: str) -> None:
    its = "(select id from auth.role where name = %s)"
    if give:
        hospital.run(f"insert into auth.role_grant values ({its}, %s, %s)", role, module, act)
    else:
        hospital.run(
            f"delete from auth.role_grant where role_id = {its} and module = %s and act = %s", role, module, act
        )


ROLES = ("registration", "physician", "nurse", "pharmacy", "laboratory", "radiology", "therapist", "ward_manager",
         "housekeeping", "superadmin", "helpdesk", "privacy_officer", "facility_head", "medical_admin")  # fmt: skip


def test_the_front_desk_sees_its_queue_live(sit: Sit, hospital: Hospital) -> None:
    clerk = sit("registration", ("CARD", "GEN"))
    assert clerk.titles == ["Waiting", "Longest wait", "With a doctor", "Registered today"]
    assert [clerk.figure(title) for title in clerk.titles] == ["0", "None", "0", "0"]
    colleague = hospital.desk("registration", ("CARD", "GEN"))
    visits.added(colleague, hospital.department("CARD"), priority="urgent")
    visits.added(colleague, hospital.department("GEN"))
    clerk.hear("visit", department_id=hospital.department("CARD"))
    clerk.until(lambda: clerk.figure("Waiting") == "2")
    assert clerk.tile("Waiting").said.detail == "1 urgent · Cardiology 1, General medicine 1"
    assert (clerk.tile("Longest wait").said.figure, clerk.tile("Longest wait").said.unit) == ("< 1", "min")
    before = int(clerk.figure("Registered today"))
    person = people.registered(colleague)
    clerk.hear("patient", patient_id=person.patient_id)
    clerk.until(lambda: clerk.figure("Registered today") == str(before + 1))
    assert clerk.tile("Registered today").accessibleName() == f"Registered today: {before + 1}. None by you"


def test_a_change_in_another_department_reads_nothing(sit: Sit, hospital: Hospital) -> None:
    clerk = sit("registration", ("CARD",))
    before = clerk.screen.read_at
    clerk.hear("visit", department_id=hospital.department("GEN"))
    clerk.hear("bed", department_id=hospital.department("CARD"))
    clerk.settle()
    assert clerk.screen.read_at == before


def test_a_tile_is_the_way_to_the_work_by_key_and_by_mouse(sit: Sit) -> None:
    clerk = sit()
    assert QApplication.focusWidget() is clerk.tile("Waiting"), "the arrow keys work at once"
    clerk.press(Qt.Key.Key_Right)
    assert QApplication.focusWidget() is clerk.tile("Longest wait")
    clerk.press(Qt.Key.Key_Left)
    clerk.press(Qt.Key.Key_Left)
    clerk.press(Qt.Key.Key_Return)
    clerk.settle()
    assert clerk.home.current_id == "reception.arrivals"
    assert clerk.home.widget("reception.arrivals").state == "Waiting"  # type: ignore[union-attr]
    clerk.press(Qt.Key.Key_Home, Qt.KeyboardModifier.AltModifier)
    assert clerk.home.current_id == HOME and clerk.home.frame.rail.current() == HOME
    QTest.mouseClick(clerk.tile("Registered today"), Qt.MouseButton.LeftButton)
    clerk.settle()
    assert clerk.home.current_id == "reception.register"
    clerk.home.back()
    assert clerk.home.current_id == HOME


def test_up_and_down_go_to_the_nearest_tile(sit: Sit) -> None:
    nurse = sit("nurse", ("CARD",))
    nurse.tile("Longest wait").setFocus()
    nurse.press(Qt.Key.Key_Down)
    assert QApplication.focusWidget() is nurse.tile("In progress"), "the third column: the wide tile takes two"
    nurse.press(Qt.Key.Key_Up)
    assert QApplication.focusWidget() is nurse.tile("Longest wait")
    nurse.press(Qt.Key.Key_Up)
    assert QApplication.focusWidget() is nurse.tile("Longest wait"), "there is nothing above"


def test_keys_begin_the_work_of_the_front_desk(sit: Sit, hospital: Hospital) -> None:
    clerk = sit()
    shown = dict(clerk.screen.key_list.rows.keys)
    assert (shown["F2"], shown["F3"], shown["Alt+1"]) == ("Register a person", "Add to queue", "Arrivals")
    assert "F2: Register a person" in clerk.screen.key_list.rows.accessibleName()
    clerk.press(Qt.Key.Key_F3)
    clerk.settle()
    assert clerk.home.current_id == "reception.patients" and "queue" in clerk.texts(
        clerk.home.widget("reception.patients")
    )
    clerk.open(HOME)
    clerk.press(Qt.Key.Key_F2)
    clerk.settle()
    assert clerk.home.current_id == "reception.register"
    clerk.open(HOME)
    grant(hospital, False, "registration", "patients", "create")
    clerk.hear("role_grant")
    clerk.until(lambda: "F2" not in dict(clerk.screen.key_list.rows.keys))
    assert "F2" not in {key.keys for key in clerk.screen.keys.all}


def test_a_permission_taken_away_takes_the_figure_away_at_once(sit: Sit, hospital: Hospital) -> None:
    clerk = sit()
    assert "Registered today" in clerk.titles
    grant(hospital, False, "registration", "patients", "create")
    clerk.hear("role_grant")
    clerk.until(lambda: "Registered today" not in clerk.titles)
    clerk.settle()
    assert "registered" not in clerk.screen.shown.values, "it is not even asked for"  # type: ignore[union-attr]
    assert clerk.figure("Waiting") == "0", "the rest is read as before"
    grant(hospital, True, "registration", "patients", "create")
    clerk.hear("role_grant")
    clerk.until(lambda: "Registered today" in clerk.titles)
    clerk.until(lambda: clerk.figure("Registered today") == "0")


def test_a_nurse_of_the_ward_begins_with_who_is_worst(sit: Sit) -> None:
    nurse = sit("nurse", ("CARD", "W1"))
    assert nurse.titles[:2] == ["High NEWS2", "Vital signs due"]
    assert QApplication.focusWidget() is nurse.tile("High NEWS2")


def test_a_long_name_is_never_cut(sit: Sit, hospital: Hospital) -> None:
    signed = hospital.desk("registration", ("CARD",), station="ROOM-3")
    people.registered(signed, family_name="Ossingway-Featherstonehaugh", given_names="Petronella Wilhelmina Annabel")
    people.registered(signed, family_name="Marroway", given_names="Ilsabet")
    clerk = sit(signed=signed)
    short, long = clerk.screen.deeds.rows
    assert long.height() > short.height() + 10, "it has another line"


def test_it_opens_with_two_statements(sit: Sit) -> None:
    nurse = sit("nurse", ("CARD", "W1"))
    with statements(nurse.tasks.db) as seen:
        nurse.home.read_again()
        nurse.settle()
    assert len(seen) == 2, "the figures, and what was done lately"


def test_what_could_not_be_read_is_no_number(sit: Sit, hospital: Hospital) -> None:
    desk = hospital.desk("registration", ("CARD",), station="ROOM-3")
    visits.added(hospital.desk(), hospital.department())
    with away(hospital):
        clerk = sit(signed=desk)
        assert {view.said.figure for view in clerk.screen.tiles} == {NOT_KNOWN}
        assert clerk.tile("Waiting").said.detail == "Not available"
        assert clerk.tile("Waiting").accessibleName() == "Waiting: not known. Not available"
        assert "The database is away" in clerk.texts(clerk.screen)
        assert "Not available" in clerk.texts(clerk.screen.deeds)
    clerk.home.read_again()
    clerk.until(lambda: clerk.figure("Waiting") == "1")
    assert "The database is away" not in clerk.texts(clerk.screen)


def test_figures_that_are_old_are_muted_and_dated(sit: Sit, hospital: Hospital) -> None:
    clerk = sit()
    with away(hospital):
        clerk.home.read_again()
        clerk.until(lambda: clerk.tile("Waiting").stale)
        assert clerk.figure("Waiting") == "0", "what was known stays"
        assert "s old: the database does not answer, asking every 10 s" in clerk.texts(clerk.screen)
    clerk.home.read_again()
    clerk.until(lambda: not clerk.tile("Waiting").stale)
    clerk.hub._broker_state("away")
    assert not clerk.tile("Waiting").stale, "polled a moment ago"
    assert clerk.screen.read_at is not None
    clerk.screen.read_at -= 240
    clerk.screen._ticked()
    assert clerk.tile("Waiting").stale and "4 min old: asking every 10 s" in clerk.texts(clerk.screen)


def test_the_hub_outlives_the_screen(sit: Sit, hospital: Hospital) -> None:
    clerk = sit()
    screen = clerk.screen
    clerk.home._close_screen(HOME)
    clerk.until(lambda: not isValid(screen))
    clerk.hub._broker_state("away")
    clerk.hear("visit", department_id=hospital.department())
    clerk.settle()


def test_waits_grow_by_themselves(sit: Sit, hospital: Hospital) -> None:
    visits.added(hospital.desk(), hospital.department())
    clerk = sit()
    hospital.run("update app.visit set arrived_at = arrived_at - interval '125 min'")
    clerk.home.read_again()
    clerk.until(lambda: clerk.figure("Longest wait") == "2 h 05")
    assert clerk.tile("Longest wait").said.tone == "attention"


def test_who_has_no_ward_has_no_figures_of_one(sit: Sit, hospital: Hospital) -> None:
    wards.furnished(hospital, "1A", "1B")
    doctor, nurse = sit("physician", ("CARD",)), sit("nurse", ("W1",), station="WARD-1")
    assert "Free beds" not in doctor.titles and "Waiting for me" in doctor.titles
    assert nurse.tile("Free beds").isVisible() and nurse.figure("Free beds") == "2"


def test_the_ward_hears_of_beds_requests_and_vital_signs(sit: Sit, hospital: Hospital) -> None:
    beds = wards.furnished(hospital, "1A", "1B").beds
    nurse = sit("nurse", ("W1",), station="WARD-1")
    person = people.registered(hospital.desk(), sex="male").patient_id
    asked = wards.requested(hospital, person, urgency="urgent")
    nurse.hear("admission_request", department_id=hospital.department("W1"))
    nurse.until(lambda: nurse.figure("Waiting for a bed") == "1")
    assert nurse.tile("Waiting for a bed").said.detail == "1 urgent · the longest for < 1 min"
    wards.admitted(hospital, asked, beds["1A"])
    nurse.hear("stay", department_id=hospital.department("W1"))
    nurse.until(lambda: nurse.figure("Occupied beds") == "1")
    assert (nurse.figure("High NEWS2"), nurse.figure("Vital signs due")) == ("0", "1")
    with hospital.deploy.transaction() as tx:
        tx.exec_driver_sql(
            """insert into app.vital_signs (id, patient_id, news2, respiratory_rate_per_min, oxygen_saturation_percent,
                   oxygen_given, systolic_mmhg, pulse_per_min, consciousness, temperature_celsius)
               values (gen_random_uuid(), %s, 9, 26, 90, true, 95, 120, 'alert', 39.2)""",
            (person,),
        )
    nurse.hear("vital_signs", patient_id=person)
    nurse.until(lambda: nurse.figure("High NEWS2") == "1")
    assert nurse.tile("High NEWS2").said.tone == "critical" and nurse.figure("Vital signs due") == "0"
    assert nurse.tile("High NEWS2").said.detail == "Highest score 9"


def test_an_unsigned_note_is_one_key_away(sit: Sit, hospital: Hospital) -> None:
    front, signed = hospital.desk(), hospital.desk("physician", station="ROOM-3")
    person = people.registered(front, family_name="Marroway", given_names="Ilsabet").patient_id
    visit = visits.added(front, hospital.department(), patient_id=person)
    opened(signed.db, signed.actor, person)
    signed.do(keep_draft, Place(person, visit.visit_id), Content(subjective="Cough"))
    doctor = sit(signed=signed)
    assert doctor.figure("Unsigned notes") == "1" and doctor.tile("Unsigned notes").said.tone == "attention"
    doctor.tile("Unsigned notes").setFocus()
    doctor.press(Qt.Key.Key_Return)
    doctor.settle()
    assert doctor.home.current_id == "doctor.chart"
    assert doctor.home.banner.person is not None and doctor.home.banner.person.family_name == "Marroway"


def test_what_was_done_lately_opens_the_record(sit: Sit, hospital: Hospital) -> None:
    signed = hospital.desk("registration", ("CARD",), station="ROOM-3")
    person = people.registered(signed, family_name="Harkwell", given_names="Bevan")
    visits.added(signed, hospital.department(), patient_id=person.patient_id)
    clerk = sit(signed=signed)
    rows = clerk.screen.deeds.rows
    assert [(row.line.what, row.line.who) for row in rows] == [
        ("Added to the queue", "HARKWELL, Bevan"),
        ("Registered", "HARKWELL, Bevan"),
    ]
    QTest.mouseClick(rows[0], Qt.MouseButton.LeftButton)
    clerk.settle()
    assert clerk.home.current_id == "reception.record"


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_figures_that_fit_and_lead_somewhere(sit: Sit, role: str) -> None:
    person = sit(role, ("CARD", "W1"))
    screens = {screen.id for screen in person.home.screens}
    assert len(person.screen.tiles) >= 3
    room = title_width(theme().text_px(WIDTH))
    for view in person.screen.tiles:
        tile = view.tile
        assert text_width(theme().font("body"), tile.title) <= room, tile.title
        glyph(tile.icon)
        assert view.said.figure != NOT_KNOWN and (not tile.opens or tile.opens in screens)
        if tile.opens:
            person.open(HOME)
            view.click()
            person.settle()
            assert person.home.current_id == tile.opens, tile.title
            opened_at = person.home.widget(tile.opens)
            shown = opened_at if isinstance(opened_at, ListScreen) else getattr(opened_at, "list", None)
            assert not tile.segment or (isinstance(shown, ListScreen) and shown.state == tile.segment), tile.title
    assert len(set(person.titles)) == len(person.titles), "no figure twice"


FIRST = {
    "registration": "reception.arrivals",
    "physician": "doctor.day",
    "nurse": "reception.arrivals",
    "pharmacy": "pharmacy.counter",
    "laboratory": "department.orders",
    "ward_manager": "ward.beds",
    "housekeeping": "housekeeping.tasks",
    "superadmin": "admin.staff",
    "privacy_officer": "admin.audit",
    "facility_head": HOME,
    "medical_admin": HOME,
}


def test_who_works_from_a_list_begins_with_it_and_has_home_on_the_rail(hospital: Hospital) -> None:
    for role, first in FIRST.items():
        actor = hospital.desk(role, ("CARD", "W1")).actor
        screens = offered(actor, declared_for(actor))
        assert screens[0].id == first, role
        assert HOME in {screen.id for screen in on_rail(screens)}, role


def test_somebody_without_a_workstation_has_no_home(hospital: Hospital) -> None:
    actor = hospital.desk("cashier").actor
    assert declared_for(actor) == ()


def test_a_deed_is_called_by_its_most_telling_change() -> None:
    def said(*changes: tuple[str, str, str]) -> str | None:
        at = dt.datetime(2026, 3, 17, 10, 42, tzinfo=dt.UTC)
        found = line(Deed(at, changes, None, "", "", "", ""))
        return found.what if found is not None else None

    assert said(("lot", "changed", ""), ("prescription", "changed", "dispensed"), ("dispensing", "created", "")) == (
        "Dispensing entered"
    )
    assert said(("visit", "changed", "called")) == "Called"
    assert said(("visit", "changed", "")) == "Moved in the queue"
    assert said(("visit", "created", "waiting")) == "Added to the queue"
    assert said(("note", "changed", "signed"), ("visit", "changed", "completed")) == "Note signed"
    assert said(("outbox", "created", "")) is None


def test_the_icons_of_deeds_exist() -> None:
    for icon, _words in _WORDS.values():
        glyph(icon)
