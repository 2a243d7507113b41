"""The theme: the only place that knows colours, sizes and type. Screens ask it by name. GUI thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from hisdesk.desk.kit import style, stylesheet
from hisdesk.desk.kit.fonts import load_fonts, make_font
from hisdesk.desk.kit.tokens import token, type_scale

MODES = ("light", "dark", "system")


class Theme(QObject):
    """Colours, sizes and fonts of the running application. `changed` follows every switch of mode or text size."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.name = "light"
        self.mode = "light"
        self.text_size = 1.0
        self.reduced_motion = False
        self._colours: dict[str, QColor] = {}
        self._fonts: dict[tuple[str, bool], QFont] = {}
        self._follows_system = False
        self._app: QApplication | None = None

    # what screens ask

    def colour(self, path: str) -> QColor:
        """A colour of the present mode, for instance `status.ok.fg`. Raises KeyError."""
        return self._look_up(f"colour.{self.name}.{path}")

    def board(self, path: str) -> QColor:
        """A colour of the dark wall boards."""
        return self._look_up(f"colour.board.{path}")

    def hall(self, path: str) -> QColor:
        """A colour of the light hall display."""
        return self._look_up(f"colour.hall.{path}")

    def px(self, name: str) -> int:
        """A size in pixels. Rows, controls and icons grow with the text size; window and panel widths do not."""
        value = token(f"size.{name}")
        if isinstance(value, list):
            raise KeyError(f"size.{name} is a list: ask sizes()")
        return round(value * self.text_size)

    def sizes(self, name: str) -> tuple[int, ...]:
        """A size that is a list (`minimum_window`, `side_panel`), as it is."""
        return tuple(int(value) for value in token(f"size.{name}"))

    def text_px(self, pixels: int) -> int:
        """A measure that belongs to text (a column, a gap between baselines), grown with the text size."""
        return round(pixels * self.text_size)

    def space(self, name: str) -> int:
        """A distance in pixels: `half`, `grid`, `page_padding`, `card_padding`, `field_gap`, `inline_gap` …"""
        return int(token(f"space.{name}"))

    def radius(self, name: str) -> int:
        """A corner radius in pixels: `chip`, `control`, `card`, `dialog`."""
        return int(token(f"radius.{name}"))

    def line(self, name: str) -> int:
        """A line width in pixels: `hairline`, `focus`, `status_edge`."""
        return int(token(f"border_width.{name}"))

    def motion(self, name: str) -> int:
        """A duration in milliseconds; 0 for the row flash when the person asked for less motion."""
        return 0 if self.reduced_motion and name == "row_flash_ms" else int(token(f"motion.{name}"))

    def font(self, role: str = "body", identifier: bool = False) -> QFont:
        """A font by its role in the type scale. Returns a copy."""
        key = (role, identifier)
        if key not in self._fonts:
            points, weight = type_scale(role)
            self._fonts[key] = make_font(points * self.text_size, weight, identifier=identifier)
        return QFont(self._fonts[key])

    # switching

    def apply(self, app: QApplication, mode: str, text_size: float = 1.0) -> None:
        """Dresses the application: style, palette, fonts, style sheet. `mode` is light, dark or system."""
        if mode not in MODES:
            raise ValueError(f"no such mode: {mode}")
        if text_size not in token("type.text_size_setting"):
            raise ValueError(f"no such text size: {text_size}")
        if (self._app, self.mode, self.text_size) == (app, mode, text_size):
            return  # another window of the same process
        self._app, self.mode, self.text_size = app, mode, text_size
        self._follow_system(app)
        self._dress(app)

    def _follow_system(self, app: QApplication) -> None:
        hints = app.styleHints()
        if not self._follows_system:
            hints.colorSchemeChanged.connect(self._system_changed)
            self._follows_system = True
        schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark, "system": Qt.ColorScheme.Unknown}
        hints.setColorScheme(schemes[self.mode])

    def _system_changed(self, scheme: Qt.ColorScheme) -> None:
        if self.mode == "system" and self._app is not None and self._wanted(scheme) != self.name:
            self._dress(self._app)

    def _wanted(self, scheme: Qt.ColorScheme) -> str:
        if self.mode != "system":
            return self.mode
        return "dark" if scheme == Qt.ColorScheme.Dark else "light"

    def _dress(self, app: QApplication) -> None:
        load_fonts()
        self.name = self._wanted(app.styleHints().colorScheme())
        self._colours.clear()
        self._fonts.clear()
        style.install(app, self)
        app.setPalette(palette(self))
        app.setFont(self.font("body"))
        sheet = stylesheet.make(self)
        if app.styleSheet() != sheet:
            app.setStyleSheet(sheet)
        self.changed.emit()

    def _look_up(self, path: str) -> QColor:
        found = self._colours.get(path)
        if found is None:
            value = token(path)
            if not isinstance(value, str):
                raise KeyError(f"{path} is not one colour")
            found = self._colours[path] = QColor(value)
        return found


def palette(theme: Theme) -> QPalette:
    """The Qt palette of the present mode: what plain Qt controls draw themselves with."""
    made = QPalette()
    roles = {
        QPalette.ColorRole.Window: "surface.canvas",
        QPalette.ColorRole.WindowText: "text.primary",
        QPalette.ColorRole.Base: "surface.base",
        QPalette.ColorRole.AlternateBase: "surface.sunken",
        QPalette.ColorRole.Text: "text.primary",
        QPalette.ColorRole.PlaceholderText: "text.muted",
        QPalette.ColorRole.Button: "surface.base",
        QPalette.ColorRole.ButtonText: "text.primary",
        QPalette.ColorRole.BrightText: "text.on_accent",
        QPalette.ColorRole.Highlight: "accent.fill",
        QPalette.ColorRole.HighlightedText: "text.on_accent",
        QPalette.ColorRole.Accent: "accent.fill",
        QPalette.ColorRole.Link: "text.link",
        QPalette.ColorRole.LinkVisited: "text.link",
        QPalette.ColorRole.ToolTipBase: "banner.bg",
        QPalette.ColorRole.ToolTipText: "banner.text",
        QPalette.ColorRole.Light: "surface.raised",
        QPalette.ColorRole.Midlight: "surface.hover",
        QPalette.ColorRole.Mid: "border.strong",
        QPalette.ColorRole.Dark: "border.control",
        QPalette.ColorRole.Shadow: "border.control",
    }
    for role, path in roles.items():
        made.setColor(role, theme.colour(path))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, theme.colour("text.disabled"))
    made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Base, theme.colour("surface.disabled"))
    made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Highlight, theme.colour("surface.selected_inactive"))
    return made


_theme: list[Theme] = []


def theme() -> Theme:
    """The theme of this process."""
    if not _theme:
        _theme.append(Theme())
    return _theme[0]


def follow(dress: Callable[[], None]) -> None:
    """Calls `dress` now and after every change of the theme. Pass a bound method of a QObject: it ends with it."""
    dress()
    theme().changed.connect(dress)
