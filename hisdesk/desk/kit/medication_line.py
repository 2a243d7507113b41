"""A medication line: it wraps between its attributes, never inside one, and nothing of it is elided. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.theme import follow, theme
from hisdesk.hospital.medicines.rules import counted
from hisdesk.hospital.prescriptions import rules
from hisdesk.hospital.prescriptions.rules import Sig

_LINE_PX = 20
_BETWEEN = " —"


@dataclass(frozen=True)
class Part:
    """One attribute: a small word before it ("DOSE"), the text, whether it is strong."""

    text: str
    strong: bool = False
    before: str = ""


def parts_of(name: str, form: str, sig: Sig, quantity: Decimal | None, unit: str) -> tuple[Part, ...]:
    """Generic drug — form — DOSE — route — frequency — duration — quantity."""
    said = [
        Part(name, strong=True),
        Part(form),
        Part(counted(sig.dose_value, sig.dose_unit), strong=True, before="DOSE"),
        Part(sig.route),
        Part(rules.frequency_words(sig)),
    ]
    if sig.frequency != "once":
        said.append(Part(rules.days_words(sig.days)))
    if quantity is not None:
        said.append(Part(counted(quantity, unit)))
    return tuple(part for part in said if part.text)


def spoken(parts: Sequence[Part]) -> str:
    """The line as a screen reader says it."""
    return ", ".join(f"{part.before.lower()} {part.text}".strip() for part in parts)


@dataclass(frozen=True)
class _Run:
    """A piece of text at its place."""

    x: float
    y: float
    text: str
    role: str
    tone: str


class MedicationLine(QWidget):
    """Paints the parts; as high as its width asks for. `muted` for what was cancelled."""

    def __init__(self, parts: Sequence[Part] = (), *, muted: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: tuple[Part, ...] = ()
        self._muted = muted
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_parts(parts)
        follow(self._dress)

    @property
    def text(self) -> str:
        """The whole line as it is spoken."""
        return spoken(self._parts)

    def set_parts(self, parts: Sequence[Part]) -> None:
        """Another line."""
        self._parts = tuple(parts)
        self.setAccessibleName(self.text)
        self.updateGeometry()
        self.update()

    def _dress(self) -> None:
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._laid_out(width)[1]

    def sizeHint(self) -> QSize:
        width = theme().text_px(320)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().text_px(120), theme().text_px(_LINE_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        runs, _height = self._laid_out(self.width())
        whole, direction = QRectF(self.rect()), self.layoutDirection()
        height = theme().text_px(_LINE_PX)
        with QPainter(self) as painter:
            for run in runs:
                font = theme().font(run.role)
                at = QRectF(run.x, run.y, paint.text_width(font, run.text) + 1, height)
                ink = theme().colour(f"text.{'muted' if self._muted else run.tone}")
                paint.line(painter, paint.visual(at, whole, direction), run.text, font, ink, paint.leading(direction))

    def _laid_out(self, width: int) -> tuple[list[_Run], int]:
        """Every piece at its place, and the height. An attribute wider than the line breaks between its words."""
        runs: list[_Run] = []
        high, blank = theme().text_px(_LINE_PX), _width("body", " ")
        x, y = 0.0, 0
        for place, part in enumerate(self._parts):
            last = place == len(self._parts) - 1
            wanted = sum(_width(role, text) for text, role, _ in _pieces(part, last))
            if x and x + blank + wanted > width:
                x, y = 0.0, y + high
            elif x:
                x += blank
            for text, role, tone in _pieces(part, last) if wanted <= width else _words(part, last):
                if x and wanted > width and x + _width(role, text) > width:
                    x, y = 0.0, y + high
                runs.append(_Run(x, y, text, role, tone))
                x += _width(role, text)
        return runs, y + high


def _pieces(part: Part, last: bool) -> list[tuple[str, str, str]]:
    """What is drawn of one attribute: text, type role, tone."""
    pieces = [(f"{part.before} ", "caption", "secondary")] if part.before else []
    pieces.append((part.text, "body_strong" if part.strong else "body", "primary"))
    if not last:
        pieces.append((_BETWEEN, "body", "muted"))
    return pieces


def _words(part: Part, last: bool) -> list[tuple[str, str, str]]:
    return [
        (word + (" " if place < len(text.split()) - 1 else ""), role, tone)
        for text, role, tone in _pieces(part, last)
        for place, word in enumerate(text.split())
    ]


def _width(role: str, text: str) -> float:
    return QFontMetricsF(theme().font(role)).horizontalAdvance(text)
