"""The medical record number: nine digits, the last one a check digit after ISO 7064 (MOD 11,10), shown 3-3-3.

The check digit finds every single wrong digit and nearly every exchange of two neighbours, on typing and on scan.
"""

from __future__ import annotations

import re

LENGTH = 9
_SEPARATORS = re.compile(r"[\s\-.·\u2010-\u2015]+")


def check_digit(body: str) -> str:
    """The check digit for a number without one (ISO/IEC 7064:2003, hybrid MOD 11,10). ValueError if not digits."""
    if not body or not (body.isascii() and body.isdigit()):
        raise ValueError("digits only")
    product = 10
    for digit in body:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)


def is_valid(mrn: str) -> bool:
    """Whether this is exactly nine digits with the right check digit; spaces are for `parse`."""
    return len(mrn) == LENGTH and mrn.isascii() and mrn.isdigit() and check_digit(mrn[:-1]) == mrn[-1]


def shown(mrn: str) -> str:
    """The number as people read it: "407188236" → "407 188 236". Anything that is not nine digits is left as it is."""
    if len(mrn) != LENGTH or not (mrn.isascii() and mrn.isdigit()):
        return mrn
    return f"{mrn[:3]} {mrn[3:6]} {mrn[6:]}"


def parse(text: str) -> str | None:
    """The nine digits of a typed or scanned number (spaces, dashes and dots allowed), or None when it is not valid."""
    digits = _SEPARATORS.sub("", text.strip())
    return digits if is_valid(digits) else None
