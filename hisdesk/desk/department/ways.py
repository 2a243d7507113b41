"""The screens of a department by their ids."""

from __future__ import annotations

ORDERS, ASKED = "department.orders", "department.asked"
