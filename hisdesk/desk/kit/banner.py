"""The patient banner: who this is, and which of the four allergy states. Painted from frozen data. GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.dates import show_date
from hisdesk.desk.kit.icons import paint_icon
from hisdesk.desk.kit.style import RING
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.desk.kit.words import born
from hisdesk.hospital.patients import mrn, names

AllergyKind = Literal["known", "none_known", "not_recorded", "unavailable"]
_INSET = 16
_GAP = 18
_ICONS: dict[str, str] = {
    "known": "ph.warning-octagon-fill",
    "none_known": "ph.shield-check",
    "not_recorded": "ph.warning-fill",
    "unavailable": "ph.cloud-slash",
}
_WORDS: dict[str, str] = {
    "none_known": "No known allergies",
    "not_recorded": "Allergies not recorded",
    "unavailable": "Allergies unavailable",
}


@dataclass(frozen=True)
class Allergies:
    """What is known. `detail` is the second line: worst reaction and date, date asked, or since when it is unknown."""

    kind: AllergyKind
    names: tuple[str, ...] = ()
    detail: str = ""

    @property
    def headline(self) -> str:
        """The first line of the block."""
        return f"Known allergies: {', '.join(self.names)}" if self.kind == "known" else _WORDS[self.kind]


@dataclass(frozen=True)
class Person:
    """Who the banner is about. `newborn` makes it "Baby of …"; `unidentified` hides the name fields."""

    family_name: str
    given_names: str
    title: str = ""
    birth_date: date | None = None
    birth_date_estimated: bool = False
    sex: str = "Unknown"
    mrn: str = ""
    died_on: date | None = None
    unidentified: bool = False
    newborn: bool = False
    preferred_name: str = ""

    @property
    def headline(self) -> str:
        """FAMILY, Given (Title)."""
        if self.unidentified:
            return "Unidentified person"
        if self.newborn:
            return f"Baby of {names.display(self.family_name, self.given_names)}"
        return names.display(self.family_name, self.given_names, self.title)

    def called(self) -> tuple[tuple[str, str], ...]:
        """What stands behind the name, as label and value: the name this person wants to be called by."""
        name = names.clean(self.preferred_name)
        if not name or self.unidentified or self.newborn or name.casefold() == self.given_names.casefold():
            return ()
        return (("Preferred name", name),)

    def facts(self, today: date) -> tuple[tuple[str, str], ...]:
        """The second line: label and value. A dead person's age is the age at death."""
        died = (("Died", show_date(self.died_on)),) if self.died_on else ()
        return (("Born", self._born(today)), ("Sex", self.sex), ("MRN", mrn.shown(self.mrn) or "not given yet"), *died)

    def _born(self, today: date) -> str:
        if self.birth_date is None:
            return "not known"
        return born(self.birth_date, self.birth_date_estimated, self.died_on or today)


@dataclass(frozen=True)
class Alert:
    """A flag at the right of the banner: icon and words."""

    icon: str
    text: str


