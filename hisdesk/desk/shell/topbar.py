"""The bar at the top: which station, search, the time, who is signed in. Plain setters and signals. GUI thread."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.avatar import Avatar
from hisdesk.desk.kit.controls import IconButton
from hisdesk.desk.kit.dates import show_date
from hisdesk.desk.kit.fields import SearchField
from hisdesk.desk.kit.icons import paint_icon
from hisdesk.desk.kit.labels import Label, show_if
from hisdesk.desk.kit.theme import follow, theme

SEARCH_WIDTH = 500
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Mark(QWidget):
    """The sign of the program: a case with a cross on the banner's ground."""

    def __init__(self, side: int = 30, dark: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side, self._dark = side, dark
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            rect, colour = QRectF(self.rect()), theme().colour
            ground, ink = ("banner.bg", "banner.text") if self._dark else ("banner.text", "banner.bg")
            paint.box(painter, rect, colour(ground), None, theme().radius("card"))
            inset = rect.width() * 0.22
            paint_icon(painter, rect.adjusted(inset, inset, -inset, -inset), "ph.first-aid-kit-fill", colour(ink))


class TopBar(QWidget):
    """48 px: the station, the search box with Ctrl+K, the time, the person, the lock."""

    lock_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.station, self.hospital = Label("", "body_strong"), Label("", "small", "muted", elide=True)
        self.day, self.time = Label("", "body", "secondary"), Label("", "body_strong")
        self.search = SearchField("Find a patient: name, phone, MRN, document, birth date", key="Ctrl+K")
        self.lock = IconButton("ph.lock", "Lock this station (Ctrl+L)", "plain")
        self.avatar = Avatar()
        self.name, self.role = Label("", "body_strong"), Label("", "small", "muted")
        self.lock.clicked.connect(self.lock_clicked)
        self._left, self._right = self._make_left(), self._make_right()
        row = QHBoxLayout(self)
        row.setContentsMargins(23, 0, 8, 0)
        row.setSpacing(theme().space("page_padding"))
        row.addWidget(self._left, 1)
        row.addWidget(self.search)
        row.addWidget(self._right, 1)
        self._person_parts = (self.avatar, self.name, self.role, self.lock)
        self.set_person("", "")
        follow(self._dress)

    def _make_left(self) -> QWidget:
        left = QWidget()
        words = _stack(self.station, self.hospital)
        row = QHBoxLayout(left)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(23)
        row.addWidget(Mark())
        row.addLayout(words, 1)
        return left

    def _make_right(self) -> QWidget:
        right = QWidget()
        row = QHBoxLayout(right)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().space("inline_gap"))
        row.addStretch()
        for widget in (self.day, self.time, self.avatar):
            row.addWidget(widget)
        row.addLayout(_stack(self.name, self.role))
        row.addWidget(self.lock)
        return right

    def set_station(self, station: str, hospital: str, place: str = "") -> None:
        """Where this is: station name, hospital and place within it."""
        self.station.set_text(station)
        self.hospital.set_text(" · ".join(part for part in (hospital, place) if part))

    def set_time(self, now: datetime) -> None:
        """Date and time; the shell calls it each minute."""
        self.day.set_text(f"{_DAYS[now.weekday()]} {show_date(now.date())}")
        self.time.set_text(f"{now:%H:%M}")

    def set_person(self, name: str, role: str) -> None:
        """Who is signed in; nobody hides the person and the lock."""
        self.name.set_text(name)
        self.role.set_text(role)
        self.avatar.set_name(name)
        for part in self._person_parts:
            show_if(part, bool(name))

    def focus_search(self) -> None:
        """Ctrl+K."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _dress(self) -> None:
        self.setFixedHeight(theme().px("topbar"))
        self._fit()
        self.update()

    def _fit(self) -> None:
        """The search box is 500 wide and gives way on small windows and big letters; then the date goes."""
        wanted = theme().text_px(SEARCH_WIDTH)
        tight = self.width() < theme().text_px(1180)
        show_if(self.day, not tight)
        spare = self.width() - self._right.minimumSizeHint().width() - theme().text_px(260)
        self.search.setFixedWidth(max(theme().text_px(200), min(wanted, spare)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme().colour("surface.base"))
            painter.fillRect(0, self.height() - 1, self.width(), 1, theme().colour("border.hairline"))


def _stack(upper: QWidget, lower: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addStretch()
    column.addWidget(upper)
    column.addWidget(lower)
    column.addStretch()
    return column
