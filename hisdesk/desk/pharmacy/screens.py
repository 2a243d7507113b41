"""The screens of the pharmacy window."""

from __future__ import annotations

from hisdesk.access.permissions import DISPENSING_HISTORY_VIEW, DISPENSINGS_CREATE, DISPENSINGS_VIEW, STOCK_VIEW
from hisdesk.desk.pharmacy.counter import Counter
from hisdesk.desk.pharmacy.dispensed import Dispensed
from hisdesk.desk.pharmacy.history import History
from hisdesk.desk.pharmacy.lots import Lots
from hisdesk.desk.pharmacy.stock import Stock
from hisdesk.desk.pharmacy.ways import COUNTER, DISPENSED, HISTORY, LOTS, STOCK
from hisdesk.desk.shell.registry import Screen

_PHARMACY = ("pharmacy",)

SCREENS = (
    Screen(COUNTER, "Work list", "ph.pill", DISPENSINGS_CREATE, _PHARMACY, Counter, _PHARMACY),
    Screen(DISPENSED, "Dispensed", "ph.package", DISPENSINGS_VIEW, _PHARMACY, Dispensed),
    Screen(HISTORY, "History", "ph.clock-counter-clockwise", DISPENSING_HISTORY_VIEW, _PHARMACY, History),
    Screen(STOCK, "Stock", "ph.stack", STOCK_VIEW, _PHARMACY, Stock),
    Screen(LOTS, "Lots", "ph.archive-box", STOCK_VIEW, _PHARMACY, Lots),
)
