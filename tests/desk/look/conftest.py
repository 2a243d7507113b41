"""Fixtures of the look: a dressed application, put back to light and 100 % afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from hisdesk.desk.kit.theme import Theme, theme


@pytest.fixture
def look(qapp: QApplication) -> Iterator[Theme]:
    """The theme, applied light at 100 %."""
    theme().apply(qapp, "light")
    yield theme()
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    theme().apply(qapp, "light")
