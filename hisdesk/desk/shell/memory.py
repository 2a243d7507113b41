"""What a station remembers between starts: who was here lately, text size, light or dark. Nothing secret."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from PySide6.QtCore import QSettings

MOST_LATELY = 4
SHOWN_LATELY = 2
_KEY = "lately"


@dataclass(frozen=True)
class Lately:
    """Somebody who signed in here."""

    user_name: str
    name: str
    role: str
    at: float


def local_folder(station: Path) -> Path:
    """Where this station keeps what is its own: beside its settings, or with this account where those are read-only."""
    if os.access(station, os.W_OK):
        return station / "local"
    import hashlib

    import platformdirs

    mark = hashlib.sha256(str(station.resolve()).encode()).hexdigest()[:12]
    return Path(platformdirs.user_data_dir("hisdesk", appauthor=False)) / mark


class StationMemory:
    """The remembered settings, kept in one readable file. `settings` is what screens get for their own choices."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self.settings = QSettings(str(folder / "desk.ini"), QSettings.Format.IniFormat)

    @property
    def drafts(self) -> Path:
        """Where unsaved text lies, encrypted."""
        return self.folder / "drafts"

    @property
    def mode(self) -> str:
        """light, dark or system."""
        mode = str(self.settings.value("look/mode", "light"))
        return mode if mode in ("light", "dark", "system") else "light"

    @property
    def text_size(self) -> float:
        """1.0, 1.15, 1.3 or 1.5."""
        try:
            size = float(str(self.settings.value("look/text_size", 1.0)))
        except ValueError:
            return 1.0
        return size if size in (1.0, 1.15, 1.3, 1.5) else 1.0

    def remember_look(self, mode: str, text_size: float) -> None:
        """Keeps how this station looks."""
        self.settings.setValue("look/mode", mode)
        self.settings.setValue("look/text_size", text_size)

    def lately(self) -> list[Lately]:
        """The last people who signed in here, the newest first. A damaged memory is an empty one."""
        try:
            stored = json.loads(str(self.settings.value(_KEY, "[]")))
            return [Lately(**each) for each in stored][:MOST_LATELY]
        except (ValueError, TypeError):
            return []

    def was_here(self, user_name: str, name: str, role: str) -> None:
        """Puts this person first."""
        others = [each for each in self.lately() if each.user_name != user_name]
        newest = [Lately(user_name, name, role, time.time()), *others][:MOST_LATELY]
        self.settings.setValue(_KEY, json.dumps([asdict(each) for each in newest]))

    def forget(self, user_name: str) -> None:
        """Takes a name off the list."""
        left = [asdict(each) for each in self.lately() if each.user_name != user_name]
        self.settings.setValue(_KEY, json.dumps(left))
