"""How a person's name is stored and shown. Pure; no name is ever taken for markup or a format string."""

from __future__ import annotations

import unicodedata

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
NEWBORN = "Baby of"
"""Begins the given names of a newborn without a name of its own; family and given names are then the mother's."""
_JOINERS = {"\u200c", "\u200d"}  # needed inside Persian and Indic words


def clean(text: str, most: int = 200) -> str:
    """A name as it is stored: NFC, no control or direction characters, single blanks, cut to `most` characters."""
    kept = "".join(
        c if unicodedata.category(c) not in _INVISIBLE or c in _JOINERS else (" " if c in "\t\r\n" else "")
        for c in unicodedata.normalize("NFC", text)
    )
    return " ".join(kept.split())[:most].rstrip()


def display(family: str, given: str = "", title: str = "") -> str:
    """The name as lists and banner show it: "SMITH, John (Mr)", of a newborn "Baby of SMITH, Joan".

    Parts that are missing leave no punctuation behind.
    """
    family, given, title = clean(family), clean(given), clean(title)
    if given == NEWBORN or given.startswith(f"{NEWBORN} "):
        return f"{NEWBORN} {display(family, given.removeprefix(NEWBORN))}"
    name = ", ".join(part for part in (upper(family), given) if part)
    if title and name:
        return f"{name} ({title})"
    return name or title


def upper(family: str) -> str:
    """The family name in capitals; ß stays, since "SS" would be another name."""
    return "".join(c if c == "ß" else c.upper() for c in family)
