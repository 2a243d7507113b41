"""What happens to an exception that nobody expected: a reference number for the person, code locations for the log."""

from __future__ import annotations

import logging
import traceback
import zlib
from pathlib import Path
from typing import Any

from hisdesk.errors import UserError
from hisdesk.scanning.process import ProcessFault

log = logging.getLogger("hisdesk.bug")


class Bug(UserError):
    """A fault of the program. `reference` ("E-4471") is the same each time the same line fails in the same way."""

    def __init__(self, reference: str) -> None:
        super().__init__(f"Something went wrong in the program. Tell the helpdesk: reference {reference}.")
        self.reference = reference


def locations(error: BaseException) -> list[str]:
    """Where the error passed, outermost first: file, line and function; never a value, never a source line."""
    frames = traceback.extract_tb(error.__traceback__)
    if isinstance(error, ProcessFault):
        frames += error.frames
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(filename: str) -> str:
    parts = Path(filename).parts
    return "/".join(parts[-3:])


def report(error: BaseException, doing: str = "") -> Bug:
    """Logs the error without its message (it may hold a patient's data) and gives what to show. Any thread."""
    places = locations(error)
    kinds = "<".join(e.kind if isinstance(e, ProcessFault) else type(e).__name__ for e in _chain(error))
    reference = f"E-{zlib.crc32('|'.join([kinds, *places]).encode()) % 10_000:04d}"
    log.error("%s %s%s at %s", reference, kinds, f" while {doing}" if doing else "", " > ".join(places) or "?")
    return Bug(reference)


def _chain(error: BaseException | None) -> list[BaseException]:
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__
    return chain


def freed(error: BaseException) -> BaseException:
    """The error without tracebacks, so that it keeps no screen alive while it travels between threads."""
    seen: set[int] = set()
    todo: list[Any] = [error]
    while todo:
        each = todo.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        each.__traceback__ = None
        todo += [each.__cause__, each.__context__]
    return error
