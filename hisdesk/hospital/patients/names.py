"""How a person's name is shown, sorted and shortened. Pure; no name is ever taken for markup or a format string."""

from __future__ import annotations

import unicodedata

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
_JOINERS = {"\u200c", "\u200d"}  # needed inside Persian and Indic words


def clean(text: str, most: int = 200) -> str:
    """A name as it is stored: NFC, no control or direction characters, single blanks, cut to `most` characters."""
    kept = "".join(
        c if unicodedata.category(c) not in _INVISIBLE or c in _JOINERS else (" " if c in "\t\r\n" else "")
        for c in unicodedata.normalize("NFC", text)
    )
    return " ".join(kept.split())[:most].rstrip()


def display(family: str, given: str = "", title: str = "") -> str:
    """The name as lists and banner show it: "SMITH, John (Mr)". Parts that are missing leave no punctuation behind."""
    family, given, title = clean(family), clean(given), clean(title)
    name = ", ".join(part for part in (upper(family), given) if part)
    if title and name:
        return f"{name} ({title})"
    return name or title


def upper(family: str) -> str:
    """The family name in capitals; ß stays, since "SS" would be another name."""
    return "".join(c if c == "ß" else c.upper() for c in family)


def initials(family: str, given: str = "") -> str:
    """The initials a wall display may show: "J. S." for John Smith. Compound names give one letter."""
    letters = [next((c for c in clean(part) if c.isalnum()), "") for part in (given, family)]
    return " ".join(f"{upper(letter)}." for letter in letters if letter)


def sort_key(family: str, given: str = "") -> tuple[str, str]:
    """Orders names on the screen roughly as the database's stored keys do: without case, accents and punctuation."""
    return _plain(family), _plain(given)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in bare).split())
