"""The sound of a new call, in a thread of its own: finding the loudspeaker takes up to a second where sound is slow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QLoggingCategory, QObject, QThread, QUrl, Signal, Slot
from PySide6.QtWidgets import QApplication

from hisdesk.resources import resource


class Effect(Protocol):
    """What can be played again and again."""

    def play(self) -> object: ...


def call_tones() -> Effect | None:
    """The two tones of a call; None where Qt cannot play or nothing is plugged in. In the thread that plays them.

    Qt's plug-in says which libraries it did without, while it is being loaded: whoever hears that in Python would wait
    for an import in another thread, which waits for the loading. So it says nothing.
    """
    QLoggingCategory.setFilterRules("qt.multimedia.symbolsresolver=false")
    try:
        from PySide6.QtMultimedia import QMediaDevices, QSoundEffect
    except ImportError:
        return None
    if QMediaDevices.defaultAudioOutput().isNull():
        return None
    effect = QSoundEffect()
    effect.setSource(QUrl.fromLocalFile(str(resource("sounds", "call.wav"))))
    return effect


class Chime(QObject):
    """Two soft tones for a new call; the system's beep where Qt cannot play, silence where nothing sounds.

    Made and closed on the GUI thread, which never waits for it.
    """

    _wanted = Signal()

    def __init__(self, make: Callable[[], Effect | None] = call_tones, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread, self._player = QThread(), _Player(make)
        self._player.moveToThread(self._thread)
        self._thread.started.connect(self._player.prepare)
        self._thread.finished.connect(self._player.leave)
        self._wanted.connect(self._player.play)
        self._player.mute.connect(self._beep)

    def begin(self) -> None:
        """Finds the loudspeaker, so that the first call sounds at once."""
        self._thread.start()

    def ring(self, _what: str = "") -> None:
        """Plays once."""
        self._wanted.emit()

    def close(self) -> None:
        """Ends the thread."""
        self._thread.quit()
        self._thread.wait()

    @Slot()
    def _beep(self) -> None:
        QApplication.beep()


class _Player(QObject):
    """Lives in the chime's thread. `mute`: nothing can be played."""

    mute = Signal()

    def __init__(self, make: Callable[[], Effect | None]) -> None:
        super().__init__()
        self._make = make
        self._effect: Effect | None = None

    @Slot()
    def prepare(self) -> None:
        if self._effect is None:
            self._effect = self._make()

    @Slot()
    def play(self) -> None:
        self.prepare()  # a loudspeaker may have been plugged in meanwhile
        if self._effect is None:
            self.mute.emit()
        else:
            self._effect.play()

    @Slot()
    def leave(self) -> None:
        """What belongs to this thread ends in it."""
        self._effect = None
