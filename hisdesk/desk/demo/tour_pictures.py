"""Takes the tour's pictures: each window in light and dark, on a small and on a large screen. GUI thread."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QSize
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from hisdesk.desk.kit.theme import theme

SIZES = (QSize(1366, 768), QSize(1920, 1080))
MODES = ("light", "dark")


class Pictures:
    """Writes `NAME-MODE-WIDTH.png` into one folder and leaves the window as it was."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.taken: list[Path] = []
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.png"):
            old.unlink()

    def take(self, name: str, window: QWidget, *, light_only: bool = False) -> None:
        """Pictures of a window and of the dialogs and menus over it. `light_only`: it has no dark form."""
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            raise RuntimeError("there is no application")
        before, mode, text_size = window.size(), theme().mode, theme().text_size
        for wanted in MODES[:1] if light_only else MODES:
            if theme().mode != wanted:
                theme().apply(app, wanted, text_size)
            for size in SIZES:
                window.resize(size)
                _settle(app)
                file = self.folder / f"{name}-{wanted}-{size.width()}.png"
                _picture(window).save(str(file))
                self.taken.append(file)
        window.resize(before)
        if theme().mode != mode:
            theme().apply(app, mode, text_size)
        _settle(app)

    def keep(self, name: str, window: QWidget) -> None:
        """One picture of a window as it is now."""
        file = self.folder / f"{name}.png"
        _picture(window).save(str(file))
        self.taken.append(file)


def belongs_to(widget: QWidget, window: QWidget) -> bool:
    """Whether a widget is part of a window, also as a dialog or menu of its own."""
    at: QWidget | None = widget
    while at is not None and at is not window:
        at = at.parentWidget()
    return at is window


def _settle(app: QApplication) -> None:
    """Lets layouts find their place. Only what is already waiting: nothing is read or sent meanwhile."""
    for _ in range(3):
        app.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        app.processEvents()


def _picture(window: QWidget) -> QPixmap:
    picture = window.grab()
    painter = QPainter(picture)
    for each in QApplication.topLevelWidgets():
        if each is window or not each.isVisible() or not belongs_to(each, window):
            continue
        if isinstance(each, QDialog):
            at = QPoint((window.width() - each.width()) // 2, (window.height() - each.height()) // 2)
        else:
            at = window.mapFromGlobal(each.pos())
        painter.drawPixmap(at, each.grab())
        painter.setPen(theme().colour("border.strong"))
        painter.drawRect(at.x(), at.y(), each.width() - 1, each.height() - 1)
    painter.end()
    return picture
