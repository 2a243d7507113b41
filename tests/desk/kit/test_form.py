"""Forms: values, messages under the fields, what was typed is kept, leaving asks, conflicts go back into the fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.drafts import Drafts
from hisdesk.desk.kit.form import Field, Form, Heading
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.theme import theme
from hisdesk.errors import Conflict
from tests.desk.kit.fakes import person

KEY = "register patient"


def no_digits(text: str) -> str | None:
    return "A name has no digits" if any(c.isdigit() for c in text) else None


FIELDS = [
    Heading("Identity"),
    Field("family_name", "Family name", max_length=20, validate=no_digits),
    Field("given_names", "Given names"),
    Field("born", "Born", "birth_date"),
    Field("sex", "Sex", "choice", options=[(None, "not asked"), ("female", "Female"), ("male", "Male")]),
    Field("phone", "Phone", "phone", required=False, help="With the country code"),
    Field("weight", "Weight", required=False, unit="kg"),
    Field("notes", "Notes", "multiline", required=False, span=2),
    Field("interpreter", "Needs an interpreter", "check", required=False),
]
GOOD = {"family_name": "Marroway", "given_names": "Ilsabet", "born": dt.date(1958, 9, 14), "sex": "female"}


def make_form(qtbot: QtBot) -> Form:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme().apply(app, "light")
    made = Form(FIELDS)
    qtbot.addWidget(made)
    made.resize(700, 600)
    made.show()
    return made


def test_the_cursor_stays_near_while_it_is_saved_and_comes_back(qtbot: QtBot) -> None:
    window, form = QWidget(), Form(FIELDS)
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    search = QLineEdit()
    column.addWidget(search)
    around = QWidget()
    QVBoxLayout(around).addWidget(form)
    column.addWidget(around)
    window.show()
    qtbot.waitUntil(window.isVisible)
    form.controls["given_names"].control.setFocus()
    form.set_busy(True)
    QTest.keyClicks(window.focusWidget(), "lost")
    assert window.focusWidget() is around and search.text() == ""
    form.set_busy(False)
    assert window.focusWidget() is form.controls["given_names"].control
    form.set_busy(True)
    search.setFocus()
    form.set_busy(False)
    assert window.focusWidget() is search, "the person went on elsewhere"


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    return make_form(qtbot)


@pytest.fixture
def drafts(tmp_path: Path) -> Iterator[Drafts]:
    made = Drafts(tmp_path, person(), within_s=0.0)
    yield made
    made.close()


def type_into(form: Form, name: str, text: str) -> None:
    QTest.keyClicks(form.controls[name].edit, text)


def buttons(widget: QWidget) -> dict[str, Button]:
    return {button.text(): button for button in widget.findChildren(Button) if button.isVisible()}


def focused(form: Form) -> QWidget | None:
    return form.focusWidget()


def test_values_go_in_and_come_out(form: Form) -> None:
    values = {**GOOD, "phone": "+00 555 0142", "weight": "71", "notes": "two\nlines", "interpreter": True}
    form.set_values(values)
    assert form.values() == values and not form.dirty
    form.set_values({"born": "1960-01-02", "sex": None})
    assert form.values()["born"] == dt.date(1960, 1, 2) and form.values()["sex"] is None
    assert form.controls["born"].text() == "02-Jan-1960"


def test_optional_is_the_word_and_every_control_has_a_name(form: Form) -> None:
    texts = [label.text() for label in form.findChildren(Label)]
    assert texts.count("optional") == 3 and "With the country code" in texts and "Identity" in texts
    for name, control in form.controls.items():
        widget = getattr(control, "control", control)
        assert widget.accessibleName() or widget.text(), name


def test_what_is_wrong_stands_under_its_field_and_the_first_has_the_focus(qtbot: QtBot, form: Form) -> None:
    submitted: list[dict[str, object]] = []
    form.submitted.connect(submitted.append)
    form.set_values({"family_name": "R2D2", "given_names": "x" * 201, "sex": "male"})
    type_into(form, "born", "31 feb 1990")
    assert not form.submit()
    assert form.controls["family_name"].message == "A name has no digits"
    assert form.controls["given_names"].message == "At most 200 characters, these are 201"
    assert form.controls["born"].message == "There is no such day in the calendar"
    assert form.controls["phone"].message == "With the country code"
    assert focused(form) is form.controls["family_name"].edit
    assert form.controls["family_name"].edit.accessibleDescription() == "A name has no digits"
    assert form.values()["given_names"] == "x" * 201, "nothing that was typed is cut off"
    form.set_values(GOOD)
    QTest.keyClick(form.controls["notes"].edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [s["family_name"] for s in submitted] == ["Marroway"], "Ctrl+Enter saves from any field"
    assert form.controls["family_name"].message == ""


def test_needed_fields_are_asked_for(form: Form) -> None:
    assert form.check() == {
        "family_name": "Enter the family name",
        "given_names": "Enter the given names",
        "born": "Enter a birth date",
        "sex": "Choose one",
    }


def test_typing_takes_the_complaint_away(form: Form) -> None:
    form.show_errors({"given_names": "Too long", "": "The person exists already"})
    assert [n.text for n in form.notices.shown] == ["The person exists already"]
    assert focused(form) is form.controls["given_names"].edit
    type_into(form, "given_names", "I")
    assert form.controls["given_names"].message == ""
    form.show_errors({})
    assert form.notices.shown == []


def test_checks_over_all_values(qtbot: QtBot) -> None:
    form = Form(FIELDS, checks=lambda v: {"sex": "Not with this name"} if v["sex"] == "male" else {})
    qtbot.addWidget(form)
    form.set_values({**GOOD, "sex": "male"})
    assert form.check() == {"sex": "Not with this name"}


def test_dirty_follows_the_content_not_the_strokes(form: Form) -> None:
    seen: list[bool] = []
    form.set_values(GOOD)
    form.dirty_changed.connect(seen.append)
    type_into(form, "phone", "1")
    QTest.keyClick(form.controls["phone"].edit, Qt.Key.Key_Backspace)
    assert seen == [True, False]


def test_esc_asks_only_when_something_was_typed(qtbot: QtBot, form: Form) -> None:
    left: list[bool] = []
    form.left.connect(lambda: left.append(True))
    form.set_values(GOOD)
    form.controls["phone"].edit.setFocus()
    type_into(form, "phone", "123")
    QTest.keyClick(form.controls["phone"].edit, Qt.Key.Key_Escape)
    assert left == []
    dialog = form.window().findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    (question,) = [d for d in dialog if d.windowTitle() == "Throw away what you typed?"]
    with qtbot.waitActive(question):
        question.activateWindow()
    QTest.keyClick(question, Qt.Key.Key_Escape)
    assert form.values()["phone"] == "123" and left == []
    question_two = form.leave()
    assert form.leave() is question_two, "one question, however often it is asked"
    assert question_two is not None
    qtbot.mouseClick(buttons(question_two)["Throw away"], Qt.MouseButton.LeftButton)
    assert left == [True] and form.values()["phone"] == "" and not form.dirty
    form.leave()
    assert left == [True, True]


def test_a_name_from_the_right_runs_from_the_right(form: Form) -> None:
    edit = form.controls["family_name"].edit
    edit.setText("العمري")
    assert edit.layoutDirection() is Qt.LayoutDirection.RightToLeft
    edit.setText("Marroway")
    assert edit.layoutDirection() is Qt.LayoutDirection.LeftToRight
    edit.setText("12 שלום")
    assert edit.layoutDirection() is Qt.LayoutDirection.RightToLeft


@pytest.mark.parametrize("text", ["O'Neil “Bob” <b>", "😀 Zoë", "ب", "x"])
def test_any_text_comes_out_as_it_went_in(form: Form, text: str) -> None:
    form.controls["given_names"].edit.insert(text)
    assert form.values()["given_names"] == text


# drafts


def test_what_was_typed_is_offered_again(qtbot: QtBot, form: Form, drafts: Drafts) -> None:
    form.keep_draft(drafts, KEY)
    assert form.notices.shown == []
    type_into(form, "family_name", "Marroway")
    type_into(form, "born", "14 sep")
    assert drafts.flush()
    again = make_form(qtbot)
    again.keep_draft(drafts, KEY)
    (notice,) = again.notices.shown
    assert notice.title.startswith("Continue what you typed at ")
    assert again.values()["family_name"] == "", "nothing is filled in by silence"
    qtbot.mouseClick(buttons(notice)["Continue"], Qt.MouseButton.LeftButton)
    assert again.values()["family_name"] == "Marroway" and again.controls["born"].text() == "14 sep"
    assert again.dirty and again.notices.shown == []
    again.saved()
    assert drafts.flush() and drafts.find(KEY) is None


def test_typing_on_does_not_overwrite_what_is_on_offer(qtbot: QtBot, form: Form, drafts: Drafts) -> None:
    drafts.keep(KEY, {**form.plain_values(), "family_name": "First"})
    assert drafts.flush()
    form.keep_draft(drafts, KEY)
    type_into(form, "family_name", "Second")
    assert drafts.flush()
    first = drafts.find(KEY)
    assert first is not None and first.values["family_name"] == "First"
    again = make_form(qtbot)
    again.keep_draft(drafts, KEY)
    qtbot.mouseClick(buttons(again.notices.shown[0])["Throw away"], Qt.MouseButton.LeftButton)
    assert drafts.flush() and drafts.find(f"{KEY} 2") is None, "the newest was offered first"
    qtbot.mouseClick(buttons(again.notices.shown[0])["Continue"], Qt.MouseButton.LeftButton)
    assert again.values()["family_name"] == "First"


def test_a_form_given_back_its_old_content_keeps_no_draft(form: Form, drafts: Drafts) -> None:
    form.set_values(GOOD)
    form.keep_draft(drafts, KEY)
    type_into(form, "phone", "1")
    assert drafts.flush() and drafts.find(KEY) is not None
    QTest.keyClick(form.controls["phone"].edit, Qt.Key.Key_Backspace)
    assert drafts.flush() and drafts.find(KEY) is None


def test_a_damaged_draft_is_said_and_the_form_opens(form: Form, drafts: Drafts, tmp_path: Path) -> None:
    drafts.path(KEY).write_bytes(b"garbage")
    form.keep_draft(drafts, KEY)
    assert "damaged" in form.notices.shown[0].title


# conflicts


def test_a_conflict_puts_the_chosen_values_back(qtbot: QtBot, form: Form) -> None:
    form.set_values({**GOOD, "phone": "+00 555 0142"})
    theirs = {"phone": "+00 555 0199", "sex": "male", "born": dt.date(1958, 9, 14), "version": 7}
    submitted: list[dict[str, object]] = []
    form.submitted.connect(submitted.append)
    dialog = form.resolve(Conflict("changed", theirs), "This record", who="E. Hazelmoor", when="10:40")
    assert [(f.label, f.mine, f.theirs) for f in dialog.fields] == [
        ("Phone", "+00 555 0142", "+00 555 0199"),
        ("Sex", "Female", "Male"),
    ]
    dialog.choose("phone", "mine")
    dialog.choose("sex", "theirs")
    dialog.commit.click()
    assert form.values()["phone"] == "+00 555 0142" and form.values()["sex"] == "male" and form.dirty
    assert submitted == [form.values()], "“Save these” saves"
