"""The made-up cards of the tour, drawn into picture files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from hisdesk.scanning import specimens

NUMBER, MEMBER, GROUP, PAYER = "K7T40291X", "HMV884203117", "40718", "Northfield Health Fund"


def holder(birth_date: dt.date) -> specimens.Person:
    """Somebody who shares family name and birth date with a person of the demo hospital."""
    today = dt.date.today()  # noqa: DTZ011 (a card is valid by the calendar of the desk)
    return specimens.Person(
        family_name="Smith",
        given_names="John Edward",
        birth_date=birth_date,
        sex="M",
        document_number=NUMBER,
        issued_on=today.replace(year=today.year - 3, day=1),
        expires_on=today.replace(year=today.year + 7, day=1),
    )


def identity_card(folder: Path, person: specimens.Person) -> Path:
    """A picture of an identity card with its machine readable zone."""
    file = folder / "identity card.png"
    specimens.travel_document(specimens.td1(person), person).save(file)
    return file


def insurance_card(folder: Path, person: specimens.Person) -> Path:
    """A picture of the front of an insurance card."""
    file = folder / "insurance card.png"
    values = {
        "payer": PAYER,
        "subscriber": f"{person.given_names} {person.family_name}",
        "member_number": MEMBER,
        "group_number": GROUP,
        "plan": "Open Access Plus",
        "effective_on": "01/01/2025",
        "copays": ("Primary $20", "Specialist $40"),
        "phones": ("1-800-555-0142",),
    }
    specimens.insurance_card(values).save(file)
    return file


def no_card(folder: Path) -> Path:
    """A text file that only says it is a picture."""
    file = folder / "card.jpg"
    file.write_text("This is not a picture.\n", encoding="utf-8")
    return file
