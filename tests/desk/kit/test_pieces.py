"""Screens made in pieces: what comes and goes between two turns of the event loop does no harm."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from hisdesk.desk.kit.pieces import dressed


def page(labels: int) -> tuple[QWidget, list[QLabel]]:
    screen = QWidget()
    column = QVBoxLayout(screen)
    made = [QLabel("1", screen) for _ in range(labels)]
    for label in made:
        column.addWidget(label)
    return screen, made


def test_what_was_replaced_meanwhile_is_left_out(qtbot: QtBot) -> None:
    screen, labels = page(100)
    qtbot.addWidget(screen)
    turns = dressed(screen)
    next(turns)
    delete(labels[-1])
    for _ in turns:
        pass
    assert labels[-2].testAttribute(Qt.WidgetAttribute.WA_WState_Polished)


def test_a_screen_that_was_closed_meanwhile_is_let_go(qtbot: QtBot) -> None:
    screen, _ = page(100)
    turns = dressed(screen)
    next(turns)
    delete(screen)
    assert list(turns) == [None]
