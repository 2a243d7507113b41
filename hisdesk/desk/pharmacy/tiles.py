"""The figures of the pharmacy for the home screen."""

from __future__ import annotations

import datetime as dt

from hisdesk.access.figures import Values
from hisdesk.desk.kit.dates import show_date
from hisdesk.desk.kit.tiles import Section, Tile, count, parts, since, some
from hisdesk.desk.pharmacy.ways import COUNTER, DISPENSED, LOTS, STOCK
from hisdesk.hospital.dispensings.queries import DAY_FIGURES, SHORT_FIGURES, WAITING_FIGURES
from hisdesk.hospital.stock.queries import LOT_FIGURES, REORDER_FIGURES
from hisdesk.hospital.stock.rules import EXPIRES_SOON

LONG_WAIT = dt.timedelta(minutes=30)


def _soon(values: Values, _now: dt.datetime) -> str:
    """ "amoxicillin 30-Nov-2026 first": what expires next, or until when nothing does."""
    if not values["lots_first"]:
        return f"None within {EXPIRES_SOON.days} days"
    return f"within {EXPIRES_SOON.days} days, {values['lots_first']} on {show_date(values['lots_first_on'])}"


HOME = Section(
    "Pharmacy",
    (
        Tile("To dispense", "ph.pill", WAITING_FIGURES, count("rx_new"), COUNTER),
        Tile("Longest wait", "ph.clock", WAITING_FIGURES, since("rx_since", "Nobody waits", long=LONG_WAIT), COUNTER),
        Tile("Part owed", "ph.hourglass", WAITING_FIGURES, count("rx_owed"), COUNTER),
        Tile(
            "Stock short", "ph.warning", SHORT_FIGURES,
            count("rx_short", some("rx_short", "for want of stock"), tone="attention"), COUNTER,
        ),
        Tile(
            "Dispensed today", "ph.package", DAY_FIGURES,
            count("dispensed_today", some("dispensed_back", "taken back")), DISPENSED,
        ),
        Tile(
            "Expiring lots", "ph.calendar-x", LOT_FIGURES,
            count("lots_soon", parts(some("lots_expired", "expired"), _soon), tone="attention"), LOTS, wide=True,
            segment="Expires soon",
        ),
        Tile(
            "To reorder", "ph.stack", REORDER_FIGURES,
            count("medicines_low", some("medicines_out", "out of stock"), tone="attention"), STOCK,
            segment="To order",
        ),
    ),
)  # fmt: skip
