"""Dialogs: verbs, Esc as the safe way back, one at a time, nothing blocked; conflicts are decided field by field."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dialogs import NARROW, WIDE, ConflictDialog, Dialog, Differing, ReasonDialog, ask
from hisdesk.desk.kit.keymap import show_keys
from hisdesk.desk.kit.keys import GLOBAL, KeyConflictError, Keys, keys_of
from hisdesk.desk.kit.theme import theme


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme().apply(app, "light")
    made = QWidget()
    made.resize(1000, 600)
    qtbot.addWidget(made)
    made.show()
    return made


def buttons(dialog: Dialog) -> dict[str, Button]:
    return {button.text(): button for button in dialog.findChildren(Button)}


def test_the_safe_verb_has_the_focus_and_esc_means_it(qtbot: QtBot, window: QWidget) -> None:
    ran: list[str] = []

    def ask_it() -> Dialog:
        verbs = [("Keep typing", lambda: ran.append("keep")), ("Throw away", lambda: ran.append("throw"))]
        return ask(window, "Throw away what you typed?", "It cannot be brought back.", verbs, danger=True)

    dialog = ask_it()
    assert dialog.isVisible() and dialog.width() == NARROW, "opened without waiting for an answer"
    assert buttons(dialog)["Throw away"].kind == "danger"
    assert dialog.focusWidget() is buttons(dialog)["Keep typing"]
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert ran == ["keep"]
    dialog = ask_it()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert ran == ["keep", "keep"], "Enter presses what has the focus: the safe verb"
    dialog = ask_it()
    qtbot.mouseClick(buttons(dialog)["Throw away"], Qt.MouseButton.LeftButton)
    assert ran == ["keep", "keep", "throw"]


def test_a_second_dialog_waits_for_the_first(qtbot: QtBot, window: QWidget) -> None:
    first = ask(window, "First?", "", [("Back", None)])
    second = ask(window, "Second?", "", [("Back", None)])
    third = ask(window, "Third?", "", [("Back", None)])
    assert first.isVisible() and not second.isVisible()
    first.reject()
    assert second.isVisible() and not third.isVisible()
    second.reject()
    assert third.isVisible()
    third.reject()


def test_a_verb_may_open_the_next_dialog(qtbot: QtBot, window: QWidget) -> None:
    opened: list[Dialog] = []
    dialog = ask(
        window,
        "One?",
        "",
        [("Back", None), ("Go on", lambda: opened.append(ask(window, "Two?", "", [("Back", None)])))],
    )
    qtbot.mouseClick(buttons(dialog)["Go on"], Qt.MouseButton.LeftButton)
    assert opened[0].isVisible()
    opened[0].reject()


def test_a_reason_needs_ten_characters_and_says_so(qtbot: QtBot, window: QWidget) -> None:
    dialog = ReasonDialog(window, "Override a penicillin allergy?", "Anaphylaxis, 03-Sep-2019", "Override", danger=True)
    given: list[str] = []
    dialog.given.connect(given.append)
    dialog.present()
    assert dialog.focusWidget() is dialog.field
    assert not dialog.commit.isEnabled() and "10 characters" in dialog.commit.accessibleDescription()
    dialog.field.setPlainText("   short      ")
    assert not dialog.commit.isEnabled()
    assert any("5 more" in label.text() for label in dialog.findChildren(QLabel)), "the reason stands in sight"
    dialog.field.setPlainText("  tolerated in 2021  ")
    qtbot.mouseClick(dialog.commit, Qt.MouseButton.LeftButton)
    assert given == ["tolerated in 2021"]


def test_ctrl_enter_gives_the_reason_from_the_field(qtbot: QtBot, window: QWidget) -> None:
    dialog = ReasonDialog(window, "Take it back?", "Both entries stay.", "Take back", danger=True)
    given: list[str] = []
    dialog.given.connect(given.append)
    dialog.present()
    dialog.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    dialog.field.setPlainText("handed to somebody else")
    with qtbot.waitSignal(dialog.given):
        qtbot.keyClick(dialog.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert given == ["handed to somebody else"]


FIELDS = [
    Differing("phone", "Phone", "+00 555 0142", "+00 555 0199"),
    Differing("email", "E-mail", "", "n@example.org"),
    Differing("city", "City", "Lowmere", "Lowmere"),
]


def test_a_conflict_is_decided_field_by_field(qtbot: QtBot, window: QWidget) -> None:
    dialog = ConflictDialog(window, "Phone and e-mail", FIELDS, who="E. Hazelmoor", when="10:40")
    resolved: list[dict[str, str]] = []
    dialog.resolved.connect(resolved.append)
    dialog.present()
    assert dialog.width() == WIDE
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert "E. Hazelmoor, 10:40" in texts and "+00 555 0199" in texts and "(empty)" in texts
    assert "Lowmere" not in texts, "what is equal needs no decision"
    assert not dialog.commit.isEnabled() and dialog.commit.reason == "2 fields to decide"
    keep = {b.accessibleName(): b for b in dialog.findChildren(Button) if b.accessibleName()}
    keep["Keep theirs: Phone +00 555 0199"].click()
    keep["Keep mine: Phone +00 555 0142"].click()
    assert dialog.commit.reason == "1 field to decide"
    keep["Keep theirs: E-mail n@example.org"].click()
    assert dialog.commit.isEnabled()
    dialog.commit.click()
    assert resolved == [{"phone": "mine", "email": "theirs"}]


def test_a_name_never_becomes_markup(window: QWidget) -> None:
    dialog = ask(window, "Deactivate <b>O'Neil</b>?", "<i>x</i>", [("Back", None)])
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in dialog.findChildren(QLabel) if label.text())
    dialog.reject()


def test_a_dialog_lies_within_its_window_and_shows_all_its_words(window: QWidget) -> None:
    long = "A sentence about what will happen when this is done, in some detail. " * 4
    dialog = ask(
        window, "A question that needs more than one line to be asked, for it is long?", long, [("Back", None)]
    )
    for label in dialog.findChildren(QLabel):
        if label.text():
            assert label.height() >= label.heightForWidth(label.width())
            assert dialog.rect().contains(label.mapTo(dialog, QPoint(0, 0)))
    dialog.reject()


# keys


def test_keys_run_and_are_listed_with_the_global_ones(qtbot: QtBot, window: QWidget) -> None:
    ran: list[str] = []
    keys = Keys(window)
    keys.add("F2", "Check in", lambda: ran.append("F2"))
    keys.explain("Up", "Move", group="List")
    window.setFocus()
    QTest.keyClick(window, Qt.Key.Key_F2)
    assert ran == ["F2"]
    inner = QWidget(window)
    Keys(inner).add("F3", "Walk-in", lambda: None)
    listed = [(key.keys, key.what) for key in keys_of(inner)]
    assert listed[:3] == [("F3", "Walk-in"), ("F2", "Check in"), ("Up", "Move")]
    assert listed[3:] == [(key.keys, key.what) for key in GLOBAL]


def test_two_things_on_one_key_are_refused(window: QWidget) -> None:
    keys = Keys(window)
    keys.add("Ctrl+Return", "Save", lambda: None)
    with pytest.raises(KeyConflictError, match="Save"):
        keys.add("Ctrl+Enter".replace("Enter", "Return"), "Send", lambda: None)
    assert [key.what for key in keys.all] == ["Save"]


def test_an_inner_screen_overrides_a_global_key_in_the_map(window: QWidget) -> None:
    Keys(window).add("F5", "Read the list again", lambda: None)
    assert [key.what for key in keys_of(window) if key.keys == "F5"] == ["Read the list again"]


def test_f1_shows_the_map_and_esc_closes_it(qtbot: QtBot, window: QWidget) -> None:
    Keys(window).add("F2", "Check in", lambda: None)
    dialog = show_keys(window, "Arrivals")
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert "Check in" in texts and "Lock this station" in texts and "Keys: Arrivals" in texts
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
