"""F1: the keys of the screen that is in front, and those that work everywhere."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from hisdesk.desk.kit.dialogs import Dialog, plain_label
from hisdesk.desk.kit.keycap import KeyCap
from hisdesk.desk.kit.keys import Key, keys_of
from hisdesk.desk.kit.theme import theme


class KeyMap(Dialog):
    """The keyboard map over a screen. Esc or F1 closes it."""

    def __init__(self, screen: QWidget, title: str = "") -> None:
        super().__init__(screen.window(), f"Keys: {title}" if title else "Keys", wide=True)
        self.shown: tuple[Key, ...] = keys_of(screen)
        for group, keys in groupby(self.shown, key=lambda key: key.group):
            self._add_group(group, sorted(keys, key=_function_keys_first))
        self.first = self.add_verb("Close", None, key="Esc")
        self.first.setShortcut("F1")

    def _add_group(self, group: str, keys: list[Key]) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        half = (len(keys) + 1) // 2
        for number, key in enumerate(keys):
            row, column = number % half, 2 * (number // half)
            cap_row = QHBoxLayout()
            cap_row.addWidget(KeyCap(key.keys, self), 0, Qt.AlignmentFlag.AlignTop)
            cap_row.addStretch(1)
            grid.addLayout(cap_row, row, column)
            grid.addWidget(plain_label(key.what, "body", "primary", self), row, column + 1, Qt.AlignmentFlag.AlignTop)
        for column in (0, 2):
            grid.setColumnMinimumWidth(column, theme().text_px(60))
        self.body.addWidget(plain_label(group, "small", "muted", self))
        self.body.addLayout(grid)


def _function_keys_first(key: Key) -> int:
    return int(key.keys[1:]) if key.keys[:1] == "F" and key.keys[1:].isdigit() else 99


def show_keys(screen: QWidget, title: str = "") -> KeyMap:
    """Opens the map for a screen."""
    dialog = KeyMap(screen, title)
    dialog.present()
    return dialog
