"""The filter row of the audit: a text, a time, a kind; and the line that says what is shown. GUI thread."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hisdesk.access.administration import AuditFilter
from hisdesk.desk.admin.audit_words import KINDS, since
from hisdesk.desk.kit.choices import Segment, Segmented
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dates import show_date
from hisdesk.desk.kit.dialogs import Dialog
from hisdesk.desk.kit.fields import Combo, DateField, SearchField
from hisdesk.desk.kit.labels import Icon, Label, show_if
from hisdesk.desk.kit.theme import theme

TIMES = (("any", "Any time"), ("hour", "Last hour"), ("today", "Today"), ("7 days", "Last 7 days"),
         ("30 days", "Last 30 days"), ("between", "Between two days…"))  # fmt: skip
TYPING_MS = 350


class BetweenDialog(Dialog):
    """Asks for two days; `chosen(since, until)`, the second one after its last moment."""

    chosen = Signal(object, object)

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent, "Which days?", "Both days are included.")
        self.first_day, self.last_day = DateField("From"), DateField("To")
        row = QHBoxLayout()
        row.setSpacing(theme().space("field_gap"))
        for field in (self.first_day, self.last_day):
            row.addWidget(field)
            field.edit.textChanged.connect(lambda _text: self._check())
        self.body.addLayout(row)
        self.add_verb("Go back", None, key="Esc")
        self.show_days = self.add_verb("Show these days", self._give, "primary")
        self.first = self.first_day.control
        self._check()

    def _check(self) -> None:
        begin, end = self.first_day.value(), self.last_day.value()
        wrong = "The last day comes before the first" if begin and end and end < begin else ""
        self.show_days.set_reason(wrong if begin and end else "Type both days")

    def _give(self) -> None:
        begin, end = self.first_day.value(), self.last_day.value()
        if begin and end:
            midnight = dt.time()
            until = dt.datetime.combine(end + dt.timedelta(days=1), midnight).astimezone()
            self.chosen.emit(dt.datetime.combine(begin, midnight).astimezone(), until)


class FilterRow(QWidget):
    """`changed` when another list is wanted: a pause in typing, Enter, another time or kind, a scope that ends."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = SearchField("Person, MRN, station, table", "Ctrl+F")
        self.text.setFixedWidth(theme().text_px(280))
        self.time = Combo()
        self.time.setAccessibleName("Time")
        for value, words in TIMES:
            self.time.addItem(words, value)
        self.kind = Segmented([Segment(kind, kind) for kind in KINDS])
        self._between: tuple[dt.datetime, dt.datetime] | None = None
        self._time_before = 0
        self._scope = AuditFilter()
        self._scope_words = ""
        self.dialog: BetweenDialog | None = None
        row = QHBoxLayout()
        row.setSpacing(theme().space("inline_gap"))
        for widget in (self.text, self.time, self.kind):
            row.addWidget(widget)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, theme().space("card_padding"))
        column.setSpacing(theme().space("grid"))
        column.addLayout(row)
        column.addWidget(self._make_scope())
        self._pause = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._pause.timeout.connect(self.changed)
        self.text.textChanged.connect(lambda _text: self._pause.start())
        self.text.returnPressed.connect(self._at_once)
        self.time.activated.connect(self._time_chosen)
        self.kind.chosen.connect(lambda _kind: self._at_once())

    def _make_scope(self) -> QWidget:
        self._scope_bar = QWidget()
        self._scope_label = Label("", "body_strong")
        self.all = Button("Show all", size="small", key="Esc")
        self.all.clicked.connect(self.clear)
        row = QHBoxLayout(self._scope_bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().space("inline_gap"))
        row.addWidget(Icon("ph.funnel", "text.secondary"))
        row.addWidget(self._scope_label)
        row.addWidget(self.all)
        row.addStretch(1)
        show_if(self._scope_bar, False)
        return self._scope_bar

    # -- what is wanted --------------------------------------------------------------------------------------------

    @property
    def narrowed(self) -> bool:
        """Whether less than everything is shown."""
        return bool(self.text.text() or self._scope_words or self.time.currentIndex() or self.kind.value() != "All")

    def wanted(self, understood: AuditFilter) -> AuditFilter:
        """Everything together; `understood` is what the text means."""
        begin, end = self._between or (since(self.time.currentData(), dt.datetime.now().astimezone()), None)
        return replace(
            understood,
            verbs=KINDS[self.kind.value()],
            since=begin,
            until=end,
            key=self._scope.key,
            user_id=self._scope.user_id,
        )

    def set_scope(self, scope: AuditFilter, words: str) -> None:
        """Shows only one record's history or one person's entries; everything else is cleared."""
        self._reset()
        self._scope = scope
        self.say(words)
        self._scope_words = words
        self._at_once()

    def say(self, words: str) -> None:
        """What the list is narrowed to, in words."""
        self._scope_label.set_text(words or self._scope_words)
        show_if(self._scope_bar, bool(words or self._scope_words))

    def clear(self) -> None:
        """Back to everything."""
        self._reset()
        self._at_once()

    # -- inside ----------------------------------------------------------------------------------------------------

    def _reset(self) -> None:
        self._scope, self._scope_words, self._between = AuditFilter(), "", None
        for widget in (self.text, self.time, self.kind):
            widget.blockSignals(True)
        self.text.clear()
        self.time.setCurrentIndex(0)
        self._time_before = 0
        self.time.setItemText(len(TIMES) - 1, TIMES[-1][1])
        self.kind.set_value("All")
        for widget in (self.text, self.time, self.kind):
            widget.blockSignals(False)
        self.say("")

    def _at_once(self) -> None:
        self._pause.stop()
        self.changed.emit()

    def _time_chosen(self, index: int) -> None:
        if self.time.itemData(index) != "between":
            self._between, self._time_before = None, index
            self.time.setItemText(len(TIMES) - 1, TIMES[-1][1])
            self._at_once()
            return
        self.dialog = BetweenDialog(self.window())
        self.dialog.chosen.connect(self._take_days)
        self.dialog.rejected.connect(lambda: self.time.setCurrentIndex(self._time_before))
        self.dialog.present()

    def _take_days(self, begin: dt.datetime, end: dt.datetime) -> None:
        self._between, self._time_before = (begin, end), len(TIMES) - 1
        last = (end - dt.timedelta(days=1)).date()
        self.time.setItemText(len(TIMES) - 1, f"{show_date(begin.date())} to {show_date(last)}")
        self._at_once()
