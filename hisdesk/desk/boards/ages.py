"""How old what a board shows is, row by row. Pure: the moments are seconds of any clock that never goes back."""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterable

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def running_s() -> float:
    """Seconds of a clock that nobody sets, and that goes on while the computer sleeps where the system has one."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


def age_words(seconds: float) -> str:
    """An age as people say it: "40 s", "4 min", "3 h", "2 d"."""
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min"
    return f"{whole // _HOUR} h" if whole < 2 * _DAY else f"{whole // _DAY} d"


class Ages:
    """When each row was last known to be true.

    A read makes its rows as old as its beginning. While changes are heard, silence vouches for every row, but not for
    one that is in doubt: something was told of it (or may have been missed), and no read begun since has come back.
    """

    def __init__(self) -> None:
        self._true_at: dict[Hashable, float] = {}
        self._doubted: set[Hashable] = set()
        self._meanwhile: set[Hashable] = set()
        self._begun_at = 0.0

    def begin(self, now: float) -> None:
        """A read begins. There is one at a time."""
        self._begun_at = now
        self._meanwhile.clear()

    def arrived(self, keys: Iterable[Hashable]) -> None:
        """The read brought these rows; there are no others."""
        self._true_at = dict.fromkeys(keys, self._begun_at)
        self._doubted = self._meanwhile & self._true_at.keys()

    def doubt(self, keys: Iterable[Hashable]) -> None:
        """Something was told of these rows, or may have been missed."""
        named = set(keys) & self._true_at.keys()
        self._doubted |= named
        self._meanwhile |= named

    def vouch(self, now: float) -> None:
        """Nothing was told until now: what is not in doubt was still true then."""
        for key, at in self._true_at.items():
            if key not in self._doubted:
                self._true_at[key] = max(at, now)

    def forget(self) -> None:
        """Nothing is shown any more."""
        self.arrived(())

    @property
    def keys(self) -> frozenset[Hashable]:
        """The rows of the last read."""
        return frozenset(self._true_at)

    def doubted(self, key: Hashable) -> bool:
        """Whether something was told of this row that no read has answered yet."""
        return key in self._doubted

    def age_s(self, key: Hashable, now: float) -> float | None:
        """Seconds since the row was known to be true; None for a row that was never read."""
        at = self._true_at.get(key)
        return None if at is None else max(0.0, now - at)
