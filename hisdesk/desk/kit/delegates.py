"""Cells of tables, painted from frozen data: background, hairline, selection mark, then what the cell says. GUI thread.

A delegate paints its whole background, so the style sheet has no `::item` rules.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
)

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.cells import Cell, CellRole, Check, FlashRole, StaleRole
from hisdesk.desk.kit.chips import chip_size, paint_chip
from hisdesk.desk.kit.choices import paint_tick
from hisdesk.desk.kit.icons import paint_icon
from hisdesk.desk.kit.theme import theme

Index = QModelIndex | QPersistentModelIndex
HOVERED = "hovered_row"
"""Dynamic property of a view: the row under the mouse."""
_MARKS = {"+": ("ok", "ph.plus-circle-fill"), "-": ("critical", "ph.minus-circle-fill")}
_CAUTION = ("attention", "ph.warning-circle-fill")
_FIRST_PADDING = 12
_PADDING = 8


class Row:
    """The state of the row a cell stands in, read once per paint."""

    def __init__(self, option: QStyleOptionViewItem, index: Index) -> None:
        view = option.widget
        self.view = view if isinstance(view, QAbstractItemView) else None
        self.selected = bool(option.state & QStyle.StateFlag.State_Selected)
        self.focused = self.view is not None and self.view.hasFocus()
        self.hovered = view is not None and view.property(HOVERED) == index.row()
        self.enabled = bool(option.state & QStyle.StateFlag.State_Enabled)
        self.flash = float(index.data(FlashRole) or 0.0)
        self.stale = bool(index.data(StaleRole))
        self.direction = option.direction
        self.first = self._is_first(index)

    def _is_first(self, index: Index) -> bool:
        if isinstance(self.view, QTableView):
            header = self.view.horizontalHeader()
            shown = [c for c in range(header.count()) if not header.isSectionHidden(c)]
            return bool(shown) and min(shown, key=header.visualIndex) == index.column()
        return index.column() == 0

    def background(self) -> QColor:
        """The colour behind the cell."""
        colour = theme().colour
        if self.selected:
            ground = colour("surface.selected" if self.focused else "surface.selected_inactive")
        else:
            ground = colour("surface.hover" if self.hovered else "surface.base")
        if self.flash and not theme().reduced_motion:
            ground = paint.mix(ground, colour("accent.subtle"), self.flash)
        return ground

    def ink(self, path: str = "text.primary") -> QColor:
        """A text colour, muted on stale rows."""
        if not self.enabled:
            return theme().colour("text.disabled")
        return theme().colour("text.muted" if self.stale else path)

    def tone(self, tone: str, otherwise: str = "text.primary") -> QColor:
        """The colour of a cell's tone."""
        if not tone:
            return self.ink(otherwise)
        return self.ink("text.muted" if tone == "muted" else f"status.{tone}.fg")


