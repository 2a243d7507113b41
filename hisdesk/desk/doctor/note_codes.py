"""Finding a diagnosis by a few letters, and the diagnoses that were chosen. GUI thread; finding runs off it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from hisdesk.desk.kit import paint
from hisdesk.desk.kit.choices import CheckBox
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import IconButton
from hisdesk.desk.kit.fields import SearchField
from hisdesk.desk.kit.labels import Label, show_if
from hisdesk.desk.kit.notices import announce
from hisdesk.desk.kit.theme import theme
from hisdesk.errors import UserError
from hisdesk.hospital.notes.queries import CodeRow, find_codes
from hisdesk.hospital.notes.rules import Coded

DEBOUNCE_MS = 120
FEWEST = 2
MOST_ROWS = 6
_ROW = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class CodeSearch(QWidget):
    """A box and the codes found under it. `chosen(CodeRow)`: Enter or a click took one; the box is empty again."""

    chosen = Signal(object)

    def __init__(self, desk: Desk, words: str, key: str = "", *, debounce_ms: int = DEBOUNCE_MS) -> None:
        super().__init__()
        self._desk = desk
        self._asked = ""
        self._take_first = False
        self.box = _Box(words, key)
        self.list = QListWidget()
        self.list.setAccessibleName("Diagnoses found")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(_CodePainter(self.list))
        self.list.setProperty("surface", "raised")
        self.said = Label("", "small", "muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space("half"))
        for widget in (self.box, self.list, self.said):
            column.addWidget(widget)
        self._debounce = QTimer(self, singleShot=True, interval=debounce_ms)
        self._debounce.timeout.connect(self._ask)
        self.box.textChanged.connect(self._typed)
        self.box.moved.connect(self._move)
        self.box.entered.connect(self._enter)
        self.list.itemClicked.connect(lambda item: self._take(item.data(_ROW)))
        self.setFocusProxy(self.box)
        self._show((), "")

    @property
    def rows(self) -> list[CodeRow]:
        """What is offered now."""
        return [self.list.item(number).data(_ROW) for number in range(self.list.count())]

    def leave(self) -> None:
        """Closes and empties the box."""
        self._debounce.stop()
        self.box.clear()

    def _typed(self, text: str) -> None:
        self._asked, self._take_first = "", False
        if len(text.strip()) < FEWEST:
            self._debounce.stop()
            self._show((), "")
        else:
            self._debounce.start()

    def _ask(self) -> None:
        self._asked = text = self.box.text().strip()
        self._desk.tasks.read(
            self, lambda tx: find_codes(tx, text), partial(self._found, text), partial(self._failed, text), slot="codes"
        )

    def _found(self, text: str, rows: tuple[CodeRow, ...]) -> None:
        if text != self._asked:
            return
        self._asked = ""
        said = "" if rows else f"No diagnosis is called “{text}”. Try another word of its name, or its code."
        self._show(rows, said)
        announce(self, f"{len(rows)} found" if rows else said)
        if self._take_first and rows:
            self._take(rows[0])
        self._take_first = False

    def _failed(self, text: str, error: UserError) -> bool:
        if text == self._asked:
            self._asked = ""
            self._show((), str(error))
        return True

    def _show(self, rows: Sequence[CodeRow], said: str) -> None:
        self.list.clear()
        for row in rows:
            item = QListWidgetItem(f"{row.code} {row.title}", self.list)
            item.setData(_ROW, row)
            item.setToolTip(row.title)
        if rows:
            self.list.setCurrentRow(0)
        self.list.setFixedHeight(theme().px("row_compact") * min(len(rows), MOST_ROWS) + 2)
        show_if(self.list, bool(rows))
        self.said.set_text(said)
        show_if(self.said, bool(said))

    def _move(self, step: int) -> None:
        if count := self.list.count():
            self.list.setCurrentRow((self.list.currentRow() + step) % count)
            announce(self.list, self.list.currentItem().text())

    def _enter(self) -> None:
        item = self.list.currentItem()
        if self._debounce.isActive() or self._asked:
            self._take_first = True  # typed quickly: the answer is still under way
            if self._debounce.isActive():
                self._debounce.stop()
                self._ask()
        elif item is not None:
            self._take(item.data(_ROW))

    def _take(self, row: CodeRow) -> None:
        self.leave()
        self.chosen.emit(row)


class _Box(SearchField):
    """Arrows move in the list below, Enter takes."""

    moved = Signal(int)
    entered = Signal()

    def __init__(self, words: str, key: str) -> None:
        super().__init__(words, key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.moved.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.entered.emit()
        else:
            super().keyPressEvent(event)


class _CodePainter(QStyledItemDelegate):
    """A code in its own column, the title behind it; what does not fit is in the tool tip."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, theme().px("row_compact"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: CodeRow = index.data(_ROW)
        rect, colour = QRectF(option.rect), theme().colour
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        ground = "surface.selected" if selected else "surface.hover" if over else "surface.raised"
        painter.fillRect(rect, colour(ground))
        if selected:
            mark = QRectF(rect.left(), rect.top(), theme().line("status_edge"), rect.height())
            painter.fillRect(paint.visual(mark, rect, option.direction), colour("accent.fill"))
        wide = theme().text_px(76)
        code = QRectF(rect.left() + 12, rect.top(), wide, rect.height())
        title = rect.adjusted(12 + wide, 0, -8, 0)
        side = paint.leading(option.direction)
        strong = theme().font("body_strong", identifier=True)
        paint.line(painter, paint.visual(code, rect, option.direction), row.code, strong, colour("text.primary"), side)
        paint.line(
            painter,
            paint.visual(title, rect, option.direction),
            row.title,
            theme().font("body"),
            colour("text.primary"),
            side,
            elide=True,
        )
        painter.restore()


