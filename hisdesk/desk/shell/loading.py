"""Loading much in a thread while windows are open, without their standing still. Any thread."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage is collected meanwhile, and what is there afterwards is never looked through again.

    A full collection stops every thread, the windows' too: 50 ms and more with the whole program loaded, and loading
    is what sets it off. Only for the start of a program: what was loaded then lives as long as it.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
