"""People's names as cards print them: "DOE, JANE A", "Jane A Doe Jr", "MR JOHN VAN DER BERG". Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SUFFIXES = frozenset(("JR", "SR", "II", "III", "IV", "MD", "PHD", "ESQ"))
_TITLES = frozenset(("MR", "MRS", "MS", "MISS", "DR", "MX", "PROF"))
_PARTICLES = frozenset(
    (
        "VAN",
        "VON",
        "DE",
        "DER",
        "DEN",
        "DEL",
        "DELLA",
        "DI",
        "DA",
        "DOS",
        "LA",
        "LE",
        "ST",
        "SAN",
        "BIN",
        "AL",
        "EL",
        "MC",
        "MAC",
        "TEN",
        "TER",
        "DU",
    )
)
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.\-])*,?$")


@dataclass(frozen=True)
class Name:
    """The parts of a name; middle names belong to `given`."""

    family: str
    given: str
    suffix: str = ""


def looks_like_name(text: str) -> bool:
    """Two to six words of letters, none longer than a name, at least one of two letters or more."""
    words = text.replace(",", " ").split()
    return 2 <= len(words) <= 6 and all(_WORD.match(word) for word in words) and any(len(word) > 2 for word in words)


def split_name(text: str) -> Name:
    """Split a printed name. A comma puts the family name first; otherwise the last word is it, with its particles."""
    text = re.sub(r"\s+", " ", text).strip(" ,;")
    suffix = ""
    head, comma, tail = text.partition(",")
    if comma and tail.strip(" .").upper() in _SUFFIXES:  # "Jane Doe, Jr"
        text, comma, suffix = head, "", tail.strip(" .")
    if comma:
        family, given = head.split(), tail.replace(",", " ").split()
    else:
        words = [word for word in text.split() if word.strip(".").upper() not in _TITLES] or text.split()
        if len(words) > 2 and words[-1].strip(".").upper() in _SUFFIXES:
            suffix = words.pop().strip(".")
        start = len(words) - 1
        while start > 1 and words[start - 1].strip(".").upper() in _PARTICLES:
            start -= 1
        family, given = words[start:], words[:start]
    for part in (family, given):
        if len(part) > 1 and part[-1].strip(".").upper() in _SUFFIXES:
            suffix = part.pop().strip(".")
    given = [word for word in given if word.strip(".").upper() not in _TITLES]
    return Name(" ".join(family), " ".join(given), suffix)