class ChosenCodes(QWidget):
    """The diagnoses of a note: code, whole title, whether it is a problem, and a way to take it out. `edited`."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._coded: tuple[Coded, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme().space("half"))
        self.hide()

    @property
    def coded(self) -> tuple[Coded, ...]:
        return self._coded

    def show_codes(self, coded: Sequence[Coded]) -> None:
        """Shows these, without saying that somebody changed them."""
        if tuple(coded) == self._coded:
            return
        self._coded = tuple(coded)
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for each in self._coded:
            self._column.addWidget(self._row(each))
        show_if(self, bool(self._coded))

    def add(self, row: CodeRow) -> None:
        """One more; the same code once only."""
        if all(each.code != row.code for each in self._coded):
            self.show_codes((*self._coded, Coded(row.code, row.title)))
            self.edited.emit()

    def _row(self, each: Coded) -> QWidget:
        line = QWidget()
        line.setAccessibleName(f"{each.code} {each.title}")
        row = QHBoxLayout(line)
        row.setContentsMargins(theme().space("grid"), 2, 2, 2)
        row.setSpacing(theme().space("inline_gap"))
        line.setProperty("surface", "sunken")
        code = Label(each.code, "body_strong", identifier=True)
        row.addWidget(code)
        row.addWidget(Label(each.title, "body", wrap=True), 1)
        problem = CheckBox("Problem")
        problem.setToolTip("Put it on the problem list when the note is signed")
        problem.setAccessibleName(f"{each.code}: put it on the problem list")
        problem.setChecked(each.problem)
        problem.toggled.connect(lambda on: self._mark(each.code, on))
        remove = IconButton("ph.x", f"Take {each.code} out")
        remove.clicked.connect(lambda: self._remove(each.code))
        row.addWidget(problem)
        row.addWidget(remove)
        return line

    def _mark(self, code: str, problem: bool) -> None:
        self._coded = tuple(Coded(e.code, e.title, problem) if e.code == code else e for e in self._coded)
        self.edited.emit()

    def _remove(self, code: str) -> None:
        self.show_codes([each for each in self._coded if each.code != code])
        self.edited.emit()
