"""The screens of the pharmacy by their ids."""

from __future__ import annotations

COUNTER, DISPENSED = "pharmacy.counter", "pharmacy.dispensed"
HISTORY, STOCK, LOTS = "pharmacy.history", "pharmacy.stock", "pharmacy.lots"
