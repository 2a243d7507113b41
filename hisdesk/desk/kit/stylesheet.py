"""The one style sheet of the application, written from the tokens. Points for type, pixels for lines."""

from __future__ import annotations

from collections.abc import Callable

from hisdesk.desk.kit.look import Look
from hisdesk.desk.kit.tokens import FAMILIES, scales_with_strong, type_scale

TONES = {
    "primary": "text.primary",
    "secondary": "text.secondary",
    "muted": "text.muted",
    "disabled": "text.disabled",
    "accent": "accent.text",
    "link": "text.link",
    "on_dark": "banner.text",
    "on_dark_muted": "banner.label",
}
"""What a label's `tone` may be, besides the six status families."""

SURFACES = {
    "canvas": "surface.canvas",
    "rail": "surface.rail",
    "base": "surface.base",
    "sunken": "surface.sunken",
    "raised": "surface.raised",
    "selected": "surface.selected",
    "dark": "banner.bg",
}
"""What a container's `surface` may be."""


def make(theme: Look) -> str:
    """The style sheet of the theme's present mode and text size."""
    parts = (_containers, _labels, _fields, _combos, _items, _menus, _scrolling, _rest)
    return "\n".join(part(theme) for part in parts)


def _hex(theme: Look, path: str) -> str:
    return theme.colour(path).name()


def _points(theme: Look, role: str) -> str:
    return f"{type_scale(role)[0] * theme.text_size:.2f}pt"


def _containers(theme: Look) -> str:
    rules = [f'QWidget[surface="{name}"] {{ background: {_hex(theme, path)}; }}' for name, path in SURFACES.items()]
    line, card = _hex(theme, "border.hairline"), theme.radius("card")
    base = _hex(theme, "surface.base")
    rules += [
        f"QMainWindow, QDialog {{ background: {_hex(theme, 'surface.canvas')}; }}",
        f'QFrame[panel="true"] {{ background: {base}; border: 1px solid {line}; border-radius: {card}px; }}',
        f'QFrame[panel="flat"] {{ background: {base}; border: none; }}',
        f'QFrame[panel="dialog"] {{ background: {_hex(theme, "surface.raised")};'
        f" border: 1px solid {_hex(theme, 'border.strong')}; border-radius: {theme.radius('dialog')}px; }}",
        f'QFrame[edge="bottom"] {{ border: none; border-bottom: 1px solid {line}; }}',
        f'QFrame[edge="top"] {{ border: none; border-top: 1px solid {line}; }}',
        f'QFrame[edge="right"] {{ border: none; border-right: 1px solid {line}; }}',
        f'QFrame[edge="left"] {{ border: none; border-left: 1px solid {line}; }}',
        f'QFrame[rule="true"] {{ background: {line}; border: none; }}',
    ]
    return "\n".join(rules)


def _labels(theme: Look) -> str:
    rules = ["QLabel { background: transparent; }"]
    for role in scales_with_strong():
        weight = type_scale(role)[1]
        rules.append(f'QLabel[role="{role}"] {{ font-size: {_points(theme, role)}; font-weight: {weight}; }}')
    rules += [f'QLabel[tone="{tone}"] {{ color: {_hex(theme, path)}; }}' for tone, path in TONES.items()]
    rules += [f'QLabel[tone="{name}"] {{ color: {_hex(theme, f"status.{name}.fg")}; }}' for name in FAMILIES]
    rules.append(f"QLabel:disabled {{ color: {_hex(theme, 'text.disabled')}; }}")
    return "\n".join(rules)


def _fields(theme: Look) -> str:
    """Lines and text areas: 1 px border at rest, 2 px in focus with one pixel less padding, so nothing jumps."""
    kinds = ("QLineEdit", "QPlainTextEdit", "QTextEdit", "QAbstractSpinBox", "QComboBox")
    inner = theme.px("control") - 2

    def each(suffix: str) -> str:
        return ", ".join(kind + suffix for kind in kinds)

    return "\n".join(
        [
            f"{each('')} {{ background: {_hex(theme, 'surface.base')}; color: {_hex(theme, 'text.primary')};"
            f" border: 1px solid {_hex(theme, 'border.control')}; border-radius: {theme.radius('control')}px;"
            f" padding: 0 9px; selection-background-color: {_hex(theme, 'accent.fill')};"
            f" selection-color: {_hex(theme, 'text.on_accent')}; }}",
            f"QLineEdit, QComboBox, QAbstractSpinBox {{ min-height: {inner}px; }}",
            "QPlainTextEdit, QTextEdit { padding: 5px 6px; }",
            f"{each(':hover')} {{ border-color: {_hex(theme, 'border.control_hover')}; }}",
            _field_state(theme, each, "attention", "status.attention.border", "status.attention.bg"),
            _field_state(theme, each, "error", "danger.fill", "surface.base"),
            f"{each(':focus')} {{ border: 2px solid {_hex(theme, 'focus')}; padding: 0 8px; }}",
            f"{each('[state=error]:focus')} {{ border: 2px solid {_hex(theme, 'danger.fill')}; }}",
            f"QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {{ min-height: {inner - 2}px; }}",
            "QPlainTextEdit:focus, QTextEdit:focus { padding: 4px 5px; }",
            f"{each(':disabled')} {{ background: {_hex(theme, 'surface.disabled')};"
            f" color: {_hex(theme, 'text.disabled')}; border-color: {_hex(theme, 'border.strong')}; }}",
            f"{each('[readOnly=true]')} {{ background: {_hex(theme, 'surface.sunken')};"
            f" color: {_hex(theme, 'text.secondary')}; border-color: {_hex(theme, 'border.hairline')}; }}",
        ]
    )