class RowDelegate(QStyledItemDelegate):
    """The row behind every cell, and one line of text. Subclasses paint other contents."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, rect = Row(option, index), QRectF(option.rect)
        cell = self.cell(index)
        painter.save()
        painter.fillRect(rect, row.background())
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), theme().colour("border.hairline"))
        if row.first:
            self._paint_edge(painter, rect, row, cell)
        inner = paint.visual(
            rect.adjusted(_FIRST_PADDING if row.first else _PADDING, 0, -_PADDING, -1), rect, row.direction
        )
        painter.setClipRect(rect)
        self.paint_cell(painter, inner, row, cell)
        painter.restore()

    def _paint_edge(self, painter: QPainter, rect: QRectF, row: Row, cell: Cell) -> None:
        """The mark of the selected row, or the edge of a row that wants to be seen."""
        colour = None
        if row.selected:
            colour = theme().colour("accent.fill" if row.focused else "border.control")
        elif cell.edge:
            colour = theme().colour(f"status.{cell.edge}.border")
        if colour is not None:
            edge = QRectF(rect.left(), rect.top(), theme().line("status_edge"), rect.height())
            painter.fillRect(paint.visual(edge, rect, row.direction), colour)

    def cell(self, index: Index) -> Cell:
        """What the model says; its display text is the title when the cell has none."""
        found = index.data(CellRole)
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        if not isinstance(found, Cell):
            return Cell(title=text)
        return found if found.title else replace(found, title=text)

    def paint_cell(self, painter: QPainter, rect: QRectF, row: Row, cell: Cell) -> None:
        """Paints the contents within `rect` (visual, already padded)."""
        align = paint.leading(row.direction)
        x = 0.0
        if cell.icon:
            side = theme().px("icon")
            box = QRectF(rect.left(), rect.center().y() - side / 2, side, side)
            paint_icon(
                painter, paint.visual(box, rect, row.direction), cell.icon, row.tone(cell.tone, "text.secondary")
            )
            x = side + _PADDING
        text = paint.visual(rect.adjusted(x, 0, 0, 0), rect, row.direction)
        paint.line(painter, text, cell.title, theme().font("body"), row.tone(cell.tone), align, elide=True)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        cell = self.cell(index)
        width = self.wanted_width(cell) + _FIRST_PADDING + _PADDING
        return QSize(width, theme().px("row_two_line" if cell.subtitle else "row"))

    def wanted_width(self, cell: Cell) -> int:
        """The width at which nothing has to be elided or wrapped."""
        icon = theme().px("icon") + _PADDING if cell.icon else 0
        return icon + paint.text_width(theme().font("body"), cell.title)

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """The whole text as a tool tip where it does not fit; never as markup."""
        given = index.data(Qt.ItemDataRole.ToolTipRole)
        cell = self.cell(index)
        room = view.visualRect(index).width() - _FIRST_PADDING
        whole = "\n".join(part for part in (cell.title, cell.subtitle) if part)
        text = str(given) if given else (whole if self.wanted_width(cell) > room else "")
        if text:
            QToolTip.showText(event.globalPos(), f"<p>{escape(text).replace(chr(10), '<br>')}</p>", view)
        else:
            QToolTip.hideText()
        return True


class TextDelegate(RowDelegate):
    """One or two lines: the second small and muted; a single text wraps to two small lines when `wrap` is set."""

    def __init__(
        self, parent: QObject | None = None, *, wrap: bool = False, strong: bool = False, identifier: bool = False
    ) -> None:
        super().__init__(parent)
        self._wrap, self._identifier = wrap, identifier
        self._role = "small" if wrap else "body_strong" if strong else "body"

    def paint_cell(self, painter: QPainter, rect: QRectF, row: Row, cell: Cell) -> None:
        font, align = theme().font(self._role, self._identifier), paint.leading(row.direction)
        if self._wrap and not cell.subtitle:
            ink = row.tone(cell.tone, "text.secondary")
            texts = [(text, font, ink) for text in paint.broken(cell.title, font, rect.width())]
            paint.lines(painter, rect, texts, theme().text_px(16), align)
            return
        upper, lower = _two(rect) if cell.subtitle else (rect, QRectF())
        keep = self._identifier  # a number is never elided
        paint.line(painter, upper, cell.title, font, row.tone(cell.tone), align, elide=not keep)
        if cell.subtitle:
            small = theme().font("small", self._identifier)
            paint.line(painter, lower, cell.subtitle, small, row.ink("text.muted"), align, elide=True)

    def wanted_width(self, cell: Cell) -> int:
        width = paint.text_width(theme().font(self._role, self._identifier), cell.title)
        if self._wrap and not cell.subtitle:
            width = width // 2 + theme().text_px(24)
        return max(width, paint.text_width(theme().font("small", self._identifier), cell.subtitle))


class PersonDelegate(RowDelegate):
    """A name, strong, over birth date, sex and MRN. Neither is elided: a long name takes two small lines."""

    def paint_cell(self, painter: QPainter, rect: QRectF, row: Row, cell: Cell) -> None:
        align, ink = paint.leading(row.direction), row.tone(cell.tone)
        small, muted = theme().font("small", identifier=True), row.ink("text.muted")
        if self.wanted_width(cell) > rect.width():
            strong = theme().font("small_strong")
            texts = [(text, strong, ink) for text in paint.broken(cell.title, strong, rect.width())]
            texts += [(text, small, muted) for text in paint.broken(cell.subtitle, small, rect.width(), "·") if text]
            paint.lines(painter, rect, texts, theme().text_px(16), align)
            return
        upper, lower = _two(rect) if cell.subtitle else (rect, QRectF())
        paint.line(painter, upper, cell.title, theme().font("body_strong"), ink, align)
        if cell.subtitle:
            paint.line(painter, lower, cell.subtitle, small, muted, align)

    def wanted_width(self, cell: Cell) -> int:
        name = paint.text_width(theme().font("body_strong"), cell.title)
        return max(name, paint.text_width(theme().font("small", identifier=True), cell.subtitle))


class ChipDelegate(RowDelegate):
    """A state as a chip; `boxed=False` without the box."""

    def __init__(self, parent: QObject | None = None, *, boxed: bool = True) -> None:
        super().__init__(parent)
        self._boxed = boxed

    def paint_cell(self, painter: QPainter, rect: QRectF, row: Row, cell: Cell) -> None:
        if cell.status is None:
            super().paint_cell(painter, rect, row, cell)
            return
        size = chip_size(cell.status, self._boxed).toSizeF()
        box = QRectF(QPointF(rect.left(), rect.center().y() - size.height() / 2), size)
        at = paint.visual(box, rect, row.direction).topLeft()
        at.setY(float(round(at.y())))
        paint_chip(painter, at, cell.status, row.direction, self._boxed, muted=row.stale)

    def wanted_width(self, cell: Cell) -> int:
        return chip_size(cell.status, self._boxed).width() if cell.status else super().wanted_width(cell)


class NumberUnitDelegate(RowDelegate):
    """A number at the trailing side with its unit, small and muted. Numbers stay left-to-right."""

    def paint_cell(self, painter: QPainter, rect: QRectF, row: Row, cell: Cell) -> None:
        number, unit = theme().font("body_strong"), theme().font("small")
        text = cell.number or cell.title
        wide = paint.text_width(unit, cell.unit)
        gap = theme().space("half") if cell.unit else 0
        paint.line(painter, rect, cell.unit, unit, row.ink("text.muted"), paint.RIGHT)
        left = rect.adjusted(0, 0, -wide - gap, 0)
        paint.line(painter, left, text, number, row.tone(cell.tone), paint.RIGHT)

    def wanted_width(self, cell: Cell) -> int:
        number = paint.text_width(theme().font("body_strong"), cell.number or cell.title)
        return number + theme().space("half") + paint.text_width(theme().font("small"), cell.unit)


class CheckDelegate(RowDelegate):
    """A cell of the permission grid. Space or a click asks for a change: `toggled`; the screen decides."""

    toggled = Signal(QModelIndex)

    def paint_cell(self, painter: QPainter, rect: QRectF, row: Row, cell: Cell) -> None:
        check = cell.check
        if check is None or not check.applies:
            paint.line(painter, rect, "–", theme().font("body"), row.ink("text.muted"), paint.CENTRE)
            return
        side = theme().text_px(18)
        box = QRectF(0, 0, side, side)
        box.moveCenter(rect.center().toPoint().toPointF())
        if check.locked:
            paint_icon(painter, box.adjusted(1, 1, -1, -1), "ph.lock", row.tone("held"))
            return
        if check.change:
            self._paint_change(painter, box, check)
        paint_tick(painter, box, check.on, row.enabled)
        if check.change:
            family, icon = _MARKS.get(check.change, _CAUTION)
            mark = QRectF(box.right() - 3, max(box.top() - 9, rect.top()), 12, 12)  # whole also in a compact row
            paint.box(painter, mark, theme().colour("surface.base"), None, 6)
            paint_icon(painter, mark, icon, theme().colour(f"status.{family}.fg"))

    def _paint_change(self, painter: QPainter, box: QRectF, check: Check) -> None:
        family = _MARKS.get(check.change, _CAUTION)[0]
        around = box.adjusted(-5, -5, 5, 5)
        paint.box(
            painter,
            around,
            theme().colour(f"status.{family}.bg"),
            theme().colour(f"status.{family}.border"),
            theme().radius("control"),
        )

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        view = option.widget
        if isinstance(view, QAbstractItemView) and view.hasFocus() and view.currentIndex() == index:
            ring = QRectF(0, 0, 1, 1)
            side = min(option.rect.width(), option.rect.height()) - 3
            ring.setSize(QSize(side, side).toSizeF())
            ring.moveCenter(QRectF(option.rect).center().toPoint().toPointF())
            width = theme().line("focus")
            paint.box(painter, ring, None, theme().colour("focus"), theme().radius("control") + 2, width)

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        check = self.cell(index).check
        if check is None or check.locked or not check.applies:
            return False
        clicked = isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if clicked or (pressed and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space):
            self.toggled.emit(model.index(index.row(), index.column()))
            return True
        return False

    def wanted_width(self, cell: Cell) -> int:
        return theme().text_px(28)


def _two(rect: QRectF) -> tuple[QRectF, QRectF]:
    """The upper and the lower line of a two-line cell, centred together."""
    upper, lower = theme().text_px(20), theme().text_px(16)
    top = rect.top() + (rect.height() - upper - lower) / 2
    return QRectF(rect.left(), top, rect.width(), upper), QRectF(rect.left(), top + upper, rect.width(), lower)
