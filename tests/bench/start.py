"""From the start of the process to the first paint of the sign-in window, against an empty PySide6 window.

Both are started in turns and the medians compared, so that both meet the same load. The station's database is not
there: nothing that the first paint shows may wait for it.
"""

from __future__ import annotations

# Nothing else is imported up here: the empty window must be as empty as it can be.
import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

ROUNDS, WARM = 15, 2


def measure() -> list[dict[str, Any]]:
    """The figure `start`."""
    import tempfile
    from pathlib import Path

    from tests.bench.report import row

    with tempfile.TemporaryDirectory() as folder:
        make_station(Path(folder))
        empty, ours = in_turns([["empty"], ["desk", folder]])
    words = f"start to first paint: {ours * 1000:.0f} ms, an empty window {empty * 1000:.0f} ms"
    return [row("start", words, ours / empty, 2.0)]


def in_turns(children: list[list[str]]) -> list[float]:
    """Median seconds from the start of each child to the time it prints."""
    import statistics
    import subprocess
    from pathlib import Path

    took: list[list[float]] = [[] for _ in children]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path.cwd())}
    for turn in range(ROUNDS + WARM):
        for number, words in enumerate(children):
            began = time.monotonic()
            done = subprocess.run(
                [sys.executable, __file__, *words], capture_output=True, text=True, env=environment, check=True
            )
            if turn >= WARM:
                took[number].append(float(done.stdout.split()[-1]) - began)
    return [statistics.median(times) for times in took]


def make_station(folder: Path) -> None:
    """A station whose servers are not there."""
    from hisdesk.config import BrokerAddress, DatabaseAddress, Secrets, Station, write_station

    nowhere = DatabaseAddress("127.0.0.1", 1, "hisdesk", "station_bench")
    write_station(
        folder, Station("BENCH-1", "Made-up Hospital", nowhere, BrokerAddress("127.0.0.1", 1, "x"), Secrets("x", "x"))
    )


def _empty() -> None:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QWidget

    class Empty(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's own name)
            super().paintEvent(event)
            _painted()

    app = QApplication([])
    window = Empty()
    window.resize(1366, 768)
    window.show()
    app.exec()


def _desk(folder: str) -> None:
    from hisdesk.__main__ import main
    from hisdesk.desk.shell import window

    show = window.Window.restore_place

    def watched(self: window.Window) -> None:
        self.painted.connect(_painted)
        show(self)

    window.Window.restore_place = watched  # type: ignore[method-assign]  # to learn of the first paint
    main(["desk", "--station", folder])


def _painted() -> None:
    sys.stdout.write(f"{time.monotonic()}\n")
    sys.stdout.flush()
    os._exit(0)  # nothing after the first paint is measured


if __name__ == "__main__":
    _empty() if sys.argv[1] == "empty" else _desk(sys.argv[2])
