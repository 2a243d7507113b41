"""Screens that are large enough to be built in pieces, one for each turn of the event loop. GUI thread."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

_AT_ONE_TURN = 80


class InPieces(QWidget):
    """A screen whose `build` yields wherever the rest can wait for the next turn.

    Whoever makes it the usual way gets it whole. `begun` gives it empty: nothing else may be asked of it before
    `step()` said False.
    """

    def __init__(self, parent: QWidget | None = None, *, at_once: bool = True) -> None:
        super().__init__(parent)
        self._pieces = self.build()
        if at_once:
            self.finish()

    def build(self) -> Iterator[None]:
        """Makes what is in the screen; a piece should take less than 30 ms."""
        raise NotImplementedError

    def step(self) -> bool:
        """Builds the next piece. Returns whether there is more to do."""
        return next(self._pieces, self) is not self

    def finish(self) -> None:
        """Builds all that is left."""
        while self.step():
            pass

    @classmethod
    def begun(cls, *args: Any) -> Self:
        """One with nothing in it yet."""
        return cls(*args, at_once=False)


def dressed(screen: QWidget) -> Iterator[None]:
    """Style and layout of a hidden screen in pieces, which would otherwise all come when it is first shown."""
    inside = screen.findChildren(QWidget)
    for start in range(0, len(inside), _AT_ONE_TURN):
        for widget in inside[start : start + _AT_ONE_TURN]:
            if isValid(widget):  # an answer that came between two turns may have put something else in its place
                widget.ensurePolished()
        yield
    layout = screen.layout() if isValid(screen) else None
    if layout is not None:
        layout.activate()
