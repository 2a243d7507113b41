"""The keys that work everywhere: made once for the home of a session, shown by F1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from hisdesk.desk.kit.keymap import KeyMap

# Keys that a line of text would take for itself ("delete to the end of the line") but that mean ours everywhere.
OURS = {(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier), (Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)}


def global_shortcuts(home: QWidget, acts: Mapping[str, Callable[[], object]]) -> dict[str, QShortcut]:
    """Shortcuts of one home for these acts, by their keys' text."""
    made = {}
    for keys, act in acts.items():
        shortcut = QShortcut(QKeySequence(keys), home)
        shortcut.activated.connect(act)
        made[keys] = shortcut
    _Override(home)
    return made


class _Override(QObject):
    """Keeps text fields from taking our keys."""

    def __init__(self, home: QWidget) -> None:
        super().__init__(home)
        self._home = home
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._moved)

    def _moved(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None:
            old.removeEventFilter(self)
        if new is not None and self._home.isAncestorOf(new):
            new.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            wanted = any(event.key() == key and event.modifiers() == modifier for key, modifier in OURS)
            if wanted:
                event.ignore()
            return wanted
        return False


def show_help(screen: QWidget, title: str) -> KeyMap:
    """F1: the keyboard map of a screen."""
    from hisdesk.desk.kit.keymap import show_keys

    return show_keys(screen, title)
