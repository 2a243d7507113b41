"""The bundled typeface: loaded once, then asked for by the roles of the tokens. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

from hisdesk.desk.kit.tokens import token
from hisdesk.resources import resource

FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "Inter-Bold.otf")
_loaded: list[int] = []


def load_fonts() -> None:
    """Adds Inter to the application, once. Raises RuntimeError when a file is damaged."""
    if _loaded:
        return
    for name in FILES:
        handle = QFontDatabase.addApplicationFont(str(resource("fonts", name)))
        if handle < 0:
            raise RuntimeError(f"the font {name} cannot be read")
        _loaded.append(handle)


def families() -> list[str]:
    """The font families to ask for, in order, for the direction the windows are laid out in."""
    rtl = QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    latin, arabic = ([str(name) for name in token(path)] for path in ("type.family", "type.family_rtl"))
    names = [latin[0], *arabic] if rtl else latin  # Inter has no Arabic: Qt takes those letters from the next family
    return [name for name in names if name != "sans-serif"]


def make_font(points: float, weight: int, *, identifier: bool = False, tabular: bool = True) -> QFont:
    """A font of the family. `identifier` adds the slashed zero and the unambiguous I, l and 1, and joins no signs."""
    font = QFont(families())
    font.setPointSizeF(points)
    font.setWeight(QFont.Weight(weight))
    font.setStyleHint(QFont.StyleHint.SansSerif)
    features = (["tnum"] if tabular else []) + (["zero", "ss02"] if identifier else [])
    for feature in features:
        font.setFeature(QFont.Tag(feature), 1)
    if identifier:
        font.setFeature(QFont.Tag("calt"), 0)  # otherwise Inter draws the x of "4x8" as a multiplication sign
    return font
