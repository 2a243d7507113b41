"""Where the keyboard goes when what had it is disabled, taken away or not yet to be seen. GUI thread.

Qt gives it to whatever comes next in the window: a letter would be typed there, and the keys of the screen would no
longer work.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget


def inside(widget: QWidget) -> QWidget | None:
    """What has the keyboard of the window, if it is this widget or in it."""
    focus = widget.window().focusWidget()
    return focus if focus is not None and (focus is widget or widget.isAncestorOf(focus)) else None


def park(widget: QWidget) -> QWidget | None:
    """Moves the keyboard to the nearest widget around this one that hands it on to nobody. Returns what had it here."""
    had = inside(widget)
    around = widget.parentWidget()
    while had is not None and around is not None:
        if around.focusProxy() is None:
            around.setFocus(Qt.FocusReason.OtherFocusReason)
            break
        around = around.parentWidget()
    return had


def take_away(form: QWidget, table: QWidget, pages: QStackedWidget) -> None:
    """Takes a form off its page. If it had the keyboard, the table has it now, or the stack while that is hidden."""
    if inside(form) is not None:
        (table if pages.currentWidget() is table else pages).setFocus(Qt.FocusReason.OtherFocusReason)
    form.hide()
    form.deleteLater()


def show_page(pages: QStackedWidget, page: QWidget) -> None:
    """Shows one of the pages; the keyboard goes there when the stack only kept it."""
    kept = pages.window().focusWidget() is pages
    pages.setCurrentWidget(page)
    if kept:
        page.setFocus(Qt.FocusReason.OtherFocusReason)
