"""A prescription's number as people read and type it: with a check digit behind it, shown "P 000 0123 4". Pure."""

from __future__ import annotations

import re

from hisdesk.hospital.patients.mrn import check_digit

LENGTH = 7
_SEPARATORS = re.compile(r"[\s\-.·\u2010-\u2015]+")


def shown(number: int) -> str:
    """Groups of digits, the last one after ISO 7064 (MOD 11,10): 123 → "P 000 0123 4"."""
    body = f"{number:0{LENGTH}}"
    return f"P {body[:-4]} {body[-4:]} {check_digit(body)}"


def parse(text: str) -> int | None:
    """The number of what was typed or read, also without its zeros; None when the check digit does not fit."""
    digits = _SEPARATORS.sub("", text.strip()).upper().removeprefix("P")
    if not (2 <= len(digits) <= 18 and digits.isascii() and digits.isdigit()):
        return None
    body = digits[:-1].zfill(LENGTH)
    return int(body) if check_digit(body) == digits[-1] else None
