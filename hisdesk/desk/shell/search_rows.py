"""The rows under the search box: a person in two lines, a screen in one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.icons import paint_icon
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.words import SEXES, born, today
from hisdesk.desk.shell.registry import Screen
from hisdesk.hospital.patients import mrn, names
from hisdesk.hospital.patients.queries import Found

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
STATUS_WORDS = {
    "deceased": "Deceased",
    "blacklisted": "Blacklisted",
    "inactive": "Inactive",
    "replaced": "Replaced by another record",
}


def full_name(found: Found) -> str:
    """FAMILY, Given (Title)."""
    return names.display(found.family_name, found.given_names, found.title) or "Unidentified person"


def facts(found: Found, on: dt.date) -> str:
    """The second line: born, sex, MRN, the end of the phone number."""
    day = born(found.born, found.estimated, on)
    parts = [f"Born {day}" if found.born else day.capitalize(), SEXES.get(found.sex, found.sex)]
    if found.mrn:
        parts.append(f"MRN {mrn.shown(found.mrn)}")
    if found.phone_end:
        parts.append(f"Phone ends {found.phone_end}")
    return " · ".join(parts)


class Rows(QAbstractListModel):
    """At most a few dozen people and screens."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Found | Screen] = []

    def set_rows(self, rows: Sequence[Found | Screen]) -> None:
        """Shows these."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def row(self, index: Index) -> Found | Screen:
        """What stands there."""
        return self._rows[index.row()]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own signature)
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            if isinstance(row, Screen):
                return f"Go to {row.title}"
            parts = [full_name(row), facts(row, today()), STATUS_WORDS.get(row.status, ""), row.matched]
            return ", ".join(part for part in parts if part)
        return None


class RowPainter(QStyledItemDelegate):
    """Paints the rows from the theme; the selected one has the 3 px mark."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)

    def row_height(self) -> int:
        """The height of every row."""
        return theme().px("row_two_line")

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self.row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, rect, colour = index.data(ROW), QRectF(option.rect), theme().colour
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        ground = "surface.selected" if selected else "surface.hover" if over else "surface.raised"
        painter.fillRect(rect, colour(ground))
        if selected:
            mark = QRectF(rect.left(), rect.top(), theme().line("status_edge"), rect.height())
            painter.fillRect(paint.visual(mark, rect, option.direction), colour("accent.fill"))
        side = theme().px("icon")
        box = QRectF(rect.left() + 14, rect.center().y() - side / 2, side, side)
        icon = row.icon if isinstance(row, Screen) else "ph.user"
        paint_icon(painter, paint.visual(box, rect, option.direction), icon, colour("text.secondary"))
        words = rect.adjusted(14 + side + 12, 0, -12, 0)
        if isinstance(row, Screen):
            self._line(painter, words, rect, option, f"Go to {row.title}", "body_strong", "text.primary")
        else:
            self._person(painter, words, rect, option, row)
        painter.restore()

    def _person(
        self, painter: QPainter, words: QRectF, rect: QRectF, option: QStyleOptionViewItem, found: Found
    ) -> None:
        half = words.height() / 2
        upper, lower = words.adjusted(0, 6, 0, -half + 1), words.adjusted(0, half - 1, 0, -6)
        status = STATUS_WORDS.get(found.status, "")
        note = status or found.matched
        wide = min(paint.text_width(theme().font("small"), note) + 8, words.width() * 0.4) if note else 0
        self._line(painter, upper.adjusted(0, 0, -wide, 0), rect, option, full_name(found), "body_strong",
                   "text.primary")  # fmt: skip
        tone = "status.attention.fg" if status else "text.muted"
        aside = QRectF(upper.right() - wide, upper.top(), wide, upper.height())
        aside = paint.visual(aside, rect, option.direction)
        paint.line(painter, aside, note, theme().font("small"), theme().colour(tone),
                   paint.trailing(option.direction), elide=True)  # fmt: skip
        self._line(painter, lower, rect, option, facts(found, today()), "small", "text.secondary")

    def _line(
        self, painter: QPainter, at: QRectF, rect: QRectF, option: QStyleOptionViewItem, text: str, role: str, ink: str
    ) -> None:
        place = paint.visual(at, rect, option.direction)
        font = theme().font(role, identifier=True)
        paint.line(painter, place, text, font, theme().colour(ink), paint.leading(option.direction))
