"""The frame of every work window: bars around a stack of screens. Setters and signals only, no data. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QStackedWidget, QVBoxLayout, QWidget

from hisdesk.desk.kit.banner import PatientBanner
from hisdesk.desk.kit.labels import Icon, Label, show_if
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.desk.shell.rail import Rail, RailItem
from hisdesk.desk.shell.statusline import StatusLine
from hisdesk.desk.shell.topbar import TopBar


class ScreenHeader(QWidget):
    """56 px: title, count, the reason for a block, and the commands with one primary at the far right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.count = Label("", "title"), Label("", "body", "muted", elide=True)
        self.reason = Label("", "small", "secondary")
        self._reason_sign = Icon("ph.warning-fill", "status.attention.fg", "icon_inline")
        self._row = QHBoxLayout(self)
        page = theme().space("page_padding")
        self._row.setContentsMargins(page, 0, page, 0)
        self._row.setSpacing(theme().space("inline_gap"))
        self._row.addWidget(self.title)
        self._row.addWidget(self.count, 1)
        self._row.addWidget(self._reason_sign)
        self._row.addWidget(self.reason)
        self._commands: list[QWidget] = []
        self.set_reason("")
        follow(self._dress)

    def set_title(self, title: str, count: str = "") -> None:
        """The screen's name and what it counts, already as text."""
        self.title.set_text(title)
        self.count.set_text(count)

    def set_reason(self, text: str, family: str = "attention") -> None:
        """Why the primary command is blocked; nothing clears it."""
        icon = "ph.warning-octagon-fill" if family == "critical" else "ph.warning-fill"
        self._reason_sign.set_icon(icon, f"status.{family}.fg")
        self.reason.set_text(text)
        show_if(self.reason, bool(text))
        show_if(self._reason_sign, bool(text))

    def set_commands(self, commands: Sequence[QWidget]) -> None:
        """The commands, the primary last. The former ones are hidden and given back to their screen's care."""
        for old in self._commands:
            self._row.removeWidget(old)
            old.hide()
        self._commands = list(commands)
        for command in commands:
            self._row.addWidget(command)
            command.show()

    def _dress(self) -> None:
        self.setFixedHeight(theme().px("screen_header"))


class Frame(QWidget):
    """Top bar, rail, banner slot, header, content, status line. 1280×680 and larger."""

    place_chosen = Signal(str)
    help_wanted = Signal()
    lock_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.topbar, self.rail, self.statusline = TopBar(), Rail(), StatusLine()
        self.header, self.stack, self.banner = ScreenHeader(), QStackedWidget(), PatientBanner()
        self.banner.hide()
        self._lay_out()
        self._connect()
        self.setMinimumSize(*theme().sizes("minimum_window"))

    def _lay_out(self) -> None:
        self._content = QVBoxLayout()
        for item in (self.banner, self.header):
            self._content.addWidget(item)
        self._content.addWidget(self.stack, 1)
        middle = QHBoxLayout()
        middle.addWidget(self.rail)
        middle.addLayout(self._content, 1)
        column = QVBoxLayout(self)
        column.addWidget(self.topbar)
        column.addLayout(middle, 1)
        column.addWidget(self.statusline)
        layouts: tuple[QLayout, ...] = (self._content, middle, column)
        for layout in layouts:
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)

    def _connect(self) -> None:
        self.rail.chosen.connect(self.place_chosen)
        self.rail.help_wanted.connect(self.help_wanted)
        self.topbar.lock_clicked.connect(self.lock_clicked)

    # what the shell says

    def set_places(self, items: Sequence[RailItem]) -> None:
        """The places of the signed-in person on the rail."""
        self.rail.set_items(items)

    def add_screen(self, screen: QWidget) -> None:
        """Puts a screen on the stack; it is not shown yet."""
        self.stack.addWidget(screen)

    def show_screen(self, screen: QWidget, place: str = "") -> None:
        """Shows a screen that was added, and marks its place on the rail."""
        self.stack.setCurrentWidget(screen)
        if place:
            self.rail.choose(place)

    def set_header(self, title: str, count: str = "", commands: Sequence[QWidget] = ()) -> None:
        """Title, count and commands of the present screen. An empty title hides the header (charts have none)."""
        self.header.set_title(title, count)
        self.header.set_commands(commands)
        self.header.set_reason("")
        self.header.setVisible(bool(title))

    def set_banner_shown(self, shown: bool) -> None:
        """The banner is there only while a chart is open."""
        self.banner.setVisible(shown)

    def focus_search(self) -> None:
        """Ctrl+K."""
        self.topbar.focus_search()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme().colour("surface.canvas"))

    def sizeHint(self) -> QSize:
        return QSize(1366, 768)
