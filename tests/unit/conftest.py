"""Unit tests need no server and no screen."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # a ticket is rendered with Qt to be looked at