class AllergyBlock(QAbstractButton):
    """One of four states that never look alike. Clicking opens the allergies."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._allergies = Allergies("not_recorded")
        self._room = theme().text_px(420)
        self.setProperty(RING, theme().radius("control"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_allergies(self, allergies: Allergies) -> None:
        """Shows what is known."""
        self._allergies = allergies
        self.setText(allergies.headline)
        self.setAccessibleName(f"{allergies.headline}. {allergies.detail}".strip())
        self.setAccessibleDescription("Opens the allergies")
        self.updateGeometry()
        self.update()

    def set_room(self, pixels: int) -> None:
        """The width that name and numbers leave: the names of allergies wrap to it, none is left out."""
        if pixels != self._room:
            self._room = pixels
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        widths = [paint.text_width(theme().font("body_strong"), line) for line in self._lines()]
        widths.append(paint.text_width(theme().font("small"), self._detail()))
        return QSize(max(widths) + self._frame_width(), theme().px("banner") - 12)

    def _detail(self) -> str:
        """The second line where there is room for it; it is always spoken."""
        wide = paint.text_width(theme().font("small"), self._allergies.detail)
        return self._allergies.detail if wide <= self._room - self._frame_width() else ""

    def _frame_width(self) -> int:
        return theme().px("icon_nav") + 3 * 12

    def _lines(self) -> list[str]:
        """The headline on as few lines as the room allows, at most three."""
        wide = min(theme().text_px(420), self._room - self._frame_width())
        if self._allergies.kind != "known":
            return [self._allergies.headline]
        for room in range(max(wide, theme().text_px(160)), 10_000, theme().text_px(40)):
            lines = self._wrapped(room)
            if len(lines) <= (2 if self._detail() else 3):
                return lines
        return [self._allergies.headline]

    def _wrapped(self, room: int) -> list[str]:
        font, lines = theme().font("body_strong"), [""]
        words = [f"{name}," for name in self._allergies.names]
        for word in ("Known allergies:", *words[:-1], *self._allergies.names[-1:]):
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and paint.text_width(font, longer) > room:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint_block(painter)

    def _paint_block(self, painter: QPainter) -> None:
        kind, colour, rect = self._allergies.kind, theme().colour, QRectF(self.rect())
        over = self.underMouse()
        radius = theme().radius("control")
        if kind == "known":
            paint.box(painter, rect, colour("banner.allergy_bg"), None, radius)
            ink = colour("banner.allergy_text")
        elif kind == "not_recorded":
            paint.box(painter, rect, colour("banner.attention_bg"), None, radius)
            ink = colour("banner.attention_text")
        else:
            fill = colour("banner.hover") if over else None
            edge = colour("banner.label" if kind == "unavailable" else "banner.line")
            paint.box(painter, rect, fill, edge, radius, dashed=kind == "unavailable")
            ink = colour("banner.text")
        side, direction = theme().px("icon_nav"), self.layoutDirection()
        box = QRectF(12, (rect.height() - side) / 2, side, side)
        paint_icon(painter, paint.visual(box, rect, direction), _ICONS[kind], ink)
        self._paint_lines(painter, paint.visual(rect.adjusted(side + 24, 0, -12, 0), rect, direction), ink)

    def _paint_lines(self, painter: QPainter, rect: QRectF, colour: QColor) -> None:
        strong, small = theme().font("body_strong"), theme().font("small")
        rows: list[tuple[str, QFont]] = [(line, strong) for line in self._lines()]
        if self._detail():
            rows.append((self._detail(), small))
        step = theme().text_px(18 if len(rows) < 3 else 16)
        top = rect.top() + (rect.height() - step * len(rows)) / 2
        align = paint.leading(self.layoutDirection())
        for number, (text, font) in enumerate(rows):
            paint.line(painter, QRectF(rect.left(), top + number * step, rect.width(), step), text, font, colour, align)


class _AlertBlock(QWidget):
    """Flags in an outline; the first to give way when the width is short."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._alerts: tuple[Alert, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_alerts(self, alerts: tuple[Alert, ...]) -> None:
        self._alerts = alerts
        self.setAccessibleName("Alerts: " + ", ".join(alert.text for alert in alerts) if alerts else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        font, side = theme().font("small"), theme().px("icon_inline")
        width = sum(side + 4 + paint.text_width(font, alert.text) + 8 for alert in self._alerts)
        return QSize(max(width + 20, theme().text_px(80)), theme().px("banner") - 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            colour, rect, direction = theme().colour, QRectF(self.rect()), self.layoutDirection()
            paint.box(painter, rect, None, colour("banner.line"), theme().radius("control"))
            font, side = theme().font("small"), theme().px("icon_inline")
            middle, x = rect.height() / 2, 12.0
            head = paint.visual(QRectF(x, 4, rect.width() - 24, middle - 4), rect, direction)
            paint.line(painter, head, "Alerts", font, colour("banner.label"), paint.leading(direction))
            for alert in self._alerts:
                box = QRectF(x, middle + (middle - 6 - side) / 2, side, side)
                paint_icon(painter, paint.visual(box, rect, direction), alert.icon, colour("banner.text"))
                wide = paint.text_width(font, alert.text)
                text = paint.visual(QRectF(x + side + 4, middle, wide, middle - 6), rect, direction)
                paint.line(painter, text, alert.text, font, colour("banner.text"), paint.leading(direction))
                x += side + 4 + wide + 8


class PatientBanner(QWidget):
    """64 px over the whole chart. Names and numbers never elide; alerts give way first. `clicked_allergies`."""

    clicked_allergies = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._person: Person | None = None
        self._today = date.today()  # noqa: DTZ011 (the calendar of the desk)
        self.block = AllergyBlock()
        self.block.clicked.connect(self.clicked_allergies)
        self._alerts = _AlertBlock()
        self._alerts.hide()
        self._has_alerts = False
        row = QHBoxLayout(self)
        row.setContentsMargins(_INSET, 6, 12, 6)
        row.setSpacing(theme().space("grid"))
        row.addStretch()
        row.addWidget(self.block)
        row.addWidget(self._alerts)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow(self._dress)

    @property
    def person(self) -> Person | None:
        return self._person

    def set_person(
        self,
        person: Person,
        allergies: Allergies,
        alerts: tuple[Alert, ...] = (),
        today: date | None = None,
    ) -> None:
        """Shows a person. The whole banner is one group for a screen reader, read first."""
        self._person, self._has_alerts = person, bool(alerts)
        self._today = today or date.today()  # noqa: DTZ011 (the calendar of the desk)
        self.block.set_allergies(allergies)
        self._alerts.set_alerts(alerts)
        facts = ", ".join(f"{label} {value}" for label, value in (*person.called(), *person.facts(self._today)))
        self.setAccessibleName(f"Patient {person.headline}, {facts}. {allergies.headline}. {allergies.detail}".strip())
        self._fit()
        self.update()

    def set_allergies(self, allergies: Allergies) -> None:
        """The allergies changed, or their state is known now."""
        if self._person is not None:
            self.block.set_allergies(allergies)
            self._fit()

    def _dress(self) -> None:
        self.setFixedHeight(theme().px("banner"))
        self.block.updateGeometry()
        self._fit()
        self.update()

    def _fit(self) -> None:
        """Name and numbers stay whole: allergies wrap beside them, alerts are shown only where they fit."""
        words = _INSET + self._words_width()
        self.block.set_room(self.width() - words - 24)
        needed = words + self.block.sizeHint().width() + self._alerts.sizeHint().width() + 48
        self._alerts.setVisible(self._has_alerts and needed <= self.width())

    def _words_width(self) -> int:
        if self._person is None:
            return 0
        name = paint.text_width(theme().font("banner"), self._person.headline)
        called = _pairs_width(self._person.called())
        return max(_pairs_width(self._person.facts(self._today)), name + (_GAP + called if called else 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint_words(painter)

    def _ground(self) -> str:
        """Grey for a person who died, in both modes."""
        if self._person is None or self._person.died_on is None:
            return "banner.bg"
        return "text.secondary" if theme().name == "light" else "border.strong"

    def _paint_words(self, painter: QPainter) -> None:
        whole, direction, colour = QRectF(self.rect()), self.layoutDirection(), theme().colour
        person = self._person
        painter.fillRect(whole, colour(self._ground()))
        if person is None:
            return
        height, x = whole.height(), float(_INSET)
        name, font = person.headline, theme().font("banner")
        called = person.called()
        room = whole.width() - self.block.width() - 2 * _INSET - (_GAP + _pairs_width(called) if called else 0)
        if paint.text_width(font, name) > room:
            font = theme().font("subtitle")
        wide = paint.text_width(font, name)
        rect = paint.visual(QRectF(x, height * 0.11, wide, height * 0.42), whole, direction)
        paint.line(painter, rect, name, font, colour("banner.text"), paint.leading(direction))
        if person.unidentified:
            side = theme().px("icon")
            flag = QRectF(x + wide + 8, rect.center().y() - side / 2, side, side)
            paint_icon(painter, paint.visual(flag, whole, direction), "ph.flag-fill", colour("banner.text"))
        self._paint_pairs(painter, called, QRectF(x + wide + _GAP, height * 0.14, 0, height * 0.42))
        self._paint_pairs(painter, person.facts(self._today), QRectF(x, height * 0.52, 0, height * 0.34))

    def _paint_pairs(self, painter: QPainter, pairs: tuple[tuple[str, str], ...], at: QRectF) -> None:
        """Labels and values on the line of `at`, from its left edge on."""
        whole, direction, colour, x = QRectF(self.rect()), self.layoutDirection(), theme().colour, at.x()
        small, body = _pair_fonts()
        for label, value in pairs:
            for text, font, ink, gap in ((label, small, "banner.label", 5), (value, body, "banner.text", _GAP)):
                wide = paint.text_width(font, text)
                rect = paint.visual(QRectF(x, at.y(), wide, at.height()), whole, direction)
                paint.line(painter, rect, text, font, colour(ink), paint.leading(direction))
                x += wide + gap


def _pair_fonts() -> tuple[QFont, QFont]:
    body = theme().font("body", identifier=True)
    body.setWeight(QFont.Weight.Medium)
    return theme().font("small"), body


def _pairs_width(pairs: tuple[tuple[str, str], ...]) -> int:
    small, body = _pair_fonts()
    return sum(paint.text_width(small, label) + 5 + paint.text_width(body, value) + _GAP for label, value in pairs)
