"""Ctrl+K: one box for a person or a screen, and the list that opens under it. GUI thread; finding runs off it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListView, QVBoxLayout, QWidget

from hisdesk.access.permissions import PATIENTS_CREATE, PATIENTS_VIEW
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.fields import SearchField
from hisdesk.desk.kit.labels import Icon, Label, show_if
from hisdesk.desk.kit.notices import announce
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.shell.registry import Screen
from hisdesk.desk.shell.search_rows import RowPainter, Rows
from hisdesk.errors import UserError
from hisdesk.hospital.patients import mrn
from hisdesk.hospital.patients.queries import Found, find

DEBOUNCE_MS = 150
FEWEST = 3
WIDTH, MOST_HEIGHT = 640, 440
TOO_SHORT = "Type at least three characters: a name, a phone number, an MRN, a birth date"
WRONG_DIGIT = "The last digit does not fit: check the number"
NO_ONE = "No one found"
SEARCHING = "Searching"


class Search(QFrame):
    """The results under the search box. `person_chosen(found)`, `screen_chosen(id)`, `register_wanted(text)`."""

    person_chosen = Signal(object)
    screen_chosen = Signal(str)
    register_wanted = Signal(str)

    def __init__(
        self,
        desk: Desk,
        field: SearchField,
        screens: Callable[[], Sequence[Screen]],
        parent: QWidget,
        *,
        debounce_ms: int = DEBOUNCE_MS,
    ) -> None:
        super().__init__(parent)
        self._desk, self._field, self._screens, self._home = desk, field, screens, parent
        self._asked = ""
        self._waiting = False
        self._open_when_found = False
        self.setProperty("panel", "dialog")
        self.setAccessibleName("Search results")
        self.list, self.rows = QListView(self), Rows(self)
        self.list.setModel(self.rows)
        self._painter = RowPainter(self.list)
        self.list.setItemDelegate(self._painter)
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, theme().space("half"), 1, theme().space("half"))
        column.setSpacing(0)
        column.addWidget(self.list)
        column.addWidget(self._make_message())
        self._debounce = QTimer(self, singleShot=True, interval=debounce_ms)
        self._debounce.timeout.connect(self._ask)
        field.textEdited.connect(self._typed)
        field.installEventFilter(self)
        parent.installEventFilter(self)
        self.hide()
        self.rights_changed()

    def _make_message(self) -> QWidget:
        self._message = QWidget(self)
        self._sign = Icon("ph.info", "text.muted")
        self._words = Label("", "body", "secondary", wrap=True)
        self.register_button = Button("Register", "secondary", icon="ph.user-plus", key="F3", size="small")
        self.register_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.register_button.clicked.connect(self._register)
        row = QHBoxLayout(self._message)
        row.setContentsMargins(theme().space("card_padding"), 8, theme().space("card_padding"), 8)
        row.addWidget(self._sign)
        row.addWidget(self._words, 1)
        row.addWidget(self.register_button)
        return self._message

    @property
    def message(self) -> str:
        """What stands under the list now, "" when nothing does."""
        return "" if self._message.isHidden() else self._words.text()

    def rights_changed(self) -> None:
        """Says in the box what this person can look for."""
        people = self._desk.actor.may(PATIENTS_VIEW)
        words = "Find a patient: name, phone, MRN, document, birth date" if people else "Go to a screen"
        self._field.setPlaceholderText(words)
        self._field.setAccessibleName(words)

    def leave(self) -> None:
        """Closes and empties the box."""
        self._debounce.stop()
        self._asked, self._waiting, self._open_when_found = "", False, False
        self.hide()
        self.rows.set_rows([])
        self._field.clear()

    # -- typing ----------------------------------------------------------------------------------------------------

    def _typed(self, text: str) -> None:
        self._open_when_found = False
        self._waiting = False
        self._asked = ""  # what is under way no longer answers what stands in the box
        if not text.strip():
            self._debounce.stop()
            self.hide()
            return
        self._debounce.start()

    def _ask(self) -> None:
        text = self._field.text().strip()
        self._debounce.stop()
        screens = self._matching(text)
        if not self._desk.actor.may(PATIENTS_VIEW):
            self._show(screens, "" if screens else "No screen of yours has that name")
        elif sum(char.isalnum() for char in text) < FEWEST:
            self._show(screens, TOO_SHORT)
        else:
            self._asked, self._waiting = text, True
            if not self.isVisible() or not self.rows.rowCount():
                self._show(screens, SEARCHING)
            db, actor, cipher = self._desk.db, self._desk.actor, self._desk.cipher
            self._desk.tasks.run(
                self,
                lambda: find(db, actor, text, cipher),
                partial(self._found, text),
                partial(self._failed, text),
                slot="find",
            )

    def _matching(self, text: str) -> list[Screen]:
        wanted = text.casefold()
        return [s for s in self._screens() if s.on_rail and s.title.casefold().startswith(wanted)] if wanted else []

    def _found(self, text: str, found: list[Found]) -> None:
        if text != self._asked:
            return
        self._waiting = False
        rows: list[Found | Screen] = [*found, *self._matching(text)]
        typing_error = wrong_check_digit(text)
        nobody = WRONG_DIGIT if typing_error else NO_ONE
        self._show(rows, "" if found else nobody, register=not found and not typing_error, urgent=not found)
        announce(self, f"{len(found)} found" if found else self._words.text())
        if self._open_when_found and len(found) == 1:
            self.person_chosen.emit(found[0])
            self.leave()
        self._open_when_found = False

    def _failed(self, text: str, error: UserError) -> None:
        if text == self._asked:
            self._waiting = False
            self._show(self._matching(text), str(error), family="critical")

    # -- showing ---------------------------------------------------------------------------------------------------

    def _show(
        self,
        rows: Sequence[Found | Screen],
        message: str,
        *,
        register: bool = False,
        urgent: bool = False,
        family: str = "",
    ) -> None:
        self.rows.set_rows(rows)
        if rows:
            self.list.setCurrentIndex(self.rows.index(0, 0))
        icon = {"critical": "ph.warning-octagon-fill"}.get(family, "ph.warning-fill" if urgent else "ph.info")
        colour = f"status.{family or 'attention'}.fg" if family or urgent else "text.muted"
        self._sign.set_icon(icon, colour)
        self._words.set_text(message)
        may = self._desk.actor.may(PATIENTS_CREATE)
        show_if(self.register_button, register and may)
        self._message.setVisible(bool(message))
        self.list.setVisible(bool(rows))
        self._settle()
        self.show()
        self.raise_()

    def _settle(self) -> None:
        parent = self._home
        width = min(theme().text_px(WIDTH), parent.width() - 32)
        rows = self.rows.rowCount() * self._painter.row_height()
        self.list.setFixedHeight(min(rows, theme().text_px(MOST_HEIGHT)))
        corner = self._field.mapTo(parent, QPoint(0, self._field.height() + 4))
        x = max(16, min(corner.x() + (self._field.width() - width) // 2, parent.width() - width - 16))
        self.setFixedWidth(width)
        self.adjustSize()
        self.move(x, corner.y())

    # -- choosing --------------------------------------------------------------------------------------------------

    def _move(self, step: int) -> None:
        count = self.rows.rowCount()
        if count:
            row = (self.list.currentIndex().row() + step) % count
            self.list.setCurrentIndex(self.rows.index(row, 0))
            announce(self.list, str(self.rows.data(self.rows.index(row, 0))))

    def _enter(self) -> None:
        current = self.list.currentIndex()
        if self._debounce.isActive() or self._waiting:
            self._open_when_found = True  # a scanner sends Enter right behind the number
            if self._debounce.isActive():
                self._ask()
        elif self.isVisible() and current.isValid():
            self._chosen(current)

    def _chosen(self, index: QModelIndex) -> None:
        row = self.rows.row(index)
        self.leave()
        if isinstance(row, Screen):
            self.screen_chosen.emit(row.id)
        else:
            self.person_chosen.emit(row)

    def _register(self) -> None:
        text = self._field.text().strip()
        self.leave()
        self.register_wanted.emit(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self._field and kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        if watched is self._field and kind == QEvent.Type.FocusOut:
            self.hide()
        elif watched is self._field and kind == QEvent.Type.FocusIn and self._field.text().strip():
            self._debounce.start()
        elif watched is self._home and kind == QEvent.Type.Resize and self.isVisible():
            self._settle()
        return False

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._move(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        elif key == Qt.Key.Key_Escape and (self.isVisible() or self._field.text()):
            self.leave()
        elif key == Qt.Key.Key_F3 and not self.register_button.isHidden() and self.isVisible():
            self._register()
        else:
            return False
        return True


def wrong_check_digit(text: str) -> bool:
    """Whether this looks like an MRN whose last digit does not fit the others."""
    digits = "".join(char for char in text if char not in " -.·")
    return len(digits) == mrn.LENGTH and digits.isascii() and digits.isdigit() and not mrn.is_valid(digits)
