"""Stock in words: what is on hand, until when, and what somebody typed from a pack. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass, replace
from decimal import Decimal

from hisdesk.desk.kit.dates import MONTHS, parse_date, show_date
from hisdesk.desk.kit.tokens import Status, family_status
from hisdesk.hospital.medicines.rules import counted
from hisdesk.hospital.stock import rules
from hisdesk.hospital.stock.queries import StockRow
from hisdesk.hospital.stock.rules import Lot

_MONTH = re.compile(
    r"^(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})$|^(\d{4})\s*[-/. ]\s*(\d{1,2})$|^([a-z]{3,9})\s*[-/. ]?\s*(\d{4})$"
)


@dataclass(frozen=True)
class LotRow:
    """A lot with the medicine that is in it."""

    of: StockRow
    lot: Lot


def lots_of(rows: list[StockRow]) -> list[LotRow]:
    """Every lot that is not empty, what expires first at the top."""
    listed = [LotRow(row, lot) for row in rows for lot in row.lots]
    return sorted(listed, key=lambda each: (each.lot.expires_on, each.of.title, each.lot.lot_number))


def moved(row: LotRow, booked: Decimal, version: int) -> LotRow:
    """The same lot as it is booked now."""
    return replace(row, lot=replace(row.lot, on_hand=booked, version=version))


def medicine_state(row: StockRow, today: dt.date) -> Status:
    """What to do about a medicine first."""
    have = rules.usable(row.lots, today)
    if any(lot.expired(today) for lot in row.lots):
        return family_status("critical", "Expired lot")
    if rules.to_order(have, row.reorder_at):
        return family_status("attention", "To order")
    if any(rules.expires_soon(lot, today) for lot in row.lots):
        return family_status("attention", "Expires soon")
    return family_status("ok", "In stock") if have else family_status("neutral", "None on hand")


def lot_state(lot: Lot, today: dt.date) -> Status:
    """Whether a lot may still be given."""
    if lot.expired(today):
        return family_status("critical", "Expired")
    return (
        family_status("attention", "Expires soon") if rules.expires_soon(lot, today) else family_status("ok", "In date")
    )


def on_hand(row: StockRow, today: dt.date) -> str:
    """What has not expired: "34 capsules"."""
    return counted(rules.usable(row.lots, today), row.unit)


def expiry(row: StockRow, today: dt.date) -> str:
    """When the next lot expires; a dash where none is there."""
    day = rules.next_expiry(row.lots, today)
    return show_date(day) if day else "–"


def difference(found: Decimal, booked: Decimal, unit: str) -> str:
    """ "3 capsules fewer than booked"."""
    if found == booked:
        return "As booked"
    more = found - booked
    return f"{counted(abs(more), unit)} {'more' if more > 0 else 'fewer'} than booked"


def expiry_typed(text: str, today: dt.date) -> dt.date:
    """A day as it stands on a pack; month and year mean the month's last day. Raises ValueError with a sentence."""
    tidy = text.strip().lower()
    found = _MONTH.match(tidy)
    if found is None:
        return parse_date(text, today, past=False)
    first, second, year_first, month_last, name, named_year = found.groups()
    if name:
        month = next((n for n, each in enumerate(MONTHS, 1) if name.startswith(each.lower())), 0)
        year = int(named_year)
    else:
        month, year = int(first or month_last), int(second or year_first)
    if not 1 <= month <= 12:
        raise ValueError("This month does not exist. Type it as on the pack, like 11-2027")
    year += 2000 if year < 100 else 0
    return dt.date(year, month, calendar.monthrange(year, month)[1])
