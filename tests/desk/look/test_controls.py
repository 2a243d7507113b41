"""What controls promise: reasons, busy, keys, counts, messages, free dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QWidget
from pytestqt.qtbot import QtBot

from hisdesk.desk.kit.avatar import initials
from hisdesk.desk.kit.banner import Alert, Allergies, PatientBanner, Person
from hisdesk.desk.kit.choices import Segment, Segmented, Tabs
from hisdesk.desk.kit.controls import KINDS, Button, ReasonLabel, button_ink
from hisdesk.desk.kit.dates import parse_date, show_age, show_date
from hisdesk.desk.kit.fields import ComboField, DateField, SearchField, TextField
from hisdesk.desk.kit.keycap import key_text
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.states import Skeleton
from hisdesk.desk.kit.style import FocusRing
from hisdesk.desk.kit.theme import Theme

TODAY = date(2026, 3, 17)


def test_a_disabled_button_says_why(look: Theme, qtbot: QtBot) -> None:
    button = Button("Issue", "primary", key="F9")
    host = QWidget()
    qtbot.addWidget(host)
    row = QHBoxLayout(host)
    beside = ReasonLabel(button)
    row.addWidget(button)
    row.addWidget(beside)
    host.show()
    assert beside.isHidden()
    button.set_reason("1 line is blocked")
    assert not button.isEnabled()
    assert button.accessibleDescription() == "1 line is blocked. Key F9"
    assert beside.isVisible()
    assert beside.accessibleName() == "1 line is blocked"
    button.set_reason("")
    assert button.isEnabled()
    assert beside.isHidden()


def test_a_busy_button_keeps_its_width_and_ignores_clicks(look: Theme, qtbot: QtBot) -> None:
    button = Button("Register and check in", "primary", key="Ctrl+Return")
    qtbot.addWidget(button)
    button.show()
    clicks: list[int] = []
    button.clicked.connect(lambda: clicks.append(1))
    width = button.sizeHint().width()
    button.set_busy(True)
    assert button.sizeHint().width() == width
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert not clicks
    button.set_busy(False)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert clicks == [1]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_ink_in_every_state(look: Theme, kind: str) -> None:
    texts = {button_ink(kind, state).text.name() for state in ("rest", "hover", "pressed")}
    assert len(texts) == 1
    assert button_ink(kind, "disabled").text == look.colour("text.disabled")


def test_wrong_names_fail_when_a_button_is_made(look: Theme) -> None:
    with pytest.raises(ValueError, match="loud"):
        Button("x", "loud")
    with pytest.raises(KeyError, match="stethoscope"):
        Button("x", icon="ph.stethoscope")


def test_keys_are_printed_as_people_know_them() -> None:
    assert key_text("Ctrl+Return") == "Ctrl ↵"
    assert key_text("Up") == "↑"
    assert key_text("F2") == "F2"


def test_the_ring_follows_the_keyboard_and_leaves_with_the_window(look: Theme, qtbot: QtBot) -> None:
    host = QWidget()
    first, second = Button("First", parent=host), Button("Second", parent=host)
    second.move(200, 0)
    host.resize(400, 100)
    qtbot.addWidget(host)
    with qtbot.waitActive(host):
        host.show()
        host.activateWindow()
    first.setFocus(Qt.FocusReason.TabFocusReason)
    rings = [ring for ring in host.findChildren(FocusRing) if ring.isVisible()]
    assert [ring.target for ring in rings] == [first]
    assert rings[0].geometry() == first.geometry().adjusted(-4, -4, 4, 4)
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    rings = [ring for ring in host.findChildren(FocusRing) if ring.isVisible()]
    assert [ring.target for ring in rings] == [second]
    second.move(200, 40)
    assert rings[0].geometry() == second.geometry().adjusted(-4, -4, 4, 4)


def test_segments_are_worked_by_keyboard(look: Theme, qtbot: QtBot) -> None:
    states = Segmented([Segment("all", "All", "9"), Segment("waiting", "Waiting", "6")])
    qtbot.addWidget(states)
    with qtbot.waitActive(states):
        states.show()
        states.activateWindow()
    heard: list[str] = []
    states.chosen.connect(heard.append)
    assert states.value() == "all"
    button = next(child for child in states.children() if getattr(child, "segment", None) == Segment("all", "All", "9"))
    assert isinstance(button, QWidget)
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Right)
    assert heard == ["waiting"]
    wide = states.sizeHint().width()
    states.set_count("waiting", "1,000+")
    assert states.sizeHint().width() > wide


def test_tabs_make_room_for_counts(look: Theme, qtbot: QtBot) -> None:
    tabs = Tabs(("Consultation", "Results"))
    qtbot.addWidget(tabs)
    before = tabs.tabSizeHint(1).width()
    tabs.set_count(1, "2 new")
    assert tabs.tabSizeHint(1).width() > before
    assert tabs.accessibleTabName(1) == "Results 2 new"


def test_the_keyboard_marks_one_tab_not_the_bar(look: Theme, qtbot: QtBot) -> None:
    tabs = Tabs(("Consultation", "Results"))
    qtbot.addWidget(tabs)
    tabs.resize(600, tabs.height())
    with qtbot.waitExposed(tabs):
        tabs.show()
    tabs.activateWindow()
    colour = look.colour("focus")

    def ringed() -> set[int]:
        """The tabs in which the colour of the ring is seen left of the words; -1 for the rest of the bar."""
        picture = tabs.grab().toImage()
        words = [range(tabs.tabRect(i).left() + 12, tabs.tabRect(i).right() - 11) for i in range(2)]
        found = [x for x in range(600) if picture.pixelColor(x, tabs.height() // 2) == colour]
        return {tabs.tabAt(QPoint(x, 5)) for x in found if not any(x in each for each in words)}

    tabs.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(tabs.hasFocus)
    assert ringed() == {0}
    qtbot.keyClick(tabs, Qt.Key.Key_Right)
    assert ringed() == {1}
    tabs.clearFocus()
    assert ringed() == set()


def test_dates_numbers_and_amounts_stay_whole_where_a_label_wraps(look: Theme, qtbot: QtBot) -> None:
    said = "Born 19-Oct-1981 (45y) · MRN 400 010 273 · 500 mg"
    label = Label(said, wrap=True)
    qtbot.addWidget(label)
    assert label.text() == said
    drawn = QLabel.text(label)
    assert "400\N{NO-BREAK SPACE}010\N{NO-BREAK SPACE}273" in drawn
    assert "19\N{NON-BREAKING HYPHEN}Oct\N{NON-BREAKING HYPHEN}1981\N{NO-BREAK SPACE}(45y)" in drawn
    assert "500\N{NO-BREAK SPACE}mg" in drawn
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    assert QLabel.text(label) == said  # what is copied can be pasted into a search


def test_a_field_carries_its_message(look: Theme, qtbot: QtBot) -> None:
    dose = TextField("Dose", unit="mg", optional=True)
    qtbot.addWidget(dose)
    dose.show()
    dose.set_help("Per day")
    height = dose.edit.height()
    assert dose.message == "Per day"
    dose.set_error("More than the daily limit of 4,000 mg")
    assert dose.edit.property("state") == "error"
    assert dose.edit.accessibleDescription() == "More than the daily limit of 4,000 mg"
    assert dose.edit.height() == height
    dose.set_error("")
    assert dose.message == "Per day"
    assert not dose.edit.property("state")


@pytest.mark.parametrize(
    "typed", ["23.6.1984", "1984-06-23", "23 jun 84", "23-Jun-1984", "06/23/1984", "June 23, 1984", "23061984"]
)
def test_dates_are_read_as_typed(typed: str) -> None:
    assert parse_date(typed, TODAY) == date(1984, 6, 23)


@pytest.mark.parametrize("typed", ["3/4/1984", "02031984", "29.2.2023", "soon", "23 foo 1984", "1.1.984", "", "12"])
def test_what_is_no_single_date_is_asked_again(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_date(typed, TODAY)


def test_two_digits_of_a_year_lie_in_the_past() -> None:
    assert parse_date("1.1.30", TODAY).year == 1930
    assert parse_date("1.1.25", TODAY).year == 2025
    assert parse_date("1.1.30", TODAY, past=False).year == 2030


def test_ages_come_in_the_unit_people_use() -> None:
    assert show_age(date(2026, 3, 10), TODAY) == "7 d"
    assert show_age(date(2026, 1, 20), TODAY) == "8 w"
    assert show_age(date(2025, 3, 10), TODAY) == "12 mo"
    assert show_age(date(1984, 6, 23), TODAY) == "41 y"
    assert show_date(date(984, 6, 3)) == "03-Jun-0984"


def test_a_date_field_shows_what_it_understood(look: Theme, qtbot: QtBot) -> None:
    born = DateField("Born", birth=True, today=TODAY)
    qtbot.addWidget(born)
    heard: list[object] = []
    born.changed.connect(heard.append)
    qtbot.keyClicks(born.edit, "23.6.84")
    qtbot.keyClick(born.edit, Qt.Key.Key_Return)
    assert born.edit.text() == "23-Jun-1984"
    assert born.value() == date(1984, 6, 23)
    assert heard == [date(1984, 6, 23)]
    born.edit.setText("1.5.2031")
    assert born.value() is None
    assert "future" in born.message


def test_a_combo_keeps_its_value_when_the_list_changes(look: Theme, qtbot: QtBot) -> None:
    doctor = ComboField("Doctor", [("a", "Dr A"), ("b", "Dr B")])
    qtbot.addWidget(doctor)
    doctor.set_value("b")
    doctor.set_options([("c", "Dr C"), ("b", "Dr B")])
    assert doctor.value() == "b"


def test_escape_empties_a_search_and_then_leaves(look: Theme, qtbot: QtBot) -> None:
    search = SearchField("Find", "Ctrl+K")
    qtbot.addWidget(search)
    qtbot.keyClicks(search, "smi")
    left: list[int] = []
    search.left.connect(lambda: left.append(1))
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert search.text() == ""
    assert not left
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert left == [1]


def test_initials_leave_titles_out() -> None:
    assert initials("Dr A. Oakhollow") == "AO"
    assert initials("N. Brightwater") == "NB"
    assert initials("") == ""


def test_the_skeleton_waits_then_speaks_up(look: Theme, qtbot: QtBot) -> None:
    reading = Skeleton()
    qtbot.addWidget(reading)
    reading.resize(300, 200)
    reading.show()
    assert reading.line.text() == ""
    reading.show_bars()
    assert reading.line.text() == "Reading the list"
    reading.show_slow()
    assert reading.cancel.isVisible()
    with qtbot.waitSignal(reading.cancelled):
        qtbot.mouseClick(reading.cancel, Qt.MouseButton.LeftButton)
    reading.stop()


ILSABET = Person("Marroway", "Ilsabet", "Ms", date(1958, 9, 14), sex="Female", mrn="407188236")
STATES = (
    Allergies("known", ("penicillin",), "Anaphylaxis, 03-Sep-2019"),
    Allergies("none_known", (), "Asked 17-Mar-2026"),
    Allergies("not_recorded", (), "Ask, then record"),
    Allergies("unavailable", (), "Database away since 10:31"),
)


def test_the_four_allergy_states_never_look_alike(look: Theme, qtbot: QtBot) -> None:
    banner = PatientBanner()
    qtbot.addWidget(banner)
    banner.resize(1000, 64)
    banner.show()
    grounds = []
    for state in STATES:
        banner.set_person(ILSABET, state, today=TODAY)
        picture = banner.block.grab().toImage()
        grounds.append((picture.pixelColor(8, 26).name(), picture.pixelColor(20, 1).name()))
        assert state.headline in banner.accessibleName()
    assert len(set(grounds[:2] + grounds[2:3])) == 3
    assert STATES[1].headline != "Allergies unavailable"
    assert grounds[0][0] == look.colour("banner.allergy_bg").name()
    assert grounds[2][0] == look.colour("banner.attention_bg").name()


def test_the_banner_is_one_group_and_opens_the_allergies(look: Theme, qtbot: QtBot) -> None:
    banner = PatientBanner()
    qtbot.addWidget(banner)
    banner.set_person(ILSABET, STATES[0], today=TODAY)
    assert banner.accessibleName() == (
        "Patient MARROWAY, Ilsabet (Ms), Born 14-Sep-1958 (67y), Sex Female, MRN 407 188 236. "
        "Known allergies: penicillin. Anaphylaxis, 03-Sep-2019"
    )
    banner.show()
    with qtbot.waitSignal(banner.clicked_allergies):
        qtbot.mouseClick(banner.block, Qt.MouseButton.LeftButton)


def test_alerts_give_way_before_name_and_number(look: Theme, qtbot: QtBot) -> None:
    banner = PatientBanner()
    qtbot.addWidget(banner)
    banner.set_person(ILSABET, STATES[0], (Alert("ph.drop", "Anticoagulant"),), TODAY)
    banner.resize(1200, 64)
    banner.show()
    assert banner._alerts.isVisible()
    banner.resize(800, 64)
    assert not banner._alerts.isVisible()


def test_died_unidentified_and_newborn_are_said() -> None:
    died = Person("A", "B", birth_date=date(1950, 1, 1), died_on=date(2020, 1, 1))
    assert ("Died", "01-Jan-2020") in died.facts(TODAY)
    assert ("Born", "01-Jan-1950 (70y)") in died.facts(TODAY)
    unknown = Person("", "", birth_date=date(1980, 1, 1), birth_date_estimated=True, unidentified=True)
    assert unknown.headline == "Unidentified person"
    assert unknown.facts(TODAY)[0] == ("Born", "about 1980, estimated")
    assert Person("Marroway", "Ilsabet", newborn=True).headline == "Baby of MARROWAY, Ilsabet"


def test_a_name_reads_in_the_banner_as_in_lists() -> None:
    assert Person("Strauß", "Jürgen", "Mr").headline == "STRAUß, Jürgen (Mr)"
    assert Person("Strauß", "Jürgen", "Mr", newborn=True).headline == "Baby of STRAUß, Jürgen"
    assert Person("", "Jürgen").headline == "Jürgen"


def test_the_preferred_name_stands_behind_the_name(look: Theme, qtbot: QtBot) -> None:
    banner = PatientBanner()
    qtbot.addWidget(banner)
    banner.resize(1000, 64)
    banner.set_person(ILSABET, STATES[1], today=TODAY)
    before = banner.grab(QRect(0, 0, 500, 64)).toImage()
    called = replace(ILSABET, preferred_name="Ilse")
    banner.set_person(called, STATES[1], today=TODAY)
    assert "(Ms), Preferred name Ilse, Born" in banner.accessibleName()
    assert banner.grab(QRect(0, 0, 500, 64)).toImage() != before
    assert replace(called, preferred_name="ilsabet").called() == ()
    assert replace(called, unidentified=True).called() == replace(called, newborn=True).called() == ()


def test_a_long_preferred_name_is_whole_and_the_allergies_wrap_beside_it(look: Theme, qtbot: QtBot) -> None:
    banner = PatientBanner()
    qtbot.addWidget(banner)
    banner.resize(1000, 64)
    many = Allergies("known", ("penicillin", "latex", "peanuts", "iodine contrast"))
    banner.set_person(ILSABET, many, today=TODAY)
    banner.show()
    wide = banner.block.sizeHint().width()
    banner.set_person(replace(ILSABET, preferred_name="Ilsabet Wenna Marigold Aurelia"), many, today=TODAY)
    assert banner.block.sizeHint().width() < wide


def test_a_person_who_died_has_a_grey_banner(look: Theme, qtbot: QtBot, qapp: QApplication) -> None:
    banner = PatientBanner()
    qtbot.addWidget(banner)
    banner.resize(900, 64)
    seen = []
    for died_on in (None, date(2026, 3, 1)):
        person = Person("A", "B", birth_date=date(1950, 1, 1), died_on=died_on)
        banner.set_person(person, STATES[1], today=TODAY)
        seen.append(QColor(banner.grab().toImage().pixelColor(2, 2)).name())
    assert seen[0] == look.colour("banner.bg").name()
    assert seen[0] != seen[1]
