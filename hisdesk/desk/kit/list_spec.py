"""How a work list is described: frozen dataclasses with real callables. No Qt but what a preview makes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import sqlalchemy as sa

from hisdesk.access.actor import Permission
from hisdesk.desk.kit.table import Column

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

Row = TypeVar("Row")


@dataclass(frozen=True)
class Command(Generic[Row]):
    """One command of a list. `enabled` answers why it cannot be used now ("" or None: it can)."""

    label: str
    permission: Permission
    run: Callable[[Any], object]
    """Called with the selected row, or None for a command of the whole list."""
    enabled: Callable[[Any], str | None] = lambda _row: None
    key: str = ""
    icon: str = ""
    primary: bool = False
    destructive: bool = False
    on_row: bool = True
    """Whether it needs a selected row; "Walk-in" and "Print" do not."""

    @property
    def shortcut(self) -> str:
        """Its key; the primary command's is F2 where no other is named."""
        return self.key or ("F2" if self.primary else "")


@dataclass(frozen=True)
class State(Generic[Row]):
    """One segment of the filter bar: the rows it keeps."""

    label: str
    keeps: Callable[[Row], bool]


@dataclass(frozen=True)
class Empty:
    """What an empty list says: what is true, how rows arrive; its command is the list's command with that label."""

    title: str
    sentence: str
    command: str = ""


@dataclass(frozen=True)
class ListSpec(Generic[Row]):
    """A work list. `query` reads all its rows (bounded) in the order of `sort_rule`; `topics` tell when to re-read."""

    title: str
    columns: Sequence[Column[Row]]
    query: Callable[[sa.Connection], Sequence[Row]]
    key: Callable[[Row], Hashable]
    empty: Empty
    sort_rule: str
    topics: frozenset[str] = frozenset()
    states: Sequence[State[Row]] = ()
    commands: Sequence[Command[Row]] = ()
    opens: Callable[[Row], object] | None = None
    """What Enter and a double click do."""
    opens_with: Permission | None = None
    """The permission that `opens` needs, where it needs another than the list itself."""
    preview: Callable[[Row], QWidget] | None = None
    row_height: str = "row"
    noun: tuple[str, str] = ("row", "rows")
    subtitle: str = ""
    more: Callable[[Sequence[Row]], bool] = lambda _rows: False
    """Whether the query stopped at its bound, so that the count reads "1,000+"."""
