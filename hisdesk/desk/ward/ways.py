"""The screens of the ward by their ids."""

from __future__ import annotations

BEDS, ROOMS = "ward.beds", "ward.rooms"
