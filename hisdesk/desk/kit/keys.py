"""The keys of a screen in one list: what F1 shows, what is checked for conflicts, what shortcuts are made from."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid


@dataclass(frozen=True)
class Key:
    """One key and what it does: `Key("F2", "Check in")`. `keys` is Qt's portable text, "" for one only explained."""

    keys: str
    what: str
    group: str = "This screen"

    @property
    def shown(self) -> str:
        """As printed on a key cap: "Ctrl+Return" → "Ctrl ↵"."""
        text = self.keys
        for name, sign in _SIGNS.items():
            text = text.replace(name, sign)
        return text.replace("+", " ") if len(text) > 1 else text


_SIGNS = {"Return": "↵", "Enter": "↵", "Up": "↑", "Down": "↓", "PgUp": "Page ↑", "PgDown": "Page ↓", "Space": "Space"}

GLOBAL = (
    Key("F1", "Help: the keys of this screen", "Everywhere"),
    Key("Ctrl+K", "Search: a person or a screen", "Everywhere"),
    Key("Ctrl+L", "Lock this station", "Everywhere"),
    Key("Ctrl+Shift+L", "Sign out", "Everywhere"),
    Key("Ctrl+Q", "Close the window", "Everywhere"),
    Key("Esc", "Back, or close what is open", "Everywhere"),
    Key("F5", "Read again", "Everywhere"),
    Key("Alt+Home", "Home: the figures of your work", "Everywhere"),
    Key("Alt+1 … 7", "Go to a place at the left; in a record, its tabs", "Everywhere"),
)


class KeyConflictError(Exception):
    """Two things on one screen want the same key."""


class Keys(QObject):
    """The keys of one screen. Made with the screen, belongs to it; F1 finds it through `keys_of(widget)`."""

    def __init__(self, screen: QWidget) -> None:
        super().__init__(screen)
        self._screen = screen
        self._keys: list[Key] = []
        self._shortcuts: dict[str, QShortcut] = {}
        self._withheld: set[str] = set()
        _OF_SCREEN[screen] = self

    def add(self, keys: str, what: str, run: Callable[[], object], *, group: str = "This screen") -> QShortcut:
        """Makes the shortcut and lists it. Works while the focus is inside the screen. Raises KeyConflictError."""
        shortcut = QShortcut(QKeySequence(keys), self._screen)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(run)
        self.explain(keys, what, group=group)
        self._shortcuts[keys] = shortcut
        return shortcut

    def take(self, keys: str, what: str, run: Callable[[], object]) -> None:
        """Gives a key that is there already another meaning: the screen around a form decides what its keys do."""
        shortcut = self._shortcuts[keys]
        shortcut.activated.disconnect()
        shortcut.activated.connect(run)
        self._keys = [Key(keys, what, each.group) if each.keys == keys else each for each in self._keys]

    def explain(self, keys: str, what: str, *, group: str = "This screen") -> None:
        """Lists a key that a widget handles by itself (arrows in a list). Raises KeyConflictError."""
        same = conflict(self._keys, keys)
        if same is not None:
            raise KeyConflictError(f"{keys} is both “{same.what}” and “{what}”")
        self._keys.append(Key(keys, what, group))

    def allow(self, keys: str, allowed: bool) -> None:
        """Whether a key works and is listed: what somebody may not do has no key."""
        (self._withheld.discard if allowed else self._withheld.add)(keys)
        if keys in self._shortcuts:
            self._shortcuts[keys].setEnabled(allowed)

    @property
    def all(self) -> tuple[Key, ...]:
        """The screen's own keys, in the order they were added."""
        return tuple(key for key in self._keys if key.keys not in self._withheld)


_OF_SCREEN: weakref.WeakKeyDictionary[QWidget, Keys] = weakref.WeakKeyDictionary()


def keys_of(widget: QWidget | None) -> tuple[Key, ...]:
    """The keys that work where this widget is: its own, then those of the screens around it, then the global ones."""
    found: list[Key] = []
    while widget is not None:
        keys = _OF_SCREEN.get(widget)
        if keys is not None and isValid(keys):
            found += [key for key in keys.all if conflict(found, key.keys) is None]
        widget = widget.parentWidget()
    return (*found, *(key for key in GLOBAL if conflict(found, key.keys) is None))


def conflict(keys: Iterable[Key], wanted: str) -> Key | None:
    """The one among `keys` that already takes this key, or None."""
    sequence = _sequence(wanted)
    return next((key for key in keys if sequence and _sequence(key.keys) == sequence), None)


@cache
def _sequence(keys: str) -> str:
    """A key as Qt writes it: every key of a screen is compared with all others."""
    return QKeySequence(keys).toString()


def lend(outer: QWidget, inner: QWidget) -> None:
    """Whoever asks for the keys of `outer` gets those of `inner`: for a screen that shows one of several pages."""
    keys = _OF_SCREEN.get(inner)
    if keys is not None:
        _OF_SCREEN[outer] = keys
