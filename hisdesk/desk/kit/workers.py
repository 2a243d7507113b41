"""A few plain threads that work through a queue. Nothing of Qt here; callers learn of the end by a callback."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum


class Kind(IntEnum):
    """What a job is; the smaller number goes first."""

    WRITE = 0
    READ = 1
    RUN = 2


@dataclass(eq=False)
class Job:
    """One piece of work. `work` runs on a worker; `done(job)` is called there when it ended (not when dropped)."""

    kind: Kind
    work: Callable[[], object]
    done: Callable[[Job], None]
    result: object = None
    error: BaseException | None = None
    started_at: float = 0.0
    ended_at: float = 0.0
    dropped: bool = field(default=False)


class Workers:
    """Threads are started when needed and never more than `size`; long CPU work leaves half of them free."""

    def __init__(self, size: int = 4, name: str = "desk") -> None:
        self._size, self._name = size, name
        self._lock = threading.Condition()
        self._waiting: deque[Job] = deque()
        self._threads: list[threading.Thread] = []
        self._free = 0
        self._runs = 0
        self._closing = False

    def add(self, job: Job) -> None:
        """Queues the job: writes before reads before CPU work, in order of arrival. Raises RuntimeError when closed."""
        with self._lock:
            if self._closing:
                raise RuntimeError("the workers are closed")
            place = next((i for i, other in enumerate(self._waiting) if other.kind > job.kind), len(self._waiting))
            self._waiting.insert(place, job)
            if self._free < len(self._waiting) and len(self._threads) < self._size:
                self._start()
            self._lock.notify()

    def drop(self, job: Job) -> bool:
        """Takes a job back that has not begun. Returns whether it did."""
        with self._lock:
            job.dropped = True
            if job in self._waiting:
                self._waiting.remove(job)
                return True
            return False

    def close(self, timeout_s: float = 5.0) -> bool:
        """Drops waiting reads, finishes waiting writes, ends the threads. Returns whether all ended in time."""
        with self._lock:
            self._closing = True
            self._waiting = deque(job for job in self._waiting if job.kind is Kind.WRITE)
            self._lock.notify_all()
        deadline = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _start(self) -> None:
        # A daemon: a statement that hangs must not keep a closed program alive.
        thread = threading.Thread(target=self._loop, name=f"{self._name}-{len(self._threads) + 1}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _take(self) -> Job | None:
        """The next job that may start, or None when closed and nothing is left. Waits."""
        with self._lock:
            while True:
                for job in self._waiting:
                    if job.kind is not Kind.RUN or self._runs < max(1, self._size // 2):
                        self._waiting.remove(job)
                        self._runs += job.kind is Kind.RUN
                        return job
                if self._closing:
                    return None
                self._free += 1
                self._lock.wait()
                self._free -= 1

    def _loop(self) -> None:
        while (job := self._take()) is not None:
            job.started_at = time.monotonic()
            try:
                job.result = job.work()
            except BaseException as error:  # noqa: BLE001 (handed over, whatever it is; a worker must go on)
                job.error = error
            job.ended_at = time.monotonic()
            with self._lock:
                self._runs -= job.kind is Kind.RUN
                self._lock.notify()
            job.done(job)
            del job
