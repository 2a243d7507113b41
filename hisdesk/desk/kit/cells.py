"""What a cell of a table says beside its text: the frozen data that the delegates paint. GUI thread."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt

from hisdesk.desk.kit.tokens import Status

CellRole = Qt.ItemDataRole.UserRole + 1
"""A `Cell`, or None: then the display text is all there is."""
FlashRole = Qt.ItemDataRole.UserRole + 2
"""How much of a change's tint is left, 1.0 to 0.0."""
StaleRole = Qt.ItemDataRole.UserRole + 3
"""True when what the row says may no longer be true: it is muted."""


@dataclass(frozen=True)
class Check:
    """One cell of a grid of permissions. `change` is "+", "-" or "!" until it is in force."""

    on: bool = False
    change: str = ""
    locked: str = ""
    """Who fixed it, as a sentence; empty when it may be changed."""
    applies: bool = True


@dataclass(frozen=True)
class Cell:
    """One cell. Every part is optional; a delegate paints the parts it is made for."""

    title: str = ""
    """The first line; empty means the column's text."""
    subtitle: str = ""
    """The second line, small and muted. In a person cell it is never elided."""
    status: Status | None = None
    number: str = ""
    unit: str = ""
    tone: str = ""
    """A status family for the number or the first line, or `muted`."""
    icon: str = ""
    edge: str = ""
    """In the first column: the status family of the row's left edge."""
    check: Check | None = None
    spoken: str = ""
    """What a screen reader says; empty means title, subtitle and status word."""

    def __post_init__(self) -> None:
        if not self.spoken:
            word = self.status.word if self.status else ""
            figure = f"{self.number} {self.unit}".strip()
            said = ", ".join(part for part in (self.title, self.subtitle, figure, word, self._spoken_check()) if part)
            object.__setattr__(self, "spoken", said)

    def _spoken_check(self) -> str:
        if self.check is None:
            return ""
        if not self.check.applies:
            return "not applicable"
        state = "allowed" if self.check.on else "not allowed"
        if self.check.locked:
            return f"{state}, {self.check.locked}"
        return f"{state}, changed" if self.check.change else state
