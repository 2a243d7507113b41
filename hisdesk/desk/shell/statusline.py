"""The line at the foot: how true the window is, which keys work, which station this is. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hisdesk.desk.kit.keycap import KeyCap
from hisdesk.desk.kit.labels import Icon, Label, show_if
from hisdesk.desk.kit.theme import follow, theme

LIVE = {
    "connecting": ("ph.broadcast", "", "Connecting"),
    "live": ("ph.broadcast", "ok", "Live"),
    "polling": ("ph.clock-clockwise", "attention", "Polling every 10 s"),
    "stale": ("ph.clock-counter-clockwise", "attention", "Stale"),
    "away": ("ph.cloud-slash", "critical", "Offline"),
}
"""How each state of the live connection is shown."""


class Remark(QWidget):
    """An icon and a few words."""

    def __init__(self, icon: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Icon(icon, "text.secondary", "icon_inline")
        self.words = Label(text, "small", "secondary")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._icon)
        row.addWidget(self.words)
        show_if(self, bool(text))

    def set_remark(self, text: str, icon: str = "", family: str = "") -> None:
        """Other words; a family colours them. Nothing hides the remark."""
        self.words.set_text(text)
        self.words.set_tone(family if family not in ("", "ok") else "secondary")
        if icon:
            self._icon.set_icon(icon, f"status.{family}.fg" if family else "text.secondary")
        self.setAccessibleName(text)
        show_if(self, bool(text))


class StatusLine(QWidget):
    """28 px. What is said first, left; keys, station and version right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.live = Remark("ph.broadcast")
        self.database = Remark("ph.database")
        self.change = Remark("ph.clock-clockwise")
        self._keys: list[QWidget] = []
        self._keys_row = QHBoxLayout()
        self._keys_row.setSpacing(6)
        self.station = Label("", "small", "secondary")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 16, 0)
        row.setSpacing(theme().space("page_padding"))
        for remark in (self.live, self.database, self.change):
            row.addWidget(remark)
        row.addStretch()
        row.addLayout(self._keys_row)
        row.addWidget(self.station)
        self.setAccessibleName("State of this station")
        follow(self._dress)

    def set_live(self, state: str, detail: str = "") -> None:
        """`connecting`, `live`, `polling`, `stale` or `away`; `detail` replaces the usual words."""
        icon, family, words = LIVE[state]
        self.live.set_remark(detail or words, icon, family)

    def set_database(self, milliseconds: float | None) -> None:
        """How long the last answer took; None when the database is away."""
        if milliseconds is None:
            self.database.set_remark("Database away", "ph.database", "critical")
        else:
            self.database.set_remark(f"Database {milliseconds:.0f} ms", "ph.database", "ok")

    def set_change(self, text: str) -> None:
        """The last change: "Last change 4 s ago"."""
        self.change.set_remark(text)

    def set_keys(self, keys: Sequence[tuple[str, str]]) -> None:
        """The keys of the screen: (key sequence, word)."""
        for widget in self._keys:
            self._keys_row.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._keys = []
        for sequence, word in keys:
            cap, label = KeyCap(sequence), Label(word, "small", "secondary")
            self._keys += [cap, label]
            self._keys_row.addWidget(cap)
            self._keys_row.addWidget(label)
            self._keys_row.addSpacing(6)
        self._fit()

    def set_station(self, station: str, version: str) -> None:
        """The station's code and the program's version."""
        self.station.set_text(" · ".join(part for part in (station, version) if part))

    def _dress(self) -> None:
        self.setFixedHeight(theme().px("statusline"))
        self._fit()
        self.update()

    def _fit(self) -> None:
        """Keys give way first: F1 shows them all."""
        wide = sum(widget.sizeHint().width() + 12 for widget in self._keys)
        rest = [self.live, self.database, self.change, self.station]
        said = sum(part.sizeHint().width() + 20 for part in rest if not part.isHidden())
        for widget in self._keys:
            show_if(widget, wide + said + 40 <= self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme().colour("surface.base"))
            painter.fillRect(0, 0, self.width(), 1, theme().colour("border.hairline"))
