"""What is imported after PySide costs what it costs, not also its source."""

from __future__ import annotations

import subprocess
import sys


def test_no_source_is_read_and_kept() -> None:
    code = "import hisdesk.app, linecache, hisdesk.db.database; print(*linecache.cache, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not [line for line in done.stdout.splitlines() if line.endswith(".py") and "PySide6" not in line]