def _field_state(theme: Look, each: Callable[[str], str], name: str, border: str, background: str) -> str:
    wide = name == "error"
    kept = f" padding: 0 8px; min-height: {theme.px('control') - 4}px;" if wide else ""
    rule = f"border: {2 if wide else 1}px solid {_hex(theme, border)}; background: {_hex(theme, background)};{kept}"
    return f"{each(f'[state={name}]')} {{ {rule} }}"


def _combos(theme: Look) -> str:
    """The arrow is drawn by ComboField itself: an image in a style sheet would have to be a file."""
    return "\n".join(
        [
            "QComboBox { padding-right: 30px; }",
            "QComboBox:focus { padding-right: 29px; }",
            "QComboBox::drop-down { border: none; width: 0; }",
            "QComboBox::down-arrow { image: none; width: 0; height: 0; }",
            f"QComboBox QAbstractItemView {{ background: {_hex(theme, 'surface.raised')};"
            f" border: 1px solid {_hex(theme, 'border.strong')}; outline: none; padding: 4px;"
            f" selection-background-color: {_hex(theme, 'surface.selected')};"
            f" selection-color: {_hex(theme, 'text.primary')}; }}",
            f"QComboBox QAbstractItemView::item {{ min-height: {theme.px('row_compact')}px; padding: 0 8px; }}",
        ]
    )


def _items(theme: Look) -> str:
    """Views get no ::item rules: the delegates paint rows themselves."""
    return "\n".join(
        [
            f"QAbstractItemView {{ background: {_hex(theme, 'surface.base')}; border: none; outline: none; }}",
            "QHeaderView { background: transparent; border: none; }",
            f"QHeaderView::section {{ background: {_hex(theme, 'surface.sunken')};"
            f" color: {_hex(theme, 'text.secondary')}; border: none;"
            f" border-bottom: 1px solid {_hex(theme, 'border.hairline')}; padding: 0 8px;"
            f" font-size: {_points(theme, 'small')}; font-weight: 500; }}",
            "QHeaderView::section:first, QHeaderView::section:only-one { padding-left: 12px; }",
            f"QTableCornerButton::section {{ background: {_hex(theme, 'surface.sunken')}; border: none; }}",
        ]
    )


def _menus(theme: Look) -> str:
    strong, radius = _hex(theme, "border.strong"), theme.radius("control")
    return "\n".join(
        [
            f"QMenu {{ background: {_hex(theme, 'surface.raised')}; color: {_hex(theme, 'text.primary')};"
            f" border: 1px solid {strong}; padding: 4px; }}",
            f"QMenu::item {{ padding: 6px 24px 6px 12px; border-radius: {radius}px; }}",
            f"QMenu::item:selected {{ background: {_hex(theme, 'surface.selected')}; }}",
            f"QMenu::item:disabled {{ color: {_hex(theme, 'text.disabled')}; }}",
            f"QMenu::separator {{ height: 1px; background: {_hex(theme, 'border.hairline')}; margin: 4px 8px; }}",
            f"QToolTip {{ background: {_hex(theme, 'banner.bg')}; color: {_hex(theme, 'banner.text')};"
            f" border: 1px solid {_hex(theme, 'banner.line')}; padding: 4px 6px;"
            f" font-size: {_points(theme, 'small')}; }}",
        ]
    )


def _scrolling(theme: Look) -> str:
    handle, over = _hex(theme, "border.strong"), _hex(theme, "border.control")
    return "\n".join(
        [
            "QAbstractScrollArea::corner { background: transparent; border: none; }",
            "QScrollArea { background: transparent; border: none; }",
            "QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }",
            "QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }",
            f"QScrollBar::handle {{ background: {handle}; border-radius: 3px; margin: 3px; }}",
            "QScrollBar::handle:vertical { min-height: 32px; }",
            "QScrollBar::handle:horizontal { min-width: 32px; }",
            f"QScrollBar::handle:hover, QScrollBar::handle:pressed {{ background: {over}; }}",
            "QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }",
            "QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }",
            "QSplitter::handle { background: transparent; }",
            f'QSplitter[line="true"]::handle {{ background: {_hex(theme, "border.hairline")}; }}',
        ]
    )


def _rest(theme: Look) -> str:
    """Plain Qt controls that a dialog may bring along; our own ones paint themselves."""
    return "\n".join(
        [
            f".QPushButton {{ background: {_hex(theme, 'surface.base')}; color: {_hex(theme, 'text.primary')};"
            f" border: 1px solid {_hex(theme, 'border.control')}; border-radius: {theme.radius('control')}px;"
            f" padding: 0 12px; min-height: {theme.px('control') - 2}px; font-weight: 600; }}",
            f".QPushButton:hover {{ background: {_hex(theme, 'surface.hover')}; }}",
            f".QPushButton:default {{ background: {_hex(theme, 'accent.fill')};"
            f" color: {_hex(theme, 'text.on_accent')}; border-color: {_hex(theme, 'accent.fill')}; }}",
            f".QPushButton:disabled {{ background: {_hex(theme, 'surface.disabled')};"
            f" color: {_hex(theme, 'text.disabled')}; border-color: {_hex(theme, 'border.strong')}; }}",
            f"QProgressBar {{ background: {_hex(theme, 'surface.hover')}; border: none; border-radius: 3px;"
            " max-height: 6px; min-height: 6px; text-align: center; }",
            f"QProgressBar::chunk {{ background: {_hex(theme, 'accent.fill')}; border-radius: 3px; }}",
            f"QStatusBar {{ background: {_hex(theme, 'surface.base')}; }}",
            "QStatusBar::item { border: none; }",
        ]
    )
