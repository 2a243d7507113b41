"""The dark side of the sign-in window: which station this is, and whether its parts really work."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from hisdesk.desk.kit.labels import Icon, Label
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.shell.topbar import Mark

CHECKS = (("database", "Database"), ("live", "Live updates"), ("camera", "Card camera"), ("printers", "Printers"))
_SIGNS = {
    "ok": ("ph.check-circle-fill", "banner.text"),
    "attention": ("ph.warning-fill", "banner.attention_bg"),
    "error": ("ph.warning-octagon-fill", "banner.allergy_bg"),
    "unknown": ("ph.circle-dashed", "banner.label"),
    "none": ("ph.minus-circle", "banner.label"),
}
WIDTH, NARROW_WIDTH = 500, 420
_MARGIN = 48


class StationPanel(QWidget):
    """Name, place and checks of this station. A check shows what was found, "Checking" until something was."""

    def __init__(self, hospital: str, code: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", "dark")
        self._code = code
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        column.setSpacing(0)
        column.addLayout(self._make_brand(hospital))
        column.addStretch(2)
        self._title = Label(code, "display", "on_dark", wrap=True)
        self._place = Label(f"Station {code}", "body", "on_dark_muted", wrap=True)
        column.addWidget(self._title)
        column.addSpacing(theme().space("grid"))
        column.addWidget(self._place)
        column.addSpacing(_MARGIN - theme().space("half"))
        column.addWidget(_line())
        column.addSpacing(theme().space("page_padding"))
        column.addLayout(self._make_checks())
        column.addStretch(5)
        self.setAccessibleName(f"Station {code}, {hospital}")

    def _make_brand(self, hospital: str) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label("hisdesk", "subtitle", "on_dark"))
        words.addWidget(Label(hospital, "small", "on_dark_muted", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(theme().space("card_padding"))
        row.addWidget(Mark(40, dark=False))
        row.addLayout(words, 1)
        return row

    def _make_checks(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme().space("card_padding"))
        grid.setVerticalSpacing(theme().space("page_padding") - theme().space("half"))
        grid.setColumnMinimumWidth(1, theme().text_px(140))
        grid.setColumnStretch(2, 1)
        self._checks: dict[str, tuple[Icon, Label, str]] = {}
        for row, (key, words) in enumerate(CHECKS):
            sign, state = Icon(*_SIGNS["unknown"]), Label("Checking", "body", "on_dark", elide=True)
            grid.addWidget(sign, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Label(words, "body", "on_dark_muted"), row, 1, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(state, row, 2)
            self._checks[key] = (sign, state, words)
        return grid

    def set_station(self, title: str, location: str) -> None:
        """What people call this station, and where it stands."""
        self._title.set_text(title or self._code)
        self._place.set_text(f"{location} · station {self._code}" if location else f"Station {self._code}")

    def set_check(self, key: str, state: str, words: str) -> None:
        """What a check found: `state` is ok, attention, error, none (there is none) or unknown."""
        sign, label, name = self._checks[key]
        sign.set_icon(*_SIGNS[state])
        label.set_text(words)
        label.setAccessibleName(f"{name}: {words}")

    def check(self, key: str) -> str:
        """The words that stand beside a check now."""
        return self._checks[key][1].text()

    def settle(self, width: int) -> None:
        """Fits a window of this width."""
        self.setFixedWidth(WIDTH if width >= 1340 else NARROW_WIDTH)


def _line() -> QWidget:
    """A hairline that shows on the dark surface."""
    line = _DarkLine()
    line.setFixedHeight(1)
    return line


class _DarkLine(QWidget):
    def paintEvent(self, event: object) -> None:
        from PySide6.QtGui import QPainter

        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme().colour("banner.line"))
