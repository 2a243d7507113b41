"""A screen that is a list with a page in front of it now and then: a form that is filled in and left again."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from hisdesk.desk.kit.form_page import FormPage
from hisdesk.desk.kit.keys import lend
from hisdesk.desk.kit.list_screen import ListScreen


class Stage(QWidget):
    """Shows a list, in front of it at most one form page; `keys_changed` as they take turns. GUI thread."""

    keys_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stack = QStackedLayout(self)
        self.list: ListScreen[Any] | None = None
        self.page: FormPage | None = None

    def set_list(self, shown: ListScreen[Any]) -> None:
        """The list behind everything. Once."""
        self.list = shown
        self._stack.addWidget(shown)
        shown.keys_changed.connect(self.keys_changed)
        self.setFocusProxy(shown)
        lend(self, shown)

    def show_page(self, page: FormPage) -> None:
        """Puts a form in front; it goes when it is left."""
        self.page = page
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        page.left.connect(self.close_page)
        self.setFocusProxy(page)
        lend(self, page.form)
        self.keys_changed.emit()
        page.focus_first()

    def close_page(self) -> None:
        """Back to the list."""
        page, self.page = self.page, None
        if page is None or self.list is None:
            return
        self._stack.setCurrentWidget(self.list)
        self._stack.removeWidget(page)
        page.hide()
        page.deleteLater()
        self.setFocusProxy(self.list)
        lend(self, self.list)
        self.keys_changed.emit()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def saved(self, page: FormPage, said: str) -> None:
        """What was typed in the form is stored: it goes, the list is read again, and `said` tells so."""
        page.saved()
        self.read_again()
        page.desk.messages.done(said)

    # -- what the window calls -----------------------------------------------------------------------------------

    def read_again(self) -> None:
        """F5."""
        if self.list is not None:
            self.list.read_again()

    def go_back(self) -> bool:
        """Esc: leaves the form, which asks when something was typed."""
        if self.page is None:
            return False
        self.page.form.leave()
        return True

    def rights_changed(self) -> None:
        """The commands say again what is possible."""
        if self.list is not None:
            self.list.refresh_commands()
