"""What is plugged into this station, as it is found, never as it should be. GUI thread, after the first paint."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

Found = tuple[str, str]
"""A state (ok, attention, none) and its words."""


def camera(wanted: str = "", devices: Path = Path("/dev")) -> Found:
    """Whether the card camera is there: the one named in the station's settings, or any."""
    names = _cameras(devices)
    if wanted.isdecimal():
        there = f"video{wanted}" in names or (not _files_are_devices() and int(wanted) < len(names))
    else:
        there = any(wanted in name for name in names) if wanted else bool(names)
    if there:
        return "ok", "Connected"
    if wanted:
        return "attention", "Not found"
    return "none", "None connected"


def _files_are_devices() -> bool:
    return sys.platform.startswith("linux")


def _cameras(devices: Path) -> list[str]:
    if _files_are_devices():
        return sorted(each.name for each in devices.glob("video[0-9]*") if os.access(each, os.R_OK))
    from PySide6.QtMultimedia import QMediaDevices

    return [device.description() for device in QMediaDevices.videoInputs()]


def printers(chosen: Mapping[str, str], known: list[str] | None = None) -> Found:
    """Whether the printers chosen for this station's papers are known to the system."""
    names = known if known is not None else _printers()
    missing = sorted({name for name in chosen.values() if name and name not in names})
    if missing:
        return "attention", f"Not found: {', '.join(missing)}"
    if not names:
        return "none", "None, papers are saved"
    return "ok", "1 printer" if len(names) == 1 else f"{len(names)} printers"


def _printers() -> list[str]:
    from PySide6.QtPrintSupport import QPrinterInfo

    return QPrinterInfo.availablePrinterNames()
