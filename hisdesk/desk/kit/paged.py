"""A table of any length: pages are fetched by key, and only a window of rows is ever held.

Opening and memory do not depend on how long the table is: there is no count and no OFFSET.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

import sqlalchemy as sa
from PySide6.QtCore import QModelIndex, QObject, Signal

from hisdesk.desk.kit.table import Column, Index, RowsModel, count_text
from hisdesk.desk.kit.tasks import Tasks
from hisdesk.errors import UserError

Row = TypeVar("Row")
Direction = Literal["after", "before"]
Fetch = Callable[[sa.Connection, Any, int, Direction], Sequence[Any]]
"""`fetch(connection, key, limit, direction)`: at most `limit` rows strictly after (or before) `key` in the list's
order; None means from the very beginning. "before" too answers in the list's order: the rows nearest to `key`."""

PAGE = 200
WINDOW = 2_000


@dataclass(frozen=True)
class _Page(Generic[Row]):
    rows: list[Row]
    more: bool


class PagedModel(RowsModel[Row]):
    """Holds at most `window` rows and fetches on both ends. `cursor(row)` is the key to go on from (sort key + id).

    `failed(error)`: a page could not be read; `retry()` asks again. `loading(bool)`: a page is on its way.
    """

    failed = Signal(object)
    loading = Signal(bool)

    def __init__(
        self,
        tasks: Tasks,
        columns: Sequence[Column[Row]],
        key: Callable[[Row], Hashable],
        cursor: Callable[[Row], Any],
        fetch: Fetch,
        *,
        page: int = PAGE,
        window: int = WINDOW,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, key, parent)
        if window < 3 * page:
            raise ValueError("the window must hold at least three pages")
        self._tasks, self._cursor, self._fetch = tasks, cursor, fetch
        self._page, self._window = page, window
        self._above: Any = None
        """Cursor of the row just above the window; None when the window begins with the first row of all."""
        self._more_below = True
        self._asked: Callable[[], None] | None = None
        self._busy = False

    def open(self) -> None:
        """Starts again from the first row. What is shown stays until the answer comes."""
        self._ask("after", None, self._page, self._replace_from_top)

    def refresh(self) -> None:
        """Re-reads what the window holds, in place: selection, scroll and length stay."""
        if not self._rows:
            self.open()
        else:
            self._ask("after", self._above, max(self._page, len(self._rows)), self._replace_in_place)

    def retry(self) -> None:
        """Asks again for the page that failed."""
        if self._asked is not None:
            self._asked()

    @property
    def shown_text(self) -> str:
        """How many rows there are, as far as one can say without counting: "37", "1,000+"."""
        return count_text(len(self._rows), more=self._more_below or self.more_above)

    @property
    def more_above(self) -> bool:
        """Whether rows were left behind above the window."""
        return self._above is not None

    def canFetchMore(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008 (Qt's own signature)
        return not parent.isValid() and bool(self._rows) and self._more_below and not self._busy

    def fetchMore(self, parent: Index = QModelIndex()) -> None:  # noqa: B008 (Qt's own signature)
        if self.canFetchMore(parent):
            self._ask("after", self._cursor(self._rows[-1]), self._page, self._append)

    def fetch_above(self) -> None:
        """Brings back the rows above the window; the view calls it when it comes near its top."""
        if self.more_above and not self._busy and self._rows:
            self._ask("before", self._cursor(self._rows[0]), self._page, self._prepend)

    # -- inside -------------------------------------------------------------------------------------------------

    def _ask(self, direction: Direction, key: Any, limit: int, use: Callable[[_Page[Row]], None]) -> None:
        fetch = self._fetch

        def query(connection: sa.Connection) -> _Page[Row]:
            # One row more than wanted says whether there are more, and what lies beyond the edge.
            rows = list(fetch(connection, key, limit + 1, direction))
            return _Page(rows, len(rows) > limit)

        self._asked = lambda: self._ask(direction, key, limit, use)
        self._set_busy(True)
        self._tasks.read(self, query, lambda page: self._received(page, use), self._not_received, slot="page")

    def _received(self, page: _Page[Row], use: Callable[[_Page[Row]], None]) -> None:
        self._asked = None
        use(page)  # still busy: a page asked for while rows come and go would leave a gap
        self._set_busy(False)

    def _not_received(self, error: UserError) -> None:
        self._set_busy(False)
        self.failed.emit(error)

    def _set_busy(self, busy: bool) -> None:
        if busy != self._busy:
            self._busy = busy
            self.loading.emit(busy)

    def _replace_from_top(self, page: _Page[Row]) -> None:
        self._above = None
        self._replace_in_place(page)

    def _replace_in_place(self, page: _Page[Row]) -> None:
        had = bool(self._rows)
        self._more_below = page.more
        self._update(page.rows[:-1] if page.more else page.rows, flash=had)

    def _append(self, page: _Page[Row]) -> None:
        rows = self._unknown(page.rows[:-1] if page.more else page.rows)
        self._more_below = page.more
        self.about_to_change.emit()
        self._put(len(self._rows), rows)
        surplus = len(self._rows) - self._window
        if surplus > 0:
            self._above = self._cursor(self._rows[surplus - 1])
            self._cut(0, surplus)
        self.changed.emit()

    def _prepend(self, page: _Page[Row]) -> None:
        self._above = self._cursor(page.rows[0]) if page.more else None
        rows = self._unknown(page.rows[1:] if page.more else page.rows)
        self.about_to_change.emit()
        self._put(0, rows)
        if len(self._rows) > self._window:
            self._more_below = True
            self._cut(self._window, len(self._rows))
        self.changed.emit()

    def _unknown(self, rows: list[Row]) -> list[Row]:
        """Without rows that are already held: one may have moved across the edge since the window was read."""
        held = set(self._keys)
        return [row for row in rows if self.key(row) not in held]
