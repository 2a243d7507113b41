"""Screens that are built and dressed in pieces."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from hisdesk.desk.kit.pieces import InPieces, dressed


class Slow(InPieces):
    def build(self) -> Iterator[None]:
        self.built = ["first"]
        yield
        self.built.append("second")


def test_a_screen_is_whole_unless_it_is_only_begun(qtbot: QtBot) -> None:
    whole, begun = Slow(), Slow.begun()
    qtbot.addWidget(whole)
    qtbot.addWidget(begun)
    assert whole.built == ["first", "second"] and not hasattr(begun, "built")
    assert begun.step() and begun.built == ["first"]
    begun.finish()
    assert begun.built == ["first", "second"] and not begun.step()


def test_what_goes_while_a_screen_is_dressed_is_left_out(qtbot: QtBot) -> None:
    screen = QWidget()
    qtbot.addWidget(screen)
    column = QVBoxLayout(screen)
    labels = [QLabel(str(number)) for number in range(200)]
    for label in labels:
        column.addWidget(label)
    turns = dressed(screen)
    next(turns)
    delete(labels[-1])
    assert len(list(turns)) == 2
