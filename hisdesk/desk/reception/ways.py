"""The screens of the front desk by their ids, and the ways to them."""

from __future__ import annotations

from hisdesk.desk.kit.ways import go, open_chart

__all__ = ("go", "open_chart")  # the same at every workstation

ARRIVALS, REGISTER, RECORD, PATIENTS = (
    "reception.arrivals",
    "reception.register",
    "reception.record",
    "reception.patients",
)
