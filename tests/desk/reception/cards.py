"""Pictures of made-up cards, drawn once for all tests of the front desk."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from PIL import Image

from hisdesk.scanning import specimens

HOLDER = specimens.Person(
    "TENBRUIN", "OSRIC JALE", dt.date(1984, 6, 23), "M", "U4418207K", dt.date(2021, 11, 9), dt.date(2036, 11, 9)
)
INSURANCE = {
    "payer": "Northgate Insurance",
    "subscriber": "OSRIC TENBRUIN",
    "member_number": "LM77310924",
    "group_number": "55120",
    "plan": "Choice PPO 500",
    "effective_on": "01/01/2026",
    "rx_bin": "004336",
    "phones": ("800-555-0199",),
}


def identity_card(folder: Path) -> Path:
    """An identity card with a zone."""
    path = folder / "identity.png"
    specimens.travel_document(specimens.td1(HOLDER), HOLDER).save(path)
    return path


def insurance_card(folder: Path) -> Path:
    """An insurance card, print only."""
    path = folder / "insurance.png"
    specimens.insurance_card(INSURANCE).save(path)
    return path


def no_card(folder: Path) -> Path:
    """A picture of nothing."""
    path = folder / "grey.png"
    Image.new("RGB", (800, 500), "#808080").save(path)
    return path


def text_named_jpg(folder: Path) -> Path:
    """A text file that says it is a picture."""
    path = folder / "card.jpg"
    path.write_text("this is no picture")
    return path


def two_hundred_megapixels(folder: Path) -> Path:
    """A picture larger than any camera's, small as a file."""
    path = folder / "huge.png"
    Image.new("1", (20_000, 10_000)).save(path)
    return path
