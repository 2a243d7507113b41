"""How the record is laid out: the banner over everything, the person at the left, the rest in tabs. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from hisdesk.desk.kit.banner import PatientBanner
from hisdesk.desk.kit.choices import Tabs
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.labels import Label, show_if
from hisdesk.desk.kit.notices import Notices
from hisdesk.desk.kit.panels import Panel, ScrollPanel
from hisdesk.desk.kit.states import EmptyState, ErrorState, Skeleton
from hisdesk.desk.kit.theme import follow, theme

FORM_WIDTH = 520


class RecordView(QWidget):
    """Lays itself over the screen that owns it. `again`: reading is to be tried once more."""

    again = Signal()

    def __init__(self, screen: QWidget, titles: Sequence[str]) -> None:
        super().__init__(screen)
        self.titles = tuple(titles)
        self.notices = Notices(self)
        self.banner = PatientBanner()
        self.banner.block.setEnabled(False)
        self.queue = Button("Add to queue", icon="ph.map-pin", key="F3")
        self.out = Button("Out of use…", "destructive", icon="ph.prohibit", key="F8")
        self.save = Button("Save", "primary", icon="ph.floppy-disk", key="Ctrl+Return")
        self.tabs = Tabs(self.titles)
        self.tabs.setAccessibleName("What belongs to this person")
        self._stack = QStackedWidget()
        self.person = ScrollPanel("Person")
        self.person.setFixedWidth(theme().text_px(FORM_WIDTH))
        self.tabs.currentChanged.connect(self._stack.setCurrentIndex)
        self.pages = QStackedWidget()
        self._loading = Skeleton("Opening the record", row="row_two_line")
        self._failed = ErrorState("The record was not opened", "")
        self._failed.acted.connect(self.again)
        self._none = EmptyState("No record is open", "Find a person first.", icon="ph.user", key="Ctrl+K")
        self._record = self._make_record()
        for each in (self._none, self._loading, self._failed, self._record):
            self.pages.addWidget(each)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addWidget(self.pages, 1)
        outer = QVBoxLayout(screen)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self)
        self.banner.hide()
        self._loading.stop()

    def add_page(self, page: QWidget) -> None:
        """The next of the tabs."""
        self._stack.addWidget(page)

    def show_loading(self) -> None:
        """Nothing of the person before stays on the screen."""
        self.banner.hide()
        self._loading.start()
        self.pages.setCurrentWidget(self._loading)

    def show_record(self) -> None:
        """The record is there."""
        self._loading.stop()
        self.banner.show()
        self.pages.setCurrentWidget(self._record)

    def show_failure(self, title: str, sentence: str) -> None:
        """The record cannot be shown, and why."""
        self._loading.stop()
        self.banner.hide()
        self._failed.set_words(title, sentence)
        self.pages.setCurrentWidget(self._failed)

    def _make_record(self) -> QWidget:
        record = QWidget()
        page = theme().space("page_padding")
        column = QVBoxLayout(record)
        column.setContentsMargins(page, 0, page, theme().space("card_padding"))
        column.setSpacing(0)
        self._header = QWidget()
        head = QHBoxLayout(self._header)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(theme().space("inline_gap"))
        head.addWidget(Label("Record", "title"))
        head.addStretch(1)
        self._reason = Label("", "small", "secondary")
        for button in (self.queue, self.save):
            button.reason_changed.connect(lambda _text: self._say_reason())
        for widget in (self._reason, self.out, self.queue, self.save):
            head.addWidget(widget)
        column.addWidget(self._header)
        column.addWidget(self.notices)
        self.notices.setContentsMargins(0, 0, 0, theme().space("card_padding"))
        body = QHBoxLayout()
        body.setSpacing(theme().space("card_padding"))
        body.addWidget(self.person)
        body.addWidget(self._make_tabs(), 1)
        column.addLayout(body, 1)
        follow(self._dress)
        return record

    def _make_tabs(self) -> QWidget:
        panel = Panel("", padded=False)
        panel.add(self.tabs)
        panel.add(self._stack, 1)
        return panel

    def _say_reason(self) -> None:
        """The sentence beside the buttons: why the queue is closed to this person, else why nothing can be saved."""
        text = self.queue.reason or self.save.reason
        self._reason.set_text(text)
        show_if(self._reason, bool(text))

    def _dress(self) -> None:
        self._header.setFixedHeight(theme().px("screen_header"))
