"""The parts that a list's screen is put together from: its header, its filter bar, its pages. GUI thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QStackedWidget, QWidget

from hisdesk.desk.kit import choices
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.fields import SearchField
from hisdesk.desk.kit.labels import Icon, Label, show_if
from hisdesk.desk.kit.list_spec import ListSpec, State
from hisdesk.desk.kit.states import EmptyState, ErrorState, OfflineState, Skeleton
from hisdesk.desk.kit.theme import follow, theme


class ListHeader(QWidget):
    """Title, count, the reason for a block, and the commands that are not those of a row."""

    def __init__(self, title: str, buttons: Iterable[Button], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = Label("", "body", "muted")
        self._reason = Label("", "small", "secondary")
        self._sign = Icon("ph.warning-fill", "status.attention.fg", "icon_inline")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme().space("inline_gap"))
        self._row.addWidget(Label(title, "title"))
        self._row.addWidget(self._count)
        self._row.addStretch(1)
        for widget in (self._sign, self._reason, *buttons):
            self._row.addWidget(widget)
        follow(self._dress)

    def set_count(self, text: str) -> None:
        """What stands beside the title."""
        self._count.set_text(text)

    def say(self, reason: str, *, shown: bool) -> None:
        """Why the primary command cannot be used now."""
        self._reason.set_text(reason)
        show_if(self._reason, bool(reason) and shown)
        show_if(self._sign, bool(reason) and shown)

    def add(self, widget: QWidget) -> None:
        """One more choice behind title and count."""
        self._row.insertWidget(self._row.indexOf(self._count) + 1, widget)

    def _dress(self) -> None:
        self.setFixedHeight(theme().px("screen_header"))


class FilterBar(QFrame):
    """Segments with counts, the filter, how many rows changed. `narrowed`: a segment was chosen or something typed."""

    narrowed = Signal()

    def __init__(self, states: Sequence[State[Any]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("edge", "bottom")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme().space("card_padding"), 8, theme().space("card_padding"), 8)
        row.setSpacing(theme().space("field_gap"))
        self._first = states[0].label if states else ""
        self.segments: choices.Segmented | None = None
        if states:
            self.segments = choices.Segmented([choices.Segment(s.label, s.label, "") for s in states])
            self.segments.chosen.connect(lambda _: self.narrowed.emit())
            row.addWidget(self.segments)
        self.filter = SearchField("Filter this list", "Ctrl+F", "ph.funnel-simple")
        self.filter.setMaximumWidth(theme().text_px(260))
        self.filter.textChanged.connect(lambda _: self.narrowed.emit())
        row.addWidget(self.filter, 1)
        row.addStretch(1)
        self._changed_icon = Icon("ph.arrows-clockwise", "status.info.fg")
        self._changed_line = Label("", "small_strong", "info")
        row.addWidget(self._changed_icon)
        row.addWidget(self._changed_line)
        self.details = Button("Details", "quiet", key="Ctrl+B", size="small")
        row.addWidget(self.details)
        self._changes = QTimer(self, singleShot=True, interval=theme().motion("toast_ms"))
        self._changes.timeout.connect(lambda: self.say_changed(0))
        self.say_changed(0)
        follow(self._dress)

    @property
    def state(self) -> str:
        """The label of the chosen segment, "" when there are none."""
        return self.segments.value() if self.segments is not None else ""

    def set_counts(self, counts: Mapping[str, str]) -> None:
        """How many rows each segment keeps, by its label."""
        if self.segments is not None:
            for label, count in counts.items():
                self.segments.set_count(label, count)

    def narrow(self, text: str, state: str = "") -> None:
        """This text, and the segment of that label; "" is the first one."""
        self.filter.setText(text)
        if self.segments is not None:
            self.segments.set_value(state or self._first)

    def clear(self) -> None:
        """Nothing typed, the first segment."""
        self.narrow("")

    def say_changed(self, number: int) -> None:
        """So many rows are others than before; said for a while."""
        self._changed_line.set_text(f"{number} changed" if number else "")
        show_if(self._changed_line, bool(number))
        show_if(self._changed_icon, bool(number))
        if number:
            self._changes.start()

    def _dress(self) -> None:
        self.setFixedHeight(theme().px("control") + 17)


class ListPages(QStackedWidget):
    """The rows, or what is said where there are none: loading, empty, nothing found, error, offline."""

    def __init__(self, screen: QWidget, table: QWidget, spec: ListSpec[Any], parent: QWidget) -> None:
        super().__init__(parent)
        self._screen, self._table = screen, table
        self.loading = Skeleton(row=spec.row_height, parent=self)
        command = next((each for each in spec.commands if each.label == spec.empty.command), None)
        self.empty = EmptyState(
            spec.empty.title,
            spec.empty.sentence,
            command.label if command else "",
            command_icon=command.icon if command else "",
            key=command.shortcut if command else "",
            parent=self,
        )
        self.empty.offer(False)
        self.nothing = EmptyState(
            "No row fits the filter", "", "Clear the filter", icon="ph.funnel", key="Esc", parent=self
        )
        self.failed = ErrorState("The list could not be read", "", parent=self)
        self.offline = OfflineState("The database is away", "", "Try again", parent=self)
        self._names: dict[QWidget, str] = {
            table: "rows",
            self.loading: "loading",
            self.empty: "empty",
            self.nothing: "nothing found",
            self.failed: "error",
            self.offline: "offline",
        }
        for widget in self._names:
            self.addWidget(widget)

    @property
    def page(self) -> str:
        """What is shown now."""
        shown = self.currentWidget()
        return self._names[shown] if shown is not None else ""

    def turn_to(self, page: QWidget) -> None:
        """Shows a page. The focus stays on the screen, or its keys would not work while the list is empty."""
        focus = QApplication.focusWidget()
        within = focus is self._screen or (focus is not None and self.isAncestorOf(focus))
        self.setCurrentWidget(page)
        if within:
            (self._table if page is self._table else self._screen).setFocus(Qt.FocusReason.OtherFocusReason)
