"""Finding a medicine by a few letters, slips among them. The formulary is at hand: nothing is asked. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.fields import SearchField
from hisdesk.desk.kit.labels import Label, show_if
from hisdesk.desk.kit.notices import announce
from hisdesk.desk.kit.theme import theme
from hisdesk.hospital.medicines.rules import Formulary, Medicine

FEWEST = 2
MOST_ROWS = 8
_ROW = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class MedicineSearch(QWidget):
    """A box and the medicines found under it. `chosen(Medicine)`: Enter or a click took one. `left`: Esc."""

    chosen = Signal(object)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.formulary = Formulary(())
        self.box = _Box("Find a medicine: name, strength, form")
        self.list = QListWidget()
        self.list.setAccessibleName("Medicines found")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(_Painter(self.list))
        self.list.setProperty("surface", "raised")
        self.said = Label("", "small", "muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space("half"))
        for widget in (self.box, self.list, self.said):
            column.addWidget(widget)
        self.box.textChanged.connect(self._typed)
        self.box.moved.connect(self._move)
        self.box.entered.connect(self._enter)
        self.box.left.connect(self.left)
        self.list.itemClicked.connect(lambda item: self.chosen.emit(item.data(_ROW)))
        self.setFocusProxy(self.box)
        self._typed("")

    @property
    def rows(self) -> list[Medicine]:
        """What is offered now."""
        return [self.list.item(number).data(_ROW) for number in range(self.list.count())]

    def _typed(self, text: str) -> None:
        wanted = text.strip()
        rows = self.formulary.found(wanted, most=30) if len(wanted) >= FEWEST else []
        said = ""
        if len(wanted) >= FEWEST and not rows:
            said = f"The formulary has nothing called “{wanted}”. Try the generic name."
        self.list.clear()
        for row in rows:
            item = QListWidgetItem(f"{row.name}, {row.form}, {row.strength}", self.list)
            item.setData(_ROW, row)
        if rows:
            self.list.setCurrentRow(0)
        self.list.setFixedHeight(theme().px("row_compact") * min(len(rows), MOST_ROWS) + 2)
        show_if(self.list, bool(rows))
        self.said.set_text(said)
        show_if(self.said, bool(said))
        if wanted:
            announce(self, f"{len(rows)} found" if rows else said)

    def _move(self, step: int) -> None:
        if count := self.list.count():
            self.list.setCurrentRow((self.list.currentRow() + step) % count)
            announce(self.list, self.list.currentItem().text())

    def _enter(self) -> None:
        if (item := self.list.currentItem()) is not None:
            self.chosen.emit(item.data(_ROW))


class _Box(SearchField):
    """Arrows move in the list below, Enter takes."""

    moved = Signal(int)
    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.moved.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.entered.emit()
        else:
            super().keyPressEvent(event)


class _Painter(QStyledItemDelegate):
    """The generic name strong, then strength and form; names are never elided."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, theme().px("row_compact"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: Medicine = index.data(_ROW)
        rect, colour, direction = QRectF(option.rect), theme().colour, option.direction
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        ground = "surface.selected" if selected else "surface.hover" if over else "surface.raised"
        painter.fillRect(rect, colour(ground))
        if selected:
            mark = QRectF(rect.left(), rect.top(), theme().line("status_edge"), rect.height())
            painter.fillRect(paint.visual(mark, rect, direction), colour("accent.fill"))
        x = rect.left() + 12
        for text, role, tone in (
            (row.name, "body_strong", "text.primary"),
            (row.strength, "body", "text.primary"),
            (row.form, "small", "text.secondary"),
        ):
            font = theme().font(role)
            wide = paint.text_width(font, text) + 1
            at = QRectF(x, rect.top(), min(wide, rect.right() - x), rect.height())
            elide = role == "small"
            side = paint.leading(direction)
            paint.line(painter, paint.visual(at, rect, direction), text, font, colour(tone), side, elide)
            x += wide + 8
        painter.restore()
