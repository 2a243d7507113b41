"""A copy of the audit as CSV: no cell of it can become a formula in a spreadsheet. No Qt."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hisdesk.access.action import new_id, perform
from hisdesk.access.actor import Actor
from hisdesk.access.administration import AuditFilter, AuditPages, Entry, note_export
from hisdesk.db.database import Database
from hisdesk.desk.admin.audit_words import Names, on
from hisdesk.errors import UserError

MOST = 10_000
_PAGE = 500
HEAD = ("row", "server time", "who", "station", "address", "what", "on", "table", "key", "MRN", "before", "after",
        "detail")  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class NotWritten(UserError):
    """The file could not be written."""


def neutral(text: str) -> str:
    """A cell that a spreadsheet shows and never calculates: an apostrophe goes before what could begin a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) or text.startswith(_FORMULA) else text


def cells(entry: Entry, names: Names) -> list[str]:
    """One entry as a line of the file."""
    texts = (
        str(entry.id),
        entry.at.isoformat(timespec="milliseconds"),
        names.who(entry),
        entry.station,
        entry.address or "",
        entry.verb,
        on(entry),
        entry.table_name,
        str(entry.key or ""),
        entry.mrn or "",
        _plain(entry.before),
        _plain(entry.after),
        _plain(entry.detail),
    )
    return [neutral(text) for text in texts]


def _plain(value: dict[str, Any] | None) -> str:
    return json.dumps(value, ensure_ascii=False) if value else ""


def export(db: Database, actor: Actor, wanted: AuditFilter, names: Names, path: Path, described: dict[str, Any]) -> int:
    """Notes the export, then writes at most 10,000 of the newest entries; returns how many. Not for the GUI thread.

    Permissions audit.export and audit.view. Raises Denied, Unavailable, or NotWritten when the file cannot be made.
    """
    perform(db, actor, note_export, new_id(), {**described, "most": MOST})
    count = 0
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            writer.writerow(HEAD)
            for entry in _entries(db, actor, wanted):
                writer.writerow(cells(entry, names))
                count += 1
    except OSError as error:
        raise NotWritten(f"The file could not be written: {error.strerror}. Choose another place.") from error
    return count


def _entries(db: Database, actor: Actor, wanted: AuditFilter) -> Iterator[Entry]:
    pages = AuditPages(db, actor, wanted)
    before: int | None = None
    left = MOST
    while left > 0:
        page = pages.page(before=before, most=min(_PAGE, left))
        yield from page
        if len(page) < _PAGE:
            return
        before, left = page[-1].id, left - len(page)
