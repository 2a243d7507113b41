"""The screens of a department that works for others: what it shall do, and what was asked of others."""

from __future__ import annotations

from hisdesk.access.permissions import ORDERS_CREATE, ORDERS_VIEW
from hisdesk.desk.department.asked import Asked
from hisdesk.desk.department.ways import ASKED, ORDERS
from hisdesk.desk.department.work_list import WorkList
from hisdesk.desk.shell.registry import Screen

_WORKERS = ("laboratory", "radiology", "therapist")

SCREENS = (
    Screen(ORDERS, "Orders", "ph.tray", ORDERS_VIEW, (*_WORKERS, "physician", "nurse"), WorkList, _WORKERS),
    Screen(ASKED, "Asked", "ph.paper-plane-right", ORDERS_CREATE, ("physician", "nurse"), Asked),
)
