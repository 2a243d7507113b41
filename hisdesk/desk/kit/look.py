"""What the style and the style sheet, which stand below the theme, ask of it. Types only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from PySide6.QtGui import QColor


class Look(Protocol):
    """The colours and sizes of the present mode and text size; `Theme` says what each of them means."""

    text_size: float

    def colour(self, path: str) -> QColor: ...

    def px(self, name: str) -> int: ...

    def radius(self, name: str) -> int: ...

    def line(self, name: str) -> int: ...
