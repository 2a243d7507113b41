"""Several clerks who want the same thing at the same moment, again and again, each through the program's own action."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from hisdesk.errors import Conflict
from tests.helpers.hospital import Desk

CLERKS, ROUNDS = 8, 100
STATIONS = ("FRONT-1", "FRONT-2", "ROOM-3", "WARD-1")


def race(clerks: Sequence[Desk], rounds: int, take: Callable[[int, int], object], who_has_it: str) -> tuple[int, int]:
    """`take(clerk, round)` by all at once, round after round: how many won, and how many of the others were told who
    has it, which is what `who_has_it` stands in the sentence for."""
    together, won, told = threading.Barrier(len(clerks)), list[int](), list[str]()

    def run(number: int) -> None:
        for place in range(rounds):
            together.wait()
            try:
                take(number, place)
            except Conflict as conflict:
                if who_has_it in str(conflict):
                    told.append(str(conflict))
            else:
                won.append(place)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(clerks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(won), len(told)
