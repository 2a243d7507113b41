"""Stops an embedded PostgreSQL when the program that started it dies, however it dies.

Run as a script: guard.py LOCKFILE DATAFOLDER PID PG_CTL, with a pipe from the owner as standard input. A line on
that pipe means that the owner stops the server itself; the pipe's end without one means that the owner is gone.
Started by path, not as a module, so it must not import the rest of the program.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def main() -> int:
    lock_file, data, pid, pg_ctl = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    if hasattr(signal, "SIGINT"):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the terminal is the owner's business
    if os.read(0, 1):
        return 0
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from hisdesk.embedded.ownership import OwnerLock

    if not lock_file.parent.exists():  # the folder was thrown away under the server
        _stop(data, pid, pg_ctl)
        return 0
    lock = OwnerLock(lock_file)
    try:
        lock.acquire(5)  # a program that ends lets go of its pipes a moment before its locks
    except TimeoutError:
        return 0  # another program has adopted the server
    lock.write_note("")  # no guest may come in any more
    _stop(data, pid, pg_ctl)
    lock.release()
    return 0


def _stop(data: Path, pid: int, pg_ctl: str) -> None:
    """Fast, then at once. Only the very server that was started: the pid file names it until it is down."""
    for windows_mode, number in (("fast", signal.SIGINT), ("immediate", getattr(signal, "SIGQUIT", signal.SIGTERM))):
        if not _is_up(data, pid):
            return
        if sys.platform == "win32":
            subprocess.run([pg_ctl, "stop", "-D", str(data), "-m", windows_mode], check=False)  # noqa: S603
        else:
            os.kill(pid, number)
        end = time.monotonic() + 20
        while _is_up(data, pid) and time.monotonic() < end:
            time.sleep(0.05)


def _is_up(data: Path, pid: int) -> bool:
    import psutil

    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE or not process.name().startswith("postgres"):
            return False
        return sys.platform == "win32" or Path(process.cwd().removesuffix(" (deleted)")) == data
    except psutil.Error:
        return False


if __name__ == "__main__":
    sys.exit(main())
