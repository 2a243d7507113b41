"""Stories drive real windows: off-screen; a Qt warning, a leaked thread or process, or a left window fails them."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.desk.conftest import no_leaked_processes, no_leaked_threads, no_left_windows

__all__ = ["no_leaked_processes", "no_leaked_threads", "no_left_windows"]
