"""What importing costs and leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


def run(code: str, **environment: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("QT_QPA_")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**clean, **environment}
    )
    return done.stdout.strip()


def test_opencv_leaves_no_qt_settings_behind() -> None:
    code = "import os; from hisdesk.scanning.opencv import cv; cv(); print([n for n in os.environ if 'QT_QPA' in n])"
    assert run(code) == "[]"


def test_opencv_keeps_settings_that_were_there() -> None:
    code = "import os; from hisdesk.scanning.opencv import cv; cv(); print(os.environ['QT_QPA_FONTDIR'])"
    assert run(code, QT_QPA_FONTDIR="/fonts/of/mine") == "/fonts/of/mine"


LIGHT = (
    "mrz", "mrz_text", "aamva", "labels", "names", "values", "insurance", "reading", "reader", "barcodes", "camera",
    "process",
)  # fmt: skip


@pytest.mark.parametrize("module", LIGHT)
def test_importing_loads_neither_opencv_nor_numpy(module: str) -> None:
    heavy = "{'cv2', 'numpy', 'PIL', 'zxingcpp'}"
    code = f"import sys, hisdesk.scanning.{module}; print(sorted({heavy} & set(sys.modules)))"
    assert run(code) == "[]"


def test_help_of_scan_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom hisdesk.commands.scan import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print('heavy:', sorted({'cv2', 'numpy', 'PIL', 'PySide6'} & set(sys.modules)))"
    )
    assert run(code).endswith("heavy: []")
