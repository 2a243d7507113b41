"""Loads every subject's tables, so that the shared metadata is whole."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path


def load() -> None:
    """Imports each `<subject>/tables.py`."""
    for path in sorted(Path(__file__).parent.glob("*/tables.py")):
        import_module(f"hisdesk.hospital.{path.parent.name}.tables")
