"""The processes of an embedded PostgreSQL: finding them and ending them, whoever started them."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from hisdesk.embedded.place import Place
from hisdesk.errors import Unavailable

if TYPE_CHECKING:
    import psutil

# How pg_ctl calls it, the signal that means it, and for how many seconds it is waited for. Windows lacks two of them.
_STEPS = (
    ("fast", signal.SIGINT, 30.0),
    ("immediate", getattr(signal, "SIGQUIT", signal.SIGTERM), 10.0),
    ("", getattr(signal, "SIGKILL", signal.SIGTERM), 10.0),
)


def of(data: Path) -> list[psutil.Process]:
    """Every live process of a server on this data: known by its working folder, never by a number in a file."""
    import psutil

    found = []
    for process in psutil.process_iter(["name"]):
        if (process.info["name"] or "").startswith("postgres"):
            with suppress(psutil.Error):
                if Path(process.cwd()) == data and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
    return found


def heads(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that no other one of them has started: the postmaster, or orphans of a dead one."""
    import psutil

    pids, found = {process.pid for process in processes}, []
    for process in processes:
        with suppress(psutil.Error):
            if process.ppid() not in pids:
                found.append(process)
    return found


def end(place: Place) -> None:
    """Ends every server process on this data: fast, then immediate, then by force. Raises Unavailable."""
    import psutil

    for mode, number, patience_s in _STEPS:
        running = of(place.data)
        if sys.platform == "win32" and mode and running:
            command = [str(place.programs / "bin" / "pg_ctl"), "stop", "-W", "-D", str(place.data), "-m", mode]
            subprocess.run(command, check=False, capture_output=True)  # noqa: S603
        else:
            # A postmaster tells its children itself; orphans are their own heads.
            for process in heads(running) if mode else running:
                with suppress(psutil.Error):
                    process.send_signal(number)
        if _all_gone(running, patience_s):
            return
    raise Unavailable(f"The embedded database in {place.data} does not stop.")


def _all_gone(processes: list[psutil.Process], patience_s: float) -> bool:
    import psutil

    deadline = time.monotonic() + patience_s
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            # A dead child of another parent may stay in the table for a while: that is gone enough.
            while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                if time.monotonic() > deadline:
                    return False
                time.sleep(0.01)
    return True
